package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
	"github.com/apiclause/clause/openapi"
)

// contractSource says where a contract is.
type contractSource struct {
	contract   string // a file, a URL, or - for standard input; "" is the embedded one
	remoteRefs bool
	overlays   []string // files, URLs, or -
	// withoutConventions leaves out what is inferred of the answers of lists.
	withoutConventions bool

	positional bool // it is an argument, not a flag's value
	timeout    time.Duration
}

// take takes the contract from an argument, if there is one.
func (s *contractSource) take(args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case s.contract != "":
		return usagef("the description is given twice, as %s and by --contract: leave one out", contract.DisplayName(args[0]))
	}
	s.contract, s.positional = args[0], true
	return nil
}

// addContract adds the flags of a command that loads a contract.
func (s *contractSource) addContract(flags *pflag.FlagSet, usage string) {
	s.addDescription(flags, usage)
	flags.BoolVar(&s.withoutConventions, "no-conventions", false, "infer nothing about what lists answer from the names of parameters and members")
}

// addDescription adds those that name a description.
func (s *contractSource) addDescription(flags *pflag.FlagSet, usage string) {
	flags.StringVar(&s.contract, "contract", "", usage)
	s.addOverlays(flags, "the description")
	s.addRefs(flags)
}

func (s *contractSource) addOverlays(flags *pflag.FlagSet, what string) {
	flags.StringArrayVar(&s.overlays, "overlay", nil,
		"lay an OpenAPI overlay over "+what+": a `FILE`, a URL, or -; may be repeated, and the order counts")
}

func (s *contractSource) addRefs(flags *pflag.FlagSet) {
	flags.BoolVar(&s.remoteRefs, "remote-refs", false, "follow what the contract refers to on other hosts")
}

// withOverlays adds the overlays to the files that a command reads.
func (s *contractSource) withOverlays(all ...input) []input {
	for _, name := range s.overlays {
		all = append(all, input{"the file of --overlay", name})
	}
	return all
}

// load reads the contract named by a flag, or the embedded one.
func (s *contractSource) load(ctx context.Context) (*contract.Contract, error) {
	switch {
	case s.contract == "" && len(s.overlays) > 0:
		return nil, usagef("--overlay changes a description, and none is named: name it before, as in clause lint openapi.json --overlay %s",
			shellWord(contract.DisplayName(s.overlays[0])))
	case s.contract == "":
		return embeddedContract()
	}
	c, err := contract.LoadFrom(ctx, s.contract, contract.Source{RemoteRefs: s.remoteRefs, Overlays: s.overlays, Timeout: s.timeout})
	if err == nil && s.withoutConventions {
		c = c.WithoutConventions()
	}
	return c, err
}

func embeddedContract() (*contract.Contract, error) {
	data, err := openapi.Files.ReadFile(openapi.Default)
	if err != nil {
		return nil, fmt.Errorf("read the embedded contract: %w", err)
	}
	return contract.Load("openapi/"+openapi.Default, data)
}

// readTarget reads a target file. Where nothing will be sent, the environment need
// not have its secrets.
func readTarget(path string, toPlan bool) (*target.Target, error) {
	load := target.Load
	if toPlan {
		load = target.LoadToPlan
	}
	t, err := load(path)
	var problems *target.ListError
	switch {
	case err == nil:
		return t, nil
	case errors.As(err, &problems):
		return nil, usagef("--target cannot be used:\n%w", err)
	default:
		return nil, usagef("--target: %w: name a target file: clause verify --help shows one", err)
	}
}

// checkTarget holds a target to the contract that it is for.
func checkTarget(t *target.Target, c *contract.Contract) error {
	if err := t.Check(c.Places()); err != nil {
		return usagef("--target cannot be used:\n%w", err)
	}
	return nil
}

// sayUnused says which values of a target nothing uses.
func sayUnused(out io.Writer, t *target.Target, c *contract.Contract) {
	for _, p := range t.Unused(c.Places()) {
		say(out, "%s (warning)", printable(p.String()))
	}
	for i, u := range c.UnusedValues(t) {
		if i == maxKinds {
			say(out, "and more values that are not used")
			break
		}
		say(out, "the target's value for %s of %s is not used: %s (warning)", printable(u.Place), printable(u.Operation), printable(u.Reason))
	}
}

// loadKnown reads a list of known failures; nil when none is named.
func loadKnown(path string) (*report.KnownFailures, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // no list is no failure that is known
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, usagef("--known: %w: name a file that can be read", err)
	}
	known, err := report.ParseKnown(path, data)
	if err != nil {
		return nil, usagef("--known cannot be used:\n%w", err)
	}
	return known, nil
}

const (
	// referenceName is what reports call the reference.
	referenceName = "reference implementation"
	// referenceProject is the project that the reference is tried with.
	referenceProject = "2b31ed520aaaaaaebedb6e57bbbbbbbb"
	// failingProject makes a reference fail inside that was asked to.
	failingProject = "trigger-500"
	// defaultEnterpriseProject is there for every customer.
	defaultEnterpriseProject = "0"
)

// referenceTarget describes a reference that listens at address.
func referenceTarget(address string, credentials target.Auth) *target.Target {
	return &target.Target{
		Name:    referenceName,
		BaseURL: &url.URL{Scheme: "http", Host: address},
		Values:  map[string]string{"project_id": referenceProject, "enterprise_project_id": defaultEnterpriseProject},
		Auth:    credentials,
		Provoke: map[string]target.Provoke{"500": {Path: map[string]string{"project_id": failingProject}}},
	}
}

// unknownTarget stands for a target of which nothing is known but that it takes
// credentials: what else its file has to give shows in the reasons for skipping.
func unknownTarget() *target.Target {
	credentials := newCredentials()
	credentials.Basic = &auth.Basic{User: "user", Password: credentials.Token}
	return &target.Target{
		Name:    "any target",
		BaseURL: &url.URL{Scheme: "http", Host: "127.0.0.1:0"},
		Auth:    credentials,
	}
}

// newCredentials makes up throw-away credentials of each kind.
func newCredentials() target.Auth {
	return target.Auth{
		Token:     auth.NewSecret(newToken()),
		AccessKey: &auth.AccessKey{ID: auth.NewSecret(rand.Text()), Secret: auth.NewSecret(rand.Text())},
		Project:   referenceProject,
	}
}

// newToken makes up a throw-away token.
func newToken() string { return "token-" + strings.ToLower(rand.Text()) }

// orDescribed adds to a hint how the same is asked of another description, where
// none was named: what is looked for may well be in the user's own.
func (s *contractSource) orDescribed(hint, command string) string {
	if s.contract != "" {
		return hint
	}
	return hint + "; for a description of your own: " + command
}

// overlayWords gives the words of a command line that say how the description is
// changed before it is used.
func (s *contractSource) overlayWords() []string {
	var words []string
	for _, name := range s.overlays {
		words = append(words, "--overlay="+shellWord(contract.DisplayName(name)))
	}
	if s.withoutConventions {
		words = append(words, "--no-conventions")
	}
	return words
}

// shellWord quotes what a shell would not take as it is.
func shellWord(text string) string { return report.ShellWord(text) }
