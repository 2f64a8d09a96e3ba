package spec

import (
	"errors"
	"maps"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"

	"github.com/apiclause/clause/contract/clause"
)

// invalid collects what the OpenAPI library finds invalid, with lines: it is
// given the text itself to read, which takes it longer.
func (l *loader) invalid(root cursor, data []byte) {
	errs := validate(l.doc)
	if traced := l.traced(data); traced != nil {
		if again := validate(traced); len(again) == len(errs) {
			errs = again
		}
	}
	places := root.places()
	for _, err := range errs {
		l.libraryProblem(root, places, err)
	}
}

// traced reads the contract once more, with the place of every element.
func (l *loader) traced(data []byte) *openapi3.T {
	reader := openapi3.NewLoader()
	reader.IncludeOrigin = true
	// The comment makes the library read JSON as YAML: it has no places in JSON.
	data = append(slices.Clone(data), "\n#\n"...)
	var doc *openapi3.T
	err := guard(func() (err error) {
		doc, err = reader.LoadFromDataWithPath(data, &url.URL{Path: l.file})
		return err //nolint:wrapcheck // it is not shown
	})
	if err != nil {
		return nil
	}
	return doc
}

// contexts is what the library puts before an error to say where it is, which
// the line says.
var contexts = regexp.MustCompile(`^(invalid (paths|components|path \S+|operation [A-Z]+): |` +
	`[a-z ]+ "[^"]*"( schema is invalid|): )+`)

// inPlace is an error without what its place says.
func inPlace(err error) string {
	text := contexts.ReplaceAllString(short(err), "")
	if strings.HasPrefix(text, "must be ") || strings.HasPrefix(text, "value ") {
		return short(err)
	}
	return text
}

// libraryProblem reports an error of the library, unless the model will report
// the same in words that help more.
func (l *loader) libraryProblem(root cursor, places map[[2]int]cursor, err error) {
	if undefined, ok := errors.AsType[*openapi3.SecurityRequirementSchemeUndefinedError](err); ok {
		known := root.in("components", "securitySchemes").stated()
		at := root.pointer(undefined.JSONPointer).at()
		l.library(at, "security names the scheme %q: %s", undefined.Scheme, didYouMean(undefined.Scheme, known))
		return
	}
	if _, ok := errors.AsType[*openapi3.DuplicateOperationIDError](err); ok {
		return // operation reports it
	}
	// Whoever writes such a keyword in OpenAPI 3.0 means it.
	if mismatch, ok := errors.AsType[*openapi3.FieldVersionMismatchError](err); ok && slices.Contains(judgedKeywords, mismatch.Field) {
		return
	}
	element, known := places[origin(err)]
	if !known {
		l.vague(l.around(root, err), short(err))
		return
	}
	if element.node == root.node {
		element = l.around(root, err)
	}
	if extra, ok := errors.AsType[*openapi3.ExtraSiblingFieldsError](err); ok {
		for _, name := range extra.Fields {
			if slices.Contains(judgedKeywords, name) {
				continue
			}
			l.extra(element.in(name).at(), name)
		}
		return
	}
	at := element.at()
	if field := element.step(fieldOf(err)); field.exists() {
		at = field.at()
	}
	l.library(at, "not valid OpenAPI: %s", inPlace(err))
}

func (l *loader) extra(at clause.Location, name string) {
	if name == "$ref" {
		l.library(at, "$ref must be a text such as #/components/schemas/NAME")
		return
	}
	l.library(at, "not valid OpenAPI: unknown key %q%s", name, offerField(name))
}

// vague reports an error that the library gives no place for. It is told when
// nothing else is.
func (l *loader) vague(c cursor, message string) {
	l.library(c.at(), "not valid OpenAPI: %s", message)
	l.placeless[l.problems[len(l.problems)-1]] = true
}

func (l *loader) library(at clause.Location, format string, args ...any) {
	l.partial = true
	l.problem(at, format, args...)
	l.fromLibrary[l.problems[len(l.problems)-1]] = true
}

// around finds the operation, the path, the component or the section that an
// error is within.
func (l *loader) around(root cursor, err error) cursor {
	c := root
	if within, ok := errors.AsType[*openapi3.SectionValidationError](err); ok && c.step(within.Section).exists() {
		c = c.step(within.Section)
	}
	if within, ok := errors.AsType[*openapi3.PathValidationError](err); ok {
		c = root.in("paths", within.Path)
	}
	if within, ok := errors.AsType[*openapi3.OperationValidationError](err); ok {
		c = c.in(strings.ToLower(within.Method))
	}
	if within, ok := errors.AsType[*openapi3.ComponentValidationError](err); ok {
		// "request body" stands in requestBodies.
		section := strings.ToLower(strings.ReplaceAll(within.Section, " ", ""))
		for _, kind := range root.in("components").children() {
			m := kind.step(within.Name)
			if m.exists() && strings.HasPrefix(strings.ToLower(kind.name()), section[:len(section)-1]) {
				return m
			}
		}
	}
	return c
}

// offerField offers a key of some OpenAPI object.
func offerField(name string) string {
	known := slices.Clone(readKeywords)
	for _, object := range slices.Sorted(maps.Keys(objectFields)) {
		known = append(known, objectFields[object]...)
	}
	if n := nearest(name, known); n != "" {
		return ": did you mean \"" + n + "\"?"
	}
	return ""
}

// fieldOf names the field of an element that an error is about.
func fieldOf(err error) string {
	for ; err != nil; err = errors.Unwrap(err) {
		switch e := err.(type) { //nolint:errorlint // each link of the chain is looked at
		case *openapi3.FieldVersionMismatchError:
			return e.Field
		case *openapi3.SchemaTypeError, *openapi3.InvalidSecuritySchemeTypeError:
			return "type"
		case *openapi3.InvalidParameterInError, *openapi3.APIKeyInInvalidError:
			return "in"
		case *openapi3.DuplicateRequiredFieldError:
			return "required"
		case *openapi3.InvalidHTTPSchemeError:
			return "scheme"
		case *openapi3.InvalidSerializationMethodError:
			return "style"
		case *openapi3.PathMustStartWithSlashError:
			return e.Path
		case *openapi3.ConflictingPathsError:
			return e.Path2
		}
	}
	return ""
}

// origin finds the innermost place that a chain of errors names.
func origin(err error) [2]int {
	at := [2]int{}
	for ; err != nil; err = errors.Unwrap(err) {
		v := reflect.Indirect(reflect.ValueOf(err))
		if v.Kind() != reflect.Struct {
			continue
		}
		field := v.FieldByName("Origin")
		if !field.IsValid() {
			continue
		}
		if o, ok := reflect.TypeAssert[*openapi3.Origin](field); ok && o != nil && o.Key != nil && o.Key.Line > 0 {
			at = [2]int{o.Key.Line, o.Key.Column}
		}
	}
	return at
}

// places finds elements by line and column: of the key that holds one, or of the
// element itself where it stands in a list.
func (c cursor) places() map[[2]int]cursor {
	found := map[[2]int]cursor{}
	note := func(line, column int, c cursor) {
		if known, ok := found[[2]int{line, column}]; !ok || known.node.Kind == yaml.ScalarNode {
			found[[2]int{line, column}] = c
		}
	}
	var walk func(c cursor)
	walk = func(c cursor) {
		note(c.at().Line, c.at().Column, c)
		// The library takes the first key of a mapping in a list for its place.
		if keys := c.keys(); c.key == nil && len(keys) > 0 {
			note(keys[0].Line, keys[0].Column, c)
		}
		for _, child := range c.children() {
			walk(child)
		}
	}
	walk(c)
	return found
}
