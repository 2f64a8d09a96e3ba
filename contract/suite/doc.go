// Package suite runs the cases of a contract as specs of a Ginkgo suite.
//
// There are three ways in. Within a test of one's own:
//
//	func TestContract(t *testing.T) {
//		suite.Test(t, config)
//	}
//
// Within a Ginkgo suite of one's own, where the specs stand beside others and
// heed Ginkgo's focus, labels and reports:
//
//	var _ = suite.Register(config)
//
// And [Run], for a program of one's own: it gives the report and prints
// nothing.
//
// Ginkgo runs specs one after another, so the requests are not made in them: a
// pool of workers makes them, and each spec awaits the verdict of its case. Only
// the cases whose specs are selected are sent. Each spec has the labels level,
// technique and clause, and the clause's place in the contract as its location.
package suite
