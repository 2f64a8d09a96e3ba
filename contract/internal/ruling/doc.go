// Package ruling says what a contract wants of a request, and which answers to it
// are lawful.
//
// # Requests
//
// An [Operation] is made ready once. A [Request] is the one form in which rules see
// a request: planning makes it of values that it has chosen, enforcing of a live
// request, and [Assess] of what somebody else [Sent]. A [Rule] is applied under all
// of its readings and at all times that a clock may show ([Rule.Decide]), and
// [Rule.Steady] tells whether there is a margin.
//
// # Answers
//
// What the contract says of a request is its [Standing]: it has to be accepted or
// refused, it lacks valid credentials, it is open, it provokes a failure, or it has
// a method that the contract lacks. A [Question] adds what else decides about the
// answer, and [Question.Rule] gives what a status means then:
//
//	kept       the answer is as the contract wants it
//	broken     it is not
//	undecided  the status is about something that the contract does not decide:
//	           whether a thing exists, what the credentials may do
//
// Planning takes the statuses of a case from here, judging its verdict, and
// enforcing the status that it refuses with, so that they cannot differ.
//
// The description is the statement. A status that it does not list, where it lists
// none that would fit, is lawful and gives a note: that is about the description,
// not about the server.
package ruling
