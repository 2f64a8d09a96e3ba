package enforce

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/internal/route"
	"github.com/apiclause/clause/contract/internal/rule"
	"github.com/apiclause/clause/contract/internal/spec"
)

// state is what is known of one request while it is checked. States are used
// again: nothing in one may outlive the check.
type state struct {
	ep *endpoint
	// raw are the texts of the parameters, by their places in the endpoint.
	raw [][]string
	// bad marks the parameters that are missing or cannot be read.
	bad []bool
	// unclear is set when the query holds something that may have been meant as
	// any parameter, badBody when the body cannot be read.
	unclear, badBody bool
	// complained is set when the query's own syntax has been complained of.
	complained bool
	input      rule.Input
	found      []Violation
	omitted    int
}

func newState() *state {
	return &state{input: rule.Input{
		Path: map[string]any{}, Query: map[string]any{}, Header: map[string]any{}, Cookie: map[string]any{},
	}}
}

// start readies a state for a request.
func (s *state) start(ep *endpoint) {
	s.ep = ep
	for len(s.raw) < len(ep.params) {
		s.raw, s.bad = append(s.raw, nil), append(s.bad, false)
	}
}

// maxKept is the number of texts of one parameter that memory is kept for.
const maxKept = 16

// reset lets go of everything that belongs to the request.
func (s *state) reset() {
	for i := range s.raw {
		if cap(s.raw[i]) > maxKept {
			s.raw[i] = nil
		}
		clear(s.raw[i])
		s.raw[i] = s.raw[i][:0]
	}
	clear(s.bad)
	for _, m := range []map[string]any{s.input.Path, s.input.Query, s.input.Header, s.input.Cookie} {
		clear(m)
	}
	s.input.Body = nil
	*s = state{raw: s.raw, bad: s.bad, input: s.input}
}

// add notes a violation, once. What it quotes of the request is made harmless.
func (s *state) add(clause, message string) {
	v := Violation{Clause: clause, Message: plain(message, maxWords)}
	switch {
	case slices.Contains(s.found, v):
	case len(s.found) == maxViolations:
		s.omitted++
	default:
		s.found = append(s.found, v)
	}
}

// parameters reads and checks every parameter.
func (s *state) parameters(r *http.Request, strict bool, schemes []string) {
	s.path(r)
	s.query(r.URL.RawQuery, strict, schemes)
	for i := range s.ep.params {
		if !s.bad[i] {
			s.parameter(i, s.texts(i, r))
		}
	}
}

func (s *state) path(r *http.Request) {
	var buffer [route.MaxSegments]string
	path := route.Split(buffer[:0], r.URL)
	for i, segment := range s.ep.template {
		switch p := segment.Param; {
		case p < 0:
		case s.ep.params[p].style.List:
			s.read(p, segment.Escaped(r.URL, i))
		default:
			s.raw[p] = append(s.raw[p], segment.Text(path[i]))
		}
	}
}

// read adds the values that are in a text. What is no percent-encoding stays as it
// is: in a path there is none, and a query has been looked at before.
func (s *state) read(i int, text string) {
	values, err := s.ep.params[i].style.Read(s.raw[i], text)
	if err != nil {
		values = append(values, text)
	}
	s.raw[i] = values
}

// texts gives what a request carries for a parameter, each element of a list
// apart.
func (s *state) texts(i int, r *http.Request) []string {
	p := &s.ep.params[i]
	switch p.In {
	case inHeader:
		lines := r.Header[p.header]
		if !p.style.List {
			return lines
		}
		for _, line := range lines {
			s.read(i, line)
		}
	case inCookie:
		for _, c := range r.CookiesNamed(p.Name) {
			s.read(i, c.Value)
		}
	}
	return s.raw[i]
}

// parameter checks the texts of one parameter.
func (s *state) parameter(i int, raw []string) {
	p := &s.ep.params[i]
	if p.Required && blank(raw) {
		s.bad[i] = true
		s.add(p.ID+".required", p.label+" is required: send "+expects(p.Schema))
		return
	}
	if len(raw) == 0 {
		return
	}
	for _, text := range raw {
		if !utf8.ValidString(text) {
			s.bad[i] = true
			s.add(p.ID+".type", p.label+" must be UTF-8")
			return
		}
	}
	value, found := p.Decode(raw)
	if len(found) > 0 {
		s.bad[i] = true
		s.parameterViolations(p, raw, found)
		return
	}
	if values := s.values(p.In); values != nil {
		values[p.Name] = value
	}
}

// blank reports whether a parameter has no text, or none that is not empty.
func blank(raw []string) bool {
	for _, text := range raw {
		if text != "" {
			return false
		}
	}
	return true
}

func (s *state) values(in string) map[string]any {
	switch in {
	case inPath:
		return s.input.Path
	case inQuery:
		return s.input.Query
	case inHeader:
		return s.input.Header
	case inCookie:
		return s.input.Cookie
	default:
		return nil
	}
}

func (s *state) parameterViolations(p *param, raw []string, found []spec.Violation) {
	for _, v := range found {
		message := v.Message
		if p.In == inQuery && p.Schema.Format == "date-time" && strings.Contains(raw[0], " ") {
			// The most common cause: an offset such as +01:00, not escaped.
			message += "; in a query, '+' is a blank: write it as %2B"
		}
		s.add(v.Clause, label(p.Name+v.Where, p.In)+" "+message)
	}
}

// rules applies the rules whose parameters can be read. failed is told of those
// that cannot be evaluated.
func (s *state) rules(ctx context.Context, failed func(ctx context.Context, r *spec.Rule, err error)) {
	for i := range s.ep.rules {
		r := &s.ep.rules[i]
		if !s.readable(r) {
			continue
		}
		switch holds, err := r.Holds.Holds(&s.input); {
		case err != nil:
			failed(ctx, r.Rule, err)
		case !holds:
			s.add(r.ID, r.Message)
		}
	}
}

// readable reports whether a rule can be applied. Absent optional parameters do
// not hinder it: it asks for them with has().
func (s *state) readable(r *boundRule) bool {
	if r.body && s.badBody || r.query && s.unclear {
		return false
	}
	for _, i := range r.params {
		if s.bad[i] {
			return false
		}
	}
	return true
}
