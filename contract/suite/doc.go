// Package suite runs the cases of a contract as tests of Go, or as specs of a Ginkgo
// suite.
//
// In a Go test, each case is a subtest, which -run selects by operation, clause and
// case; several contracts in a package, -count, -failfast and t.Parallel are as with
// any other test:
//
//	func TestContract(t *testing.T) {
//		suite.Test(t, config)
//	}
//
// In a Ginkgo suite of one's own the specs stand beside others and heed Ginkgo's
// focus, labels and reports; of what fails alike, or is warned of alike, the first
// shows why:
//
//	var _ = suite.Register(config)
//
// And [Run], for a program of one's own, runs a suite by itself, once in a process: it
// gives the report and prints nothing.
//
// Go and Ginkgo run tests one after another, so the requests are not made in them: a
// pool of workers makes them, and each test awaits the verdict of its case. Only the
// cases whose tests are selected are sent. Each spec has the labels level, technique
// and clause, and the clause's place in the contract as its location.
package suite
