package project

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/internal/source"
	"github.com/apiclause/clause/contract/internal/world"
)

// Suggestion is what the names and texts of a description suggest that an
// implementation keeps to, and the description does not state. Only a person can say
// whether that is so.
type Suggestion struct {
	// Where is the operation, or what is meant of all operations.
	Where string
	// Says is what it comes to, and Reason from what that is inferred.
	Says, Reason string
	// Action is the action of an overlay that states it, in YAML.
	Action string

	id         string // that of the rule, if it is one
	convention bool
}

// maxSuggestions bounds those of a description: who agrees to more than a hundred
// rules has to read them.
const maxSuggestions = 100

// rounds bounds how often a description is loaded to see which suggestions hold.
const rounds = 8

// Suggest gives what the description of a contract suggests. name and from are what the
// contract was loaded from. Each suggestion can be laid over the description, alone and
// with all others: what would be a mistake there, or say nothing, is left out.
func Suggest(ctx context.Context, c *contract.Contract, name string, from contract.Source) ([]Suggestion, error) {
	d, err := source.Load(ctx, name, source.Options{RemoteRefs: from.RemoteRefs, Overlays: from.Overlays})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", contract.DisplayName(name), err)
	}
	var all []Suggestion
	calls := callsOf(d.Root)
	for i := range calls {
		all = append(all, calls[i].rules()...)
	}
	all = append(all, limits(calls, d.Version == source.V20)...)
	all = append(all, conventions(c)...)
	all = all[:min(len(all), 3*maxSuggestions)]
	return confirmed(ctx, name, from, c, all)
}

// rule is one of an overlay's.
type rule struct {
	ID         string `yaml:"id"`
	When       string `yaml:"when,omitempty"`
	Expression string `yaml:"expression"`
	Message    string `yaml:"message"`
	Inferred   string `yaml:"inferred"`
}

// action is one of an overlay's.
type action struct {
	Target string `yaml:"target"`
	Update any    `yaml:"update"`
}

type xContract struct {
	XContract any `yaml:"x-contract"`
}

// written writes an action.
func (a action) written() string {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if encoder.Encode([]action{a}) != nil || encoder.Close() != nil {
		return "" // texts can always be written
	}
	return out.String()
}

// literal writes a text in a JSONPath.
func literal(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}

func (c *call) suggestion(id, expression, message, reason string) Suggestion {
	return suggestion(c.method, c.path, "rules", rule{ID: id, Expression: expression, Message: message, Inferred: reason})
}

// suggestion suggests that an operation has a rule in one of its lists of rules.
func suggestion(method, path, list string, r rule) Suggestion {
	a := action{Target: "$.paths[" + literal(path) + "]." + strings.ToLower(method)}
	a.Update = xContract{map[string][]rule{list: {r}}}
	where := strings.ToUpper(method) + " " + path
	return Suggestion{Where: where, Says: r.Message, Reason: r.Inferred, Action: a.written(), id: r.ID}
}

// rules gives the dependencies between places that names and texts suggest.
func (c *call) rules() []Suggestion {
	var out []Suggestion
	for i := range c.places {
		for j := range c.places {
			if a, b := &c.places[i], &c.places[j]; i != j && a.in == b.in {
				out = append(out, c.ordered(a, b)...)
				out = append(out, c.sorted(a, b)...)
				out = append(out, c.told(a, b)...)
			}
		}
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(out, func(s Suggestion) bool {
		twice := seen[s.id]
		seen[s.id] = true
		return twice
	})
}

// ordered suggests that the lower end of a range is not above its upper end.
func (c *call) ordered(a, b *place) []Suggestion {
	if a.kind != b.kind || !a.number() && !a.time() {
		return nil
	}
	if e, paired := world.Paired(a.words, b.words, a.time()); !paired || e.Unsure {
		return nil
	}
	what := "above"
	if a.time() {
		what = "after"
	}
	return []Suggestion{c.suggestion(ruleID(a, "not", what, b), a.absent()+b.absent()+a.cel()+" <= "+b.cel(),
		fmt.Sprintf("%s must not be %s %s", a.name, what, b.name),
		fmt.Sprintf("the names %s and %s are those of the two ends of a range", a.name, b.name))}
}

// sorted suggests that a direction is given only with what is sorted by.
func (c *call) sorted(a, b *place) []Suggestion {
	direction := directed(a) && world.Order.Called(a.called()) && !a.is("sort")
	field := sortedBy(b) && !directed(b)
	if !direction || !field || b.required || a.schema.Has("default") || b.schema.Has("default") {
		return nil
	}
	return []Suggestion{c.suggestion(ruleID(a, "needs", "", b), a.absent()+"has("+b.cel()+")",
		fmt.Sprintf("%s must not be given without %s", a.name, b.name),
		fmt.Sprintf("%s names a direction, and %s what is sorted by", a.name, b.name))}
}

// sortedBy reports whether a place is called as what is sorted by. What is called order
// alone says in which direction, as far as its name goes.
func sortedBy(p *place) bool {
	return world.Sort.Called(p.called()) && !p.is("order") || p.is("orderby", "sortby")
}

// directed reports whether a place takes the two directions of sorting, or what it
// takes is not said.
func directed(p *place) bool {
	values := p.schema.Get("enum").Items()
	named := slices.ContainsFunc(values, func(n *source.Node) bool {
		return strings.HasPrefix(strings.ToLower(n.Text()), "asc")
	})
	return named || len(values) == 0 && !sortedBy(p)
}

// The words that say how one place depends on another, which is named after them.
var (
	excludes = regexp.MustCompile("(?i)(?:mutually exclusive (?:with|to)|(?:cannot|can not|can't|must not|may not) be " +
		"(?:used|combined|specified|given|set|provided)(?: together| in combination)? with) (?:the )?[`'\"*]*([A-Za-z_][A-Za-z0-9_-]*)")
	requires = regexp.MustCompile("(?i)(?:requires|only (?:valid|used|applies|allowed|applicable|relevant)?,? ?(?:with|if|when|together with)) " +
		"(?:the )?(?:parameter )?[`'\"*]*([A-Za-z_][A-Za-z0-9_-]*)[`'\"*]*(?: (?:is|to be) (?:set|given|present|specified|provided))?(?:[.,;)]|$)")
	needed = regexp.MustCompile("(?i)(?:required|mandatory|must be (?:set|given|specified|provided)) (?:if|when) (?:the )?" +
		"(?:parameter )?[`'\"*]*([A-Za-z_][A-Za-z0-9_-]*)[`'\"*]* is (?:set|given|present|specified|provided)")
)

// told suggests what the text of a place says of another.
func (c *call) told(a, b *place) []Suggestion {
	says := func(x *regexp.Regexp) string {
		for _, found := range x.FindAllStringSubmatch(a.prose, -1) {
			if found[1] == b.name {
				return fmt.Sprintf("the description of %s says %q", a.name, strings.Join(strings.Fields(found[0]), " "))
			}
		}
		return ""
	}
	if a.required && b.required {
		return nil
	}
	if reason := says(excludes); reason != "" && !a.required && !b.required {
		first, second := a, b
		if a.name > b.name {
			first, second = b, a
		}
		return []Suggestion{c.suggestion(ruleID(first, "without", "", second), "!has("+first.cel()+") || !has("+second.cel()+")",
			fmt.Sprintf("%s and %s must not be given together", first.name, second.name), reason)}
	}
	if reason := says(requires); reason != "" && !b.required {
		return []Suggestion{c.suggestion(ruleID(a, "needs", "", b), a.absent()+"has("+b.cel()+")",
			fmt.Sprintf("%s must not be given without %s", a.name, b.name), reason)}
	}
	if reason := says(needed); reason != "" && !a.required {
		return []Suggestion{c.suggestion(ruleID(b, "needs", "", a), b.absent()+"has("+a.cel()+")",
			fmt.Sprintf("%s must be given where %s is", a.name, b.name), reason)}
	}
	return nil
}

// ruleID makes the id of a rule: words of lower-case letters and digits.
func ruleID(a *place, verb, what string, b *place) string {
	return strings.Join(plain(slices.Concat(a.words, []string{verb, what}, b.words)), "-")
}

// plain gives words without the characters that the id of a rule cannot have.
func plain(words []string) []string {
	var out []string
	for _, w := range words {
		w = strings.Map(func(c rune) rune {
			if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
				return c
			}
			return -1
		}, w)
		if w != "" {
			out = append(out, w)
		}
	}
	return out
}

// stated finds a limit in the text of a place.
var stated = regexp.MustCompile(`(?i)(?:\bmax(?:imum)?(?: (?:allowed|value|number|limit))*(?: (?:is|of|are)|:)?|` +
	`at most|up to|no more than|not exceed)\s+(\d{1,7})\b`)

// limit is an upper limit that is suggested for all places of a name.
type limit struct {
	name   string
	number int
	reason string
}

// limits suggests upper limits of what names the size of a page.
func limits(calls []call, old bool) []Suggestion {
	found := map[string]limit{}
	for _, c := range calls {
		for i := range c.places {
			if l, ok := limitOf(&c.places[i]); ok {
				if other, twice := found[l.name]; twice && other.number != l.number {
					l.number, l.reason = guess, guessed(l.name)
				}
				found[l.name] = l
			}
		}
	}
	var out []Suggestion
	for _, name := range slices.Sorted(maps.Keys(found)) {
		out = append(out, found[name].suggestions(old)...)
	}
	return out
}

// guess stands for a limit of which nothing is known.
const guess = 100

func guessed(name string) string {
	return name + " is the name of the size of a page, which servers limit: put the number of yours"
}

func limitOf(p *place) (limit, bool) {
	// Who agrees to a limit has looked at it: other names may be those of one, too.
	size := world.Limit.Called(p.called()) || p.is("perpage", "maxresults", "results per page", "items per page", "size", "top", "rows")
	if p.in != "query" || p.kind != "integer" || !size || p.schema.Has("maximum") || p.schema.Has("exclusiveMaximum") {
		return limit{}, false
	}
	if said := stated.FindStringSubmatch(p.prose); said != nil {
		number, _ := strconv.Atoi(said[1]) // it is digits, and few of them
		return limit{p.name, number, fmt.Sprintf("the description of %s says %q", p.name, strings.Join(strings.Fields(said[0]), " "))}, true
	}
	return limit{p.name, guess, guessed(p.name)}, true
}

// suggestions gives a limit in each of the ways in which parameters are written down:
// those that mean nothing of a description are left out later.
func (l limit) suggestions(old bool) []Suggestion {
	filter := ".parameters[?@.name == " + literal(l.name) + " && @.in == 'query'"
	froms := []string{"$.paths.*.*", "$.paths.*", "$.components"}
	schema, lacks := "].schema", " && !@.schema.maximum"
	if old {
		froms[2], schema, lacks = "$", "]", " && !@.maximum"
	}
	var out []Suggestion
	for _, from := range froms {
		update := struct {
			Maximum   int `yaml:"maximum"`
			XContract any `yaml:"x-contract"`
		}{l.number, map[string]any{"inferred": map[string]string{"maximum": l.reason}}}
		a := action{Target: from + filter + lacks + schema, Update: update}
		out = append(out, Suggestion{
			Where: "the query parameter " + l.name, Says: fmt.Sprintf("%s is at most %d", l.name, l.number), Reason: l.reason, Action: a.written(),
		})
	}
	return out
}

// confirmed leaves out what cannot be laid over the description, or says nothing.
func confirmed(ctx context.Context, name string, from contract.Source, bare *contract.Contract, all []Suggestion) ([]Suggestion, error) {
	before := map[string]bool{}
	for _, p := range bare.Warnings() {
		before[p.String()] = true
	}
	for range rounds {
		if len(all) == 0 {
			return nil, nil
		}
		wrong, err := refuted(ctx, name, from, all, before)
		if err != nil {
			return nil, err
		}
		if len(wrong) == 0 {
			return all[:min(len(all), maxSuggestions)], nil
		}
		kept := all[:0:0]
		for i, s := range all {
			if !wrong[i] {
				kept = append(kept, s)
			}
		}
		all = kept
	}
	return nil, nil // none can be relied on
}

// refuted gives the indices of the suggestions that are a mistake together with the
// others, or say nothing.
func refuted(ctx context.Context, name string, from contract.Source, all []Suggestion, before map[string]bool) (map[int]bool, error) {
	t := newTrial(all, before)
	from.Overlays, from.Stdin = append(slices.Clone(from.Overlays), "-"), strings.NewReader(t.text)
	c, err := contract.LoadFrom(ctx, name, from)
	if ctx.Err() != nil {
		return nil, err
	}
	if err != nil {
		t.blame(contract.Problems(err))
		return t.or(true), nil
	}
	if nobody := t.blame(c.Warnings()); nobody || len(t.wrong) > 0 {
		return t.or(nobody), nil
	}
	doubts, err := c.DoubtsContext(ctx)
	if err != nil {
		return nil, err
	}
	t.blame(doubts)
	says := map[int]bool{}
	for _, one := range c.Clauses() {
		if one.At.File == "-" {
			says[t.at(one.At.Line)] = true
		}
	}
	for i := range all {
		if !says[i] {
			t.wrong[i] = true
		}
	}
	return t.wrong, nil
}

// trial is an overlay of suggestions, and which of them are wrong.
type trial struct {
	text   string
	starts []int // the line that each begins in
	before map[string]bool
	wrong  map[int]bool
}

func newTrial(all []Suggestion, before map[string]bool) *trial {
	t := &trial{before: before, wrong: map[int]bool{}}
	t.text, t.starts = laid(all)
	return t
}

// at gives the suggestion that a line of the overlay is of, or -1.
func (t *trial) at(line int) int {
	i, found := slices.BinarySearch(t.starts, line)
	if !found {
		i--
	}
	return i
}

// blame notes which suggestions have problems that were not there without them, and
// reports whether there is one that is of none of them.
func (t *trial) blame(problems []contract.Problem) (nobody bool) {
	for _, p := range problems {
		switch i := t.at(p.At.Line); {
		case t.before[p.String()]:
		case p.At.File == "-" && i >= 0:
			t.wrong[i] = true
		default:
			nobody = true
		}
	}
	return nobody
}

// or gives what is wrong, and all where something is and nothing of it was found.
func (t *trial) or(something bool) map[int]bool {
	if something && len(t.wrong) == 0 {
		for i := range t.starts {
			t.wrong[i] = true
		}
	}
	return t.wrong
}

const overlayHead = "overlay: 1.0.0\ninfo: {title: What the description does not state, version: \"1\"}\nactions:\n"

// laid makes an overlay of suggestions, and gives the line that each begins in.
func laid(all []Suggestion) (text string, starts []int) {
	var out strings.Builder
	out.WriteString(overlayHead)
	for _, s := range all {
		starts = append(starts, strings.Count(out.String(), "\n")+1)
		out.WriteString(s.Action)
	}
	return out.String(), starts
}
