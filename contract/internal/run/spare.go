package run

import "github.com/apiclause/clause/contract/plan"

// Spare bounds how many requests that the contract allows are sent beyond those that
// were planned: what is sent again, and what is made for that. It is called before the
// first is sent; without it any number is.
func (r *Runner) Spare(n int) { r.spare.Store(int64(n)) }

// afford takes so many requests from what is left of the budget. It reports whether so
// many were left.
func (r *Runner) afford(n int) bool {
	for {
		left := r.spare.Load()
		if left < int64(n) {
			return false
		}
		if r.spare.CompareAndSwap(left, left-int64(n)) {
			return true
		}
	}
}

// Affords takes from what is left of the budget what a case costs that was not planned to
// be sent. It reports whether so much was left.
func (r *Runner) Affords(c *plan.Case) bool { return r.afford(r.cost(c)) }

// cost counts the requests that the contract allows which a case takes that is sent again,
// about things of its own.
func (r *Runner) cost(c *plan.Case) int { return plan.Cost(r.things.setups, c) }
