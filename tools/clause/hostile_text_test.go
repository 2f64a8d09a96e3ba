package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// forms are ways of writing a text down that an endpoint may use.
func forms(text string) map[string]string {
	quoted, _ := json.Marshal(text)
	var plain bytes.Buffer
	e := json.NewEncoder(&plain)
	e.SetEscapeHTML(false)
	e.Encode(text)
	inside := strings.TrimSpace(plain.String())
	return map[string]string{
		"plain":             text,
		"query":             url.QueryEscape(text),
		"path":              url.PathEscape(text),
		"lower-case query":  strings.NewReplacer("%2B", "%2b", "%2F", "%2f", "%3D", "%3d", "%3C", "%3c", "%3E", "%3e").Replace(url.QueryEscape(text)),
		"JSON":              inside[1 : len(inside)-1],
		"JSON for pages":    string(quoted[1 : len(quoted)-1]),
		"JSON with slashes": strings.ReplaceAll(inside[1:len(inside)-1], "/", `\/`),
		"Go":                strings.Trim(strconv.Quote(text), `"`),
		"HTML":              html.EscapeString(text),
		"base64":            base64.StdEncoding.EncodeToString([]byte(text)),
		"URL base64":        base64.RawURLEncoding.EncodeToString([]byte(text)),
		"basic":             base64.StdEncoding.EncodeToString([]byte("user:" + text)),
		"basic, shifted":    base64.StdEncoding.EncodeToString([]byte("users:" + text)),
	}
}

// beginnings are what no output may hold: what forms make of the first 12
// characters of the token.
func beginnings() []string {
	var all []string
	for name, form := range forms(hostileToken[:12]) {
		switch name {
		// Without the characters that hold a part of a neighbour.
		case "basic":
			form = form[7:22]
		case "basic, shifted":
			form = form[8:24]
		}
		all = append(all, form)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// decodedJSON gives the texts of a JSON document.
func decodedJSON(data []byte) string {
	var value any
	if json.Unmarshal(data, &value) != nil {
		return ""
	}
	return texts(value)
}

// texts gives all names and texts in a JSON value, a line each.
func texts(value any) string {
	var b strings.Builder
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			fmt.Fprintln(&b, v)
		case []any:
			for _, item := range v {
				walk(item)
			}
		case map[string]any:
			for name, member := range v {
				fmt.Fprintln(&b, name)
				walk(member)
			}
		}
	}
	walk(value)
	return b.String()
}

// decodedXML gives all texts and attributes of an XML document, a line each.
func decodedXML(data []byte) string {
	var b strings.Builder
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		token, err := d.Token()
		if err != nil {
			return b.String()
		}
		switch token := token.(type) {
		case xml.StartElement:
			for _, a := range token.Attr {
				fmt.Fprintln(&b, a.Value)
			}
		case xml.CharData:
			fmt.Fprintln(&b, string(token))
		}
	}
}
