package report

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/internal/browser"
)

// saved writes the page of a report, and gives its address.
func saved(t *testing.T, r *Report) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(written(t, HTML, r)), 0o600); err != nil {
		t.Fatal(err)
	}
	return (&url.URL{Scheme: "file", Path: file}).String()
}

// is compares the value of an expression in the page, as a text.
func is(t *testing.T, b *browser.Browser, expression, want string) {
	t.Helper()
	if have := b.Text(expression); have != want {
		t.Errorf("%s is %q, want %q", expression, have, want)
	}
}

// The page does what its controls say, in a browser.
func TestPageInBrowser(t *testing.T) {
	b := browser.Start(t)
	page := saved(t, sampleReport(t))
	rows := func(of string) string { return `document.querySelectorAll("#` + of + ` .row").length` }
	filter := func(of, name, value string) {
		b.Eval(`new Promise((done) => { const f = document.querySelector("#`+of+` form").elements["`+name+`"]; f.value = "`+value+`";
			f.dispatchEvent(new Event("input", { bubbles: true })); setTimeout(done, 1); })`, nil)
	}
	press := func(of string) {
		b.Eval(`(document.querySelector('`+of+`').click(), new Promise((done) => setTimeout(done, 1)))`, nil)
	}

	t.Run("lists", func(t *testing.T) {
		b.Open(page)
		is(t, b, rows("clauses"), "16")
		is(t, b, rows("cases"), "9")
		is(t, b, `document.querySelector("#cases output").textContent`, "9 cases")
		is(t, b, `document.querySelectorAll(".cause").length`, "4")
		is(t, b, `[...document.querySelectorAll(".cause details")].filter((e) => e.open).length`, "1")
	})
	t.Run("filters", func(t *testing.T) {
		b.Open(page)
		filter("clauses", "stand", "violated")
		is(t, b, rows("clauses"), "2")
		is(t, b, `document.querySelector("#clauses output").textContent`, "2 of 16")
		is(t, b, "location.hash", "#clauses?stand=violated")
		filter("clauses", "q", "LIMIT maximum")
		is(t, b, rows("clauses"), "1")
		is(t, b, "location.hash", "#clauses?q=LIMIT%20maximum&stand=violated")
		press("#clauses form button[type=reset]")
		is(t, b, rows("clauses"), "16")
		filter("cases", "status", "no answer")
		is(t, b, rows("cases"), "1")
		filter("cases", "q", "no such case")
		is(t, b, rows("cases"), "0")
	})
	t.Run("links", func(t *testing.T) {
		b.Open(page + "#cases?outcome=fail")
		is(t, b, rows("cases"), "2")
		b.Open(page + "#case/" + url.PathEscape("listThings.query.limit.type/text"))
		is(t, b, `document.activeElement.parentElement.dataset.id`, "listThings.query.limit.type/text")
		is(t, b, `document.querySelector("#cases .row[open] .more") !== null`, "true")
		press(`#cases .row[open] a[href^="#clause/"]`)
		is(t, b, `document.activeElement.parentElement.dataset.id`, "listThings.query.limit.type")
		press(`.matrix a[href*="status=404"]`)
		is(t, b, `document.querySelector("#cases .row").dataset.id`, "readThing.answer.200/smallest")
		b.Open(page + "#case/of%20another%20report")
		b.Open(page + "#case/%")
	})
	t.Run("a case", func(t *testing.T) {
		b.Open(page)
		text := b.Text(`document.querySelector(".cause details .more").textContent`)
		for _, want := range []string{"the reason for query.limit.maximum/above", "status 400", "200 OK in 2 ms", "GET http://127.0.0.1:8080/things?limit=101", "X-Key: [redacted]", "curl -i -g"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is missing: %s", want, text)
			}
		}
	})
	t.Run("copy", func(t *testing.T) {
		b.Open(page)
		b.Eval(`(window.copied = "", document.addEventListener("copy", () => { copied = document.activeElement.value; }), Object.defineProperty(navigator, "clipboard", { value: undefined }))`, nil)
		press(".cause .tools button")
		is(t, b, "copied", `curl -i -g 'http://127.0.0.1:8080/things?limit=101' -H 'X-Key: '"$X_KEY"`)
		is(t, b, `document.querySelector(".cause .tools button").textContent`, "Copied")
		is(t, b, `document.getElementById("said").textContent`, "The command was copied")
	})
	t.Run("themes", func(t *testing.T) {
		background := `getComputedStyle(document.documentElement).backgroundColor`
		const light, dark = "rgb(255, 255, 255)", "rgb(20, 23, 27)"
		prefer := func(scheme string) {
			b.Call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
		}
		prefer("dark")
		b.Open(page)
		is(t, b, background, dark)
		press("#theme")
		is(t, b, background, light)
		press("#theme")
		is(t, b, background, dark)
		prefer("light")
		is(t, b, background, dark)
		press("#theme")
		is(t, b, background, light)
		b.Call("Emulation.setEmulatedMedia", map[string]any{"media": "print"}, nil)
		is(t, b, `getComputedStyle(document.querySelector(".filters")).display`, "none")
		b.Call("Emulation.setEmulatedMedia", map[string]any{"media": ""}, nil)
	})
	t.Run("narrow", func(t *testing.T) {
		b.Open(page)
		b.Call("Emulation.setDeviceMetricsOverride", map[string]any{"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": false}, nil)
		is(t, b, `document.documentElement.scrollWidth <= 400`, "true")
		b.Call("Emulation.clearDeviceMetricsOverride", nil, nil)
	})
	t.Run("keys", func(t *testing.T) {
		b.Open(page)
		b.Key("Tab", 9)
		is(t, b, "document.activeElement.className", "skip")
		b.Key("Enter", 13)
		is(t, b, "location.hash", "#causes")
		b.Eval(`document.querySelector("#cases .row summary").focus()`, nil)
		b.Key("Enter", 13)
		is(t, b, `document.querySelector("#cases .row").open`, "true")
	})
	for _, problem := range b.Problems() {
		t.Error(problem)
	}
}

// A page made of hostile answers runs nothing of them, and shows them as they are.
func TestHostilePageInBrowser(t *testing.T) {
	b := browser.Start(t)
	b.Open(saved(t, wickedReport(t)))
	b.Eval(`document.querySelectorAll("details").forEach((e) => { e.open = true; })`, nil)
	b.Eval(`new Promise((done) => setTimeout(done, 1))`, nil)
	is(t, b, `document.title.startsWith("ERROR: ") || document.title.startsWith("FAIL: ")`, "true")
	is(t, b, `document.querySelectorAll("img, svg[onload], iframe, b").length`, "0")
	is(t, b, `document.scripts.length`, "2")
	is(t, b, `document.querySelectorAll("#cases .more").length`, "9")
	var text string
	b.Eval(`document.body.innerText`, &text)
	if !strings.Contains(text, `<img src=x onerror='document.title="pwned"'>`) {
		t.Error("the answer is not shown as it is")
	}
	for _, c := range []string{"\u202e", "\u2028", "\x1b", "\x07"} {
		if strings.Contains(text, c) {
			t.Errorf("%q is shown as it is", c)
		}
	}
	// A script that comes into the page after all is refused.
	b.Eval(`(() => { const s = document.createElement("script"); s.textContent = "document.title = 'pwned'"; document.body.append(s); })()`, nil)
	is(t, b, `document.title.includes("pwned") && !document.title.includes("<")`, "false")
	var refused int
	for _, problem := range b.Problems() {
		if !strings.Contains(problem, "Content Security Policy") {
			t.Error(problem)
			continue
		}
		refused++
	}
	if refused != 1 {
		t.Errorf("%d scripts were refused, want 1", refused)
	}
}

// Ten thousand cases are found and opened at once.
func TestLargePageInBrowser(t *testing.T) {
	r := Build(largeInput())
	last := r.Verdicts[len(r.Verdicts)-1].Case.ID
	b := browser.Start(t)
	b.Open(saved(t, r))
	is(t, b, `document.querySelectorAll("#cases .row").length`, "100")
	b.Eval(`document.querySelector("#cases button.show").click()`, nil)
	is(t, b, `document.querySelectorAll("#cases .row").length`, "200")
	id, err := json.Marshal(last)
	if err != nil {
		t.Fatal(err)
	}
	b.Eval(`new Promise((done) => { location.hash = "#case/" + encodeURIComponent(`+string(id)+`); setTimeout(done, 1); })`, nil)
	is(t, b, `document.activeElement.parentElement.dataset.id`, last)
	for _, problem := range b.Problems() {
		t.Error(problem)
	}
}
