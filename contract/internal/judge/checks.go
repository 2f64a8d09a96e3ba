package judge

import (
	"slices"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
)

// check is a row of the table: one thing that an answer is held to.
type check struct {
	id string
	// clauses are those that it decides, as a pattern of their ids.
	clauses string
	// level is that of its findings: must, should, or where it comes from.
	level string
	// statement is what the clauses say, in one sentence, and reason why, where that
	// is not for the description to say.
	statement, reason string
	judge             func(*Judgment)
	// always tells that it is made even where no answer came.
	always bool
}

// The levels of checks whose clauses the description makes.
const (
	ofCase   = "of the case"
	ofClause = "of the clause"
)

// checks is the table, in the order in which they are made, and in which a verdict
// lists what they find. A check sees what those before it have read of the answer.
// docs/checks.md shows it.
var checks = []check{
	alwaysMade(general("framing", (*Judgment).judgeFraming)),
	{
		id: "status", clauses: "the case's own", level: ofCase, judge: (*Judgment).judgeStatus,
		statement: "the request is answered with a status that is lawful for it: see [answers](answers.md)",
	},
	general("unprovoked-5xx", (*Judgment).judgeFailure),
	{
		id: "header", clauses: "OPERATION.answer.STATUS.header.*", level: ofClause, judge: (*Judgment).judgeHeaders,
		statement: "the headers that are documented for the status are there, if they are required, and have documented values",
	},
	{
		id: "media-type", clauses: "OPERATION.answer.STATUS.mediaType", level: ofClause, judge: (*Judgment).judgeMediaType,
		statement: "the body's media type is one of those that are documented for the status",
	},
	{
		id: "json", clauses: "OPERATION.answer.STATUS.json", level: ofClause, judge: (*Judgment).judgeJSON,
		statement: "the body is exactly one JSON document, where JSON is documented",
	},
	general("duplicate-names", (*Judgment).judgeNames),
	{
		id: "schema", clauses: "OPERATION.answer.STATUS.*", level: ofClause, judge: (*Judgment).judgeSchema,
		statement: "the body is as its schema says, keyword by keyword",
	},
	{
		id: "distinct", clauses: "OPERATION.answer.STATUS.*.distinct", level: ofClause, judge: (*Judgment).judgeDistinct,
		statement: "a value that the contract calls distinct is in no two answers; verdicts are held against each other for that",
	},
	{
		id: "holds", clauses: "OPERATION.state.holds", level: ofClause, judge: (*Judgment).judgeHolds,
		statement: "what the run made is read with the values that were sent: texts by their letters and digits, without case, " +
			"times to the second or to a whole minute, hour or day, numbers by value or rounded, lists in any order; what is missing says " +
			"nothing, nor what the answer to the request leaves out or shows with another value, but for free texts",
	},
	{
		id: "visible", clauses: "OPERATION.state.visible", level: ofClause, judge: (*Judgment).judgeVisible,
		statement: "what the run changed is read with the values that were sent, compared as above; what the answer to the change leaves out, " +
			"or shows with another value, says nothing, unless nothing of the change is read at all",
	},
	{
		id: "untouched", clauses: "OPERATION.state.untouched", level: ofClause, judge: (*Judgment).judgeUntouched,
		statement: "what a `PATCH` with one member does not name is read as before; charged only where two such requests, each for another member, " +
			"leave nothing of what may be missing: a member that depends on the one that was named may go with it",
	},
	{
		id: "listed", clauses: "OPERATION.state.listed", level: ofClause, judge: (*Judgment).judgeListed,
		statement: "a list that is read to its end, twice, has what the run made; what is missing is charged only where the list has " +
			"what the run made before it and later in the same way, for a list may show only some things, or show them later",
	},
	{
		id: "answers", clauses: "OPERATION.answers.*", level: ofClause, judge: (*Judgment).judgeAnswers,
		statement: "a success keeps to the rules that the contract states of it and its request, and to the conventions of lists " +
			"(`OPERATION.convention.*`); of a list that the run makes things for, in the cases of the rule and in recordings; " +
			"what cannot be evaluated, or could not have been broken, decides nothing",
	},
	{
		id: "heeded", clauses: "OPERATION.convention.*", level: ofClause, judge: (*Judgment).judgeHeeded,
		statement: "a parameter that looks for a text, or is a flag of the things, changes what a list has; charged only where the list has all " +
			"that the run made, in the same order, with each value and without: also with a text that nothing has",
	},
	general("stack-trace", (*Judgment).judgeTrace),
	general("credentials", (*Judgment).judgeCredentials),
}

// general makes the row of a check whose clauses the model states for every operation.
func general(name string, judge func(*Judgment)) check {
	c := check{id: name, clauses: "OPERATION.answer." + name, level: string(clause.Must), judge: judge}
	all := spec.Generals()
	if i := slices.IndexFunc(all, func(g spec.General) bool { return g.Name == name }); i >= 0 {
		c.statement, c.reason = all[i].Statement, all[i].Reason
		if c.reason != "" {
			c.level = string(clause.Should)
		}
	}
	return c
}

func alwaysMade(c check) check {
	c.always = true
	return c
}

// Checks lists the ids of all checks, in the order in which they are made. A finding
// has the id of the check that made it.
func Checks() []string {
	out := make([]string, len(checks))
	for i, c := range checks {
		out[i] = c.id
	}
	return out
}
