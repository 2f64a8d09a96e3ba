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

func (b body) form(n *source.Node) auth.Secret {
	form := url.Values{}
	for _, m := range n.Members() {
		form.Set(m.Name, b.member(m.Value, m.Name))
	}
	return auth.NewSecret(form.Encode())
}

func (b body) json(n *source.Node) auth.Secret {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(b.reader.json(n, "", b.value)); err != nil {
		b.problem(n, " cannot be written as JSON; write it otherwise")
	}
	return auth.NewSecret(strings.TrimSuffix(text.String(), "\n"))
}

// value makes a number or a text of a member.
func (b body) value(n *source.Node, name string) any {
	if n.Kind() != source.Number {
		return b.member(n, name)
	}
	if secretMembers.MatchString(name) {
		b.login.Secrets = append(b.login.Secrets, auth.NewSecret(n.Text()))
	}
	return json.Number(n.Text())
}

// member reads a text. It is secret because of its name, or because it comes from
// the environment; it is hidden if its name does not say that it is neither.
func (b body) member(n *source.Node, name string) string {
	f := b.filled(n, false)
	switch names := naming.MatchString(name); {
	case f.text == "":
	case secretMembers.MatchString(name), len(f.from) > 0 && !names:
		b.login.Secrets = append(b.login.Secrets, auth.NewSecret(f.text))
	case !names:
		b.of.incidental = append(b.of.incidental, auth.NewSecret(f.text))
	}
	return f.text
}
