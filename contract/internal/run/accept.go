package run

import (
	"mime"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// accept gives the Accept header of the requests for an operation: what a parameter
// of that name says, else the media types that the operation documents, so that a
// target with a choice answers with one that can be judged. Anything else is
// accepted, too: no request is to be refused for this header.
func accept(op *spec.Operation) string {
	if op.Accept != "" {
		return op.Accept
	}
	groups := make([][]string, len(weights))
	for _, r := range op.Responses {
		success := !strings.HasPrefix(r.Status, "4") && !strings.HasPrefix(r.Status, "5")
		content := r.Content
		if success && len(content) == 0 {
			for _, name := range op.Produces {
				content = append(content, &spec.Media{Type: name})
			}
		}
		for _, m := range content {
			for _, name := range acceptable(m) {
				i := preference(name, success)
				groups[i] = append(groups[i], name)
			}
		}
	}
	var all, named []string
	for i, names := range groups {
		for _, name := range names {
			if !slices.Contains(named, name) && len(named) < maxAccept {
				named = append(named, name)
				all = append(all, name+weights[i])
			}
		}
	}
	if len(all) == 0 {
		return anything
	}
	return strings.Join(append(all, anything+";q=0.1"), ", ")
}

const anything = "*/*"

// maxAccept is how many media types an Accept header names.
const maxAccept = 16

// weights are those of media types in an Accept header, by how much they are wanted.
var weights = []string{"", ";q=0.9", ";q=0.5"}

// preference says which of the weights a media type has: JSON goes before others,
// and the answers to accepted requests before the rest.
func preference(mediaType string, success bool) int {
	switch {
	case !success:
		return 2
	case spec.IsJSON(mediaType):
		return 0
	}
	return 1
}

// acceptable gives a documented media type as an Accept header names it: without a
// charset, which readers of the header do not expect, and with JSON before a range
// that JSON is in.
func acceptable(m *spec.Media) []string {
	name, parameters, err := mime.ParseMediaType(m.Type)
	if err != nil || !strings.Contains(name, "/") {
		return nil
	}
	delete(parameters, "charset")
	delete(parameters, "q") // it would be a weight
	var out []string
	if m.Schema != nil && spec.MayBeJSON(name) && !spec.IsJSON(name) {
		out = append(out, m.JSONType())
	}
	if written := mime.FormatMediaType(name, parameters); name != anything && written != "" {
		out = append(out, written)
	}
	return out
}
