package plan

import (
	"strings"
	"testing"
)

func TestDoubtsNameTheRulesThatCannotBeKept(t *testing.T) {
	for _, test := range []struct {
		name        string
		query, body []string
		rules       [][]string
		want        []string
	}{
		{
			name: "none", query: []string{"at!"}, rules: [][]string{{"ahead", `query.at > now`}},
		},
		{
			name: "two of three", query: []string{"at!"},
			rules: [][]string{{"ahead", `query.at > now + duration("24h")`}, {"fine", `query.at > now - duration("1h")`}, {"soon", `query.at < now + duration("12h")`}},
			want:  []string{`visits.yaml:9: the rules ahead and soon cannot both be kept: no request was found that keeps every rule of the operation`},
		},
		{
			name: "three together", body: []string{"a!", "b!"},
			rules: [][]string{{"ahead", `body.a > now + duration("24h")`}, {"order", `body.b >= body.a`}, {"soon", `body.b < now`}},
			want:  []string{`visits.yaml:9: the rules ahead, order and soon cannot all be kept: no request was found that keeps every rule of the operation`},
		},
		{
			name: "beside a parameter", query: []string{"at"},
			rules: [][]string{{"ahead", `!has(query.at) || query.at > now + duration("24h")`}, {"soon", `!has(query.at) || query.at < now`}},
			want:  []string{`visits.yaml:9: the rules ahead and soon cannot both be kept with query.at: no request was found that has it and keeps every rule of the operation`},
		},
		{
			name: "numbers", query: []string{"n:type: integer!", "m:type: integer!"},
			rules: [][]string{{"more", `query.n > query.m`}, {"less", `query.n <= query.m`}},
			want:  []string{`visits.yaml:9: the rules more and less cannot both be kept: no request was found that keeps every rule of the operation`},
		},
		{
			name: "a rule that is never tried", query: []string{"at", "n:type: integer"},
			rules: [][]string{
				{"never", `!has(query.at)`},
				{"lost", `!has(query.at) || query.at > now + duration("2h") || !has(query.n)`},
			},
			want: []string{
				`visits.yaml:9: the rule never cannot be kept with query.at: no request was found that has it and keeps every rule of the operation`,
				`visits.yaml:10: rule lost is not tried: no request was found that breaks it and nothing else, and none that keeps it with all that it reads`,
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, d := range Doubts(t.Context(), visits(t, test.query, test.body, test.rules)) {
				got = append(got, d.String())
			}
			if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

func TestWhatConflictsIsTheReasonForWhichNothingIsSent(t *testing.T) {
	p := Build(visits(t, []string{"at!"}, nil, [][]string{{"ahead", `query.at > now + duration("24h")`}, {"soon", `query.at < now`}}), informed)
	want := "no request was found that keeps every rule of the operation: the rules ahead and soon cannot both be kept"
	if c := find(t, p, "visit.answer.200/smallest"); c.Skip != want {
		t.Errorf("the case is skipped for %q, want %q", c.Skip, want)
	}
}

func TestTheContractsAtHandLeaveNoDoubt(t *testing.T) {
	for _, path := range []string{"../../openapi/userusage.yaml", "../testdata/orders.yaml"} {
		for _, d := range Doubts(t.Context(), file(t, path)) {
			t.Error(d)
		}
	}
}
