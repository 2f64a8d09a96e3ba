package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Part is how one member of a form is written, as the description's encoding has it.
type Part struct {
	Name string `json:"name"`
	// Style is how a list or an object is written: form, spaceDelimited, pipeDelimited
	// or deepObject; "" is form.
	Style string `json:"style,omitempty"`
	// Joined writes a list as one text, with the style's delimiter between.
	Joined bool `json:"joined,omitempty"`
	// JSON writes the value as a JSON document.
	JSON bool `json:"json,omitempty"`
	// ContentType is what a part of a multipart body says that it is, "" for nothing.
	ContentType string `json:"contentType,omitempty"`
	// File has a part of a multipart body say that it is a file, with a name.
	File bool `json:"file,omitempty"`
	// Header has what a part of a multipart body says beside that.
	Header map[string]string `json:"header,omitempty"`
	// Doubt says why readers differ about how the value is written, "" where they do not.
	Doubt string `json:"doubt,omitempty"`
}

// Field is one field of a form: a pair of a text of pairs, or a part of a multipart
// body.
type Field struct {
	Name, Text string
	// FileName, ContentType and Header are of parts alone.
	FileName, ContentType string
	Header                map[string]string
}

// delimiters are what stands between the elements of a joined list.
var delimiters = map[string]string{"": ",", "form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}

// Fields gives the fields that the members of an object are written as, in the order
// of the parts; members without a part come behind.
func Fields(parts []Part, object map[string]any) []Field {
	var out []Field
	seen := map[string]bool{}
	for _, p := range parts {
		seen[p.Name] = true
		if v, there := object[p.Name]; there {
			out = append(out, p.fields(v)...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if !seen[name] {
			_, plain := Text(object[name])
			_, list := object[name].([]any)
			out = append(out, Part{Name: name, JSON: !plain && !list}.fields(object[name])...)
		}
	}
	return out
}

func (p Part) fields(value any) []Field {
	switch v := value.(type) {
	case nil:
		return nil
	case []any:
		return p.list(v)
	case map[string]any:
		if !p.JSON {
			return p.object(v)
		}
	}
	if p.JSON {
		return []Field{p.field(p.Name, document(value))}
	}
	text, _ := Text(value)
	return []Field{p.field(p.Name, text)}
}

func (p Part) field(name, text string) Field {
	f := Field{Name: name, Text: text, ContentType: p.ContentType, Header: p.Header}
	if p.File {
		f.FileName = "example" + extensions[p.ContentType]
	}
	return f
}

// extensions are those of the names of files.
var extensions = map[string]string{
	"text/plain": ".txt", "text/csv": ".csv", "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "application/json": ".json",
	"application/octet-stream": ".bin",
}

func (p Part) list(values []any) []Field {
	if p.JSON {
		return []Field{p.field(p.Name, document(values))}
	}
	texts := make([]string, len(values))
	for i, v := range values {
		if text, ok := Text(v); ok {
			texts[i] = text
		} else {
			texts[i] = document(v)
		}
	}
	if p.Joined {
		return []Field{p.field(p.Name, strings.Join(texts, delimiters[p.Style]))}
	}
	out := make([]Field, len(texts))
	for i, text := range texts {
		out[i] = p.field(p.Name, text)
	}
	return out
}

// Splits reports whether an element of a joined list holds what it would be split at.
func (p Part) Splits(element any) bool {
	text, _ := Text(element)
	return strings.Contains(text, delimiters[p.Style])
}

// object writes an object as its members: under their own names, with brackets, or
// joined.
func (p Part) object(object map[string]any) []Field {
	var out []Field
	var joined []string
	for _, name := range slices.Sorted(maps.Keys(object)) {
		text, ok := Text(object[name])
		if !ok {
			text = document(object[name])
		}
		switch {
		case p.Style == deepObject:
			out = append(out, p.field(p.Name+"["+name+"]", text))
		case p.Joined:
			joined = append(joined, name, text)
		default:
			out = append(out, p.field(name, text))
		}
	}
	if p.Joined {
		return []Field{p.field(p.Name, strings.Join(joined, delimiters[p.Style]))}
	}
	return out
}

const deepObject = "deepObject"

func document(value any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return ""
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// Text writes a scalar as text; it reports whether the value is one.
func Text(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true // never 1e+06
	case json.Number:
		return v.String(), true
	case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64:
		return fmt.Sprint(v), true
	}
	return "", false
}

// WriteForm writes fields as application/x-www-form-urlencoded, where a blank is a
// plus sign (WHATWG URL, section 5.2).
func WriteForm(fields []Field) string {
	var out strings.Builder
	for i, f := range fields {
		if i > 0 {
			out.WriteByte('&')
		}
		out.WriteString(url.QueryEscape(f.Name) + "=" + url.QueryEscape(f.Text))
	}
	return out.String()
}

// ReadForm reads what WriteForm writes.
func ReadForm(data []byte) ([]Field, error) {
	var out []Field
	for pair := range strings.SplitSeq(string(data), "&") {
		if pair == "" {
			continue
		}
		name, text, _ := strings.Cut(pair, "=")
		f := Field{}
		var err, errToo error
		f.Name, err = url.QueryUnescape(name)
		f.Text, errToo = url.QueryUnescape(text)
		if err = errors.Join(err, errToo); err != nil {
			return nil, fmt.Errorf("read a form: %w", err)
		}
		if out = append(out, f); len(out) > maxFields {
			return nil, ErrFields
		}
	}
	return out, nil
}

// maxFields bounds the fields of a form that is read.
const maxFields = 10_000

// ErrFields tells that a form has more fields than are read.
var ErrFields = fmt.Errorf("it has more than %d fields", maxFields)

// Boundary gives a boundary for the parts of a body that none of them holds.
func Boundary(fields []Field) string {
	const begin = "clause-part"
	boundary := begin
	for i := 1; slices.ContainsFunc(fields, func(f Field) bool { return strings.Contains(f.Text, "--"+boundary) }); i++ {
		boundary = begin + "-" + strconv.Itoa(i)
	}
	return boundary
}

var quoted = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", "%0D", "\n", "%0A")

// WriteMultipart writes fields as multipart/form-data (RFC 7578).
func WriteMultipart(fields []Field, boundary string) ([]byte, error) {
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	if err := w.SetBoundary(boundary); err != nil {
		return nil, fmt.Errorf("write a multipart body: %w", err)
	}
	for _, f := range fields {
		header := textproto.MIMEHeader{}
		for name, value := range f.Header {
			header.Set(name, value)
		}
		disposition := `form-data; name="` + quoted.Replace(f.Name) + `"`
		if f.FileName != "" {
			disposition += `; filename="` + quoted.Replace(f.FileName) + `"`
		}
		header.Set("Content-Disposition", disposition)
		if f.ContentType != "" {
			header.Set("Content-Type", f.ContentType)
		}
		part, err := w.CreatePart(header)
		if err == nil {
			_, err = io.WriteString(part, f.Text)
		}
		if err != nil {
			return nil, fmt.Errorf("write a multipart body: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("write a multipart body: %w", err)
	}
	return out.Bytes(), nil
}

// ErrBoundary tells that the media type of a multipart body names no boundary.
var ErrBoundary = errors.New("its media type names no boundary: send multipart/form-data; boundary=NAME")

// ReadMultipart reads a multipart body of a media type.
func ReadMultipart(mediaType string, data []byte) ([]Field, error) {
	_, parameters, err := mime.ParseMediaType(mediaType)
	if err != nil || parameters["boundary"] == "" {
		return nil, ErrBoundary
	}
	r := multipart.NewReader(bytes.NewReader(data), parameters["boundary"])
	ended := bytes.Contains(data, []byte("--"+parameters["boundary"]+"--"))
	var out []Field
	for {
		part, err := r.NextRawPart()
		if err == io.EOF && ended { //nolint:errorlint // one that wraps it tells that the body breaks off
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read a multipart body: %w", err)
		}
		text, err := io.ReadAll(part) // the body is in memory, and has been limited
		if err != nil {
			return nil, fmt.Errorf("read a multipart body: %w", err)
		}
		out = append(out, Field{Name: part.FormName(), Text: string(text), FileName: part.FileName(), ContentType: part.Header.Get("Content-Type")})
		if len(out) > maxFields {
			return nil, ErrFields
		}
	}
}

// ByName groups the texts of fields by their names.
func ByName(fields []Field) map[string][]string {
	out := make(map[string][]string, len(fields))
	for _, f := range fields {
		out[f.Name] = append(out[f.Name], f.Text)
	}
	return out
}

// Members takes out of the texts of a form what belongs to an object: the texts of
// its members by their names.
func (p Part) Members(texts map[string][]string, names []string) map[string]string {
	out := map[string]string{}
	take := func(name, field string) {
		if found := texts[field]; len(found) > 0 {
			out[name] = found[0]
			delete(texts, field)
		}
	}
	switch {
	case p.Style == deepObject:
		for field := range maps.Clone(texts) {
			if inner, ok := strings.CutPrefix(field, p.Name+"["); ok && strings.HasSuffix(inner, "]") {
				take(strings.TrimSuffix(inner, "]"), field)
			}
		}
	case p.Joined:
		elements := strings.Split(strings.Join(texts[p.Name], delimiters[p.Style]), delimiters[p.Style])
		for i := 0; len(texts[p.Name]) > 0 && i+1 < len(elements); i += 2 {
			out[elements[i]] = elements[i+1]
		}
		delete(texts, p.Name)
	default:
		for _, name := range names {
			take(name, name)
		}
	}
	return out
}

// Elements splits the texts of a list.
func (p Part) Elements(texts []string) []string {
	if !p.Joined || len(texts) != 1 {
		return texts
	}
	return strings.Split(texts[0], delimiters[p.Style])
}
