package target

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/placeholder"
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
	a := &applying{target: &out}
	out.Headers = maps.Clone(t.Headers)
	out.Values, out.OperationValues = maps.Clone(t.Values), maps.Clone(t.OperationValues)
	out.places, out.variables = slices.Clone(t.places), t.Variables()
	if s.URL != "" {
		a.url(s.URL)
	}
	for _, text := range s.Headers {
		a.header(text)
	}
	if s.Token != "" || s.User != "" {
		a.auth(s.Token, s.User)
	}
	for _, text := range s.Values {
		a.value(text)
	}
	out.given = s.beside(t.given)
	return &out, errors.Join(a.problems...)
}

// beside adds the settings to what is known of where a target is from.
func (s Settings) beside(g Given) Given {
	g.URL = cmp.Or(s.URL, g.URL)
	g.Headers, g.Withheld = slices.Clone(g.Headers), slices.Clone(g.Withheld)
	g.Values = append(slices.Clone(g.Values), s.Values...)
	for _, text := range s.Headers {
		if name, _, _ := strings.Cut(text, ":"); Telling(name) {
			g.Withheld = append(g.Withheld, Withheld{"header", name})
		} else {
			g.Headers = append(g.Headers, text)
		}
	}
	if s.Token != "" {
		g.Withheld = append(g.Withheld, Withheld{Kind: "token"})
	}
	if name, _, _ := strings.Cut(s.User, ":"); s.User != "" {
		g.Withheld = append(g.Withheld, Withheld{"user", name})
	}
	return g
}

// applying puts settings into a target.
type applying struct {
	target   *Target
	problems []error
}

func (a *applying) problem(format string, args ...any) {
	a.problems = append(a.problems, fmt.Errorf(format, args...)) //nolint:err113 // it is for people
}

// keeps reports whether a setting keeps to a part of the schema of target files,
// and says else why not.
func (a *applying) keeps(flag, part string, setting any) bool {
	c, err := newChecker()
	if err != nil {
		a.problems = append(a.problems, err)
		return false
	}
	faults := c.faults(c.parts[part], setting)
	for _, f := range faults {
		a.problem("%s %s", flag, f.message)
	}
	return len(faults) == 0
}

func (a *applying) url(text string) {
	if !a.keeps("--url", urlPart, text) {
		return
	}
	u, wrong := parseURL(text)
	if wrong != "" {
		a.problem("--url %s", wrong)
		return
	}
	if old := a.target.BaseURL; a.target.Name == "" || old != nil && a.target.Name == old.String() {
		a.target.Name = u.String()
	}
	a.target.BaseURL = u
}

// headerName is the name of a header (RFC 9110). What is none may be a secret.
var headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

func (a *applying) header(text string) {
	name, value, ok := strings.Cut(text, ":")
	if !ok || !headerName.MatchString(name) {
		a.problem("a header is not written as 'Name: value'; write -H 'Name: value'")
		return
	}
	name, value = http.CanonicalHeaderKey(name), strings.Trim(value, " \t")
	if !a.keeps("-H "+name, headersPart, map[string]any{name: value}) {
		return
	}
	if a.target.Headers == nil {
		a.target.Headers = map[string]auth.Secret{}
	}
	a.target.Headers[name] = auth.NewSecret(value)
}

// tokenVariable is the variable that command lines take the token of --token from.
const tokenVariable = "TOKEN"

func (a *applying) auth(token, user string) {
	given := Auth{AccessKey: a.target.Auth.AccessKey, Project: a.target.Auth.Project}
	if scheme, _, found := strings.Cut(token, " "); found && strings.EqualFold(scheme, "bearer") {
		a.problem("--token begins with %s, which the description has it sent with; give what follows it", scheme)
	} else if token != "" && a.keeps("--token", secretPart, token) {
		given.Token = auth.NewSecret(token)
		if a.target.variables[given.Token] == "" {
			a.target.named(given.Token, tokenVariable)
		}
	}
	if user != "" && a.keeps("--user", linePart, user) {
		name, password, ok := strings.Cut(user, ":")
		if !ok || name == "" {
			a.problem("--user is not written as NAME:PASSWORD")
		}
		given.Basic = &auth.Basic{User: name, Password: auth.NewSecret(password)}
	}
	a.target.Auth = given
}

func (a *applying) value(text string) {
	name, value, ok := strings.Cut(text, "=")
	if !ok || name == "" {
		a.problem("--value is %q; write NAME=VALUE, such as customer_id=c-1001", text)
		return
	}
	flag := "--value " + name
	if a.keeps(flag, textPart, value) {
		if err := placeholder.Check(value); err != nil {
			a.problem("%s: %w", flag, err)
		}
	}
	if a.target.Values == nil {
		a.target.Values = map[string]string{}
	}
	a.target.Values[name] = value
	for operation, own := range a.target.OperationValues {
		if _, there := own[name]; there {
			own = maps.Clone(own)
			delete(own, name)
			a.target.OperationValues[operation] = own
		}
	}
	a.target.places = append(a.target.places, place{key: "--value", parameter: name})
}
