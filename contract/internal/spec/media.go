package spec

import (
	"maps"
	"mime"
	"slices"
	"strings"
)

// Documented returns the media type of a content that a Content-Type header means,
// or nil: one that is spelled out before one of a type, such as text/*, and that
// before any at all (RFC 9110, section 12.5.1, has the same order for Accept). Its
// parameters change nothing, but for one with all of them, which comes first:
// charset means nothing to JSON (RFC 8259, section 11).
func Documented(content []*Media, header string) *Media {
	sent, parameters := mediaType(header)
	if sent == "" {
		return nil
	}
	var found *Media
	best := 0
	for _, m := range content {
		name, own := mediaType(m.Type)
		rank := specificity(name, sent)
		if rank == exact && len(own) > 0 && maps.Equal(own, parameters) {
			return m
		}
		if rank > best {
			best, found = rank, m
		}
	}
	return found
}

// Presumed gives what a body must be that does not say which of a content it is, or nil
// where it may be something else than JSON.
func Presumed(content []*Media) *Media {
	if len(content) == 0 || slices.ContainsFunc(content, func(m *Media) bool { return !IsJSON(m.Type) }) {
		return nil
	}
	if len(content) > 1 { // it is JSON, but which members it has is not known
		return &Media{Type: content[0].Type}
	}
	return content[0]
}

// exact is the specificity of a media type that is spelled out. Ranges have less,
// those that say more before others.
const exact = 1 << 10

// specificity tells how closely a documented media type describes one that is
// sent, both without parameters; 0 that it does not.
func specificity(documented, sent string) int {
	if documented == sent {
		return exact
	}
	before, after, ranged := strings.Cut(documented, "*")
	kind, below, _ := strings.Cut(sent, "/")
	switch {
	case !ranged:
		return 0
	case documented == "*/*":
		return 1
	case strings.HasPrefix(sent, before) && strings.HasSuffix(below, after) && len(before) > len(kind):
		return 1 + len(before) + len(after) // text/*, and application/*+json
	}
	return 0
}

// mediaType returns a media type in lower case and its parameters, nil where those
// are not well-formed; "" for what is no media type (RFC 9110, section 8.3.1).
func mediaType(header string) (string, map[string]string) {
	name, parameters, err := mime.ParseMediaType(header)
	if err != nil {
		name, _, _ = strings.Cut(header, ";")
		name, parameters, err = mime.ParseMediaType(name)
	}
	kind, below, _ := strings.Cut(name, "/")
	if err != nil || kind == "" || below == "" {
		return "", nil
	}
	return name, parameters
}

// MediaName gives a media type in lower case, without its parameters; "" for what is
// no media type.
func MediaName(header string) string {
	if header == plainJSON { // most are, and to parse one allocates
		return header
	}
	name, _ := mediaType(header)
	return name
}

// IsJSON reports whether a media type is application/json or has the suffix
// +json (RFC 6839). Parameters change nothing, well-formed or not.
func IsJSON(header string) bool {
	name := MediaName(header)
	return name == plainJSON || strings.HasSuffix(name, "+json")
}

// MayBeJSON reports whether a media type is JSON, or a range that JSON is in.
func MayBeJSON(mediaType string) bool {
	return IsJSON(mediaType) || Documented([]*Media{{Type: mediaType}}, plainJSON) != nil
}

const plainJSON = "application/json"

// JSONType is the media type that JSON is written as: application/json where the
// contract documents a range.
func (m *Media) JSONType() string {
	if IsJSON(m.Type) {
		return m.Type
	}
	return plainJSON
}

// JSON returns the first JSON media type of a content; where there is none, the
// first range that JSON is in and that has a schema; else nil.
func JSON(content []*Media) *Media {
	if m := spelledJSON(content); m != nil {
		return m
	}
	for _, m := range content {
		if m.Schema != nil && MayBeJSON(m.Type) {
			return m
		}
	}
	return nil
}

// spelledJSON returns the first JSON media type of a content that is no range.
func spelledJSON(content []*Media) *Media {
	for _, m := range content {
		if IsJSON(m.Type) {
			return m
		}
	}
	return nil
}
