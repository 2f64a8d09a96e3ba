package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract/report"
)

// failOnForm is what --fail-on takes.
const failOnForm = "untested, or untested=N% with N from 0 to 100"

// failOn is how much may be untested, as a flag.
type failOn struct {
	set     bool
	percent float64 // of the clauses that may be untested
}

var errFailOn = errors.New("want " + failOnForm)

// Set reads untested, or untested=N%.
func (f *failOn) Set(text string) error {
	what, share, given := strings.Cut(text, "=")
	if what != "untested" {
		return errFailOn
	}
	f.set, f.percent = true, 0
	if !given {
		return nil
	}
	n, err := strconv.ParseFloat(strings.TrimSuffix(share, "%"), 64)
	if err != nil || !(n >= 0 && n <= 100) {
		return errFailOn
	}
	f.percent = n
	return nil
}

// String gives the flag as it is written; "" when it is not given.
func (f *failOn) String() string {
	if !f.set {
		return ""
	}
	return "untested=" + strconv.FormatFloat(f.percent, 'g', -1, 64) + "%"
}

// Type tells valueOf what to say of a wrong value.
func (f *failOn) Type() string { return "share" }

// check says that too much is untested.
func (f *failOn) check(r *report.Report) error {
	c := r.Coverage()
	if !f.set || c.Untested == 0 || c.Percent() <= f.percent {
		return nil
	}
	return exit{exitViolated, fmt.Errorf("--fail-on %s: %d of %s untested (%.1f %%): give what the report asks for, or allow more",
		f, c.Untested, count(c.Tested+c.Untested, "clause"), c.Percent())}
}
