package report

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/apiclause/clause/contract/plan"
)

// Shard says which part of a plan a report is of. Beside that it has what a part
// is not enough to judge by, so that the reports of all parts can be joined.
type Shard struct {
	plan.Shard

	// Strict tells that a broken should fails.
	Strict bool `json:"strict"`
	// Instance tells implementations apart that are reached at one address, but
	// are different ones; "" where that cannot be told. Values that must differ
	// are compared within an instance.
	Instance string `json:"instance,omitempty"`
	// Known are the failures that are known; nil for none.
	Known *KnownFailures `json:"known,omitempty"`
	// Untested are the clauses that no case of the plan enforces.
	Untested []plan.Untested `json:"untested,omitempty"`
	// NotServed are the operations whose every answer here looks like that to a path
	// which cannot exist.
	NotServed []string `json:"notServed,omitempty"`
	// Evidence is what the answers show beyond the findings, in plan order.
	Evidence []Evidence `json:"evidence,omitempty"`
}

// Evidence is Exercised and Distinct of the verdict on a case. Their clauses are
// named by their place among those of the report, from 0: their ids would make a
// long report of it.
type Evidence struct {
	Case      string `json:"case"`
	Exercised []int  `json:"exercised,omitempty"`
	Distinct  []Seen `json:"distinct,omitempty"`
	// Unheld are those of the verdict.
	Unheld []Unheld `json:"unheld,omitempty"`
	// Conditional is that of the verdict.
	Conditional []Finding `json:"conditional,omitempty"`
}

// Seen is a Sighting.
type Seen struct {
	Clause int    `json:"clause"`
	Value  string `json:"value"`
	Where  string `json:"where"`
}

// String gives "shard 2 of 3".
func (s *Shard) String() string { return fmt.Sprintf("shard %d of %d", s.Index, s.Of) }

func newShard(in Input, verdicts []Verdict) *Shard {
	s := &Shard{Shard: in.Shard, Strict: in.Strict, Instance: in.Instance, Known: in.Known, Untested: in.Plan.Untested}
	s.NotServed = slices.Sorted(maps.Keys(in.NotServed))
	places := make(map[string]int, len(in.Clauses))
	for i, c := range in.Clauses {
		places[c.ID] = i
	}
	for i := range verdicts {
		if e := evidenceOf(&verdicts[i], places); len(e.Exercised)+len(e.Distinct)+len(e.Conditional)+len(e.Unheld) > 0 {
			s.Evidence = append(s.Evidence, e)
		}
	}
	return s
}

// evidenceOf leaves out clauses that the contract does not have: they have no
// standing.
func evidenceOf(v *Verdict, places map[string]int) Evidence {
	e := Evidence{Case: v.Case.ID, Conditional: v.Conditional, Unheld: v.Unheld}
	for _, id := range v.Exercised {
		if place, ok := places[id]; ok {
			e.Exercised = append(e.Exercised, place)
		}
	}
	for _, s := range v.Distinct {
		if place, ok := places[s.Clause]; ok {
			e.Distinct = append(e.Distinct, Seen{place, s.Value, s.Where})
		}
	}
	return e
}

// restore puts the evidence into the verdicts, where Build found it.
func (s *Shard) restore(clauses []Standing, verdicts []Verdict) error {
	places := make(map[string]int, len(verdicts))
	for i := range verdicts {
		places[verdicts[i].Case.ID] = i
	}
	id := func(place int) string {
		if place < 0 || place >= len(clauses) {
			return ""
		}
		return clauses[place].ID
	}
	for _, e := range s.Evidence {
		i, ok := places[e.Case]
		if !ok {
			return fmt.Errorf("it has evidence of a case %q, and no such case: run the shard again", e.Case)
		}
		v := &verdicts[i]
		v.Conditional, v.Unheld = e.Conditional, e.Unheld
		for _, place := range e.Exercised {
			v.Exercised = append(v.Exercised, id(place))
		}
		for _, seen := range e.Distinct {
			v.Distinct = append(v.Distinct, Sighting{id(seen.Clause), seen.Value, seen.Where})
		}
		if slices.Contains(v.Exercised, "") || slices.ContainsFunc(v.Distinct, func(s Sighting) bool { return s.Clause == "" }) {
			return fmt.Errorf("its evidence of the case %s names a clause that it does not have: run the shard again", e.Case)
		}
		slices.Sort(v.Exercised)
	}
	return nil
}

type knownJSON struct {
	File     string        `json:"file"`
	Patterns []patternJSON `json:"patterns"`
}

type patternJSON struct {
	Glob   string `json:"glob"`
	Reason string `json:"reason"`
	Line   int    `json:"line"`
}

// MarshalJSON writes the file's name and the patterns, without comments.
func (k *KnownFailures) MarshalJSON() ([]byte, error) {
	whole := knownJSON{File: k.file, Patterns: []patternJSON{}}
	for _, p := range k.patterns {
		whole.Patterns = append(whole.Patterns, patternJSON{p.glob, p.reason, p.line})
	}
	return json.Marshal(whole) //nolint:wrapcheck // it stands for json.Marshal
}

// UnmarshalJSON reads what MarshalJSON writes.
func (k *KnownFailures) UnmarshalJSON(data []byte) error {
	var whole knownJSON
	if err := exactly(data, &whole); err != nil {
		return err
	}
	*k = KnownFailures{file: whole.File}
	for _, p := range whole.Patterns {
		k.add(knownPattern{p.Glob, p.Reason, p.Line})
	}
	return nil
}
