package plan

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
)

// Options say what is known of the target, and how much to plan. The zero value
// plans everything for a target of which nothing is known.
type Options struct {
	// Value gives a value that is there at the target, for an operation's parameter
	// or the member of its body: by that name, or those that lead to it joined by
	// dots. It may have placeholders, see Template. nil knows none.
	Value func(operation, parameter string) (string, bool)
	// Provocation says how to have an operation answer with a status: values that
	// replace those of the smallest valid request. nil knows no way.
	Provocation func(operation, status string) (Provocation, bool)
	// Provoked lists the statuses that Provocation is to be asked for, beside that of
	// an internal error. nil has none.
	Provoked func(operation string) []string
	// Credential gives the reason for which a variant of a scheme's credentials
	// cannot be sent, or "". nil gives none.
	Credential func(scheme string, variant Variant) string
	// Strength is how many values are tried in all their combinations: 2 or 3.
	// 0 means 2.
	Strength int
	// Unsafe has methods sent that may change something (RFC 9110, section 9.2.1),
	// those that the contract does not have included.
	Unsafe bool
	// Context ends planning early: operations that it does not come to have no cases.
	// nil has all of them planned.
	Context context.Context //nolint:containedctx // it is an option of one call of Build
	// NearMisses has all credentials tried that almost fit, instead of one.
	NearMisses bool
}

func (o Options) filled() Options {
	if o.Value == nil {
		o.Value = func(string, string) (string, bool) { return "", false }
	}
	if o.Provocation == nil {
		o.Provocation = func(string, string) (Provocation, bool) { return Provocation{}, false }
	}
	if o.Provoked == nil {
		o.Provoked = func(string) []string { return nil }
	}
	if o.Credential == nil {
		o.Credential = func(string, Variant) string { return "" }
	}
	if o.Context == nil {
		o.Context = context.Background()
	}
	if o.Strength == 0 {
		o.Strength = 2
	}
	return o
}

// Build derives the plan of a contract.
func Build(model *spec.Contract, o Options) *Plan {
	out := &Plan{Contract: model.File, Title: model.Title, Version: model.Version}
	each, clauses := ByOperation(model, o), model.ClausesByOperation()
	setups := map[string]Setup{}
	var made []Case // of one operation, in memory that the next one uses again
	var cases [][]Case
	for _, op := range model.Operations {
		p := each.planner(op, made[:0])
		if each.options.Context.Err() != nil {
			break
		}
		p.plan()
		p.setUp(setups)
		made = p.cases
		cases = append(cases, slices.Clone(p.cases))
		out.Untested = append(out.Untested, p.untested(clauses[op.ID])...)
	}
	out.Cases = byTechnique(cases)
	if len(setups) > 0 {
		out.Setups = setups
	}
	return out
}

// Operations plans a contract one operation at a time, for whoever does not need the
// cases of all of them together, which take much memory.
type Operations struct {
	model   *spec.Contract
	options Options
	world   *world.World
	several map[*spec.Operation][]draft
}

// ByOperation returns what plans the operations of a contract.
func ByOperation(model *spec.Contract, o Options) *Operations {
	return &Operations{model: model, options: o.filled(), world: world.Find(model), several: map[*spec.Operation][]draft{}}
}

// Cases returns the cases of one operation, technique by technique: those that Build has
// for it.
func (o *Operations) Cases(op *spec.Operation) []Case {
	p := o.planner(op, nil)
	p.plan()
	return p.cases
}

// planner returns that of an operation, which puts its cases into room.
func (o *Operations) planner(op *spec.Operation, room []Case) *planner {
	p := newPlanner(o.model, op, o.options, o.world)
	p.cases, p.several = room, o.several
	return p
}

// byTechnique gives the cases of operations technique by technique over all of them: what
// finds most comes first. There may be very many, so that they have no more room than
// they need.
func byTechnique(operations [][]Case) []Case {
	n := 0
	for _, cases := range operations {
		n += len(cases)
	}
	out := make([]Case, 0, n)
	for _, technique := range Techniques() {
		for _, cases := range operations {
			for i := range cases {
				if cases[i].Technique == technique {
					out = append(out, cases[i])
				}
			}
		}
	}
	return out
}

// Within gives the plan with the cases skipped that are beyond the first n that
// expect success, of those that are meant; 0 keeps all.
func (p *Plan) Within(n int, meant func(i int) bool) *Plan {
	if n == 0 {
		return p
	}
	out := *p
	out.Cases = slices.Clone(p.Cases)
	made, sharing := map[string]bool{}, map[string]int{}
	for i := range out.Cases {
		c := &out.Cases[i]
		if c.Skip != "" || !meant(i) {
			continue
		}
		before, cost, shares := made, 0, c.Shares()
		if c.Request.Aided() {
			made = maps.Clone(made)
		}
		if shares == "" || sharing[shares]%Sharing == 0 {
			cost = making(p.Setups, c, made, 0)
		}
		cost += c.leaves()
		if cost > n {
			c.Skip = "beyond the budget of cases that expect success, which --budget raises"
			made = before // what it needs is not made for it
			continue
		}
		n -= cost
		sharing[shares]++
	}
	out.Spare = n
	return &out
}

// leaves counts the request of a case if the contract allows it, or may: it can leave
// something behind.
func (c *Case) leaves() int {
	if c.Expect.Outcome == Accepted || c.Expect.Outcome == Either {
		return 1
	}
	return 0
}

// Cost counts what a case that is sent by itself takes of a budget, with all that is made
// for it.
func Cost(setups map[string]Setup, c *Case) int {
	return making(setups, c, map[string]bool{}, 0) + c.leaves()
}

// making counts what is made for a case, deep below others, and notes in made what
// others share.
func making(setups map[string]Setup, c *Case, made map[string]bool, deep int) int {
	if deep == Deepest {
		return 0 // nor is it made
	}
	n := 0
	setup := setups[c.Request.Among]
	for _, one := range setup.Set(&c.Request) {
		if !made[one.ID] {
			made[one.ID] = true
			n += 1 + making(setups, &one, made, deep+1)
		}
	}
	for resource, one := range c.Request.Made() {
		if !one.Own && made[resource] {
			continue
		}
		made[resource] = made[resource] || !one.Own
		setup := setups[resource]
		n += 1 + making(setups, &setup.Make, made, deep+1)
		if change, ok := setup.Change(one); ok {
			n += 1 + making(setups, &change, made, deep+1)
		}
		if one.Behind != "" {
			n++ // what it stands below is its own
		}
		if one.With != "" {
			n++
		}
	}
	return n
}

// planner derives the cases of one operation.
type planner struct {
	evaluator

	model *spec.Contract
	world *world.World // nil where no case is planned
	// naming tells that the operation makes things or changes some: what it names them
	// with may be taken. changing is which of the operations that change the same it is.
	naming   bool
	changing int
	// renewing knows the texts that are renewed; nil before any is.
	renewing *renewing
	options  Options
	known    map[*slot][]any
	vouched  map[*slot]any // the target's values
	ranges   []ends        // that no rule speaks of
	unused   []Unused
	singles  map[*slot]draft // what alone found; nil where there is none
	smallest draft
	fullest  draft
	// impossible says why no valid request could be found, "" if one was.
	impossible string
	// credential is what requests authenticate with that are not about that.
	credential Credential
	// technique is the one whose cases are proposed.
	technique Technique
	// several are the siblings that were asked for, by what makes them: all planners of a
	// plan have the same.
	several map[*spec.Operation][]draft
	// suffix is what the ids of cases end with: the media type of their bodies, where it
	// is not the main one.
	suffix string
	// others plan the bodies of the other media types.
	others  []*planner
	cases   []Case
	ids     map[string]bool
	reasons map[string]string // clause id -> why no case enforces it
	// broken holds the plainest request that breaks each rule.
	broken map[*spec.Rule]draft
	times  timing
	// patience is how often settle may still be asked; nil for as often as need be.
	patience *int
	// sent and labels are lists that cases share: most are alike.
	sent   [][]Parameter
	labels [][]string
}

func newPlanner(model *spec.Contract, op *spec.Operation, o Options, things *world.World) *planner {
	p := &planner{
		evaluator: newEvaluator(op), model: model, options: o, world: things,
		known: map[*slot][]any{}, vouched: map[*slot]any{}, singles: map[*slot]draft{}, ids: map[string]bool{}, reasons: map[string]string{},
		broken: map[*spec.Rule]draft{}, times: timing{zones: map[*spec.Rule]map[string]*zoned{}},
	}
	p.acts()
	p.given()
	p.needed()
	p.findEnds()
	p.credential = p.choose()
	return p
}

func (p *planner) plan() {
	p.find()
	p.derive()
}

// find finds the smallest and the fullest request.
func (p *planner) find() {
	var ok bool
	if p.smallest, ok = p.complete(p.required()); !ok {
		p.smallest = p.required()
		p.impossible = p.whyImpossible()
	}
	p.fullest = p.smallest
	if ok {
		p.fullest = p.full()
	}
	if p.op.Unsendable != "" {
		p.impossible = p.op.Unsendable
	}
}

// derive proposes the cases, technique by technique.
func (p *planner) derive() {
	for _, t := range techniques {
		p.technique = t.name
		for _, cases := range t.cases {
			if p.options.Context.Err() == nil {
				cases(p)
			}
		}
	}
}

// proposal is a case before it has its id and expectation.
type proposal struct {
	clause  string
	detail  string
	why     string
	draft   draft
	outcome Outcome
	// level lowers a must clause's case to should.
	level clause.Level
	// inferred lowers the case to should, unless the contract gives a source for the
	// clause.
	inferred bool
	// provoked is the status that a failure is asked for with.
	provoked string
	// credential replaces the planner's.
	credential *Credential
	// request replaces the draft's.
	request *Request
	skip    string
	// walk has the pages of a list read.
	walk *Walk
	// heed has a list asked for with a parameter that should change it.
	heed *Heed
	// among is the resource of which several things are made first.
	among string
	// alike is how many of those are made that do not differ; 0 for those that do.
	alike int
}

// propose adds a case, unless its clause does not exist or it is there already.
func (p *planner) propose(x proposal) {
	c := p.model.Clause(x.clause)
	id := x.clause + "/" + x.detail + p.suffix
	if c == nil || p.ids[id] {
		return
	}
	if p.undemanded(x) {
		p.reasons[x.clause] = looseReason
		return
	}
	p.ids[id] = true
	credential := p.credential
	if x.credential != nil {
		credential = *x.credential
	}
	if x.outcome == Accepted && ruling.Success(p.op) == nil {
		x.outcome = Either // what is lawful then is not documented
	}
	made := Case{
		ID: id, Operation: p.op.ID, Clause: c.ID, Level: c.Level, Technique: p.technique, Why: x.why, Walk: x.walk, Heed: x.heed,
	}
	if x.level != "" {
		made.Level = x.level
	}
	if x.inferred && !c.Sourced() {
		made.Level = clause.Should
	}
	x.draft = p.named(x)
	if x.request != nil {
		made.Request = *x.request
	} else {
		made.Request = x.draft.request(p.op, credential)
	}
	made.Request.Among, made.Request.Alike = x.among, x.alike
	made.Request.Parameters = shared(&p.sent, made.Request.Parameters, sameParameter)
	made.Expect = p.expect(x, made.Request.Parameters)
	made.Skip = p.skip(x, credential, made)
	p.cases = append(p.cases, made)
}

func (p *planner) skip(x proposal, credential Credential, c Case) string {
	if x.skip != "" {
		return x.skip
	}
	if p.impossible != "" {
		return p.impossible
	}
	if !p.options.Unsafe && !Safe(c.Request.Method) {
		return "it may change something: allow that with --unsafe, or with gentle: false in the target file"
	}
	if missing := p.missingValue(x.draft); missing != "" {
		return fmt.Sprintf("the target gives no value for %s: add it to values", missing)
	}
	if reason := p.lacks(credential); reason != "" {
		return reason
	}
	if reason := unsent(&c.Request, x.outcome); reason != "" {
		return reason
	}
	return ""
}

// Safe reports whether a method asks for no change (RFC 9110, section 9.2.1).
func Safe(method string) bool { return spec.Safe(method) }

// missingValue names a required value that only the target could give.
func (p *planner) missingValue(d draft) string {
	for _, s := range p.slots {
		if s.FromTarget && s.Required {
			if v, ok := d.get(s.path); ok && v == notGiven {
				return s.name()
			}
		}
	}
	return ""
}

// expect gives the lawful statuses of an outcome.
func (p *planner) expect(x proposal, parameters []Parameter) Expect {
	e := Expect{Outcome: x.outcome}
	if x.outcome == Failed {
		e.Statuses = []string{x.provoked}
		return e
	}
	e.Statuses = shared(&p.labels, ruling.Ask(p.model, p.op, string(x.outcome), x.clause, nil).Statuses(), sameText)
	if x.outcome == Accepted {
		e.Unknown = shared(&p.labels, p.unknown(x.draft, parameters), sameText)
		e.Guessed = shared(&p.labels, p.madeUp(x.draft), sameText)
		e.Disordered = shared(&p.labels, p.disordered(x.draft), sameText)
		e.Referring = shared(&p.labels, p.referring(x.draft), sameText)
		e.Made = shared(&p.labels, p.madeIn(x.draft), sameText)
	}
	return e
}

// maxShared bounds the lists that are kept to be shared.
const maxShared = 8

// shared gives the one of the lists kept that is equal, else the list itself.
func shared[T any](kept *[][]T, list []T, equal func(T, T) bool) []T {
	for _, have := range *kept {
		if slices.EqualFunc(have, list, equal) {
			return have
		}
	}
	if len(*kept) < maxShared {
		*kept = append(*kept, list)
	}
	return list
}

func sameText(a, b string) bool { return a == b }

func sameParameter(a, b Parameter) bool {
	return a.In == b.In && a.Name == b.Name && a.Joined == b.Joined && a.Style == b.Style && a.JSON == b.JSON && reflect.DeepEqual(a.Value, b.Value)
}

// success is the clause that a request is accepted; where no answer to one is
// documented, that it does not fail.
func (p *planner) success() string {
	if r := ruling.Success(p.op); r != nil {
		return r.ID
	}
	return p.unprovoked()
}

func (p *planner) unprovoked() string { return p.op.ID + ".answer.unprovoked-5xx" }

// examples are the smallest and the fullest request.
func (p *planner) examples() {
	p.propose(proposal{
		clause: p.success(), detail: "smallest", draft: p.smallest, outcome: Accepted,
		why: "the request has what is mandatory, with ordinary values, and nothing else",
	})
	if len(spec.Text(plainTimes(map[string]any(p.fullest)))) == len(spec.Text(plainTimes(map[string]any(p.smallest)))) {
		return
	}
	p.propose(proposal{
		clause: p.success(), detail: "fullest", draft: p.fullest, outcome: Accepted,
		why: "the request has everything that may stand together, with ordinary values",
	})
}

// bases are the requests that faults are put into.
func (p *planner) bases() []base {
	return []base{{"smallest", p.smallest}, {"fullest", p.fullest}}
}

type base struct {
	name  string
	draft draft
}

// left gives the smallest requests with each of the optional slots that the
// fullest request lacks, for the rules forbid them beside others.
func (p *planner) left() []base {
	var out []base
	for _, s := range p.slots {
		if _, present := p.fullest.get(s.path); !s.optional() || s.FromTarget || present {
			continue
		}
		if d, ok := p.alone(s); ok {
			out = append(out, base{word(s.name(), "alone"), d})
		}
	}
	return out
}

// plain replaces what ids use for other things, or would escape.
var plain = strings.NewReplacer(".", "_", " ", "-")

// word makes a part of a case's id.
func word(parts ...string) string {
	all := ""
	for i, part := range parts {
		if i > 0 {
			all += "-" + clause.ID(plain.Replace(part))
			continue
		}
		all = clause.ID(plain.Replace(part))
	}
	return all
}

// joined makes a part of a case's id of parts that are words already.
func joined(parts ...string) string { return strings.Join(parts, "-") }

// untested explains each of the operation's clauses that no case enforces and no
// answer exercises.
func (p *planner) untested(clauses []*clause.Clause) []Untested {
	enforced := map[string]bool{}
	statuses := map[string]string{} // why no case that expects it is sent; "" where one is
	for i := range p.cases {
		enforced[p.cases[i].Clause] = true
		for _, status := range p.cases[i].Expect.Statuses {
			r := p.op.Response(status)
			if r == nil {
				continue
			}
			if _, known := statuses[r.Status]; !known || p.cases[i].Skip == "" {
				statuses[r.Status] = p.cases[i].Skip
			}
		}
	}
	var out []Untested
	for _, c := range clauses {
		if enforced[c.ID] {
			continue
		}
		if reason := p.whyUntested(c, statuses); reason != "" {
			out = append(out, Untested{Clause: c.ID, Reason: reason})
		}
	}
	return out
}

// anyText reports whether a clause says of a value that is sent as text that it is
// one.
func (p *planner) anyText(id string) bool {
	return slices.ContainsFunc(p.slots, func(s *slot) bool {
		return s.AsText() && s.Schema.Type == "string" && id == s.Schema.ID+".type"
	})
}

// whyUntested gives the reason, or "" for a clause of an answer that some case
// expects: it is judged on every such answer. skipped says of each status that a
// case expects why all those cases are skipped, or is "".
func (p *planner) whyUntested(c *clause.Clause, skipped map[string]string) string {
	if reason, ok := p.reasons[c.ID]; ok {
		return reason
	}
	rest, answer := strings.CutPrefix(c.ID, p.op.ID+".answer.")
	if keywords := p.model.Judged(c.ID); !answer && keywords != "" {
		return "what the schema states as " + keywords + " is judged, and not planned for"
	}
	if !answer && p.anyText(c.ID) {
		return "every text is one: nothing can break it"
	}
	if !answer {
		return "no request was found that would break it, or keep it, and nothing else"
	}
	status, _, _ := strings.Cut(rest, ".")
	if !slices.ContainsFunc(p.op.Responses, func(r *spec.Response) bool { return r.Status == status }) {
		return ""
	}
	if reason, expected := skipped[status]; expected {
		return reason
	}
	if status == "500" {
		return "the target does not say how to provoke it: add provoke"
	}
	return "no case expects this status: provoke says how to get it"
}
