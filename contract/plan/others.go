package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
)

// choose gives the credential of ordinary requests: the first alternative of
// the operation that is one scheme which the target has credentials for, or
// which is the only hope.
func (p *planner) choose() Credential {
	for _, alternative := range p.op.Security {
		if len(alternative) == 0 {
			return Credential{Variant: None}
		}
		if !slices.ContainsFunc(alternative, p.lacked) {
			// The others of the alternative are sent beside it.
			return Credential{Scheme: alternative[0].Name, Variant: Valid}
		}
	}
	if len(p.op.Security) == 0 {
		return Credential{Variant: None}
	}
	i := max(0, slices.IndexFunc(p.op.Security[0], p.lacked))
	return Credential{Scheme: p.op.Security[0][i].Name, Variant: Valid}
}

func (p *planner) lacked(scheme *spec.Scheme) bool {
	return p.options.Credential(scheme.Name, Valid) != ""
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

// authentication leaves credentials out and sends wrong ones, and tries each
// scheme that the target has credentials for. Wrong ones are few: they are sent
// in the smallest request alone.
func (p *planner) authentication() {
	if !p.op.Secured() {
		return
	}
	for _, b := range append(p.bases(), p.left()...) {
		p.propose(proposal{
			clause: p.op.ID + ".security.missing", detail: word("none", "in", b.name), technique: Authentication, draft: b.draft,
			outcome: Refused, credential: &Credential{Variant: None}, why: "the request carries no credentials",
		})
	}
	for _, scheme := range p.schemes() {
		p.propose(proposal{
			clause: scheme.ClausePrefix(p.op) + ".accepted", detail: "smallest", technique: Example, draft: p.smallest, outcome: Accepted,
			credential: &Credential{scheme.Name, Valid}, why: "the credentials are those that the target file gives",
		})
		p.forgeries(scheme)
	}
}

func (p *planner) forgeries(scheme *spec.Scheme) {
	all := forgeries
	if scheme.Signing != nil {
		all = signatureForgeries
	}
	for _, f := range all {
		x := proposal{
			clause: scheme.ClausePrefix(p.op) + "." + f.keyword, detail: word(string(f.variant)), technique: Authentication, draft: p.smallest,
			outcome: Refused, credential: &Credential{scheme.Name, f.variant}, why: "the request carries " + f.what,
		}
		switch {
		case f.near && !p.options.NearMisses:
			x.skip = "of credentials that almost fit one is tried, for many lock an account: " +
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

// schemes lists those that are enough alone.
func (p *planner) schemes() []*spec.Scheme {
	var out []*spec.Scheme
	for _, alternative := range p.op.Security {
		if len(alternative) == 1 && !slices.Contains(out, alternative[0]) {
			out = append(out, alternative[0])
		}
	}
	return out
}

// bodyFaults sends bodies that are no JSON document, and one that is in another
// media type. Whether text after a document is taken is left open.
func (p *planner) bodyFaults() {
	if p.op.Body == nil || spec.JSON(p.op.Body.Content) == nil {
		return
	}
	id, media := p.op.Body.ID, spec.JSON(p.op.Body.Content).JSONType()
	for _, f := range []struct {
		clause, name, raw, what string
		outcome                 Outcome
	}{
		{id + ".json", "cut-short", `{"a":`, "JSON that ends too early", Refused},
		{id + ".json", "no-json", `not json`, "text that is no JSON", Refused},
		{p.unprovoked(), word(label(id), "two-documents"), `{}{}`, "two JSON documents, of which the first may be taken", Either},
	} {
		request := p.smallest.request(p.op, p.credential)
		request.Body = &Body{MediaType: media, Raw: f.raw, Verbatim: true}
		p.propose(proposal{
			clause: f.clause, detail: f.name, technique: SingleFault, request: &request, draft: p.smallest,
			outcome: f.outcome, why: "the body is " + f.what,
		})
	}
	request := p.smallest.request(p.op, p.credential)
	if request.Body == nil {
		request = p.fullest.request(p.op, p.credential)
	}
	if request.Body == nil {
		return
	}
	other := *request.Body
	other.MediaType = spec.UndocumentedType
	request.Body = &other
	p.propose(proposal{
		clause: id + ".mediaType", detail: "another", technique: SingleFault, request: &request, draft: p.smallest, outcome: Refused,
		why: "the body is a valid one, and the header Content-Type says that it is " + spec.UndocumentedType,
	})
}

// label is a place without its operation.
func label(id string) string {
	_, rest, _ := strings.Cut(id, ".")
	return rest
}

// methods tries those that the path does not have. HEAD, OPTIONS, TRACE and
// CONNECT have meanings of their own (RFC 9110, section 9.3).
func (p *planner) methods() {
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		if slices.Contains(p.op.Siblings, method) {
			continue
		}
		request := p.smallest.request(p.op, p.credential)
		request.Method, request.Body = method, nil
		skip := ""
		if !p.options.Unsafe {
			skip = "methods that the contract does not have are tried with --unsafe, or with gentle: false in the target file"
		}
		p.propose(proposal{
			clause: p.op.ID + ".method", detail: method, technique: Method, request: &request, draft: p.smallest,
			outcome: Unsupported, skip: skip, why: fmt.Sprintf("the path has no method %s", method),
		})
	}
}
