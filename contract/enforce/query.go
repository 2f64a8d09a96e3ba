package enforce

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/internal/ruling"
)

// maxQuery is the length of the longest query that is read, in bytes.
const maxQuery = 64 << 10

// query collects the texts of query parameters. It refuses what net/url, which
// handlers read the query with, drops without a word: a handler would take a
// parameter for absent that its caller has sent.
func (s *state) query(query string, strict bool, schemes []string) {
	if len(query) > maxQuery {
		s.add("", "the query must have at most "+strconv.Itoa(maxQuery)+" bytes")
		s.markQuery(ruling.Wrong)
		return
	}
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		if name, ok := s.queryName(name); ok {
			s.pair(name, value, strict, schemes)
		}
	}
}

func (s *state) queryName(escaped string) (string, bool) {
	if strings.Contains(escaped, ";") {
		s.syntax("the query holds a ';': separate parameters with '&', and write ';' itself as %3B")
		return "", false
	}
	name, err := url.QueryUnescape(escaped)
	if err != nil {
		s.syntax("the query holds a name that is not percent-encoded (RFC 3986, section 2.1): write '%' itself as %25")
	}
	return name, err == nil
}

// pair takes one parameter of the query.
func (s *state) pair(name, escaped string, strict bool, schemes []string) {
	i, member := s.ep.Query(name)
	known := i >= 0
	if strings.Contains(escaped, ";") {
		s.broken(i, known, "holds a ';': separate parameters with '&', and write ';' itself as %3B")
		return
	}
	var err error
	switch {
	case known && s.ep.Params[i].Style.Apart():
		s.raw[i], err = s.ep.Params[i].Style.ReadMember(s.raw[i], member, escaped)
	case known:
		s.raw[i], err = s.ep.Params[i].Style.Read(s.raw[i], escaped)
	default:
		_, err = url.QueryUnescape(escaped)
	}
	switch {
	case err != nil:
		s.broken(i, known, "is not percent-encoded (RFC 3986, section 2.1): write '%' itself as %25")
	case known:
	case strict && !slices.Contains(schemes, name):
		s.add("", "the query holds "+strconv.QuoteToASCII(cut(name, maxName))+", which this operation does not have"+s.offer())
	}
}

// maxName is how many characters of an unknown parameter's name are repeated:
// enough to find it by.
const maxName = 40

// offer lists the query parameters that there are.
func (s *state) offer() string {
	names := s.ep.QueryNames()
	if names == nil {
		return ": it has none"
	}
	return ": send " + strings.Join(names, ", ")
}

// broken complains of a value, once for each parameter.
func (s *state) broken(i int, known bool, message string) {
	if !known {
		s.syntax("the query " + message)
		return
	}
	if s.Known(i) != ruling.Wrong {
		s.Mark(i, ruling.Wrong)
		s.add(s.ep.Params[i].ID+".type", s.ep.Params[i].Label+" "+message)
	}
}

// syntax complains of the query as a whole, once. What it is about may have been
// meant as any parameter.
func (s *state) syntax(message string) {
	s.markQuery(ruling.Vague)
	if !s.complained {
		s.complained = true
		s.add("", message)
	}
}

func (s *state) markQuery(is ruling.Certainty) {
	for i := range s.ep.Params {
		if s.ep.Params[i].In == inQuery {
			s.Mark(i, is)
		}
	}
}
