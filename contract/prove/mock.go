package prove

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
)

// MockOptions say how a mock is to behave.
type MockOptions struct {
	// Token is taken wherever the contract wants a token or an API key, and Basic where
	// it wants a user and a password. What is left out is made up: the Target of the
	// Implementation has it.
	Token auth.Secret
	Basic *auth.Basic
	// AnyCredentials takes every credential that is not empty and stands where the
	// contract wants one.
	AnyCredentials bool
	// Latency is how long each answer takes at least.
	Latency time.Duration
	// MostThings is how many things of one collection are kept; 0 is DefaultMostThings.
	MostThings int
	// Seed is what is there when it starts: JSON or YAML, in which the path of a
	// collection has a list of things. SeedName is the name of its file, for messages.
	Seed     []byte
	SeedName string
}

// DefaultMostThings is how many things of one collection a mock keeps where its options
// do not say.
const DefaultMostThings = 10_000

// maxKept bounds the bytes that were sent to make and to change all things that a mock
// keeps.
const maxKept = 64 << 20

// mocking is what a mock does that another derived implementation does not.
type mocking struct {
	// most is how many things of one collection are kept.
	most int
	// given are the things that are there when it starts.
	given []*remembered
	// tracked are the resources of which nothing is there but what was made, by the
	// operations whose paths name one.
	tracked map[string][]*world.Resource
	// seeded are the resources of which things were given.
	seeded map[*world.Resource]bool
	// absent are the answers for what is not there, by operation.
	absent map[string]*success
}

// Mock derives an implementation of a contract to work against: where the contract says
// how things are made, it knows those that were, and no others.
func Mock(c *contract.Contract, o MockOptions) (*Implementation, error) {
	m, err := newMaker(c)
	if err != nil {
		return nil, err
	}
	m.credit(o)
	collections := m.world.Collections(m.model)
	resources := append(slices.Clone(m.world.Resources), collections...)
	m.acts = m.deeds(resources)
	m.samples = m.itemSamples()
	most := cmp.Or(o.MostThings, DefaultMostThings)
	given, err := m.seed(o, resources, most)
	if err != nil {
		return nil, err
	}
	d := design{verifiers: map[string]auth.Verifier{}, mock: m.mocking(resources, given.seeded)}
	d.mock.most, d.mock.given = most, given.things
	for _, s := range m.model.Schemes {
		d.verifiers[s.Name] = m.mockVerifier(s, o.AnyCredentials)
	}
	if o.Latency > 0 {
		d.outside = late(o.Latency)
	}
	handler, err := m.make(d)
	if err != nil {
		return nil, err
	}
	m.forgo()
	return &Implementation{Handler: handler, Target: m.target, Example: m.example(d.verifiers), left: m.left}, nil
}

// credit has the target say what the mock takes.
func (m *maker) credit(o MockOptions) {
	m.target.Name = "mock of " + m.contract.Title()
	if a := &m.target.Auth; !o.Token.Empty() {
		a.Token = o.Token
	}
	if m.target.Auth.Basic = o.Basic; o.Basic == nil {
		m.target.Auth.Basic = &auth.Basic{User: "user", Password: m.target.Auth.Token}
	}
	maps.DeleteFunc(m.target.OperationValues, func(_ string, values map[string]string) bool { return len(values) == 0 })
}

// forgo leaves out of the target what no scheme of the contract wants.
func (m *maker) forgo() {
	a := &m.target.Auth
	wants := func(kind func(s *spec.Scheme) bool) bool { return slices.ContainsFunc(m.model.Schemes, kind) }
	if !wants(func(s *spec.Scheme) bool { return s.Signing != nil }) {
		a.AccessKey = nil
	}
	if !wants(basic) {
		a.Basic = nil
	}
	if !wants(func(s *spec.Scheme) bool { return s.Signing == nil && !basic(s) }) {
		a.Token = auth.Secret{}
	}
}

func basic(s *spec.Scheme) bool { return s.Type == "http" && s.HTTP == "basic" }

// mockVerifier gives what a mock holds the credentials of a scheme to.
func (m *maker) mockVerifier(s *spec.Scheme, whatever bool) auth.Verifier {
	a := m.target.Auth
	switch {
	case whatever:
		return lenient{Token: tokenAt(s, a.Token), takes: func(sent, _ string) bool { return sent != "" }}
	case s.Signing != nil:
		return m.verifiers[s.Name]
	case basic(s):
		return *a.Basic
	}
	return tokenAt(s, a.Token)
}

// example makes a request that asks for nothing but its path.
func (m *maker) example(verifiers map[string]auth.Verifier) *http.Request {
	for _, op := range m.model.Operations {
		plain := op.Method == http.MethodGet && m.successes[op.ID] != nil &&
			!slices.ContainsFunc(op.Parameters, func(p *spec.Parameter) bool { return p.Required || p.In == "path" })
		if !plain {
			continue
		}
		r, err := http.NewRequestWithContext(context.Background(), op.Method, op.Path, http.NoBody)
		if err == nil && m.signs(op, verifiers, r) {
			return r
		}
	}
	return nil
}

// signs puts what an operation wants into a request, and reports whether it can.
func (m *maker) signs(op *spec.Operation, verifiers map[string]auth.Verifier, r *http.Request) bool {
	if !op.Secured() {
		return true
	}
	for _, s := range op.Security[0] {
		v := verifiers[s.Name]
		if l, ok := v.(lenient); ok {
			v = l.Token
		}
		if signer, ok := v.(auth.Signer); !ok || signer.Sign(r) != nil {
			return false
		}
	}
	return true
}

// late has each answer take a while.
func late(latency time.Duration) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			timer := time.NewTimer(latency)
			defer timer.Stop()
			select {
			case <-timer.C:
				next.ServeHTTP(w, r)
			case <-r.Context().Done():
			}
		})
	}
}

// mocking finds what a mock does for each operation.
func (m *maker) mocking(resources []*world.Resource, seeded map[*world.Resource]bool) *mocking {
	out := &mocking{seeded: seeded, tracked: map[string][]*world.Resource{}, absent: map[string]*success{}}
	for _, op := range m.model.Operations {
		for _, r := range resources {
			if m.tracks(r, op, seeded) {
				out.tracked[op.ID] = append(out.tracked[op.ID], r)
			}
		}
		out.absent[op.ID] = notThere(op)
	}
	return out
}

// tracks reports whether an operation is about a thing of a resource of which nothing is
// there but what was made or given.
func (m *maker) tracks(r *world.Resource, op *spec.Operation, seeded map[*world.Resource]bool) bool {
	switch {
	case r.Holds(op) == 0, vouched(op), !m.memorable(r):
		return false
	case r.Maker != nil:
		return r.Maker.Operation != op
	}
	return seeded[r]
}

// vouched reports whether only an implementation knows what is there: then all is.
func vouched(op *spec.Operation) bool {
	return slices.ContainsFunc(op.Parameters, func(p *spec.Parameter) bool { return p.In == "path" && p.FromTarget })
}

// notThere makes the answer of an operation for what is not there; nil where it documents
// none.
func notThere(op *spec.Operation) *success {
	for _, text := range []string{"404", "410"} {
		res := op.Response(text)
		if res == nil || res == ruling.Success(op) {
			continue
		}
		if s, err := documented(res, http.StatusNotFound); err == nil {
			return s
		}
	}
	return nil
}

// unknown answers a request about what is not there, where the contract has an answer
// for that.
func (m *memory) unknown(x *exchange, path []string) bool {
	for _, r := range m.design.mock.tracked[x.op.ID] {
		if m.things[placed(path[:r.Holds(x.op.Operation)])] == nil {
			return m.instead(x, m.design.mock.absent[x.op.ID])
		}
	}
	return false
}

// knows reports whether nothing is there of a resource but what was made.
func (m *memory) knows(r *world.Resource) bool {
	return m.design.mock != nil && (r.Maker != nil || m.design.mock.seeded[r])
}

// overcrowded refuses a thing for which its collection has no room: one that takes the
// place of another needs none.
func (m *memory) overcrowded(x *exchange, thing *remembered) bool {
	collection := placed(thing.at[:len(thing.at)-1])
	if m.things[placed(thing.at)] != nil || len(m.below[collection]) < m.design.mock.most {
		return false
	}
	refuse(x, "the mock keeps at most %d things at %s: end some, or let it keep more", m.design.mock.most, collection)
	return true
}

// crowded refuses what takes more room than there is for all things.
func (m *memory) crowded(x *exchange, more int) bool {
	if m.size+more <= maxKept {
		return false
	}
	refuse(x, "the mock keeps at most %d MiB of what is sent: end some things, or start it anew", maxKept>>20)
	return true
}

// refuse answers that there is no room.
func refuse(x *exchange, format string, args ...any) {
	*x.answer = *newAnswer()
	x.answer.header.Set("Content-Type", "text/plain; charset=utf-8")
	x.answer.WriteHeader(http.StatusInsufficientStorage)
	_, _ = fmt.Fprintf(x.answer, format+"\n", args...)
}

// bare gives the edits that leave of a sample what a server would know of a thing: not
// what could have been sent and was not, and when and below what it was made.
func (m *memory) bare(s *spec.Schema, r *world.Resource, thing *remembered) []edit {
	var sendable *spec.Schema
	if r.Maker != nil {
		sendable = r.Maker.Operation.Body.JSON()
	}
	var edits []edit
	for _, member := range s.Members {
		var asked *spec.Member
		if sendable != nil {
			asked = sendable.Member(member.Name)
		}
		_, sent := thing.sent[member.Name]
		switch value, above := r.Above(thing.at, member.Name); {
		case sent:
		case above:
			edits = append(edits, edit{name: member.Name, value: typed(member.Schema, value)})
		case asked != nil && !asked.ReadOnly && asked.Schema.Default != nil:
			edits = append(edits, edit{name: member.Name, value: asked.Schema.Default})
		case (thing.seeded || asked != nil && !asked.ReadOnly) && !member.Required:
			edits = append(edits, edit{name: member.Name, drop: true})
		case member.Schema.Format == "date-time":
			edits = append(edits, edit{name: member.Name, value: thing.when(member.Name)})
		}
	}
	return edits
}

// when gives the time at which a thing was made, or, by the name of the member, changed.
func (thing *remembered) when(name string) string {
	at := thing.made
	for _, word := range []string{"updat", "modif", "chang"} {
		if strings.Contains(strings.ToLower(name), word) {
			at = thing.changed
		}
	}
	return at.UTC().Format(time.RFC3339)
}

// typed reads the text of a path as a value.
func typed(s *spec.Schema, text string) any {
	if s.Type == "integer" || s.Type == "number" {
		if v, err := spec.ParseJSON([]byte(text)); err == nil {
			return v
		}
	}
	return text
}

// Left lists the operations of which no answer could be made up.
func (i *Implementation) Left() []LeftOut { return slices.Clone(i.left) }
