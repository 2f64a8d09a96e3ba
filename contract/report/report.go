// Package report holds the outcome of a run: one verdict for every planned
// case, one standing for every clause, and how to write them down.
//
// A run may be of a part of a plan alone. Its report has a verdict for every
// case all the same, those of the other shards skipped, and a [Shard], which
// keeps what only all parts together can tell: what the answers were held to,
// hashes of the values that must differ, and which failures are known. Read gives
// such a report back, and contract.Merge joins those of all shards.
package report

import (
	"strconv"
	"time"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/plan"
)

// SchemaVersion is the version of the JSON form. A change that a reader could
// notice raises it.
const SchemaVersion = 2

// AbridgedVersion is the version of the JSON form in which some verdicts are
// abridged: see [Verdict.Like]. Otherwise it is that of SchemaVersion.
const AbridgedVersion = 3

// Report is the outcome of a run.
type Report struct {
	SchemaVersion int      `json:"schemaVersion"`
	Tool          string   `json:"tool"` // name and version, such as "clause v1.2.0"
	Contract      Contract `json:"contract"`
	Target        Target   `json:"target"`
	// Made is what it was made with; nil in a report of an earlier version.
	Made *Made `json:"made,omitempty"`
	// Started is in UTC, Elapsed in seconds.
	Started  time.Time  `json:"started"`
	Elapsed  float64    `json:"elapsedSeconds"`
	Seed     int64      `json:"seed"`
	Summary  Summary    `json:"summary"`
	Clauses  []Standing `json:"clauses"`
	Verdicts []Verdict  `json:"verdicts"`
	// Notes are those of the verdicts, each once for an operation.
	Notes []Note `json:"notes,omitempty"`
	// Unaccepted are the operations of which requests that had to be accepted were
	// sent, and none was.
	Unaccepted []Unaccepted `json:"unaccepted,omitempty"`
	// Interrupted says why the run ended before its end; "" when it did not.
	Interrupted string `json:"interrupted,omitempty"`
	// Left is what the run made and could not end, each with the reason.
	Left []string `json:"left,omitempty"`
	// Severed says what became of the account that the run was signed in with, if that
	// ended.
	Severed string `json:"severed,omitempty"`
	// Recording is set when recorded exchanges were judged, and nothing was sent.
	Recording *Recording `json:"recording,omitempty"`
	// Shard is there when the run was of a part of the plan.
	Shard *Shard `json:"shard,omitempty"`

	name string // of the file that it was read from
}

// Recording counts what a recording holds. Entries that are for no operation of
// the contract are not judged.
type Recording struct {
	Entries int `json:"entries"`
	Matched int `json:"matched"`
}

// Note is something that the description lacks. It is about the description, not
// about the implementation.
type Note struct {
	Operation string `json:"operation"`
	Message   string `json:"message"`
	// Cases counts the answers that show it.
	Cases int `json:"cases"`
}

// Unaccepted is an operation that accepted nothing.
type Unaccepted struct {
	Operation string `json:"operation"`
	// Cases counts the requests that had to be accepted, Answers the answers to
	// them by status.
	Cases   int            `json:"cases"`
	Answers map[string]int `json:"answers,omitempty"`
	// Reason says why, as far as the answers tell, and what to give.
	Reason string `json:"reason,omitempty"`
	// NotServed tells that every answer looks like that to a path that cannot exist.
	NotServed bool `json:"notServed,omitempty"`
}

// Contract names what the implementation was held to.
type Contract struct {
	File    string `json:"file"`
	Title   string `json:"title"`
	Version string `json:"version"`
}

// Target names what was tested.
type Target struct {
	Name         string `json:"name"`
	BaseURL      string `json:"baseURL"`
	Organization string `json:"organization,omitempty"`
	Project      string `json:"project,omitempty"`
	Version      string `json:"version,omitempty"`
}

// Where says for people which target it is, and where.
func (t Target) Where() string {
	name, url := Printable(t.Name), Printable(t.BaseURL)
	switch {
	case name == "" || name == url:
		return url
	case url == "":
		return name
	}
	return name + " at " + url
}

// Outcome is what became of a case.
type Outcome string

// The outcomes of a case.
const (
	Pass Outcome = "pass"
	// Fail tells that a clause of level must was broken.
	Fail Outcome = "fail"
	// Warn tells that only clauses of level should were broken.
	Warn Outcome = "warn"
	// Known tells that the case failed and is listed as a known failure.
	Known Outcome = "known"
	// Fixed tells that the case is listed as a known failure and passed.
	Fixed Outcome = "fixed"
	// Skip tells that the case was not sent, for a reason.
	Skip Outcome = "skip"
	// Undecided tells that the answer is about something that the contract does not
	// decide, such as whether a thing exists. It is neither right nor wrong.
	Undecided Outcome = "undecided"
	// Error tells that no verdict could be reached.
	Error Outcome = "error"
)

// Verdict is what became of one case.
type Verdict struct {
	Case    plan.Case `json:"case"`
	Outcome Outcome   `json:"outcome"`
	// Reason says why for Skip, Undecided, Error and Known; "" otherwise.
	Reason string `json:"reason,omitempty"`
	// Findings are everything wrong with the exchange.
	Findings []Finding `json:"findings,omitempty"`
	// Notes say what the description lacks that the answer was judged by. They are
	// about the description, and change no outcome.
	Notes []string `json:"notes,omitempty"`
	// Exchange is what was sent and received, redacted. It is nil for a case
	// that was not sent.
	Exchange *Exchange `json:"exchange,omitempty"`
	// Setup is what was sent to make what the case is about. Cases that share a thing
	// list the same requests.
	Setup []Setup `json:"setup,omitempty"`
	// Shard is the shard that sends the case, in a report on one; 0 where the
	// case is sent in none.
	Shard int `json:"shard,omitempty"`
	// Like is there in a report that was read and is abridged: a case that got a
	// like verdict for a like answer, which is there in full. This one lacks Why and
	// Request of its case, and all of the exchange but the status and Elapsed.
	Like string `json:"like,omitempty"`
	// Exercised are the clauses that the answer was held to, kept and broken
	// ones. Build makes the standings from them.
	Exercised []string `json:"-"`
	// Unheld says why the answer was not held to some clauses, where that is not seen
	// otherwise.
	Unheld []Unheld `json:"-"`
	// Distinct are the values of the answer that must be in no other, as far as
	// they are looked at.
	Distinct []Sighting `json:"-"`
	// Conditional are findings that hold only if another request of the operation
	// was accepted. Until then the verdict is Undecided.
	Conditional []Finding `json:"-"`
}

// Accepted reports whether the case had to be accepted, and was.
func (v *Verdict) Accepted() bool {
	return v.Case.Expect.Outcome == plan.Accepted && v.Exchange != nil && v.Exchange.Status != 0 &&
		v.Case.Expect.Allows(strconv.Itoa(v.Exchange.Status))
}

// Unheld is a clause that an answer was not held to.
type Unheld struct {
	Clause string `json:"clause"`
	Reason string `json:"reason"`
}

// Sighting is a value that must differ in every answer.
type Sighting struct {
	// Clause is the one that says so.
	Clause string
	// Value tells values apart, and gives none away: it is a hash of one.
	Value string
	// Where is the place of the value in words, redacted: "the body's id".
	Where string
}

// Finding is one thing wrong with an exchange, and the clause it breaks.
type Finding struct {
	Clause string       `json:"clause"`
	Level  clause.Level `json:"level"`
	// Message says what is wrong in one line.
	Message  string `json:"message"`
	Expected string `json:"expected,omitempty"`
	Actual   string `json:"actual,omitempty"`
	// Check is the id of the check that made it, "" in a report that was read.
	Check string `json:"-"`
}

// Exchange is a request and its answer as they may be shown: without secrets,
// bodies cut to a length that a person reads.
type Exchange struct {
	Method          string   `json:"method"`
	URL             string   `json:"url"`
	RequestHeaders  []Header `json:"requestHeaders,omitempty"`
	RequestBody     string   `json:"requestBody,omitempty"`
	Status          int      `json:"status,omitempty"` // 0 when no answer came
	ResponseHeaders []Header `json:"responseHeaders,omitempty"`
	ResponseBody    string   `json:"responseBody,omitempty"`
	// Problem says what kept the answer from being read, "" when nothing did.
	Problem string `json:"problem,omitempty"`
	// Started is in UTC, Elapsed in seconds.
	Started time.Time `json:"started"`
	Elapsed float64   `json:"elapsedSeconds"`
	// Curl replays the request; credentials are left as shell variables. Where no
	// static command does that, as for a signed request, it is "" and Replay is
	// the command that sends the case anew, if there is one.
	Curl   string `json:"curl,omitempty"`
	Replay string `json:"replay,omitempty"`
}

// Setup is a request that made, or ended, what a case is about, or asked for another page
// of the list that it reads.
type Setup struct {
	Method string `json:"method"`
	URL    string `json:"url"`
	Status int    `json:"status,omitempty"` // 0 when no answer came
	// Did says what it did, such as "made /pets/7", or why it did not.
	Did string `json:"did"`
	// After tells that it was sent after the case's own.
	After bool `json:"after,omitempty"`
}

// Header is one line of a header, in the order of names.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Stand is what a run showed of a clause.
type Stand string

// The standings of a clause.
const (
	Upheld Stand = "upheld"
	// Violated tells that a case failed for it.
	Violated Stand = "violated"
	// Warned tells that it was broken, but as a should, for which no case failed.
	Warned Stand = "warned"
	// Excused tells that it was broken, as far as is listed as known.
	Excused  Stand = "known"
	Untested Stand = "untested"
)

// Standing is a clause and what the run showed of it.
type Standing struct {
	clause.Clause

	Stand Stand `json:"stand"`
	// Reason says why a clause is untested.
	Reason string `json:"reason,omitempty"`
	// Cases counts those that enforce the clause and got a verdict.
	Cases int `json:"cases"`
	// BrokenBy lists the cases whose findings name the clause.
	BrokenBy []string `json:"brokenBy,omitempty"`
}

// Summary counts verdicts by outcome and clauses by standing. Every form of a
// report has its numbers from here.
type Summary struct {
	Cases int `json:"cases"`
	Pass  int `json:"pass"`
	Fail  int `json:"fail"`
	Warn  int `json:"warn"`
	Known int `json:"known"`
	Fixed int `json:"fixed"`
	Skip  int `json:"skip"`
	// Undecided counts cases whose answer is about something that the contract does
	// not decide.
	Undecided int `json:"undecided"`
	Error     int `json:"error"`
	Upheld    int `json:"upheld"`
	Violated  int `json:"violated"`
	Warned    int `json:"warnedClauses"`
	Excused   int `json:"knownClauses"`
	Untested  int `json:"untested"`
}
