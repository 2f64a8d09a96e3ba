package recording

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/har"
	"github.com/apiclause/clause/contract/internal/route"
	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// operation is an operation with its path template.
type operation struct {
	*spec.Operation

	template route.Template
	schemes  []string // query parameters that hold credentials
}

func newOperation(model *spec.Contract, op *spec.Operation) (*operation, error) {
	out := &operation{Operation: op}
	var err error
	out.template, err = route.Parse(op.Path, func(name string) int {
		return slices.IndexFunc(op.Parameters, func(p *spec.Parameter) bool { return p.In == "path" && p.Name == name })
	})
	for _, s := range model.Schemes {
		if s.In == "query" {
			out.schemes = append(out.schemes, s.Param)
		}
	}
	return out, err
}

// assessment says what the contract wants of the answer to a request.
type assessment struct {
	outcome plan.Outcome
	// clause is what the request is about: what it breaks, or what would be broken
	// if it were refused.
	clause string
	level  clause.Level
	why    string
	// targets are the values that only the target knows, as "in name=value".
	targets []string
}

// certainty is what is known of a parameter or the body.
type certainty int

const (
	// plain: it is there and valid, or it is surely not there.
	plain certainty = iota
	// wrong: it is surely missing or not valid.
	wrong
	// vague: implementations may read it in different ways.
	vague
)

// assessor holds one request to the contract.
type assessor struct {
	model *spec.Contract
	op    *operation
	r     *request
	at    moments

	known  map[string]certainty // of parameters, by "in name", and of body
	input  rule.Input
	breach []breach
	doubts []string
	// edges are clauses that the request keeps only just: who refuses it may have
	// another limit.
	edges   []breach
	targets []string
}

// breach is a clause and what of the request breaks it.
type breach struct {
	clause string
	level  clause.Level
	what   string
}

// assess finds out whether a request is forbidden: whether it breaks a clause
// under every reading; or allowed: whether it keeps to all of them under every
// reading, and nothing in it is left to implementations.
func assess(model *spec.Contract, op *operation, e *har.Entry, r *request) assessment {
	a := &assessor{
		model: model, op: op, r: r, at: momentsOf(e), known: map[string]certainty{},
		input: rule.Input{Path: map[string]any{}, Query: map[string]any{}, Header: map[string]any{}, Cookie: map[string]any{}},
	}
	for i, p := range op.Parameters {
		a.parameter(p, i)
	}
	a.unknownNames()
	a.readBody(e)
	for _, r := range op.Rules {
		a.rule(r)
	}
	return a.conclude()
}

func (a *assessor) doubt(format string, args ...any) {
	a.doubts = append(a.doubts, fmt.Sprintf(format, args...))
}

// breaks notes what the request breaks. What the contract makes no clause of, it
// may leave open.
func (a *assessor) breaks(id, format string, args ...any) {
	what := fmt.Sprintf(format, args...)
	if c := a.model.Clause(id); c != nil {
		a.breach = append(a.breach, breach{id, c.Level, what})
	} else {
		a.doubts = append(a.doubts, what)
	}
}

// conclude weighs what was found. A clause of level must goes before others.
func (a *assessor) conclude() assessment {
	out := assessment{targets: a.targets}
	refusal := a.op.Refusal()
	switch {
	case a.r.unfit != "":
		return a.open(out, a.r.unfit)
	case len(a.breach) > 0 && refusal != nil:
		worst := a.breach[0]
		for _, b := range a.breach {
			if worst.level != clause.Must && b.level == clause.Must {
				worst = b
			}
		}
		return out.as(plan.Refused, worst, worst.what)
	case len(a.breach) > 0:
		return a.open(out, "the contract documents no refusal: "+a.breach[0].what)
	case len(a.doubts) > 0:
		return a.open(out, "it may be accepted or refused: "+a.doubts[0])
	case a.success() == "" || refusal == nil:
		return a.open(out, "the contract does not tell a success from a refusal")
	}
	return a.allowed(out)
}

func (x assessment) as(outcome plan.Outcome, about breach, why string) assessment {
	x.outcome, x.clause, x.level, x.why = outcome, about.clause, about.level, why
	return x
}

// allowed says of a request that keeps to everything what a refusal would break:
// the one clause that it keeps only just, if there is one.
func (a *assessor) allowed(out assessment) assessment {
	should := slices.DeleteFunc(slices.Clone(a.edges), func(b breach) bool { return b.level == clause.Must })
	const keeps = "the request keeps to every clause, however it is read"
	switch {
	case len(should) > 1:
		return a.open(out, "it lies at several limits that are inferred: "+should[0].what)
	case len(should) == 1:
		return out.as(plan.Accepted, should[0], keeps+": "+should[0].what)
	case len(a.edges) == 1:
		return out.as(plan.Accepted, a.edges[0], keeps+": "+a.edges[0].what)
	}
	return out.as(plan.Accepted, breach{clause: a.success(), level: a.level(a.success())}, keeps)
}

// open says of a request that it may be accepted or refused.
func (a *assessor) open(out assessment, why string) assessment {
	id := a.op.ID + ".answer.unprovoked-5xx"
	return out.as(plan.Either, breach{clause: id, level: a.level(id)}, why)
}

func (a *assessor) level(id string) clause.Level {
	if c := a.model.Clause(id); c != nil {
		return c.Level
	}
	return clause.Must
}

// success is the clause that a request is accepted.
func (a *assessor) success() string {
	for _, r := range a.op.Responses {
		if r.Status[0] == '2' {
			return r.ID
		}
	}
	return ""
}

func key(p *spec.Parameter) string { return p.In + " " + p.Name }

func label(p *spec.Parameter) string { return p.Name + " (" + p.In + ")" }

// parameter reads one parameter. place is its index in the operation.
func (a *assessor) parameter(p *spec.Parameter, place int) {
	texts := a.r.texts(p, a.op.template, place, url.QueryUnescape)
	if len(texts) == 0 {
		a.absent(p)
		return
	}
	if p.FromTarget || p.Schema.Items != nil && p.Schema.Items.FromTarget {
		a.targets = append(a.targets, key(p)+"="+strings.Join(texts, ","))
	}
	found := a.values(p, texts)
	if a.r.twofold(p) {
		found = agreed(found, a.values(p, a.r.texts(p, a.op.template, place, url.PathUnescape)))
	}
	switch {
	case found.broken != nil:
		a.known[key(p)] = wrong
		for _, v := range found.broken {
			a.breaks(v.Clause, "%s%s %s", label(p), v.Where, v.Message)
		}
	case found.doubt != "":
		a.known[key(p)] = vague
		a.doubt("%s %s", label(p), found.doubt)
	default:
		a.group(p.In)[p.Name] = found.value
		a.edge(p.Schema, label(p), found.value)
	}
}

// agreed is what two readings of one value have in common.
func agreed(one, other reading) reading {
	if one.broken != nil && other.broken != nil {
		return one
	}
	return doubtful("has a '+', which may be a blank")
}

func (a *assessor) group(in string) map[string]any {
	switch in {
	case "path":
		return a.input.Path
	case "query":
		return a.input.Query
	case "header":
		return a.input.Header
	default:
		return a.input.Cookie
	}
}

// absent judges that a parameter is not there. Recordings are stripped of headers
// and cookies, so only who sent the request can say that it had none.
func (a *assessor) absent(p *spec.Parameter) {
	stripped := (p.In == "header" || p.In == "cookie") && !a.r.complete
	switch like := a.alike(p); {
	case stripped:
		a.known[key(p)] = vague
		if p.Required {
			a.doubt("%s may be missing, or not recorded", label(p))
		}
	case like != "":
		a.known[key(p)] = vague
		a.doubt("the query has %q, which may be taken for %s", like, label(p))
	case p.Required:
		a.known[key(p)] = wrong
		a.breaks(p.ID+".required", "%s is mandatory and is missing", label(p))
	}
}

// alike gives a parameter of the query that may be taken for another one.
func (a *assessor) alike(p *spec.Parameter) string {
	if p.In != "query" {
		return ""
	}
	for _, name := range a.r.names {
		bare, _, _ := strings.Cut(name, "[")
		if name != p.Name && strings.EqualFold(plainName.Replace(bare), plainName.Replace(p.Name)) && a.op.Parameter("query", name) == nil {
			return name
		}
	}
	return ""
}

var plainName = strings.NewReplacer("_", "", "-", "", ".", "")

// unknownNames looks for parameters of the query that the operation does not
// have: servers may refuse or ignore them.
func (a *assessor) unknownNames() {
	for _, name := range a.r.names {
		if a.op.Parameter("query", name) == nil && !slices.Contains(a.op.schemes, name) {
			a.doubt("the query has %q, which the operation does not have", name)
		}
	}
}

// values reads the texts of a parameter.
func (a *assessor) values(p *spec.Parameter, texts []string) reading {
	if slices.ContainsFunc(texts, redacted) {
		return doubtful("may have been redacted")
	}
	switch {
	case p.Schema.Type == "array":
		return list(p, texts)
	case p.In == "cookie" && strings.ContainsAny(strings.Join(texts, ""), `%"+ `):
		return doubtful("is a cookie that servers unescape in different ways")
	case len(texts) > 1:
		return repeated(p, texts)
	case texts[0] == "" && p.In == "query" && p.Required && !slices.Contains(p.Schema.Enum, any("")):
		return reading{broken: []spec.Violation{{Clause: p.ID + ".required", Message: "is mandatory and is empty"}}}
	case p.In == "header":
		return scalar(p.Schema, strings.Trim(texts[0], " \t")) // which are not part of it
	}
	return scalar(p.Schema, texts[0])
}

// repeated reads what is sent more than once and is no list: it is refused for
// certain only where none of the values would be taken.
func repeated(p *spec.Parameter, texts []string) reading {
	first := scalar(p.Schema, texts[0])
	for _, text := range texts {
		if scalar(p.Schema, text).broken == nil {
			return doubtful("is sent more than once")
		}
	}
	return first
}

// list reads a parameter of several values.
func list(p *spec.Parameter, texts []string) reading {
	if len(texts) == 1 && texts[0] == "" && p.In == "query" && p.Required {
		return reading{broken: []spec.Violation{{Clause: p.ID + ".required", Message: "is mandatory and is empty"}}}
	}
	texts, doubt := elements(p, texts)
	if doubt != "" {
		return doubtful(doubt)
	}
	items := p.Schema.Items
	if items == nil {
		items = &spec.Schema{Type: "string"}
	}
	values := make([]any, len(texts))
	var broken []spec.Violation
	for i, text := range texts {
		item := scalar(items, text)
		if item.doubt != "" {
			return doubtful(item.doubt)
		}
		broken = append(broken, item.broken...)
		values[i], _ = items.FromText(text)
	}
	if broken == nil {
		broken = p.Schema.Check(values)
	}
	if broken != nil {
		return reading{broken: broken}
	}
	return reading{value: p.Schema.Typed(values)}
}

// elements splits the texts of a list, or says why it is not sure how to.
func elements(p *spec.Parameter, texts []string) (split []string, doubt string) {
	switch joined := !p.Explode || p.In == "path" || p.In == "header"; {
	case joined && len(texts) > 1 && p.In != "header":
		return nil, "is sent more than once"
	case joined:
		for text := range strings.SplitSeq(strings.Join(texts, ","), ",") {
			if p.In == "header" { // blanks around its elements are not part of them
				text = strings.Trim(text, " \t")
			}
			split = append(split, text)
		}
		return split, ""
	case slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, ",") }):
		return nil, "has a comma, at which it may be split"
	}
	return texts, ""
}

// readBody reads the body.
func (a *assessor) readBody(e *har.Entry) {
	b, sent := a.op.Body, a.r.body
	switch {
	case b == nil:
		if !sent.absent && (sent.present || a.r.method != http.MethodGet && a.r.method != http.MethodDelete) {
			a.doubt("the request may have a body, and the operation takes none")
		}
	case sent.absent && b.Required:
		a.known["body"] = wrong
		a.breaks(b.ID+".required", "a body is mandatory and there is none")
	case sent.absent:
	case !sent.present, !sent.known:
		a.vague("the recording does not have all of the body")
	default:
		a.readContent(b, a.r.mediaType(e))
	}
}

func (a *assessor) vague(format string, args ...any) {
	a.known["body"] = vague
	a.doubt(format, args...)
}

// readContent reads a body that the recording has.
func (a *assessor) readContent(b *spec.Body, mediaType string) {
	media := spec.JSON(b.Content)
	documented := slices.ContainsFunc(b.Content, func(m *spec.Media) bool { return strings.EqualFold(m.Type, mediaType) })
	switch {
	case !documented:
		a.vague("the body's media type is not one that the contract lists")
		return
	case media == nil || !strings.EqualFold(media.Type, mediaType):
		a.vague("the body is no JSON, and is not looked into")
		return
	}
	if len(strings.TrimSpace(string(a.r.body.data))) == 0 {
		a.vague("the body is blank, which may be its absence")
		return
	}
	d := readJSON(b.ID, media.Schema, a.r.body.data)
	for _, v := range d.broken {
		a.breaks(v.Clause, "%s %s", place(v.Where), v.Message)
	}
	switch {
	case len(d.broken) > 0:
		a.known["body"] = wrong
	case len(d.doubts) > 0:
		a.vague("%s", d.doubts[0])
	default:
		a.input.Body = d.value
	}
	for _, v := range d.valued {
		if v.schema.FromTarget && v.value != nil {
			a.targets = append(a.targets, "body "+v.where+"="+spec.Text(v.value))
		}
		if len(d.broken)+len(d.doubts) == 0 {
			a.edge(v.schema, place(v.where), v.value)
		}
	}
}
