package judge

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/auth"
)

func TestCredentials(t *testing.T) {
	const id = "listThings.answer.credentials (should): "
	in := func(text string) string {
		quoted, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		return `{"code": ` + string(quoted) + `}`
	}
	body := []string{id + "the body holds the credentials of the request"}
	basic := base64.StdEncoding.EncodeToString([]byte("user:" + secret + ":x"))
	judgeAll(t, []sample{
		{"as it is", refused(), got(400, in("the key "+secret+" is unknown")), body},
		{"in a query", refused(), got(400, in("/things?k="+url.QueryEscape(secret))), body},
		{"in a path", refused(), got(400, in("/things/"+url.PathEscape(secret))), body},
		{"in base64", refused(), got(400, in("Basic "+basic)), body},
		{"slashes escaped", refused(), got(400, strings.ReplaceAll(in(secret), "/", `\/`)), body},
		{"no JSON", wantsUnsupported(), got(405, "you sent "+secret, "Content-Type: text/plain"), body},
		{"in headers", refused(), got(400, bad, "X-Echo: "+secret, "X-B: "+secret, "X-B: b"), []string{
			id + "the header X-B holds the credentials of the request",
			id + "the header X-Echo holds the credentials of the request",
		}},
		{"a part of it", refused(), got(400, in("unknown key "+secret[:len(secret)-2]+"...")), nil},
		{"the header's name", refused(), got(400, in("X-Key is missing")), nil},
	})
}

func TestShortSecretsAreNotLookedFor(t *testing.T) {
	j := New(things(t), Options{Secrets: []auth.Secret{auth.NewSecret("invalid"), {}}})
	v := j.Judge(refused(), got(400, `{"code": "invalid"}`))
	if len(v.Findings) > 0 {
		t.Errorf("a secret of 7 characters is looked for: %v", broken(v))
	}
}

func TestNoFindingHoldsASecret(t *testing.T) {
	j := thingsJudge(t)
	x := got(302, secret, "Location: https://elsewhere/?key="+url.QueryEscape(secret), "Content-Type: text/"+secret)
	text, err := json.Marshal(j.Judge(accepted("listThings"), x))
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{secret, url.QueryEscape(secret)} {
		if strings.Contains(string(text), form) {
			t.Errorf("the verdict holds %s: %s", form, text)
		}
	}
}

func TestStackTraces(t *testing.T) {
	for name, trace := range map[string]string{
		"Go":         "panic: boom\n\ngoroutine 18 [running]:\nmain.f(0x0)\n\t/src/main.go:12 +0x1d\n",
		"Go, waits":  "goroutine 7 [select, 2 minutes, locked to thread]:\nnet.x()",
		"Go, frame":  "main.f(...)\n\t/src/main.go:12 +0x1d",
		"Java":       "java.lang.IllegalStateException: boom\n\tat org.example.A.b(A.java:12)\n\tat org.example.C$D.<init>(C.java:3)\n",
		"Kotlin":     "\tat a.B.c(B.kt:1)\n\tat a.B$c$1.invokeSuspend(B.kt)\n\tat a.D.e(Native Method)",
		"Java, JSON": `{"stackTrace":[{"className":"a.B","fileName":"B.java","lineNumber":1},{"className":"a.C","fileName":"C.java","lineNumber":2}]}`,
		"Python":     "Traceback (most recent call last):\n  File \"/app/x.py\", line 3, in f\nValueError: boom",
		"Node":       "Error: boom\n    at f (/app/x.js:1:2)\n    at Object.<anonymous> (/app/y.mjs:10:20)\n    at node:internal/main/run:1:2",
		"Node, ESM":  "Error\n    at async handle (file:///app/x.ts:4:5)\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
		".NET":       "   at Shop.Cart.Add(String item) in /src/Cart.cs:line 12",
		".NET, bare": "System.Exception: boom\n   at Shop.Cart.Add(String item)\n   at Shop.Program.<Main>$(String[] args)",
		"PHP":        "PHP Fatal error: Uncaught Exception: boom in /x.php:3\nStack trace:\n#0 {main}\n  thrown in /x.php on line 3",
		"PHP, two":   "#0 /app/a.php(12): f()\n#1 /app/b.php(3): g('x')\n#2 {main}",
		"Ruby":       "/app/a.rb:3:in `f': boom (RuntimeError)\n\tfrom /app/b.rb:7:in `<main>'",
		"Ruby 3.4":   "app/a.rb:3:in 'Integer#/': divided by 0\n\tfrom app/b.rb:7:in 'Object#f'",
		"Rust":       "thread 'main' panicked at src/main.rs:2:5\nstack backtrace:\n   0: rust_begin_unwind",
		"Elixir":     "    (shop 0.1.0) lib/shop.ex:3: Shop.f/1\n    (stdlib 5.0) gen_server.erl:1: :gen_server.try/3",
	} {
		if stackTrace([]byte(trace)) == "" {
			t.Errorf("%s: not recognised:\n%s", name, trace)
		}
		quoted, err := json.Marshal(trace)
		if err != nil {
			t.Fatal(err)
		}
		if stackTrace(quoted) == "" {
			t.Errorf("%s: not recognised in JSON:\n%s", name, quoted)
		}
		if html := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "'", "&#39;", "\n", "<br>\n").Replace(trace); stackTrace([]byte(html)) == "" {
			t.Errorf("%s: not recognised in HTML:\n%s", name, html)
		}
	}
}

func TestOrdinaryMessagesAreNoStackTraces(t *testing.T) {
	for _, text := range []string{
		"", good, bad,
		"the error occurred at start_time (2026-01-31T00:00:00Z)",
		"goroutine leak in worker [pool 3]",
		"invalid value at line 3, column 5: see docs/errors.js:3 for help",
		"at least one of a (a.js:1:2) must be given",
		"see Config.java:12",
		"at org.example.A.b(A.java:12)",
		"#0 is not a valid colour", "Stack trace: not available", "file a.php(3): line", "config.rb:3: warning",
		"   at the door\n   at the gate", "in section 3:line 4",
		`{"fileName": "A.java", "lineNumber": 3}`,
		"Traceback was disabled",
	} {
		if kind := stackTrace([]byte(text)); kind != "" {
			t.Errorf("taken for a stack trace (%s): %s", kind, text)
		}
	}
}

func TestStackTraceFinding(t *testing.T) {
	judgeAll(t, []sample{
		{"in an error's message", refused(), got(400, `{"code": "Traceback (most recent call last):\n  File \"x.py\""}`), []string{
			"listThings.answer.stack-trace (should): the body holds a stack trace (Python)",
		}},
	})
}
