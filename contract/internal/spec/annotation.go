package spec

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/source"
)

// annotationKey is the one extension that contracts are annotated with.
const annotationKey = "x-contract"

// element names the kinds of OpenAPI element that x-contract is read on.
type element string

const (
	onOperation element = "an operation"
	onParameter element = "a parameter"
	onSchema    element = "a schema"
	onBody      element = "a request body"
	onResponse  element = "a response"
	onHeader    element = "a response header"
	onMediaType element = "a media type"
	onScheme    element = "a security scheme"
)

// annotationKeys says which keys x-contract may have on which element.
var annotationKeys = map[element][]string{
	onOperation: {"source", "status", "rules", "answers", "conventions", "makes", "needs", "ends"},
	onParameter: {"source", "inferred", "value", "status"},
	onSchema:    {"source", "inferred", "value", "carries", "distinct", "status"},
	onBody:      {"source", "inferred", "status"},
	onResponse:  {"source", "inferred"},
	onHeader:    {"source", "inferred"},
	onMediaType: {"source", "inferred"},
	onScheme:    {"source", "inferred", "signing", "status"},
}

// The keys of what stands below x-contract.
var (
	sourceKeys  = []string{"section", "table", "row"}
	signingKeys = []string{"algorithm", "dateHeader", "tokenHeader", "projectHeader", "contentHeader", "clockWindow"}
	makesKeys   = []string{"thing", "name"}
)

// AnnotationSchema is the JSON Schema (draft 2020-12) of x-contract, for editors. What
// hangs on the rest of the description, such as the names in a rule, only loading
// checks.
//
//go:embed x-contract.schema.json
var AnnotationSchema []byte

// annotation is one x-contract, with the places of what it says.
type annotation struct {
	cursor

	Source   clause.Source
	Inferred map[string]string
	Value    string
	Carries  string
	Distinct string
	// Status is the one status that refuses what breaks a clause of the element.
	Status string
}

// annotate reads the x-contract of the element at c. It remembers that it was
// read: one that nothing reads is a problem.
func (l *loader) annotate(c cursor, on element) annotation {
	a := annotation{cursor: c.step(annotationKey), Inferred: map[string]string{}}
	if !a.exists() {
		return a
	}
	l.read[a.node] = true
	if a.node.Kind() != source.Mapping {
		l.problem(a.at(), "x-contract must be a mapping with any of: %s", strings.Join(annotationKeys[on], ", "))
		return a
	}
	l.checkKeys(a.cursor, annotationKey+" on "+string(on), annotationKeys[on])
	a.Source = l.source(a.in("source"))
	// On an operation inferred is unknown, which checkKeys has said.
	if c := a.step("inferred"); c.exists() && c.node.Kind() != source.Mapping && on != onOperation {
		l.problem(c.at(), "inferred must be a mapping of keywords to reasons, as in maxLength: a published limit")
	}
	for _, key := range a.in("inferred").keys() {
		a.Inferred[key.Name] = l.reason(a.in("inferred"), key.Name)
	}
	a.Value = l.oneOf(a.cursor, "value", "target")
	a.Carries = l.oneOf(a.cursor, "carries", "code", "message")
	a.Status = l.status(a.cursor)
	if a.step("distinct").exists() {
		a.Distinct = l.reason(a.cursor, "distinct")
	}
	return a
}

func (l *loader) checkKeys(c cursor, what string, known []string) {
	for _, key := range c.keys() {
		if !slices.Contains(known, key.Name) {
			l.unknownKey(key, what, known)
		}
	}
}

func (l *loader) unknownKey(key source.Member, what string, known []string) {
	l.problem(key.At(), "unknown key %q in %s: %s", key.Name, what, didYouMean(key.Name, known))
}

func (l *loader) source(c cursor) clause.Source {
	if !c.exists() {
		return clause.Source{}
	}
	l.checkKeys(c, "source", sourceKeys)
	s := clause.Source{Section: c.scalar("section"), Table: c.scalar("table"), Row: c.scalar("row")}
	if s == (clause.Source{}) {
		l.problem(c.at(), "source must name a section, a table or a row of the document")
	}
	return s
}

// reason reads a text that must say why.
func (l *loader) reason(c cursor, name string) string {
	text := strings.TrimSpace(c.scalar(name))
	if m := c.step(name); text == "" || m.node.Kind() != source.String {
		l.problem(m.at(), "%s must give a reason in words", name)
		return "no reason given"
	}
	return text
}

func (l *loader) oneOf(c cursor, name string, allowed ...string) string {
	if !c.step(name).exists() {
		return ""
	}
	v := c.scalar(name)
	if !slices.Contains(allowed, v) {
		l.problem(c.in(name).at(), "%s must be one of %s, not %q", name, strings.Join(allowed, ", "), v)
		return ""
	}
	return v
}

var refusalPattern = regexp.MustCompile(`^4[0-9][0-9]$`)

// status reads the status that x-contract pins a refusal to, or gives "".
func (l *loader) status(c cursor) string {
	if !c.step("status").exists() {
		return ""
	}
	v := c.scalar("status")
	if !refusalPattern.MatchString(v) {
		l.problem(c.in("status").at(), "status must be the one that refuses what breaks the clause, such as 400 or 422, not %q", v)
		return ""
	}
	return v
}

func (l *loader) duration(c cursor, name string) time.Duration {
	if !c.step(name).exists() {
		return 0
	}
	d, err := time.ParseDuration(c.scalar(name))
	if err != nil || d <= 0 {
		l.problem(c.in(name).at(), "%s must be a duration such as 15m or 24h, not %q", name, c.scalar(name))
		return 0
	}
	return d
}

// signing reads how requests are signed under an apiKey scheme, whose header is
// the signature's.
func (l *loader) signing(a annotation, header string) *auth.Signing {
	c := a.in("signing")
	if !c.exists() {
		return nil
	}
	l.checkKeys(c, "signing", signingKeys)
	for _, name := range []string{"algorithm", "dateHeader"} {
		if c.scalar(name) == "" {
			l.problem(c.at(), "signing must have %s", name)
		}
	}
	return &auth.Signing{
		Algorithm: c.scalar("algorithm"), Header: header, DateHeader: c.scalar("dateHeader"),
		TokenHeader: c.scalar("tokenHeader"), ProjectHeader: c.scalar("projectHeader"),
		ContentHeader: c.scalar("contentHeader"), ClockWindow: l.duration(c, "clockWindow"),
	}
}

// inferable refuses an inferred keyword that the element does not state.
func (l *loader) inferable(a annotation, what string, stated []string) {
	for _, key := range a.in("inferred").keys() {
		if !slices.Contains(stated, key.Name) {
			l.problem(key.At(), "inferred names %q, and no clause of %s comes of that: %s", key.Name, what, didYouMean(key.Name, stated))
		}
	}
}

// unread finds each x-contract that nothing read, so that a misplaced one
// cannot be lost in silence.
func (l *loader) unread(c cursor, depth int) {
	if c.node == nil || depth > maxDepth {
		return
	}
	for _, child := range c.children() {
		switch name := child.name(); {
		case name == annotationKey:
			l.unreadAt(child.at(), child.node)
		case strings.HasPrefix(name, "x-") && clause.Nearest(name, []string{annotationKey}) != "" && annotates(child):
			l.problem(child.at(), "unknown extension %q: did you mean %q?", name, annotationKey)
		default:
			l.unread(child, depth+1)
		}
	}
}

// annotates reports whether a value can be meant as an x-contract: many extensions of
// others are spelt nearly so.
func annotates(c cursor) bool {
	for _, keys := range annotationKeys {
		if slices.ContainsFunc(c.keys(), func(key source.Member) bool { return slices.Contains(keys, key.Name) }) {
			return true
		}
	}
	return false
}

func (l *loader) unreadAt(at clause.Location, annotation *source.Node) {
	key, hidden := l.marks[annotation]
	switch {
	case l.read[annotation]:
	case l.partial:
		l.warn(at, "x-contract is not read: what it stands in is not used by what could be read")
	case hidden:
		l.problem(at, "%s in x-contract is not read below allOf, oneOf, anyOf and not: put it on a schema outside of them", key)
	default:
		l.problem(at, "x-contract is not read here: put it on %s that an operation uses", readOn())
	}
}

func readOn() string {
	names := make([]string, 0, len(annotationKeys))
	for on := range annotationKeys {
		names = append(names, string(on))
	}
	slices.Sort(names)
	return fmt.Sprintf("%s or %s", strings.Join(names[:len(names)-1], ", "), names[len(names)-1])
}

// inherit fills what s leaves out from the enclosing element's source: a table
// row need not repeat its section.
func inherit(s, enclosing clause.Source) clause.Source {
	if s == (clause.Source{}) {
		return enclosing
	}
	if s.Section == "" {
		s.Section = enclosing.Section
		if s.Table == "" {
			s.Table = enclosing.Table
		}
	}
	return s
}
