package run

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/plan"
)

// redirects are the statuses whose Location is where the request should go.
var redirects = []int{
	http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect,
}

// strays reports whether an answer says that the API is elsewhere: a redirect that
// the contract does not document, to another host or scheme, or to a path that
// differs in its beginning or its last slash alone.
func (p *preflight) strays(c *plan.Case, e *Exchange) bool {
	if e.Problem != nil || !slices.Contains(redirects, e.Got.Status) || fulfils(c, e.Got.Status) || p.documented(c, e.Got.Status) {
		return false
	}
	from, to, ok := led(e)
	if !ok {
		return false
	}
	was, is := strings.TrimSuffix(from.Path, "/"), strings.TrimSuffix(to.Path, "/")
	return !sameServer(from, to) || strings.HasSuffix(is, was) || is != "" && strings.HasSuffix(was, is)
}

// led says from where to where a redirect leads.
func led(e *Exchange) (from, to *url.URL, ok bool) {
	location := e.Got.Header.Get("Location")
	from, err := url.Parse(e.Sent.URL)
	if err != nil || location == "" {
		return nil, nil, false
	}
	to, err = from.Parse(location)
	return from, to, err == nil
}

func sameServer(a, b *url.URL) bool {
	return strings.EqualFold(a.Scheme, b.Scheme) && strings.EqualFold(hostPort(a), hostPort(b))
}

// redirected diagnoses a target that leads every request elsewhere.
func (p *preflight) redirected(ctx context.Context) *Diagnosis {
	for {
		other, ok := p.try(ctx, func(c *plan.Case) bool { return accepting(c) && p.anew(c, samePath) })
		if !ok {
			break
		}
		if !p.strays(&p.cases[other.Case], &other) {
			return nil
		}
	}
	_, e := p.at(0)
	from, to, _ := led(e)
	if ended(ctx) {
		return nil
	}
	do := "set baseURL to where the API itself is; redirects are not followed"
	if sameServer(from, to) && strings.TrimSuffix(from.Path, "/") == strings.TrimSuffix(to.Path, "/") && from.Path != to.Path {
		do = "end the paths of the contract as the target ends its own, for they differ in the last slash; redirects are not followed"
	}
	return &Diagnosis{Redirected, answeredAs(e, "it redirects to %q", withoutQuery(e.Got.Header.Get("Location"))), do}
}
