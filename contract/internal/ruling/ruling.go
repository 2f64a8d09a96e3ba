package ruling

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/internal/spec"
)

// Standing is what the contract says of a request.
type Standing int

// The standings of a request.
const (
	// Accepted: the request keeps to the contract.
	Accepted Standing = iota
	// Refused: it breaks a clause.
	Refused
	// Unauthenticated: it has no valid credentials.
	Unauthenticated
	// Open: implementations may take or refuse it.
	Open
	// Provoked: it is meant to make the implementation fail.
	Provoked
	// Unsupported: no path that it matches has its method.
	Unsupported
	// Ended: it reads what was ended.
	Ended
	// Afterwards: it names what was ended, or what was below that.
	Afterwards
)

// Question is a request as far as it decides which answers are lawful.
type Question struct {
	Operation *spec.Operation
	Standing  Standing
	// Clause is the id of the clause that the request is about: the one that a
	// Refused one breaks.
	Clause string
	// Pin is the one status that is lawful: of a Refused or Unauthenticated
	// request, because the contract says so; of a Provoked one, because it was
	// asked for. "" leaves it to what is documented.
	Pin string
	// Unknown names the values of an Accepted request of which only the target
	// knows whether they are there, such as "id (path)".
	Unknown []string
	// Guessed names the values of an Accepted request that were made up for a format
	// which is not known.
	Guessed []string
	// Disordered names the values of an Accepted request that are the ends of ranges by
	// their names, of which the contract says nothing, and in no order.
	Disordered []string
	// Referring names the values of an Accepted request that were made up, and that are
	// called as what names a thing: a refusal counts where such a request was accepted.
	Referring []string
	// Unmade says why the run could not make what the request names; "" if it did.
	Unmade string
	// Full tells that what was accepted before is refused now, as the request is.
	Full bool
	// Made tells that the run made what the request names, and Stated that the
	// contract says how, so that it is not inferred.
	Made, Stated bool
	// Anonymous tells that the request is sent without credentials, since its
	// operation needs none.
	Anonymous bool
	// Header is that of the request, if it is known.
	Header http.Header
	// Recorded tells that somebody else sent the request: whose credentials it has
	// is not known, nor whether a failure was provoked.
	Recorded bool
}

// Ask makes the question of a case. outcome is what the case expects: accepted,
// refused, failed, either or unsupported; id is its clause, and statuses are those
// that a failure was asked for with.
func Ask(model *spec.Contract, op *spec.Operation, outcome, id string, statuses []string) *Question {
	q := &Question{Operation: op, Clause: id, Standing: Open}
	switch outcome {
	case "accepted":
		q.Standing = Accepted
	case "refused":
		q.Standing, q.Pin = Refused, model.Pin(id)
		if strings.HasPrefix(id, op.ID+".security.") {
			q.Standing = Unauthenticated
		}
	case "failed":
		q.Standing = Provoked
		if len(statuses) > 0 {
			q.Pin = statuses[0]
		}
	case "either":
		if strings.HasPrefix(id, op.ID+".state.") {
			q.Standing = Afterwards
		}
	case "unsupported":
		q.Standing = Unsupported
	case "ended":
		q.Standing = Ended
	}
	return q
}

// Decision is what becomes of a clause: by the status that a request is answered
// with; or of a rule, by the request.
type Decision int

// The decisions.
const (
	Kept Decision = iota
	Broken
	Undecided
	// NotApplied: what the rule reads is missing, or cannot be read.
	NotApplied
)

// Ruling is what an answer's status means.
type Ruling struct {
	Decision Decision
	// Lowered tells that what is Broken is inferred, and no more than a should,
	// unless the contract gives a source for the clause.
	Lowered bool
	// Unless tells that what is Broken is so only if another request that had to be
	// accepted got a success: until then the operation may refuse for a reason that
	// the contract does not state. Reason says what holds if there is none.
	Unless bool
	// Failed tells that the answer is an internal error that nothing asked for.
	Failed bool
	// Reason says why nothing is decided, and what to give so that it would be.
	Reason string
	// Note says what the description lacks.
	Note string
}

// Rule says what a status of three digits means.
func (q *Question) Rule(status string) Ruling {
	var r Ruling
	switch q.Standing {
	case Accepted:
		r = q.accepted(status)
	case Refused:
		r = q.refused(status)
	case Unauthenticated:
		r = q.unauthenticated(status)
	case Provoked:
		r = q.provoked(status)
	case Unsupported:
		r = q.unsupported(status)
	case Open:
		r = q.open(status)
	case Ended:
		r = q.ended(status)
	case Afterwards:
		r = q.afterwards(status)
	}
	if q.Recorded && status[0] == '5' && q.documented(status) {
		return Ruling{Decision: Undecided, Reason: "a recording does not tell whether the internal error was provoked"}
	}
	return r
}

// Statuses lists the statuses that keep to the contract, as they are documented;
// none for an Open request, which may have any but 5XX, and for an Unsupported one.
func (q *Question) Statuses() []string {
	switch {
	case q.Pin != "":
		return []string{q.Pin}
	case q.Standing == Ended:
		return []string{"404", "410"}
	case q.Standing == Accepted:
		return Successes(q.Operation)
	case q.Standing == Unauthenticated:
		return unauthenticated(q.Operation)
	case q.Standing == Refused:
		out := Refusals(q.Operation)
		for _, status := range q.always() {
			if !Matches(out, status) && q.documented(status) {
				out = append(out, status)
			}
		}
		return out
	}
	return nil
}

// documented reports whether the contract documents a status, by itself, in a
// range, or as default.
func (q *Question) documented(status string) bool { return q.Operation.Response(status) != nil }

func (q *Question) accepted(status string) Ruling {
	if Matches(Successes(q.Operation), status) {
		return Ruling{}
	}
	if status[0] == '5' {
		return Ruling{Decision: Broken, Failed: true}
	}
	if reason := q.circumstance(status); reason != "" {
		return undecided(reason)
	}
	switch {
	case Missing(status) && q.Made && q.Stated:
		return Ruling{Decision: Broken}
	case status == "409" && q.Operation.Body != nil:
		return Ruling{
			Decision: Undecided, Note: q.undocumented(status),
			Reason: "the answer is 409 Conflict, which depends on the state of the target",
		}
	case status[0] == '4' && len(q.Referring) > 0:
		return Ruling{Decision: Broken, Unless: true, Reason: fmt.Sprintf("the answer is %s, and no request with %s was accepted: "+
			"only the target knows whether %s there; give %s that it has under values in the target file",
			spelled(status), strings.Join(q.Referring, " and "), is(q.Referring), one(q.Referring))}
	case Missing(status) && q.Made:
		return Ruling{Decision: Broken, Lowered: true, Unless: true, Reason: fmt.Sprintf("the answer is %s to a request for what was made, "+
			"and no request for such a thing was accepted: it may be made in another way than is inferred", spelled(status))}
	case status[0] == '4' && q.mayRefuse():
		return Ruling{Decision: Broken, Unless: true, Reason: fmt.Sprintf("the answer is %s, and no request of the operation was accepted: "+
			"the values may be wrong for a reason that the contract does not state; give right ones", spelled(status))}
	}
	return Ruling{Decision: Broken}
}

// circumstance says why a refusal of a conforming request decides nothing: it
// depends on who asks, how often, or on what the target has. Empty where it does
// not.
func (q *Question) circumstance(status string) string {
	switch {
	case status == "401" || status == "403":
		return q.credentials(status)
	case status == "429":
		return "the target asks to come back later"
	case status[0] == '4' && q.Full:
		return fmt.Sprintf("the answer is %s, and a request that was accepted before gets it now, too: the target may keep no more things than it has",
			spelled(status))
	case q.Recorded && status == "404" && q.Operation.Secured():
		return q.credentials(status) // with which some hide what there is
	case q.asking(status) != "":
		return fmt.Sprintf("the answer is %s, as the header %s of the request may ask for: values in the target file can give it another value",
			spelled(status), q.asking(status))
	case q.madeUp(status) != "":
		return q.madeUp(status)
	case slices.Contains(circumstances, status) && q.documented(status):
		return fmt.Sprintf("the answer is %s, which is documented, and depends on the state of the target", spelled(status))
	}
	return ""
}

// madeUp says which value of a refused request may be wrong because nobody but the
// target knows right ones; "" where there is none.
func (q *Question) madeUp(status string) string {
	switch {
	case status[0] == '4' && q.Unmade != "":
		return fmt.Sprintf("the answer is %s, and what %s names could not be made: %s", spelled(status), strings.Join(q.Unknown, " and "), q.Unmade)
	case Missing(status) && len(q.Unknown) > 0:
		return fmt.Sprintf("the answer is %s, and only the target knows whether %s there: give %s that it has under values in the target file",
			spelled(status), is(q.Unknown), one(q.Unknown))
	case status[0] == '4' && len(q.Guessed) > 0:
		return fmt.Sprintf("the answer is %s, and the format of %s is not known: give %s for it under values in the target file",
			spelled(status), strings.Join(q.Guessed, " and of "), one(q.Guessed))
	case status[0] == '4' && len(q.Disordered) > 0:
		return fmt.Sprintf("the answer is %s, and by their names %s the ends of a range, which they are in no order for: "+
			"the contract does not say whether it may be so; state a rule that does", spelled(status), is(q.Disordered))
	}
	return ""
}

// mayRefuse reports whether the operation takes values that it may refuse for a
// reason that no contract can state: a body, or the name of a thing that nobody
// vouches for.
func (q *Question) mayRefuse() bool {
	return q.Operation.Body != nil || slices.ContainsFunc(q.Unknown, func(name string) bool { return strings.HasSuffix(name, " (path)") })
}

// credentials says why 401 and 403 decide nothing.
func (q *Question) credentials(status string) string {
	switch {
	case q.Recorded:
		return fmt.Sprintf("the answer is %s, and a recording does not tell what the credentials were good for", spelled(status))
	case q.Anonymous && q.documented(status):
		return fmt.Sprintf("the answer is %s, which is documented for a request without credentials: give values that are accepted", spelled(status))
	case q.Anonymous:
		return fmt.Sprintf("the answer is %s to a request without credentials, of which the contract says that it needs none: "+
			"give them under headers in the target file, or correct the contract", spelled(status))
	}
	return fmt.Sprintf("the answer is %s: the credentials of the target file are not good for it; give others that are", spelled(status))
}

func (q *Question) refused(status string) Ruling {
	switch {
	case strings.ContainsAny(status[:1], "23") && q.ignored() != "":
		return undecided(fmt.Sprintf("the answer is %s, and HTTP has a header %s ignored that cannot be read", spelled(status), q.ignored()))
	case status[0] == '2', status[0] == '3' && Matches(Successes(q.Operation), status):
		return Ruling{Decision: Broken}
	case status[0] == '5':
		return failed("the request was refused")
	case status[0] != '4':
		return undecided(fmt.Sprintf("the answer is %s, which does not tell whether the request was refused", spelled(status)))
	case q.Pin != "":
		return q.pinned(status)
	case slices.Contains(q.always(), status):
		return Ruling{Note: q.undocumented(status)}
	case slices.Contains(neverRefusals, status):
		return undecided(fmt.Sprintf("the answer is %s, which is not about what is wrong with the request", spelled(status)))
	case q.documented(status):
		return Ruling{}
	case Refusal(q.Operation) != nil:
		return Ruling{Decision: Broken, Lowered: true}
	}
	return Ruling{Note: q.undocumented(status)}
}

// always lists the statuses that refuse for the kind of what is wrong, whatever is
// documented (RFC 9110, section 15.5).
func (q *Question) always() []string {
	place, keyword := q.Clause, ""
	if i := strings.LastIndexByte(place, '.'); i >= 0 {
		place, keyword = place[:i], place[i+1:]
	}
	var out []string
	if strings.HasPrefix(place, q.Operation.ID+".path.") {
		out = append(out, "404") // a value that no thing of the path can have
	}
	switch {
	case keyword == "mediaType", keyword == "json", q.Clause == q.Operation.ID+".body.required": // no body has no media type
		out = append(out, "415")
	case keyword == "maxLength", keyword == "maxItems", keyword == "maxProperties":
		out = append(out, "413", "414", "431")
	}
	return out
}

// pinned rules where one status alone is lawful. What says nothing of the request
// but of who sends it, and how often, decides nothing.
func (q *Question) pinned(status string) Ruling {
	aside := []string{"403", "429"}
	if q.Standing == Refused {
		aside = append(aside, "401")
	}
	switch {
	case status == q.Pin:
		return Ruling{}
	case slices.Contains(aside, status) && q.Standing == Refused || status == "429":
		return undecided(fmt.Sprintf("the answer is %s, which is not about what is wrong with the request", spelled(status)))
	}
	return Ruling{Decision: Broken}
}

func (q *Question) unauthenticated(status string) Ruling {
	switch {
	case status[0] == '2':
		return Ruling{Decision: Broken}
	case status[0] == '5':
		return Ruling{
			Decision: Undecided, Failed: true,
			Reason: "the answer is an internal error, which does not tell whether the credentials were refused",
		}
	case status[0] == '4' && q.Pin != "":
		return q.pinned(status)
	case slices.Contains(unauthenticated(q.Operation), status):
		return Ruling{Note: q.undocumented(status)}
	}
	return undecided(fmt.Sprintf("the answer is %s, which does not tell whether the credentials were refused", spelled(status)))
}

func (q *Question) provoked(status string) Ruling {
	switch status {
	case q.Pin:
		return Ruling{}
	case "401", "403":
		return undecided(q.credentials(status))
	}
	return Ruling{Decision: Broken, Failed: status[0] == '5' && !strings.HasPrefix(q.Pin, "5")}
}

func (q *Question) unsupported(status string) Ruling {
	if status[0] == '2' || status[0] == '5' && status != "501" {
		return Ruling{Decision: Broken}
	}
	return Ruling{}
}

// ended rules on a request for what was ended.
func (q *Question) ended(status string) Ruling {
	switch {
	case q.Unmade != "":
		return undecided("what was to be made and ended was not: " + q.Unmade)
	case status == "404" || status == "410":
		return Ruling{}
	case status[0] == '2', status[0] == '3' && Matches(Successes(q.Operation), status):
		return Ruling{Decision: Broken}
	case status[0] == '5':
		return failed("the thing is still there")
	}
	return undecided(fmt.Sprintf("the answer is %s, which does not tell whether the thing is still there", spelled(status)))
}

// afterwards rules on another request that names what was ended, or what was below
// that.
func (q *Question) afterwards(status string) Ruling {
	switch {
	case q.Unmade != "":
		return undecided("what was to be made and ended was not: " + q.Unmade)
	case status == "401" || status == "429":
		return undecided(fmt.Sprintf("the answer is %s, which is not about what the request names", spelled(status)))
	}
	return q.open(status)
}

func (q *Question) open(status string) Ruling {
	if status[0] == '5' {
		return Ruling{Decision: Broken, Lowered: true}
	}
	return Ruling{Note: q.undocumented(status)}
}

// failed rules on an internal error in the place of a refusal.
func failed(what string) Ruling {
	return Ruling{Decision: Undecided, Failed: true, Reason: "the answer is an internal error, which does not tell whether " + what}
}

func undecided(reason string) Ruling { return Ruling{Decision: Undecided, Reason: reason} }

// undocumented says that the description does not list a status, or gives "".
func (q *Question) undocumented(status string) string {
	if q.documented(status) {
		return ""
	}
	return fmt.Sprintf("answers with %s, which the contract does not document", spelled(status))
}

// spelled gives a status and its name.
func spelled(status string) string {
	n, _ := strconv.Atoi(status)
	return strings.TrimSpace(status + " " + http.StatusText(n))
}

// is gives "id (path) is" or "id (path) and q (query) are".
func is(names []string) string {
	if len(names) == 1 {
		return names[0] + " is"
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1] + " are"
}

// one gives "a value" or "values".
func one(names []string) string {
	if len(names) == 1 {
		return "a value"
	}
	return "values"
}
