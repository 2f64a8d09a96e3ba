package prove

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/enforce"
	"github.com/apiclause/clause/contract/internal/spec"
)

// Variant is a conforming implementation that differs from the known-good one
// where contract, HTTP and JSON leave a choice. The suite must not fail it, and
// may warn only of the clauses that the variant declares.
type Variant struct {
	Name        string
	Description string
	// May are the should clauses, by their ids, that the variant breaks.
	May []string

	maker  *maker
	design design
}

// Implementation makes the variant, anew each time.
func (v *Variant) Implementation() (*Implementation, error) {
	handler, err := v.maker.make(v.design)
	return &Implementation{Handler: handler, Target: v.maker.target}, err
}

// Variants derives the conforming variants of a contract.
func Variants(c *contract.Contract) ([]Variant, error) {
	m, err := newMaker(c)
	if err != nil {
		return nil, err
	}
	return m.variants(), nil
}

// variantKind is a row of the table of variants. A row is all that a new one needs,
// beside its functions.
type variantKind struct {
	// name and what are those of the variant. What a contract has several of, or none,
	// has a name that its variants begin with.
	name, what string
	design     func(*maker) design
	// several makes those that hang on the contract: a row has either.
	several func(*maker) []Variant
}

// variantKinds is the table.
var variantKinds = []variantKind{
	{name: "parameters-first", what: "parameters are checked before credentials", design: fixed(design{parametersFirst: true})},
	{name: "unknown-parameters-refused", what: "query parameters that the contract lacks are refused", design: fixed(design{strict: true})},
	{name: "empty-is-absent", what: "an empty optional parameter is taken for absent", design: reading(dropEmpty)},
	{name: "null-is-absent", what: "null is taken for the absence of an optional member", design: reading(dropNull)},
	{name: "numbers-loosely", what: "integers are read with blanks, signs and exponents", design: reading(looseNumbers)},
	{name: "first-of-several", what: "of a repeated parameter the first value is taken", design: reading(firstOnly)},
	{
		name: "other-codes-and-texts", what: "error bodies have other codes and texts",
		design: fixed(design{code: func(enforce.Refusal) string { return "E-17" }, after: otherTexts}),
	},
	{name: "refusals-in-turn", what: "refusals have each documented status in turn", design: (*maker).inTurn},
	{name: "missing-thing", what: "a bad value of the path is answered with 404", design: (*maker).notFound},
	{name: "media-type-415", what: "a body in another media type is answered with 415", design: (*maker).unsupportedMedia},
	{name: "explained", what: "answers that are described in words only have a body", design: writing(explained)},
	{name: "coercing", what: "numbers, texts and booleans are taken for each other in JSON", design: reading(coerce)},
	{name: "times-loosely", what: "times are read without zone, as dates and as seconds", design: reading(looseTimes)},
	{name: "extra-members", what: "bodies have members that are not documented", design: writing(extraMembers)},
	{name: "indented", what: "bodies are indented, and end with a new line", design: writing(indented)},
	{name: "charset", what: "the media type has the parameter charset", design: writing(withCharset)},
	{name: "gzip", what: "bodies are compressed", design: writing(compressed)},
	{name: "extra-headers", what: "answers have headers that are not documented", design: writing(extraHeaders)},
	{name: "conditional", what: "headers such as If-None-Match, If-Match and Range are answered as HTTP has it", design: writing(conditional)},
	{name: "formats-of-its-own", what: "values are refused that were made up for a format which is not known", design: writing(ownFormats)},
	{name: "slow", what: "each answer takes a few milliseconds", design: serving(slow)},
	{name: "throttled", what: "one answer in seven is 429 with Retry-After: 0", design: throttled},
	{name: "head", what: "HEAD is answered like GET", design: serving(likeGet)},
	{name: "closing", what: "the connection is closed after each answer", design: serving(closing)},
	{name: "chunked", what: "answers come in chunks", design: serving(chunked)},
	{name: "methods-not-implemented", what: "a method that a path lacks is answered with 501", design: serving(notImplemented)},
	{name: "names-burnt", what: "a request that is refused uses up a name", design: fixed(design{burns: true})},
	{name: "trimmed", what: "texts are kept without blanks at their ends", design: fixed(design{keeps: trimmed})},
	{name: "case-not-kept", what: "texts and e-mail addresses are kept in upper case", design: fixed(design{keeps: upper})},
	{
		name: "dependents-cleared", what: "a change of the first member takes away the others, which depend on it",
		design: fixed(design{rest: dependentsCleared}),
	},
	{name: "one-cleared", what: "a change of a part takes away a member that depends on it", design: fixed(design{rest: oneCleared})},
	{name: "text-worked-out", what: "with a text another is changed, which is worked out of it", design: fixed(design{rest: workedOut})},
	{name: "another-zone", what: "times are answered in another zone, with fractions", design: writing(inAnotherZone)},
	{name: "hidden", what: "what is forbidden is answered with 404", design: (*maker).hidden},
	{name: "conflict-first", what: "a body that is wrong is answered with 409, where that is documented", design: (*maker).conflicting},
	{
		name: "ended-is-missing", what: "what names a thing that was ended is answered with 404, ending it again, too",
		design: fixed(design{missing: true}),
	},
	{name: "newest-first", what: "lists begin with what was made last", design: listingIn(newestFirst)},
	{name: "listed-later", what: "lists have what was made some milliseconds ago", design: listingIn(later)},
	{name: "last-page-again", what: "behind the last page of a list it comes again", design: listingIn(lastAgain)},
	{name: "shorter-pages", what: "the pages of a list are shorter than is asked for", design: listingIn(shorter)},
	{name: "totals-left-out", what: "lists do not say how many things there are, where they need not", design: writing(withoutTotals)},
	{name: "list-order", what: "lists are ordered by texts without case or punctuation, or with digits by value", several: (*maker).collated},
	{name: "list-filters", what: "filters of texts look for a part of them, in any case", several: (*maker).searched},
	{name: "list-search", what: "a search has what it finds first, and the rest behind", several: (*maker).ranked},
	{name: "list-marked", what: "lists begin with what is marked", several: (*maker).marked},
	{name: "list-pages", what: "lists tell of their next pages in another way", several: (*maker).paged},
	{name: "list-totals", what: "lists count what the query leaves out, too", several: (*maker).counted},
	{name: "other-limits", what: "limits that the contract infers are not checked, or are one narrower", several: (*maker).otherLimits},
	{name: "other-ids", what: "ids have another form than the contract infers", several: (*maker).otherIDs},
	{name: "clock-window", what: "signatures are taken for longer or shorter than the contract infers", several: (*maker).otherClocks},
	{name: "reading", what: "a rule is read as its other readings say, with clocks that are right, slow and fast", several: (*maker).readings},
}

func (m *maker) variants() []Variant {
	var all []Variant
	for _, k := range variantKinds {
		if k.several != nil {
			all = append(all, k.several(m)...)
			continue
		}
		all = append(all, Variant{Name: k.name, Description: k.what, design: k.design(m)})
	}
	for i := range all {
		all[i].maker = m
	}
	return all
}

func fixed(d design) func(*maker) design { return func(*maker) design { return d } }

// reading makes a variant that reads each place of a request in another way.
func reading(change func(r *request, at *place)) func(*maker) design {
	return fixed(design{before: func(r *request) bool {
		for _, at := range places(r.op.Operation) {
			change(r, at)
		}
		return false
	}})
}

// writing makes a variant that writes each answer in another way.
func writing(change func(x *exchange)) func(*maker) design { return fixed(design{after: change}) }

// serving makes a variant that is served in another way.
func serving(serve func(w http.ResponseWriter, r *http.Request, next http.Handler)) func(*maker) design {
	return fixed(design{outside: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serve(w, r, next) })
	}})
}

func indented(x *exchange) {
	var b bytes.Buffer
	if json.Indent(&b, x.answer.body.Bytes(), "", "  ") == nil {
		x.answer.set(append(b.Bytes(), '\n'))
	}
}

func withCharset(x *exchange) {
	if t := x.answer.header.Get("Content-Type"); spec.IsJSON(t) && !strings.Contains(t, ";") {
		x.answer.header.Set("Content-Type", t+";charset=UTF-8")
	}
}

func extraHeaders(x *exchange) {
	x.answer.header.Set("X-Trace-Id", "0af7651916cd43dd")
	x.answer.header.Set("Cache-Control", "no-store")
	x.answer.header.Add("Set-Cookie", "balancer=7; Path=/") // as what stands before a server does
}

// conditional answers a request that would be accepted by what its headers ask for.
func conditional(x *exchange) {
	if x.answer.status/100 != 2 || x.request.Method != http.MethodGet {
		return
	}
	for _, asked := range []struct {
		header string
		status int
	}{
		{"If-None-Match", http.StatusNotModified},
		{"If-Modified-Since", http.StatusNotModified},
		{"If-Match", http.StatusPreconditionFailed},
		{"If-Unmodified-Since", http.StatusPreconditionFailed},
		{"Range", http.StatusPartialContent},
	} {
		if x.request.Header.Get(asked.header) == "" {
			continue
		}
		x.answer.status = asked.status
		if asked.status != http.StatusPartialContent {
			x.answer.set(nil)
			x.answer.header.Del("Content-Type")
		}
		return
	}
}

// ownFormats refuses what would be accepted, and has a value of a format that only
// the implementation knows.
func ownFormats(x *exchange) {
	foreign := func(p *spec.Parameter) bool {
		return p.In == "query" && p.Schema.Foreign() != "" && x.request.URL.Query().Has(p.Name)
	}
	if x.answer.status/100 == 2 && slices.ContainsFunc(x.op.Parameters, foreign) {
		x.answerAs("400")
	}
}

func slow(w http.ResponseWriter, r *http.Request, next http.Handler) {
	time.Sleep(3 * time.Millisecond)
	next.ServeHTTP(w, r)
}

func throttled(m *maker) design {
	var n atomic.Int64
	return serving(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if n.Add(1)%7 == 0 {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		next.ServeHTTP(w, r)
	})(m)
}

func likeGet(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if r.Method == http.MethodHead {
		r.Method = http.MethodGet
	}
	next.ServeHTTP(w, r)
}

func closing(w http.ResponseWriter, r *http.Request, next http.Handler) {
	w.Header().Set("Connection", "close")
	next.ServeHTTP(w, r)
}

func chunked(w http.ResponseWriter, r *http.Request, next http.Handler) {
	next.ServeHTTP(flushing{w}, r)
}

func notImplemented(w http.ResponseWriter, r *http.Request, next http.Handler) {
	a := newAnswer()
	next.ServeHTTP(a, r)
	if a.status == http.StatusMethodNotAllowed {
		a.status = http.StatusNotImplemented
	}
	a.send(w)
}

// flushing sends each write at once.
type flushing struct{ http.ResponseWriter }

func (f flushing) Write(data []byte) (int, error) {
	half := len(data) / 2
	n, err := f.ResponseWriter.Write(data[:half])
	_ = http.NewResponseController(f.ResponseWriter).Flush() // it is net/http's own
	if err != nil {
		return n, err //nolint:wrapcheck // it stands in for the writer
	}
	m, err := f.ResponseWriter.Write(data[half:])
	return n + m, err //nolint:wrapcheck // as above
}

func dropEmpty(r *request, at *place) {
	if at.optional() && at.In() == "query" && at.Wire() && slices.Equal(r.textsAt(at), []string{""}) {
		r.drop(at)
	}
}

func dropNull(r *request, at *place) {
	if at.In() != "body" || at.Required || len(at.Path) < 2 || at.IsElement() {
		return
	}
	r.mapValues(at.parent, func(v any) any {
		name := at.Path[len(at.Path)-1]
		if object, ok := v.(map[string]any); ok && object[name] == nil && !at.Schema.Nullable {
			delete(object, name)
		}
		return v
	})
}

func looseNumbers(r *request, at *place) {
	if !at.AsText() || at.Schema.Type != "integer" {
		return
	}
	for _, l := range wireReaders["integer"] {
		if l.excluded != "" {
			r.mapValues(at, l.read)
		}
	}
}

func firstOnly(r *request, at *place) {
	if at.In() == "query" && at.single() && !at.IsElement() && len(r.textsAt(at)) > 1 {
		r.setTexts(at, r.textsAt(at)[:1])
	}
}

func extraMembers(x *exchange) {
	if m := documentedJSON(x); m == nil || m.Schema == nil || m.Schema.Closed {
		return
	}
	x.answer.edit(func(v any) any {
		object, ok := v.(map[string]any)
		if !ok {
			return v
		}
		more := maps.Clone(object)
		for name, value := range map[string]any{"request_id": "7d1f0c", "details": []any{map[string]any{"hint": nil}}} {
			if _, documented := object[name]; !documented {
				more[name] = value
			}
		}
		if s := documentedJSON(x).Schema; len(s.Check(more)) > len(s.Check(object)) {
			return v // they are documented, or forbidden in other words
		}
		return more
	})
}

func documentedJSON(x *exchange) *spec.Media {
	if x.response == nil {
		return nil
	}
	return spec.JSON(x.response.Content)
}

// otherTexts replaces what error bodies say.
func otherTexts(x *exchange) {
	m := documentedJSON(x)
	if m == nil || x.answer.status < http.StatusBadRequest {
		return
	}
	for _, at := range answerPlaces(x.op.Operation, m.Schema) {
		if text := "Ungültige Anfrage"; at.Schema.Carries == "message" && len(at.Schema.Check(text)) == 0 {
			x.answer.edit(func(v any) any { return mapped(v, at.Path[1:], func(any) any { return text }) })
		}
	}
}

func compressed(x *exchange) {
	if x.answer.body.Len() == 0 {
		return
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(x.answer.body.Bytes()) // to a buffer, which takes all
	_ = w.Close()
	x.answer.set(b.Bytes())
	x.answer.header.Set("Content-Encoding", "gzip")
}
