package plan

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/world"
)

var update = flag.Bool("update", false, "write docs/techniques.md anew")

// everyTechnique is a plan in which each technique has cases.
func everyTechnique(t *testing.T) *Plan {
	t.Helper()
	o := informed
	o.Provoked = func(string) []string { return []string{"422"} }
	all := Build(file(t, "../testdata/orders.yaml"), o)
	// There the target gives what is read; here it is made.
	for _, c := range Build(world.State(file(t, "../testdata/pets.yaml")), Options{Unsafe: true}).Cases {
		if c.Technique == State {
			all.Cases = append(all.Cases, c)
		}
	}
	for _, c := range shelfPlan(t, Options{Unsafe: true}).Cases {
		if c.Technique == AnswerRule {
			all.Cases = append(all.Cases, c)
		}
	}
	all.Cases = byTechnique([][]Case{all.Cases})
	return all
}

// TestTechniquesInTheirOrder holds that each technique of the table has cases, and
// that all of one come before all of the next.
func TestTechniquesInTheirOrder(t *testing.T) {
	cases := everyTechnique(t).Cases
	var got []Technique
	for _, c := range cases {
		if len(got) == 0 || got[len(got)-1] != c.Technique {
			got = append(got, c.Technique)
		}
	}
	if want := Techniques(); !slices.Equal(got, want) {
		t.Errorf("the techniques come as %v, want %v", got, want)
	}
	// Wrong credentials may lock an account: whatever needs the right ones comes before.
	wrong := slices.Index(got, Authentication)
	for _, c := range cases {
		if c.Request.Credential.Variant == Valid && c.Technique != Method && slices.Index(got, c.Technique) > wrong {
			t.Errorf("%s comes after wrong credentials", c.ID)
		}
	}
}

// TestTechniquesDoc holds docs/techniques.md to the table.
func TestTechniquesDoc(t *testing.T) {
	cases := everyTechnique(t).Cases
	var page bytes.Buffer
	page.WriteString(techniquesIntroduction)
	for _, technique := range Techniques() {
		i := slices.IndexFunc(cases, func(c Case) bool { return c.Technique == technique })
		if i < 0 || technique.What() == "" {
			t.Fatalf("%s has no case, or says nothing of itself", technique)
		}
		fmt.Fprintf(&page, "| `%s` | %s | `%s` |\n", technique, strings.ReplaceAll(technique.What(), "|", `\|`), cases[i].ID)
	}
	page.WriteString(techniquesEnd)
	const name = "../../docs/techniques.md"
	if *update {
		if err := os.WriteFile(name, page.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, page.Bytes()) {
		t.Errorf("%s is not what the table says: look at what go test ./contract/plan -run TechniquesDoc -update changes in it", name)
	}
}

const techniquesIntroduction = `# Techniques

Each case of a plan is derived by one technique, which ` + "`clause list`" + `, every report and ` + "`clause prove --markdown`" + ` name. Cases are planned and sent
technique by technique over all operations, in this order: what finds most comes first. The table is that of
` + "`contract/plan/techniques.go`" + `; a test holds this page to it.

| technique | its cases | such as |
|---|---|---|
`

const techniquesEnd = `
The names are those of ISO/IEC/IEEE 29119-4 where it has one. Cases of the technique ` + "`recorded`" + ` are in no plan: they are the requests of a
recording. [Which answers are lawful](answers.md) says what each kind of request may be answered with.
`
