// Package spec turns an OpenAPI contract into the model that every other stage
// works on: operations, parameters, schemas, responses, rules, and the clauses
// that an implementation can break.
//
// The model is built once and never changed, so it may be shared freely. Each
// schema in it belongs to one place of one operation and carries the id of that
// place, from which the ids of its clauses follow: the schema of the query
// parameter limit of listThings is listThings.query.limit, its upper limit the
// clause listThings.query.limit.maximum.
package spec

import (
	"maps"
	"math/big"
	"net/http"
	"slices"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/source"
	"github.com/apiclause/clause/contract/internal/wire"
)

// Contract is the model of one OpenAPI file.
type Contract struct {
	File string
	// Files are all that were read, File first.
	Files []string
	// SHA256 is the hash of what was described, Overlays are what was laid over it, and
	// RemoteRefs tells that references to any URL were followed: see source.Description.
	SHA256     string
	Overlays   []source.Overlaid
	RemoteRefs bool
	// WithoutConventions tells that what is inferred about answers was left out.
	WithoutConventions bool
	Title              string
	Version            string
	Operations         []*Operation
	Schemes            []*Scheme
	// Servers are where the description says that the API can be reached.
	Servers []Server
	// Clauses is every clause of every operation, in the order of the file.
	Clauses []*clause.Clause
	// Warnings are what a careful author would look at again.
	Warnings []Problem

	byID map[string]*clause.Clause
	pins map[string]string // clause id -> the status that refuses what breaks it
	// judged are the clauses of keywords that are judged alone, with their names.
	judged map[string]string
}

// Clause returns the clause with an id, or nil.
func (c *Contract) Clause(id string) *clause.Clause { return c.byID[id] }

// ClausesByOperation returns the clauses of each operation, by its id.
func (c *Contract) ClausesByOperation() map[string][]*clause.Clause {
	out := make(map[string][]*clause.Clause, len(c.Operations))
	for _, one := range c.Clauses {
		out[one.Operation] = append(out[one.Operation], one)
	}
	return out
}

// Pin returns the one status that refuses a request which breaks a clause, where
// x-contract says so, else "".
func (c *Contract) Pin(id string) string { return c.pins[id] }

// Judged names the keywords that a clause is about, where they are judged in what
// is sent and answered, and not planned for; else it gives "".
func (c *Contract) Judged(id string) string { return c.judged[id] }

// Without returns the contract without the clauses that are left out, so that
// nothing is held to them. All else is c's.
func (c *Contract) Without(left func(id string) bool) *Contract {
	out := *c
	out.Clauses = slices.DeleteFunc(slices.Clone(c.Clauses), func(one *clause.Clause) bool { return left(one.ID) })
	out.byID = maps.Clone(c.byID)
	maps.DeleteFunc(out.byID, func(id string, _ *clause.Clause) bool { return left(id) })
	return &out
}

// Operation is one method on one path.
type Operation struct {
	ID     string
	Method string
	// Path is the template, such as /v1/things/{id}.
	Path       string
	At         clause.Location
	Source     clause.Source
	Parameters []*Parameter
	Body       *Body // nil when the operation takes none
	// Responses are in ascending order of status; ranges and default come last.
	Responses []*Response
	Rules     []*Rule
	// Answers bind its successes to their requests.
	Answers []*AnswerRule
	// Unconventional tells that nothing is inferred of its answers from names.
	Unconventional bool
	// Loose tells that the description states dependencies between the parameters
	// that could not be read: which of the optional ones may stand together is then
	// not known.
	Loose bool
	// Unsendable says why no valid request can be made; "" if one can.
	Unsendable string
	// Accept is the Accept header that a parameter of that name gives by an example, a
	// default or an enum; "" where there is none.
	Accept string
	// Produces are the media types that answers may have which are described without
	// any.
	Produces []string
	// Security lists the alternatives; an empty alternative means that no
	// credentials are needed. No alternatives at all mean the same.
	Security [][]*Scheme
	// Scopes are what the credentials of each alternative have to be good for, sorted.
	Scopes [][]string
	// Deprecated tells that clients are to use it no longer.
	Deprecated bool
	// Makes, Refers and Ends are what the contract states of the things that the
	// operation is about, in x-contract or by links. Ends is the path that stands for
	// the thing that it ends.
	Makes  []Making
	Refers []Needing
	Ends   string
	// Methods are those of the path, and of every other path that a URL of
	// this one can be one of.
	Methods []string

	credentials []credentialParameter
}

// Parameter is a value outside the body: in path, query, header or cookie.
type Parameter struct {
	ID       string
	Name     string
	In       string
	Required bool
	Schema   *Schema
	Explode  bool
	// Written is the style that is stated, as OpenAPI names it; "" is the usual one.
	Written string
	// JSON tells that the value is sent as a JSON text.
	JSON bool
	// FromTarget marks values that only the target knows.
	FromTarget bool
	At         clause.Location
}

// TakesEmpty reports whether the empty text may be taken for a value of the
// parameter: a valid text, or a list with such an element.
func (p *Parameter) TakesEmpty() bool {
	s := p.Schema
	if s.Type == "array" && s.Items != nil {
		s = s.Items
	}
	return len(s.Check("")) == 0
}

// Body is a request body.
type Body struct {
	ID       string
	Required bool
	// Assumed tells that the description does not say whether a body may be left out, of a
	// method that is about its body: such descriptions are most often made by tools that
	// never say it. Requests have one then, and one without may be accepted or refused.
	Assumed bool
	Content []*Media
	At      clause.Location
}

// Media is one media type of a body and the schema of its value.
type Media struct {
	Type   string
	Schema *Schema // nil when the contract gives none, or it is for nothing that is read
	// Parts say how the members of a form are written.
	Parts []wire.Part
	// Example is the first that the contract shows of a body that is only written so;
	// nil where it shows none.
	Example any
	// unread tells that it is written only as an example shows.
	unread bool
}

// Response is one documented answer.
type Response struct {
	ID string
	// Status is three digits, a range such as 4XX, or default.
	Status  string
	Content []*Media
	Headers []*Parameter
	At      clause.Location
}

// Rule is an inter-parameter dependency.
type Rule struct {
	ID       string // the clause's id
	Name     string // the id that the contract gives it
	Message  string
	Holds    *rule.Expression
	Readings []*rule.Expression
	// Unit is the granularity that the document counts in; 0 when it gives none.
	Unit time.Duration
	At   clause.Location
}

// EveryReading gives the rule as it is stated, and its other readings.
func (r *Rule) EveryReading() []*rule.Expression {
	return append([]*rule.Expression{r.Holds}, r.Readings...)
}

// Scheme is a security scheme.
type Scheme struct {
	Name string
	// Type is apiKey or http.
	Type string
	// In and Param say where an apiKey is sent.
	In, Param string
	// HTTP is the authentication scheme of type http, in lower case.
	HTTP    string
	Signing *auth.Signing
	// PasswordURL and ClientURL are where OAuth 2.0 gets tokens by the user's
	// password and by the client's credentials, as they are written; "" without.
	PasswordURL, ClientURL string
	At                     clause.Location

	source   clause.Source
	inferred map[string]string
	pin      string
}

// Schema is a JSON Schema at one place of one operation.
type Schema struct {
	// ID is the place: the prefix of its clauses' ids.
	ID string
	// Type is string, integer, number, boolean, array, object or null; "" allows
	// any.
	Type     string
	Nullable bool
	// NullInDoubt tells that null is allowed because the contract can be read so,
	// though OpenAPI has it otherwise.
	NullInDoubt bool
	Format      string
	Enum        []any
	// Example is the first valid one, of the schema or beside it; Default is the
	// schema's, if it is valid and not empty. nil where there is none.
	Example, Default any

	Minimum, Maximum                   *float64
	ExclusiveMinimum, ExclusiveMaximum bool
	MultipleOf                         *float64
	// numericLow and numericHigh tell OpenAPI 3.1's numeric exclusive limits from
	// 3.0's flags.
	numericLow, numericHigh bool
	// low and high are the limits where a float64 cannot hold them, else nil.
	low, high *big.Rat
	// constant tells const from an enum of one value.
	constant bool

	MinLength uint64
	MaxLength *uint64
	Pattern   *Pattern

	Items       *Schema
	MinItems    uint64
	MaxItems    *uint64
	UniqueItems bool

	Members  []*Member          // in file order
	byName   map[string]*Member // where there are many
	MinProps uint64
	MaxProps *uint64
	// Closed forbids members that are not listed.
	Closed bool
	// Additional is the schema of members that are not listed, if any.
	Additional *Schema

	// Chosen is the value by which a discriminator chooses the schema around this one,
	// if it does: with another, the request is about another schema.
	Chosen string
	// heirs are the schemas that inherit from the schema, and that its discriminator
	// means: a value of it is one of them.
	heirs []heir
	// unread are the keywords that the schema has and no value can be held to.
	unread []string

	// Content is the media type of the bytes that a text stands for, where only some
	// bytes are valid; "" where any are.
	Content string
	// anyText tells that a parameter has no type: every text is valid, but for what
	// its keywords say.
	anyText bool

	// Composed is set where allOf, oneOf, anyOf, not or recursion is used; it is
	// checked as a whole, as the clause ID + ".schema".
	Composed Checker
	// parts is what a schema within Composed is composed of.
	parts *parts
	// foreign judges the keywords that the model does not know, if there are any.
	foreign *foreign
	// samples are what is remembered of the schema.
	samples *samples

	FromTarget bool
	Carries    string
	Distinct   bool
	At         clause.Location
	Source     clause.Source
}

// Member is one listed member of an object.
type Member struct {
	Name     string
	Required bool
	Schema   *Schema
	// ReadOnly members are not sent, WriteOnly members are not answered: the
	// member's schema says so, or a part of it.
	ReadOnly, WriteOnly bool
	dir                 direction
	// elsewhere marks a member that a part requires and another part describes.
	elsewhere bool
}

// Checker checks a value against a schema that is not modelled in detail.
type Checker interface {
	Check(value any) error
}

// Member returns the listed member of that name, or nil.
func (s *Schema) Member(name string) *Member {
	if s.byName != nil {
		return s.byName[name]
	}
	for _, m := range s.Members {
		if m.Name == name {
			return m
		}
	}
	return nil
}

// Operation returns the operation with an id, or nil.
func (c *Contract) Operation(id string) *Operation {
	for _, op := range c.Operations {
		if op.ID == id {
			return op
		}
	}
	return nil
}

// Parameter returns the operation's parameter, or nil.
func (op *Operation) Parameter(in, name string) *Parameter {
	for _, p := range op.Parameters {
		if p.In == in && p.Name == name {
			return p
		}
	}
	return nil
}

// Response returns the response documented for a status: the status itself, else
// its range, else default, else nil.
func (op *Operation) Response(status string) *Response {
	return op.first(status, status[:min(1, len(status))]+"XX", "default")
}

// Failure names the response documented for an internal error: 500, else 5XX,
// else default; nil when it documents none.
func (op *Operation) Failure() *Response { return op.first("500", "5XX", "default") }

func (op *Operation) first(statuses ...string) *Response {
	for _, status := range statuses {
		for _, r := range op.Responses {
			if r.Status == status {
				return r
			}
		}
	}
	return nil
}

// Secured reports whether a request without credentials must be refused.
func (op *Operation) Secured() bool {
	for _, alternative := range op.Security {
		if len(alternative) == 0 {
			return false
		}
	}
	return len(op.Security) > 0
}

// Safe reports whether a method asks for no change (RFC 9110, section 9.2.1).
func Safe(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	return false
}
