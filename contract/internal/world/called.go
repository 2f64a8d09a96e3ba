package world

import (
	"slices"
	"strings"
)

// Called reports whether a name, as its words with blanks between, is one by which
// parameters of a role are called. What they take has to be looked at, too: sort and order
// may be either of both. Bounds and filters have no names of their own.
func (r Role) Called(name string) bool {
	switch r {
	case Sort:
		return slices.Contains(sorts, name)
	case Order:
		return slices.Contains(orders, name)
	case Search:
		return slices.Contains(searches, name)
	case Limit, Offset, Page, Cursor:
		return paging[name] == r
	case Lower, Upper, Filter:
	}
	return false
}

// Renders reports whether a parameter that is called so may say how things are shown and not
// which: a server shows what it has in another language where it does not have that one.
// name is as its words with blanks between.
func Renders(name string) bool { return slices.Contains(rendering, name) }

var rendering = []string{
	"language", "lang", "locale", "translation", "timezone", "time zone", "tz", "unit", "units", "unit system", "format", "version", "api version",
}

// Opaque reports whether a text that is called so in a query has values which only the
// target knows, or a language of its own: a place in a list, names of members, an
// expression. name is as its words with blanks between.
func Opaque(name string) bool {
	return TellsPlace(name) || slices.Contains(sorts, name) || slices.Contains(orders, name) || slices.Contains(opaque, name)
}

var opaque = append([]string{
	"token", "next", "continue", "continuation", "include", "includes", "expand", "embed", "populate", "filter", "filters", "where",
}, selecting...)

// Selects reports whether a parameter that is called so asks for some members of the answer
// only. name is as its words with blanks between.
func Selects(name string) bool { return slices.Contains(selecting, name) }

var selecting = []string{"fields", "field", "x fields", "include fields", "exclude fields", "select", "exclude", "projection", "mask", "field mask"}

// paging are the names of parameters that choose a page, as words.
var paging = map[string]Role{
	"limit": Limit, "per page": Limit, "page size": Limit, "pagesize": Limit, "page limit": Limit, "max results": Limit, "max items": Limit,
	"offset": Offset, "skip": Offset,
	"page": Page, "page number": Page, "page no": Page, "page num": Page, "page index": Page,
	"cursor": Cursor, "page token": Cursor, "next token": Cursor, "continuation token": Cursor, "page cursor": Cursor, "starting after": Cursor,
}

// places are names, as words, of what tells of a place in a list beside a cursor.
var places = []string{"ending before", "page state", "start cursor", "end cursor", "after", "before", "marker"}

// TellsPlace reports whether a text of that name tells of a place in a list, which answers
// alone give. name is as its words with blanks between.
func TellsPlace(name string) bool { return Cursor.Called(name) || slices.Contains(places, name) }

// The names of parameters that order a list, as words.
var (
	sorts  = []string{"sort", "sort by", "order by", "sort field", "sort key", "sort column", "ordering", "order", "order field"}
	orders = []string{
		"order", "sort", "direction", "dir", "sort order", "sort dir", "sort direction", "sort type", "order dir", "order direction", "order type",
	}
)

// searches are the names of parameters that look for a text anywhere in things, as words.
var searches = []string{"q", "query", "search", "search text", "search query", "search term", "keyword", "keywords"}

// Ends are words for the two ends of a range in the names of parameters and members.
type Ends struct {
	Low, High string
	// Times tells that they mean something else of values that are no times, such as a
	// cursor.
	Times bool
	// Past tells that what has such times has been, or may have been, and Ahead that it is
	// planned, wherever they are sent.
	Past, Ahead bool
	// Unsure tells that the other may come first: who departs has arrived.
	Unsure bool

	// Each word alone is that of a bound where bounds is set. exclusive and before are as
	// those of a side.
	bounds, exclusive, before bool
}

// Ranges are the words for the ends of ranges, those first that are most usual, but for
// those that have others in them.
var Ranges = []Ends{
	{Low: "min", High: "max", bounds: true, before: true},
	{Low: "minimum", High: "maximum", bounds: true, before: true},
	{Low: "start", High: "end"},
	{Low: "begin", High: "end"},
	{Low: "from", High: "to", bounds: true, before: true},
	{Low: "lower", High: "upper"},
	{Low: "low", High: "high"},
	{Low: "gte", High: "lte", bounds: true},
	{Low: "ge", High: "le", bounds: true},
	{Low: "gt", High: "lt", bounds: true, exclusive: true},
	{Low: "since", High: "until", Times: true, Past: true, bounds: true, exclusive: true},
	{Low: "not before", High: "not after", Times: true},
	{Low: "after", High: "before", Times: true, Past: true, bounds: true, exclusive: true},
	{Low: "earliest", High: "latest", Times: true},
	{Low: "from", High: "until", Times: true},
	{Low: "since", High: "before", Times: true, Past: true},
	{Low: "starts", High: "ends", Times: true},
	{Low: "begins", High: "ends", Times: true},
	{Low: "starting", High: "ending", Times: true},
	{Low: "start", High: "finish", Times: true},
	{Low: "begin", High: "finish", Times: true},
	{Low: "start", High: "stop", Times: true},
	{Low: "started", High: "ended", Times: true, Past: true},
	{Low: "started", High: "finished", Times: true, Past: true},
	{Low: "started", High: "stopped", Times: true, Past: true},
	{Low: "check in", High: "check out", Times: true, Ahead: true},
	{Low: "checkin", High: "checkout", Times: true, Ahead: true},
	{Low: "departure", High: "arrival", Times: true, Ahead: true, Unsure: true},
}

// Paired gives the words by which two names, as words, are those of the lower and the
// upper end of one range. times tells that their values are times.
func Paired(low, high []string, times bool) (Ends, bool) {
	if len(low) != len(high) {
		return Ends{}, false
	}
	first, last := padded(low), padded(high)
	for _, e := range Ranges {
		switch {
		case e.Times && !times:
		case e.pairs(first, last):
			return e, true
		case e.pairs(last, first): // not_after ends a range, whatever after does
			return Ends{}, false
		}
	}
	return Ends{}, false
}

// Begins reports whether a name, as words, has the words of the lower end of a range: no
// other is that of Paired.
func Begins(name []string) bool {
	all := padded(name)
	return slices.ContainsFunc(Ranges, func(e Ends) bool { return strings.Contains(all, padded([]string{e.Low})) })
}

// padded gives words with blanks between, before and behind them.
func padded(words []string) string { return " " + strings.Join(words, " ") + " " }

// pairs reports whether two names are one but for the words of the ends. They are
// padded.
func (e Ends) pairs(low, high string) bool {
	before, after, has := strings.Cut(low, " "+e.Low+" ")
	return has && before+" "+e.High+" "+after == high
}

// side is what a word of a parameter's name says of a bound.
type side struct {
	role      Role
	exclusive bool
	before    bool // the member's name may also stand behind it
}

// sides are the words that say it alone.
var sides = func() map[string]side {
	out := map[string]side{}
	for _, e := range Ranges {
		if e.bounds {
			out[e.Low] = side{Lower, e.exclusive, e.before}
			out[e.High] = side{Upper, e.exclusive, e.before}
		}
	}
	return out
}()
