package project

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/internal/loaded"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/target"
)

// The names of the files that a project is started with, beside FileName.
const (
	OverlayName = "rules.yaml"
	TargetName  = "target.yaml"
)

// NewFile is a file that a project is started with.
type NewFile struct {
	Name string
	Text string
}

// Start makes the files of a project of one contract. description is the name that
// it was loaded from. variables are those of the environment that the target file
// reads.
func Start(c *contract.Contract, description string, remoteRefs bool, suggestions []Suggestion) (files []NewFile, variables []string) {
	aim, variables := targetOf(c, description)
	return []NewFile{
		{FileName, start(c, description, remoteRefs)},
		{OverlayName, commented(c, suggestions)},
		{TargetName, aim},
	}, variables
}

// quoted writes a text as YAML.
func quoted(text string) string {
	out, err := yaml.Marshal(text)
	if err != nil {
		return fmt.Sprintf("%q", text)
	}
	return strings.TrimSpace(string(out))
}

// commentText makes a text one line of a comment.
func commentText(text string) string { return strings.Join(strings.Fields(text), " ") }

func start(c *contract.Contract, description string, remoteRefs bool) string {
	refs := ""
	if remoteRefs {
		refs = "\n    remote-refs: true"
	}
	description = strings.ReplaceAll(description, "${", "$${")
	return fmt.Sprintf(`# What the command line of clause leaves out, for %s. Flags win.
# clause schema clause.yaml prints the JSON Schema of this file, for editors.
contracts:
  - description: %s%s
    overlays: [%s]        # rules that the description does not state
    target: %s           # where the implementation is, and credentials; or its URL
    generate: {package: api, out: api, server: std-http, client: true, enforce: true}

# A section is called as its command, and its options as the flags of that.
verify:
  timeout: 10m
  html: clause.html
  # known: known.txt              # what fails today: clause verify --write-known known.txt
  # fail-on: untested=20%%         # fail, too, if more than that is untested
`, commentText(c.Title()), quoted(description), refs, OverlayName, TargetName)
}

// commented writes the overlay of suggestions, each in comments.
func commented(c *contract.Contract, suggestions []Suggestion) string {
	var out strings.Builder
	fmt.Fprintf(&out, "# What %s does not state, as its names and texts suggest it.\n", commentText(c.File()))
	out.WriteString("# Nothing of it is held against anybody as it stands: take the leading \"# \" away from the\n")
	out.WriteString("# lines of what your API does. What has inferred is a should; without that it is a must.\n")
	if slices.ContainsFunc(suggestions, func(s Suggestion) bool { return s.convention }) {
		out.WriteString("# Conventions of lists alone are a should as they are, but with --no-conventions.\n")
	}
	out.WriteString(overlayHead)
	out.WriteString("  # A list of actions must not be empty: this one changes nothing.\n  - target: $.info\n    update: {}\n")
	if len(suggestions) == 0 {
		out.WriteString("\n  ## Nothing is suggested. A rule is written like this:\n")
		for line := range strings.Lines(example) {
			out.WriteString("  # " + line)
		}
	}
	for _, s := range suggestions {
		fmt.Fprintf(&out, "\n  ## %s: %s.\n  ## Why: %s.\n", commentText(s.Where), commentText(s.Says), commentText(s.Reason))
		for line := range strings.Lines(s.Action) {
			out.WriteString("  # " + line)
		}
	}
	return out.String()
}

const example = `- target: $.paths['/things'].get
  update:
    x-contract:
      rules:
        - id: min-not-above-max
          expression: "!has(query.min) || !has(query.max) || query.min <= query.max"
          message: min must not be above max
`

// here is where an implementation is looked for of which nothing places it on this
// machine, neither the description nor where that was loaded from.
const here = "http://127.0.0.1:8000"

// targetOf writes the target file, and lists the variables that it reads.
func targetOf(c *contract.Contract, description string) (text string, variables []string) {
	var out strings.Builder
	fmt.Fprintf(&out, "# The implementation of %s that is tested.\nname: my implementation\n", commentText(c.Title()))
	base, note := baseURL(c, description)
	fmt.Fprintf(&out, "baseURL: %s%s\n", quoted(base), note)
	out.WriteString("# Values that are there and cannot be made, by the name of a parameter or a member of a body:\n# values:\n")
	known := knownToTarget(c)
	for _, name := range known {
		fmt.Fprintf(&out, "#   %s: ?     # only you know one\n", quoted(commentText(name)))
	}
	if len(known) == 0 {
		out.WriteString("#   some_id: 7\n")
	}
	schemes := schemesOf(c)
	if len(schemes) == 0 {
		return out.String(), nil
	}
	out.WriteString("auth:\n  schemes:                          # as the description calls them; secrets come from the environment\n")
	for _, s := range schemes {
		name := variableOf(s.Name)
		var line string
		switch {
		case s.Signs:
			line = fmt.Sprintf(`{accessKey: {id: "${%[1]s_ID}", secret: "${%[1]s_SECRET}"}}`, name)
			variables = append(variables, name+"_ID", name+"_SECRET")
		case s.HTTP == "basic":
			line = fmt.Sprintf(`{user: me, password: "${%s_PASSWORD}"}`, name)
			variables = append(variables, name+"_PASSWORD")
		case s.HTTP == "" && s.Param != "":
			line = fmt.Sprintf(`{key: "${%s}"}`, name)
			variables = append(variables, name)
		default:
			line = fmt.Sprintf(`{token: "${%s}"}`, name)
			variables = append(variables, name)
		}
		fmt.Fprintf(&out, "    %s: %s\n", quoted(s.Name), line)
	}
	return out.String(), variables
}

// knownToTarget lists the parameters of which the contract says that only the target
// knows values.
func knownToTarget(c *contract.Contract) []string {
	var out []string
	for _, op := range (*loaded.Contract)(c).Model().Operations {
		for _, p := range op.Parameters {
			if p.FromTarget && !slices.Contains(out, p.Name) {
				out = append(out, p.Name)
			}
		}
	}
	return out
}

// schemesOf lists the security schemes that operations take, each once.
func schemesOf(c *contract.Contract) []contract.Scheme {
	var out []contract.Scheme
	for _, op := range c.Operations() {
		for _, s := range slices.Concat(op.Security...) {
			if !slices.ContainsFunc(out, func(other contract.Scheme) bool { return other.Name == s.Name }) {
				out = append(out, s)
			}
		}
	}
	slices.SortFunc(out, func(a, b contract.Scheme) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// variableOf makes the name of an environment variable.
func variableOf(name string) string {
	out := strings.Join(strings.FieldsFunc(strings.ToUpper(strings.Join(spec.Words(name), "_")), func(c rune) bool {
		return c != '_' && (c < 'A' || c > 'Z') && (c < '0' || c > '9')
	}), "_")
	if out == "" || out[0] >= '0' && out[0] <= '9' {
		return "SECRET_" + out
	}
	return out
}

// baseURL gives the URL of the first server on this machine, or what it would be, and
// a note on where the description says that it is. What serves its own description is
// there.
func baseURL(c *contract.Contract, description string) (base, note string) {
	if local := target.LocalServer(c.Servers(), description); local != "" {
		return local, ""
	}
	path := "/"
	for _, text := range c.Servers() {
		u, err := url.Parse(text)
		if err != nil || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
			continue
		}
		note = "   # the description names " + commentText(u.Scheme+"://"+u.Host+strings.TrimRight(u.Path, "/"))
		if u.Hostname() == "" {
			note = "   # the description does not say on which host it is"
		}
		path = cmp.Or(u.Path, "/")
		break
	}
	return cmp.Or(target.LocalServer([]string{path}, description), target.LocalServer([]string{path}, here)), note
}
