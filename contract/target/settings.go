package target

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/source"
)

// Settings are what a command line says of a target: in place of a file, or beside
// one. Each text has the form of its flag. Unlike in a file, ${NAME} means nothing
// in them.
type Settings struct {
	// URL is the target's baseURL; "" leaves that as it is.
	URL string
	// Headers are "Name: value". Each replaces the header of that name.
	Headers []string
	// Token and User, "name:password", replace all that is under auth but an access
	// key.
	Token, User string
	// Values are "name=value". Each replaces the value of that name, those of single
	// operations included.
	Values []string
}

// Apply gives the target with the settings. The error has a line for each that
// cannot be used, and quotes no secret. t is not changed.
func (s Settings) Apply(t *Target) (*Target, error) {
	out := *t
	r := &reader{target: &out}
	if s.URL != "" {
		s.url(r)
	}
	out.Headers = maps.Clone(t.Headers)
	for _, text := range s.Headers {
		r.headerSetting(text)
	}
	s.auth(r)
	out.Values, out.OperationValues = maps.Clone(t.Values), maps.Clone(t.OperationValues)
	out.places = slices.Clone(t.places)
	for _, text := range s.Values {
		r.valueSetting(text)
	}
	return &out, r.complaints()
}

// complaints gives the problems as one error, without a file and its lines.
func (r *reader) complaints() error {
	all := make([]error, len(r.problems))
	for i, p := range r.problems {
		all[i] = errors.New(p.Message) //nolint:err113 // it is for people
	}
	return errors.Join(all...)
}

// setting is the node of a text that stands for itself.
func setting(text string) *source.Node {
	return source.NewText(strings.ReplaceAll(text, "${", "$${"))
}

func (s Settings) url(r *reader) {
	before := len(r.problems)
	u := r.url(setting(s.URL), "--url", "http://127.0.0.1:9000")
	if len(r.problems) > before {
		return
	}
	if old := r.target.BaseURL; r.target.Name == "" || old != nil && r.target.Name == old.String() {
		r.target.Name = u.String()
	}
	r.target.BaseURL = u
}

func (r *reader) headerSetting(text string) {
	name, value, ok := strings.Cut(text, ":")
	if !ok || !headerName.MatchString(name) {
		r.problemf(0, "a header is not written as 'Name: value'; write -H 'Name: value'") // it may be a secret
		return
	}
	headers := map[string]string{}
	r.header(headers, "-H", name, 0, setting(strings.Trim(value, " \t")))
	for name, value := range headers {
		if r.target.Headers == nil {
			r.target.Headers = map[string]auth.Secret{}
		}
		r.target.Headers[name] = auth.NewSecret(value)
	}
}

func (s Settings) auth(r *reader) {
	if s.Token == "" && s.User == "" {
		return
	}
	a := Auth{AccessKey: r.target.Auth.AccessKey, Project: r.target.Auth.Project}
	if scheme, _, found := strings.Cut(s.Token, " "); found && strings.EqualFold(scheme, "bearer") {
		r.problemf(0, "--token begins with %s, which the description has it sent with; give what follows it", scheme)
	} else if s.Token != "" {
		a.Token = auth.NewSecret(r.secretLine(setting(s.Token), "--token"))
	}
	if s.User != "" {
		user, password, ok := strings.Cut(r.line(setting(s.User), "--user"), ":")
		if !ok || user == "" {
			r.problemf(0, "--user is not written as NAME:PASSWORD")
		}
		a.Basic = &auth.Basic{User: user, Password: auth.NewSecret(password)}
	}
	r.target.Auth = a
}

func (r *reader) valueSetting(text string) {
	name, value, ok := strings.Cut(text, "=")
	if !ok || name == "" {
		r.problemf(0, "--value is %q; write NAME=VALUE, such as customer_id=c-1001", text)
		return
	}
	what := fmt.Sprintf("--value %s", name)
	if r.target.Values == nil {
		r.target.Values = map[string]string{}
	}
	r.target.Values[name] = r.value(setting(value), what)
	for operation, own := range r.target.OperationValues {
		if _, there := own[name]; there {
			own = maps.Clone(own)
			delete(own, name)
			r.target.OperationValues[operation] = own
		}
	}
	r.target.places = append(r.target.places, place{key: "--value", parameter: name})
}
