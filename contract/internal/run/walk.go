package run

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/world"
	"github.com/apiclause/clause/contract/plan"
)

// MaxPages is how many pages of a list are read at most, and maxListed how many bytes
// they may have together.
const (
	MaxPages  = 50
	maxListed = 4 << 20
)

// MostPages counts what is sent for the pages of lists beside the first, at most: each
// list may be read twice, and so may its short pages.
func MostPages(cases []plan.Case, indexes []int) int {
	n := 0
	for _, i := range indexes {
		if cases[i].Heed != nil {
			n += len(cases[i].Heed.Values) + 1
		}
		switch walk := cases[i].Walk; {
		case walk == nil:
		case walk.Short != nil:
			n += 4*MaxPages - 1 + furtherPages
		default:
			n += 2*MaxPages - 1
		}
	}
	return n
}

// Listed is what was seen of a list that is read for what was made before.
type Listed struct {
	// Made are the names of what was made, in the order in which it was.
	Made []string
	// Readings are of the list as it is, and of its short pages.
	Readings []Reading
	// Pages are the requests beside the first.
	Pages []Step
	// Undercount is a total that is too small, and not as one that is counted later; or nil.
	Undercount *Undercount
}

// Undercount is a total that is less than what was made and seen.
type Undercount struct{ Told, Seen int }

// Reading is what was seen of a list from its first page to its last.
type Reading struct {
	// Seen tells of each thing that was made whether the list has it.
	Seen []bool
	// Unsure says why the list may have more than was seen; "" where it was read whole.
	Unsure string
	// Trails tells that the list never has what was made last, and has it once another
	// thing is made.
	Trails bool
	// Stuck tells that each page is as the first, though it is short and more are asked for.
	Stuck bool
	// Has is how many different things it has.
	Has int
	// Total is the most that its pages say there is; "" where none says it.
	Total string
}

// sameParents reports whether what one request makes is in the list that another reads:
// the values of their paths are the same.
func sameParents(maker, list *plan.Request) bool {
	value := func(r *plan.Request, segment string) string {
		for _, p := range r.Parameters {
			if p.In == "path" && "{"+p.Name+"}" == segment {
				if made, ok := p.Value.(plan.Made); ok {
					return "made " + made.Resource
				}
				return fmt.Sprint(p.Value)
			}
		}
		return segment
	}
	a, b := world.Segments(maker.Path), world.Segments(list.Path)
	if !strings.Contains(list.Path, "{") {
		return true
	}
	return slices.EqualFunc(a, b, func(a, b string) bool { return value(maker, a) == value(list, b) })
}

// walk reads the pages of a list after the first, for what was made before it, and then
// its short pages.
func (r *Runner) walk(ctx context.Context, c *plan.Case, names map[string]any, first *Exchange) *Listed {
	if c.Walk == nil || first.Unmade != "" || first.Got == nil || first.Got.Status/100 != 2 {
		return nil
	}
	w := &walker{Runner: r, c: *c, names: names, listed: &Listed{Made: first.Found(c)}}
	w.twice(ctx, *first)
	if w.Unsure == "" && lastAlone(w.Seen) && w.trails(ctx) {
		w.listed.Readings[0].Trails = true
	}
	if c.Walk.Short != nil {
		w.c.Request.Parameters = append(slices.Clone(c.Request.Parameters), *c.Walk.Short)
		w.twice(ctx, w.ask(ctx, nil, "read the list in short pages"))
		w.listed.Readings[1].Stuck = w.stuck(ctx)
	}
	w.undercounts(ctx, c)
	return w.listed
}

// walker reads the pages of one list.
type walker struct {
	*Runner
	Reading

	c      plan.Case
	names  map[string]any
	listed *Listed

	pages, things, bytes int
	ids                  map[string]bool
	fresh                int       // how many things of the last page were on none before
	body                 any       // the value of the last page
	counts               []counted // the totals of the pages that have something
	last                 *thing    // what was made last, beside what the case finds
	growing              bool      // more things are made between readings: a list that is cut does not grow
}

// twice reads a list; a second time where something is missing, which another client may
// have moved meanwhile.
func (w *walker) twice(ctx context.Context, first Exchange) {
	w.Seen = make([]bool, len(w.listed.Made))
	w.read(ctx, first)
	if slices.Contains(w.Seen, false) && w.Unsure == "" {
		w.read(ctx, w.ask(ctx, nil, "read the list again"))
	}
	w.listed.Readings = append(w.listed.Readings, w.Reading)
}

// ask sends the request for a page, with some other values in the query.
func (w *walker) ask(ctx context.Context, query map[string]string, did string) Exchange {
	page := w.c
	page.ID += fmt.Sprintf(" request %d", len(w.listed.Pages)+2)
	page.Request.Parameters = withQuery(page.Request.Parameters, query)
	s := Step{Case: &page, Exchange: w.exchangeWith(ctx, &page, -1, w.names), Did: did, Of: w.c.Request.Among}
	w.listed.Pages = append(w.listed.Pages, s)
	w.aside(s)
	return s.Exchange
}

// read reads a list from its first page on.
func (w *walker) read(ctx context.Context, e Exchange) {
	w.pages, w.things, w.bytes, w.ids, w.Has, w.Total = 0, 0, 0, map[string]bool{}, 0, ""
	var query map[string]string
	for {
		if w.Unsure = w.take(&e); w.Unsure != "" {
			return
		}
		w.count(&e, query)
		var unsure string
		query, unsure = w.next(&e)
		if query == nil || unsure != "" {
			w.Unsure = unsure
			return
		}
		if w.pages == MaxPages || w.bytes > maxListed {
			w.Unsure = fmt.Sprintf("no more than %d pages of it are read", w.pages)
			return
		}
		e = w.ask(ctx, query, fmt.Sprintf("read page %d of the list", w.pages+1))
	}
}

// take notes what is on a page. It says why the page cannot be read, or "".
func (w *walker) take(e *Exchange) string {
	switch {
	case e.Problem != nil:
		return "a page of it could not be read: " + e.Problem.Error()
	case e.Got.Status/100 != 2:
		return "a page of it was answered with " + answered(e)
	}
	var err error
	w.body, err = spec.ParseJSON(e.Got.Body)
	ids, ok := OnPage(w.body, w.c.Walk.List)
	if err != nil || !ok {
		return "not each thing in it has the member " + w.c.Walk.List.ID
	}
	w.total(e)
	w.pages++
	w.things += len(ids)
	w.bytes += len(e.Got.Body)
	w.fresh = 0
	for _, id := range ids {
		if !w.ids[id] {
			w.fresh++
		}
		w.ids[id] = true
		w.Has = len(w.ids)
		for i, made := range w.listed.Made {
			w.Seen[i] = w.Seen[i] || made == id
		}
	}
	return ""
}

// total notes how many things a page says that there are.
func (w *walker) total(e *Exchange) {
	n, ok := w.saysTotal(e)
	if most, already := strconv.Atoi(w.Total); ok && (already != nil || n > most) {
		w.Total = strconv.Itoa(n)
	}
}

// OnPage gives what names each thing on a page of a list; false where not each has a name.
func OnPage(body any, list *world.List) (ids []string, ok bool) {
	items, isList := within(body, list.Items).([]any)
	if !isList {
		return nil, false
	}
	for _, item := range items {
		object, _ := item.(map[string]any)
		switch object[list.ID].(type) {
		case string, json.Number:
			ids = append(ids, spec.Text(object[list.ID]))
		default:
			return nil, false
		}
	}
	return ids, true
}

// within gives what stands at a path of a JSON value, or nil.
func within(v any, path []string) any {
	for _, name := range path {
		object, _ := v.(map[string]any)
		v = object[name]
	}
	return v
}

// next says what the query has for the next page; nil where none follows. unsure says
// why it is not known whether one does.
func (w *walker) next(e *Exchange) (query map[string]string, unsure string) {
	list := w.c.Walk.List
	page, offset := list.Control(world.Page), list.Control(world.Offset)
	switch {
	case list.More != nil && within(w.body, list.More.Path) == false:
		return nil, ""
	case list.Next != nil:
		return w.told(e)
	case page == nil && offset == nil:
		return nil, w.alone(e)
	case w.fresh == 0 && w.pages == 2 && page != nil && page.First == nil: // the first one has the number 1
	case w.fresh == 0:
		return nil, w.atEnd(e)
	}
	return w.counted(), ""
}

// counted gives the query for the page behind those that were read, by its number or
// offset.
func (w *walker) counted() map[string]string {
	if offset := w.c.Walk.List.Control(world.Offset); offset != nil {
		return map[string]string{offset.Parameter.Name: strconv.Itoa(w.things)}
	}
	page, number := w.c.Walk.List.Control(world.Page), w.pages
	if page.First != nil {
		number += int(*page.First)
	}
	return map[string]string{page.Parameter.Name: strconv.Itoa(number)}
}

// furtherPages is how many pages are asked for beside those that showed nothing new.
const furtherPages = 2

// stuck reports whether the short pages of a list are all as the first, though the list
// has more: it was seen whole before. A list may give its last page again, but not where
// there are others before.
func (w *walker) stuck(ctx context.Context) bool {
	list := w.c.Walk.List
	same := func() bool { return w.fresh == 0 && w.things == w.pages*len(w.ids) }
	if slices.Contains(w.listed.Readings[0].Seen, false) || len(w.ids) == 0 || len(w.ids) >= len(w.listed.Made) || w.pages < 2 || !same() ||
		list.Control(world.Offset) == nil && list.Control(world.Page) == nil {
		return false
	}
	for range furtherPages {
		e := w.ask(ctx, w.counted(), fmt.Sprintf("read page %d of the list", w.pages+1))
		if w.take(&e) != "" || !same() {
			return false
		}
	}
	return true
}

// atEnd says why a list may have more though its last page had nothing new, or "".
func (w *walker) atEnd(e *Exchange) string {
	if w.saidTotal(e) == strconv.Itoa(len(w.ids)) {
		return ""
	}
	if w.pages == 2 && w.things > len(w.ids) {
		return "its second page is as its first"
	}
	return ""
}

// told gives the query that an answer tells of the next page.
func (w *walker) told(e *Exchange) (query map[string]string, unsure string) {
	list := w.c.Walk.List
	value, _ := within(w.body, list.Next.Path).(string)
	if list.Next.Header != "" {
		value = nextLink(e.Got.Header.Values(list.Next.Header))
	}
	if value == "" {
		return nil, ""
	}
	if w.pages > 1 && w.fresh == 0 {
		return nil, "a page of it has nothing new, and tells of another"
	}
	if cursor := list.Control(world.Cursor); !list.Next.Link && cursor != nil {
		return map[string]string{cursor.Parameter.Name: value}, ""
	}
	from, err := url.Parse(e.Sent.URL)
	to, errTo := url.Parse(value)
	if err != nil || errTo != nil || !list.Next.Link {
		return nil, "how to get its next page is not known"
	}
	to = from.ResolveReference(to)
	if to.Path != from.Path || to.Host != from.Host {
		return nil, "its next page is elsewhere"
	}
	query = map[string]string{}
	for name, values := range to.Query() {
		query[name] = values[0]
	}
	return query, ""
}

// nextLink gives the target of the link to the next page in headers Link (RFC 8288).
func nextLink(headers []string) string {
	for link := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		target, parameters, _ := strings.Cut(strings.TrimSpace(link), ">")
		parameters = strings.NewReplacer(`"`, "", " ", "").Replace(strings.ToLower(parameters)) + ";"
		if strings.HasPrefix(target, "<") && strings.Contains(parameters, ";rel=next;") {
			return target[1:]
		}
	}
	return ""
}

// following are the names of members by which an answer may tell that it is not all.
var following = []string{"next", "more", "cursor", "token", "pages"}

// alone says why a list without known pages may have more than its answer, or "": a
// service may cut it at a round number, and document that nowhere.
func (w *walker) alone(e *Exchange) string {
	if nextLink(e.Got.Header.Values("Link")) != "" {
		return "it has another page, of which the contract says nothing"
	}
	object, _ := w.body.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(object)) { // else chance says which of several is named
		value := object[name]
		tells := slices.ContainsFunc(following, func(word string) bool { return strings.Contains(strings.ToLower(name), word) })
		if tells && value != nil && value != false && value != "" {
			return "the member " + name + " may tell of another page, of which the contract says nothing"
		}
	}
	if total := w.saidTotal(e); total != "" {
		if total != strconv.Itoa(w.things) {
			return fmt.Sprintf("it has %d things, and says that there are %s", w.things, total)
		}
		return ""
	}
	if !w.growing && round(w.things) {
		return fmt.Sprintf("it has %d things, and may be cut at that", w.things)
	}
	return ""
}

// round reports whether a list may be cut at so many things.
func round(n int) bool { return n > 0 && (n%5 == 0 || n%6 == 0 || n%8 == 0) }

// withQuery gives parameters with others in the query.
func withQuery(all []plan.Parameter, query map[string]string) []plan.Parameter {
	out := slices.DeleteFunc(slices.Clone(all), func(p plan.Parameter) bool { _, other := query[p.Name]; return p.In == "query" && other })
	for _, name := range slices.Sorted(maps.Keys(query)) {
		out = append(out, plan.Parameter{In: "query", Name: name, Value: query[name]})
	}
	return out
}
