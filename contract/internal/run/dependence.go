package run

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/placeholder"
	"github.com/apiclause/clause/contract/plan"
)

// Order sorts cases by how much they depend on, the least first: what the target
// has to know already. Those that could end something, or lock somebody out, come
// last. It is the order in which a preflight tries them.
func (r *Runner) Order(cases []plan.Case, indexes []int) []int {
	keys := make(map[int][]int, len(indexes))
	for _, i := range indexes {
		keys[i] = r.dependence(&cases[i])
	}
	sorted := slices.Clone(indexes)
	slices.SortStableFunc(sorted, func(a, b int) int {
		return cmp.Or(slices.Compare(keys[a], keys[b]), cmp.Compare(a, b))
	})
	return sorted
}

// dependence counts what a request depends on: what weighs most comes first.
func (r *Runner) dependence(c *plan.Case) []int {
	d := make([]int, 6)
	if v := c.Request.Credential.Variant; severs(&c.Request) || v != plan.Valid && v != plan.None {
		d[0] = 1
	}
	d[1] = int(r.pathOf(c))
	if c.Request.Body != nil {
		d[2] = 1
	}
	if !plan.Safe(c.Request.Method) {
		d[3] = 1
	}
	d[4] = len(c.Request.Parameters)
	for i := range c.Request.Parameters {
		if !r.vouched(c, &c.Request.Parameters[i]) {
			d[5]++
		}
	}
	return d
}

// pathValues says where the values in a request's path come from.
type pathValues int

const (
	noValues pathValues = iota
	vouchedValues
	madeUpValues
)

func (r *Runner) pathOf(c *plan.Case) pathValues {
	values := noValues
	for i := range c.Request.Parameters {
		p := &c.Request.Parameters[i]
		switch {
		case p.In != "path":
		case !r.vouched(c, p):
			return madeUpValues
		default:
			values = vouchedValues
		}
	}
	return values
}

// vouched reports whether the target itself gives a parameter's value.
func (r *Runner) vouched(c *plan.Case, p *plan.Parameter) bool {
	given, ok := r.target.Value(c.Operation, p.Name)
	if !ok {
		return false
	}
	if p.Value == plan.Filled(given) {
		return true
	}
	then := occasion{unique: placeholder.Sample}
	values, err := plainTexts(p, then)
	return err == nil && strings.Join(values, ",") == placeholder.Fill(given, then.now, then.unique)
}

// invented reports whether a request holds anything that the target does not
// vouch for.
func (r *Runner) invented(c *plan.Case) bool {
	return c.Request.Body != nil ||
		slices.ContainsFunc(c.Request.Parameters, func(p plan.Parameter) bool { return !r.vouched(c, &p) })
}

// farewell is what the paths of requests that end a session or an account speak of.
var farewell = regexp.MustCompile(`(?i)(log|sign)[-_]?(out|off)|revoke|deregister|unregister|deactivate`)

// severs reports whether a request could end what the others need: a thing that
// the target gives, the session, the account.
func severs(r *plan.Request) bool {
	whole := !strings.Contains(r.Path, "{")
	switch r.Method {
	case http.MethodDelete:
		return true
	case http.MethodPut, http.MethodPatch:
		if whole {
			return true
		}
	}
	return farewell.MatchString(r.Path) || stopping.MatchString(r.Path)
}
