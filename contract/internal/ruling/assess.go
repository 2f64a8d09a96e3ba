package ruling

import (
	"bytes"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
)

// Assessment says what the contract wants of the answer to a request that somebody
// made for purposes of his own.
type Assessment struct {
	// Standing is Accepted, Refused or Open.
	Standing Standing
	// Clause is what the request is about: what it breaks, or what would be broken
	// if it were refused.
	Clause string
	Level  clause.Level
	Why    string
	// Targets are the values that only the target knows, as "in name=value".
	Targets []string
	// Unknown are the values of which only the target knows whether they are there,
	// as "in name=value": those of the path, else what the request need not have.
	Unknown []string
}

// assessor holds one request to the contract.
type assessor struct {
	Request

	model  *spec.Contract
	sent   *Sent
	breach []breach
	doubts []string
	// edges are clauses that the request keeps only just: who refuses it may have
	// another limit.
	edges   []breach
	targets []string
	// path and optional are the values of the path, and those that the request need
	// not have, as "in name=value".
	path, optional []string
}

// breach is a clause and what of the request breaks it.
type breach struct {
	clause string
	level  clause.Level
	what   string
}

// Assess finds out whether a request is forbidden: whether it breaks a clause
// under every reading; or allowed: whether it keeps to all of them under every
// reading, and nothing in it is left to implementations.
func Assess(model *spec.Contract, op *Operation, sent *Sent) Assessment {
	a := readAll(model, op, sent)
	for _, r := range op.Rules {
		a.rule(r)
	}
	return a.conclude()
}

// Read gives the values of a request that was sent, and what is known of each.
func Read(model *spec.Contract, op *Operation, sent *Sent) *Request {
	return &readAll(model, op, sent).Request
}

func readAll(model *spec.Contract, op *Operation, sent *Sent) *assessor {
	a := &assessor{model: model, sent: sent}
	a.Reset(op)
	for i := range op.Params {
		a.parameter(i)
	}
	a.unknownNames()
	a.readBody()
	return a
}

func (a *assessor) doubt(format string, args ...any) {
	a.doubts = append(a.doubts, fmt.Sprintf(format, args...))
}

// breaks notes what the request breaks, as a should where that is inferred. What
// the contract makes no clause of, it may leave open.
func (a *assessor) breaks(id string, inferred bool, format string, args ...any) {
	what := fmt.Sprintf(format, args...)
	if c := a.model.Clause(id); c != nil {
		level := c.Level
		if inferred {
			level = clause.Should
		}
		a.breach = append(a.breach, breach{id, level, what})
	} else {
		a.doubts = append(a.doubts, what)
	}
}

// inferred reports whether a clause is broken in a way that is a should unless the
// contract gives a source: by a member that is not listed, or by another case.
func (a *assessor) inferred(id string, otherCase bool) bool {
	c := a.model.Clause(id)
	return c != nil && !c.Sourced() && (otherCase || strings.HasSuffix(id, ".additionalProperties"))
}

// conclude weighs what was found. A clause of level must goes before others.
func (a *assessor) conclude() Assessment {
	out := Assessment{Targets: a.targets, Unknown: a.path}
	if len(a.path) == 0 {
		out.Unknown = a.optional
	}
	switch {
	case a.sent.Unfit != "":
		return out.Opened(a.model, a.op, a.sent.Unfit)
	case len(a.breach) > 0:
		worst := a.breach[0]
		for _, b := range a.breach {
			if worst.level != clause.Must && b.level == clause.Must {
				worst = b
			}
		}
		return out.as(Refused, worst, worst.what)
	case len(a.doubts) > 0:
		return out.Opened(a.model, a.op, "it may be accepted or refused: "+a.doubts[0])
	case Success(a.op.Operation) == nil:
		return out.Opened(a.model, a.op, "the contract documents no success")
	}
	return a.allowed(out)
}

func (x Assessment) as(standing Standing, about breach, why string) Assessment {
	x.Standing, x.Clause, x.Level, x.Why = standing, about.clause, about.level, why
	return x
}

// Opened says of a request that it may be accepted or refused, and why.
func (x Assessment) Opened(model *spec.Contract, op *Operation, why string) Assessment {
	id := op.ID + ".answer.unprovoked-5xx"
	return x.as(Open, breach{clause: id, level: levelOf(model, id)}, why)
}

// allowed says of a request that keeps to everything what a refusal would break:
// the one clause that it keeps only just, if there is one.
func (a *assessor) allowed(out Assessment) Assessment {
	should := slices.DeleteFunc(slices.Clone(a.edges), func(b breach) bool { return b.level == clause.Must })
	const keeps = "the request keeps to every clause, however it is read"
	switch {
	case len(should) > 1:
		return out.Opened(a.model, a.op, "it lies at several limits that are inferred: "+should[0].what)
	case len(should) == 1:
		return out.as(Accepted, should[0], keeps+": "+should[0].what)
	case len(a.edges) == 1:
		return out.as(Accepted, a.edges[0], keeps+": "+a.edges[0].what)
	}
	success := Success(a.op.Operation).ID
	return out.as(Accepted, breach{clause: success, level: levelOf(a.model, success)}, keeps)
}

// levelOf gives the level of a clause.
func levelOf(model *spec.Contract, id string) clause.Level {
	if c := model.Clause(id); c != nil {
		return c.Level
	}
	return clause.Must
}

// rule finds out how the request stands to a rule.
func (a *assessor) rule(r *Rule) {
	switch a.Readable(r) {
	case Wrong: // then it is refused for that
		return
	case Vague:
		a.doubt("what the rule %s reads is not certain", r.Name)
		return
	case Plain:
	}
	clocks := a.sent.Clocks
	if !r.usesNow {
		clocks = []time.Time{{}}
	}
	if len(clocks) == 0 {
		a.doubt("the rule %s depends on the time, which the recording does not tell", r.Name)
		return
	}
	switch r.Decide(&a.Input, clocks) {
	case Kept:
		a.keeps(r, clocks)
	case Broken:
		level := levelOf(a.model, r.ID)
		if r.Unit > 0 && !r.Steady(&a.Input, clocks, Broken, r.Unit-1) {
			level = clause.Should // it does so by less than what the document counts in
		}
		a.breach = append(a.breach, breach{r.ID, level, "the request breaks the rule: " + r.Message})
	case Undecided, NotApplied:
		a.doubt("the readings of the rule %s differ", r.Name)
	}
}

// keeps notes a rule that the request keeps only just.
func (a *assessor) keeps(r *Rule, clocks []time.Time) {
	switch {
	case r.Steady(&a.Input, clocks, Kept, Margin):
	case r.Ambiguous():
		a.doubt("the request is near to where the readings of the rule %s differ", r.Name)
	default:
		level := levelOf(a.model, r.ID)
		if r.Unit > 0 {
			level = clause.Should
		}
		a.edges = append(a.edges, breach{r.ID, level, "it is near to what breaks the rule: " + r.Message})
	}
}

// readBody reads the body.
func (a *assessor) readBody() {
	b, sent := a.op.Body, a.sent.Body
	switch {
	case b == nil:
		if !sent.Absent && (sent.Present || a.sent.Method != http.MethodGet && a.sent.Method != http.MethodDelete) {
			a.doubt("the request may have a body, and the operation takes none")
		}
	case sent.Absent && b.Required:
		a.MarkBody(Wrong)
		a.breaks(b.ID+".required", false, "a body is mandatory and there is none")
	case sent.Absent && b.Assumed:
		a.vague("there is no body, and the description does not say whether it may be left out")
	case sent.Absent:
	case !sent.Present, !sent.Known:
		a.vague("the recording does not have all of the body")
	default:
		a.readContent(b, sent.MediaType)
	}
}

func (a *assessor) vague(format string, args ...any) {
	a.MarkBody(Vague)
	a.doubt(format, args...)
}

// readContent reads a body that the recording has.
func (a *assessor) readContent(b *spec.Body, mediaType string) {
	media := spec.Documented(b.Content, mediaType)
	switch {
	case media == nil:
		a.vague("the body's media type is not one that the contract lists")
		return
	case media.Reads(mediaType):
		a.readWritten(media, mediaType)
		return
	case !spec.IsJSON(mediaType):
		a.vague("the body is of a media type that is not looked into")
		return
	case media.Schema == nil && media != spec.JSON(b.Content):
		a.vague("the schema of the body's media type is not looked into")
		return
	}
	if doubt := blankOrNull(b, media.Schema, a.sent.Body.Data); doubt != "" {
		a.vague("%s", doubt)
		return
	}
	d := readJSON(b.ID, media.Schema, a.sent.Body.Data)
	for _, v := range d.broken {
		a.breaks(v.Clause, a.inferred(v.Clause, slices.Contains(d.otherCase, v.Where)), "%s %s", place(v.Where), v.Message)
	}
	switch {
	case len(d.broken) > 0:
		a.MarkBody(Wrong)
	case len(d.doubts) > 0:
		a.vague("%s", d.doubts[0])
	default:
		a.Input.Body = d.value
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

// blankOrNull says of a body in JSON why it may be the absence of one, or "".
func blankOrNull(b *spec.Body, s *spec.Schema, data []byte) string {
	switch text := string(bytes.TrimSpace(data)); {
	case text == "":
		return "the body is blank, which may be its absence"
	case text == "null" && !b.Required && s != nil && s.Type != "" && !s.Nullable:
		return "the body is null, which may be its absence"
	}
	return ""
}

// edge notes the limits of a schema that a valid value lies at.
func (a *assessor) edge(s *spec.Schema, where string, value any) {
	note := func(keyword string, limit, size float64) { a.limit(s.ID+"."+keyword, where, limit, size) }
	switch v := value.(type) {
	case string:
		sizes(note, float64(utf8.RuneCountInString(v)), s.MinLength, s.MaxLength, "minLength", "maxLength")
	case map[string]any:
		sizes(note, float64(len(v)), s.MinProps, s.MaxProps, "minProperties", "maxProperties")
	case []any:
		sizes(note, float64(len(v)), s.MinItems, s.MaxItems, "minItems", "maxItems")
		for _, item := range v {
			if s.Items != nil {
				a.edge(s.Items, "an element of "+where, item)
			}
		}
	default:
		f, ok := spec.Float(v)
		if ok && s.Minimum != nil {
			note(s.MinimumKeyword(), *s.Minimum, f)
		}
		if ok && s.Maximum != nil {
			note(s.MaximumKeyword(), *s.Maximum, f)
		}
	}
}

func sizes(note func(keyword string, limit, size float64), size float64, least uint64, most *uint64, low, high string) {
	if least > 0 {
		note(low, float64(least), size)
	}
	if most != nil {
		note(high, float64(*most), size)
	}
}

// limit notes a limit that a value lies at, once. One that is inferred may in
// truth be another: there, near is enough.
func (a *assessor) limit(id, where string, limit, size float64) {
	c := a.model.Clause(id)
	if c == nil || slices.ContainsFunc(a.edges, func(b breach) bool { return b.clause == id }) {
		return
	}
	distance := math.Abs(limit - size)
	if distance == 0 || c.Level == clause.Should && distance <= max(1, math.Abs(limit)/2) {
		a.edges = append(a.edges, breach{id, c.Level, where + " is at the limit, or near to it"})
	}
}
