package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
)

// choose gives the credential of ordinary requests: the first alternative of
// the operation that the target has credentials for, or which is the only hope.
func (p *planner) choose() Credential {
	for _, alternative := range p.op.Security {
		if len(alternative) == 0 {
			return Credential{Variant: None}
		}
		scheme := p.standing(alternative)
		if scheme != nil && spec.Crowded(alternative) == nil && !slices.ContainsFunc(alternative, p.lacked) {
			return Credential{Scheme: scheme.Name, Variant: Valid}
		}
	}
	if len(p.op.Security) == 0 {
		return Credential{Variant: None}
	}
	i := max(0, slices.IndexFunc(p.op.Security[0], p.lacked))
	return Credential{Scheme: p.op.Security[0][i].Name, Variant: Valid}
}

// standing gives a scheme that stands for an alternative: where it is meant, the
// others are sent beside it. There is none if others are sent for each.
func (p *planner) standing(alternative []*spec.Scheme) *spec.Scheme {
	i := slices.IndexFunc(alternative, func(s *spec.Scheme) bool { return slices.Equal(p.op.Alternative(s.Name), alternative) })
	if i < 0 {
		return nil
	}
	return alternative[i]
}

func (p *planner) lacked(scheme *spec.Scheme) bool {
	return p.options.Credential(scheme.Name, Valid) != ""
}

// lacks gives the reason for which a credential cannot be sent, or "": the reason
// for the first that is lacking of those that are sent together, and how many
// others would do.
func (p *planner) lacks(of Credential) string {
	if of.Variant == None || of.Scheme == "" {
		return ""
	}
	together := p.op.Alternative(of.Scheme)
	if both := spec.Crowded(together); both != nil {
		return fmt.Sprintf("the contract wants %s and %s credentials in one request, which has one place for both: correct its security",
			both[0].Name, both[1].Name)
	}
	reason := p.options.Credential(of.Scheme, of.Variant)
	for _, beside := range together {
		if reason == "" && beside.Name != of.Scheme {
			reason = p.options.Credential(beside.Name, Valid)
		}
	}
	if reason == "" || of != p.credential || len(p.op.Security) < 2 { //nolint:mnd // alternatives
		return reason
	}
	return reason + ", or give those of another of its alternatives: " + p.alternatives()
}

// alternatives names the ways to authenticate.
func (p *planner) alternatives() string {
	var all []string
	for _, alternative := range p.op.Security {
		var names []string
		for _, s := range alternative {
			names = append(names, s.Name)
		}
		all = append(all, strings.Join(names, " and "))
	}
	return strings.Join(all, ", ")
}

// forgery is a kind of wrong credentials, and why they are refused.
type forgery struct {
	variant Variant
	keyword string
	what    string
	// near tells that they differ little from the right ones: services lock out
	// who sends many of those.
	near bool
}

// forgeries are tried of a credential that travels as it is.
var forgeries = []forgery{
	{Wrong, "verified", "credentials of the right form that were never issued", false},
	{Malformed, "verified", "a text that is no credential", false},
	{Empty, "verified", "empty credentials", false},
	{Extension, "verified", "the valid credential with one character more", false},
	{Prefix, "verified", "the valid credential without its last character", true},
	{OtherCase, "exact", "the valid credential in another case", true},
}

// signatureForgeries are tried of a signature. The request that carries one is
// the smallest valid one.
var signatureForgeries = []forgery{
	{Malformed, "verified", "a text that is no signature", false},
	{WrongKey, "verified", "a signature by a key that was never issued", false},
	{WrongSignature, "verified", "a signature whose last digit is another", false},
	{ChangedQuery, "verified", "the signature of another query", false},
	{StaleDate, "verified", "a valid signature of a time that is past", false},
}

// passwordForgeries are tried of a user and a password, beside the others: of a
// password one near miss is made.
var passwordForgeries = append([]forgery{
	{UnknownUser, "verified", "a user that is not there", false},
}, forgeries...)

// forgeriesOf lists the kinds that are tried of a scheme's credentials.
func forgeriesOf(scheme *spec.Scheme) []forgery {
	switch {
	case scheme.Signing != nil:
		return signatureForgeries
	case scheme.HTTP == "basic":
		return passwordForgeries
	}
	return forgeries
}

// authenticated sends the right credentials of each alternative that the target
// has any for.
func (p *planner) authenticated() {
	if !p.op.Secured() {
		return
	}
	for _, scheme := range p.schemes() {
		p.propose(proposal{
			clause: scheme.ClausePrefix(p.op) + ".accepted", detail: "smallest", draft: p.smallest, outcome: Accepted,
			credential: &Credential{scheme.Name, Valid}, why: "the credentials are those that the target file gives",
		})
	}
}

// authentication leaves credentials out and sends wrong ones. Wrong ones are few:
// they are sent in the smallest request alone.
func (p *planner) authentication() {
	if !p.op.Secured() {
		return
	}
	for _, b := range append(p.bases(), p.left()...) {
		p.propose(proposal{
			clause: p.op.ID + ".security.missing", detail: word("none", "in", b.name), draft: b.draft,
			outcome: Refused, credential: &Credential{Variant: None}, why: "the request carries no credentials",
		})
	}
	for _, scheme := range p.schemes() {
		if p.op.Needs(scheme.Name) {
			p.forgeries(scheme)
			continue
		}
		for _, keyword := range []string{"verified", "exact"} {
			p.reasons[scheme.ClausePrefix(p.op)+"."+keyword] = "what is sent beside these credentials is enough alone: " +
				"a request with wrong ones may be accepted"
		}
	}
}

func (p *planner) forgeries(scheme *spec.Scheme) {
	if len(p.op.Alternative(scheme.Name)) > 1 {
		p.propose(proposal{
			clause: p.op.ID + ".security.missing", detail: word("none", "of", scheme.Name), draft: p.smallest,
			outcome: Refused, credential: &Credential{scheme.Name, Absent},
			why: "the request carries no " + scheme.Name + " credentials, and those that are wanted beside them",
		})
	}
	for _, f := range forgeriesOf(scheme) {
		x := proposal{
			clause: scheme.ClausePrefix(p.op) + "." + f.keyword, detail: word(string(f.variant)), draft: p.smallest,
			outcome: Refused, credential: &Credential{scheme.Name, f.variant}, why: "the request carries " + f.what,
		}
		switch {
		case f.near && !p.options.NearMisses:
			x.skip = "of credentials that almost fit one is tried, for many lock an account: " +
				"allow all with --near-misses, or with gentle: false in the target file"
		case scheme.HTTP == "basic" && guessed(f.variant) && !p.options.NearMisses && p.guessed(scheme):
			x.skip = "a password is guessed for one operation, for many guesses lock an account: " +
				"allow all with --near-misses, or with gentle: false in the target file"
		case f.variant == ChangedQuery && scheme.InferredSigning():
			x.level = clause.Should // what a signature covers is the algorithm's to say
		case f.variant == StaleDate && scheme.Signing.ClockWindow == 0:
			x.skip = "the contract gives no clockWindow"
		case f.variant == StaleDate && scheme.InferredSigning():
			x.level = clause.Should
		}
		p.propose(x)
	}
}

// guessed reports whether a variant is the right user with a wrong password.
func guessed(v Variant) bool { return v == Wrong || v == Extension }

// guessed reports whether an operation before this one takes the scheme: there its
// password is guessed.
func (p *planner) guessed(scheme *spec.Scheme) bool {
	for _, op := range p.model.Operations {
		if op == p.op {
			return false
		}
		if op.Alternative(scheme.Name) != nil && op.Needs(scheme.Name) && (p.options.Unsafe || Safe(op.Method)) {
			return true
		}
	}
	return false
}

// schemes lists those that stand for an alternative of their own.
func (p *planner) schemes() []*spec.Scheme {
	var out []*spec.Scheme
	for _, alternative := range p.op.Security {
		for _, s := range alternative {
			if slices.Equal(p.op.Alternative(s.Name), alternative) && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}
