package run

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/plan"
)

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
				"correct that, or auth in the target file", where(of.place), c.Request.Credential.Scheme),
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

func where(place auth.Token) string {
	text := fmt.Sprintf("the %s %s", place.In, place.Name)
	if place.Prefix != "" {
		text += ", after " + place.Prefix
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
