package wire

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestFieldsOfAForm(t *testing.T) {
	object := map[string]any{
		"text": "a&b=ü +", "number": 1e6, "yes": true, "list": []any{int64(1), "b"}, "joined": []any{"a", "b"}, "of": map[string]any{"b": int64(2), "a": "x"},
		"deep": map[string]any{"k": "v"}, "document": map[string]any{"a": []any{"<"}}, "extra": "e", "none": nil,
	}
	parts := []Part{
		{Name: "text"},
		{Name: "number"},
		{Name: "yes"},
		{Name: "list"},
		{Name: "joined", Style: "pipeDelimited", Joined: true},
		{Name: "of"},
		{Name: "deep", Style: "deepObject"},
		{Name: "document", JSON: true},
		{Name: "none"},
		{Name: "absent"},
	}
	const want = "text=a%26b%3D%C3%BC+%2B&number=1000000&yes=true&list=1&list=b&joined=a%7Cb&a=x&b=2&deep%5Bk%5D=v&document=%7B%22a%22%3A%5B%22%3C%22%5D%7D&extra=e"
	fields := Fields(parts, object)
	if got := WriteForm(fields); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if again, err := ReadForm([]byte(want)); err != nil || !reflect.DeepEqual(again, fields) {
		t.Errorf("%v: read again as %+v, written of %+v", err, again, fields)
	}
}

// Content that holds the boundary gets another one.
func TestBoundaryInTheContent(t *testing.T) {
	fields := []Field{
		{Name: "a", Text: "--clause-part\r\n--clause-part-1--"},
		{Name: `q"uo\te`, Text: "\x00\xff\r\n", FileName: "f.bin", ContentType: "image/png", Header: map[string]string{"X-A": "b"}},
	}
	boundary := Boundary(fields)
	if boundary != "clause-part-2" {
		t.Errorf("the boundary is %s", boundary)
	}
	data, err := WriteMultipart(fields, boundary)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ReadMultipart("multipart/form-data; boundary="+boundary, data)
	fields[1].Header = nil // of which nothing is read
	if err != nil || !reflect.DeepEqual(again, fields) {
		t.Errorf("%v: read again as %+v", err, again)
	}
	if !strings.Contains(string(data), "X-A: b\r\n") {
		t.Errorf("the header is not in\n%s", data)
	}
}

func TestNoForm(t *testing.T) {
	if _, err := ReadForm([]byte("a=%zz")); err == nil {
		t.Error("a percent sign alone is read")
	}
	for _, mediaType := range []string{"multipart/form-data", "multipart/form-data; boundary", "x"} {
		if _, err := ReadMultipart(mediaType, nil); !errors.Is(err, ErrBoundary) {
			t.Errorf("%s: %v", mediaType, err)
		}
	}
	const part = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n"
	for _, text := range []string{"", "x", part, part + "--b", part + "--b\r\n"} {
		if fields, err := ReadMultipart("multipart/form-data; boundary=b", []byte(text)); err == nil {
			t.Errorf("%q is read as %+v", text, fields)
		}
	}
	if _, err := ReadMultipart("multipart/form-data; boundary=b", []byte(strings.Repeat(part, maxFields+1)+"--b--")); !errors.Is(err, ErrFields) {
		t.Errorf("very many parts: %v", err)
	}
}
