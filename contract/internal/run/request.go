package run

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/internal/placeholder"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
	"github.com/apiclause/clause/contract/plan"
)

// builder makes requests of cases.
type builder struct {
	base       *url.URL
	basePath   string // escaped, without a slash at its end
	operations map[string]*operation
	nonce      string // of the run
}

// unique gives what stands in the place of {{unique}} in the request for a case at
// now: the same for the same request, and what no other has, of this run or another.
func (b *builder) unique(c *plan.Case, now time.Time, tag string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d\x00%s", b.nonce, c.ID, now.Unix(), tag))
	text := new(big.Int).SetBytes(sum[:]).Text(36)
	return placeholder.Sample[:1] + text[len(text)-len(placeholder.Sample)+1:]
}

// build makes a request and gives its body too. The tag goes into the request's
// id, to tell what is sent again for the same case.
func (b *builder) build(ctx context.Context, c *plan.Case, now time.Time, tag string, names map[string]any) (*http.Request, []byte, error) {
	op := b.operations[c.Operation]
	if op == nil {
		return nil, nil, fmt.Errorf("case %s: the contract has no operation %q", c.ID, c.Operation)
	}
	now = now.UTC().Truncate(time.Second)
	req, body, err := b.unsigned(ctx, op, c, occasion{now, b.unique(c, now, tag), names})
	if err != nil {
		return nil, nil, fmt.Errorf("case %s: %w", c.ID, err)
	}
	if _, set := req.Header[requestID]; !set {
		req.Header[requestID] = []string{idOf(c, now) + tag}
	}
	if err := op.authenticate(req, c.Request.Credential); err != nil {
		return nil, nil, fmt.Errorf("case %s: %w", c.ID, err)
	}
	if err := sendable(req); err != nil {
		return nil, nil, fmt.Errorf("case %s: %w", c.ID, err)
	}
	return req, body, nil
}

// unsigned makes a request without credentials.
func (b *builder) unsigned(ctx context.Context, op *operation, c *plan.Case, then occasion) (*http.Request, []byte, error) {
	parts := parts{header: op.headers.Clone(), path: map[string]string{}}
	body, err := parts.take(&c.Request, then)
	if err != nil {
		return nil, nil, err
	}
	path, err := fill(c.Request.Path, parts.path)
	if err != nil {
		return nil, nil, err
	}
	u := &url.URL{Scheme: b.base.Scheme, Host: b.base.Host, RawPath: b.basePath + path, RawQuery: parts.query.String()}
	if u.Path, err = url.PathUnescape(u.RawPath); err != nil {
		return nil, nil, fmt.Errorf("path %s: %w", c.Request.Path, err)
	}
	req := &http.Request{
		Method: c.Request.Method, URL: u, Host: orDefault(parts.host, u.Host), Header: parts.header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	setBody(req, body)
	return req.WithContext(ctx), body, nil
}

func setBody(req *http.Request, body []byte) {
	if body == nil {
		return
	}
	req.ContentLength = int64(len(body))
	req.GetBody = func() (io.ReadCloser, error) {
		if len(body) == 0 {
			return http.NoBody, nil
		}
		return io.NopCloser(bytes.NewReader(body)), nil
	}
	req.Body, _ = req.GetBody()
}

// parts collects what the parameters of a case become.
type parts struct {
	path   map[string]string
	query  strings.Builder
	header http.Header
	host   string
}

// take distributes a request's parameters and gives its body.
func (p *parts) take(r *plan.Request, then occasion) (body []byte, err error) {
	if r.Body != nil {
		var mediaType string
		if body, mediaType, err = encode(r.Body, then); err != nil {
			return nil, err
		}
		if mediaType != "" {
			p.header["Content-Type"] = []string{mediaType}
		}
	}
	given := map[string]bool{} // headers that the case has, in place of the target's
	for i := range r.Parameters {
		if err := p.parameter(&r.Parameters[i], then, given); err != nil {
			return nil, err
		}
	}
	return body, nil
}

func (p *parts) parameter(param *plan.Parameter, then occasion, given map[string]bool) error {
	values, err := plainTexts(param, then)
	if err != nil {
		return err
	}
	style := param.Wire()
	switch param.In {
	case "path":
		p.path[param.Name] = strings.Join(style.Write(values), ",")
	case "query":
		for _, pair := range style.Pairs(param.Name, values) {
			p.addQuery(pair.Name, pair.Text)
		}
	case "header":
		p.addHeader(param.Name, style.Write(values), given)
	case "cookie":
		for _, pair := range style.Pairs(param.Name, values) {
			addCookie(p.header, pair.Name, pair.Text)
		}
	default:
		return fmt.Errorf("parameter %s is in %q; it can be in path, query, header or cookie", param.Name, param.In)
	}
	return nil
}

func (p *parts) addQuery(name, value string) {
	if p.query.Len() > 0 {
		p.query.WriteByte('&')
	}
	p.query.WriteString(wire.Escape(name))
	p.query.WriteByte('=')
	p.query.WriteString(value)
}

func (p *parts) addHeader(name string, values []string, given map[string]bool) {
	name = http.CanonicalHeaderKey(name)
	if name == "Host" {
		p.host = strings.Join(values, ",") // What is sent; the header map shows it.
	}
	if given[name] {
		values = append(p.header[name], values...)
	}
	given[name] = true
	p.header[name] = values
}

// addCookie puts a pair at the end of the Cookie header, of which there is one
// (RFC 6265, section 5.4).
func addCookie(h http.Header, name, value string) {
	pair := name + "=" + value
	if before := h.Get("Cookie"); before != "" {
		pair = before + "; " + pair
	}
	h["Cookie"] = []string{pair}
}

// fill puts values, which are escaped, into a path template.
func fill(template string, values map[string]string) (string, error) {
	var out strings.Builder
	for rest := template; ; {
		literal, after, found := strings.Cut(rest, "{")
		out.WriteString((&url.URL{Path: literal}).EscapedPath())
		if !found {
			return out.String(), nil
		}
		name, next, closed := strings.Cut(after, "}")
		if !closed {
			return "", fmt.Errorf("path %s has a { without a }", template)
		}
		value, ok := values[name]
		if !ok {
			return "", fmt.Errorf("path %s needs a value for %s", template, name)
		}
		out.WriteString(value)
		rest = next
	}
}

var errHeader = errors.New("holds what a header cannot")

// sendable refuses what could become another request on the wire.
func sendable(req *http.Request) error {
	if !isToken(req.Method) {
		return fmt.Errorf("%q is no method", req.Method)
	}
	for name, values := range req.Header {
		if !isToken(name) {
			return fmt.Errorf("header name %q %w", name, errHeader)
		}
		for _, value := range values {
			if !isFieldValue(value) {
				return fmt.Errorf("header %s %w", name, errHeader) // The value can be a secret.
			}
		}
	}
	return nil
}

// isToken reports whether a text is a token (RFC 9110, section 5.6.2).
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}

// isFieldValue reports whether a text can be a header's value (RFC 9110,
// section 5.5).
func isFieldValue(s string) bool {
	for i := range len(s) {
		if s[i] != '\t' && (s[i] < ' ' || s[i] == 0x7f) {
			return false
		}
	}
	return true
}

// occasion is when a request is sent, and the text that no other has.
type occasion struct {
	now    time.Time
	unique string
	names  map[string]any // of what was made, by resource
}

// name gives the name of what was made, or what stands for it.
func (o occasion) name(m plan.Made) any {
	name, ok := o.names[m.Resource]
	if m.Sibling > 0 {
		with, _ := o.names[plan.SiblingName(m.Resource, m.Sibling)].(map[string]any)
		name, ok = with[m.Member]
	}
	if !ok {
		return m.Sample
	}
	// A URL and an answer may write it in other types than a request wants.
	_, wantsText := m.Sample.(string)
	switch name := name.(type) {
	case json.Number:
		if wantsText {
			return name.String()
		}
	case string:
		if _, err := strconv.ParseFloat(name, 64); err == nil && !wantsText {
			return json.Number(name)
		}
	}
	return name
}

// named gives a value that may stand for the name of a thing.
func (o occasion) named(value any) any {
	if made, ok := value.(plan.Made); ok {
		return o.name(made)
	}
	return value
}

// plainTexts gives the texts of a parameter's values before they are written.
func plainTexts(p *plan.Parameter, then occasion) ([]string, error) {
	out, err := p.Texts(func(v any) (string, error) { return text(v, then) })
	if err != nil {
		return nil, fmt.Errorf("%s parameter %s: %w", p.In, p.Name, err)
	}
	return out, nil
}

// text writes a scalar as it is sent then.
func text(value any, then occasion) (string, error) {
	text, ok := wire.Text(resolve(value, then))
	if !ok {
		return "", fmt.Errorf("a value of type %T cannot be sent as text", value)
	}
	return text, nil
}

// encode writes a body as it is sent then, and gives its media type.
func encode(b *plan.Body, then occasion) (data []byte, mediaType string, err error) {
	switch {
	case b.Verbatim:
		return []byte(b.Raw), b.MediaType, nil
	case b.Form:
		return encodeForm(b, then)
	case b.Plain:
		text, err := text(b.Value, then)
		return []byte(text), b.MediaType, err
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false) // A person reads it in a curl line.
	if err := encoder.Encode(resolve(b.Value, then)); err != nil {
		return nil, "", fmt.Errorf("the body cannot be written as JSON: %w", err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), b.MediaType, nil
}

// encodeForm writes the members of an object as a form: as pairs, unless the media
// type says that it is of several parts.
func encodeForm(b *plan.Body, then occasion) (data []byte, mediaType string, err error) {
	object, ok := resolve(b.Value, then).(map[string]any)
	if !ok {
		return nil, "", fmt.Errorf("the body cannot be written as a form: it is no object, but of type %T", b.Value)
	}
	fields := wire.Fields(b.Parts, object)
	if !b.Multipart {
		return []byte(wire.WriteForm(fields)), b.MediaType, nil
	}
	boundary := wire.Boundary(fields)
	if data, err = wire.WriteMultipart(fields, boundary); err != nil {
		return nil, "", err
	}
	if b.Cut {
		data = bytes.TrimSuffix(data, []byte("\r\n--"+boundary+"--\r\n"))
	}
	if spec.MediaName(b.MediaType) == spec.UndocumentedType {
		return data, b.MediaType, nil
	}
	return data, b.MediaType + "; boundary=" + boundary, nil
}

// resolve gives a value with every Time, Template and Made in it written as it is sent then.
func resolve(value any, then occasion) any {
	switch v := value.(type) {
	case plan.Time:
		return v.At(then.now)
	case plan.Template:
		return v.At(then.now, then.unique)
	case plan.Made:
		return resolve(then.name(v), then)
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, member := range v {
			out[name] = resolve(member, then)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, element := range v {
			out[i] = resolve(element, then)
		}
		return out
	default:
		return value
	}
}

// Unsigned makes the request of a case as it is sent at a time, without credentials
// and to no host, and gives its body too: nil is none.
func Unsigned(c *plan.Case, now time.Time) (*http.Request, []byte, error) {
	b := &builder{base: &url.URL{Scheme: "http", Host: "host.invalid"}}
	then := occasion{now: now.UTC().Truncate(time.Second), unique: placeholder.Sample}
	return b.unsigned(context.Background(), &operation{headers: http.Header{}}, c, then)
}
