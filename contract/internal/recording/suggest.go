package recording

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/har"
	"github.com/apiclause/clause/contract/internal/route"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// Suggest gives the base URL below which most entries of a log would be for
// operations; "" when there is none.
func Suggest(model *spec.Contract, log *har.Log) string {
	t, err := ruling.Operations(model)
	if err != nil {
		return ""
	}
	bases := map[string]int{}
	best := ""
	for i := range log.Entries {
		e := &log.Entries[i]
		u, path := split(e)
		if u == nil || u.Host == "" {
			continue
		}
		for n := range path {
			op, found := t.Find(e.Request.Method, path[n:])
			if !found || !slices.ContainsFunc(op.Template, route.Segment.Literal) {
				continue
			}
			base := baseOf(u, path[:n])
			if bases[base]++; cmp.Compare(bases[base], bases[best]) > 0 {
				best = base
			}
			break
		}
	}
	return best
}

func baseOf(u *url.URL, path []string) string {
	var b strings.Builder
	b.WriteString(u.Scheme + "://" + u.Host)
	for _, segment := range path {
		b.WriteString("/" + url.PathEscape(segment))
	}
	return b.String()
}

// Unseen lists the clauses of which no recording shows whether they are upheld.
func Unseen(model *spec.Contract) []plan.Untested {
	var out []plan.Untested
	for _, c := range model.Clauses {
		rest := strings.TrimPrefix(c.ID, c.Operation+".")
		reason := map[string]string{
			"answer.framing":     "a recording does not show how answers were framed",
			"answer.credentials": "a recording does not tell which credentials were in use",
			"method":             "a request with a method that the path lacks is for no operation",
		}[rest]
		switch {
		case strings.HasPrefix(rest, "security."):
			reason = "a recording does not tell whether credentials are valid"
		case reason == "" && !strings.HasPrefix(rest, "answer."):
			reason = "no recorded request breaks it, or comes near to its limit"
		}
		if reason != "" {
			out = append(out, plan.Untested{Clause: c.ID, Reason: reason})
		}
	}
	return out
}
