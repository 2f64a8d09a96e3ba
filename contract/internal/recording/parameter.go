package recording

import (
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

func key(p *spec.Parameter) string { return p.In + " " + p.Name }

// nameOf gives "id (path)" of "path id=7".
func nameOf(named string) string {
	in, rest, _ := strings.Cut(named, " ")
	name, _, _ := strings.Cut(rest, "=")
	return name + " (" + in + ")"
}

func label(p *spec.Parameter) string { return p.Name + " (" + p.In + ")" }

// parameter reads one parameter. place is its index in the operation.
func (a *assessor) parameter(p *spec.Parameter, place int) {
	texts := a.r.texts(p, a.op.template, place)
	if len(texts) == 0 {
		a.absent(p)
		return
	}
	if p.FromTarget || p.Schema.Items != nil && p.Schema.Items.FromTarget {
		a.targets = append(a.targets, key(p)+"="+strings.Join(read(p, texts), ","))
	}
	switch named := key(p) + "=" + strings.Join(texts, ","); {
	case p.In == "path":
		a.path = append(a.path, named)
	case !p.Required:
		a.optional = append(a.optional, named)
	}
	found := a.values(p, texts)
	for _, x := range ambiguities {
		if others := x.others(p.Style(), texts); others != nil {
			found = agreed(found, a.values(p, others), x.what)
		}
	}
	switch {
	case found.broken != nil:
		a.known[key(p)] = wrong
		for _, v := range found.broken {
			a.breaks(v.Clause, a.inferred(v.Clause, found.otherCase), "%s%s %s", label(p), v.Where, v.Message)
		}
	case found.doubt != "":
		a.known[key(p)] = vague
		a.doubt("%s %s", label(p), found.doubt)
	default:
		a.group(p.In)[p.Name] = found.value
		a.edge(p.Schema, label(p), found.value)
	}
}

// agreed is what two readings of one value have in common.
func agreed(one, other reading, what string) reading {
	if one.broken != nil && other.broken != nil {
		return one
	}
	return doubtful(what)
}

func (a *assessor) group(in string) map[string]any {
	switch in {
	case "path":
		return a.input.Path
	case "query":
		return a.input.Query
	case "header":
		return a.input.Header
	default:
		return a.input.Cookie
	}
}

// absent judges that a parameter is not there. Recordings are stripped of headers
// and cookies, so only who sent the request can say that it had none.
func (a *assessor) absent(p *spec.Parameter) {
	stripped := (p.In == "header" || p.In == "cookie") && !a.r.complete
	switch like := a.alike(p); {
	case stripped:
		a.known[key(p)] = vague
		if p.Required {
			a.doubt("%s may be missing, or not recorded", label(p))
		}
	case like != "":
		a.known[key(p)] = vague
		a.doubt("the query has %q, which may be taken for %s", like, label(p))
	case p.Required:
		a.known[key(p)] = wrong
		a.breaks(p.ID+".required", false, "%s is mandatory and is missing", label(p))
	}
}

// alike gives a parameter of the query that may be taken for another one.
func (a *assessor) alike(p *spec.Parameter) string {
	if p.In != "query" {
		return ""
	}
	for _, name := range a.r.names {
		bare, _, _ := strings.Cut(name, "[")
		if name != p.Name && strings.EqualFold(plainName.Replace(bare), plainName.Replace(p.Name)) && a.op.Parameter("query", name) == nil {
			return name
		}
	}
	return ""
}

var plainName = strings.NewReplacer("_", "", "-", "", ".", "")

// unknownNames looks for parameters of the query that the operation does not
// have: servers may refuse or ignore them.
func (a *assessor) unknownNames() {
	for _, name := range a.r.names {
		if a.op.Parameter("query", name) == nil && !slices.Contains(a.op.schemes, name) {
			a.doubt("the query has %q, which the operation does not have", name)
		}
	}
}

// read gives the values that are in the texts of a parameter. Where they cannot be
// unescaped the request is unfit.
func read(p *spec.Parameter, texts []string) []string {
	if values, err := p.Style().ReadAll(texts); err == nil {
		return values
	}
	return texts
}

// values reads the texts of a parameter, as they are escaped.
func (a *assessor) values(p *spec.Parameter, escaped []string) reading {
	texts := read(p, escaped)
	if slices.ContainsFunc(texts, redacted) {
		return doubtful("may have been redacted")
	}
	switch {
	case p.In == "cookie" && strings.ContainsAny(strings.Join(escaped, ""), `%"+ `):
		return doubtful("is a cookie that servers unescape in different ways")
	case p.In != "path" && p.Style().Doubt(texts) != "": // a path has been looked at
		return doubtful("is in doubt: " + p.Style().Doubt(texts))
	case p.Schema.Type == "array":
		return a.list(p, escaped, texts)
	case len(texts) > 1:
		return repeated(p, texts)
	case texts[0] == "" && p.In == "query" && p.Required && !slices.Contains(p.Schema.Enum, any("")):
		return a.emptied(p)
	}
	return scalar(p.Schema, texts[0])
}

// repeated reads what is sent more than once and is no list: it is refused for
// certain only where none of the values would be taken.
func repeated(p *spec.Parameter, texts []string) reading {
	first := scalar(p.Schema, texts[0])
	for _, text := range texts {
		if scalar(p.Schema, text).broken == nil {
			return doubtful("is sent more than once")
		}
	}
	return first
}

// emptied is what is known of a mandatory parameter that is sent empty: where the
// empty text is valid, it may be taken for one.
func (a *assessor) emptied(p *spec.Parameter) reading {
	if c := a.model.Clause(p.ID + ".required"); c != nil && !c.Sourced() && p.TakesEmpty() {
		return doubtful(emptyText)
	}
	return reading{broken: []spec.Violation{{Clause: p.ID + ".required", Message: "is mandatory and is empty"}}}
}

// list reads a parameter of several values, which are escaped in its texts.
func (a *assessor) list(p *spec.Parameter, escaped, texts []string) reading {
	switch comma := func(text string) bool { return strings.Contains(text, ",") }; {
	case len(texts) == 1 && texts[0] == "" && p.In == "query" && p.Required:
		return a.emptied(p)
	case p.Style().Joined && len(escaped) > 1 && p.In != "header":
		return doubtful("is sent more than once")
	case !p.Style().Joined && slices.ContainsFunc(texts, comma):
		return doubtful("has a comma, at which it may be split")
	}
	items := p.Schema.Items
	if items == nil {
		items = &spec.Schema{Type: "string"}
	}
	values := make([]any, len(texts))
	var broken []spec.Violation
	for i, text := range texts {
		item := scalar(items, text)
		if item.doubt != "" {
			return doubtful(item.doubt)
		}
		broken = append(broken, item.broken...)
		values[i], _ = items.FromText(text)
	}
	if broken == nil {
		broken = p.Schema.Check(values)
	}
	if broken != nil {
		return reading{broken: broken}
	}
	return reading{value: p.Schema.Typed(values)}
}
