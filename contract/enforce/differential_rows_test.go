package enforce_test

import (
	"slices"
	"strings"
)

// difference is a kind of request on which a library disagrees.
type difference struct {
	kind string
	// library disagrees; it refuses what the middleware accepts, or the reverse.
	library string
	refuses bool
	when    func(s *sending) bool
	// right is who is right: enforce, library, or open where the standards leave it
	// to whoever reads the request.
	right  string
	reason string
}

const (
	filter = "openapi3filter"
	pb33fs = "libopenapi-validator"
)

func explain(library string, refuses bool, s *sending) *difference {
	for i := range differences {
		if d := &differences[i]; d.library == library && d.refuses == refuses && d.when(s) {
			return d
		}
	}
	return nil
}

// at reports whether a request has one of some oddities at one of some places,
// each in and name, or the beginning of that.
func at(places []string, kinds ...string) func(s *sending) bool {
	return func(s *sending) bool {
		return slices.ContainsFunc(s.odd, func(o oddity) bool {
			return slices.Contains(kinds, o.kind) &&
				slices.ContainsFunc(places, func(place string) bool { return strings.HasPrefix(o.at, place) })
		})
	}
}

// says reports whether the middleware refused a request for one of some reasons.
func says(reasons ...string) func(s *sending) bool {
	return func(s *sending) bool {
		return slices.ContainsFunc(reasons, func(reason string) bool { return strings.Contains(s.refusal, reason) })
	}
}

// of narrows it to a contract.
func of(contract string, when func(s *sending) bool) func(s *sending) bool {
	return func(s *sending) bool { return s.contract == contract && when(s) }
}

// value reports whether one of some oddities has one of some values.
func value(place, kind string, values ...string) func(s *sending) bool {
	return func(s *sending) bool {
		return slices.ContainsFunc(s.odd, func(o oddity) bool {
			return strings.HasPrefix(o.at, place) && o.kind == kind && slices.Contains(values, o.value)
		})
	}
}

// commaInOtherStyle reports whether a list of the query that is to be joined, and
// is not, has an element with a comma.
func commaInOtherStyle(s *sending) bool {
	return slices.ContainsFunc(s.odd, func(o oddity) bool {
		return o.at == "query.tags" && o.kind == "other style" && strings.Contains(o.value, "x,y")
	})
}

func escapedCookie(s *sending) bool { return strings.Contains(s.header.Get("Cookie"), "%") }

func one(when ...func(s *sending) bool) func(s *sending) bool {
	return func(s *sending) bool {
		return slices.ContainsFunc(when, func(w func(s *sending) bool) bool { return w(s) })
	}
}

func both(when ...func(s *sending) bool) func(s *sending) bool {
	return func(s *sending) bool {
		return !slices.ContainsFunc(when, func(w func(s *sending) bool) bool { return !w(s) })
	}
}

var (
	body  = []string{"body"}
	query = []string{"query."}

	// The places of the contracts that are of a type.
	integers = []string{
		"query.count", "query.step", "query.size", "query.each", "query.csv", "query.small", "query.level", "path.id",
		"header.X-Count", "header.X-Numbers", "cookie.count",
	}
	numbers  = append([]string{"query.ratio", "query.list", "header.X-Ratio"}, integers...)
	booleans = []string{"query.open", "query.flags", "header.X-Open", "cookie.open"}
	// Lists that libopenapi-validator looks into for the type of their elements alone.
	lists = []string{"header.X-Kinds", "header.X-Numbers", "cookie.kinds", "path.set"}
)

// anyForm is what can be odd about the value of a body's member, or a parameter.
func anyForm(places ...string) func(s *sending) bool {
	return func(s *sending) bool {
		return slices.ContainsFunc(s.odd, func(o oddity) bool {
			return slices.ContainsFunc(places, func(place string) bool { return o.at == place }) && o.kind != "absent" && o.kind != "repeated"
		})
	}
}

// elements prefixes kinds for the elements of lists.
func elements(kinds ...string) []string {
	all := slices.Clone(kinds)
	for _, kind := range kinds {
		all = append(all, "element: "+kind)
	}
	return all
}

// differences are all the kinds that occur.
var differences = []difference{
	// How values are written.
	{
		"lists are decoded before they are split", filter, true,
		one(at([]string{"query.tags", "path.set"}, "comma within"), commaInOtherStyle), "enforce",
		"a comma within an element is percent-encoded, one between two is not (RFC 6570, section 3.2.1, to which OpenAPI 3.0.4, appendix C, refers)",
	},
	{
		"lists in the query are decoded before they are split", pb33fs, true,
		one(at([]string{"query.tags"}, "comma within"), commaInOtherStyle), "enforce",
		"as above; github.com/pb33f/libopenapi-validator#157 is about the same in paths",
	},
	{
		"escaped commas are taken for those between elements", filter, false,
		both(
			says("must be an integer", "must be a number", "must be a boolean"),
			at([]string{"query.csv", "query.list", "query.flags"}, "escaped commas"),
		), "enforce",
		"an escaped comma belongs to the element (RFC 3986, section 2.2, and RFC 6570, section 3.2.1)",
	},
	{
		"escaped commas are taken for those between elements, too", pb33fs, false,
		both(
			says("must be an integer", "must be a number", "must be a boolean"),
			at([]string{"query.csv", "query.list", "query.flags"}, "escaped commas"),
		), "enforce",
		"as above",
	},
	{
		"cookies are not decoded", filter, true, of("cookies", escapedCookie), "open",
		"RFC 6265, section 4.1.1, leaves it to server and client how to encode what a cookie cannot hold",
	},
	{"cookies are not decoded either", pb33fs, true, of("cookies", escapedCookie), "open", "as above"},
	{
		"of a list that is sent several times the first is taken", filter, false,
		both(
			says("must not hold an element twice", "must have at most"),
			at([]string{"query.csv", "query.tags", "query.flags", "query.list"}, "other style"),
		), "open",
		"explode: false wants the list in one text; what several mean is not said (OpenAPI 3.0.4, Style Values)",
	},
	{
		"a list is split though explode is true", pb33fs, false,
		both(says("must be an integer", "must have at most"), at([]string{"query.each", "query.words"}, "other style")), "enforce",
		"with explode each element has a parameter of its own (OpenAPI 3.0.4, Style Values)",
	},
	{
		"a list is split though explode is true, and refused for that", pb33fs, true,
		at([]string{"query.words"}, "other style"), "enforce",
		"as above: b,b is one element, and no two that are the same",
	},
	{
		"each text of a list that is sent several times is a list of its own", pb33fs, false,
		both(says("must not hold an element twice"), at([]string{"query.tags"}, "other style")), "open",
		"what several texts of a list mean is not said (OpenAPI 3.0.4, Style Values); enforce takes them for one list",
	},
	{
		"blanks after the commas of a header belong to its elements", pb33fs, true,
		at([]string{"header.X-Numbers"}, "blanks", "element: blank before", "element: blank after"), "enforce",
		"they are no part of them (RFC 9110, section 5.6.1)",
	},
	{
		"what is no list may come twice", filter, false, both(says("must be given once"), at(query, "repeated")), "open",
		"no standard says which of several is meant; enforce lets none through, for a handler could take the other",
	},
	{
		"what is no list may come twice, too", pb33fs, false,
		both(says("must be given once"), at(query, "repeated")), "open",
		"as above",
	},
	{
		"an empty path segment is a value", filter, true, at([]string{"path."}, "empty", "element: empty"), "open",
		"enforce agrees with http.ServeMux, for which it is another path: what the contract does not describe goes on to the handler",
	},
	{
		"an empty path segment is a value, too", pb33fs, true,
		at([]string{"path."}, "empty", "element: empty"), "open",
		"as above",
	},

	// Texts that are read as values of a type.
	{
		"a plus sign before a number", filter, false,
		both(says("must be an integer", "must be a number"), at(numbers, elements("plus sign")...)), "open",
		"JSON, whose numbers these are, has none (RFC 8259, section 6); strconv takes it",
	},
	{
		"a plus sign before a number, too", pb33fs, false,
		both(says("must be an integer", "must be a number"), at(numbers, elements("plus sign")...)), "open",
		"as above",
	},
	{
		"an integer as a float", pb33fs, false,
		both(says("must be an integer"), at(integers, elements("fraction of zero", "exponent", "no digit after the point")...)), "open",
		"5.0 is an integer to JSON Schema (2020-12, section 4.2.3); strconv.Atoi, which handlers use, does not read it",
	},
	{
		"underscores between the digits of a number", filter, false,
		both(says("must be a number"), at([]string{"query.ratio", "query.list", "header.X-Ratio"}, elements("underscore")...)), "enforce",
		"JSON has none (RFC 8259, section 6); strconv.ParseFloat takes those of Go's literals",
	},
	{
		"booleans as strconv.ParseBool has them", filter, false,
		both(says("must be a boolean"), at(booleans, elements("true in capitals", "zero", "one", "other case")...)), "open",
		"OpenAPI has true and false; other forms are a courtesy",
	},
	{
		"booleans as strconv.ParseBool has them, too", pb33fs, false,
		both(says("must be a boolean"), at(booleans, elements("true in capitals", "zero", "one", "other case")...)), "open",
		"as above",
	},
	{
		"an empty header is none", pb33fs, false, at([]string{"header."}, "empty"), "open",
		"a field value may be empty (RFC 9110, section 5.5), and many take it for none",
	},
	{
		"lists outside the query are held to the type of their elements alone", pb33fs, false,
		both(
			says("must be one of", "must have at most", "must be at least", "must be an integer"),
			at(lists, append(elementKinds(), "too many", "empty element", "empty", "twice the same", "escaped commas", "comma within")...),
		), "enforce",
		"the library's ValidateHeaderArray, ValidateCookieArray and its path arrays know neither enum nor limits",
	},
	{
		"each text of an exploded list is a list of its own", pb33fs, false,
		both(
			says("must have at most 3 elements", "must not hold an element twice"),
			at([]string{"query.each", "query.words"}, "too many", "twice the same"),
		), "enforce",
		"the elements of a list are in all of its parameters (OpenAPI 3.0.4, Style Values); ValidateQueryArray is called for each",
	},
	{
		"elements of lists in the query are held to type and enum alone", pb33fs, false,
		both(
			says("must have at least", "must have at most", "must be at least"),
			at([]string{"query.words", "query.each", "query.csv"}, append(elementKinds(), "empty", "empty element")...),
		), "enforce",
		"minLength, maxLength and minimum of the elements hold, too; ValidateQueryArray does not look at them",
	},

	// Forms.
	{
		"formats are not checked", filter, false,
		both(says(".format]"), of("formats", anyForm("query.id", "body.id", "body.mail", "body.host", "body.six", "body.link"))), "open",
		"the library checks those that are registered with openapi3.DefineStringFormatValidator; format is open to what tools do (OpenAPI 3.0.4, Data Type Format)",
	},
	{
		"a time in lower case", filter, true, of("formats", one(
			value("query.at", "form", "2026-01-31t00:00:00z"), value("body.at", "form", "2026-01-31t00:00:00z"))), "enforce",
		"T and Z may be lower case (RFC 3339, section 5.6)",
	},
	{
		"a day that does not exist", filter, false, both(says(".format]"), of("formats", one(
			value("query.", "form", "2026-02-30T00:00:00Z", "2026-02-30"), value("body.", "form", "2026-02-30T00:00:00Z", "2026-02-30")))), "enforce",
		"February has no 30th (RFC 3339, section 5.7); the library checks by a pattern",
	},
	{
		"an integer past 64 bits", filter, false,
		both(says("must fit int64"), of("formats", value("body.large", "value", "9223372036854775808"))), "enforce",
		"int64 is signed 64 bits (OpenAPI 3.0.4, Data Type Format); the library compares floats, which cannot tell it from the largest",
	},
	{
		"letters beyond ASCII in a URI", pb33fs, false,
		both(says("must be an absolute URI"), of("formats", value("body.link", "form", "http://host/ü"))), "enforce",
		"a URI has none (RFC 3986, section 2); iri is another format",
	},
	{
		"a dot at the end of an e-mail address", pb33fs, false,
		both(says("must be an e-mail address"), of("formats", value("body.mail", "form", "a@example.org."))), "enforce",
		"a domain in a mailbox ends with a letter or digit (RFC 5321, section 4.1.2)",
	},
	{
		"a zone 25 hours away", filter, false, both(says(".format]"), of("formats", one(
			value("query.at", "form", "2026-01-31T00:00:00+25:00"), value("body.at", "form", "2026-01-31T00:00:00+25:00")))), "enforce",
		"the hour of an offset is at most 23 (RFC 3339, section 5.6)",
	},

	// Bodies.
	{
		"a body without a media type", filter, true, value("body", "media type", ""), "open",
		"who receives it may assume one (RFC 9110, section 8.3); enforce takes the first that is documented",
	},
	{"a body without a media type, too", pb33fs, true, value("body", "media type", ""), "open", "as above"},
	{
		"a body without a media type is none", pb33fs, false,
		both(of("media", value("body", "media type", "")), at([]string{"body"}, "value", "absent", "unlisted", "other case")), "enforce",
		"a body that is there is to be valid, whether it is required or not (OpenAPI 3.0.4, Request Body Object)",
	},
	{
		"a range of media types whose bodies cannot be decoded", filter, true,
		of("media", value("body", "media type", "application/xml")), "enforce",
		"application/* is documented; there is a decoder for a few types alone",
	},
	{
		"text follows the document", filter, false, both(says("text follows it"), at(body, "text after", "document after")), "enforce",
		"a JSON text is one value (RFC 8259, section 2); the library's decoder stops after it",
	},
	{
		"a member comes twice", filter, false, both(says("twice in one object"), at(body, "member twice")), "open",
		"names should be unique (RFC 8259, section 4); enforce refuses it, for handlers may take the other value than the one that was checked",
	},
	{
		"a member comes twice, too", pb33fs, false,
		both(says("twice in one object"), at(body, "member twice")), "open",
		"as above",
	},
	{
		"text that is not UTF-8", filter, false, both(says("in UTF-8"), at(body, "not UTF-8")), "enforce",
		"JSON is UTF-8 (RFC 8259, section 8.1); encoding/json puts U+FFFD in the place of other bytes",
	},
	{"text that is not UTF-8, too", pb33fs, false, both(says("in UTF-8"), at(body, "not UTF-8")), "enforce", "as above"},
	{
		"a member in another case", filter, false, both(says("in another case"), at([]string{"body."}, "other case")), "open",
		"it is not listed, so the schema allows it; encoding/json takes it for the one that is listed, and enforce would have let it through unchecked",
	},
	{
		"a member in another case, too", pb33fs, false,
		both(says("in another case"), at([]string{"body."}, "other case")), "open",
		"as above",
	},
	{
		"a number past all floats", filter, true, one(value("body", "value", "1e400"), value("body", "unlisted", "1e400")), "open",
		"readers may limit the range of numbers (RFC 8259, section 6)",
	},
	{
		"a number past all floats, too", pb33fs, true, one(value("body", "value", "1e400"), value("body", "unlisted", "1e400")), "open",
		"as above",
	},
	{
		"blanks are no body", filter, true, of("media", at(body, "blank body", "empty body")), "open",
		"enforce takes blanks for the absence of a body that is optional",
	},
	{"blanks are no body, too", pb33fs, true, of("media", at(body, "blank body", "empty body")), "open", "as above"},
	{
		"a member that is only read", filter, true, of("directions", at([]string{"body.id"}, "value")), "open",
		"it should not be sent (OpenAPI 3.0.4, Schema Object); clients send back what they have read",
	},
	{
		"the type of a member that is only read", pb33fs, true, of("directions", at([]string{"body.id"}, "value")), "open",
		"enforce does not look at what should not be sent: a handler has no use for it",
	},
}

// elementKinds are the oddities of an element.
func elementKinds() []string {
	var kinds []string
	for _, o := range oddTexts {
		kinds = append(kinds, "element: "+o.kind)
	}
	return append(kinds, "element: other case")
}
