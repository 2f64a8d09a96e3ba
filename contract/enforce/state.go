package enforce

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/internal/route"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
)

// state is what is known of one request while it is checked. States are used
// again: nothing in one may outlive the check.
type state struct {
	ruling.Request

	ep *endpoint
	// raw are the texts of the parameters, by their indices in the operation.
	raw [][]string
	// complained is set when the query's own syntax has been complained of.
	complained bool
	found      []Violation
	omitted    int
}

// start readies a state for a request.
func (s *state) start(ep *endpoint) {
	s.ep = ep
	s.Reset(ep.Operation)
	for len(s.raw) < len(ep.Params) {
		s.raw = append(s.raw, nil)
	}
}

// maxKept is the number of texts of one parameter that memory is kept for.
const maxKept = 16

// release lets go of everything that belongs to the request.
func (s *state) release() {
	for i := range s.raw {
		if cap(s.raw[i]) > maxKept {
			s.raw[i] = nil
		}
		clear(s.raw[i])
		s.raw[i] = s.raw[i][:0]
	}
	s.Reset(s.ep.Operation)
	*s = state{raw: s.raw, Request: s.Request}
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
	for i := range s.ep.Params {
		if s.Known(i) != ruling.Wrong {
			s.parameter(i, s.texts(i, r))
		}
	}
}

func (s *state) path(r *http.Request) {
	var buffer [route.MaxSegments]string
	path := route.Split(buffer[:0], r.URL)
	for i, segment := range s.ep.Template {
		switch p := segment.Param; {
		case p < 0:
		case s.ep.Params[p].Style.Kind != wire.Scalar:
			s.read(p, segment.Escaped(r.URL, i))
		default:
			s.raw[p] = append(s.raw[p], segment.Text(path[i]))
		}
	}
}

// read adds the values that are in a text. What is no percent-encoding stays as it
// is: in a path there is none, and a query has been looked at before.
func (s *state) read(i int, text string) {
	values, err := s.ep.Params[i].Style.Read(s.raw[i], text)
	if err != nil {
		values = append(values, text)
	}
	s.raw[i] = values
}

// texts gives what a request carries for a parameter, each element of a list
// apart.
func (s *state) texts(i int, r *http.Request) []string {
	p := &s.ep.Params[i]
	switch p.In {
	case inHeader:
		lines := r.Header[p.Header]
		if p.Style.Kind == wire.Scalar {
			return lines
		}
		for _, line := range lines {
			s.read(i, line)
		}
	case inCookie:
		if p.Style.Apart() {
			for _, m := range p.Schema.Members {
				for _, c := range r.CookiesNamed(m.Name) {
					s.read(i, wire.MemberText(m.Name, c.Value))
				}
			}
		}
		for _, c := range r.CookiesNamed(p.Name) {
			s.read(i, c.Value)
		}
	}
	return s.raw[i]
}

// parameter checks the texts of one parameter.
func (s *state) parameter(i int, raw []string) {
	p := &s.ep.Params[i]
	if p.Required && blank(p, raw) {
		s.Mark(i, ruling.Wrong)
		s.add(p.ID+".required", p.Label+" is required: send "+expects(p.Schema))
		return
	}
	if len(raw) == 0 {
		return
	}
	for _, text := range raw {
		if !utf8.ValidString(text) {
			s.Mark(i, ruling.Wrong)
			s.add(p.ID+".type", p.Label+" must be UTF-8")
			return
		}
	}
	value, found := p.Decode(raw)
	if len(found) > 0 {
		s.Mark(i, ruling.Wrong)
		s.parameterViolations(p, raw, found)
		return
	}
	s.Set(i, value)
}

// blank reports whether a parameter has no text, or none that is not empty.
func blank(p *ruling.Param, raw []string) bool {
	if p.Style.Apart() {
		return len(raw) == 0
	}
	for _, text := range raw {
		if text != "" {
			return false
		}
	}
	return true
}

func (s *state) parameterViolations(p *ruling.Param, raw []string, found []spec.Violation) {
	for _, v := range found {
		message := v.Message
		if p.In == inQuery && p.Schema.Format == "date-time" && strings.Contains(raw[0], " ") {
			// The most common cause: an offset such as +01:00, not escaped.
			message += "; in a query, '+' is a blank: write it as %2B"
		}
		s.add(v.Clause, p.Within(v.Where)+" "+message)
	}
}

// rules applies the rules that read nothing but what is plain, as they are stated:
// a server knows its own clock. failed is told of those that cannot be evaluated.
func (s *state) rules(ctx context.Context, failed func(ctx context.Context, r *spec.Rule, err error)) {
	for _, r := range s.ep.Rules {
		if s.Readable(r) != ruling.Plain {
			continue
		}
		switch holds, err := r.Holds.Holds(&s.Input); {
		case err != nil:
			failed(ctx, r.Rule, err)
		case !holds:
			s.add(r.ID, r.Message)
		}
	}
}
