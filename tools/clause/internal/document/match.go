package document

import (
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
)

// matching is which items of the page and which parameters of the contract are
// the same, and which have no counterpart.
type matching struct {
	pairs   []pair
	lacking []item
	extra   []*Parameter
}

type pair struct {
	item      item
	parameter *Parameter
}

// match pairs by place and name. An item whose place the page does not say goes
// with the first parameter of its name, wherever that is.
func match(items []item, stated []Parameter) matching {
	var m matching
	byKey, byName := map[string]int{}, map[string]int{}
	for i, p := range slices.Backward(stated) {
		byKey[p.In+" "+matchName(p.In, p.Name)] = i
		byName[strings.ToLower(memberName(p.Name))] = i
	}
	taken := make([]bool, len(stated))
	for _, it := range items {
		i, ok := byKey[it.in+" "+matchName(it.in, it.name)]
		if it.in == "" {
			i, ok = byName[strings.ToLower(it.name)]
		}
		if !ok {
			m.lacking = append(m.lacking, it)
			continue
		}
		taken[i] = true
		m.pairs = append(m.pairs, pair{it, &stated[i]})
	}
	for i := range stated {
		if !taken[i] {
			m.extra = append(m.extra, &stated[i])
		}
	}
	m.dropInner()
	return m
}

// dropInner leaves out members of what is lacking or extra itself, and headers
// that a contract cannot state: OpenAPI ignores parameters of these names, the
// media types stand for them.
func (m *matching) dropInner() {
	gone := map[string]bool{}
	for _, it := range m.lacking {
		gone[it.in+" "+it.name] = true
	}
	m.lacking = slices.DeleteFunc(m.lacking, func(it item) bool {
		header := it.in == "header" || it.in == ""
		return hasAncestor(it.in, it.name, gone) ||
			header && (strings.EqualFold(it.name, "Accept") || strings.EqualFold(it.name, "Content-Type"))
	})
	more := map[string]bool{}
	for _, p := range m.extra {
		more[p.In+" "+memberName(p.Name)] = true
	}
	m.extra = slices.DeleteFunc(m.extra, func(p *Parameter) bool { return hasAncestor(p.In, memberName(p.Name), more) })
}

// hasAncestor tells whether a.b or a is in the set, for a.b.c.
func hasAncestor(in, name string, set map[string]bool) bool {
	if in != "body" && in != "answer" && in != "" {
		return false
	}
	for i := strings.LastIndexByte(name, '.'); i > 0; i = strings.LastIndexByte(name, '.') {
		name = name[:i]
		if set[in+" "+name] {
			return true
		}
	}
	return false
}

// takeMisplaced takes out what is lacking and extra for its place alone.
func (m *matching) takeMisplaced() []pair {
	extra := map[string]*Parameter{}
	for _, p := range slices.Backward(m.extra) {
		if !p.Inferred {
			extra[strings.ToLower(p.Name)] = p
		}
	}
	var found []pair
	moved := map[*Parameter]bool{}
	m.lacking = slices.DeleteFunc(m.lacking, func(it item) bool {
		p := extra[strings.ToLower(it.name)]
		if p == nil || moved[p] || p.In == it.in {
			return false
		}
		moved[p] = true
		found = append(found, pair{it, p})
		return true
	})
	m.extra = slices.DeleteFunc(m.extra, func(p *Parameter) bool { return moved[p] })
	return found
}

// meant finds an extra of the contract that may be the item, misspelt, or nil.
func (m *matching) meant(it item) *Parameter {
	var names []string
	var extras []*Parameter
	for _, p := range m.extra {
		if p.In == it.in || it.in == "" {
			names = append(names, p.Name)
			extras = append(extras, p)
		}
	}
	if i := nearest(it.name, names); i >= 0 {
		return extras[i]
	}
	return nil
}

// maxCandidates bounds the search for a name that was meant.
const maxCandidates = 1000

// nearest gives the index of the candidate that a misspelt name most likely means,
// or -1 if none is near.
func nearest(name string, candidates []string) int {
	names := make([]string, min(len(candidates), maxCandidates))
	for i := range names {
		names[i] = fold(candidates[i])
	}
	meant := clause.Nearest(fold(name), names)
	if meant == "" {
		return -1
	}
	return slices.Index(names, meant)
}
