package spec

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/source"
)

// openapi has the OpenAPI library read the cleaned tree. What it refuses there is
// a mistake of the cleaning, and no reason to crash.
func openapi(d *source.Description) (*openapi3.T, error) {
	data, err := d.JSON()
	if err != nil {
		return nil, Problems{{At: clause.Location{File: d.Name}, Message: err.Error()}}
	}
	doc := &openapi3.T{}
	err = guard(func() error {
		if err := json.Unmarshal(data, doc); err != nil {
			return err //nolint:wrapcheck // the message below says what it is about
		}
		return openapi3.NewLoader().ResolveRefsIn(doc, &url.URL{Path: d.Name})
	})
	if err != nil {
		return nil, Problems{{At: clause.Location{File: d.Name, Line: 1}, Message: "not valid OpenAPI: " + short(err)}}
	}
	return doc, nil
}

// short keeps the first line of an error: the library appends whole schemas.
func short(err error) string {
	text, _, _ := strings.Cut(err.Error(), "\n")
	return strings.TrimSpace(text)
}

// guard turns a panic of a library into an error: a description must not end the
// process of who loads it.
func guard(read func() error) (err error) {
	defer func() {
		if failure := recover(); failure != nil {
			err = fmt.Errorf("the library that reads it failed: %v", failure)
		}
	}()
	return read()
}
