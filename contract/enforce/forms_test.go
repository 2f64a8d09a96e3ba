package enforce_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/enforce"
)

func formsHandler(tb testing.TB, o enforce.Options, next http.HandlerFunc) http.Handler {
	tb.Helper()
	data, err := os.ReadFile("../prove/testdata/forms.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	data = bytes.ReplaceAll(data, []byte("{description: wrong}"), []byte("{description: wrong, content: {text/plain: {}}}"))
	e, err := enforce.New(load(tb, "forms.yaml", data), o)
	if err != nil {
		tb.Fatal(err)
	}
	return e.Middleware(next)
}

const formType = "application/x-www-form-urlencoded"

// form makes a request with a body of a media type. Lines end as in HTTP.
func form(method, target, mediaType, body string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(strings.ReplaceAll(body, "\n", "\r\n")))
	r.Header.Set("Content-Type", mediaType)
	return r
}

// field is one part of a multipart body whose boundary is b.
func field(name, content string) string {
	return fmt.Sprintf("--b\nContent-Disposition: form-data; name=%q\n\n%s\n", name, content)
}

func TestEveryRefusalOfAForm(t *testing.T) {
	h := formsHandler(t, enforce.Options{MaxBody: 30_000}, ok)
	const multi = "multipart/form-data; boundary=b"
	album := func(more string) *http.Request {
		return form("POST", "/albums", multi, field("title", "tit")+field("file", "abc")+more+"--b--\n")
	}
	for name, c := range map[string]struct {
		request *http.Request
		want    string // nothing where it is let through
	}{
		"kept": {form("POST", "/signups", formType, "name=Zo%C3%AB+B&age=%31%38&tags=a&tags=b&sizes=1,2&address[city]=x&address%5Bfloor%5D=3&news=true"), ""},
		"none": {httptest.NewRequest(http.MethodPost, "/signups", nil), "a body is required: send application/x-www-form-urlencoded [signUp.body.required]"},
		"another type": {
			form("POST", "/signups", "application/json", "{}"),
			"the body's media type must be application/x-www-form-urlencoded, as the header Content-Type says [signUp.body.mediaType]",
		},
		"a member is missing": {form("POST", "/signups", formType, "name=abc"), "age (body) is missing [signUp.body.age.required]"},
		"no number":           {form("POST", "/signups", formType, "name=abc&age=old"), "age (body) must be an integer [signUp.body.age.type]"},
		"twice":               {form("POST", "/signups", formType, "name=abc&age=20&age=21"), "age (body) must be an integer [signUp.body.age.type]"},
		"too large a number":  {form("POST", "/signups", formType, "name=abc&age=121"), "age (body) must be at most 120 [signUp.body.age.maximum]"},
		"not listed":          {form("POST", "/signups", formType, "name=abc&age=20&x=1"), `the body must not have the member "x" [signUp.body.additionalProperties]`},
		"in a list":           {form("POST", "/signups", formType, "name=abc&age=20&sizes=1,a"), "sizes[1] (body) must be an integer [signUp.body.sizes.items.type]"},
		"in an object":        {form("POST", "/signups", formType, "name=abc&age=20&address[floor]=1"), "address.city (body) is missing [signUp.body.address.city.required]"},
		"escaped badly":       {form("POST", "/signups", formType, "name=%zz&age=20"), "the body must be a form: a percent sign in it has no two hexadecimal digits after it"},
		"very many fields":    {form("POST", "/signups", formType, strings.Repeat("&a", 10_001)), "the body is not read: it has more than 10000 fields"},
		"kept parts":          {album(field("about", `{"by":"me","year":1999}`) + field("labels", "red") + field("labels", "green")), ""},
		"no boundary": {
			form("POST", "/albums", "multipart/form-data", "--b--\n"),
			"the body cannot be split into parts: its media type names no boundary: send multipart/form-data; boundary=NAME",
		},
		"another boundary": {
			form("POST", "/albums", "multipart/form-data; boundary=c", field("title", "tit")+"--b--\n"),
			"the body must be multipart/form-data: it breaks off, or its boundary is another than the header Content-Type says",
		},
		"cut short": {
			form("POST", "/albums", multi, field("title", "tit")+field("file", "abc")),
			"the body must be multipart/form-data: it breaks off, or its boundary is another than the header Content-Type says",
		},
		"no file":        {form("POST", "/albums", multi, field("title", "tit")+"--b--\n"), "file (body) is missing [upload.body.file.required]"},
		"a long file":    {form("POST", "/albums", multi, field("title", "tit")+field("file", strings.Repeat("é", 101))+"--b--\n"), "file (body) must have at most 200 bytes [upload.body.file.maxLength]"},
		"a huge file":    {form("POST", "/albums", multi, field("title", "tit")+field("file", strings.Repeat("a", 30_000))+"--b--\n"), "the body must have at most 30000 bytes"},
		"JSON in a part": {album(field("about", `{"by":1}`)), "about.by (body) must be a string [upload.body.about.by.type]"},
		"no JSON":        {album(field("about", `{"by":`)), "about (body) must be an object [upload.body.about.type]"},
		"a text":         {form("PUT", "/notes", "text/plain; charset=utf-8", "a text"), ""},
		"a short text":   {form("PUT", "/notes", "text/plain", "a"), "the body must have at least 2 characters [note.body.minLength]"},
		"no text":        {form("PUT", "/notes", "text/plain", "a\xff\xfe"), "the body must be a text in UTF-8"},
		"bytes":          {form("PUT", "/blobs", "application/octet-stream", "a\xff\x00"), ""},
		"many bytes":     {form("PUT", "/blobs", "application/octet-stream", strings.Repeat("\xff", 1001)), "the body must have at most 1000 bytes [store.body.maxLength]"},
		"another schema": {
			form("POST", "/things", formType, "title=abcdef"),
			"title (body) must have at most 5 characters [make.body.application_2fx-www-form-urlencoded.title.maxLength]",
		},
		"what is not read": {form("POST", "/things", "application/xml", "<a"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := serve(h, c.request)
			if c.want == "" && w.Code != http.StatusOK || c.want != "" && !strings.Contains(w.Body.String(), c.want) {
				t.Errorf("got %d\n%s\nwant\n%s", w.Code, w.Body, c.want)
			}
		})
	}
}

// A handler finds the body as it was sent, of 10 MB too.
func TestHandlerReadsALargeForm(t *testing.T) {
	file := bytes.Repeat([]byte{0, '\r', '\n', 0xff}, 10<<18)
	body := append([]byte(strings.ReplaceAll(field("title", "tit")+"--b\nContent-Disposition: form-data; name=\"cover\"; filename=\"c\"\n\n", "\n", "\r\n")), file...)
	body = append(body, strings.ReplaceAll("\n"+field("file", "f")+"--b--\n", "\n", "\r\n")...)
	read := 0
	h := formsHandler(t, enforce.Options{MaxBody: 11 << 20}, func(_ http.ResponseWriter, r *http.Request) {
		f, _, err := r.FormFile("cover")
		if err != nil {
			t.Error(err)
			return
		}
		data, err := io.ReadAll(f)
		if read = len(data); err != nil || !bytes.Equal(data, file) {
			t.Errorf("%v: %d bytes", err, read)
		}
	})
	r := httptest.NewRequest(http.MethodPost, "/albums", bytes.NewReader(body))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	if w := serve(h, r); read != len(file) {
		t.Errorf("%d, %d bytes: %s", w.Code, read, w.Body)
	}
}
