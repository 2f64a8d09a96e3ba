package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/plan"
)

// The waits between two attempts to find a target that is still starting.
const (
	firstKnock = 50 * time.Millisecond
	lastKnock  = time.Second
)

// maxTries is how many cases a preflight sends beyond the first.
const maxTries = 5

// Tried is what a preflight sent, and what came back.
type Tried struct {
	// Exchanges are those of the cases that were tried, in the order of sending.
	Exchanges []Exchange
	// Probe is what was asked of a path that cannot exist, nil if nothing was, and
	// Probed its exchange. It is no case of the plan.
	Probe  *plan.Case
	Probed Exchange
}

// preflight is one under way.
type preflight struct {
	*Runner

	cases []plan.Case
	order []int
	left  int // how many more may be sent
	tried Tried
}

// Preflight sends the first case of an order, and says what keeps the target from
// being tested at all: one Diagnosis in place of a failure for each case. It is
// nil when the answers are worth judging, be they right or wrong. A target that is
// not there yet, as one that is still starting, is waited for; with wait 0 it is
// not.
//
// An answer that a target may well give to one request, such as 404 or 401, stops
// nothing by itself: then up to five of the other cases are tried, and a path that
// cannot exist. A first case that has not to be accepted says only whether the
// target can be reached.
func (r *Runner) Preflight(ctx context.Context, cases []plan.Case, order []int, wait time.Duration) (Tried, *Diagnosis) {
	p := &preflight{Runner: r, cases: cases, order: order, left: maxTries}
	p.tried.Exchanges = append(make([]Exchange, 0, 1+maxTries), r.knock(ctx, &cases[order[0]], order[0], wait))
	d := p.examine(ctx)
	if d != nil {
		d.Message = r.shown(d.Message, p.tried.Exchanges)
	}
	return p.tried, d
}

// knock sends the first case until the target is there, or the wait is over.
func (r *Runner) knock(ctx context.Context, c *plan.Case, index int, wait time.Duration) Exchange {
	deadline := r.pacer.clock.now().Add(wait)
	if wait > 0 && len(r.Issuers(c)) > 0 {
		r.listening(ctx, deadline) // Who issues tokens may be starting as well, and is asked in vain but once.
	}
	for knock := firstKnock; ; knock = min(2*knock, lastKnock) {
		e := r.exchange(ctx, c, index)
		if !absent(&e) || !r.pacer.clock.now().Add(knock).Before(deadline) || !r.pacer.clock.sleep(ctx, knock) {
			return e
		}
	}
}

// listening waits until the target takes a connection.
func (r *Runner) listening(ctx context.Context, deadline time.Time) {
	for knock := firstKnock; ; knock = min(2*knock, lastKnock) {
		limited, cancel := context.WithTimeout(ctx, r.options.CaseTimeout)
		l, err := r.network.dial(limited)
		cancel()
		if err == nil {
			l.close()
			return
		}
		if !r.pacer.clock.now().Add(knock).Before(deadline) || !r.pacer.clock.sleep(ctx, knock) {
			return
		}
	}
}

// absent reports whether it looks as if the target were still starting: no
// connection, or one on which nothing comes; or a gateway before it says so.
func absent(e *Exchange) bool {
	if e.Got != nil {
		return slices.Contains([]int{http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}, e.Got.Status)
	}
	switch e.Problem.Kind {
	case Unreachable, Deadline:
		return true
	case Malformed:
		return errors.Is(e.Problem, errSilent)
	case TLS:
		var broken *net.OpError
		return errors.Is(e.Problem, io.EOF) || errors.As(e.Problem, &broken) && broken.Op != remoteError
	default:
		return false
	}
}

// examine diagnoses the first answer, with the help of others.
func (p *preflight) examine(ctx context.Context) *Diagnosis {
	c, e := p.at(0)
	if e.Problem != nil {
		if e.Problem.Kind == Deadline && accepting(c) {
			// One operation may be slow: it is the target if another one is, too.
			other, ok := p.try(ctx, func(c *plan.Case) bool { return accepting(c) && p.anew(c, samePath) })
			if ok && other.Got != nil {
				return nil
			}
		}
		return p.failed(ctx, e)
	}
	expected := fulfils(c, e.Got.Status)
	if !expected {
		if d := p.onTheWay(ctx, e); d != nil {
			return d
		}
	}
	if !accepting(c) {
		return nil
	}
	var d *Diagnosis
	switch {
	case expected:
	case missing(e):
		d = p.misplaced(ctx)
	case unauthorizing(e):
		return p.unauthorized(ctx)
	case p.strays(c, e):
		d = p.redirected(ctx)
	}
	if d != nil {
		return d
	}
	return p.unproven(ctx)
}

// unproven looks at the credentials where no case has shown that they are good,
// and tries one with them if there was none.
func (p *preflight) unproven(ctx context.Context) *Diagnosis {
	sent := false
	for n := range p.tried.Exchanges {
		c, e := p.at(n)
		if authenticated(c) && !unauthorizing(e) {
			return nil
		}
		sent = sent || authenticated(c)
	}
	if !sent {
		e, ok := p.try(ctx, func(c *plan.Case) bool { return accepting(c) && authenticated(c) })
		if !ok || !unauthorizing(&e) {
			return nil
		}
	}
	return p.unauthorized(ctx)
}

// at returns the case that was tried as number n, and its exchange.
func (p *preflight) at(n int) (*plan.Case, *Exchange) {
	e := &p.tried.Exchanges[n]
	return &p.cases[e.Case], e
}

// try sends the next case that suits, if there is one and it may be sent: safe
// methods first, and nothing that could end what the others need.
func (p *preflight) try(ctx context.Context, suits func(*plan.Case) bool) (Exchange, bool) {
	if p.left == 0 || ctx.Err() != nil {
		return Exchange{}, false
	}
	for _, safe := range []bool{true, false} {
		for _, i := range p.order {
			c := &p.cases[i]
			if plan.Safe(c.Request.Method) != safe || severs(&c.Request) || p.has(i) || !suits(c) {
				continue
			}
			p.left--
			e := p.exchange(ctx, c, i)
			p.tried.Exchanges = append(p.tried.Exchanges, e)
			return e, true
		}
	}
	return Exchange{}, false
}

func (p *preflight) has(i int) bool {
	return slices.ContainsFunc(p.tried.Exchanges, func(e Exchange) bool { return e.Case == i })
}

// anew reports whether no case like one was tried.
func (p *preflight) anew(c *plan.Case, like func(a, b *plan.Case) bool) bool {
	return !slices.ContainsFunc(p.tried.Exchanges, func(e Exchange) bool { return like(c, &p.cases[e.Case]) })
}

// fulfils reports whether a status is what the contract wants for a case. With
// documented and demandsCredentials it is all that a preflight knows of that.
func fulfils(c *plan.Case, status int) bool { return c.Expect.Allows(strconv.Itoa(status)) }

// documented reports whether the contract names a status for a case's operation,
// or its range.
func (r *Runner) documented(c *plan.Case, status int) bool {
	op := r.builder.operations[c.Operation]
	if op == nil || op.model == nil {
		return false
	}
	text := strconv.Itoa(status)
	for _, response := range op.model.Responses {
		if response.Status == text || response.Status == text[:1]+"XX" {
			return true
		}
	}
	return false
}

// accepting reports whether a case has to be accepted.
func accepting(c *plan.Case) bool { return c.Expect.Outcome == plan.Accepted }

// authenticated reports whether a case carries the right credentials.
func authenticated(c *plan.Case) bool {
	return c.Request.Credential.Scheme != "" && c.Request.Credential.Variant == plan.Valid
}

// demandsCredentials reports whether a case lacks credentials, for which a target
// may not answer that there is no such thing.
func demandsCredentials(c *plan.Case) bool {
	return c.Expect.Outcome == plan.Refused && c.Technique == plan.Authentication && c.Request.Credential.Variant == plan.None &&
		!fulfils(c, http.StatusNotFound)
}

// unknownPath cannot exist: it was drawn once.
const unknownPath = "/clause-no-such-path-7d41c0b95e2f4a86"

// Unknown returns the fingerprint of the answer to a path that cannot exist, nil
// if none was asked for or none came.
func (r *Runner) Unknown() *Fingerprint { return r.unknown.Load() }

// LearnUnknown asks for a path that cannot exist, with the headers and credentials
// of a case, for Unknown to return what came. The case that it gives back says what
// was sent; it is in no plan.
func (r *Runner) LearnUnknown(ctx context.Context, of *plan.Case) (*plan.Case, Exchange) {
	probe := &plan.Case{
		ID: "no-such-path", Operation: of.Operation, Technique: of.Technique,
		Request: plan.Request{Method: http.MethodGet, Path: unknownPath, Credential: of.Request.Credential},
		// Whatever comes is an answer.
		Expect: plan.Expect{Outcome: plan.Either, Statuses: []string{"1XX", "2XX", "3XX", "4XX", "5XX"}},
	}
	if of.Request.Method == http.MethodHead {
		probe.Request.Method = http.MethodHead
	}
	for _, p := range of.Request.Parameters {
		if p.In == "header" || p.In == "cookie" {
			probe.Request.Parameters = append(probe.Request.Parameters, p)
		}
	}
	e := r.exchange(ctx, probe, -1)
	if found, ok := FingerprintOf(&e); ok && e.Problem == nil {
		r.unknown.Store(&found)
	}
	return probe, e
}

// missing reports whether an answer says that there is nothing at a path.
func missing(e *Exchange) bool {
	return e.Problem == nil && slices.Contains([]int{http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone}, e.Got.Status)
}

// enough is how much has to speak against a target before it is not tested.
const enough = 3

// misplaced tells a path of baseURL that is wrong from a thing that is not there.
// It is wrong if all answers are like that to a path that cannot exist, and not
// every one of them may be about a thing.
func (p *preflight) misplaced(ctx context.Context) *Diagnosis {
	c, e := p.at(0)
	p.tried.Probe, p.tried.Probed = p.LearnUnknown(ctx, c)
	unknown := p.Unknown()
	if unknown == nil || !unknown.Matches(e) {
		return nil
	}
	evidence := p.weight(c, e.Got.Status)
	otherPath := func(c *plan.Case) bool { return accepting(c) && p.anew(c, samePath) }
	for p.left > 1 || evidence >= enough { // one is left for what follows
		other, ok := p.try(ctx, otherPath)
		if !ok {
			break
		}
		if !unknown.Matches(&other) {
			return nil
		}
		evidence += p.weight(&p.cases[other.Case], other.Got.Status)
	}
	if evidence < enough {
		// Who serves an operation says so to a request without credentials.
		if other, ok := p.try(ctx, demandsCredentials); ok && unknown.Matches(&other) {
			evidence = enough
		}
	}
	if evidence < enough || ended(ctx) {
		return nil
	}
	return &Diagnosis{
		WrongPath, answeredAs(e, "every path that was tried is answered like one that does not exist"),
		"correct the path of baseURL, to which the contract's paths are appended, or what is given under values",
	}
}

// weight is how much an answer that there is no such path, or no right to it, says
// of the whole target, enough or less. A thing that was made up need not exist, and
// a status that is documented may be lawful.
func (p *preflight) weight(c *plan.Case, status int) int {
	values, documented := p.pathOf(c), p.documented(c, status)
	switch {
	case values == madeUpValues:
		return 0
	case !p.invented(c) && (!documented || values == vouchedValues), values == vouchedValues && !documented:
		return enough
	default:
		return 1
	}
}

func samePath(a, b *plan.Case) bool { return a.Request.Path == b.Request.Path }

// redirects are the statuses whose Location is where the request should go.
var redirects = []int{
	http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect,
}

// strays reports whether an answer says that the API is elsewhere: a redirect that
// the contract does not document, to another host or scheme, or to a path that
// differs in its beginning or its last slash alone.
func (p *preflight) strays(c *plan.Case, e *Exchange) bool {
	if e.Problem != nil || !slices.Contains(redirects, e.Got.Status) || fulfils(c, e.Got.Status) || p.documented(c, e.Got.Status) {
		return false
	}
	from, to, ok := led(e)
	if !ok {
		return false
	}
	was, is := strings.TrimSuffix(from.Path, "/"), strings.TrimSuffix(to.Path, "/")
	return !sameServer(from, to) || strings.HasSuffix(is, was) || is != "" && strings.HasSuffix(was, is)
}

// led says from where to where a redirect leads.
func led(e *Exchange) (from, to *url.URL, ok bool) {
	location := e.Got.Header.Get("Location")
	from, err := url.Parse(e.Sent.URL)
	if err != nil || location == "" {
		return nil, nil, false
	}
	to, err = from.Parse(location)
	return from, to, err == nil
}

func sameServer(a, b *url.URL) bool {
	return strings.EqualFold(a.Scheme, b.Scheme) && strings.EqualFold(hostPort(a), hostPort(b))
}

// redirected diagnoses a target that leads every request elsewhere.
func (p *preflight) redirected(ctx context.Context) *Diagnosis {
	for {
		other, ok := p.try(ctx, func(c *plan.Case) bool { return accepting(c) && p.anew(c, samePath) })
		if !ok {
			break
		}
		if !p.strays(&p.cases[other.Case], &other) {
			return nil
		}
	}
	_, e := p.at(0)
	from, to, _ := led(e)
	if ended(ctx) {
		return nil
	}
	do := "set baseURL to where the API itself is; redirects are not followed"
	if sameServer(from, to) && strings.TrimSuffix(from.Path, "/") == strings.TrimSuffix(to.Path, "/") && from.Path != to.Path {
		do = "end the paths of the contract as the target ends its own, for they differ in the last slash; redirects are not followed"
	}
	return &Diagnosis{Redirected, answeredAs(e, "it redirects to %q", withoutQuery(e.Got.Header.Get("Location"))), do}
}

// maxPasswords is how many cases with a password are tried while it is refused:
// accounts are locked for too many.
const maxPasswords = 2

// unauthorizing reports whether an answer refuses the credentials, or what they
// give a right to.
func unauthorizing(e *Exchange) bool {
	return e.Problem == nil && (e.Got.Status == http.StatusUnauthorized || e.Got.Status == http.StatusForbidden)
}

// unauthorized tells credentials that are wrong from a right that one operation
// alone wants: they are wrong if no case with them gets another answer. It looks
// at the last case that was tried, and at others.
func (p *preflight) unauthorized(ctx context.Context) *Diagnosis {
	c, e := p.at(len(p.tried.Exchanges) - 1)
	bare := !authenticated(c)
	suits := func(c *plan.Case) bool {
		return accepting(c) && (bare || authenticated(c)) && p.anew(c, sameCredentials) && p.mayTry(c)
	}
	otherScheme := func(c *plan.Case) bool { return suits(c) && p.anew(c, sameScheme) }
	evidence := p.grudge(c, e)
	for p.left > 1 { // one is left for a request without credentials
		again, ok := p.try(ctx, otherScheme)
		if !ok {
			again, ok = p.try(ctx, suits)
		}
		if !ok {
			break
		}
		if !unauthorizing(&again) {
			return nil
		}
		evidence += p.grudge(&p.cases[again.Case], &again)
		if with := &p.cases[again.Case]; authenticated(with) && !authenticated(c) {
			c, e = with, &again
		}
	}
	if evidence < enough || ended(ctx) {
		return nil
	}
	return p.refused(ctx, c, e)
}

// grudge is how much a refusal says of the credentials, enough or less.
func (p *preflight) grudge(c *plan.Case, e *Exchange) int {
	if e.Got.Status == http.StatusUnauthorized {
		return enough
	}
	return p.weight(c, e.Got.Status)
}

// mayTry reports whether a case can be sent although its credentials are likely
// to be wrong.
func (p *preflight) mayTry(c *plan.Case) bool {
	if !p.password(c) {
		return true
	}
	sent := 0
	for _, e := range p.tried.Exchanges {
		if p.password(&p.cases[e.Case]) {
			sent++
		}
	}
	return sent < maxPasswords
}

func (p *preflight) password(c *plan.Case) bool {
	of := p.credential(c.Request.Credential.Scheme)
	return authenticated(c) && of != nil && strings.EqualFold(of.scheme.HTTP, "basic")
}

func sameScheme(a, b *plan.Case) bool {
	return a.Request.Credential.Scheme == b.Request.Credential.Scheme
}

func sameCredentials(a, b *plan.Case) bool { return a.Operation == b.Operation && sameScheme(a, b) }

// refused says what is wrong with the credentials that nothing accepts.
func (p *preflight) refused(ctx context.Context, c *plan.Case, e *Exchange) *Diagnosis {
	if !authenticated(c) {
		return &Diagnosis{
			CredentialsRefused, answeredAs(e, "the request has no credentials"),
			"the contract says that the operation needs none; correct the contract, or give them under headers",
		}
	}
	of := p.credential(c.Request.Credential.Scheme)
	if off := clockError(e); of != nil && of.scheme.Signing != nil && off.Abs() > time.Minute {
		return &Diagnosis{
			CredentialsRefused, answeredAs(e, "the target refuses the signature, and its clock differs from this machine's by %s", off.Abs()),
			"set this machine's clock",
		}
	}
	if wants := wanted(e, of); wants != "" {
		return &Diagnosis{
			CredentialsRefused,
			answeredAs(e, "the target refuses credentials of the scheme %q and asks for %s (WWW-Authenticate)", c.Request.Credential.Scheme, wants),
			p.giving(c, wants),
		}
	}
	without := func(other *plan.Case) bool {
		return other.Operation == c.Operation && other.Technique == plan.Authentication && other.Request.Credential.Variant == plan.None
	}
	if bare, ok := p.try(ctx, without); ok && of != nil && alike(&bare, e) {
		return &Diagnosis{
			CredentialsRefused, answeredAs(e, "the target refuses the credentials, and the answer is the same as without any"),
			fmt.Sprintf("they may be sent under the wrong scheme or name, or have expired: they are in %s, as the contract has the scheme %q; "+
				"correct that, or auth in the target file", where(of.carrier), c.Request.Credential.Scheme),
		}
	}
	return &Diagnosis{
		CredentialsRefused, answeredAs(e, "the target refuses the credentials"),
		"correct auth in the target file: what it gives may have expired or be another environment's",
	}
}

// clockError is how far this machine's clock is from the target's, by the date
// of the answer; 0 when that has none.
func clockError(e *Exchange) time.Duration {
	at, err := http.ParseTime(e.Got.Header.Get("Date"))
	if err != nil {
		return 0
	}
	return e.Started.Sub(at).Round(time.Second)
}

// alike reports whether two requests were refused in the same way.
func alike(a, b *Exchange) bool {
	first, ok := FingerprintOf(a)
	challenge := func(e *Exchange) string {
		return masked(e, strings.Join(e.Got.Header.Values("WWW-Authenticate"), ", "))
	}
	return ok && first.Matches(b) && challenge(a) == challenge(b)
}

func where(carrier auth.Token) string {
	text := fmt.Sprintf("the %s %s", carrier.In, carrier.Name)
	if carrier.Prefix != "" {
		text += ", after " + carrier.Prefix
	}
	return text
}

// general are the schemes that mean the same everywhere. What else a target names
// may be its word for what it was given.
var general = []string{"Basic", "Bearer", "Digest", "DPoP", "Negotiate", "NTLM"}

// wanted is the scheme that a refusal asks for in place of the one that was used,
// "" when it asks for none or for that.
func wanted(e *Exchange, of *credential) string {
	used := ""
	if of != nil {
		used = of.scheme.HTTP
	}
	if scheme, _, more := strings.Cut(e.Sent.Header.Get("Authorization"), " "); more {
		used = scheme
	}
	wants := ""
	for _, scheme := range challenges(e.Got.Header.Values("WWW-Authenticate")) {
		if strings.EqualFold(scheme, used) {
			return ""
		}
		known := slices.IndexFunc(general, func(name string) bool { return strings.EqualFold(name, scheme) })
		if wants == "" && known >= 0 {
			wants = general[known]
		}
	}
	return wants
}

// challenges are the schemes that lines of WWW-Authenticate name (RFC 9110, section
// 11.6.1).
func challenges(lines []string) []string {
	var schemes []string
	for _, line := range lines {
		quoted := false
		parts := strings.FieldsFunc(line, func(r rune) bool {
			if r == '"' {
				quoted = !quoted
			}
			return r == ',' && !quoted
		})
		for _, part := range parts {
			word, rest, _ := strings.Cut(strings.TrimSpace(part), " ")
			if isToken(word) && !strings.Contains(word, "=") && !strings.HasPrefix(strings.TrimSpace(rest), "=") {
				schemes = append(schemes, word)
			}
		}
	}
	return schemes
}

// giving says how to give credentials for the scheme that a target asks for.
func (p *preflight) giving(c *plan.Case, wants string) string {
	for _, alternative := range p.builder.operations[c.Operation].alternatives {
		for _, other := range alternative {
			switch {
			case strings.EqualFold(other.scheme.HTTP, wants) && other.scheme.HTTP == basic:
				return fmt.Sprintf("give credentials for the contract's scheme %q: put %s", other.scheme.Name, remedy(other.scheme))
			case strings.EqualFold(other.scheme.HTTP, wants):
				return fmt.Sprintf("give credentials for the contract's scheme %q: auth.token in the target file is what follows %s in the header Authorization",
					other.scheme.Name, wants)
			}
		}
	}
	return fmt.Sprintf("the contract has no scheme for %s here: correct its security and auth in the target file, "+
		"or baseURL if that is another service's", wants)
}
