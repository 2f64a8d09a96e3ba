package document_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/apiclause/clause/tools/clause/internal/document"
)

func readPage(tb testing.TB, name string) string {
	tb.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

func parse(tb testing.TB, text string) *document.Document {
	tb.Helper()
	doc, err := document.Parse("page.txt", []byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return doc
}

// outline has everything of a document but the lines.
func outline(doc *document.Document) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s %s\n", doc.Title, doc.Method, doc.Path)
	for _, s := range doc.Sections {
		fmt.Fprintf(&b, "section %s\n", s.Name)
		for _, t := range doc.Tables {
			if t.Section == s.Name {
				fmt.Fprintf(&b, "  %s %q\n", t.Name, t.Columns)
				for _, row := range t.Rows {
					b.WriteString("   ")
					for _, c := range row {
						fmt.Fprintf(&b, " %q", c.Text)
					}
					b.WriteString("\n")
				}
			}
		}
	}
	return b.String() + messages(doc.Unread)
}

func messages(problems []document.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		b.WriteString(p.String() + "\n")
	}
	return b.String()
}

func check(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

const findLoansOutline = `Finding Loans: GET /v2/branches/{branch_id}/loans
section Function
section Constraints
section URI
  path parameters ["Parameter" "Mandatory" "Type" "Description"]
    "branch_id" "Yes" "String" "The branch that lent the copy."
  query parameters ["Parameter" "Mandatory" "Type" "Description"]
    "reader" "No" "String" "Part of a reader's name."
    "due_before" "Yes" "String" "A day in the calendar of the branch.\n\nLoans that are due later are left out."
    "limit" "No" "Integer" ""
    "state" "No" "String" "One of: open | returned | lost.\nopen: the reader has the copy.\na|b is not a state."
    "shelves" "No" "Array of strings" "Shelf marks."
section Request Parameters
  Request header parameters ["Parameter" "Mandatory" "Type" "Description"]
    "X-Reader-Token" "Yes" "String" "Who asks."
    "Accept" "No" "String" "Only JSON is answered."
section Response Parameters
  status code 200 ["Parameter" "Type" "Description"]
    "total" "Long" "How many there are."
    "loans" "Array of Loan objects" "The loans of this answer."
  Loan ["Parameter" "Type" "Description"]
    "id" "String" "The loan."
    "renewed" "Boolean" "Whether it was renewed."
    "copy" "Copy object" "What was lent."
  Copy ["Parameter" "Type" "Description"]
    "barcode" "String" "On the back of the copy."
    "fee" "Double" "What a day late costs."
  status code 404 ["Parameter" "Type" "Description"]
    "reason" "String" "Why there is no answer."
section Example Requests
section Example Responses
section Status Codes
  status codes ["Status Code" "Description"]
    "200" "The loans."
    "404" "There is no such branch."
    "503" "The catalogue is being rebuilt."
section Error Codes
section Feedback
`

func TestParseFlattenedPage(t *testing.T) {
	check(t, outline(parse(t, readPage(t, "find-loans.txt"))), findLoansOutline)
}

func TestParseSurvivesHowAPageWasSaved(t *testing.T) {
	page := readPage(t, "find-loans.txt")
	var trimmed []string
	for l := range strings.Lines(page) {
		trimmed = append(trimmed, strings.TrimSpace(l))
	}
	for name, text := range map[string]string{
		"CRLF":                strings.ReplaceAll(page, "\n", "\r\n"),
		"CR":                  strings.ReplaceAll(page, "\n", "\r"),
		"byte order mark":     "\ufeff" + page,
		"no-break space":      strings.ReplaceAll(page, " ", "\u00a0"),
		"zero-width space":    strings.ReplaceAll(page, "Parameter |", "\u200bParameter |"),
		"no final newline":    strings.TrimRight(page, "\n"),
		"outer blanks":        "  " + strings.ReplaceAll(page, "\n", "  \n\t "),
		"no outer blanks":     strings.Join(trimmed, "\n"),
		"blank lines between": strings.ReplaceAll(strings.ReplaceAll(page, "|\n", "|\n\n"), "\n\n\n", "\n\n"),
		"table indented":      strings.ReplaceAll(page, "\n|\n", "\n    |\n"),
	} {
		t.Run(name, func(t *testing.T) {
			check(t, outline(parse(t, text)), findLoansOutline)
		})
	}
}

func TestParseHeadingsInAnotherCase(t *testing.T) {
	page := readPage(t, "find-loans.txt")
	for _, h := range []string{"URI", "Request Parameters", "Response Parameters", "Status Codes", "Status code: 404"} {
		page = strings.Replace(page, "\n"+h+"\n", "\n"+strings.ToLower(h)+":\n", 1)
	}
	doc := parse(t, page)
	check(t, messages(doc.Unread), "")
	check(t, messages(document.Compare(doc, []document.Operation{findLoans()})), "")
}

func TestParseMarkdownPage(t *testing.T) {
	check(t, outline(parse(t, readPage(t, "add-copy.txt"))), `Adding a Copy: POST /v2/branches/{branch_id}/titles/{title_id}/copies
section URI
  Path parameters ["Parameter" "Mandatory" "Type" "Description"]
    "branch_id" "Yes" "String" "The branch."
    "title_id" "Yes" "Integer" "The title."
  Query parameters ["Parameter" "Mandatory" "Type" "Default" "Description"]
    "notify" "No" "Boolean" "-" "Tell readers who wait; `+"`a | b`"+` is text."
section Request Parameters
  Request body parameters ["Parameter" "Required" "Type" "Description"]
    "barcode" "TRUE" "string" ""
    "price" "Optional" "Float(2)" "What it cost."
    "shelf" "mandatory" "Object" "Where it goes. For its members see Table 7."
    "notes" "No" "List<Note>" "Remarks."
    "labels" "No" "Map<String,String>" ""
  Place on a shelf ["Parameter" "Required" "Type" "Description"]
    "floor" "Yes" "Int32" ""
    "row" "No" "Number" ""
  Note ["Parameter" "Required" "Type" "Description"]
    "text" "Yes" "String" ""
    "answers" "No" "Array of Note objects" "Remarks on a remark."
section Response Parameters
  Response body parameters ["Parameter" "Type" "Description"]
    "copy_id" "String" "The new copy."
section Status Codes
  status codes ["Status Code" "Description"]
    "201 Created" "The copy was added."
    "4xx" "The request was refused."
`)
}

func TestParseGivesLines(t *testing.T) {
	page := readPage(t, "find-loans.txt")
	lines := strings.Split(page, "\n")
	doc := parse(t, page)
	at := func(line int) string { return strings.TrimSpace(lines[line-1]) }
	if got := at(doc.Line); got != "GET /v2/branches/{branch_id}/loans" {
		t.Errorf("the request line is %q", got)
	}
	for _, s := range doc.Sections {
		if at(s.Line) != s.Name {
			t.Errorf("section %s is line %d, %q", s.Name, s.Line, at(s.Line))
		}
	}
	for _, table := range doc.Tables {
		if at(table.Line) != "|" {
			t.Errorf("table %s is line %d, %q", table.Name, table.Line, at(table.Line))
		}
		for _, row := range table.Rows {
			for _, c := range row {
				first, _, _ := strings.Cut(c.Text, "\n")
				if got := strings.TrimSpace(strings.TrimSuffix(at(c.Line), "|")); got != first {
					t.Errorf("cell %q is line %d, %q", c.Text, c.Line, got)
				}
			}
		}
	}
}

func TestParseTableNames(t *testing.T) {
	const table = "\n|\nParameter |\nMandatory |\nType |\n|---|---|---|\n|\nthing_id |\nYes |\nString |\n"
	const other = "\n|\nParameter |\nMandatory |\nType |\n|---|---|---|\n|\nsize |\nNo |\nInteger |\n"
	for _, tt := range []struct{ name, text, want string }{
		{"placeholders", "URI\nGET /things/{thing_id}" + table, "path parameters"},
		{"no placeholders", "URI\nGET /things/{thing_id}" + other, "query parameters"},
		{"caption", "URI\nGET /things/{thing_id}\nTable 4-2: Query Parameters" + other, "Query Parameters"},
		{"caption without number", "URI\nGET /things/{thing_id}\n\nPath Parameters\n" + table, "Path Parameters"},
		{"caption of a number only", "URI\nGET /things/{thing_id}\nTable 3." + table, "path parameters"},
		{"request", "Request Parameters" + other, "request parameters"},
		{"header", "Request Parameters\nRequest Headers" + other, "Request Headers"},
		{"request body as a section", "Request Body\nAll of these." + other, "body parameters"},
		{"query as a section", "# Page\n## Query Parameters\nAll of these." + other, "query parameters"},
		{"path under the request", "Request Parameters\nTable 1 Path Parameters" + other, "Path Parameters"},
		{"no caption but None", "Request Parameters\nNone" + other, "request parameters"},
		{"a section straight above", "Request Parameters\nNone\nConstraints" + other, "table 1"},
		{"a Markdown section straight above", "## Request Parameters\n## Quotas" + other, "table 1"},
		{"cookies", "Request Parameters\nTable 1 Cookie Parameters" + other, "Cookie Parameters"},
		{"headers under URI", "URI\nGET /things\nTable 1 Header Parameters" + other, "Header Parameters"},
		{"status", "Response Parameters\nStatus Code 404 Not Found" + other, "status code 404"},
		{"status with a caption", "Response Parameters\n**Status code：default**\nTable 2 Body" + other, "status code default"},
		{"headers of an answer", "Response Parameters\nStatus code: 200\nTable 3 Response header parameters" + other, "status code 200 header parameters"},
		{"no status", "Response Parameters" + other, "response parameters"},
		{"other section", "Constraints" + other, "table 1"},
		{"before any section", "A page\nof things." + other, "table 1"},
		{"caption elsewhere", "Constraints\nHow many there may be:" + other, "How many there may be"},
		{"a heading not in the list", "Data Retention" + other, "table 1"},
		{"a sentence", "Request Parameters\nThese are the parameters that a request to this operation can have." + other, "request parameters"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc := parse(t, "Things\n"+tt.text)
			if len(doc.Tables) != 1 || doc.Tables[0].Name != tt.want {
				t.Errorf("got %+v, want one table %q", doc.Tables, tt.want)
			}
		})
	}
}

func TestParseSections(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"unknown, capitalised", "T\nService Levels and Quotas\nText.", "Service Levels and Quotas"},
		{"says that it is empty", "T\nRequest Parameters\nNone\nResponse Parameters\nN/A", "Request Parameters,Response Parameters"},
		{"a label in an example", "T\nExample Requests\nRequest\nSome Code\n# a comment\nStatus Codes", "Example Requests,Status Codes"},
		{"after an example", "# T\n## Example\ncode\n## More Of It\n", "Example,More Of It"},
		{"Markdown", "# T\n## **URI**\n## Request parameters ##", "URI,Request parameters"},
		{"not within parameters", "T\nRequest Parameters\nSee The Manual\n", "Request Parameters"},
		{"a sentence", "T\nThis is Not A Heading.\nnor is This\nNor this one here\n", ""},
		{"no title", "URI\nGET /x\n", "URI"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var names []string
			for _, s := range parse(t, tt.text).Sections {
				names = append(names, s.Name)
			}
			check(t, strings.Join(names, ","), tt.want)
		})
	}
}

func TestParseRequestLine(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"plain", "T\nURI\nDELETE /v1/things/{thing_id}", "DELETE /v1/things/{thing_id} 3"},
		{"lower case, two blanks", "T\nURI\nget  /v1/things", "GET /v1/things 3"},
		{"host and query", "T\nURI\nPATCH https://{endpoint}/v1/things?limit={limit}#x", "PATCH /v1/things 3"},
		{"outside of the section", "T\nFunction\nPUT /v1/things\nURI\nNone", "PUT /v1/things 3"},
		{"the section wins", "T\nFunction\nPUT /v1/things\nURI\nGET /v1/all", "GET /v1/all 5"},
		{"not from an example", "T\nExample Requests\nPUT /v1/things", "  0"},
		{"not from a sentence", "T\nURI\nGET /v1/things is the path", "  0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc := parse(t, tt.text)
			check(t, fmt.Sprintf("%s %s %d", doc.Method, doc.Path, doc.Line), tt.want)
		})
	}
}

func TestParseErrors(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "read document p.txt: it is empty"},
		{"blank", "\ufeff \u00a0\r\n", "read document p.txt: it is empty"},
		{"NUL", "URI\x00", "read document p.txt: it is no UTF-8 text: save the page as plain text in UTF-8"},
		{"Latin-1", "caf\xe9", "read document p.txt: it is no UTF-8 text: save the page as plain text in UTF-8"},
		{"UTF-16", "\xff\xfeU\x00", "read document p.txt: it is no UTF-8 text: save the page as plain text in UTF-8"},
		{"HTML", "\ufeff\n<!DOCTYPE html><html>", "read document p.txt: it is HTML: save what the browser shows as plain text"},
		{"bytes", strings.Repeat("a", 4<<20+1), "read document p.txt: it has 4194305 bytes, at most 4194304 are read: keep the page of one operation"},
		{"lines", "a" + strings.Repeat("\r\n", 200_000), "read document p.txt: it has 200001 lines, at most 200000 are read: keep the page of one operation"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := document.Parse("p.txt", []byte(tt.text))
			if doc != nil || err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// A long text may take as long as eight that are an eighth of it, with a margin for
// machines that are busy with other things; quadratic takes eight times as long.
func TestParseTimeIsLinear(t *testing.T) {
	short, long := repetitive(16<<10), repetitive(128<<10)
	for i := range long {
		t.Run(long[i].name, func(t *testing.T) {
			var took, limit time.Duration
			for range 5 {
				limit = 4*timeOf(t, short[i].text, 8) + 50*time.Millisecond
				if took = timeOf(t, long[i].text, 1); took <= limit {
					return
				}
			}
			t.Errorf("took %s, more than %s", took, limit)
		})
	}
}

type repetition struct{ name, text string }

// repetitive gives texts of a size. Each repeats what a careless reader would look
// at again and again.
func repetitive(size int) []repetition {
	const head = "|\nParameter |\nMandatory |\nType |\n|---|---|---|\n"
	const page = "T\nURI\nPOST /x\nRequest Parameters\n"
	fill := func(before, unit, after string) string {
		n := (size - len(before) - len(after)) / len(unit)
		if lines := strings.Count(unit, "\n"); lines > 0 {
			n = min(n, (size/20-strings.Count(before, "\n"))/lines)
		}
		return before + strings.Repeat(unit, n) + after
	}
	var references strings.Builder // a fifth of the lines
	for i := range size / 400 {
		fmt.Fprintf(&references, "|\np%d |\nNo |\nA object |\n", i)
	}
	referring := page + head + references.String() + "Table 2 A\n" + head
	return []repetition{
		{"bars", fill("", "|\n", "")},
		{"separators", fill("", "|---|---|\n", "")},
		{"blank lines", fill("a", "\n", "")},
		{"cells", fill("|\n", "a |\n", "")},
		{"prose below a cell", fill("", "a\nb |\n", "|---|---|\n")},
		{"wide separator", fill("|", "---|", "")},
		{"wide rows", fill("| a |"+strings.Repeat("a |", 63)+"\n|"+strings.Repeat("---|", 64)+"\n", "|\n", "")},
		{"wide flat rows", fill("|\n"+strings.Repeat("a |\n", 64)+"|"+strings.Repeat("---|", 64)+"\n", "|\n|\na |\n", "")},
		{"headers", fill("", head, "")},
		{"short rows", fill(page+head, "|\na |\n", "")},
		{"rows of one name", fill(page+head, "|\na |\nNo |\nB |\n", "")},
		{"one name", fill(page+head+"|\n", "a.b.c.", " |\nNo |\nMap |\n")},
		{"one path", fill("URI\nGET /", "{a}", "")},
		{"rows with tabs", fill("Name\tType\n", "a\tb\n", "")},
		{"tabs", fill("Name\tType\n", "\t", "a\tb\n")},
		{"lines between rows with tabs", fill("Name\tType\na\tb\n", "it goes on\n", "a\tb\n")},
		{"operations", fill("", "# A\nGET /a\n## Body\nName\tType\na\tb\n# B\nGET /b\n", "")},
		{"one-line rows", fill("|a|b|\n|--|--|\n", "|a|b|\n", "")},
		{"one-line cells", fill("|--|--|\n|", "\\||", "")},
		{"captions", fill("", "Table 1 A\n\n", "|a|\n|--|\n")},
		{"hashes", fill("", "#", "")},
		{"long header", fill(page+"|\nName |\n"+strings.Repeat("b", size/2)+" |\nType |\n|---|---|---|\n", "|\na |\nNo |\nB |\n", "")},
		{"objects of each other", fill(page+head+"|\na |\nNo |\nA object |\n",
			"Table 2 A\n"+head+"|\nb |\nNo |\nA object |\n|\nc |\nNo |\nB object |\n"+
				"Table 3 B\n"+head+"|\nd |\nNo |\nA object |\n|\ne |\nNo |\nB object |\n", "")},
		{"many refer to a long table", fill(referring, "|\nb |\nNo |\nString |\n", "")},
		{"many refer to a long cell", fill(referring+"|\n", "b", " |\nNo |\nString |\n")},
	}
}

// timeOf reads a text and compares it with a contract, several times.
func timeOf(t *testing.T, text string, times int) time.Duration {
	t.Helper()
	start := time.Now()
	for range times {
		doc := parse(t, text)
		own := findLoans()
		own.Method, own.Path = doc.Method, doc.Path
		document.Compare(doc, []document.Operation{own})
	}
	return time.Since(start)
}
