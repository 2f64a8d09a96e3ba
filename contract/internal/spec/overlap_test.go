package spec

import (
	"slices"
	"strings"
	"testing"
)

// meet reports whether some URL is one of both path templates.
func meet(a, b string) bool {
	var paths crossing
	paths.add(b, strings.Split(b, "/"))
	met := false
	paths.meeting(strings.Split(a, "/"), func(string) { met = true })
	return met
}

func TestMeet(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"/a", "/a", true},
		{"/a", "/b", false},
		{"/a", "/a/", false},
		{"/a/b", "/a/{x}", true},
		{"/a/b", "/{x}/c", false},
		{"/a/{x}", "/{y}/b", true},
		{"/a/{x}", "/b/{x}", false},
		{"/a/{x}/c", "/a/{x}", false},
		{"/a/{x}.json", "/a/b.json", true},
		{"/a/{x}.json", "/a/.json", false},
		{"/a/{x}.json", "/a/b.xml", false},
		{"/a/{x}.json", "/a/{x}.xml", false},
		{"/a/{x}.json", "/a/{y}", true},
		{"/a/v{x}", "/a/w{x}", false},
		{"/a/{x}-{y}", "/a/b-c", true},
		{"/a/{x}:run", "/a/{x}", true},
	} {
		if meet(test.a, test.b) != test.want || meet(test.b, test.a) != test.want {
			t.Errorf("%s and %s: want %v", test.a, test.b, test.want)
		}
	}
}

func TestMethodsAreOfEveryPathThatAURLIsOneOf(t *testing.T) {
	const responses = "responses: {'200': {description: ok}}"
	c := load(t, `openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /user/login:
    get: {operationId: login, `+responses+`}
  /user/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string}}]
    delete: {operationId: deleteUser, `+responses+`}
    put: {operationId: putUser, `+responses+`}
  /user/{name}/photo:
    parameters: [{name: name, in: path, required: true, schema: {type: string}}]
    post: {operationId: putPhoto, `+responses+`}
`)
	for id, want := range map[string]string{"login": "DELETE GET PUT", "deleteUser": "DELETE GET PUT", "putPhoto": "POST"} {
		if got := strings.Join(c.Operation(id).Methods, " "); got != want || !slices.IsSorted(c.Operation(id).Methods) {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}
