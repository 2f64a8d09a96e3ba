package source

import "github.com/apiclause/clause/contract/clause"

func tooLarge(name string) *Error {
	return fatal(clause.Location{File: name}, "larger than %d MiB: split it, or leave out what is not needed", MaxSize>>20)
}
