package prove

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
)

// Class is the kind of thing that a fault is wrong about.
type Class string

// The classes of faults, in the order of the tables.
const (
	Presence       Class = "presence"       // what is mandatory, and what is not
	Type           Class = "type"           // what a value is read as
	Enum           Class = "enum"           // listed values
	Form           Class = "form"           // formats and patterns
	Limit          Class = "limit"          // sizes, lengths, numbers of elements
	Union          Class = "union"          // oneOf, anyOf, allOf and not
	Rule           Class = "rule"           // how parameters depend on each other
	Authentication Class = "authentication" // credentials
	Status         Class = "status"         // the status of an answer
	Body           Class = "body"           // members of an answer, and its headers
	Encoding       Class = "encoding"       // media type, JSON, framing
	Failure        Class = "failure"        // a failure inside that only some requests meet
	Leak           Class = "leak"           // what an answer must not hold
	Methods        Class = "method"         // methods that the contract lacks
	State          Class = "state"          // what is remembered of what was made and ended
	AnswerRule     Class = "answer-rule"    // how an answer depends on its request
)

// Classes lists the classes in the order of the tables.
var Classes = []Class{
	Presence, Type, Enum, Form, Limit, Union, Rule, Authentication, Status, Body, Encoding, Failure, Leak, Methods, State, AnswerRule,
}

// Fault is one deliberate deviation of the known-good implementation.
type Fault struct {
	// Name is stable: the id of the clause, a slash, and the operator.
	Name string
	// Clause is the clause that the fault breaks, Also what it breaks besides:
	// an error that always has the wrong status breaks every clause that is
	// answered with it.
	Clause string
	Also   []string
	Level  clause.Level
	Class  Class
	// Description says in one sentence what the implementation does.
	Description string
	// Excluded says why the fault cannot be told from outside; "" when it can.
	Excluded string

	maker  *maker
	kind   *kind
	design design
}

// Implementation makes the implementation that has the fault, anew each time.
func (f *Fault) Implementation() (*Implementation, error) {
	handler, err := f.maker.make(f.design)
	return &Implementation{Handler: handler, Target: f.maker.target}, err
}

// breaks tells that a clause is one of those that the fault breaks.
func (f *Fault) breaks(id string) bool { return f.Clause == id || slices.Contains(f.Also, id) }

// Faults derives the faults of a contract, those included that cannot be told
// from outside, in the order of operations and classes.
func Faults(c *contract.Contract) ([]Fault, error) {
	m, err := newMaker(c)
	if err != nil {
		return nil, err
	}
	return m.faults(), nil
}

func (m *maker) faults() []Fault {
	var all []Fault
	for _, op := range m.model.Operations {
		if m.successes[op.ID] == nil {
			continue
		}
		made, _ := ruling.NewOperation(op) // an error would have been newMaker's
		b := &builder{maker: m, op: op, made: made, oracle: newOracle(op), places: places(op), names: map[string]bool{}}
		for _, at := range b.places {
			at.made = !at.FromTarget && m.world.Fills(op, at.Path)
		}
		b.build()
		all = append(all, b.faults...)
		all = append(all, b.inOthers()...)
	}
	rank := func(f Fault) int { return slices.Index(Classes, f.Class) }
	slices.SortStableFunc(all, func(a, b Fault) int { return rank(a) - rank(b) })
	return all
}

// builder derives the faults of one operation.
type builder struct {
	*maker

	op *spec.Operation
	// made is the operation, ready for requests; nil where only the places of another
	// media type are gone through.
	made   *ruling.Operation
	oracle *oracle
	places []*place
	names  map[string]bool
	faults []Fault
	// kind is the one that faults are made of, and at is the place that they are about;
	// nil where they are about the whole operation.
	kind *kind
	at   *place
	// unheard says why no fault at the place can be told from outside, or is "".
	unheard string
}

func (b *builder) build() {
	b.eachPlace()
	for i := range kinds {
		if b.kind = &kinds[i]; b.kind.whole != nil {
			b.kind.whole(b)
		}
	}
}

// inOthers derives the faults at the places of bodies whose media type is not the main
// one, where they are other places.
func (b *builder) inOthers() []Fault {
	if b.op.Body == nil {
		return nil
	}
	var all []Fault
	for _, m := range b.op.Body.Others() {
		if m.Schema == nil || m.Schema == b.op.Body.Schema() {
			continue
		}
		op := b.op.In(m)
		other := &builder{maker: b.maker, op: op, oracle: newOracle(op), names: b.names}
		for _, at := range places(op) {
			if at.In() == "body" && at.parent != nil {
				other.places = append(other.places, at)
			}
		}
		other.eachPlace()
		all = append(all, other.faults...)
	}
	return all
}

func (b *builder) eachPlace() {
	for _, at := range b.places {
		b.at, b.unheard = at, at.never()
		for i := range kinds {
			if b.kind = &kinds[i]; b.kind.at != nil {
				b.kind.at(b, at)
			}
		}
	}
	b.at, b.unheard = nil, ""
}

// add adds a fault, unless the contract does not have the clause or the fault
// is there already.
func (b *builder) add(f Fault) {
	c := b.model.Clause(f.Clause)
	f.Name = f.Clause + "/" + f.Name
	if c == nil || b.names[f.Name] {
		return
	}
	b.names[f.Name] = true
	f.maker, f.kind = b.maker, b.kind
	if b.at != nil && f.design.lenient() {
		f.design.touches = b.carrying(b.at, f.design.touches)
	}
	f.Excluded = cmp.Or(b.oracle.doubt, b.unheard, f.Excluded)
	if f.Level == "" {
		f.Level = c.Level
	}
	b.faults = append(b.faults, f)
}

// modelled adds a fault that enforces a model without a keyword.
func (b *builder) modelled(class Class, id, description string, model *spec.Contract) {
	b.add(Fault{Name: "dropped", Clause: id, Class: class, Description: description, design: design{model: model}})
}

// clauses gives the clauses of the operation below a prefix of an id, such as
// answer. or query.
func (b *builder) clauses(prefixes ...string) []string {
	var out []string
	for _, c := range b.model.Clauses {
		rest, ours := strings.CutPrefix(c.ID, b.op.ID+".")
		if c.Operation == b.op.ID && ours && slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(rest, p) }) {
			out = append(out, c.ID)
		}
	}
	return out
}

// requestClauses are those that a request can break, but for its credentials.
func (b *builder) requestClauses() []string {
	return b.clauses("path.", "query.", "header.", "cookie.", "body.", "rule.")
}

// word makes a part of a fault's name of a text.
func word(text string) string { return clause.ID(strings.ReplaceAll(text, ".", "_")) }

// fail answers like an implementation that fails.
func fail(a *answer) { *a = *failed() }

func failed() *answer {
	a := newAnswer()
	a.header.Set("Content-Type", "text/plain; charset=utf-8")
	a.status = http.StatusInternalServerError
	_, _ = a.Write([]byte("internal server error\n"))
	return a
}
