package judge

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/auth"
)

// minSecret is the length of the shortest secret that is looked for in answers.
const minSecret = 8

// judgeLeaks judges that the answer gives away neither the credentials nor how
// the service is built.
func (h *hearing) judgeLeaks() {
	trace := h.general("stack-trace")
	if !h.unrecorded() {
		h.held(trace)
	}
	if kind := stackTrace(h.content.body); kind != "" {
		h.findf(trace, "the body holds a stack trace (%s)", kind)
	}
	if len(h.needles) == 0 {
		return
	}
	id := h.general("credentials")
	h.held(id)
	if h.holdsSecret(string(h.content.body)) {
		h.findf(id, "the body holds the credentials of the request")
	}
	for _, name := range slices.Sorted(maps.Keys(h.x.Got.Header)) {
		if slices.ContainsFunc(h.x.Got.Header[name], h.holdsSecret) {
			h.findf(id, "the header %s holds the credentials of the request", name)
		}
	}
}

func (h *hearing) holdsSecret(text string) bool {
	return slices.ContainsFunc(h.needles, func(n string) bool { return strings.Contains(text, n) })
}

// needles gives the whole secrets in the forms that they take in an answer. A
// Redactor finds beginnings of secrets too; those would be false alarms here.
func needles(secrets []auth.Secret) []string {
	var all []string
	for _, s := range secrets {
		text := s.Reveal()
		if len(text) < minSecret {
			continue
		}
		quoted := jsonText(text)
		all = append(all, text, url.QueryEscape(text), url.PathEscape(text), quoted, strings.ReplaceAll(quoted, "/", `\/`))
		all = append(all, base64Texts(text)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func jsonText(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return s
	}
	quoted := strings.TrimSuffix(b.String(), "\n")
	return quoted[1 : len(quoted)-1]
}

// base64Texts gives what base64 makes of a text alone and within a longer one.
// That depends on how many bytes stand before it, modulo 3; characters that
// hold a part of a neighbour are left off.
func base64Texts(text string) []string {
	var all []string
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 {
			encoded := encoding.EncodeToString([]byte(strings.Repeat("\x00", before) + text))
			all = append(all, encoded[(before*8+5)/6:(before+len(text))*8/6])
		}
	}
	return all
}
