package contract

import (
	"io"
	"net/http"
	"reflect"
	"testing"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/internal/spec"
)

// Every field of a configuration reaches the session that it is for.
func TestConfigIsHandedOnWhole(t *testing.T) {
	c := Config{
		Contract: contractOf(&spec.Contract{}), Signers: map[string]auth.Signer{"a": nil}, Handler: http.NotFoundHandler(), HAR: io.Discard,
	}
	given := reflect.ValueOf(&c).Elem()
	for _, field := range given.Fields() {
		if field.IsZero() {
			field.Set(filled(field.Type()))
		}
	}
	got := reflect.ValueOf(c.internal())
	if got.NumField() != given.NumField() {
		t.Errorf("a session takes %d fields of %d", got.NumField(), given.NumField())
	}
	for field := range given.Fields() {
		if got.FieldByName(field.Name).IsZero() {
			t.Errorf("%s is not handed on", field.Name)
		}
	}
}

// filled returns a value that is not the zero value.
func filled(of reflect.Type) reflect.Value {
	v := reflect.New(of).Elem()
	switch of.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Float64:
		v.SetFloat(1)
	case reflect.String:
		v.SetString("a")
	case reflect.Slice:
		v = reflect.MakeSlice(of, 1, 1)
	case reflect.Pointer:
		v = reflect.New(of.Elem())
	case reflect.Struct:
		v.Field(0).Set(filled(of.Field(0).Type))
	case reflect.Func:
		v = reflect.MakeFunc(of, func([]reflect.Value) []reflect.Value { return nil })
	default:
	}
	return v
}
