package document

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sectionKind is what the tables of a section can list.
type sectionKind uint8

const (
	other    sectionKind = iota
	literal              // examples and code: lines there are no headings
	uri                  // path and query parameters
	request              // header and body parameters
	response             // the members of answers
	statuses             // the status codes
)

// firm are headings wherever they stand on a line alone.
var firm = folded("URI", "URL", "Request URI", "Request URL",
	"Request Parameter", "Request Parameters", "Response Parameter", "Response Parameters",
	"Example Request", "Example Requests", "Request Example", "Request Examples",
	"Example Response", "Example Responses", "Response Example", "Response Examples",
	"SDK Sample Code", "Sample Code", "Status Code", "Status Codes", "Error Code", "Error Codes")

// loose are headings unless they stand in an example, where "Response" may be a label.
var loose = folded("Function", "Functions", "Description", "API Description", "Overview", "Introduction",
	"Constraints", "Restrictions", "Limitations", "Debugging", "Authorization", "Authorization Information",
	"Permissions", "Prerequisites", "Precautions", "Notes", "Calling Method", "Request", "Request Header",
	"Request Headers", "Request Body", "Request Message", "Response", "Responses", "Response Header",
	"Response Headers", "Response Body", "Response Message", "Example", "Examples", "Returned Values",
	"Changelog", "Change History", "Related Links", "See Also", "Feedback")

// fillers look like headings, and are how a page says that a section is empty.
var fillers = folded("None", "Null", "N/A", "OK", "Yes", "No", "Normal")

func folded(names ...string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, n := range names {
		set[fold(n)] = true
	}
	return set
}

func kindOfSection(name string) sectionKind {
	words := folded(strings.Fields(fold(name))...)
	has := func(list ...string) bool {
		for _, w := range list {
			if words[w] {
				return true
			}
		}
		return false
	}
	switch {
	case has("example", "examples", "sample", "samples", "sdk"):
		return literal
	case has("error", "errors") && has("code", "codes"):
		return other
	case has("status") && has("code", "codes") || has("returned") && has("value", "values"):
		return statuses
	case has("response", "responses"):
		return response
	case has("uri", "url"):
		return uri
	case has("request", "requests", "query", "path", "header", "headers", "body"):
		return request
	}
	return other
}

var (
	statusHeading = regexp.MustCompile(`^(?i:(?:http )?status code ?[:：]? ?(\d{3}|\dxx|default))(?: [A-Z][A-Za-z-]*){0,4}$`)
	requestLine   = regexp.MustCompile(`(?i)^(get|put|post|delete|patch|head|options) +(?:https?://[^/ ]+)?(/[^ ]*)$`)
	captionLine   = regexp.MustCompile(`(?i)^table ?(\d+)(?:[-.]\d+)?[-.:： ]+(.*)$`)
)

// heading strips what Markdown puts around a heading; level counts its '#'.
func heading(text string) (name string, level int) {
	name = strings.TrimLeft(text, "#")
	if strings.HasPrefix(name, " ") {
		level = len(text) - len(name)
	}
	name = strings.TrimRight(strings.Trim(name, "*_` #"), ":： ")
	return strings.Join(strings.Fields(name), " "), level
}

// short tells a heading from a sentence.
func short(name string, words int) bool {
	first, _ := utf8.DecodeRuneInString(name)
	return len(name) <= 100 && unicode.IsLetter(first) && len(strings.Fields(name)) <= words &&
		!strings.ContainsAny(name[len(name)-1:], ".,;!?{}[]<>\"'=")
}

// titled says whether a line looks like a heading that is in no list: a few words,
// the long ones capitalised, and nothing but words.
func titled(name string) bool {
	if !short(name, 6) || fillers[fold(name)] || strings.ContainsAny(name, `:;,."'{}[]<>=_|\`) {
		return false
	}
	for i, w := range strings.Fields(name) {
		first, _ := utf8.DecodeRuneInString(w)
		if unicode.IsLower(first) && (i == 0 || len(w) > 3) {
			return false
		}
	}
	return true
}
