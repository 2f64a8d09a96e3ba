package source

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

var (
	plainNull = regexp.MustCompile(`^(null|Null|NULL|~|)$`)
	plainBool = regexp.MustCompile(`^(true|True|TRUE|false|False|FALSE)$`)

	jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)
	// leadingZero is a number to some readers of YAML, an octal one to others and
	// a text to a third kind.
	leadingZero = regexp.MustCompile(`^[-+]?0[0-9_]+$`)
)

// scalar returns the JSON type of a YAML scalar and its text.
func (c *converter) scalar(n *yaml.Node) (Kind, string) {
	switch tag := n.ShortTag(); {
	case tag == "!!null" && plainNull.MatchString(n.Value):
		return Null, ""
	case tag == "!!bool" && plainBool.MatchString(n.Value):
		return Bool, strings.ToLower(n.Value)
	case tag == "!!int" || tag == "!!float":
		return c.number(n)
	case tag == "!!str" && n.Style == 0 && jsonNumber.MatchString(n.Value): // beyond what a float64 holds
		return Number, n.Value
	case tag == "!!str" || tag == "!!timestamp" || tag == "!!merge" || tag == "!!binary":
	default:
		c.warn(n, "it is read as a text", "%s does not have the YAML type %s", quote(n.Value), tag)
	}
	return String, n.Value
}

const notAsJSON = "a number is not written as in JSON"

// number returns a number with the literal that JSON has for it. What JSON has
// none for is a text.
func (c *converter) number(n *yaml.Node) (Kind, string) {
	text := n.Value
	switch {
	case jsonNumber.MatchString(text):
		return Number, text
	case c.strict:
		c.add(Problem{At: c.at(n).location(), Pointer: c.pointer(), Message: notAsJSON})
		return String, text
	case leadingZero.MatchString(text):
		c.warn(n, "it is read as a text", "readers of YAML differ about the number %s, which begins with 0", text)
		return String, text
	}
	if literal := numberLiteral(strings.ReplaceAll(text, "_", "")); literal != "" {
		return Number, literal
	}
	c.warn(n, "it is read as a text", "%s is no number in JSON", quote(text))
	return String, text
}

// numberLiteral writes numbers such as 0x10, 0o17, +1, .5 and 5. as JSON does, or
// returns "": also for 012, which is ten to some and twelve to others.
func numberLiteral(text string) string {
	if leadingZero.MatchString(text) {
		return ""
	}
	if jsonNumber.MatchString(text) {
		return text
	}
	if i, ok := new(big.Int).SetString(text, 0); ok && len(text) < 100 {
		return i.String()
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return ""
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}
