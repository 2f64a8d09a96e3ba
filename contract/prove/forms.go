package prove

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
)

// A body that is no JSON is read as the servers of Go's library read it, and so not by
// what enforces a contract: of a form the texts stand where a JSON document would have
// values.

// media gives the media type that the contract documents for a request's body, or nil.
func (v *view) media() *spec.Media {
	b := v.op.Body
	if b == nil {
		return nil
	}
	if header := v.request.Header.Get("Content-Type"); header != "" {
		return spec.Documented(b.Content, header)
	}
	return b.Main()
}

// written reads a body that is no JSON; nil where it cannot be read.
func (v *view) written(m *spec.Media, data []byte) any {
	switch m.Kind() {
	case spec.Pairs:
		texts, err := url.ParseQuery(string(data))
		if err != nil {
			return nil
		}
		return shaped(m, texts)
	case spec.Multipart:
		texts, err := parts(v.request.Header.Get("Content-Type"), data)
		if err != nil {
			return nil
		}
		return shaped(m, texts)
	case spec.Plain:
		return string(data)
	}
	return nil
}

// parts reads the parts of a multipart body.
func parts(mediaType string, data []byte) (url.Values, error) {
	_, parameters, err := mime.ParseMediaType(mediaType)
	if err != nil {
		return nil, err //nolint:wrapcheck // nobody looks at it
	}
	form, err := multipart.NewReader(bytes.NewReader(data), parameters["boundary"]).ReadForm(int64(len(data)) + 1)
	if err != nil {
		return nil, err //nolint:wrapcheck // nobody looks at it
	}
	texts := url.Values(form.Value)
	for name, files := range form.File {
		for _, header := range files {
			file, err := header.Open()
			if err != nil {
				return nil, err //nolint:wrapcheck // nobody looks at it
			}
			content, err := io.ReadAll(file)
			if err != nil {
				return nil, err //nolint:wrapcheck // nobody looks at it
			}
			texts[name] = append(texts[name], string(content))
		}
	}
	return texts, nil
}

// shaped puts the texts of a form where its members are.
func shaped(m *spec.Media, texts url.Values) map[string]any {
	out := map[string]any{}
	for _, member := range m.Schema.Members {
		if v, there := shape(member, m.Part(member.Name), texts); there {
			out[member.Name] = v
		}
	}
	for name, values := range texts {
		out[name] = listed(values)
	}
	return out
}

// shape takes a member's texts out of those of a form.
func shape(member *spec.Member, p wire.Part, texts url.Values) (any, bool) {
	own := texts[member.Name]
	if member.Schema.Object() && !p.JSON {
		inner := map[string]any{}
		for name := range texts {
			of, ours := strings.CutPrefix(name, member.Name+"[")
			switch {
			case p.Style == "deepObject" && ours:
				inner[strings.TrimSuffix(of, "]")] = texts.Get(name)
			case p.Style != "deepObject" && member.Schema.Member(name) != nil:
				inner[name] = texts.Get(name)
			default:
				continue
			}
			texts.Del(name)
		}
		return inner, len(inner) > 0
	}
	texts.Del(member.Name)
	switch {
	case len(own) == 0:
		return nil, false
	case p.JSON:
		v, _ := spec.ParseJSON([]byte(own[0]))
		return v, v != nil
	case member.Schema.Type == "array" && p.Joined:
		return listed(strings.FieldsFunc(own[0], func(r rune) bool { return strings.ContainsRune(", |", r) })), true
	case member.Schema.Type == "array":
		return listed(own), true
	case len(own) > 1:
		return listed(own), true
	}
	return own[0], true
}

func listed(texts []string) []any {
	out := make([]any, len(texts))
	for i, text := range texts {
		out[i] = text
	}
	return out
}

// setWritten replaces a body that is no JSON.
func (r *request) setWritten(m *spec.Media, v any) {
	switch kind := m.Kind(); kind {
	case spec.Plain:
		text, _ := v.(string)
		setBody(r.request, []byte(text))
	case spec.Pairs, spec.Multipart:
		object, ok := v.(map[string]any)
		if !ok {
			return
		}
		fields := wire.Fields(m.Parts, object)
		if kind == spec.Pairs {
			setBody(r.request, []byte(wire.WriteForm(fields)))
			break
		}
		boundary := wire.Boundary(fields)
		data, err := wire.WriteMultipart(fields, boundary)
		if err != nil {
			return
		}
		r.request.Header = r.request.Header.Clone()
		r.request.Header.Set("Content-Type", m.WrittenType()+"; boundary="+boundary)
		setBody(r.request, data)
	}
	r.body = v
}

// carries tells that the body of a request is one in which a place is.
func (v *view) carries(at *place) bool {
	m := v.media()
	return at.Parameter != nil || m == nil || m.Schema == at.root().Schema
}

// root is the outermost place that a place lies in.
func (at *place) root() *place {
	for at.parent != nil {
		at = at.parent
	}
	return at
}

// saidAs is a media type under which a body is taken: of one in parts the boundary that
// it begins with is a part.
func saidAs(m *spec.Media, r *http.Request) string {
	if m.Kind() != spec.Multipart {
		return m.WrittenType()
	}
	data, _ := readBody(r)
	first, _, _ := strings.Cut(string(data), "\r\n")
	return m.WrittenType() + "; boundary=" + strings.TrimPrefix(first, "--")
}
