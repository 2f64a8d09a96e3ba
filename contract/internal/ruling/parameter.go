package ruling

import (
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
)

// parameter reads one parameter.
func (a *assessor) parameter(i int) {
	p := &a.op.Params[i]
	texts := a.sent.Texts(a.op, i)
	if len(texts) == 0 {
		a.absent(i)
		return
	}
	key := p.In + " " + p.Name
	if p.FromTarget || p.Schema.Items != nil && p.Schema.Items.FromTarget {
		a.targets = append(a.targets, key+"="+strings.Join(read(p, texts), ","))
	}
	switch named := key + "=" + strings.Join(texts, ","); {
	case p.In == "path":
		a.path = append(a.path, named)
	case !p.Required:
		a.optional = append(a.optional, named)
	}
	found := a.values(p, texts)
	for _, x := range ambiguities {
		if others := x.others(p.Style, texts); others != nil {
			found = agreed(found, a.values(p, others), x.what)
		}
	}
	switch {
	case found.broken != nil:
		a.Mark(i, Wrong)
		for _, v := range found.broken {
			where := p.Label + v.Where
			if p.Style.Kind == wire.Object || p.JSON {
				where = p.Within(v.Where)
			}
			a.breaks(v.Clause, a.inferred(v.Clause, found.otherCase), "%s %s", where, v.Message)
		}
	case found.doubt != "":
		a.Mark(i, Vague)
		a.doubt("%s %s", p.Label, found.doubt)
	default:
		a.Set(i, found.value)
		a.edge(p.Schema, p.Label, found.value)
	}
}

// agreed is what two readings of one value have in common.
func agreed(one, other reading, what string) reading {
	if one.broken != nil && other.broken != nil {
		return one
	}
	return doubtful(what)
}

// absent judges that a parameter is not there. Recordings are stripped of headers
// and cookies, so only who sent the request can say that it had none.
func (a *assessor) absent(i int) {
	p := &a.op.Params[i]
	stripped := (p.In == "header" || p.In == "cookie") && !a.sent.Complete
	switch like := a.alike(p); {
	case stripped:
		a.Mark(i, Vague)
		if p.Required {
			a.doubt("%s may be missing, or not recorded", p.Label)
		}
	case like != "":
		a.Mark(i, Vague)
		a.doubt("the query has %q, which may be taken for %s", like, p.Label)
	case p.Required && p.Style.Apart() && len(p.Schema.Check(map[string]any{})) == 0:
		a.Mark(i, Vague)
		a.doubt("%s is mandatory and may be there without members", p.Label)
	case p.Required:
		a.Mark(i, Wrong)
		a.breaks(p.ID+".required", false, "%s is mandatory and is missing", p.Label)
	}
}

// alike gives a parameter of the query that may be taken for another one.
func (a *assessor) alike(p *Param) string {
	if p.In != "query" {
		return ""
	}
	for _, name := range a.sent.Names {
		bare, _, _ := strings.Cut(name, "[")
		if name != p.Name && strings.EqualFold(plainName.Replace(bare), plainName.Replace(p.Name)) && !a.takes(name) {
			return name
		}
	}
	return ""
}

// takes reports whether the operation has a parameter that is sent under a name of
// the query.
func (a *assessor) takes(name string) bool {
	i, _ := a.op.Query(name)
	return i >= 0
}

var plainName = strings.NewReplacer("_", "", "-", "", ".", "")

// unknownNames looks for parameters of the query that the operation does not
// have: servers may refuse or ignore them.
func (a *assessor) unknownNames() {
	credentials := QueryCredentials(a.model)
	for _, name := range a.sent.Names {
		if !a.takes(name) && !slices.Contains(credentials, name) {
			a.doubt("the query has %q, which the operation does not have", name)
		}
	}
}

// read gives the values that are in the texts of a parameter. Where they cannot be
// unescaped the request is unfit.
func read(p *Param, texts []string) []string {
	if values, err := p.Style.ReadAll(texts); err == nil {
		return values
	}
	return texts
}

// values reads the texts of a parameter, as they are escaped.
func (a *assessor) values(p *Param, escaped []string) reading {
	texts := read(p, escaped)
	if slices.ContainsFunc(texts, Redacted) {
		return doubtful("may have been Redacted")
	}
	switch {
	case p.In == "cookie" && strings.ContainsAny(strings.Join(escaped, ""), `%"+ `):
		return doubtful("is a cookie that servers unescape in different ways")
	case p.In != "path" && p.Style.Doubt(texts) != "": // a path has been looked at
		return doubtful("is in doubt: " + p.Style.Doubt(texts))
	case p.JSON:
		return a.json(p, texts)
	case p.Style.Kind == wire.List:
		return a.list(p, escaped, texts)
	case p.Style.Kind == wire.Object:
		return a.object(p, escaped, texts)
	case len(texts) > 1:
		return repeated(p, texts)
	case texts[0] == "" && p.In == "query" && p.Required && !slices.Contains(p.Schema.Enum, any("")):
		return a.emptied(p)
	}
	return scalar(p.Schema, texts[0])
}

// repeated reads what is sent more than once and is no list: it is refused for
// certain only where none of the values would be taken.
func repeated(p *Param, texts []string) reading {
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
func (a *assessor) emptied(p *Param) reading {
	if c := a.model.Clause(p.ID + ".required"); c != nil && !c.Sourced() && p.TakesEmpty() {
		return doubtful(emptyText)
	}
	return reading{broken: []spec.Violation{{Clause: p.ID + ".required", Message: "is mandatory and is empty"}}}
}

// list reads a parameter of several values, which are escaped in its texts.
func (a *assessor) list(p *Param, escaped, texts []string) reading {
	switch comma := func(text string) bool { return strings.Contains(text, ",") }; {
	case len(texts) == 1 && texts[0] == "" && p.In == "query" && p.Required:
		return a.emptied(p)
	case p.Style.Joined() && len(escaped) > 1 && p.In != "header":
		return doubtful("is sent more than once")
	case !p.Style.Joined() && slices.ContainsFunc(texts, comma):
		return doubtful("has a comma, at which it may be split")
	}
	items := p.Schema.Items
	if items == nil {
		items = &spec.Schema{Type: "string"}
	}
	var broken []spec.Violation
	for _, text := range texts {
		item := scalar(items, text)
		if item.doubt != "" {
			return doubtful(item.doubt)
		}
		broken = append(broken, item.broken...)
	}
	if broken != nil {
		return reading{broken: broken}
	}
	value, broken := p.Decode(texts)
	return reading{value: value, broken: broken}
}

// object reads a parameter of members, which are apart or joined.
func (a *assessor) object(p *Param, escaped, texts []string) reading {
	switch {
	case p.Style.Joined() && len(escaped) > 1:
		return doubtful("is sent more than once")
	case len(texts)%2 != 0:
		return doubtful("has a name without a value, or the reverse")
	}
	var broken []spec.Violation
	for i := 0; i < len(texts); i += 2 {
		name, of := texts[i], p.Schema.MemberSchema(texts[i])
		switch m := p.Schema.Member(name); {
		case of == nil && !p.Schema.Closed:
			return doubtful("has the member " + name + ", which the contract does not list")
		case of == nil: // what Decode says
			continue
		case m != nil && !m.Writable():
			return doubtful("has the member " + name + ", of which OpenAPI does not say how it is written")
		case len(spec.MemberTexts(texts, name)) > 1:
			return doubtful("has the member " + name + " more than once")
		}
		member := scalar(of, texts[i+1])
		if member.doubt != "" {
			return doubtful("has a member " + name + " that " + member.doubt)
		}
		for _, v := range member.broken {
			v.Where = name
			broken = append(broken, v)
		}
	}
	if broken != nil {
		return reading{broken: broken}
	}
	value, broken := p.Decode(texts)
	return reading{value: value, broken: broken}
}

// json reads a parameter that is a JSON text.
func (a *assessor) json(p *Param, texts []string) reading {
	if len(texts) > 1 {
		return doubtful("is sent more than once")
	}
	if strings.TrimSpace(texts[0]) == "" {
		return doubtful(emptyText)
	}
	d := readJSON(p.ID, p.Schema, []byte(texts[0]))
	switch {
	case len(d.broken) > 0:
		for i := range d.broken {
			if d.broken[i].Clause == p.ID+".json" {
				d.broken[i].Clause = p.ID + ".type"
			}
		}
		return reading{broken: d.broken}
	case len(d.doubts) > 0:
		return doubtful("is a JSON text of which " + d.doubts[0])
	}
	return reading{value: d.value}
}
