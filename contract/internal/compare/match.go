package compare

import (
	"regexp"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
)

// pair is an operation as both contracts have it; one of them is nil where it came
// or went.
type pair struct {
	old, now *spec.Operation
	// renames are what ids of the old contract begin with, and what the new one has
	// instead.
	renames [][2]string
}

// named gives the id that the new contract has, or would have, for one of the old.
func (p *pair) named(id string) string {
	for _, r := range p.renames {
		if id == r[0] || strings.HasPrefix(id, r[0]+".") || strings.HasPrefix(id, r[0]+"/") {
			return r[1] + id[len(r[0]):]
		}
	}
	return id
}

var placeholders = regexp.MustCompile(`\{[^{}]*\}`)

// shape is a path without the names of its parameters.
func shape(path string) string { return placeholders.ReplaceAllString(path, "{}") }

// match pairs the operations of two contracts: by their ids; those that are left by
// method and path; and by method and path without the names of parameters. An id that
// both have for other paths is the same operation, unless its path went to another.
func match(old, now *spec.Contract) []*pair {
	partner := map[*spec.Operation]*spec.Operation{}
	taken := map[*spec.Operation]bool{}
	for _, key := range []func(*spec.Operation) string{
		func(op *spec.Operation) string { return op.ID + " " + op.Method + " " + shape(op.Path) },
		func(op *spec.Operation) string { return op.Method + " " + op.Path },
		func(op *spec.Operation) string { return op.Method + " " + shape(op.Path) },
		func(op *spec.Operation) string { return op.ID },
	} {
		byKey := map[string]*spec.Operation{}
		for _, op := range old.Operations {
			if !taken[op] {
				byKey[key(op)] = op
			}
		}
		for _, op := range now.Operations {
			if o := byKey[key(op)]; o != nil && partner[op] == nil && !taken[o] {
				partner[op], taken[o] = o, true
			}
		}
	}
	var out []*pair
	for _, op := range now.Operations {
		out = append(out, newPair(partner[op], op))
	}
	for _, op := range old.Operations {
		if !taken[op] {
			out = append(out, newPair(op, nil))
		}
	}
	return out
}

func newPair(old, now *spec.Operation) *pair {
	p := &pair{old: old, now: now}
	if old == nil || now == nil {
		return p
	}
	if shape(old.Path) == shape(now.Path) {
		before, after := placeholders.FindAllString(old.Path, -1), placeholders.FindAllString(now.Path, -1)
		for i := range before {
			if before[i] != after[i] {
				p.renames = append(p.renames, [2]string{pathID(old, before[i]), pathID(now, after[i])})
			}
		}
	}
	p.renames = append(p.renames, mediaRenames(old.Body, now.Body)...)
	p.renames = append(p.renames, headers(old, now)...)
	p.renames = append(p.renames, schemes(old, now)...)
	if old.ID != now.ID {
		p.renames = append(p.renames, [2]string{clause.ID(old.ID), clause.ID(now.ID)})
	}
	return p
}

func pathID(op *spec.Operation, placeholder string) string {
	return clause.ID(op.ID, "path", strings.Trim(placeholder, "{}"))
}

// sameURLs reports whether a URL of the one operation is one of the other.
func (p *pair) sameURLs() bool {
	return p.old.Method == p.now.Method && shape(p.old.Path) == shape(p.now.Path)
}

// headers gives the ids of headers whose names differ in case alone, which says nothing
// (RFC 9110, section 5.1).
func headers(old, now *spec.Operation) [][2]string {
	var out [][2]string
	for _, was := range old.Parameters {
		for _, is := range now.Parameters {
			if was.In == "header" && is.In == was.In && was.Name != is.Name && strings.EqualFold(was.Name, is.Name) {
				out = append(out, [2]string{was.ID, is.ID})
			}
		}
	}
	return out
}

// schemes gives the ids of security schemes that put the same into a request under
// another name.
func schemes(old, now *spec.Operation) [][2]string {
	after := map[string]*spec.Scheme{}
	for _, s := range slices.Concat(now.Security...) {
		after[carried(s)] = s
	}
	var out [][2]string
	for _, s := range slices.Concat(old.Security...) {
		if is := after[carried(s)]; is != nil && is.Name != s.Name {
			out = append(out, [2]string{s.ClausePrefix(old), is.ClausePrefix(now)})
		}
	}
	return out
}
