package contract_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/report"
	"github.com/apiclause/clause/contract/target"
)

// archived is what a test reads of an archive.
type archived struct {
	Log struct {
		Entries []struct {
			Comment string
			Request struct {
				URL      string
				PostData struct{ Text string }
			}
			Response struct {
				Status  int
				Error   string `json:"_error"`
				Content struct {
					Size           int
					Text, Encoding string
					Truncated      bool `json:"_truncated"`
				}
			}
		}
	}
}

func readArchive(t *testing.T, data []byte) archived {
	t.Helper()
	var a archived
	if err := json.Unmarshal(data, &a); err != nil {
		t.Fatalf("the archive is no JSON: %v", err)
	}
	return a
}

// seatsConfig verifies a handler for the contract seats.
func seatsConfig(t *testing.T, handler http.HandlerFunc) contract.Config {
	t.Helper()
	config := contract.Default()
	config.Contract, config.Handler = loadSeats(t), handler
	config.Target = &target.Target{Name: "seats", Auth: target.Auth{Token: auth.NewSecret("hidden-token-4711")}}
	return config
}

func TestHARHasEveryExchange(t *testing.T) {
	var b bytes.Buffer
	config := overHTTP(t, ordersConfig(t))
	config.HAR = &b
	r, err := contract.Verify(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range readArchive(t, b.Bytes()).Log.Entries {
		got = append(got, e.Comment)
	}
	var want []string
	for _, v := range r.Verdicts {
		if v.Exchange != nil {
			want = append(want, v.Case.ID)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%d exchanges of %d are written", len(got), len(want))
	}
	judged, err := contract.JudgeHAR(t.Context(), contract.Recording{Contract: config.Contract, Name: "a.har", HAR: &b})
	if err != nil {
		t.Fatal(err)
	}
	if s := judged.Summary; s.Fail+s.Warn+s.Error+s.Skip > 0 {
		t.Errorf("of what is upheld the recording says %+v", s)
	}
}

// TestHARHasNoSecrets has them in the request, and in answers in forms that are
// not theirs.
func TestHARHasNoSecrets(t *testing.T) {
	var b bytes.Buffer
	config := seatsConfig(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Set-Cookie", "session=hidden-session")
		w.Header().Set("Location", "/?token="+r.Header.Get("X-Token"))
		_, _ = w.Write([]byte("\xff\x00 " + r.Header.Get("X-Token") + " aGlkZGVuLXRva2VuLTQ3MTE="))
	})
	config.HAR = &b
	if _, err := contract.Verify(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	for _, e := range readArchive(t, b.Bytes()).Log.Entries {
		body, err := base64.StdEncoding.DecodeString(e.Response.Content.Text)
		if err != nil || e.Response.Content.Encoding != "base64" || !bytes.HasPrefix(body, []byte("\xff\x00 ")) {
			t.Fatalf("a body that is no text is %+v: %v", e.Response.Content, err)
		}
		if bytes.Contains(body, []byte("hidden")) || bytes.Contains(body, []byte("aGlkZGVu")) {
			t.Errorf("a body holds the token: %q", body)
		}
	}
	if strings.Contains(b.String(), "hidden") {
		t.Error("the archive holds a secret")
	}
}

// TestHARHasAnswersThatAreNotWhole has what breaks off, what is too long, and
// what does not come.
func TestHARHasAnswersThatAreNotWhole(t *testing.T) {
	answers := map[string]http.HandlerFunc{
		"breaks off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte(`{"n": `))
		},
		"is too long": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(bytes.Repeat([]byte("long"), 1<<20))
		},
		"does not come": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	}
	for name, handler := range answers {
		var b bytes.Buffer
		config := seatsConfig(t, handler)
		config.HAR = &b
		if _, err := contract.Verify(t.Context(), config); err != nil {
			t.Fatal(err)
		}
		all := readArchive(t, b.Bytes()).Log.Entries
		if len(all) == 0 {
			t.Fatalf("%s: nothing is written", name)
		}
		answer := all[0].Response
		switch name {
		case "breaks off":
			if answer.Status != 200 || answer.Content.Text != `{"n": ` || !strings.HasPrefix(answer.Error, "malformed: ") {
				t.Errorf("what breaks off is %+v", answer)
			}
		case "is too long":
			if c := answer.Content; !c.Truncated || c.Size != len(c.Text) || c.Size > 1<<20 || answer.Error != "" {
				t.Errorf("what is too long has %d bytes, truncated %v, %q", c.Size, c.Truncated, answer.Error)
			}
		default:
			if answer.Status != 0 || answer.Error == "" {
				t.Errorf("what does not come is %+v", answer)
			}
		}
	}
}

// failing takes one Write.
type failing struct{ writes int }

func (f *failing) Write(p []byte) (int, error) {
	if f.writes++; f.writes > 1 {
		return 0, errors.New("no space left")
	}
	return len(p), nil
}

func TestVerdictsDoNotDependOnTheArchive(t *testing.T) {
	config := ordersConfig(t)
	out := &failing{}
	config.HAR = out
	r, err := contract.Verify(t.Context(), config)
	if err != nil || report.ExitCode(r) != report.ExitOK {
		t.Errorf("%v, %+v", err, r.Summary)
	}
	if out.writes != 2 {
		t.Errorf("after its error it was written to %d times more", out.writes-2)
	}
}
