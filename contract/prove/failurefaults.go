package prove

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
)

// body reads a request body that is no JSON document.
func (b *builder) body() {
	if b.op.Body == nil || spec.JSON(b.op.Body.Content) == nil {
		return
	}
	id := b.op.Body.ID + ".json"
	sample := b.successes[b.op.ID]
	op := b.op
	b.add(Fault{
		Name: "unread", Clause: id, Class: Type, Description: "a body that is no JSON is taken",
		design: design{before: func(r *request) bool {
			if r.op.ID != op.ID || r.json() != nil || r.request.ContentLength == 0 {
				return false
			}
			sample.write(r.answer, r.request)
			return true
		}},
	})
	b.add(Fault{
		Name: "text-after-taken", Clause: id, Class: Type, Description: "a body is taken of which the first part alone is JSON", Excluded: lawful,
		design: design{before: func(r *request) bool {
			if r.op.ID != op.ID || r.json() != nil || r.request.ContentLength == 0 {
				return false
			}
			if !startsWithJSON(r.request) {
				return false
			}
			sample.write(r.answer, r.request)
			return true
		}},
	})
}

// mediaType takes a body for JSON whatever its media type.
func (b *builder) mediaType() {
	if b.op.Body == nil {
		return
	}
	op, media := b.op, b.op.Body.Main()
	if media == nil {
		return
	}
	b.add(Fault{
		Name: "another-taken", Clause: op.Body.ID + ".mediaType", Class: Type, Description: "a body is taken whatever its media type",
		design: design{before: func(r *request) bool {
			if r.op.ID == op.ID && r.request.Header.Get("Content-Type") != "" {
				r.request.Header.Set("Content-Type", saidAs(media, r.request))
			}
			return false
		}},
	})
}

// maxTriples bounds the triples of optional places that a failure needs.
const maxTriples = 16

// failures has the implementation fail on some requests that are allowed.
func (b *builder) failures() {
	for _, at := range b.places {
		b.failingValues(at)
	}
	var optional []*place
	for _, at := range b.places {
		if at.optional() {
			optional = append(optional, at)
			b.failing(word(at.word()), at.label()+" is present", []*place{at}, nil)
			b.failing("without-"+word(at.word()), at.label()+" is absent", nil, []*place{at})
		}
	}
	b.pairs(optional)
	b.triples(optional)
}

func (b *builder) pairs(optional []*place) {
	for i, x := range optional {
		for _, y := range optional[i+1:] {
			name := word(x.word()) + "-" + word(y.word())
			b.failing("with-"+name, x.label()+" and "+y.label()+" are present", []*place{x, y}, nil)
		}
		for _, y := range optional {
			if x != y {
				b.failing(word(x.word())+"-without-"+word(y.word()), x.label()+" is present without "+y.label(), []*place{x}, []*place{y})
			}
		}
	}
}

func (b *builder) triples(optional []*place) {
	var all [][]*place
	for i, x := range optional {
		for j, y := range optional[i+1:] {
			for _, z := range optional[i+j+2:] {
				all = append(all, []*place{x, y, z})
			}
		}
	}
	for i := range min(maxTriples, len(all)) {
		of := all[i*len(all)/min(maxTriples, len(all))]
		b.failing(fmt.Sprintf("with-%s-%s-%s", word(of[0].word()), word(of[1].word()), word(of[2].word())),
			fmt.Sprintf("%s, %s and %s are present", of[0].label(), of[1].label(), of[2].label()), of, nil)
	}
}

// failing adds a failure on requests that have some places and lack others.
func (b *builder) failing(name, when string, present, absent []*place) {
	excluded := ""
	if !b.oracle.together(present, absent) {
		excluded = "no allowed request was drawn in which " + when
		for _, at := range present {
			if values := b.oracle.values[at.Schema]; len(values) > 0 && at.doubt(values[0]) != "" { // else plain ones are left
				excluded = at.doubt(values[0])
			}
		}
	}
	op := b.op
	b.unprovoked(name, "it fails when "+when, excluded, present, func(v *view) bool {
		return v.op.ID == op.ID &&
			!slices.ContainsFunc(present, func(at *place) bool { return !v.has(at) }) &&
			!slices.ContainsFunc(absent, v.has)
	})
}

// unprovoked adds a failure on requests that are otherwise accepted, and have some
// places.
func (b *builder) unprovoked(name, description, excluded string, present []*place, when func(v *view) bool) {
	success := b.successes[b.op.ID]
	b.add(Fault{
		Name: name, Clause: b.op.ID + ".answer.unprovoked-5xx", Also: []string{success.response.ID}, Class: Failure,
		Description: description, Excluded: excluded,
		design: design{touches: func(c *plan.Case, status int) bool {
			return status == success.status && !slices.ContainsFunc(present, func(at *place) bool { return !b.mayCarry(c, at) })
		}, after: func(x *exchange) {
			if x.answer.status == success.status && when(look(x.request, x.op)) {
				fail(x.answer)
			}
		}},
	})
}

// failingValues has it fail on each listed value, and at each limit.
func (b *builder) failingValues(at *place) {
	for _, v := range at.Schema.Enum {
		b.valueFails(at, "value-"+word(at.word())+"-"+word(spec.Text(v)), at.label()+" is "+spec.Text(v), v, func(got any) bool {
			return spec.Text(got) == spec.Text(v)
		})
	}
	for _, l := range limitsOf(at.Schema) {
		switch l.keyword {
		case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
			if len(at.Schema.Check(at.Schema.Numeric(l.value))) == 0 {
				b.valueFails(at, l.keyword+"-"+word(at.word()), fmt.Sprintf("%s is %s", at.label(), spec.Number(l.value)),
					at.Schema.Numeric(l.value), func(got any) bool { return spec.Text(got) == spec.Number(l.value) })
			}
		case "minLength", "maxLength":
			text := strings.Repeat("a", int(min(l.value, 1<<20)))
			if b.unlimited(at, l, "lowered") == "" && len(at.Schema.Check(text)) == 0 {
				b.valueFails(at, l.keyword+"-"+word(at.word()), fmt.Sprintf("%s has %s characters", at.label(), spec.Number(l.value)),
					text, func(got any) bool { return utf8.RuneCountInString(spec.Text(got)) == int(l.value) })
			}
		}
	}
}

func (b *builder) valueFails(at *place, name, when string, value any, same func(got any) bool) {
	excluded := at.doubt(value)
	if at.made {
		excluded = madeReason
	}
	if excluded == "" && !b.oracle.allowed(at, value) {
		excluded = "no allowed request was drawn in which " + when
	}
	op := b.op
	b.unprovoked(name, "it fails when "+when, excluded, []*place{at}, func(v *view) bool {
		return v.op.ID == op.ID && slices.ContainsFunc(v.values(at), same)
	})
}

// trace is what a runtime prints of a failure.
const trace = "panic: runtime error: index out of range [0] with length 0\n\ngoroutine 18 [running]:\n" +
	"main.(*server).export(0xc0000b2000, {0x1400010, 0x24})\n\t/srv/app/export.go:128 +0x1f4\n"

// leaks has answers hold what they must not.
func (b *builder) leaks() {
	for _, r := range b.roles() {
		closed := ""
		if m := spec.JSON(r.response.Content); m == nil || m.Schema == nil || !m.Schema.Object() || m.Schema.Closed {
			closed = "the body has no room for it that would not break another clause"
		}
		put := func(text func(x *exchange) string) design {
			return b.answering(r, func(x *exchange) {
				x.answer.edit(func(v any) any {
					if object, ok := v.(map[string]any); ok {
						object["detail"] = text(x)
					}
					return v
				})
			})
		}
		b.add(Fault{
			Name: r.name, Clause: b.op.ID + ".answer.stack-trace", Class: Leak, Excluded: closed,
			Description: fmt.Sprintf("the answer %d holds a stack trace", r.status), design: put(func(*exchange) string { return trace }),
		})
		if !b.op.Secured() {
			continue
		}
		b.add(Fault{
			Name: r.name, Clause: b.op.ID + ".answer.credentials", Class: Leak, Excluded: closed,
			Description: fmt.Sprintf("the answer %d repeats the credentials", r.status), design: put(b.credentials),
		})
		b.add(Fault{
			Name: r.name + "-header", Clause: b.op.ID + ".answer.credentials", Class: Leak,
			Description: fmt.Sprintf("a header of the answer %d repeats the credentials", r.status),
			design:      b.answering(r, func(x *exchange) { x.answer.header.Set("X-Echo", b.credentials(x)) }),
		})
	}
}

// credentials gives those of a request.
func (b *builder) credentials(x *exchange) string {
	var all []string
	for _, scheme := range b.model.Schemes {
		if text, there := (lenient{placeOf(scheme), nil}).sent(x.request); there && text != "" {
			all = append(all, text)
		}
	}
	return strings.Join(all, " ")
}

func startsWithJSON(r *http.Request) bool {
	data, err := readBody(r)
	return err == nil && firstJSON(data)
}
