package run

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// counted is what a page says of how many things there are, and how it was asked for.
type counted struct {
	page  plan.Case
	query map[string]string
	total int
}

// saysTotal gives how many things a page says that there are; false where it does not.
func (w *walker) saysTotal(e *Exchange) (n int, ok bool) {
	n, err := strconv.Atoi(w.saidTotal(e))
	return n, err == nil
}

// saidTotal gives what a page has in the place of its total, or "".
func (w *walker) saidTotal(e *Exchange) string {
	told := w.c.Walk.List.Total
	switch {
	case told == nil:
		return ""
	case told.Header != "":
		return e.Got.Header.Get(told.Header)
	}
	if total := within(w.body, told.Path); total != nil {
		return spec.Text(total)
	}
	return ""
}

// count notes the total of a page that has something.
func (w *walker) count(e *Exchange, query map[string]string) {
	if ids, _ := OnPage(w.body, w.c.Walk.List); len(ids) == 0 {
		return
	}
	if n, ok := w.saysTotal(e); ok {
		w.counts = append(w.counts, counted{w.c, maps.Clone(query), n})
	}
}

// Known is how many different things some reading of the list has.
func (l *Listed) Known() int {
	known := 0
	for i := range l.Readings {
		known = max(known, l.Readings[i].Has)
	}
	return known
}

// Least is the smallest total of the readings; false where none has one.
func (l *Listed) Least() (least int, ok bool) {
	for i := range l.Readings {
		if n, err := strconv.Atoi(l.Readings[i].Total); err == nil && (!ok || n < least) {
			least, ok = n, true
		}
	}
	return least, ok
}

// undercounts looks for a total that is less than what was seen: it hangs on the page, or is
// as much too small whatever is made.
func (w *walker) undercounts(ctx context.Context, c *plan.Case) {
	if len(w.counts) == 0 {
		return
	}
	known := w.listed.Known()
	if told, ok := w.byPage(ctx, known); ok {
		w.listed.Undercount = &Undercount{told, known}
		return
	}
	if told, ok := w.listed.Least(); ok && told < known && w.always(ctx, c) {
		w.listed.Undercount = &Undercount{told, known}
	}
}

// byPage gives a total that hangs on the page, and is less than what is known: of two pages
// each says the same as before when both are asked for again. One that is counted later does
// not go to and fro.
func (w *walker) byPage(ctx context.Context, known int) (told int, ok bool) {
	if w.c.Walk.Short != nil {
		w.shortest(ctx)
	}
	byTotal := func(a, b counted) int { return cmp.Compare(a.total, b.total) }
	most, least := slices.MaxFunc(w.counts, byTotal), slices.MinFunc(w.counts, byTotal)
	return least.total, most.total > least.total && least.total < known && w.saysAgain(ctx, most) && w.saysAgain(ctx, least)
}

// shortest asks for a page of one thing.
func (w *walker) shortest(ctx context.Context) {
	whole, one := w.c, *w.c.Walk.Short
	one.Value = int64(1)
	w.c.Request.Parameters = append(slices.DeleteFunc(slices.Clone(whole.Request.Parameters), func(p plan.Parameter) bool {
		return p.In == one.In && p.Name == one.Name
	}), one)
	if e := w.ask(ctx, nil, "read the shortest page of the list"); w.take(&e) == "" {
		w.count(&e, nil)
	}
	w.c = whole
}

// saysAgain reports whether a page says the same total as before.
func (w *walker) saysAgain(ctx context.Context, c counted) bool {
	whole := w.c
	defer func() { w.c = whole }()
	w.c = c.page
	e := w.ask(ctx, c.query, "read a page of the list again")
	if w.take(&e) != "" {
		return false
	}
	n, ok := w.saysTotal(&e)
	return ok && n == c.total
}

// always reports whether the total is as much less than what was made whenever another
// thing is made. One that is counted later falls back further with each, or catches up.
func (w *walker) always(ctx context.Context, c *plan.Case) bool {
	w.c = *c
	total := func() (int, bool) {
		n, err := strconv.Atoi(w.Total)
		return w.Has - n, err == nil && n < w.Has && w.Unsure == "" && !slices.Contains(w.Seen, false)
	}
	w.readAnew(ctx)
	less, ok := total()
	return ok && w.every(ctx, func(ctx context.Context) bool {
		w.readAnew(ctx)
		now, ok := total()
		return ok && now == less
	})
}
