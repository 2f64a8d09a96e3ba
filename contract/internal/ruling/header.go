package ruling

import (
	"slices"
	"strings"
)

// askedFor are headers of requests by which HTTP has a status of its own, whatever
// is documented (RFC 9110).
var askedFor = []struct {
	header   string
	statuses []string
}{
	{"If-Match", []string{"412"}},
	{"If-None-Match", []string{"304", "412"}},
	{"If-Modified-Since", []string{"304"}},
	{"If-Unmodified-Since", []string{"412"}},
	{"Range", []string{"206", "416"}},
	{"Accept", []string{"406"}},
	{"Accept-Charset", []string{"406"}},
	{"Accept-Encoding", []string{"406", "415"}},
	{"Accept-Language", []string{"406"}},
	{"Expect", []string{"417"}},
}

// asking names the header of the request for which it may have got a status; "" if
// there is none. An Accept that takes anything asks for nothing.
func (q *Question) asking(status string) string {
	for _, asked := range askedFor {
		value := q.Header.Get(asked.header)
		if value == "" || !slices.Contains(asked.statuses, status) || asked.header == "Accept" && strings.Contains(value, "*/*") {
			continue
		}
		return asked.header
	}
	return ""
}

// ignorable are headers that servers ignore where they cannot read them: who breaks
// a clause of one may be answered as if it were not there (RFC 9110, sections
// 13.1.3, 13.1.4 and 14.2).
var ignorable = []string{"If-Modified-Since", "If-Unmodified-Since", "Range", "If-Range"}

// ignored names the header whose value breaks the clause that the request is about,
// and that HTTP has ignored for it; "" if there is none.
func (q *Question) ignored() string {
	place, found := strings.CutPrefix(q.Clause, q.Operation.ID+".header.")
	name, keyword, _ := strings.Cut(place, ".")
	if !found || keyword == "required" {
		return ""
	}
	for _, header := range ignorable {
		if strings.EqualFold(header, name) {
			return header
		}
	}
	return ""
}
