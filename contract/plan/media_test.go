package plan

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
)

// formsPlan plans a contract with bodies of every kind.
func formsPlan(t *testing.T, replace ...string) *Plan {
	t.Helper()
	data, err := os.ReadFile("../prove/testdata/forms.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := spec.Load("forms.yaml", []byte(strings.NewReplacer(replace...).Replace(string(data))))
	if err != nil {
		t.Fatal(err)
	}
	return Build(c, Options{Unsafe: true})
}

// What has several media types is planned in the first in full, and in the others as
// far as they differ.
func TestSeveralMediaTypes(t *testing.T) {
	p := formsPlan(t)
	for id, mediaType := range map[string]string{
		"make.answer.201/smallest": "application/json", "make.answer.201/smallest-as-application-x-www-form-urlencoded": "application/x-www-form-urlencoded",
		"make.answer.201/smallest-as-application-xml": "application/xml", "make.body.name.maxLength/above-in-smallest": "application/json",
		"make.body.application_2fx-www-form-urlencoded.title.maxLength/above-in-smallest-as-application-x-www-form-urlencoded": "application/x-www-form-urlencoded",
		"make.body.application_2fx-www-form-urlencoded.count.type/text-in-fullest-as-application-x-www-form-urlencoded":        "application/x-www-form-urlencoded",
	} {
		if c := find(t, p, id); c.Request.Body.MediaType != mediaType || c.Skip != "" {
			t.Errorf("%s is in %s, skipped for %q", id, c.Request.Body.MediaType, c.Skip)
		}
	}
	xml := find(t, p, "make.answer.201/smallest-as-application-xml")
	if b := xml.Request.Body; !b.Plain || b.Value != "<thing><name>a</name></thing>" {
		t.Errorf("the example is %+v", b)
	}
	for i := range p.Cases {
		if c := &p.Cases[i]; strings.HasSuffix(c.ID, "-as-application-xml") && c.Technique != Example {
			t.Errorf("of XML is planned %s", c.ID)
		}
	}
}

// What cannot be sent so that all read it alike is skipped, and said why.
func TestWhatFormsCannotSay(t *testing.T) {
	for _, c := range []struct{ old, other, id, want string }{
		{"", "", "signUp.body.sizes.minItems/at", ""},
		{"", "", "signUp.body.address.city.required/missing-in-smallest", "a form has no field for a list or an object that holds nothing: not sent"},
		{"address: {style: deepObject, explode: true}", "tags: {style: deepObject}", "signUp.body.tags.type/alone", "style deepObject is for objects, and tags is a list: leave it out, or say form"},
		{"required: [name, age]", "required: []", "signUp.answer.201/smallest", "a form without a field may lawfully be taken for no body: not sent"},
		{"pattern: '^[a-z]+$'", "enum: ['a,b']", "signUp.body.tags.type/alone", ""},
		{"items: {type: integer}", "items: {type: string, enum: ['a,b']}", "signUp.body.sizes.type/alone", "an element that holds the delimiter of its list is read in different ways: not sent"},
		{"application/octet-stream", "application/pdf", "store.answer.204/smallest", "nothing is known that is valid application/pdf, which the body holds: give its schema an example"},
		{"            example: <thing><name>a</name></thing>\n", "", "make.answer.201/smallest", ""},
		{
			"text/plain: {schema: {type: string, minLength: 2, maxLength: 30}}", "application/xml: {schema: {type: object}}", "note.answer.204/smallest",
			"the request needs a body of type application/xml, of which nothing is known that is valid: give it an example",
		},
	} {
		p := formsPlan(t, append([]string{c.old, c.other}, "\x00", "\x00")[:2*min(1, len(c.old))]...)
		if got := find(t, p, c.id); got.Skip != c.want {
			t.Errorf("%s: %s is skipped for %q, want %q", c.other, c.id, got.Skip, c.want)
		}
	}
}

// A plan holds bytes that are no text.
func TestBytesInAPlan(t *testing.T) {
	c := find(t, formsPlan(t), "upload.answer.201/fullest")
	cover, _ := c.Request.Body.Value.(map[string]any)["cover"].(string)
	if !strings.HasPrefix(cover, "\x89PNG\r\n") {
		t.Errorf("the picture is %q", cover)
	}
	i := slices.IndexFunc(c.Request.Body.Parts, func(p wire.Part) bool { return p.Name == "cover" })
	if part := c.Request.Body.Parts[i]; !part.File || part.ContentType != "image/png" {
		t.Errorf("the picture is sent as %+v", part)
	}
	data, err := c.Request.Body.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var again Body
	if err := again.UnmarshalJSON(data); err != nil {
		t.Fatal(err)
	}
	if again.Value.(map[string]any)["cover"] != cover {
		t.Errorf("it is read again as %q", again.Value)
	}
}
