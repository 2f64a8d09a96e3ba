package plan

// Technique is how a case was derived, in the words of ISO/IEC/IEEE 29119-4
// where it has one.
type Technique string

// The techniques: the table says what each is for.
const (
	Example        Technique = "example"
	InternalError  Technique = "internal-error"
	Provoked       Technique = "provoked"
	SingleFault    Technique = "single-fault"
	Boundary       Technique = "boundary"
	EachChoice     Technique = "each-choice"
	Combination    Technique = "combination"
	Harsh          Technique = "harsh"
	Authentication Technique = "authentication"
	Method         Technique = "method"
	State          Technique = "state"
	AnswerRule     Technique = "answer-rule"
	// Recorded cases are in no plan: they are requests that somebody else sent.
	Recorded Technique = "recorded"
)

// technique is a row of the table of techniques. A row is all that a new technique
// needs, beside its constant, its functions and a test of them.
type technique struct {
	name Technique
	// what its cases are for, as docs/techniques.md says it.
	what string
	// cases propose those of one operation, one function after the other.
	cases []func(*planner)
}

// techniques has a row for each technique of a plan, in the order in which its cases
// are planned and sent: what finds most comes first, and what may lock an account or
// belongs to no operation last.
var techniques = []technique{
	{
		Example, "the smallest and the fullest request that the contract allows, and each way to authenticate: they must be accepted",
		[]func(*planner){(*planner).examples, (*planner).authenticated, (*planner).otherExamples},
	},
	{
		InternalError, "the request that fails inside, as the target file says: its answer must be the documented internal error",
		[]func(*planner){(*planner).internalError, (*planner).provokedErrors},
	},
	{
		Provoked, "requests that get another documented answer, as the target file says how",
		[]func(*planner){(*planner).provoked},
	},
	{
		SingleFault, "one thing wrong in a request: a value, a body, what is mandatory or a rule. It must be refused for that alone, " +
			"or where readers lawfully differ, must not make the service fail",
		[]func(*planner){(*planner).singleFaults, (*planner).otherFaults, (*planner).ruleFaults},
	},
	{
		Boundary, "the last value on this side of a limit or a rule's comparison, which must be accepted, and the first beyond it, " +
			"which must be refused",
		[]func(*planner){(*planner).boundaries, (*planner).otherBoundaries},
	},
	{
		EachChoice, "each optional value alone, each listed value, each alternative, null, negative numbers and texts of every kind, once: " +
			"they must be accepted",
		[]func(*planner){(*planner).eachChoice},
	},
	{
		Combination, "requests that have each two optional or listed values together, or three with `--strength 3`: they must be accepted",
		[]func(*planner){(*planner).combinations},
	},
	{
		State, "what was made can be read, with what was sent to make and to change it, of which a part may be changed alone, " +
			"and is in its list; what was ended cannot be read any more, " +
			"and what names it does not make the service fail",
		[]func(*planner){(*planner).state},
	},
	{
		AnswerRule, "requests whose answers can show whether a rule about answers is kept: with small limits, with each order, and with filters " +
			"that some of several things pass which were made first and differ",
		[]func(*planner){(*planner).answerRules, (*planner).heeded},
	},
	{
		Harsh, "values that services stumble over, such as quotation marks or very long texts: they may be taken or refused, " +
			"and must not make the service fail",
		[]func(*planner){(*planner).harsh},
	},
	{
		Authentication, "no credentials and wrong ones: they must be refused. They come after all that needs the right ones, " +
			"for wrong ones may lock an account",
		[]func(*planner){(*planner).authentication},
	},
	{
		Method, "methods that no path of the contract has there: they must neither succeed nor make the service fail",
		[]func(*planner){(*planner).methods},
	},
}

// Techniques lists the techniques of a plan, in the order in which their cases are
// sent.
func Techniques() []Technique {
	var out []Technique
	for _, t := range techniques {
		out = append(out, t.name)
	}
	return out
}

// What says in one sentence what a technique's cases are for; "" where no plan has
// any.
func (t Technique) What() string {
	for _, row := range techniques {
		if row.name == t {
			return row.what
		}
	}
	return ""
}
