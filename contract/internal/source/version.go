package source

import (
	"regexp"
	"strings"

	"github.com/apiclause/clause/contract/clause"
)

// Version is what a description is written in.
type Version string

// The versions that are read.
const (
	V20 Version = "2.0"
	V30 Version = "3.0"
	V31 Version = "3.1"
	V32 Version = "3.2"
)

// canonical is what a description of a version is said to be written in after
// cleaning: patches of a version do not differ in what they mean.
func (v Version) canonical() string {
	return map[Version]string{V20: "3.0.3", V30: "3.0.3", V31: "3.1.0", V32: "3.2.0"}[v]
}

// schema2020 reports whether schemas are JSON Schema 2020-12.
func (v Version) schema2020() bool { return v == V31 || v == V32 }

var versionText = regexp.MustCompile(`^v?(\d+)(?:\.(\d+))?(?:\.\d+)?(?:[-+].*)?$`)

// versionOf returns what a description says it is written in. What says so in a
// number, or in another key than its own, is understood.
func versionOf(root *Node, found *problems) (Version, *Error) {
	if i := identifyTree(root); i.what != "" {
		return "", fatal(root.At(), "%s", i)
	}
	key, ok := root.Member("openapi")
	if !ok {
		key, ok = root.Member("swagger")
	}
	if !ok {
		return "", fatal(root.At(), "this does not say which OpenAPI it is written in: begin it with openapi: 3.0.3%s", misspelt(root))
	}
	text := strings.TrimSpace(key.Value.Text())
	m := versionText.FindStringSubmatch(text)
	if m == nil {
		return "", fatal(key.At(), "%s is %s: write it as in openapi: 3.0.3", key.Name, orKind(key.Value))
	}
	v := Version(m[1] + "." + m[2])
	switch {
	case m[2] == "" || m[1] == "2":
		v = Version(m[1] + ".0")
	case m[1] == "3" && m[2] != "0" && m[2] != "1" && m[2] != "2":
		found.add(Problem{
			Severity: Warning, At: key.At(), Pointer: join("", key.Name),
			Message: "OpenAPI " + text + " is newer than what is known here", Cost: "it is read as 3.2",
		})
		v = V32
	}
	switch v {
	case V20, V30, V31, V32:
		return v, nil
	default:
		return "", fatal(key.At(), "%s is %s: convert it to %s first", key.Name, text, openapiVersions)
	}
}

// misspelt offers the key that was meant to be openapi or swagger.
func misspelt(root *Node) string {
	for _, name := range root.Names() {
		if n := clause.Nearest(name, []string{"openapi", "swagger"}); n != "" && len(name) > 4 {
			return " (did you mean " + n + " by " + quote(name) + "?)"
		}
	}
	return ""
}

func orKind(n *Node) string {
	if n.Text() != "" {
		return quote(n.Text())
	}
	return n.Kind().String()
}
