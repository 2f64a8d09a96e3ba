package ruling

import (
	"maps"
	"slices"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
)

// readWritten reads a body of a request that is a form, or one text.
func (a *assessor) readWritten(media *spec.Media, mediaType string) {
	data := a.sent.Body.Data
	if len(data) == 0 {
		a.vague("the body is empty, which may be its absence")
		return
	}
	value, err := media.Decode(mediaType, data)
	if err != nil {
		a.vague("the body is no form that all readers take: %v", err)
		return
	}
	breaches, doubts := len(a.breach), len(a.doubts)
	if media.Kind().Form() {
		fields, _ := media.Fields(mediaType, data) // they have been read before
		a.readFields(media, wire.ByName(fields), value)
	} else {
		a.readText(media.Schema, "the body", string(data))
	}
	switch {
	case len(a.breach) > breaches:
		a.MarkBody(Wrong)
	case len(a.doubts) > doubts:
		a.MarkBody(Vague)
	default:
		a.Input.Body = media.Schema.Typed(value)
	}
}

// readFields holds the fields of a form to its members. Of what is not one text nothing
// is said but that it keeps to its schema.
func (a *assessor) readFields(media *spec.Media, texts map[string][]string, value any) {
	object, _ := value.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if media.Schema.Member(name) == nil {
			a.doubt("the form has %q, which the contract does not list", name)
		}
	}
	for _, m := range media.Schema.Members {
		v, there := object[m.Name]
		own := texts[m.Name]
		switch {
		case !there && m.Required && len(a.doubts) == 0:
			a.breaks(m.Schema.ID+".required", false, "the form's %s is mandatory and is missing", m.Name)
		case !there:
		case m.ReadOnly:
			a.doubt("the form's %s is only answered, and not to be sent", m.Name)
		case len(own) == 1 && !media.Part(m.Name).JSON && m.Schema.Type != "array" && !m.Schema.Object():
			a.readText(m.Schema, "the form's "+m.Name, own[0])
		case len(m.Schema.Check(v)) > 0:
			a.doubt("the form's %s is in a form that may be taken or refused", m.Name)
		}
	}
}

// readText holds one text to its schema.
func (a *assessor) readText(s *spec.Schema, where, text string) {
	if s.Content != "" || s.Format == "binary" {
		if len(s.Check(text)) > 0 {
			a.doubt("%s is a file that may be refused", where)
		}
		return
	}
	found := scalar(s, text)
	for _, v := range found.broken {
		a.breaks(v.Clause, a.inferred(v.Clause, found.otherCase), "%s %s", where, v.Message)
	}
	switch {
	case found.broken != nil:
	case found.doubt != "":
		a.doubt("%s %s", where, found.doubt)
	default:
		a.edge(s, where, found.value)
		if s.FromTarget {
			a.targets = append(a.targets, "body "+where+"="+text)
		}
	}
}
