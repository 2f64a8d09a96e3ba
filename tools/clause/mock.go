package main

import (
	"context"
	"io"
	"net/http"
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

// mock says how serve behaves as a mock of a contract.
type mock struct {
	token, user    string
	anyCredentials bool
	seedData       string
	latency        time.Duration
}

// addMock adds the flags of a mock.
func (m *mock) addMock(flags *pflag.FlagSet) {
	flags.StringVar(&m.token, "token", "", "take `TOKEN` where the contract wants a token or an API key (default: that of CLAUSE_TOKEN, or one that is made up and printed)")
	flags.StringVar(&m.user, "user", "", "take `NAME:PASSWORD` where it wants http basic (default: user and the token)")
	flags.BoolVar(&m.anyCredentials, "any-credentials", false, "take all credentials that are not empty")
	flags.DurationVar(&m.latency, "latency", 0, "let each answer take `DURATION` at least")
}

// asked tells that a flag was given that goes with a description alone.
func (m *mock) asked() bool { return *m != mock{} }

// credentials gives what the mock takes, and how the secrets of it are shown.
func (m *mock) credentials() (o prove.MockOptions, show shower, err error) {
	if m.latency < 0 {
		return o, nil, usagef("--latency is %s: give a time that is not negative, such as 50ms", m.latency)
	}
	o.AnyCredentials, o.Latency = m.anyCredentials, m.latency
	show = openly
	if m.token != "" {
		o.Token, show = auth.NewSecret(m.token), asVariable
	} else {
		var shown string
		if o.Token, shown, err = tokenToServe(); err != nil {
			return o, nil, err
		}
		if strings.HasPrefix(shown, "$") {
			show = func(name, secret string) string { return asVariable(tokenVariable, secret) }
		}
	}
	if m.user != "" {
		name, password, found := strings.Cut(m.user, ":")
		if !found || name == "" || password == "" {
			return o, nil, usagef("--user must be NAME:PASSWORD")
		}
		o.Basic, show = &auth.Basic{User: name, Password: auth.NewSecret(password)}, asVariable
	}
	return o, show, nil
}

// asVariable shows the variable that a secret is in.
func asVariable(name, _ string) string { return "${" + name + "}" }

// serveMock starts a mock, and says how to call it and how to hold it to the contract.
func (d derived) serveMock(ctx context.Context, out io.Writer, address string, m mock) error {
	c, err := d.load(ctx)
	if err != nil {
		return err
	}
	options, show, err := m.credentials()
	if err != nil {
		return err
	}
	implementation, err := prove.Mock(c, options)
	if err != nil {
		return exit{exitUsage, err}
	}
	listener, err := listen(ctx, address)
	if err != nil {
		return err
	}
	_ = show
	if err := d.explain(out, c, "mock", "http://"+reachable(listener.Addr()), implementation.Target); err != nil {
		return err
	}
	return reference.Serve(ctx, listener, implementation.Handler)
}

var _ = []any{http.MethodGet, os.Args, slices.Contains[[]string, string], contract.Default, target.Load}
