package prove

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	goldmarkhtml "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/browser"
	"github.com/apiclause/clause/contract/internal/junit"
	"github.com/apiclause/clause/contract/plan"
	"github.com/apiclause/clause/contract/report"
)

// wicked is what would run in a page, or be markup, or a command, where it were no text.
const wicked = `</script><script>document.title="pwned"</script><!--<script>--><img src=x onerror='document.title="pwned"'>"'>` +
	"{{.}}\n::error::pwned\n| # pwned | [x](https://pwned.example) `code` **bold** @pwned <b>b</b>\n# pwned\n]]>\x1b[31m\x00\u202e\u2028\xff"

// aProof is a proof that found one of everything, with a text in every place that a
// description can put one in.
func aProof(text string) *Result {
	by := make([]Case, 25)
	for i := range by {
		by[i] = Case{ID: "op.query.a.type/" + strconv.Itoa(i), Technique: plan.SingleFault}
	}
	alarm := Alarm{Case: "op.answer.200/smallest", Clause: "op.answer.200", Level: clause.Must, Message: text}
	return &Result{
		Tool: "clause/v0.1.0", Contract: report.Contract{File: "things.yaml", Title: "Things" + text, Version: "1" + text}, Cases: 30, Elapsed: 1.5,
		Good:     []Alarm{},
		Variants: []VariantResult{{Name: "gzip", Description: "bodies are compressed"}, {Name: "own-way", Description: text, Warnings: 1, Alarms: []Alarm{alarm}}},
		LeftOut:  []LeftOut{{Operation: "other", Reason: text}},
		Faults: []FaultResult{
			{Name: "op.query.a.type/lax", Clause: "op.query.a.type", Level: clause.Must, Class: Classes[1], Description: text, Named: true, By: by},
			{Name: "op.query.a.enum/one-more", Clause: "op.query.a.enum", Level: clause.Must, Class: Classes[2], Description: "one more is taken" + text},
			{Name: "op.query.a.pattern/any", Clause: "op.query.a.pattern", Level: clause.Should, Class: Classes[2], Description: "any is taken" + text},
			{Name: "op.query.b.type/lax", Clause: "op.query.b.type", Level: clause.Must, Class: Classes[1], Description: text, By: by[:1]},
			{Name: "op.query.b.type/other", Clause: "op.query.b.type", Level: clause.Must, Class: Classes[1], Description: text, Excluded: "it cannot be told" + text},
		},
	}
}

func formOf(t *testing.T, write func(io.Writer, *Result) error, r *Result) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What a proof found is in each form what its reader or parser takes, whatever the
// description says, and the same in all.
func TestProofInEveryForm(t *testing.T) {
	t.Parallel()
	for _, text := range []string{": plain", wicked} {
		r := aProof(text)
		var read junit.Report
		source := formOf(t, JUnit, r)
		if err := xml.Unmarshal([]byte(source), &read); err != nil {
			t.Fatal(err)
		}
		if read.Tests != 8 || read.Failures != 2 || read.Skipped != 1 || read.Errors != 0 {
			t.Errorf("JUnit has %d tests, %d failures, %d skipped", read.Tests, read.Failures, read.Skipped)
		}
		for line := range strings.SplitSeq(source, "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "::") {
				t.Errorf("JUnit has a command: %s", line)
			}
		}
		var back Result
		if err := json.Unmarshal([]byte(formOf(t, JSON, r)), &back); err != nil || back.Count("") != r.Count("") {
			t.Errorf("JSON: %v: %+v", err, back.Count(""))
		}
		lines := strings.Split(strings.TrimSuffix(formOf(t, GitHub, r), "\n"), "\n")
		var commands []string
		for _, line := range lines {
			command, _, _ := strings.Cut(strings.TrimPrefix(line, "::"), " ")
			commands = append(commands, command)
		}
		if want := []string{"error", "error", "warning", "notice"}; !slices.Equal(commands, want) {
			t.Errorf("the annotations are %v, want %v:\n%s", commands, want, strings.Join(lines, "\n"))
		}
	}
}

// In Markdown no text of a description is anything but a text.
func TestProofInMarkdown(t *testing.T) {
	t.Parallel()
	allowed := []string{"html", "head", "body", "h2", "h3", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "code"}
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(goldmarkhtml.WithUnsafe()))
	var out bytes.Buffer
	source := formOf(t, Markdown, aProof(wicked))
	if err := md.Convert([]byte(source), &out); err != nil {
		t.Fatal(err)
	}
	tables := 0
	for _, n := range nodes(t, out.String()) {
		if n.Type == html.ElementNode && !slices.Contains(allowed, n.Data) || n.Type == html.CommentNode {
			t.Errorf("an element %s", n.Data)
		}
		if n.DataAtom == atom.Table {
			tables++
		}
	}
	if tables != 4 {
		t.Errorf("%d tables, want 4:\n%s", tables, source)
	}
	for _, want := range []string{"## ❌ FAIL: 2 of 3 faults on a must noticed, 0 of 1 on a should\n", "| `op.query.a.enum/one-more` | must |", "| `own-way` |"} {
		if !strings.Contains(source, want) {
			t.Errorf("%q is missing:\n%s", want, source)
		}
	}
}

func nodes(t *testing.T, source string) []*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	return slices.Collect(root.Descendants())
}

// The page has its own script and its data alone, and who hears it meets headings in
// order, and a name for every field, table and part.
func TestProofPage(t *testing.T) {
	t.Parallel()
	scripts, level := 0, 0
	for _, n := range nodes(t, formOf(t, HTML, aProof(wicked))) {
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "src" || a.Key == "href" && a.Val != "data:," && !strings.HasPrefix(a.Val, "#") {
				t.Errorf("%s has the attribute %s=%q", n.Data, a.Key, a.Val)
			}
		}
		switch n.DataAtom {
		case atom.Script:
			scripts++
		case atom.Img, atom.Iframe, atom.B:
			t.Errorf("an element %s", n.Data)
		case atom.H1, atom.H2, atom.H3:
			next := int(n.Data[1] - '0')
			if next > level+1 {
				t.Errorf("a heading of level %d follows one of level %d", next, level)
			}
			level = next
		case atom.Input, atom.Select:
			if n.Parent.DataAtom != atom.Label {
				t.Errorf("a field has no label: %v", n.Attr)
			}
		case atom.Table:
			if !slices.ContainsFunc(slices.Collect(n.ChildNodes()), func(c *html.Node) bool { return c.DataAtom == atom.Caption }) {
				t.Error("a table has no caption")
			}
		}
	}
	if scripts != 2 {
		t.Errorf("%d scripts, want 2", scripts)
	}
}

// opened opens the page of a proof.
func opened(t *testing.T, b *browser.Browser, r *Result) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "proof.html")
	if err := os.WriteFile(file, []byte(formOf(t, HTML, r)), 0o600); err != nil {
		t.Fatal(err)
	}
	address := (&url.URL{Scheme: "file", Path: file}).String()
	b.Open(address)
	return address
}

// In a browser the page shows what would be missed first, and its lists do what their
// controls say, in both themes.
func TestProofPageInBrowser(t *testing.T) {
	t.Parallel()
	b := browser.Start(t)
	is := func(expression, want string) {
		t.Helper()
		if have := b.Text(expression); have != want {
			t.Errorf("%s is %q, want %q", expression, have, want)
		}
	}
	address := opened(t, b, aProof(wicked))
	is(`document.title.startsWith("FAIL: ")`, "true")
	is(`document.querySelector("main section").id`, "missed")
	is(`[...document.querySelectorAll("#missed .cause a[href^='#fault/']")].map((e) => e.textContent).join(" ")`, "op.query.a.enum/one-more op.query.a.pattern/any")
	is(`document.querySelector("#wronged .cause .chip").textContent`, "charged")
	is(`document.querySelectorAll("#variants .chip.pass").length`, "1")
	is(`document.querySelectorAll("#clauses .row").length`, "4")
	is(`[...document.querySelectorAll("#faults .row")].map((e) => e.querySelector(".chip").textContent).join()`, "missed,missed,otherwise,noticed,excluded")
	b.Eval(`(document.querySelector("#missed .cause a[href^='#clause/']").click(), new Promise((done) => setTimeout(done, 1)))`, nil)
	is(`document.activeElement.parentElement.dataset.id`, "op.query.a.enum")
	b.Open(address + "#faults?outcome=excluded")
	is(`document.querySelectorAll("#faults .row").length`, "1")
	b.Open(address + "#fault/" + url.PathEscape("op.query.a.type/lax"))
	is(`document.activeElement.parentElement.dataset.id`, "op.query.a.type/lax")
	is(`document.querySelector("#faults .row[open] .more").textContent.includes("and 5 more")`, "true")
	for scheme, want := range map[string]string{"dark": "rgb(20, 23, 27)", "light": "rgb(255, 255, 255)"} {
		b.Call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
		is(`getComputedStyle(document.documentElement).backgroundColor`, want)
	}
	b.Call("Emulation.setDeviceMetricsOverride", map[string]any{"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": false}, nil)
	is(`document.documentElement.scrollWidth <= 400`, "true")
	b.Call("Emulation.clearDeviceMetricsOverride", nil, nil)
	is(`document.title.includes("pwned") && !document.title.includes("<")`, "false")
	for _, problem := range b.Problems() {
		t.Error(problem)
	}
}
