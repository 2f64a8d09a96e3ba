package run

import (
	"net/http"
	"testing"

	"github.com/apiclause/clause/contract/plan"
)

// What is made below a thing that could not be made stands where the sample was sent: the
// request that ends it can be written.
func TestWhatIsMadeBelowWhatCouldNotBeMade(t *testing.T) {
	t.Parallel()
	const owner, pet = "/owners/{owner_id}", "/owners/{owner_id}/pets/{pet_id}"
	made := plan.Made{Resource: owner, Sample: "sample"}
	c := plan.Case{Operation: "addPet", Request: plan.Request{
		Method: http.MethodPost, Path: "/owners/{owner}/pets", Parameters: []plan.Parameter{{In: "path", Name: "owner", Value: made}},
	}}
	things := &things{setups: map[string]plan.Setup{pet: {Make: c, Names: []plan.NamePlace{{In: "answer", Path: []string{"id"}}}, End: &plan.Case{}}}}
	things.noteMade(&c, &Exchange{Got: &Received{Status: http.StatusCreated, Body: []byte(`{"id": "rex"}`)}}, map[string]any{})
	if len(things.made) != 1 {
		t.Fatalf("%d things are noted", len(things.made))
	}
	one := things.made[0]
	if got := (occasion{names: one.names}).name(made); got != "sample" || things.called(one) != "/owners/sample/pets/rex" {
		t.Errorf("%v, of %s", got, things.called(one))
	}
}
