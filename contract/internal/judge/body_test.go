package judge

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

func TestMediaType(t *testing.T) {
	const id = "listThings.answer.200.mediaType (must): "
	const other = id + "the body's media type is not documented [application/json | "
	judgeAll(t, []sample{
		{"with a parameter", accepted("listThings"), got(200, good, "Content-Type: application/json;charset=UTF-8"), nil},
		{"in capitals", accepted("listThings"), got(200, good, "Content-Type: Application/JSON ; charset=utf-8"), nil},
		{"a parameter without a value", accepted("listThings"), got(200, good, "Content-Type: application/json;"), nil},
		{"twice the same", accepted("listThings"), got(200, good, "Content-Type: application/json", "Content-Type: application/json"), nil},
		{"missing", accepted("listThings"), got(200, good, "Content-Type:"), []string{id + "the answer has a body and no Content-Type"}},
		{"another", accepted("listThings"), got(200, good, "Content-Type: text/plain"), []string{other + "text/plain]"}},
		{"one of two is another", accepted("listThings"), got(200, good, "Content-Type: application/json", "Content-Type: text/html"), []string{
			other + "text/html]",
		}},
		{"another, and its members", accepted("listThings"), got(200, `{"things": []}`, "Content-Type: text/html"), []string{
			other + "text/html]",
			"listThings.answer.200.job.required (must): the body's job is missing",
		}},
		{"another, and no JSON", accepted("listThings"), got(200, `OK`, "Content-Type: text/plain"), []string{
			other + "text/plain]",
			"listThings.answer.200.json (must): the body is no JSON: invalid character 'O' looking for beginning of value",
		}},
		{"one of two", accepted("readThing"), got(200, `some text`, "Content-Type: text/plain"), nil},
		{"none of two may be either", accepted("readThing"), got(200, `5`, "Content-Type: text/html"), []string{
			"readThing.answer.200.mediaType (must): the body's media type is not documented [application/json or text/plain | text/html]",
		}},
		{"the schema of the other type", wants("readThing", plan.Accepted, "203"), got(203, `{}`, "Content-Type: application/problem+json"), nil},
		{"the schema of the first", wants("readThing", plan.Accepted, "203"), got(203, `{}`), []string{
			"readThing.answer.203.id.required (must): the body's id is missing",
		}},
		{"surely JSON, which is not known", wants("readThing", plan.Accepted, "203"), got(203, `{`, "Content-Type:"), []string{
			"readThing.answer.203.mediaType (must): the answer has a body and no Content-Type",
			"readThing.answer.203.json (must): the body ends in the middle of a JSON document",
		}},
		{"wildcard", wants("readThing", plan.Accepted, "206"), got(206, `%PDF`, "Content-Type: application/pdf"), nil},
		{"JSON under the wildcard", wants("readThing", plan.Accepted, "206"), got(206, `{}`, "Content-Type: application/json; charset=utf-8"), []string{
			"readThing.answer.206.id.required (must): the body's id is missing",
		}},
		{"outside the wildcard", wants("readThing", plan.Accepted, "206"), got(206, `x`, "Content-Type: text/plain"), []string{
			"readThing.answer.206.mediaType (must): the body's media type is not documented [application/* | text/plain]",
		}},
		{"default", wants("readThing", plan.Refused, "409"), got(409, `{}`, "Content-Type: application/problem+json"), []string{
			"readThing.answer.default.title.required (must): the body's title is missing",
		}},
		{"range", wants("readThing", plan.Accepted, "2XX"), got(207, `[]`), []string{
			"readThing.answer.2XX.type (must): the body must be an object",
		}},
	})
}

func TestJSON(t *testing.T) {
	const id = "listThings.answer.200.json (must): "
	judgeAll(t, []sample{
		{"with blanks around", accepted("listThings"), got(200, " \r\n"+good+"\n\n"), nil},
		{"empty", accepted("listThings"), got(200, ""), []string{id + "the body is empty, and a JSON document is documented"}},
		{"empty without a type", accepted("listThings"), got(200, "", "Content-Type:"), []string{id + "the body is empty, and a JSON document is documented"}},
		{"blank", accepted("listThings"), got(200, " \n"), []string{id + "the body is empty, and a JSON document is documented"}},
		{"cut", accepted("listThings"), got(200, good[:20]), []string{id + "the body ends in the middle of a JSON document"}},
		{"two", accepted("listThings"), got(200, good+good), []string{id + "text follows the JSON document in the body"}},
		{"text after", accepted("listThings"), got(200, good+"\x00"), []string{id + "text follows the JSON document in the body"}},
		{"trailing comma", accepted("listThings"), got(200, `{"job": "a-1",}`), []string{
			id + "the body is no JSON: invalid character '}' looking for beginning of object key string",
		}},
		{"no JSON number", accepted("listThings"), got(200, `{"total": NaN}`), []string{
			id + "the body is no JSON: invalid character 'N' looking for beginning of value",
		}},
		{"byte order mark, the rest is judged", accepted("listThings"), got(200, "\ufeff"+`{"job": "a-1"}`), []string{
			id + "the body begins with a byte order mark (RFC 8259, section 8.1)",
			"listThings.answer.200.things.required (must): the body's things is missing",
		}},
		{"Latin 1", accepted("listThings"), got(200, "{\"note\": \"\xe9\"}"), []string{id + "the body is not UTF-8 (RFC 8259, section 8.1)"}},
		{"UTF-16", accepted("listThings"), got(200, "\xff\xfe{\x00}\x00"), []string{id + "the body is not UTF-8 (RFC 8259, section 8.1)"}},
		{"deep", accepted("listThings"), got(200, strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000)), []string{
			id + "the body nests deeper than 1000 levels",
		}},
		{"half of deep", accepted("listThings"), got(200, strings.Repeat(`{"a":`, 100_000)), []string{
			id + "the body nests deeper than 1000 levels",
		}},
		{"brackets in a string", accepted("listThings"), got(200, `{"job": "a-1", "things": [], "x": "\"`+strings.Repeat("[", 2000)+`"}`), nil},
		{"described in words only, and there", wants("listThings", plan.Either), got(404, "gone"), nil},
		{"described in words only, and not there", wants("listThings", plan.Either), got(404, ""), nil},
		{"undocumented status", accepted("listThings"), got(201, `{`), []string{
			"listThings.case (must): the request was answered with 201, not with 200 [200 | 201 Created]",
		}},
	})
}

func TestBodiless(t *testing.T) {
	head := got(200, "")
	head.Sent.Method = http.MethodHead
	judgeAll(t, []sample{
		{"HEAD", accepted("headThings"), head, nil},
		{"204 of a range with JSON", wants("readThing", plan.Accepted, "2XX"), got(204, "", "Content-Type:"), nil},
		{"205 of a range with JSON", wants("readThing", plan.Accepted, "2XX"), got(205, "", "Content-Type:"), nil},
		{"304 of default with JSON", wants("readThing", plan.Either), got(304, "", "Content-Type:"), nil},
	})
}

func TestSchema(t *testing.T) {
	const id = "listThings.answer.200."
	many := `{"job": "a-1", "things": [` + strings.Repeat(`{"name": "too long"}, `, 8) + `{"name": ""}]}`
	judgeAll(t, []sample{
		{"null where it may be", accepted("listThings"), got(200, `{"job": "a-1", "things": [], "note": null}`), nil},
		{"members that are not listed", accepted("listThings"), got(200, `{"job": "a-1", "things": [], "new": {"x": [1]}}`), nil},
		{"an integer with a fraction of zero", accepted("listThings"), got(200, `{"job": "a-1", "things": [], "total": 1.0}`), nil},
		{"all that is wrong", accepted("listThings"), got(200, `{"total": -1, "note": "too long", "things": [{"name": 1}, {"nam": "x"}]}`), []string{
			id + "job.required (must): the body's job is missing",
			id + "note.maxLength (must): the body's note must have at most 5 characters",
			id + "things.items.name.type (must): the body's things[0].name must be a string",
			id + `things.items.additionalProperties (must): the body's things[1] must not have the member "nam"`,
			id + "things.items.name.required (must): the body's things[1].name is missing",
			id + "total.minimum (must): the body's total must be at least 0",
		}},
		{"level of the clause", accepted("listThings"), got(200, `{"job": "JOB", "things": []}`), []string{
			id + "job.pattern (should): the body's job must match ^[a-z]+-[0-9]+$",
		}},
		{"no object", accepted("listThings"), got(200, `null`), []string{id + "type (must): the body must be an object, not null"}},
		{"the same many times", accepted("listThings"), got(200, many), []string{
			id + "things.items.name.maxLength (must): the body's things[0].name must have at most 4 characters",
			id + "things.items.name.maxLength (must): the body's things[1].name must have at most 4 characters",
			id + "things.items.name.maxLength (must): the body's things[2].name must have at most 4 characters",
			id + "things.items.name.maxLength (must): the body's things[3].name must have at most 4 characters",
			id + "things.items.name.maxLength (must): the body's things[4].name must have at most 4 characters (and 3 more like it)",
		}},
		{"members of any name", accepted("listThings"), got(200, `{"job": "a-1", "things": [], "extra": {"b": "", "a": true, "c": 1}}`), []string{
			id + "extra.additionalProperties.type (must): the body's extra.a must be an integer",
			id + "extra.additionalProperties.type (must): the body's extra.b must be an integer",
		}},
	})
}

func TestDuplicateNames(t *testing.T) {
	const id = "listThings.answer.duplicate-names (should): the body has the member "
	const rest = `"job": "a-1", "things": []`
	judgeAll(t, []sample{
		{"same name in two objects", accepted("listThings"), got(200, `{`+rest+`, "a": {"x": 1}, "b": [{"x": 1}, {"x": 1}], "x": 1}`), nil},
		{"the value is the name", accepted("listThings"), got(200, `{`+rest+`, "a": "a", "b": ["b", "b"]}`), nil},
		{"in capitals", accepted("listThings"), got(200, `{`+rest+`, "a": 1, "A": 2}`), nil},
		{"at the top, three times", accepted("listThings"), got(200, `{`+rest+`, "a": 1, "a": 2, "a": 3}`), []string{id + "a more than once"}},
		{"escaped", accepted("listThings"), got(200, `{`+rest+`, "a": 1, "\u0061": 2}`), []string{id + "a more than once"}},
		{"deep", accepted("listThings"), got(200, `{`+rest+`, "a": {"b": [1, [], {"c": {}, "c": []}]}}`), []string{id + "a.b[2].c more than once"}},
		{"in an array of arrays", accepted("listThings"), got(200, `{`+rest+`, "a": [[{}, {"b": 1, "b": 1}]]}`), []string{id + "a[0][1].b more than once"}},
		{"of an undocumented status", wants("listThings", plan.Unsupported), got(405, `[{"a": 1, "a": 2}]`), []string{id + "[0].a more than once"}},
		{"in each of two", accepted("listThings"), got(200, `{`+rest+`, "a": {"b": 1}, "c": {"b": 1}}`), nil},
		{"as its own value", accepted("listThings"), got(200, `{`+rest+`, "a": "a", "b": ["a", "{\"a"], "a\\": "\\"}`), nil},
		{"after another object", accepted("listThings"), got(200, `{`+rest+`, "a": {"b": {"a": 1}}, "b": 1, "a": 2}`), []string{id + "a more than once"}},
		{"among many", accepted("listThings"), got(200, `{`+rest+members(100)+`, "m7": 1, "m99": 1, "m7": 2}`), []string{
			id + "m7 more than once", id + "m99 more than once",
		}},
		{"many", accepted("listThings"), got(200, `{`+rest+members(100)+members(100)+`}`), []string{
			id + "m0 more than once", id + "m1 more than once", id + "m2 more than once", id + "m3 more than once",
			id + "m4 more than once (and 95 more like it)",
		}},
		{"of another media type", wants("listThings", plan.Unsupported), got(405, `{"a": 1, "a": 2}`, "Content-Type: text/plain"), nil},
	})
}

// members gives n members to put after others.
func members(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `, "m%d": %[1]d`, i)
	}
	return b.String()
}

func TestContentCoding(t *testing.T) {
	coded := func(coding, body string, write func(io.Writer) io.WriteCloser) *run.Exchange {
		var b bytes.Buffer
		w := write(&b)
		if _, err := io.WriteString(w, body); err != nil {
			t.Fatal(err)
		}
		w.Close()
		return got(200, b.String(), "Content-Encoding: "+coding)
	}
	gz := func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
	zl := func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }
	fl := func(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, 1); return f }
	once := coded("gzip", good, gz) // of gzip within gzip, which is not what the header says
	once.Got.Unpacked = true
	missing := []string{"listThings.answer.200.things.required (must): the body's things is missing"}
	judgeAll(t, []sample{
		{"gzip", accepted("listThings"), coded("gzip", good, gz), nil},
		{"gzip, wrong within", accepted("listThings"), coded("GZIP", `{"job": "a-1"}`, gz), missing},
		{"zlib, wrong within", accepted("listThings"), coded("deflate", `{"job": "a-1"}`, zl), missing},
		{"bare deflate, wrong within", accepted("listThings"), coded("deflate", `{"job": "a-1"}`, fl), missing},
		{"unpacked before", accepted("listThings"), got(200, `{"job": "a-1"}`, "Content-Encoding: gzip"), missing},
		{"unpacked before, deflate", accepted("listThings"), got(200, `{"job": "a-1"}`, "Content-Encoding: deflate"), missing},
		{"unpacked once", accepted("listThings"), once, []string{"listThings.answer.200.json (must): the body is not UTF-8 (RFC 8259, section 8.1)"}},
		{"identity", accepted("listThings"), got(200, good, "Content-Encoding: identity"), nil},
		{"unknown coding of a text", accepted("readThing"), got(200, "\x8b\x00\xff", "Content-Encoding: br", "Content-Type: text/plain"), nil},
		{"unknown coding, unpacked before", accepted("listThings"), got(200, `{"job": "a-1"}`, "Content-Encoding: br"), missing},
	})
	for want, x := range map[string]*run.Exchange{
		"the body is longer than the limit, and was not read to its end": coded("gzip", strings.Repeat(" ", maxDecoded+1), gz),
		"the body's content coding is not known: have the target send it without one, as the request asks": got(200,
			"\x8b\x00\xff", "Content-Encoding: br"),
	} {
		if v := thingsJudge(t).Judge(accepted("listThings"), x); v.Outcome != report.Error || v.Reason != want {
			t.Errorf("%s %s, want error %s", v.Outcome, v.Reason, want)
		}
	}
}
