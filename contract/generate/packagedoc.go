package generate

import (
	"bytes"
	"fmt"
	"strings"
	"text/template"
)

// docTemplate is the doc.go of a package.
var docTemplate = template.Must(template.New("doc.go").Parse(`{{.Header}}

// Package {{.Package}} is the Go side of a contract:
//
{{range .About}}//	{{.}}
{{end}}//
// It is made from {{.From}}:
//
//   - models.gen.go has the types of its parameters and bodies;
{{- if .Client}}
//   - client.gen.go has [Client], which sends its requests, and
//     [ClientWithResponses], which also reads the answers that the contract
//     documents. Neither judges an answer;
{{- end}}
{{- if .Server}}
//   - server.gen.go has [StrictServerInterface], which an implementer writes,
//     and what serves it with net/http: [NewStrictHandler], [Handler];
{{- end}}
{{- if .Enforce}}
//   - enforce.gen.go has [NewEnforcedHandler], which serves an implementation and
//     holds requests to the contract, and contract.gen.json is the contract;
{{- end}}
{{- if .Notes}}
//
// What is called otherwise in Go than in the contract, or left out:
//
{{- range .Notes}}
//   - {{.}}
{{- end}}
{{- end}}
package {{.Package}}
`))

// doc makes the doc.go of a package.
func (t *tree) doc(o Options, header string) ([]byte, error) {
	about := []string{t.title()}
	if about[0] == "" {
		about[0] = "an API without a title"
	}
	version, _ := child(t.root, "info")["version"].(string)
	if version = oneLine(version); version != "" {
		about = append(about, "version "+version)
	}
	var notes []string
	for _, note := range t.notes {
		notes = append(notes, oneLine(withoutPlace(note)))
	}
	var doc bytes.Buffer
	err := docTemplate.Execute(&doc, struct {
		Options

		Header       string
		About, Notes []string
	}{o, header, about, notes})
	if err != nil {
		return nil, fmt.Errorf("write the package's documentation: %w", err)
	}
	// The last of the list of files ends with a full stop.
	text := doc.Bytes()
	if last := bytes.LastIndex(text, []byte(";\n//\n// What is called")); last >= 0 {
		text[last] = '.'
	}
	return bytes.ReplaceAll(text, []byte(";\npackage"), []byte(".\npackage")), nil
}

// withoutPlace takes the place away from a note: a line that moves is no change.
func withoutPlace(note string) string {
	_, text, found := strings.Cut(note, ": ")
	if !found {
		return note
	}
	return text
}
