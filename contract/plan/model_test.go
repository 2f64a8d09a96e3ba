package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/spec"
)

// holdsNull tells that a value holds null somewhere.
func holdsNull(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case map[string]any:
		for _, member := range v {
			if holdsNull(member) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, holdsNull)
	}
	return false
}

// TestWhatTheContractLeavesOpenIsNotDemanded holds that no case hangs on what is
// not sent in a request, on null that may be meant to be allowed, on values of a
// type that no schema states, or on a parameter that is the credential.
func TestWhatTheContractLeavesOpenIsNotDemanded(t *testing.T) {
	m := file(t, "../testdata/accounts.yaml")
	p := Build(m, informed)
	accepted := map[string]int{}
	for _, c := range p.Cases {
		for _, x := range c.Request.Parameters {
			if x.Name == "apikey" {
				t.Errorf("%s sends apikey as a parameter", c.ID)
			}
		}
		if c.Request.Body == nil || c.Request.Body.Verbatim {
			continue
		}
		if c.Expect.Outcome == Accepted {
			accepted[c.Operation]++
		}
		body, object := c.Request.Body.Value.(map[string]any)
		if typed := c.Clause == "putAccount.body.type"; !object && !typed {
			t.Errorf("%s sends %v, and no type is stated", c.ID, c.Request.Body.Value)
		}
		for _, name := range []string{"id", "number"} {
			if _, there := body[name]; there && c.Expect.Outcome != Either {
				t.Errorf("%s demands an answer to %s, which is readOnly", c.ID, name)
			}
		}
		for _, name := range []string{"mood", "friend"} {
			if v, there := body[name]; there && v == nil {
				t.Errorf("%s sends null for %s", c.ID, name)
			}
		}
		if c.Expect.Outcome == Accepted && holdsNull(body) {
			t.Errorf("%s demands that null is taken: %v", c.ID, body)
		}
	}
	if accepted["putAccount"] == 0 || accepted["makeProfile"] == 0 {
		t.Errorf("requests that are accepted: %v", accepted)
	}
	if got := find(t, p, "putAccount.answer.200/smallest").Request.Body.Value; !spec.Equal(got, map[string]any{"pin": "1234", "name": "ann"}) {
		t.Errorf("putAccount is sent %v", got)
	}
	full, _ := find(t, p, "makeProfile.answer.200/fullest").Request.Body.Value.(map[string]any)
	for _, name := range []string{"login", "secret", "since", "mood", "friend", "anything"} {
		if full[name] == nil {
			t.Errorf("the fullest request lacks %s: %v", name, full)
		}
	}
	if got := ids(p, "makeProfile.body.login.required"); len(got) == 0 {
		t.Error("a required member of a schema without a type is not left out")
	}
}

// TestMethodsOfPathsThatOverlap holds that no method is tried which another path
// that the URL is one of has.
func TestMethodsOfPathsThatOverlap(t *testing.T) {
	p := Build(file(t, "../testdata/accounts.yaml"), informed)
	for id, want := range map[string]string{"getAccount.method": "POST PATCH", "deleteMine.method": "POST PATCH", "makeProfile.method": "GET PUT PATCH DELETE"} {
		var got []string
		for _, c := range ids(p, id) {
			got = append(got, c[strings.LastIndexByte(c, '/')+1:])
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", id, got, want)
		}
	}
}
