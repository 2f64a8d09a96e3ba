package run

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/target"
)

// Runner sends cases to one target. It is safe for use by several goroutines.
type Runner struct {
	options Options
	target  *target.Target
	builder *builder
	network *network
	pacer   *pacer
	// secrets must not be shown; redactor looks for them, and for tokens that
	// are issued later.
	secrets  []auth.Secret
	redactor *auth.Redactor
	things   *things
	canary   canary
	alone    alone
	// spare is what is left of the budget for what is sent again.
	spare atomic.Int64
	// unknown is the answer to a path that cannot exist; nil until there is one.
	unknown atomic.Pointer[Fingerprint]
}

// New makes a runner. Close it in the end.
func New(model *spec.Contract, t *target.Target, o Options) (*Runner, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("run: %w", err)
	}
	base, err := baseOf(t, o.Handler != nil)
	if err != nil {
		return nil, fmt.Errorf("run: %w", err)
	}
	redactor := auth.NewRedactor()
	credentials, err := credentialsOf(model, o, &issuers{
		target: t, base: base, options: o, made: map[any]*issued{},
		// The variants of a token are its beginning, or differ in the case of letters,
		// which the redactor finds with it; and what is made up of its form alone.
		tell: func(token auth.Secret) { redactor.Learn(token) },
	})
	if err != nil {
		return nil, fmt.Errorf("run: %w", err)
	}
	network, err := networkTo(base, t, o)
	if err != nil {
		return nil, fmt.Errorf("run: %w", err)
	}
	r := &Runner{
		options: o, target: t, network: network, pacer: newPacer(o.Rate, realClock), redactor: redactor,
		builder: &builder{
			base: base, basePath: base.EscapedPath(), operations: operationsOf(model, t, o, credentials),
			nonce: cmp.Or(o.Nonce, rand.Text()),
		},
	}
	r.things = newThings(r)
	r.spare.Store(math.MaxInt64)
	r.secrets = t.Secrets()
	for _, name := range slices.Sorted(maps.Keys(credentials)) {
		r.secrets = append(r.secrets, credentials[name].secrets()...)
	}
	if proxy := network.proxy; proxy != nil && proxy.User != nil {
		password, _ := proxy.User.Password()
		r.secrets = append(r.secrets, auth.NewSecret(password))
	}
	r.redactor.Learn(r.secrets...)
	harmless := harmless(t, credentials)
	r.secrets = slices.DeleteFunc(r.secrets, func(s auth.Secret) bool { return slices.Contains(harmless, s) })
	return r, nil
}

// harmless are secrets that an answer may hold: the id of a key alone opens
// nothing, a password can be a word, and not all that is hidden need be.
func harmless(t *target.Target, credentials map[string]*credential) []auth.Secret {
	var ids []auth.Secret
	passwords := t.Auth.Passwords()
	for _, c := range credentials {
		if signer, ok := c.signer.(auth.KeySigner); ok {
			ids = append(ids, signer.Key.ID)
		}
		if c.user != nil {
			passwords = append(passwords, c.user.Password)
		}
	}
	ids = append(ids, t.Auth.Incidental()...)
	return append(ids, slices.DeleteFunc(passwords, func(s auth.Secret) bool { return !wordlike(s) })...)
}

// Secrets are the texts that no answer may hold: the target's, and what was made
// of its token for the cases that send wrong ones. What belongs to one request
// alone is in its Exchange.
func (r *Runner) Secrets() []auth.Secret { return slices.Clone(r.secrets) }

// Redactor looks for the secrets, and for tokens that are issued while the run
// goes on. It may be shared.
func (r *Runner) Redactor() *auth.Redactor { return r.redactor }

// Close closes the connections. What is under way ends first.
func (r *Runner) Close() { r.network.hangUp(true) }

// baseOf gives the URL that paths are appended to.
func baseOf(t *target.Target, inProcess bool) (*url.URL, error) {
	base := t.BaseURL
	if base == nil {
		if !inProcess {
			return nil, fmt.Errorf("target %s has no baseURL: say where it listens, such as http://127.0.0.1:9000", t.Name)
		}
		base = &url.URL{Scheme: "http", Host: "in-process"}
	}
	if (base.Scheme != "http" && base.Scheme != "https") || base.Hostname() == "" {
		return nil, errors.New("baseURL must be http://host:port/path or https://host:port/path")
	}
	if base.Path != "" && base.Path[0] != '/' {
		rooted := *base // a URL that was put together by hand
		rooted.Path, rooted.RawPath = "/"+base.Path, ""
		return &rooted, nil
	}
	return base, nil
}

func networkTo(base *url.URL, t *target.Target, o Options) (*network, error) {
	n := &network{address: hostPort(base), handler: o.Handler, maxBody: o.MaxBody}
	if o.Handler != nil {
		return n, nil
	}
	if base.Scheme == "https" {
		config, err := t.TLSConfig()
		if err != nil {
			return nil, err
		}
		n.tls = tlsFor(config, base.Hostname())
	}
	if t.Loopback() {
		return n, nil
	}
	proxy, err := o.Proxy(&http.Request{URL: base})
	if err != nil {
		return nil, errors.New("the proxy's URL cannot be read: correct HTTPS_PROXY or HTTP_PROXY") // It can hold a password.
	}
	if proxy != nil && proxy.Scheme != "http" && proxy.Scheme != "https" {
		return nil, fmt.Errorf("the proxy %s is of the kind %q: only http and https proxies can be used", proxy.Host, proxy.Scheme)
	}
	n.proxy = proxy
	return n, nil
}

// credentialsOf finds what the target gives for each of the contract's schemes.
func credentialsOf(model *spec.Contract, o Options, from *issuers) (map[string]*credential, error) {
	credentials := map[string]*credential{}
	for _, scheme := range model.Schemes {
		given := from.target.Auth.For(Described(scheme))
		signer := o.Signers[scheme.Name]
		if signer == nil {
			signer = signerOf(scheme, given, o.Now)
		}
		var tokens *issued
		if signer == nil && scheme.Signing == nil {
			var err error
			if tokens, err = from.of(given, scheme); err != nil {
				return nil, err
			}
		}
		if signer == nil && tokens == nil {
			signer = ownHeader(scheme, from.target)
		}
		c, err := newCredential(scheme, signer, tokens)
		if err != nil {
			return nil, err
		}
		credentials[scheme.Name] = c
	}
	for _, name := range slices.Sorted(maps.Keys(o.Signers)) {
		if credentials[name] == nil {
			return nil, fmt.Errorf("there are credentials for the scheme %q, which the contract does not have", name)
		}
	}
	return credentials, nil
}

// signerOf puts what is given for a scheme into requests; nil if that is nothing,
// or a token that is got first.
func signerOf(scheme *spec.Scheme, given target.Credential, now func() time.Time) auth.Signer {
	switch {
	case scheme.Signing != nil && given.AccessKey != nil:
		return auth.KeySigner{Signing: *scheme.Signing, Key: *given.AccessKey, Project: given.Project, Now: now}
	case scheme.Signing != nil:
		return nil
	case given.Basic != nil:
		return *given.Basic
	case !given.Token.Empty():
		token := carrierOf(scheme)
		token.Value = given.Token
		return token
	}
	return nil
}

func operationsOf(model *spec.Contract, t *target.Target, o Options, credentials map[string]*credential) map[string]*operation {
	operations := map[string]*operation{}
	for _, op := range model.Operations {
		made := &operation{id: op.ID, model: op, headers: headersFor(op, t, o), last: last(op)}
		for _, schemes := range op.Security {
			var alternative []*credential
			for _, s := range schemes {
				alternative = append(alternative, credentials[s.Name])
			}
			slices.SortStableFunc(alternative, func(a, b *credential) int { return rank(a) - rank(b) })
			made.alternatives = append(made.alternatives, alternative)
		}
		operations[op.ID] = made
	}
	return operations
}

// rank puts what is computed from the request last.
func rank(c *credential) int {
	if c.scheme.Signing != nil {
		return 1
	}
	return 0
}

// headersFor gives the headers of every request for an operation. A header that
// the operation has as a parameter is its cases' alone: the target's own would
// hide that a case leaves it out.
func headersFor(op *spec.Operation, t *target.Target, o Options) http.Header {
	h := headersOf(t)
	for name, value := range map[string]string{"User-Agent": o.UserAgent, "Accept": accept(op)} {
		if h[name] == nil {
			h[name] = []string{value}
		}
	}
	for _, p := range op.Parameters {
		if p.In == "header" {
			h.Del(p.Name)
		}
	}
	return h
}

// headersOf gives the target's own headers.
func headersOf(t *target.Target) http.Header {
	h := http.Header{}
	for name, value := range t.Headers {
		h[http.CanonicalHeaderKey(name)] = []string{value.Reveal()}
	}
	return h
}

// requestID is the header that tells a target's log from which case a request
// comes.
const requestID = "X-Request-Id"

// idOf makes the id of the request for a case at now: the same of the same, and
// no other request has it.
func idOf(c *plan.Case, now time.Time) string {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(c.ID))
	return "clause-" + strconv.FormatInt(now.Unix(), 36) + "-" + strconv.FormatUint(hash.Sum64(), 36)
}

// Options says how cases are sent. The zero value of each is a default.
type Options struct {
	// Jobs is how many requests may be under way at once; 1 by default, MaxJobs
	// at most.
	Jobs int
	// Rate is how many requests are sent in a second at most, those sent again
	// included; 0 for no limit.
	Rate float64
	// CaseTimeout bounds one exchange, from connecting to the answer's last
	// byte; 10 s by default. Waiting for the pace, or as a 429 asks, is not
	// part of it.
	CaseTimeout time.Duration
	// MaxWait is how long a 429 or 503 may ask to wait; 10 s by default. A case
	// that would have to wait longer is not sent again.
	MaxWait time.Duration
	// MaxBody bounds the body of an answer in bytes; 1 MiB by default.
	MaxBody int64
	// Seed permutes the order of sending within a technique, nothing else.
	Seed int64
	// UserAgent is sent with every request; "clause" by default.
	UserAgent string
	// Handler is the target if it is in this process; the network is not used.
	Handler http.Handler
	// Now is the clock for the times in requests; time.Now by default.
	Now func() time.Time
	// Signers put valid credentials into a request, by the name of the security
	// scheme. For a scheme whose credential is a token that travels as it is,
	// the target's token is used when there is none.
	Signers map[string]auth.Signer
	// Proxy says which proxy a request takes, as http.Transport's does;
	// http.ProxyFromEnvironment by default. A target on loopback never takes
	// one.
	Proxy func(*http.Request) (*url.URL, error)
	// Each is called with every exchange as soon as it is there, by the worker
	// that made it, before Await returns it. It may judge it and then drop its
	// body: without that, the answers of a whole run are in memory together.
	Each func(*Exchange)
	// Aside is called with what is sent beside the cases: to make and to end what they
	// are about, and to see whether the credentials are still good.
	Aside func(*Step)
	// Doubts reports of an exchange whether it would charge the target with what may come
	// from another client, or from a restart: the case is sent once more then, about what
	// is new. nil doubts none.
	Doubts func(*Exchange) bool
	// Nonce makes what {{unique}} stands for another than in other runs; "" draws one.
	Nonce string
}

// MaxJobs is the most that Options.Jobs can be: each of so many workers can have
// an answer in memory that is as long as an answer may be.
const MaxJobs = 100

// The defaults of Options.
const (
	defaultCaseTimeout = 10 * time.Second
	defaultMaxWait     = 10 * time.Second
	defaultMaxBody     = 1 << 20
	defaultUserAgent   = "clause"
)

// withDefaults fills in the defaults and says what cannot be used.
func (o Options) withDefaults() (Options, error) {
	switch {
	case o.Jobs < 0:
		return o, fmt.Errorf("jobs is %d: it is the number of requests under way at once, at least 1", o.Jobs)
	case o.Jobs > MaxJobs:
		return o, fmt.Errorf("jobs is %d: use at most %d, whose answers fit into memory together", o.Jobs, MaxJobs)
	case o.Rate < 0 || math.IsNaN(o.Rate) || math.IsInf(o.Rate, 0):
		return o, fmt.Errorf("rate is %v: it is a number of requests a second, 0 for no limit", o.Rate)
	case o.CaseTimeout < 0 || o.MaxWait < 0:
		return o, errors.New("a timeout is negative: it is a duration such as 30s")
	case o.MaxBody < 0:
		return o, fmt.Errorf("the limit of an answer's body is %d: it is a number of bytes", o.MaxBody)
	case !isFieldValue(o.UserAgent):
		return o, errors.New("the user agent holds a control character: remove it")
	}
	o.Jobs = max(o.Jobs, 1)
	o.CaseTimeout = orDefault(o.CaseTimeout, defaultCaseTimeout)
	o.MaxWait = orDefault(o.MaxWait, defaultMaxWait)
	o.MaxBody = orDefault(o.MaxBody, defaultMaxBody)
	o.UserAgent = orDefault(o.UserAgent, defaultUserAgent)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Proxy == nil {
		o.Proxy = http.ProxyFromEnvironment
	}
	return o, nil
}

func orDefault[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}
