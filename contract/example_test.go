package contract_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/clause"
)

// Every answer of these services is to have an X-Request-Id, whatever their contracts
// say.
func ExampleCheck() {
	requestID := contract.Check{
		ID:        "request-id",
		Level:     clause.Must,
		Statement: "the answer has an X-Request-Id",
		Func: func(x contract.Exchange) error {
			if x.Header.Get("X-Request-ID") == "" {
				return errors.New("the answer has no X-Request-Id")
			}
			return nil
		},
	}
	things, err := contract.Load("things.yaml", []byte(`
openapi: 3.0.3
info: {title: Things, version: "1"}
paths:
  /things:
    get:
      operationId: listThings
      responses:
        "200": {description: all of them}
  /health:
    get:
      operationId: health
      responses:
        "200": {description: it is up}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	service := http.NewServeMux()
	service.HandleFunc("/things", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Request-ID", "r-1") })
	service.HandleFunc("/health", func(http.ResponseWriter, *http.Request) {})

	config := contract.Default()
	config.Contract, config.Handler = things, service
	config.Checks = []contract.Check{requestID}
	config.Only = []string{"*.check.request-id"}
	report, err := contract.Verify(context.Background(), config)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range report.Clauses {
		if c.Statement == requestID.Statement {
			fmt.Println(c.ID, c.Stand)
		}
	}
	// Output:
	// listThings.answer.check.request-id upheld
	// health.answer.check.request-id violated
}
