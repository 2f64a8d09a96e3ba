package ruling

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"time"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
)

// Sent is a request as it was sent, as far as that is known.
type Sent struct {
	Method string
	URL    *url.URL
	// Above is how many segments of the URL's path are above the contract's.
	Above  int
	Header http.Header
	// Query and Cookie are by name, as they are escaped. Names are those of the query
	// in their order.
	Query, Cookie map[string][]string
	Names         []string
	Body          SentBody
	// Complete tells that this is everything that was sent.
	Complete bool
	// Clocks are the times that the server's clock may have shown; none when that is
	// not known.
	Clocks []time.Time
	// Unfit says why servers answer the request in ways of their own, before anybody
	// looks at what a contract says; "" when they do not.
	Unfit string
}

// SentBody is the body of a request.
type SentBody struct {
	Data []byte
	// MediaType is what the request says that it is.
	MediaType string
	// Present tells that there is a body, Absent that there is none. Neither tells
	// that it is not known.
	Present, Absent bool
	// Known tells that Data is all of it.
	Known bool
}

// Live gives a request that came to a server, without its body.
func Live(r *http.Request) *Sent {
	s := &Sent{Method: r.Method, URL: r.URL, Header: r.Header, Cookie: map[string][]string{}, Complete: true}
	s.Names, s.Query = wire.Group(wire.Query(r.URL.RawQuery))
	for _, c := range r.Cookies() {
		s.Cookie[c.Name] = append(s.Cookie[c.Name], c.Value)
	}
	return s
}

// Whole gives a request that came to a server, with all of its body.
func Whole(r *http.Request, body []byte) *Sent {
	s := Live(r)
	s.Body = SentBody{
		Data: body, MediaType: r.Header.Get("Content-Type"), Known: true, Present: len(body) > 0, Absent: len(body) == 0,
	}
	return s
}

// Texts gives what the request carries for a parameter, as it is escaped.
func (s *Sent) Texts(op *Operation, i int) []string {
	p := &op.Params[i]
	switch p.In {
	case "path":
		var texts []string
		for at, segment := range op.Template {
			if segment.Param == i {
				texts = append(texts, segment.Escaped(s.URL, s.Above+at))
			}
		}
		return texts
	case "header":
		return s.Header.Values(p.Name)
	case "query":
		if !p.Style.Apart() {
			return s.Query[p.Name]
		}
		return s.members(op, i)
	}
	if p.Style.Apart() {
		return s.crumbs(p)
	}
	return s.Cookie[p.Name]
}

// members gives the texts of an object whose members are parameters of the query.
func (s *Sent) members(op *Operation, i int) []string {
	var texts []string
	for _, name := range s.Names {
		if of, member := op.Query(name); of == i {
			for _, text := range s.Query[name] {
				texts = append(texts, wire.MemberText(member, text))
			}
		}
	}
	return texts
}

// crumbs gives the texts of an object whose members are cookies.
func (s *Sent) crumbs(p *Param) []string {
	var texts []string
	for _, m := range p.Schema.Members {
		for _, text := range s.Cookie[m.Name] {
			texts = append(texts, wire.MemberText(m.Name, text))
		}
	}
	return texts
}

// QueryCredentials gives the names of the query parameters that carry credentials.
func QueryCredentials(model *spec.Contract) []string {
	var names []string
	for _, s := range model.Schemes {
		if s.In == "query" {
			names = append(names, s.Param)
		}
	}
	return names
}

// ambiguity is what some readers take for something else than its meaning in RFC
// 3986 and RFC 6570.
type ambiguity struct {
	// in tells that texts of a style may hold it.
	in   func(s wire.Style) bool
	text *regexp.Regexp
	// plain is what the others take it for.
	plain, what string
}

// ambiguities are: '+' is a blank to most, and itself to some; a comma that is
// escaped belongs to the value, but who decodes before he splits takes it for the
// end of it, and many clients escape the commas between values, too.
var ambiguities = []ambiguity{
	{func(s wire.Style) bool { return s.In == "query" }, regexp.MustCompile(`\+`), "%2B", "has a '+', which may be a blank"},
	{
		func(s wire.Style) bool { return s.Joined() && s.In != "header" && s.Name == "" }, regexp.MustCompile(`(?i)%2c`), ",",
		"has a comma that is escaped, which may be within a value or between two",
	},
}

// others gives the texts as readers see them who read them in another way, or nil.
func (x ambiguity) others(s wire.Style, texts []string) []string {
	if !x.in(s) || !slices.ContainsFunc(texts, x.text.MatchString) {
		return nil
	}
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = x.text.ReplaceAllString(text, x.plain)
	}
	return out
}
