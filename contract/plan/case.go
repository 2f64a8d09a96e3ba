package plan

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/wire"
)

// Plan is every case for a contract and a target, in the order in which they
// find most, those that will not run included.
type Plan struct {
	// Contract names the contract's file, Title and Version what it says it is.
	Contract string `json:"contract"`
	Title    string `json:"title"`
	Version  string `json:"version"`
	Cases    []Case `json:"cases"`
	// Untested gives the clauses that no case enforces, each with its reason.
	Untested []Untested `json:"untested,omitempty"`
	// Setups are how the things are made that cases need, by resource.
	Setups map[string]Setup `json:"setups,omitempty"`
	// Spare is what Within leaves of the number that it is given.
	Spare int `json:"-"`
}

// Untested is a clause that no case of the plan enforces.
type Untested struct {
	Clause string `json:"clause"`
	Reason string `json:"reason"`
}

// Case is one request and what the contract expects of the answer.
type Case struct {
	// ID is the id of the clause, a slash, and what is special about the case.
	ID        string       `json:"id"`
	Operation string       `json:"operation"`
	Clause    string       `json:"clause"`
	Level     clause.Level `json:"level"`
	Technique Technique    `json:"technique"`
	// Why says why the request has to be answered as expected.
	Why     string  `json:"why"`
	Request Request `json:"request"`
	Expect  Expect  `json:"expect"`
	// Skip is the reason for which the case will not run; "" when it will.
	Skip string `json:"skip,omitempty"`
	// Walk has things made before the request, which asks for a list, and all pages of
	// the list read; nil for most.
	Walk *Walk `json:"-"`
	// Heed has the request sent again with a parameter that should change its list; nil
	// for most.
	Heed *Heed `json:"-"`
}

// Request is what a case sends.
type Request struct {
	Method string `json:"method"`
	// Path is the template; its placeholders are filled from Parameters.
	Path       string      `json:"path"`
	Parameters []Parameter `json:"parameters,omitempty"`
	Body       *Body       `json:"body,omitempty"`
	Credential Credential  `json:"credential"`
	// Among is the resource of which several things that differ are made first, so that
	// the answer shows which of them it has, and in which order; "" for none.
	Among string `json:"among,omitempty"`
	// Alike is how many things that do not differ are made instead; 0 for those that do.
	Alike int `json:"alike,omitempty"`
}

// Parameter is one value outside the body.
type Parameter struct {
	In   string `json:"in"`
	Name string `json:"name"`
	// Value is a string, number, bool, Time, Template, Made, or a list or an object of
	// those. A query parameter with a list is sent once for each element, and one with
	// an object once for each member, unless Joined. With JSON it is any JSON value.
	Value any `json:"value"`
	// Joined sends a list or an object as one value, with delimiters between: of an
	// object its names and values alike, as in r,100. In a path or header, where an
	// object is one value anyway, it is r=100 without.
	Joined bool `json:"joined,omitempty"`
	// Style is how the value is written, as OpenAPI names it; "" is the usual style of
	// the place: form or simple.
	Style string `json:"style,omitempty"`
	// JSON sends the value as a JSON text.
	JSON bool `json:"json,omitempty"`
}

// Body is a request body.
type Body struct {
	MediaType string `json:"mediaType"`
	// Value is any JSON value; a Time or a Template within it becomes a string, and
	// a Made what names the thing.
	Value any `json:"value,omitempty"`
	// Raw is sent as it is instead of Value, when Verbatim is set.
	Raw      string `json:"raw,omitempty"`
	Verbatim bool   `json:"verbatim,omitempty"`
	// Form writes Value as the fields of a form, as Parts say.
	Form bool `json:"form,omitempty"`
	// Multipart has each field a part, instead of a pair.
	Multipart bool        `json:"multipart,omitempty"`
	Parts     []wire.Part `json:"parts,omitempty"`
	// Cut leaves the end of a multipart body out.
	Cut bool `json:"cut,omitempty"`
	// Plain writes Value as it is, a text or a File.
	Plain bool `json:"plain,omitempty"`
}

// Time is a moment relative to when the case is sent.
type Time struct {
	Offset time.Duration
	// Form is how the moment is written; "" is RFC 3339. The others are forms
	// that a date-time must not have.
	Form Form
}

// Form is a way to write a moment.
type Form string

// The forms beside the usual one. Of the first four none is RFC 3339's.
const (
	DateAlone  Form = "date-alone"  // 2026-01-31
	NoZone     Form = "no-zone"     // 2026-01-31T12:00:00
	Seconds    Form = "seconds"     // since 1970
	RolledOver Form = "rolled-over" // 2026-01-29T60:00:00Z
	ZoneOffset Form = "zone-offset" // 2026-01-31T14:00:00+02:00
	Fraction   Form = "fraction"    // 2026-01-31T12:00:00.5Z
	LowerCase  Form = "lower-case"  // 2026-01-31t12:00:00z
	LeapSecond Form = "leap-second" // 2026-01-31T12:00:60Z
)

var forms = []Form{DateAlone, NoZone, Seconds, RolledOver, ZoneOffset, Fraction, LowerCase, LeapSecond}

// At gives the moment as text for a request sent at now, in UTC. Whole seconds
// are written without a fraction. now must be a whole second, so that the same
// distance between two times is kept on the wire.
func (t Time) At(now time.Time) string {
	at := now.UTC().Add(t.Offset)
	switch t.Form {
	case DateAlone:
		return at.Format(time.DateOnly)
	case NoZone:
		return at.Format("2006-01-02T15:04:05")
	case Seconds:
		return strconv.FormatInt(at.Unix(), 10)
	case RolledOver: // two days before, 48 hours later than it has: hour 24 may be the end of a day
		return at.AddDate(0, 0, -2).Format("2006-01-02T") + strconv.Itoa(at.Hour()+48) + at.Format(":04:05Z")
	case ZoneOffset:
		return at.In(time.FixedZone("", 2*60*60)).Format(time.RFC3339)
	case Fraction:
		return at.Format("2006-01-02T15:04:05") + ".5Z"
	case LowerCase:
		return strings.ToLower(at.Format(time.RFC3339))
	case LeapSecond:
		return at.Format("2006-01-02T15:04") + ":60Z"
	default:
		return at.Format(time.RFC3339Nano)
	}
}

// MarshalJSON writes {"now": "-24h0m0s"}.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.Form != "" {
		return fmt.Appendf(nil, `{"now":%q,"form":%q}`, t.Offset, t.Form), nil
	}
	return fmt.Appendf(nil, `{"now":%q}`, t.Offset), nil
}

// Variant says what is done to the credentials of a request.
type Variant string

// The variants of credentials. All but Valid and Unknown have to be refused.
const (
	Valid     Variant = "valid"
	None      Variant = "none"
	Empty     Variant = "empty"
	Malformed Variant = "malformed"
	Wrong     Variant = "wrong"
	Prefix    Variant = "prefix"
	Extension Variant = "extension"
	OtherCase Variant = "other-case"
	// UnknownUser is a user and a password that were never there; Wrong and those
	// that almost fit are then the right user with another password.
	UnknownUser Variant = "unknown-user"
	// Absent leaves the credentials of one scheme out, and sends those beside it.
	Absent Variant = "absent"
	// WrongKey and those that follow it are variants of a signature.
	WrongKey       Variant = "wrong-key"
	WrongSignature Variant = "wrong-signature"
	ChangedQuery   Variant = "changed-query"
	StaleDate      Variant = "stale-date"
	// Unknown stands for the credentials of a recorded request: whether they are
	// valid cannot be told.
	Unknown Variant = "unknown"
)

// Credential says how a request authenticates. Secrets are not part of a plan:
// they are put in when a case is sent.
type Credential struct {
	// Scheme is the name of the contract's security scheme; "" for none.
	Scheme  string  `json:"scheme,omitempty"`
	Variant Variant `json:"variant"`
}

// Outcome is how a request has to be answered.
type Outcome string

// The outcomes that a case may expect.
const (
	// Accepted wants a documented success.
	Accepted Outcome = "accepted"
	// Refused wants a refusal: a documented one, or any where none is documented.
	Refused Outcome = "refused"
	// Failed wants the status that the case provokes.
	Failed Outcome = "failed"
	// Either leaves it to the implementation whether it accepts or refuses.
	Either Outcome = "either"
	// Unsupported wants neither a success nor an internal error.
	Unsupported Outcome = "unsupported"
	// Ended wants an answer for what is not there any more.
	Ended Outcome = "ended"
)

// Expect is what the contract expects of an answer.
type Expect struct {
	Outcome Outcome `json:"outcome"`
	// Statuses are the statuses that fulfil the expectation: three digits, or a
	// range such as 4XX. Empty for Either, which any but 5XX fulfils, and for
	// Unsupported, which any but 2XX and 5XX does, and 501.
	Statuses []string `json:"statuses,omitempty"`
	// Unknown names the values of an Accepted request of which only the target
	// knows whether they are there, such as "id (path)": 404 decides nothing then.
	Unknown []string `json:"unknown,omitempty"`
	// Guessed names the values of an Accepted request that were made up for a format
	// which is not known, such as "iban (query)": a refusal decides nothing then.
	Guessed []string `json:"guessed,omitempty"`
	// Disordered names the values of an Accepted request that are the two ends of a range by
	// their names, of which the contract says nothing, and in no order, such as
	// "starts_at (body)" and "ends_at (body)": a refusal decides nothing then.
	Disordered []string `json:"disordered,omitempty"`
	// Referring names the values of an Accepted request that were made up, and that are
	// called as what names a thing: a refusal counts where such a request was accepted.
	Referring []string `json:"referring,omitempty"`
	// Made names the values of which the run makes sure that they are there.
	Made []string `json:"made,omitempty"`
}

// Allows reports whether a status fulfils the expectation.
func (e Expect) Allows(status string) bool {
	switch e.Outcome {
	case Either:
		return status[0] != '5'
	case Unsupported:
		return status[0] != '2' && (status[0] != '5' || status == "501")
	case Accepted, Refused, Failed, Ended:
	}
	return ruling.Matches(e.Statuses, status)
}

// AsksToFail reports whether an internal error is what is wanted.
func (e Expect) AsksToFail() bool {
	return e.Outcome == Failed && len(e.Statuses) > 0 && e.Statuses[0][0] == '5'
}

// Wanted says in words which statuses fulfil the expectation.
func (e Expect) Wanted() string {
	switch {
	case e.Outcome == Either:
		return "any status but 5XX"
	case e.Outcome == Unsupported:
		return "a status other than 2XX and 5XX, or 501"
	case len(e.Statuses) == 0:
		return string(e.Outcome)
	}
	return "status " + strings.Join(e.Statuses, " or ")
}
