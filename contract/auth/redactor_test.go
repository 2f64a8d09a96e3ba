package auth_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/quick"

	"github.com/apiclause/clause/contract/auth"
)

func TestRedactorFindsEveryForm(t *testing.T) {
	t.Parallel()

	for _, secret := range []string{
		"abcd",
		"p4ssw0rd",
		text,
		`a/b+c=d&e<f>"g"\h i%j'k`,
		`"quoted"/at+both?ends"`,
		"schlüssel-für-alles/und-jedes",
		strings.Repeat("0123456789abcdef/+", 200),
	} {
		redactor := auth.NewRedactor(auth.NewSecret("another-secret"), auth.NewSecret(secret))
		asJSON, err := json.Marshal(secret)
		if err != nil {
			t.Fatal(err)
		}

		std := base64.StdEncoding
		for name, written := range map[string]string{
			"as it is":         secret,
			"query":            url.QueryEscape(secret),
			"path":             url.PathEscape(secret),
			"lower-case hex":   strings.NewReplacer("%2F", "%2f", "%2B", "%2b", "%3D", "%3d", "%3C", "%3c", "%3E", "%3e", "%C3", "%c3", "%BC", "%bc", "%5C", "%5c", "%3F", "%3f").Replace(url.QueryEscape(secret)),
			"base64":           std.EncodeToString([]byte(secret)),
			"base64, raw":      base64.RawStdEncoding.EncodeToString([]byte(secret)),
			"base64, URL":      base64.URLEncoding.EncodeToString([]byte(secret)),
			"base64, raw URL":  base64.RawURLEncoding.EncodeToString([]byte(secret)),
			"JSON":             string(asJSON[1 : len(asJSON)-1]),
			"JSON, slashes":    strings.ReplaceAll(string(asJSON[1:len(asJSON)-1]), "/", `\/`),
			"Go":               strings.Trim(strconv.Quote("x"+secret+"x"), `"`)[1:],
			"HTML":             html.EscapeString(secret),
			"hex":              fmt.Sprintf("%x", secret),
			"all percent":      "%" + strings.ReplaceAll(fmt.Sprintf("% X", secret), " ", "%"),
			"all JSON":         escapedAll(secret, `\u%04X`),
			"all HTML":         escapedAll(secret, "&#%d;"),
			"all HTML, hex":    escapedAll(secret, "&#x%x;"),
			"twice":            secret + secret,
			"header's name":    http.CanonicalHeaderKey(secret),
			"capitals":         ascii(secret),
			"after a part":     secret[:max(4, (len(secret)+1)/2)] + secret,
			"with another one": secret + "another-secret" + secret,
		} {
			if name == "Go" {
				written = written[:len(written)-1]
			}

			want := "<" + auth.Redacted + ">"
			if got := redactor.RedactString("<" + written + ">"); got != want {
				t.Errorf("%.40s, %s: got %.200q, want %q", secret, name, got, want)
			}

			if got := redactor.Redact([]byte("<" + written + ">")); string(got) != want {
				t.Errorf("%.40s, %s: got %.200q, want %q", secret, name, got, want)
			}
		}
	}
}

// escapedAll writes each character in a format.
func escapedAll(text, format string) string {
	var out strings.Builder
	for _, r := range text {
		fmt.Fprintf(&out, format, r)
	}
	return out.String()
}

// ascii has ASCII's letters as capitals.
func ascii(text string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' {
			return r - 'a' + 'A'
		}
		return r
	}, text)
}

// TestRedactorFindsBase64Inside looks for a password in the header of HTTP's
// basic authentication, whose base64 depends on the length of the user's name.
func TestRedactorFindsBase64Inside(t *testing.T) {
	t.Parallel()

	redactor := auth.NewRedactor(auth.NewSecret(text))

	for before := range 7 {
		user := strings.Repeat("u", before) + ":"
		got := redactor.RedactString(base64.StdEncoding.EncodeToString([]byte(user + text + "!")))

		// What is left beside it shows at most a few bits of the secret.
		plain, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.Split(got, auth.Redacted)[0], "="))
		if !strings.Contains(got, auth.Redacted) || err == nil && strings.Contains(string(plain), text[:2]) {
			t.Errorf("after %d bytes: got %q", before, got)
		}
	}
}

func TestRedactorFindsBeginnings(t *testing.T) {
	t.Parallel()

	for _, c := range []struct{ secret, text, want string }{
		{"0123456789abcdefghijklmnop", "cut: 0123456789a", "cut: 0123456789a"},
		{"0123456789abcdefghijklmnop", "cut: 0123456789ab", "cut: [redacted]"},
		{"0123456789abcdefghijklmnop", "cut: 0123456789abcdef...", "cut: [redacted]..."},
		{"0123456789abc", "012345 0123456 01234567", "012345 [redacted] [redacted]"},
		{"01234567", "012 0123 01234567", "012 [redacted] [redacted]"},
		{"01234", "0123 01234", "[redacted] [redacted]"},
		{"0123", "012 0123", "012 [redacted]"},
		{"012", "012 is too short to look for", "012 is too short to look for"},
		{"/+/+/+/+/+/+", "%2F%2B%2F%2B%2F %2F%2B%2F%2B%2F%2B%2F", "%2F%2B%2F%2B%2F [redacted]"},
	} {
		if got := auth.NewRedactor(auth.NewSecret(c.secret)).RedactString(c.text); got != c.want {
			t.Errorf("%s in %q: got %q, want %q", c.secret, c.text, got, c.want)
		}
	}
}

// TestRedactorFindsOverlaps has one secret begin inside another.
func TestRedactorFindsOverlaps(t *testing.T) {
	t.Parallel()

	redactor := auth.NewRedactor(auth.NewSecret("abcdefghijkl"), auth.NewSecret("ghijklmnopqrstuvw"), auth.NewSecret("aaaaaaab"))

	for text, want := range map[string]string{
		"<abcdefghijklmnopqrstuvw>": "<[redacted]>",
		"<aaaaaaaaaaaaaaab>":        "<[redacted]>",
		"<abcdefghijklX>":           "<[redacted]X>",
		"abcdefgabcdefg":            "[redacted]",
		"":                          "",
	} {
		if got := redactor.RedactString(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestRedactorLeavesTheRest(t *testing.T) {
	t.Parallel()

	body := []byte("nothing to hide")

	var none *auth.Redactor

	for name, redactor := range map[string]*auth.Redactor{
		"nil": none, "no secrets": auth.NewRedactor(), "an empty secret": auth.NewRedactor(auth.Secret{}),
		"another secret": auth.NewRedactor(auth.NewSecret(text)),
	} {
		got := redactor.Redact(body)
		if &got[0] != &body[0] || string(got) != "nothing to hide" || redactor.RedactString(string(body)) != string(body) {
			t.Errorf("%s: got %q, want the text itself", name, got)
		}
	}
}

// TestRedactorAgainstSearch compares it with a search for every beginning, on
// texts of few letters, in which secrets overlap and repeat.
func TestRedactorAgainstSearch(t *testing.T) {
	t.Parallel()

	property := func(seed uint64) bool {
		random := rand.New(rand.NewPCG(seed, 1))
		letters := func(n int) string {
			text := make([]byte, n)
			for i := range text {
				text[i] = "ab"[random.IntN(2)]
			}

			return string(text)
		}

		secrets := []string{letters(8), letters(6), letters(30)}
		text := letters(60) + secrets[2][:random.IntN(30)] + letters(9)
		hidden := make([]bool, len(text))

		for _, secret := range secrets {
			for start := range text {
				shortest := map[int]int{8: 4, 6: 4, 30: 12}[len(secret)]
				for length := shortest; length <= len(secret); length++ {
					if strings.HasPrefix(text[start:], secret[:length]) {
						for i := range length {
							hidden[start+i] = true
						}
					}
				}
			}
		}

		var want strings.Builder

		for i, h := range hidden {
			if !h {
				want.WriteByte(text[i])
			} else if i == 0 || !hidden[i-1] {
				want.WriteString(auth.Redacted)
			}
		}

		got := auth.NewRedactor(auth.NewSecret(secrets[0]), auth.NewSecret(secrets[1]), auth.NewSecret(secrets[2])).RedactString(text)
		if got != want.String() {
			t.Logf("%q in %q:\n got %q\nwant %q", secrets, text, got, want.String())
		}

		return got == want.String()
	}

	if err := quick.Check(property, &quick.Config{MaxCount: 2000}); err != nil {
		t.Error(err)
	}
}

func FuzzRedactor(f *testing.F) {
	f.Add(text, "before "+text+" after")
	f.Add("ab\"\xff/d", "\xff/d")
	f.Fuzz(func(t *testing.T, secret, text string) {
		redactor := auth.NewRedactor(auth.NewSecret(secret))
		for _, body := range []string{text, text + secret, text + url.QueryEscape(secret) + text} {
			got := redactor.RedactString(body)
			for part := range strings.SplitSeq(got, auth.Redacted) {
				if len(secret) >= 4 && strings.Contains(part, secret) {
					t.Errorf("%q in %q: got %q", secret, body, got)
				}
			}
		}
	})
}

func BenchmarkRedact(b *testing.B) {
	var secrets []auth.Secret
	for i := range 5 {
		secrets = append(secrets, auth.NewSecret(fmt.Sprintf("%d/secret+%s", i, strings.Repeat("x1/", 30))))
	}

	redactor := auth.NewRedactor(secrets...)

	for name, body := range map[string][]byte{
		"ordinary":  bytes.Repeat([]byte(`{"id": "0123456789abcdef", "message": "no such user"} `), 1<<20/54),
		"worst":     bytes.Repeat([]byte("1/secret+x1/x1/x1/"), 1<<20/18),
		"beginning": bytes.Repeat([]byte("1/secre"), 1<<20/7),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))

			for b.Loop() {
				redactor.Redact(body)
			}
		})
	}

	b.Run("new", func(b *testing.B) {
		for b.Loop() {
			auth.NewRedactor(secrets...)
		}
	})
}

// Python writes JSON so: everything beyond ASCII as UTF-16 escapes.
func TestRedactorFindsEscapesBeyondTheBasicPlane(t *testing.T) {
	const secret = "😀0123456789abcdefghijKLMNOP"

	for _, written := range []string{`\ud83d\ude000123456789abcdefghijKLMNOP`, `\uD83D\uDE000123456789abcdefghijKLMNOP`} {
		got := auth.NewRedactor(auth.NewSecret(secret)).RedactString(`{"echo": "` + written + `"}`)
		if want := `{"echo": "` + auth.Redacted + `"}`; got != want {
			t.Errorf("%s becomes %s, want %s", written, got, want)
		}
	}
}
