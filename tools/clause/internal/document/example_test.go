package document_test

import (
	"fmt"

	"github.com/apiclause/clause/tools/clause/internal/document"
)

func Example() {
	page := `Finding Readers
URI
GET /v2/readers
|
Parameter |
Mandatory |
Type |
Description |
|---|---|---|---|
|
name |
Yes |
String |
The beginning of a name. |
|
limit |
No |
Integer |
At most as many. |
`
	doc, err := document.Parse("find-readers.txt", []byte(page))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(doc.Method, doc.Path, "has", doc.Tables[0].Name)

	place := func(line int) document.Place { return document.Place{File: "openapi/readers.yaml", Line: line} }
	stated := document.Operation{
		ID: "findReaders", Method: "GET", Path: "/v2/readers", At: place(5),
		Parameters: []document.Parameter{{Name: "name", In: "query", Type: "string", At: place(9)}},
	}
	for _, p := range document.Compare(doc, []document.Operation{stated}) {
		fmt.Println(p)
	}
	// Output:
	// GET /v2/readers has query parameters
	// openapi/readers.yaml:5: operation findReaders: the document has query parameter limit (find-readers.txt:16), the contract lacks it: add it
	// openapi/readers.yaml:9: parameter name (query): the contract says optional, the document says mandatory (find-readers.txt:11): correct it, or mark required as inferred and say from what
}
