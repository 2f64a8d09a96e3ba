package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/prove"
	"github.com/apiclause/clause/contract/target"
	"github.com/apiclause/clause/fixtures/reference"
)

// tokenVariable gives serve a token of one's own.
const tokenVariable = "CLAUSE_TOKEN"

func newServe() *cobra.Command {
	var address, failing string
	var d derived
	var m mock
	cmd := &cobra.Command{
		Use:   "serve [DESCRIPTION]",
		Short: "Start a mock of a description, or the reference implementation",
		Long: `Starts a mock of a description and prints how to call it and the clause verify
that holds it to the description. It keeps what is made: that can be read, listed,
changed and ended, and what was never made is not there. Lists honour limits,
pages, order, bounds and filters, where they are called so. --seed-data FILE has
things be there from the start:

  {"/pets": [{"id": 7, "name": "Rex"}], "/pets/7/visits": [{"reason": "a cough"}]}

Without a description it starts the reference implementation of the user usage
export and prints its URL and a curl line that works. Both end in good order on
Ctrl-C or SIGTERM.

The token is made up for the occasion and shown, unless CLAUSE_TOKEN gives one,
which is then not shown.

With --fail-project ID every valid request for that project fails inside and is
answered with 500, which is how a target file provokes one:

  provoke:
    "500": {path: {project_id: ID}}

With --fault NAME it starts an implementation that is derived from the contract
and wrong in one way, with --variant NAME one that keeps to the contract in its
own way, to see what the report says of it; --list names them all. What they need
in a target file is printed, or written to --target-file, and the clause verify
that holds it to the contract.

Exit codes: 0 it was ended by Ctrl-C or SIGTERM; 2 the address, a file or a flag
cannot be used; 3 it could not go on.`,
		Args: arguments(1, "one description"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := d.take(args); err != nil {
				return err
			}
			if d.named() && failing != "" || d.fault != "" && d.variant != "" {
				return usagef("--fault, --variant and --fail-project exclude each other: give one")
			}
			if d.contract != "" && !d.named() && !d.list && failing == "" {
				return d.serveMock(cmd.Context(), cmd.OutOrStdout(), address, m)
			}
			if err := m.refuse(); err != nil {
				return err
			}
			if d.asked() {
				return d.serve(cmd.Context(), cmd.OutOrStdout(), address)
			}
			return serve(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), address, failing)
		},
	}
	cmd.Flags().StringVar(&address, "addr", "127.0.0.1:9000", "listen on `ADDRESS`; port 0 takes a free one")
	cmd.Flags().StringVar(&failing, "fail-project", "", "fail inside on requests for the project `ID` (default: never)")
	cmd.Flags().StringVar(&d.fault, "fault", "", "start the faulty implementation called `NAME`")
	cmd.Flags().StringVar(&d.variant, "variant", "", "start the conforming implementation called `NAME`")
	cmd.Flags().BoolVar(&d.list, "list", false, "list the names for --fault and --variant")
	m.add(cmd.Flags())
	d.addContract(cmd.Flags(), "derive it from the contract in `FILE`, at a URL, or - (default: the user usage export as built into clause)")
	cmd.Flags().StringVar(&d.targetFile, "target-file", "", "write to `FILE` how to reach it")
	return cmd
}

func serve(ctx context.Context, out, logs io.Writer, address, failing string) error {
	token, shown, err := tokenToServe()
	if err != nil {
		return err
	}
	handler, err := reference.New(reference.Config{ //nolint:contextcheck // loading takes no time that one would cancel
		Token: token, Logger: slog.New(slog.NewJSONHandler(logs, nil)), InternalErrorProject: failing,
	})
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	listener, err := listen(ctx, address)
	if err != nil {
		return err
	}
	base := "http://" + reachable(listener.Addr())
	say(out, "Listening on %s (Ctrl-C ends it). Try:", base)
	say(out, "  curl -H \"X-Auth-Token: %s\" \"%s%s\"", shown, base, exampleRequest(time.Now()))
	return reference.Serve(ctx, listener, handler)
}

// tokenToServe gives the token and how a curl line shows it.
func tokenToServe() (token auth.Secret, shown string, err error) {
	text := os.Getenv(tokenVariable)
	switch {
	case text == "":
		text = newToken()
		return auth.NewSecret(text), text, nil
	case strings.TrimSpace(text) != text, strings.ContainsFunc(text, unicode.IsControl):
		return token, "", usagef("%s has blanks around it or holds a control character, which no header carries: remove them", tokenVariable)
	default:
		return auth.NewSecret(text), "$" + tokenVariable, nil
	}
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return nil, usagef("--addr is %q: use HOST:PORT, such as 127.0.0.1:9000", address)
	}
	listener, err := reference.Listen(ctx, address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, usagef("--addr: %w", err) // which says what to do
	case err != nil:
		return nil, usagef("--addr: %w: use HOST:PORT, such as 127.0.0.1:9000", err)
	}
	return listener, nil
}

// reachable gives the address that a client on this machine uses: "all
// interfaces" is none.
func reachable(address net.Addr) string {
	if tcp, ok := address.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
	}
	return address.String()
}

// exampleRequest is the target of a valid request: the last day.
func exampleRequest(now time.Time) string {
	now = now.UTC().Truncate(time.Hour)
	return "/v3/" + referenceProject + "/statistics/metrics/users/export?start_time=" +
		url.QueryEscape(now.AddDate(0, 0, -1).Format(time.RFC3339)) + "&end_time=" + url.QueryEscape(now.Format(time.RFC3339))
}

// startReference starts a reference on a free port of loopback.
func startReference(ctx context.Context) (*target.Target, func(), error) {
	credentials := newCredentials()
	handler, err := reference.New(reference.Config{ //nolint:contextcheck // loading takes no time that one would cancel
		Token: credentials.Token, AccessKeys: []auth.AccessKey{*credentials.AccessKey},
		Logger: slog.New(slog.DiscardHandler), InternalErrorProject: failingProject,
	})
	if err != nil {
		return nil, nil, exit{exitError, fmt.Errorf("start the reference: %w", err)}
	}
	listener, err := reference.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		return nil, nil, exit{exitError, fmt.Errorf("start the reference: %w", err)}
	}
	serving, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = reference.Serve(serving, listener, handler)
	}()
	stop := func() {
		cancel()
		<-done
	}
	return referenceTarget(listener.Addr().String(), credentials), stop, nil
}

// referenceServes refuses a contract that the reference does not implement. path
// is where the contract comes from; "" is the embedded one, which it does.
func referenceServes(c *contract.Contract, path string) error {
	if path == "" {
		return nil
	}
	embedded, err := embeddedContract()
	if err != nil {
		return err
	}
	implemented := map[string]bool{}
	for _, op := range embedded.Operations() {
		implemented[op.Method+" "+op.Path] = true
	}
	for _, op := range c.Operations() {
		if !implemented[op.Method+" "+op.Path] {
			return usagef("the reference does not implement %s %s of %s: name a target with --target", op.Method, op.Path, c.File())
		}
	}
	return nil
}

// derived says which implementation serve derives from a contract.
type derived struct {
	contractSource

	fault, variant, targetFile string
	list                       bool
}

// asked tells that any of its flags was given, named that an implementation was.
func (d derived) asked() bool {
	return d.named() || d.list || d.targetFile != "" || d.contract != "" || d.remoteRefs || len(d.overlays) > 0
}
func (d derived) named() bool { return d.fault != "" || d.variant != "" }

// serve starts a faulty implementation, or one that conforms in its own way, and
// says how to hold it to the contract.
func (d derived) serve(ctx context.Context, out io.Writer, address string) error {
	c, err := d.load(ctx)
	if err != nil {
		return err
	}
	name, kind := d.fault, kindFault
	switch {
	case d.list:
		return listProved(out, c)
	case d.variant != "":
		name, kind = d.variant, kindVariant
	case d.fault == "":
		return usagef("name a description, to serve a mock of it, or give --fault, --variant or --list; --fail-project goes with none of them")
	}
	implementation, err := proveHandler(c, name, kind)
	if err != nil {
		return err
	}
	listener, err := listen(ctx, address)
	if err != nil {
		return err
	}
	base := "http://" + reachable(listener.Addr())
	if err := d.explain(out, c, kind+" "+name, base, implementation, openly); err != nil {
		return err
	}
	return reference.Serve(ctx, listener, implementation.Handler)
}

// explain prints how to reach what is served, or writes it to a file.
func (d derived) explain(out io.Writer, c *contract.Contract, what, base string, i *prove.Implementation, show shower) error {
	text, err := targetFile(what, base, i.Target, show)
	if err != nil {
		return err
	}
	say(out, "Listening on %s (Ctrl-C ends it): %s of %s", base, what, c.File())
	if d.targetFile == "" {
		say(out, "Its target file:\n\n%s", text)
		say(out, "Save it as %s, and hold what is served to the contract with:\n  %s", savedAs, d.command(savedAs))
		return nil
	}
	if err := os.WriteFile(d.targetFile, text, 0o600); err != nil {
		return usagef("--target-file: %w: name a file that can be written", err)
	}
	say(out, "Hold it to the contract with:\n  %s", d.command(d.targetFile))
	return nil
}

// savedAs is what a target file is called that is printed alone.
const savedAs = "target.yaml"

// command is the command line that holds what is served to the contract that it
// was derived from.
func (d derived) command(targetFile string) string {
	words := []string{"clause", "verify"}
	if d.contract != "" {
		words = append(words, "--contract="+shellWord(contract.DisplayName(d.contract)))
	}
	words = append(words, d.overlayWords()...)
	return strings.Join(append(words, "--target="+shellWord(targetFile)), " ")
}

// The kinds of implementations that serve derives.
const (
	kindFault   = "fault"
	kindVariant = "variant"
)

// proveHandler makes the fault or variant of a contract that has a name, for
// serve.
func proveHandler(c *contract.Contract, name, kind string) (*prove.Implementation, error) {
	var names []string
	switch kind {
	case kindFault:
		faults, err := prove.Faults(c)
		if err != nil {
			return nil, exit{exitUsage, err}
		}
		for i := range faults {
			if faults[i].Name == name {
				return faults[i].Implementation()
			}
			names = append(names, faults[i].Name)
		}
	case kindVariant:
		variants, err := prove.Variants(c)
		if err != nil {
			return nil, exit{exitUsage, err}
		}
		for i := range variants {
			if variants[i].Name == name {
				return variants[i].Implementation()
			}
			names = append(names, variants[i].Name)
		}
	}
	return nil, usagef("--%s %q is none of %s: %s: see clause serve --list", kind, name, c.File(), didYouMean(name, names))
}

// listProved writes the names of all faults and variants of a contract, each with
// what it does, for serve --list.
func listProved(out io.Writer, c *contract.Contract) error {
	faults, err := prove.Faults(c)
	if err != nil {
		return exit{exitUsage, err}
	}
	variants, err := prove.Variants(c)
	if err != nil {
		return exit{exitUsage, err}
	}
	var b strings.Builder
	for _, v := range variants {
		fmt.Fprintf(&b, "--variant %s\n    %s\n", v.Name, v.Description)
	}
	for _, f := range faults {
		fmt.Fprintf(&b, "--fault %s\n    %s (%s, %s)\n", f.Name, f.Description, f.Level, f.Class)
	}
	if _, err := io.WriteString(out, b.String()); err != nil {
		return fmt.Errorf("list faults: %w", err)
	}
	return nil
}
