package prove

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/judge"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// contracts are those of the repository that something can be proved of.
func contracts(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, dir := range []string{"testdata/*.yaml", "../testdata/*.yaml"} {
		found, err := filepath.Glob(dir)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	all = slices.DeleteFunc(all, func(path string) bool { return strings.HasSuffix(path, "events.yaml") }) // it has no operation
	return append(all, userUsage)
}

// kindOf names the kind of a clause as the table of faults does.
func kindOf(c *clause.Clause) string {
	parts := strings.Split(strings.TrimPrefix(c.ID, c.Operation+"."), ".")
	last := parts[len(parts)-1]
	switch {
	case slices.Contains([]string{"rule", "answers", "convention"}, parts[0]):
		return parts[0]
	case parts[0] == "security", parts[0] == "state":
		return parts[0] + "." + last
	case parts[0] != "answer":
		return last
	case len(parts) == 2 && (last == "default" || last[0] >= '1' && last[0] <= '5'):
		return "answer.status"
	default:
		return "answer." + last
	}
}

// faultless says of kinds of clauses why no fault breaks some of them: those whose
// ids match. A fault that is excluded is there all the same, with a reason of its own.
var faultless = []struct{ kind, clauses, why string }{
	{"type", "*.type", "every text is one, and a text is read as a list of one"},
	{"answer.credentials", "*", "the operation wants no credentials, so that no answer can repeat any"},
	{"answer.framing", "*", "no answer of the operation has JSON, and what is sent otherwise is not spoilt"},
	{"answer.type", "*.answer.*", "no answer that is made up has the member, or it is a list at the top, which wrapping leaves valid for some readers"},
	{"answer.format", "*.answer.*", "the format is one that every value which can be made up has"},
	{"answer.minItems", "*.header.*", "a header of an empty list is one that is not there"},
}

// TestEveryClauseHasACaseAndAFault holds that each clause of each contract is
// enforced by a case of a technique, or by answers, or says why it is not; and
// that some fault breaks it, or the table says why none does.
func TestEveryClauseHasACaseAndAFault(t *testing.T) {
	t.Parallel()
	derived(t)
	used := map[string]bool{}
	for _, path := range contracts(t) {
		p := derive(t, path)
		unaccounted := enforcement(t, p)
		broken := map[string]bool{}
		for i := range p.faults {
			broken[p.faults[i].Clause] = true
			for _, id := range p.faults[i].Also {
				broken[id] = true
			}
		}
		for _, c := range p.maker.model.Clauses {
			if unaccounted(c) {
				t.Errorf("%s: no case enforces %s, no answer shows it, and it does not say why", path, c.ID)
			}
			if broken[c.ID] || p.maker.successes[c.Operation] == nil {
				continue
			}
			i := slices.IndexFunc(faultless, func(x struct{ kind, clauses, why string }) bool {
				return x.kind == kindOf(c) && report.Match(x.clauses, c.ID)
			})
			if i < 0 {
				t.Errorf("%s: no fault breaks %s: let a function of the table kinds make one, or say in faultless why none can be", path, c.ID)
				continue
			}
			used[faultless[i].kind] = true
		}
	}
	for _, x := range faultless {
		if !used[x.kind] {
			t.Errorf("a fault breaks each clause of the kind %s: take it out of faultless", x.kind)
		}
	}
}

// enforcement tells of a clause that nothing accounts for it: no case of a
// technique, no answer, and no reason.
func enforcement(t *testing.T, p *proof) func(c *clause.Clause) bool {
	t.Helper()
	accounted := map[string]bool{}
	for i := range p.plan.Cases {
		c := &p.plan.Cases[i]
		if accounted[c.Clause] = true; !slices.Contains(plan.Techniques(), c.Technique) {
			t.Errorf("%s is made by %s, which is no technique", c.ID, c.Technique)
		}
		for _, status := range c.Expect.Statuses {
			if r := p.maker.model.Operation(c.Operation).Response(status); r != nil {
				accounted[r.ID] = true
			}
		}
	}
	for _, u := range p.plan.Untested {
		accounted[u.Clause] = u.Reason != ""
	}
	return func(c *clause.Clause) bool {
		if accounted[c.ID] || strings.HasPrefix(kindOf(c), "answer.") && kindOf(c) != "answer.status" {
			return false // what is said of answers is judged on each
		}
		return true
	}
}

// proved are the contracts that are proved as a whole, for other tests, too.
var proved = []string{
	userUsage, orders, accounts, "testdata/items.yaml", "testdata/delimiters.yaml", "testdata/members.yaml", "testdata/dependencies.yaml",
	"testdata/forms.yaml", "testdata/unions.yaml", "../testdata/pets.yaml",
	"testdata/library.yaml",
	notes,
}

// TestEveryKindOfFaultIsNoticed holds that each row of the table makes faults which
// break the clauses that it says; that each of its techniques notices some; and that
// there is no technique which nothing would be missed without.
func TestEveryKindOfFaultIsNoticed(t *testing.T) {
	t.Parallel()
	derived(t)
	broken, noticed := map[string]map[string]bool{}, map[string]map[plan.Technique]bool{}
	for _, k := range kinds {
		broken[k.name], noticed[k.name] = map[string]bool{}, map[plan.Technique]bool{}
	}
	for _, path := range proved {
		p, r := derive(t, path), run(t, path, Options{})
		for i := range r.Faults {
			f, k := &r.Faults[i], p.faults[i].kind
			kind := kindOf(p.maker.model.Clause(f.Clause))
			if broken[k.name][kind] = true; !slices.Contains(k.breaks, kind) {
				t.Errorf("%s: %s breaks a clause of the kind %s, which the row %s does not name", path, f.Name, kind, k.name)
			}
			meant := false
			for _, c := range f.By {
				noticed[k.name][c.Technique] = true
				meant = meant || slices.Contains(k.by, c.Technique)
			}
			if f.Noticed() && !meant {
				t.Errorf("%s: %s is noticed by %s alone, which the row %s does not name", path, f.Name, f.By[0].Technique, k.name)
			}
		}
	}
	needed := map[plan.Technique]bool{}
	for _, k := range kinds {
		for _, kind := range k.breaks {
			if !broken[k.name][kind] {
				t.Errorf("no fault of the row %s breaks a clause of the kind %s", k.name, kind)
			}
		}
		for _, technique := range k.by {
			if needed[technique] = true; !noticed[k.name][technique] {
				t.Errorf("no fault of the row %s is noticed by %s", k.name, technique)
			}
		}
	}
	for _, technique := range plan.Techniques() {
		if _, stated := noticesNothing[technique]; needed[technique] == stated {
			t.Errorf("%s: a technique has a row of the table kinds that needs it, or a reason in noticesNothing", technique)
		}
	}
}

// noticesNothing says of techniques why no fault needs them.
var noticesNothing = map[plan.Technique]string{
	plan.Provoked: "only an implementation knows what it answers with other statuses",
	plan.Harsh:    "which values an implementation stumbles over the contract does not say",
}

// TestEveryCheckFindsAFault holds that each check is what some fault was noticed by.
func TestEveryCheckFindsAFault(t *testing.T) {
	t.Parallel()
	derived(t)
	fired := map[string]bool{}
	for _, path := range proved {
		r := run(t, path, Options{})
		for i := range r.Faults {
			maps.Copy(fired, r.Faults[i].checks)
		}
	}
	for _, check := range judge.Checks() {
		if !fired[check] {
			t.Errorf("the check %s finds no fault of any contract: let a fault break what it is for", check)
		}
	}
}

// TestFaultsDoc holds docs/faults.md to the tables of faults and variants.
func TestFaultsDoc(t *testing.T) {
	t.Parallel()
	var page bytes.Buffer
	page.WriteString(faultsIntroduction)
	for _, k := range kinds {
		fmt.Fprintf(&page, "| `%s` | %s | `%s` | `%s` |\n", k.name, k.what, strings.Join(k.breaks, "`, `"), join(k.by))
	}
	page.WriteString(variantsIntroduction)
	for _, k := range variantKinds {
		name := "`" + k.name + "`"
		if k.several != nil {
			name += "…"
		}
		fmt.Fprintf(&page, "| %s | %s |\n", name, k.what)
	}
	const name = "../../docs/faults.md"
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
		t.Errorf("%s is not what the tables say: look at what go test ./contract/prove -run FaultsDoc -update changes in it", name)
	}
}

// TestProvingDoc holds what docs/proving.md and the README say of the user usage export to
// the proof.
func TestProvingDoc(t *testing.T) {
	t.Parallel()
	derived(t)
	r := run(t, userUsage, Options{})
	all, must, should := r.Count(""), r.Count(clause.Must), r.Count(clause.Should)
	var table strings.Builder
	r.writeTable(&table)
	for name, texts := range map[string][]string{
		"../../docs/proving.md": {
			fmt.Sprintf("%d faults, %d of %d on a `must` and %d of %d on a `should` noticed, each by a case that names the clause; %d more cannot be told",
				all.Named, must.Noticed, must.Faults, should.Noticed, should.Faults, all.Excluded),
			fmt.Sprintf("none of %d conforming variants is charged", len(r.Variants)),
			table.String(),
			fmt.Sprintf("of the %d faults are noticed", all.Faults),
		},
		"../../README.md": {
			fmt.Sprintf("all of %d derived faults are noticed, and none of %d conforming variants is charged", all.Noticed, len(r.Variants)),
		},
	} {
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			if !strings.Contains(inOneLine(string(page)), inOneLine(text)) {
				t.Errorf("%s does not say, wherever its lines end:\n%s", name, text)
			}
		}
	}
	if r.Failed() || all.Faults != all.Named || all.Faults != all.Noticed {
		t.Errorf("the pages say that all are noticed, and nobody is charged: %+v", all)
	}
}

func inOneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func join(techniques []plan.Technique) string {
	all := make([]string, len(techniques))
	for i, technique := range techniques {
		all[i] = string(technique)
	}
	return strings.Join(all, "`, `")
}

const faultsIntroduction = `# What ` + "`clause prove`" + ` makes of a contract

From a contract ` + "`clause prove`" + ` derives an implementation that keeps to it, others that do so in another way, and many with one thing
wrong. The first two must not be charged, each of the last must be noticed, unless it cannot be told from outside: then it says why.
The tables are those of ` + "`contract/prove/kinds.go`" + ` and ` + "`contract/prove/variant.go`" + `; a test holds this page to them.

## Faults

A clause stands here by its keyword, one of answers after ` + "`answer.`" + `, of credentials after ` + "`security.`" + `, of what servers
remember after ` + "`state.`" + `. The last column names the
[techniques](techniques.md) that are meant to notice the faults.

| faults | what is wrong | clauses that they break | noticed by |
|---|---|---|---|
`

const variantsIntroduction = `
## Variants

A contract has several, or none, of those whose names end in "…".

| variant | what is otherwise |
|---|---|
`
