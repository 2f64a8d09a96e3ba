package project_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/project"
	"github.com/apiclause/clause/contract/target"
)

// described are descriptions of different kinds, and what their names and texts suggest.
var described = map[string][]string{
	"testdata/search.yaml": {
		"GET /flats: minRent must not be above maxRent",
		"GET /flats: start must not be after end",
		"GET /flats: area.gte must not be above area.lte",
		"GET /flats: sqmMin must not be above sqmMAX",
		"GET /flats: DBFrom must not be above DBTo",
		"GET /flats: sort_order must not be given without sort_by",
		"GET /flats: city and near must not be given together",
		"GET /flats: radius must not be given without near",
		"GET /flats: unit must be given where radius is",
		"POST /flats: rooms_min must not be above rooms_max",
		"the query parameter limit: limit is at most 100",
		"the query parameter per_page: per_page is at most 250",
	},
	"testdata/old.json": {
		"GET /trips: from must not be after to",
		"the query parameter pageSize: pageSize is at most 500",
		"the query parameter size: size is at most 100",
	},
	"../testdata/shelf.yaml":       nil,
	"../testdata/pets.yaml":        nil,
	"../testdata/accounts.yaml":    nil,
	"../testdata/orders.yaml":      nil,
	"../../openapi/userusage.yaml": nil,
}

// TestWhatIsSuggestedCanBeAgreedTo begins a project with each description: what it
// suggests is what is expected and what is inferred about lists, and each suggestion can
// be uncommented, alone and with the others, without a warning, and then says something.
// What is stated then is inferred no more.
func TestWhatIsSuggestedCanBeAgreedTo(t *testing.T) {
	for description, want := range described {
		c, err := contract.LoadFile(description)
		if err != nil {
			t.Fatal(err)
		}
		suggestions, err := project.Suggest(context.Background(), c, description, contract.Source{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range suggestions {
			got = append(got, s.Where+": "+s.Says)
		}
		if want != nil && !slices.Equal(got, want) {
			t.Errorf("%s suggests\n%s\nnot\n%s", description, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		files, _ := project.Start(c, description, false, suggestions)
		i := slices.IndexFunc(files, func(f project.NewFile) bool { return f.Name == project.OverlayName })
		blocks := strings.Split(files[i].Text, "\n\n")
		agree(t, c, description, files[i].Text, false)
		var all []string
		for j, block := range blocks[1:] {
			agreed := strings.ReplaceAll("\n"+block, "\n  # ", "\n  ")
			all = append(all, agreed)
			if len(suggestions) > 0 {
				alone := slices.Clone(blocks)
				alone[j+1] = agreed
				agree(t, c, description, strings.Join(alone, "\n\n"), true)
			}
		}
		if len(suggestions) > 0 {
			agreed := agree(t, c, description, blocks[0]+strings.Join(all, "\n")+"\n", true)
			stated := strings.Count(files[i].Text, ", a convention of lists: ")
			if left := len(agreed.Conventions()); stated+left != len(c.Conventions()) || stated == 0 && left > 0 {
				t.Errorf("%s: of %d conventions %d are suggested, and %d inferred when these are stated", description, len(c.Conventions()), stated, left)
			}
		}
	}
}

// agree lays an overlay over a description, and wants no warning that it has not alone.
func agree(t *testing.T, plain *contract.Contract, description, overlay string, says bool) *contract.Contract {
	t.Helper()
	path := filepath.Join(t.TempDir(), project.OverlayName)
	if err := os.WriteFile(path, []byte(overlay), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := contract.LoadFrom(context.Background(), description, contract.Source{Overlays: []string{path}})
	if err != nil {
		t.Fatalf("%v\n%s", err, overlay)
	}
	before := plain.Warnings()
	for _, w := range slices.Concat(c.Warnings(), c.Doubts()) {
		if !slices.Contains(before, w) && w.At.File == path {
			t.Errorf("%s\n%s", w, overlay)
		}
	}
	if said := slices.ContainsFunc(c.Clauses(), func(one clause.Clause) bool { return one.At.File == path }); said != says {
		t.Errorf("it says something: %v, not %v\n%s", said, says, overlay)
	}
	return c
}

// TestTheTargetFileThatIsBegunIsWhereTheDescriptionIs begins projects with descriptions
// from elsewhere: an implementation that serves its own is there, whatever host it names.
func TestTheTargetFileThatIsBegunIsWhereTheDescriptionIs(t *testing.T) {
	const here = "http://127.0.0.1:9876/docs/openapi.yaml"
	for _, test := range []struct{ servers, description, want string }{
		{"", "api.yaml", "http://127.0.0.1:8000"},
		{"servers: [{url: v1}]", "api.yaml", "http://127.0.0.1:8000/v1   # the description does not say on which host it is"},
		{"", "https://example.com/openapi.yaml", "http://127.0.0.1:8000"},
		{"", here, "http://127.0.0.1:9876"},
		{"servers: [{url: /v1}]", here, "http://127.0.0.1:9876/v1"},
		{"servers: [{url: v1}]", here, "http://127.0.0.1:9876/docs/v1"},
		{"servers: [{url: 'https://api.example.com/v2/'}]", here, "http://127.0.0.1:9876/v2   # the description names https://api.example.com/v2"},
		{"servers: [{url: 'https://api.example.com'}, {url: 'http://localhost:5000/v3'}]", here, "http://localhost:5000/v3"},
	} {
		c, err := contract.Load("api.yaml", []byte("openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\n"+test.servers+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		files, _ := project.Start(c, test.description, false, nil)
		text := files[slices.IndexFunc(files, func(f project.NewFile) bool { return f.Name == project.TargetName })].Text
		if !strings.Contains(text, "\nbaseURL: "+test.want+"\n") {
			t.Errorf("%s with %q: the target file is not at %s:\n%s", test.description, test.servers, test.want, text)
		}
	}
}

// TestTheTargetFileThatIsBegunNamesTheSecrets reads the target file with the variables
// that it is said to want, and without.
func TestTheTargetFileThatIsBegunNamesTheSecrets(t *testing.T) {
	for description, want := range map[string]struct {
		base      string
		variables []string
	}{
		"testdata/search.yaml": {"http://127.0.0.1:8000/v2", []string{"KEY", "LOGIN_PASSWORD", "SESSION"}},
		"testdata/old.json":    {"http://localhost:8082/api", nil},
		"../../openapi/userusage.yaml": {
			"http://127.0.0.1:8000", []string{"ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "TOKEN"},
		},
	} {
		c, err := contract.LoadFile(description)
		if err != nil {
			t.Fatal(err)
		}
		files, variables := project.Start(c, description, false, nil)
		if !slices.Equal(variables, want.variables) {
			t.Errorf("%s: the variables are %s, not %s", description, variables, want.variables)
		}
		text := files[slices.IndexFunc(files, func(f project.NewFile) bool { return f.Name == project.TargetName })].Text
		read, err := target.Parse("target.yaml", []byte(text), func(name string) (string, bool) {
			return "secret-of-" + name, slices.Contains(variables, name)
		})
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if read.BaseURL.String() != want.base {
			t.Errorf("%s: baseURL is %s, not %s", description, read.BaseURL, want.base)
		}
		if _, err := target.ParseToPlan("target.yaml", []byte(text), nil); err != nil {
			t.Errorf("without secrets: %v", err)
		}
		if _, err := target.Parse("target.yaml", []byte(text), nil); (err != nil) != (len(variables) > 0) {
			t.Errorf("%s: without secrets it is read: %v", description, err)
		}
	}
}
