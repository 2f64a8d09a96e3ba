package contract

import (
	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
)

// Operation outlines an operation as a document would describe it.
type Operation struct {
	ID      string
	Method  string
	Path    string
	At      clause.Location
	Source  clause.Source
	Members []Member // parameters, and members of the body
	Answers []Answer
	Rules   []Stated
	// Security lists alternatives: all schemes of one are needed together.
	Security [][]Scheme
}

// Scheme is a security scheme.
type Scheme struct {
	Name string
	// In and Param say where the credential is sent, of one that is no scheme of HTTP.
	In, Param string
	// HTTP is the authentication scheme of HTTP, such as basic, in lower case.
	HTTP string
	// Signs tells that the credential is a signature of the request.
	Signs bool
	At    clause.Location
}

// Member is a parameter, or a member of a body, and where it is said.
type Member struct {
	// Name is a dotted path for a member of a body.
	Name string
	// In is path, query, header, cookie, body, or answer.
	In       string
	Required bool
	// Type is the JSON type.
	Type   string
	At     clause.Location
	Source clause.Source
	// InferredRequired and InferredType tell that the document does not state
	// them.
	InferredRequired, InferredType bool
}

// Answer is a documented answer.
type Answer struct {
	Status  string
	At      clause.Location
	Source  clause.Source
	Members []Member
}

// Stated is a statement of the contract and where the document makes it.
type Stated struct {
	ID     string
	At     clause.Location
	Source clause.Source
}

// Operations outlines every operation, in the order of the file.
func (c *Contract) Operations() []Operation {
	out := make([]Operation, 0, len(c.model().Operations))
	for _, op := range c.model().Operations {
		out = append(out, c.outline(op))
	}
	return out
}

func (c *Contract) outline(op *spec.Operation) Operation {
	o := Operation{ID: op.ID, Method: op.Method, Path: op.Path, At: op.At, Source: op.Source}
	for _, p := range op.Parameters {
		m := c.member(p.Name, p.In, p.Required, p.Schema)
		m.At = p.At
		o.Members = append(o.Members, m)
	}
	if s := op.Body.Schema(); s != nil {
		o.Members = append(o.Members, c.members(s, "", "body")...)
	}
	for _, r := range op.Responses {
		a := Answer{Status: r.Status, At: r.At, Source: c.source(r.ID)}
		if m := spec.JSON(r.Content); m != nil {
			a.Members = c.members(m.Schema, "", "answer")
		}
		o.Answers = append(o.Answers, a)
	}
	for _, r := range op.Rules {
		o.Rules = append(o.Rules, Stated{ID: r.Name, At: r.At, Source: c.source(r.ID)})
	}
	for _, r := range op.Answers {
		if r.Convention != nil {
			continue
		}
		o.Rules = append(o.Rules, Stated{ID: r.Name, At: r.At, Source: c.source(r.ID)})
	}
	for _, schemes := range op.Security {
		var together []Scheme
		for _, s := range schemes {
			together = append(together, Scheme{Name: s.Name, In: s.In, Param: s.Param, HTTP: s.HTTP, Signs: s.Signing != nil, At: s.At})
		}
		o.Security = append(o.Security, together)
	}
	return o
}

// members lists an object's members, each before its own.
func (c *Contract) members(s *spec.Schema, prefix, in string) []Member {
	var out []Member
	if s == nil {
		return nil
	}
	if s.Items != nil {
		return c.members(s.Items, prefix, in)
	}
	for _, m := range s.Members {
		name := prefix + m.Name
		out = append(out, c.member(name, in, m.Required, m.Schema))
		out = append(out, c.members(m.Schema, name+".", in)...)
	}
	return out
}

func (c *Contract) member(name, in string, required bool, s *spec.Schema) Member {
	return Member{
		Name: name, In: in, Required: required, Type: s.Type, At: s.At, Source: s.Source,
		InferredRequired: c.inferred(s.ID + ".required"), InferredType: c.inferred(s.ID + ".type"),
	}
}

func (c *Contract) source(id string) clause.Source {
	if found := c.model().Clause(id); found != nil {
		return found.Source
	}
	return clause.Source{}
}

func (c *Contract) inferred(id string) bool {
	found := c.model().Clause(id)
	return found != nil && found.Level == clause.Should
}
