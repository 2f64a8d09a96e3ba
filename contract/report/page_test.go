package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	goldmarkhtml "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/page"
)

// wicked is what would run in a page, or be markup, in any place where it were not a
// text. It would set the title of the page.
const wicked = `</script><script>document.title="pwned"</script><!--<script>--><img src=x onerror='document.title="pwned"'>` +
	`"'><svg onload=document.title="pwned">{{.}}${document.title="pwned"}` + "\n::error::pwned\n| # pwned | [x](https://pwned.example) ![y](https://pwned.example/i.png) " +
	"https://pwned.example www.pwned.example `code` **bold** ~~no~~ @pwned <b>b</b>\n# pwned\n" + hostile

// wickedReport has it wherever an endpoint, a description or a target file puts texts.
func wickedReport(t *testing.T) *Report {
	t.Helper()
	r := sampleReport(t)
	r.Target = Target{wicked, wicked, wicked, wicked, wicked}
	r.Contract = Contract{wicked, wicked, wicked}
	r.Tool, r.Interrupted = wicked, wicked
	r.Made = &Made{
		SHA256: r.Made.SHA256, Overlays: []Overlay{{wicked, r.Made.SHA256}}, TargetFile: wicked, URL: wicked, Values: []string{wicked},
		Headers: []string{wicked}, Withheld: []Withheld{{"user", wicked}}, Known: wicked,
	}
	for i := range r.Clauses {
		c := &r.Clauses[i]
		c.Statement, c.Inferred, c.Reason = wicked, wicked, wicked
		c.Source, c.At = clause.Source{Section: wicked, Table: wicked, Row: wicked}, clause.Location{File: wicked, Line: i}
	}
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		v.Reason, v.Case.Why, v.Notes = wicked, wicked, []string{wicked}
		for j := range v.Findings {
			f := &v.Findings[j]
			f.Message, f.Expected, f.Actual = wicked, wicked, wicked
		}
		if x := v.Exchange; x != nil {
			x.URL, x.RequestBody, x.ResponseBody, x.Curl, x.Problem = wicked, wicked, wicked, wicked, wicked
			x.RequestHeaders, x.ResponseHeaders = []Header{{wicked, wicked}}, []Header{{wicked, wicked}}
		}
	}
	r.Notes = []Note{{wicked, wicked, 1}}
	r.Unaccepted = []Unaccepted{{Operation: wicked, Cases: 1, Reason: wicked}}
	return r
}

func written(t *testing.T, write func(io.Writer, *Report) error, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func parsed(t *testing.T, page string) []*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return slices.Collect(root.Descendants())
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func textIn(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// A page has two scripts, its own and the data, wherever hostile texts stand, and
// nothing in it is loaded, or runs when it is pressed.
func TestHostilePage(t *testing.T) {
	source := written(t, HTML, wickedReport(t))
	var scripts []string
	policy := ""
	for _, n := range parsed(t, source) {
		if n.Type == html.CommentNode {
			t.Errorf("a comment: %s", n.Data)
		}
		if n.Type != html.ElementNode {
			continue
		}
		switch n.DataAtom {
		case atom.Script:
			scripts = append(scripts, textIn(n))
		case atom.Img, atom.Iframe, atom.Object, atom.Embed, atom.Base, atom.B:
			t.Errorf("an element %s", n.Data)
		}
		for _, a := range n.Attr {
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "src":
				t.Errorf("%s has the attribute %s=%q", n.Data, a.Key, a.Val)
			case a.Key == "href" && a.Val != "data:," && !strings.HasPrefix(a.Val, "#"):
				t.Errorf("%s leads to %q", n.Data, a.Val)
			}
		}
		if attribute(n, "http-equiv") == "Content-Security-Policy" {
			policy = attribute(n, "content")
		}
	}
	if len(scripts) != 2 || scripts[1] != pageScript {
		t.Fatalf("%d scripts", len(scripts))
	}
	for _, want := range []string{"default-src 'none'; ", "script-src " + page.HashOf(pageScript) + "; ", "style-src " + page.HashOf(page.Style) + "; "} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy %q lacks %q", policy, want)
		}
	}
	var data struct {
		Clauses []struct{ Statement string }
		Cases   []Verdict
	}
	if err := json.Unmarshal([]byte(scripts[0]), &data); err != nil {
		t.Fatal(err)
	}
	if len(data.Clauses) == 0 || data.Clauses[0].Statement != strings.ToValidUTF8(wicked, "\ufffd") || len(data.Cases) != 9 {
		t.Errorf("%d clauses, %d cases", len(data.Clauses), len(data.Cases))
	}
}

// Who hears a page meets its headings in order, and a name for every control, table and
// part.
func TestPageStructure(t *testing.T) {
	for name, r := range map[string]*Report{"sample": sampleReport(t), "clean": cleanReport("a", "b"), "shard": sampleShard(t)} {
		level, ids := 0, map[string]bool{}
		nodes := parsed(t, written(t, HTML, r))
		for _, n := range nodes {
			if id := attribute(n, "id"); id != "" {
				if ids[id] {
					t.Errorf("%s: two elements have the id %s", name, id)
				}
				ids[id] = true
			}
		}
		for _, n := range nodes {
			switch n.DataAtom {
			case atom.H1, atom.H2, atom.H3, atom.H4:
				next := int(n.Data[1] - '0')
				if next > level+1 {
					t.Errorf("%s: a heading of level %d follows one of level %d: %s", name, next, level, textIn(n))
				}
				level = next
			case atom.Input, atom.Select:
				if n.Parent.DataAtom != atom.Label || strings.TrimSpace(textIn(n.Parent)) == "" {
					t.Errorf("%s: a field has no label: %s", name, attribute(n, "name"))
				}
			case atom.Section:
				if !ids[attribute(n, "aria-labelledby")] {
					t.Errorf("%s: the section %s has no name", name, attribute(n, "id"))
				}
			case atom.Nav, atom.Form:
				if attribute(n, "aria-label") == "" {
					t.Errorf("%s: %s has no name", name, n.Data)
				}
			case atom.Table:
				if !slices.ContainsFunc(slices.Collect(n.ChildNodes()), func(c *html.Node) bool { return c.DataAtom == atom.Caption }) {
					t.Errorf("%s: a table has no caption", name)
				}
			case atom.Th:
				if attribute(n, "scope") == "" {
					t.Errorf("%s: the heading %s is of neither row nor column", name, textIn(n))
				}
			}
		}
	}
}

// A page says at its head what was tested and what came of it, without its script.
func TestPageHead(t *testing.T) {
	for want, r := range map[string]*Report{
		"FAIL":  sampleReport(t),
		"PASS":  cleanReport("a"),
		"ERROR": {SchemaVersion: SchemaVersion},
	} {
		head, _, _ := strings.Cut(written(t, HTML, r), "<main>")
		if !strings.Contains(head, "<strong>"+want+"</strong>") {
			t.Errorf("the verdict %s is not at the head", want)
		}
	}
	page := written(t, HTML, sampleReport(t))
	for _, want := range []string{
		"things service at http://127.0.0.1:8080", "2026-01-31 12:00 UTC", "things.yaml", "clause v0.1.0",
		"2 of 16 clauses violated, 1 known, 1 warned, 5 upheld, 7 untested", "methods are tried on loopback only", "what must be refused was answered with 200",
	} {
		if before, _, _ := strings.Cut(page, `id="data"`); !strings.Contains(before, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
}

// A page of ten thousand cases with answers as long as they are kept stays small enough
// to be opened. What went wrong is the last to be left out.
func TestLargePage(t *testing.T) {
	in := largeInput()
	in.Verdicts = slices.Concat(in.Verdicts, in.Verdicts)
	in.Plan.Cases = nil
	for i := range in.Verdicts {
		v := &in.Verdicts[i]
		v.Case.ID = fmt.Sprintf("%s-%d", v.Case.ID, i)
		x := *v.Exchange
		x.ResponseBody = strings.Repeat(fmt.Sprintf("<%d>", i), 4000)
		v.Exchange, in.Plan.Cases = &x, append(in.Plan.Cases, v.Case)
	}
	page := written(t, HTML, Build(in))
	if len(page) > 30<<20 {
		t.Errorf("the page has %d bytes", len(page))
	}
	if whole := strings.Count(page, `"curl":`); whole < 100 {
		t.Errorf("%d exchanges are in full", whole)
	}
}

// In Markdown no text from elsewhere is anything but a text.
func TestMarkdown(t *testing.T) {
	golden(t, "summary.md", []byte(written(t, Markdown, sampleReport(t))))
	allowed := []string{"html", "head", "body", "h2", "h3", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "code", "ul", "li"}
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(goldmarkhtml.WithUnsafe()))
	for name, r := range map[string]*Report{"sample": sampleReport(t), "wicked": wickedReport(t), "shard": sampleShard(t), "empty": {}} {
		var out bytes.Buffer
		source := written(t, Markdown, r)
		if err := md.Convert([]byte(source), &out); err != nil {
			t.Fatal(err)
		}
		tables := 0
		for _, n := range parsed(t, out.String()) {
			if n.Type == html.ElementNode && !slices.Contains(allowed, n.Data) || n.Type == html.CommentNode {
				t.Errorf("%s: an element %s: %s", name, n.Data, textIn(n))
			}
			if n.DataAtom == atom.Table {
				tables++
			}
			if n.DataAtom == atom.H2 && !strings.Contains(textIn(n), "clauses") || n.DataAtom == atom.Strong && textIn(n) == "bold" {
				t.Errorf("%s: markup from elsewhere: %s", name, textIn(n))
			}
		}
		if want := strings.Count(source, "|\n|-"); tables != want {
			t.Errorf("%s: %d tables, want %d:\n%s", name, tables, want, source)
		}
	}
	if n := len(written(t, Markdown, Build(largeInput()))); n > 1<<20 {
		t.Errorf("a summary has %d bytes, of which GitHub shows 1 MiB", n)
	}
}

// Annotations are one command a line, whatever is in them.
func TestGitHub(t *testing.T) {
	golden(t, "github.txt", []byte(written(t, GitHub, sampleReport(t))))
	for line := range strings.SplitSeq(strings.TrimSuffix(written(t, GitHub, wickedReport(t)), "\n"), "\n") {
		command, _, _ := strings.Cut(strings.TrimPrefix(line, "::"), " ")
		if !strings.HasPrefix(line, "::") || !slices.Contains([]string{"error", "warning", "notice"}, command) {
			t.Errorf("a line of %q", line)
		}
		head, _, ok := strings.Cut(strings.TrimPrefix(line, "::"), "::")
		if !ok || strings.Count(head, ",") > 2 {
			t.Errorf("the values are %q", head)
		}
	}
}

// What an answer holds is no command to GitHub Actions, in whose logs the text stands,
// folded or not.
func TestTextHasNoCommands(t *testing.T) {
	r := wickedReport(t)
	for i := range r.Verdicts {
		if x := r.Verdicts[i].Exchange; x != nil {
			x.ResponseBody = strings.Repeat("x", 20+i) + strings.Repeat(" ::error::folded", 20) + "\n::error::first\n  ##[error]indented\n\nlast ##[error]within"
		}
	}
	for name, out := range map[string]string{
		"text": string(text(t, r, TextOptions{Verbose: true})), "folded": string(text(t, r, TextOptions{Verbose: true, Width: 60})),
		"a screen": string(text(t, r, TextOptions{Width: 80, Lines: 23})), "JUnit": written(t, JUnit, r),
	} {
		for line := range strings.SplitSeq(out, "\n") {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "::") || strings.Contains(line, "##[") && !strings.Contains(line, "replay") {
				t.Errorf("%s: a line is a command: %s", name, line)
			}
		}
	}
}
