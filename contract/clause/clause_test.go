package clause_test

import (
	"fmt"
	"testing"

	"github.com/apiclause/clause/contract/clause"
)

func TestIDEscapesWhatGlobsAndPathsWouldMisread(t *testing.T) {
	for want, names := range map[string][]string{
		"listThings.query.limit.maximum": {"listThings", "query", "limit", "maximum"},
		"op.query.filter_5bname_5d":      {"op", "query", "filter[name]"},
		"op.query.a_2eb":                 {"op", "query", "a.b"},
		"op.query.gr_c3_b6_c3_9fe":       {"op", "query", "größe"},
		"op.header.X-Rate_limit":         {"op", "header", "X-Rate_limit"},
	} {
		if got := clause.ID(names...); got != want {
			t.Errorf("the id of %q is %s, want %s", names, got, want)
		}
	}
}

func TestSourceNamesOnlyWhatIsGiven(t *testing.T) {
	for want, source := range map[string]clause.Source{
		"":                             {},
		"URI":                          {Section: "URI"},
		"URI, query parameters, limit": {Section: "URI", Table: "query parameters", Row: "limit"},
		"limit":                        {Row: "limit"},
	} {
		if got := source.String(); got != want {
			t.Errorf("%#v is %q, want %q", source, got, want)
		}
	}
}

func TestLocationIsWhatEditorsRead(t *testing.T) {
	if got := fmt.Sprint(clause.Location{File: "a.yaml", Line: 7, Column: 3}); got != "a.yaml:7" {
		t.Errorf("got %s", got)
	}
	if got := fmt.Sprint(clause.Location{File: "a.json", Line: 1, Column: 3041}); got != "a.json:1:3041" {
		t.Errorf("%q, want the column in a long line", got)
	}
	if got := fmt.Sprint(clause.Location{File: "a.yaml"}); got != "a.yaml" {
		t.Errorf("without a line: %s", got)
	}
}
