package target

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/source"
)

// naming are names of members that say who logs in, to what and how: no secret.
var naming = regexp.MustCompile(
	`(?i)user|name|mail|login|account|tenant|domain|client_?id|grant|scope|type|realm|audience|device|platform|lang|locale`)

// secretMembers are names of members that hold a secret.
var secretMembers = regexp.MustCompile(`(?i)pass|pwd?$|secret|token|key|credential|otp|pin$`)

// body reads the body of a login, and what of it is secret.
type body struct {
	*reader

	login *auth.Login
	of    *Credential
}

func (b body) form(n *source.Node, what string) auth.Secret {
	form := url.Values{}
	b.mapping(n, what, func(key string, _ source.Member, v *source.Node) { form.Set(key, b.member(v, key, what+"."+key)) })
	return auth.NewSecret(form.Encode())
}

func (b body) json(n *source.Node, what string) auth.Secret {
	before := len(b.problems)
	value := b.value(n, "", what)
	if len(b.problems) > before {
		return auth.Secret{}
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		b.problemf(n.At().Line, "%s cannot be written as JSON; write it otherwise", what)
	}
	return auth.NewSecret(strings.TrimSuffix(text.String(), "\n"))
}

// value makes a value of JSON of a node. name is that of the member that it is, or
// is an element of.
func (b body) value(n *source.Node, name, what string) any {
	switch n.Kind() {
	case source.Mapping:
		object := map[string]any{}
		b.mapping(n, what, func(key string, _ source.Member, v *source.Node) { object[key] = b.value(v, key, what+"."+key) })
		return object
	case source.Sequence:
		list := make([]any, 0, n.Len())
		for _, element := range n.Items() {
			list = append(list, b.value(element, name, what))
		}
		return list
	case source.Null:
		return nil
	case source.Bool:
		return n.True()
	case source.Number:
		if secretMembers.MatchString(name) {
			b.login.Secrets = append(b.login.Secrets, auth.NewSecret(n.Text()))
		}
		return json.Number(n.Text())
	default:
		if b.isOdd(n) {
			b.notJSON(n, what)
		}
		return b.member(n, name, what)
	}
}

// member reads a text. It is secret because of its name, or because it comes from
// the environment; it is hidden if its name does not say that it is neither.
func (b body) member(n *source.Node, name, what string) string {
	before := len(b.expanded)
	text := b.anyText(n, what)
	switch names := naming.MatchString(name); {
	case text == "":
	case secretMembers.MatchString(name), len(b.expanded) > before && !names:
		b.login.Secrets = append(b.login.Secrets, auth.NewSecret(text))
	case !names:
		b.of.incidental = append(b.of.incidental, auth.NewSecret(text))
	}
	return text
}
