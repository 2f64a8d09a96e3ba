package ruling

import (
	"net/http"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// neverRefusals are statuses that say nothing of whether a request keeps to the
// contract, but of who asks, of what there is, and of how often it is asked.
var neverRefusals = []string{"401", "403", "404", "405", "409", "410", "412", "423", "429"}

// NeverRefuses reports whether a status says nothing of whether a request keeps to the
// contract.
func NeverRefuses(status string) bool { return slices.Contains(neverRefusals, status) }

// special are statuses of 4XX with one meaning each (RFC 9110, section 15.5; RFC
// 6585): a contract that documents them does not say by that how it refuses.
var special = []string{
	"402", "406", "407", "408", "411", "413", "414", "415", "416", "417", "421", "424", "425", "426", "428", "431", "451",
}

// circumstances are documented answers that an accepted request may get for the
// state of things that only the target knows.
var circumstances = []string{"402", "408", "409", "412", "423", "425", "428", "451"}

// Missing reports whether a status says that something is not there (RFC 9110,
// sections 15.5.5 and 15.5.11).
func Missing(status string) bool { return status == "404" || status == "410" }

// DocumentsMissing reports whether an operation lists an answer for what is not there.
func DocumentsMissing(op *spec.Operation) bool {
	return slices.ContainsFunc(op.Responses, func(r *spec.Response) bool { return Missing(r.Status) })
}

// Successes lists the documented statuses that accept a request: those of 2XX and
// 3XX, as they are written. Where there is none and default is documented, that
// stands for all of them.
func Successes(op *spec.Operation) []string {
	var out []string
	for _, r := range op.Responses {
		if r.Status[0] == '2' || r.Status[0] == '3' {
			out = append(out, r.Status)
		}
	}
	if out == nil && op.Response("default") != nil {
		return []string{"2XX", "3XX"}
	}
	return out
}

// Success returns the response that an accepted request is documented to get: the
// first of 2XX, else the first of 3XX, else default, else nil.
func Success(op *spec.Operation) *spec.Response {
	for _, class := range "23d" {
		for _, r := range op.Responses {
			if rune(r.Status[0]) == class {
				return r
			}
		}
	}
	return nil
}

// Refusal returns the response that is documented for a request that the contract
// forbids: 400, else 422, else another status of 4XX that may say so, else the
// range 4XX, else default; nil when there is none.
func Refusal(op *spec.Operation) *spec.Response {
	var other, ranged, rest *spec.Response
	for _, r := range op.Responses {
		switch {
		case r.Status == "400" || r.Status == "422":
			return r // they are in ascending order
		case r.Status == "4XX":
			ranged = r
		case r.Status == "default":
			rest = r
		case r.Status[0] == '4' && other == nil && !slices.Contains(neverRefusals, r.Status) && !slices.Contains(special, r.Status):
			other = r
		}
	}
	switch {
	case other != nil:
		return other
	case ranged != nil:
		return ranged
	}
	return rest
}

// Refusals lists the documented statuses that refuse a request which the contract
// forbids, as they are written; 4XX stands for default, and for none at all.
func Refusals(op *spec.Operation) []string {
	var out []string
	for _, r := range op.Responses {
		if r.Status[0] == '4' && !slices.Contains(neverRefusals, r.Status) && !slices.Contains(special, r.Status) {
			out = append(out, r.Status)
		}
	}
	if out == nil {
		return []string{"4XX"}
	}
	return out
}

// Unauthorized returns the response that is documented for a request without
// valid credentials: 401, else 403, else 4XX, else default; nil when there is none.
func Unauthorized(op *spec.Operation) *spec.Response {
	for _, status := range []string{"401", "403"} {
		if r := op.Response(status); r != nil && r.Status == status {
			return r
		}
	}
	return op.Response("401")
}

// unauthenticated lists the statuses that refuse a request without valid
// credentials.
func unauthenticated(op *spec.Operation) []string {
	var out []string
	for _, status := range []string{"401", "403"} {
		if op.Response(status) != nil {
			out = append(out, status)
		}
	}
	if out == nil {
		return []string{"401", "403", "404"}
	}
	return out
}

// Matches reports whether a status is one of a list, in which ranges such as 4XX
// may stand.
func Matches(statuses []string, status string) bool {
	return slices.ContainsFunc(statuses, func(s string) bool {
		return s == status || len(s) == 3 && strings.HasSuffix(s, "XX") && s[0] == status[0]
	})
}

// Bodiless reports whether an answer has no body whatever its header says
// (RFC 9112, section 6.3; RFC 9110, section 15.3.6).
func Bodiless(method string, status int) bool {
	switch status {
	case http.StatusNoContent, http.StatusResetContent, http.StatusNotModified:
		return true
	}
	return method == http.MethodHead || status < http.StatusOK
}
