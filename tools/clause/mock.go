package main

import (
	"context"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/prove"
	"github.com/apiclause/clause/contract/target"
	"github.com/apiclause/clause/fixtures/reference"
)

// maxSeed bounds a file of seed data, in bytes.
const maxSeed = 16 << 20

// mock says how serve behaves as a mock of a description.
type mock struct {
	token, user    string
	anyCredentials bool
	seedData       string
	latency        time.Duration
	most           int

	flags *pflag.FlagSet // its own
}

// add adds the flags of a mock.
func (m *mock) add(to *pflag.FlagSet) {
	flags := pflag.NewFlagSet("mock", pflag.ContinueOnError)
	flags.SortFlags = false
	flags.StringVar(&m.token, "token", "", "take `TOKEN` where the description wants a token or an API key (default: a made-up one, which is printed)")
	flags.StringVar(&m.user, "user", "", "take `NAME:PASSWORD` where it wants http basic (default: the name user, and the token)")
	flags.BoolVar(&m.anyCredentials, "any-credentials", false, "take any credentials that are not empty")
	flags.StringVar(&m.seedData, "seed-data", "", "have the things of `FILE` be there, JSON or YAML, by the paths of their collections")
	flags.DurationVar(&m.latency, "latency", 0, "let each answer take `DURATION` at least, such as 50ms")
	flags.IntVar(&m.most, "max-things", prove.DefaultMostThings, "keep `N` things of a collection at most")
	to.AddFlagSet(flags)
	m.flags = flags
}

// refuse refuses the flags of a mock where none is served.
func (m *mock) refuse() error {
	var err error
	m.flags.VisitAll(func(f *pflag.Flag) {
		if f.Changed && err == nil {
			err = usagef("--%s is for the mock of a description: name one, as in clause serve openapi.json, without --fault, --variant and --list", f.Name)
		}
	})
	return err
}

// options reads what the flags say.
func (m *mock) options() (o prove.MockOptions, err error) {
	switch {
	case m.latency < 0 || m.latency > time.Hour:
		return o, usagef("--latency is %s: give a time from 0 to 1h, such as 50ms", m.latency)
	case m.most < 1:
		return o, usagef("--max-things is %d: give 1 or more", m.most)
	}
	o.AnyCredentials, o.Latency, o.MostThings = m.anyCredentials, m.latency, m.most
	if o.Token = auth.NewSecret(m.token); m.token == "" {
		if o.Token, _, err = tokenToServe(); err != nil {
			return o, err
		}
	}
	if m.user != "" {
		name, password, found := strings.Cut(m.user, ":")
		if !found || name == "" || password == "" {
			return o, usagef("--user must be NAME:PASSWORD, such as anna:secret")
		}
		o.Basic = &auth.Basic{User: name, Password: auth.NewSecret(password)}
	}
	if m.seedData != "" {
		o.SeedName = m.seedData
		if o.Seed, err = readSeed(m.seedData); err != nil {
			return o, err
		}
	}
	return o, nil
}

func readSeed(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, usagef("--seed-data: %w: name a file that can be read", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxSeed+1))
	switch {
	case err != nil:
		return nil, usagef("--seed-data: %w: name a file that can be read", err)
	case len(data) > maxSeed:
		return nil, usagef("--seed-data: %s is larger than %d MiB: leave some of it out", path, maxSeed>>20)
	}
	return data, nil
}

// shower gives how secrets are shown that the mock takes: those that somebody gave are
// not.
func (m *mock) shower() shower {
	return func(name, secret string) string {
		switch {
		case name == "PASSWORD" && m.user != "", name != "PASSWORD" && m.token != "":
			return "${" + name + "}"
		case m.token != "":
			return "${TOKEN}" // which is the password, too
		case os.Getenv(tokenVariable) != "":
			return "${" + tokenVariable + "}"
		}
		return secret
	}
}

// serveMock starts a mock, and says how to call it and how to hold it to the contract.
func (d derived) serveMock(ctx context.Context, out io.Writer, address string, m mock) error {
	options, err := m.options()
	if err != nil {
		return err
	}
	c, err := d.load(ctx)
	if err != nil {
		return err
	}
	implementation, err := prove.Mock(c, options)
	switch {
	case err != nil && m.seedData != "":
		return usagef("the mock cannot be made:\n%s", strings.TrimSuffix(err.Error(), ": "+contract.ErrUsage.Error()))
	case err != nil:
		return exit{exitUsage, err}
	}
	listener, err := listen(ctx, address)
	if err != nil {
		return err
	}
	for i, left := range implementation.Left() {
		if i == maxKinds {
			say(out, "and more operations of which none can be made")
			break
		}
		say(out, "of %s no answer can be made: %s (warning)", printable(left.Operation), printable(left.Reason))
	}
	if err := d.explainMock(out, c, "http://"+reachable(listener.Addr()), implementation, m.shower()); err != nil {
		return err
	}
	return reference.Serve(ctx, listener, implementation.Handler)
}

// explainMock says how to hold a mock to its contract and how to call it. Where flags
// cannot say it, a target file does.
func (d derived) explainMock(out io.Writer, c *contract.Contract, base string, i *prove.Implementation, show shower) error {
	if d.targetFile != "" || len(i.Target.OperationValues) > 0 || i.Target.Auth.AccessKey != nil {
		if err := d.explain(out, c, "mock", base, i, show); err != nil {
			return err
		}
	} else {
		say(out, "Listening on %s (Ctrl-C ends it): mock of %s", base, c.File())
		words := []string{"clause", "verify", "--contract=" + shellWord(contract.DisplayName(d.contract))}
		words = append(append(words, d.overlayWords()...), "--url="+base)
		say(out, "Hold it to the contract with:\n  %s", strings.Join(append(words, mockWords(i.Target.Auth, show)...), " "))
	}
	if i.Example != nil {
		say(out, "Try:\n  %s", curlOf(base, i, show))
	}
	return nil
}

// mockWords gives the flags that give verify what a mock takes.
func mockWords(a target.Auth, show shower) []string {
	var words []string
	if !a.Token.Empty() {
		words = append(words, `--token="`+show("TOKEN", a.Token.Reveal())+`"`)
	}
	if a.Basic != nil {
		words = append(words, `--user="`+a.Basic.User+":"+show("PASSWORD", a.Basic.Password.Reveal())+`"`)
	}
	return words
}

// curlOf gives a command line that sends the example.
func curlOf(base string, i *prove.Implementation, show shower) string {
	hidden := func(text string) string {
		if token := i.Target.Auth.Token.Reveal(); token != "" {
			return strings.ReplaceAll(text, token, show("TOKEN", token))
		}
		return text
	}
	words := []string{"curl"}
	for _, name := range slices.Sorted(maps.Keys(i.Example.Header)) {
		value := i.Example.Header.Get(name)
		if basic := i.Target.Auth.Basic; basic != nil && strings.HasPrefix(value, "Basic ") {
			words = append(words, `-u "`+basic.User+":"+show("PASSWORD", basic.Password.Reveal())+`"`)
			continue
		}
		words = append(words, `-H "`+name+": "+hidden(value)+`"`)
	}
	return strings.Join(append(words, `"`+base+hidden(i.Example.URL.String())+`"`), " ")
}
