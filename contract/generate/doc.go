// Package generate makes a Go package of a description: types, client, server, and
// what holds requests to the contract.
//
//	made, err := generate.Go(ctx, "openapi.yaml", generate.Options{Package: "api", Server: true})
//	err = made.Write("api")
//
// The code itself is oapi-codegen's. What is done here is to give it a description
// that it makes good code of: everything has a name in Go that no other has, and
// what it cannot express is left out. What is called otherwise than in the
// description is told. A name depends on what is named, and on what would have the
// same name, and on nothing else, so that it stays when the description grows.
package generate
