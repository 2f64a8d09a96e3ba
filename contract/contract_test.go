package contract_test

import (
	"strings"
	"testing"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
)

const signedContract = `
openapi: 3.0.3
info: {title: Things, version: 1.0.0}
security: [{key: []}, {old: []}, {token: []}]
paths:
  /things:
    get:
      operationId: listThings
      responses:
        "200": {description: the things}
        "401": {description: no key}
components:
  securitySchemes:
    key:
      type: apiKey
      in: header
      name: X-Signature
      x-contract: {signing: {algorithm: SDK-HMAC-SHA256, dateHeader: X-Date, tokenHeader: X-Temporary, clockWindow: 5m}}
    old:
      type: apiKey
      in: header
      name: X-Old-Signature
      x-contract: {signing: {algorithm: SDK-HMAC-SHA256, dateHeader: X-Date}}
    token: {type: apiKey, in: header, name: X-Token}
`

func TestSigning(t *testing.T) {
	c, err := contract.Load("things.yaml", []byte(signedContract))
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Signing("key")
	want := auth.Signing{
		Algorithm: auth.SDKHMACSHA256, Header: "X-Signature", DateHeader: "X-Date", TokenHeader: "X-Temporary", ClockWindow: 5 * time.Minute,
	}
	if err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	for name, message := range map[string]string{
		"token": `things.yaml has no security scheme "token" that signs requests: use key or old`,
		"keys":  `things.yaml has no security scheme "keys" that signs requests: use key or old`,
	} {
		if _, err := c.Signing(name); err == nil || err.Error() != message {
			t.Errorf("%s: got %v, want %s", name, err, message)
		}
	}
	c, err = contract.Load("things.yaml", []byte(strings.ReplaceAll(signedContract, "x-contract", "x-other")))
	if err != nil {
		t.Fatal(err)
	}
	const none = `things.yaml has no security scheme "key" that signs requests: use none, for there is none`
	if _, err := c.Signing("key"); err == nil || err.Error() != none {
		t.Errorf("got %v, want %s", err, none)
	}
}
