// Package rule compiles and evaluates the rules of a contract: conditions
// between the parameters of one request, written in CEL, the Common Expression
// Language (https://cel.dev), as Kubernetes and protovalidate write theirs. It
// knows no OpenAPI: its caller describes the members of a request as [Field]s.
//
//	env, err := rule.NewEnv([]rule.Field{{Name: "query", Type: &rule.Type{
//		Kind: rule.Object,
//		Fields: []rule.Field{
//			{Name: "min", Type: &rule.Type{Kind: rule.Int}},
//			{Name: "max", Type: &rule.Type{Kind: rule.Int}},
//		},
//	}}})
//	x, problems := env.Compile("!has(query.min) || !has(query.max) || query.min <= query.max")
//	holds, err := x.Holds(&rule.Input{Query: map[string]any{"min": int64(1), "max": int64(5)}})
//
// # Variables and names
//
// A rule reads the variables path, query, header, cookie and body, and now, the
// time of the request. One about an answer also reads status, answer and
// answerHeader. Members are typed: a name that no field has is a
// problem of [Env.Compile], and so is query.max > "5". A member of a field of
// kind [Any] is not checked before it is read.
//
// A name that is no CEL identifier, or is one of its keywords, is written in
// backticks: header.`X-Request-Id`, query.`in`. CEL takes only ASCII letters,
// digits, '_', '.', '-', '/' and the space there. Any other name has an alias,
// in which each character that is no letter, digit or '_' becomes '_' (and a
// digit in front is preceded by one): the parameter filter[name] is
// query.filter_name_. [Expression.Reads] gives real names, never aliases.
//
// # Presence
//
// has(query.min) tells whether a member was sent; a null counts as absent. To
// read an absent member is an [AbsentError], never false: a rule guards what is
// optional, and [Env.Examine] finds the combination in which one forgot to. If
// there is no body, has(body.x) is false and body itself is null.
//
// # Differences from standard CEL
//
// A sum or difference of times that leaves CEL's range (292 years for a
// duration, the years 1 to 9999 for a timestamp) is the end of that range, not
// an error: else a rule could not be evaluated for extreme values, and those would
// slip past it. (Sums of members of kind [Any] are CEL's own.) Joined lists have at most
// 10,000 items. What an evaluation may cost is limited where an expression has
// loops. Of the strings extension there are charAt, indexOf, lastIndexOf, lowerAscii,
// split, substring, trim and upperAscii. Lists of values that have an order have
// isSorted, as in Kubernetes, and isSortedDescending; equal items may follow each
// other, and texts are compared code point by code point.
package rule
