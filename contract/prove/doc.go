// Package prove measures what a contract's test suite is worth: what it notices,
// and what it leaves alone.
//
//	result, err := prove.Run(ctx, c, prove.Options{})
//	result.WriteText(os.Stdout)
//	prove.HTML(file, result)
//
// From the contract alone it derives
//
//   - the known-good implementation ([Good]): package enforce refuses what the
//     contract forbids, and what it allows is answered with samples of the
//     documented success;
//   - faults ([Faults]): the same with one thing wrong. A required parameter is
//     made optional, a limit moved by one, a comparison in a rule made strict, a
//     member dropped from one answer. Each names the clause that it breaks;
//   - variants ([Variants]): implementations that conform and yet differ, where
//     contract, HTTP and JSON leave a choice.
//
// The suite runs against all of them. It must uphold the known-good one, charge no
// variant, and notice every fault; a new rule or parameter brings its own faults.
//
// # How faults are made
//
// Faults in what is refused come from a changed model: the schema, the parameter
// or the rule concerned is copied and one keyword changed, and package enforce holds
// requests to that. Where a reader is lax (12abc for 12), the request is changed
// before it is checked: what the reader would take it for is what is held to
// the contract. Faults in answers change the answer of the known-good one.
//
// # What cannot be told from outside
//
// Some faults change no answer to any request that is fair to send: a limit that a
// rule implies, a boundary where the document can be read in two ways, a value that
// only the target knows. They are listed with the reason for it. The reason never
// comes from whether the suite missed the fault, and no value in a fault comes from a
// plan: an oracle draws requests of its own near the boundaries that the
// contract names, and looks for one that has to be answered otherwise.
package prove
