package main

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/target"
)

// connection says on the command line where the target is and how to reach it.
type connection struct {
	settings target.Settings
	save     string
}

func (c *connection) addConnection(flags *pflag.FlagSet) {
	s := &c.settings
	flags.StringVar(&s.URL, "url", "",
		"the target is at `URL`, which the description's paths are appended to (default: the description's server, if it is on this machine)")
	flags.StringArrayVarP(&s.Headers, "header", "H", nil, "send a header, `'Name: value'`, with every request; may be repeated")
	flags.StringVar(&s.Token, "token", "", "authenticate with `TOKEN`, in the place where the description wants one")
	flags.StringVar(&s.User, "user", "", "authenticate with `NAME:PASSWORD` where the description wants http basic")
	flags.StringArrayVar(&s.Values, "value", nil,
		"use a value that is there at the target, `NAME=VALUE`, for the parameter or member of that name; may be repeated")
}

// given names the first flag that says something of a target, or gives "".
func (c *connection) given() string {
	for _, flag := range []struct {
		name  string
		given bool
	}{
		{"--url", c.settings.URL != ""},
		{"--header", len(c.settings.Headers) > 0},
		{"--token", c.settings.Token != ""},
		{"--user", c.settings.User != ""},
		{"--value", len(c.settings.Values) > 0},
		{"--save-target", c.save != ""},
	} {
		if flag.given {
			return flag.name
		}
	}
	return ""
}

// aim gives the target that the command line names: that of a file, that at a URL,
// or that at the description's server. It is nil where the reference is meant.
// toPlan tells that nothing will be sent.
func (f *verifyFlags) aim(toPlan bool) (*target.Target, error) {
	t := &target.Target{}
	switch c := f.config.Contract; {
	case f.target != "":
		if f.save != "" {
			return nil, usagef("--save-target writes what flags amount to, and --target names a file already: leave one out")
		}
		var err error
		if t, err = readTarget(f.target, toPlan); err != nil {
			return nil, err
		}
	case f.settings.URL != "":
	case f.contract == "":
		return nil, f.aimless()
	default:
		if server := target.LocalServer(c.Servers(), f.contract); server != "" {
			t.BaseURL, t.Name = mustParse(server), server
			break
		}
		if !f.positional && f.given() == "" && referenceServes(c, f.contract) == nil {
			return nil, nil //nolint:nilnil // it stands for the reference
		}
		if !toPlan {
			return nil, nowhere(c)
		}
		t = unknownTarget()
	}
	t, err := f.settings.Apply(t)
	if err != nil {
		return nil, usagef("%w", err)
	}
	return t, checkTarget(t, f.config.Contract)
}

// aimless refuses flags about a target where there is none but the reference.
func (f *verifyFlags) aimless() error {
	if flag := f.given(); flag != "" {
		return usagef("%s is about a target, and none is named: give --url URL or --target FILE", flag)
	}
	return nil
}

func mustParse(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil {
		panic(err) // it was a URL before
	}
	return u
}

// nowhere says that it is not known where the implementation of a contract is.
func nowhere(c *contract.Contract) error {
	const example = "http://127.0.0.1:8000"
	servers := c.Servers()
	if len(servers) == 0 {
		return usagef("where is the implementation? %s names no server: give --url, such as --url %s, or --target FILE", c.File(), example)
	}
	if strings.HasPrefix(servers[0], "/") {
		return usagef("where is the implementation? %s names the server %s without a host: give --url, such as --url %s, or --target FILE",
			c.File(), servers[0], strings.TrimSuffix(example+servers[0], "/"))
	}
	return usagef("where is the implementation? The server of %s, %s, is not on this machine: give --url with that, or with another, or --target FILE",
		c.File(), servers[0])
}

// advise says what of the flags may not be meant.
func (f *verifyFlags) advise(out io.Writer, t *target.Target) {
	c := f.config.Contract
	sayUnused(out, t, c)
	if f.settings.URL != "" {
		adviseURL(out, c, t)
	}
	token, basic := taken(c)
	if f.settings.Token != "" && !token {
		say(out, unsent, "--token", printable(c.File()), "a token", "Bearer ...")
	}
	if f.settings.User != "" && !basic {
		say(out, unsent, "--user", printable(c.File()), "a name and a password", "Basic ...")
	}
}

const unsent = "%s is not sent: no operation of %s has a security scheme that takes %s: " +
	"correct the description, or send it with -H 'Authorization: %s'"

// taken reports whether the operations of a contract take a token, and a name and a
// password.
func taken(c *contract.Contract) (token, basic bool) {
	for _, op := range c.Operations() {
		for _, scheme := range slices.Concat(op.Security...) {
			basic = basic || scheme.HTTP == "basic"
			token = token || scheme.HTTP != "basic" && !scheme.Signs
		}
	}
	return token, basic
}

// adviseURL says where --url differs from what the description says of servers, and
// that may be a mistake.
func adviseURL(out io.Writer, c *contract.Contract, t *target.Target) {
	var hosts, paths []string
	for _, text := range c.Servers() {
		u, err := url.Parse(text)
		if err != nil {
			continue
		}
		if u.Host != "" {
			hosts = append(hosts, u.Host)
		}
		if path := strings.TrimRight(u.Path, "/"); path != "" {
			paths = append(paths, path)
		}
	}
	if len(hosts) > 0 && !t.Loopback() && !slices.Contains(hosts, t.BaseURL.Host) {
		say(out, "--url names %s, which is no server of the description (%s): requests and credentials go to %[1]s alone",
			printable(t.BaseURL.Host), printable(strings.Join(hosts, ", ")))
	}
	if len(paths) > 0 && t.BaseURL.Path == "" {
		root := *t.BaseURL
		root.Path = paths[0]
		say(out, "the description's server has the path %s, and --url has none: if every path is answered with 404, give --url %s",
			printable(paths[0]), printable(root.String()))
	}
}

// saveTarget writes the target that the flags amount to into a file that is not
// there yet, and says how to use that.
func (f *verifyFlags) saveTarget(out io.Writer, t *target.Target) error {
	if f.save == "" {
		return nil
	}
	if t == nil {
		return usagef("--save-target writes what flags amount to, and none names a target: give --url URL")
	}
	var variables []string
	text, err := targetFile(t.Name, t.BaseURL.String(), t, func(name, _ string) string {
		if !slices.Contains(variables, name) {
			variables = append(variables, name)
		}
		return "${" + name + "}"
	})
	if err != nil {
		return err
	}
	file, err := os.OpenFile(f.save, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if os.IsExist(err) {
		return usagef("--save-target: %s is there already, and is not overwritten: name a file that is not there", f.save)
	}
	if err != nil {
		return usagef("--save-target: %w: name a file that can be written", err)
	}
	_, err = file.Write(text)
	if err = cmp.Or(err, file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", f.save, err)
	}
	say(out, "%s has the target: use it with --target %[1]s%s", printable(f.save), exported(variables))
	return nil
}

func exported(variables []string) string {
	if len(variables) == 0 {
		return ""
	}
	return ", and have " + strings.Join(variables, " and ") + " in the environment"
}

// spoken gives the words of a command line that say the same as the flags that were typed,
// secrets as variables of a shell.
func (c *connection) spoken(typed func(flag string) bool) []string {
	var words []string
	if c.settings.URL != "" && typed("url") {
		words = append(words, "--url="+shellWord(c.settings.URL))
	}
	if typed("header") {
		for _, text := range c.settings.Headers {
			words = append(words, headerWord(text))
		}
	}
	if c.settings.Token != "" && typed("token") {
		words = append(words, withheldWord("token", ""))
	}
	if name, _, _ := strings.Cut(c.settings.User, ":"); c.settings.User != "" && typed("user") {
		words = append(words, withheldWord("user", name))
	}
	if typed("value") {
		for _, text := range c.settings.Values {
			words = append(words, "--value="+shellWord(text))
		}
	}
	return words
}

// headerWord gives the word that has a header sent.
func headerWord(text string) string {
	name, value, _ := strings.Cut(text, ":")
	if target.Telling(name) {
		return withheldWord("header", name)
	}
	return "-H " + shellWord(name+":"+value)
}

// withheldWord gives the word of a command line that gives a secret, which is a variable
// of the shell: kind is as in a report.
func withheldWord(kind, name string) string {
	switch kind {
	case "token":
		return `--token="$TOKEN"`
	case "user":
		return "--user=" + shellWord(name+":") + `"$PASSWORD"`
	case "value":
		return "--value=" + shellWord(name+"=") + `"$` + variableOf(name) + `"`
	}
	return "-H " + shellWord(name+": ") + `"$` + variableOf(name) + `"`
}

// variableOf gives the environment variable for what a header holds.
func variableOf(header string) string {
	return strings.ToUpper(strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
			return c
		}
		return '_'
	}, http.CanonicalHeaderKey(header)))
}
