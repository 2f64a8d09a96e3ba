package document_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/tools/clause/internal/document"
)

func at(line int) document.Place { return document.Place{File: "openapi/loans.yaml", Line: line} }

// findLoans states exactly what testdata/find-loans.txt says.
func findLoans() document.Operation {
	return document.Operation{
		ID: "findLoans", Method: "get", Path: "/v2/branches/{branch_id}/loans", At: at(10),
		Parameters: []document.Parameter{
			{Name: "branch_id", In: "path", Required: true, Type: "string", At: at(11)},
			{Name: "reader", In: "query", Type: "string", At: at(12)},
			{Name: "due_before", In: "query", Required: true, Type: "string", At: at(13)},
			{Name: "limit", In: "query", Type: "integer", At: at(14)},
			{Name: "state", In: "query", Type: "string", At: at(15)},
			{Name: "shelves", In: "query", Type: "array", At: at(16)},
			{Name: "x-reader-token", In: "header", Required: true, Type: "string", At: at(17)},
		},
		Answers: []document.Answer{
			{Status: "200", At: at(20), Members: []document.Parameter{
				{Name: "total", Type: "integer", At: at(21)},
				{Name: "loans", Type: "array", At: at(22)},
				{Name: "loans[].id", Type: "string", At: at(23)},
				{Name: "loans.renewed", Type: "boolean", At: at(24)},
				{Name: "loans.copy", Type: "object", At: at(25)},
				{Name: "loans.copy.barcode", Type: "string", At: at(26)},
				{Name: "loans[].copy.fee", Type: "number", At: at(27)},
			}},
			{Status: "404", At: at(30), Members: []document.Parameter{{Name: "reason", Type: "string", At: at(31)}}},
			{Status: "503", At: at(40)},
		},
		Sources: []document.Source{{Section: "URI", Table: "query parameters", Row: "limit", At: at(14), For: "findLoans.query.limit"}},
	}
}

// addCopy states exactly what testdata/add-copy.txt says.
func addCopy() document.Operation {
	return document.Operation{
		ID: "addCopy", Method: "POST", Path: "/v2/branches/{branch_id}/titles/{title_id}/copies", At: at(50),
		Parameters: []document.Parameter{
			{Name: "branch_id", In: "path", Required: true, Type: "string"},
			{Name: "title_id", In: "path", Required: true, Type: "integer"},
			{Name: "notify", In: "query", Type: "boolean"},
			{Name: "barcode", In: "body", Required: true, Type: "string"},
			{Name: "price", In: "body", Type: "number"},
			{Name: "shelf", In: "body", Required: true, Type: "object"},
			{Name: "shelf.floor", In: "body", Required: true, Type: "integer"},
			{Name: "shelf.row", In: "body", Type: "number"},
			{Name: "notes", In: "body", Type: "array"},
			{Name: "notes.text", In: "body", Required: true, Type: "string"},
			{Name: "notes.answers", In: "body", Type: "array"},
			{Name: "labels", In: "body", Type: "object"},
		},
		Answers: []document.Answer{
			{Status: "201", At: at(60), Members: []document.Parameter{{Name: "copy_id", Type: "string"}}},
			{Status: "4xx", At: at(61)},
		},
	}
}

func TestCompareAgrees(t *testing.T) {
	for page, op := range map[string]document.Operation{"find-loans.txt": findLoans(), "add-copy.txt": addCopy()} {
		t.Run(page, func(t *testing.T) {
			other := document.Operation{ID: "other", Method: "GET", Path: "/v2/other", Parameters: []document.Parameter{{Name: "unlike"}}}
			check(t, messages(document.Compare(parse(t, readPage(t, page)), []document.Operation{other, op})), "")
		})
	}
}

func remove(list []document.Parameter, name string) []document.Parameter {
	return slices.DeleteFunc(list, func(p document.Parameter) bool { return p.Name == name })
}

func TestCompareFindLoans(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*document.Operation)
		want   string
	}{
		{
			"lacking", func(op *document.Operation) { op.Parameters = remove(op.Parameters, "limit") },
			"10: operation findLoans: the document has query parameter limit (page.txt:38), the contract lacks it: add it",
		},
		{
			"misspelt", func(op *document.Operation) { op.Parameters[3].Name = "limits" },
			"10: operation findLoans: the document has query parameter limit (page.txt:38), the contract lacks it: add it, or rename limits (openapi/loans.yaml:14) if that is meant\n" +
				"14: parameter limits (query): the contract has it, the document (page.txt) does not: remove it, or mark it as inferred and say from what",
		},
		{
			"another case", func(op *document.Operation) { op.Parameters[3].Name, op.Parameters[3].Inferred = "Limit", true },
			"10: operation findLoans: the document has query parameter limit (page.txt:38), the contract lacks it: add it, or rename Limit (openapi/loans.yaml:14) if that is meant",
		},
		{"in addition", func(op *document.Operation) {
			op.Parameters = append(op.Parameters, document.Parameter{Name: "colour", In: "query", At: at(18)},
				document.Parameter{Name: "guess", In: "header", At: at(19), Inferred: true})
		}, "18: parameter colour (query): the contract has it, the document (page.txt) does not: remove it, or mark it as inferred and say from what"},
		{
			"another place", func(op *document.Operation) { op.Parameters[3].In = "header" },
			"14: parameter limit (header): the document has it as a query parameter (page.txt:38): move it there",
		},
		{
			"another place, inferred", func(op *document.Operation) { op.Parameters[3].In, op.Parameters[3].Inferred = "header", true },
			"10: operation findLoans: the document has query parameter limit (page.txt:38), the contract lacks it: add it",
		},
		{
			"optional", func(op *document.Operation) { op.Parameters[2].Required = false },
			"13: parameter due_before (query): the contract says optional, the document says mandatory (page.txt:31): correct it, or mark required as inferred and say from what",
		},
		{
			"mandatory", func(op *document.Operation) { op.Parameters[1].Required = true },
			"12: parameter reader (query): the contract says mandatory, the document says optional (page.txt:26): correct it, or mark required as inferred and say from what",
		},
		{
			"type", func(op *document.Operation) { op.Parameters[3].Type = "string" },
			"14: parameter limit (query): the contract says type string, the document says integer (page.txt:38): correct it, or mark type as inferred and say from what",
		},
		{"no type", func(op *document.Operation) { op.Parameters[3].Type = "" }, ""},
		{"all inferred", func(op *document.Operation) {
			op.Parameters[1].Required, op.Parameters[1].RequiredInferred = true, true
			op.Parameters[3].Type, op.Parameters[3].TypeInferred = "string", true
			p := &op.Parameters[4]
			p.Required, p.Type, p.Inferred = true, "array", true
		}, ""},
		{
			"status lacking", func(op *document.Operation) { op.Answers = op.Answers[:2] },
			"10: operation findLoans: the document has status 503 (page.txt:150), the contract lacks it: add a response for it",
		},
		{"status in addition", func(op *document.Operation) {
			op.Answers = append(op.Answers, document.Answer{Status: "DEFAULT", At: at(45)}, document.Answer{Status: "401", At: at(46), Inferred: true})
		}, "45: answer DEFAULT: the contract has it, the document (page.txt) does not: remove it, or mark it as inferred and say from what"},
		{
			"member lacking", func(op *document.Operation) { op.Answers[0].Members = remove(op.Answers[0].Members, "loans.renewed") },
			"20: answer 200: the document has member loans.renewed (page.txt:99), the contract lacks it: add it",
		},
		{
			"object lacking", func(op *document.Operation) { op.Answers[0].Members = op.Answers[0].Members[:1] },
			"20: answer 200: the document has member loans (page.txt:85), the contract lacks it: add it",
		},
		{"member in addition", func(op *document.Operation) {
			m := &op.Answers[1].Members
			*m = append(*m, document.Parameter{Name: "help", At: at(32)}, document.Parameter{Name: "help.url", At: at(33)},
				document.Parameter{Name: "more", At: at(34), Inferred: true}, document.Parameter{Name: "more.url", At: at(35)})
		}, "32: answer 404, member help: the contract has it, the document (page.txt) does not: remove it, or mark it as inferred and say from what"},
		{"member of a status without a table", func(op *document.Operation) {
			op.Answers[2].Members = []document.Parameter{{Name: "reason", At: at(41)}}
		}, "41: answer 503, member reason: the contract has it, the document (page.txt) has no table of members for this status (page.txt:150): remove it, or mark it as inferred and say from what"},
		{
			"type of a member", func(op *document.Operation) { op.Answers[0].Members[6].Type = "integer" },
			"27: answer 200, member loans[].copy.fee: the contract says type integer, the document says number (page.txt:117): correct it, or mark type as inferred and say from what",
		},
		{"inferred answer", func(op *document.Operation) {
			a := &op.Answers[1]
			a.Inferred = true
			a.Members[0].Type = "object"
			a.Members = append(a.Members, document.Parameter{Name: "help"})
		}, ""},
		{"order", func(op *document.Operation) {
			op.Answers = op.Answers[:1]
			op.Parameters = remove(op.Parameters[1:], "state")
			op.Parameters[0].Required = true
		}, "10: operation findLoans: the document has path parameter branch_id (page.txt:15), the contract lacks it: add it\n" +
			"10: operation findLoans: the document has query parameter state (page.txt:43), the contract lacks it: add it\n" +
			"10: operation findLoans: the document has status 404 (page.txt:120), the contract lacks it: add a response for it\n" +
			"10: operation findLoans: the document has status 503 (page.txt:150), the contract lacks it: add a response for it\n" +
			"12: parameter reader (query): the contract says mandatory, the document says optional (page.txt:26): correct it, or mark required as inferred and say from what"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			op := findLoans()
			op.Sources = nil
			tt.change(&op)
			checkProblems(t, "find-loans.txt", tt.want, op)
		})
	}
}

func checkProblems(t *testing.T, page, want string, stated ...document.Operation) {
	t.Helper()
	got := messages(document.Compare(parse(t, readPage(t, page)), stated))
	got = strings.ReplaceAll("\n"+got, "\nopenapi/loans.yaml:", "\n")
	check(t, strings.Trim(got, "\n"), want)
}

func TestCompareBody(t *testing.T) {
	op := addCopy()
	op.Parameters[6].Required = false
	op.Parameters = append(op.Parameters, document.Parameter{Name: "shelf.side", In: "body", At: at(70)})
	op.Parameters = remove(op.Parameters, "notes.text")
	op.Parameters[6].At = at(56)
	checkProblems(t, "add-copy.txt", "50: operation addCopy: the document has body member notes.text (page.txt:45), the contract lacks it: add it\n"+
		"56: body member shelf.floor: the contract says optional, the document says mandatory (page.txt:38): correct it, or mark required as inferred and say from what\n"+
		"70: body member shelf.side: the contract has it, the document (page.txt) does not: remove it, or mark it as inferred and say from what", op)
}

func TestCompareOtherOperation(t *testing.T) {
	op := findLoans()
	op.Path = "/v2/branches/{branch}/loans"
	checkProblems(t, "find-loans.txt", "10: the document describes GET /v2/branches/{branch_id}/loans (page.txt:7), the contract does not have it, "+
		"its closest is operation findLoans, GET /v2/branches/{branch}/loans: correct that one, or add the operation", addCopy(), op)
	checkProblems(t, "find-loans.txt", "page.txt:7: the document describes GET /v2/branches/{branch_id}/loans, the contract has no operation at all: add this one")
	check(t, messages(document.Compare(parse(t, "Nothing"), []document.Operation{op})),
		"page.txt: the document has no request line, nothing can be compared: give it one such as GET /v1/things\n")
}

func TestCompareStatusOutOfRange(t *testing.T) {
	doc := parse(t, "T\nURI\nGET /x\nResponse Parameters\nStatus code: 999\n"+flat("Name,Type", "a,Map"))
	check(t, messages(document.Compare(doc, []document.Operation{{ID: "x", Method: "GET", Path: "/x", At: at(1)}})),
		"openapi/loans.yaml:1: operation x: the document has status 999 (page.txt:5), the contract lacks it: add a response for it\n")
}

// What the page leaves open takes no part in the comparison.
func TestCompareUnread(t *testing.T) {
	text := "T\nURI\nGET /x/{id}\n" + flat("Parameter,Mandatory,Type", "id,Yes,String", "a,No,Moon", "b,Perhaps,Long") +
		"Request Parameters\n" + flat("Parameter,Mandatory,Type", "Content-Type,Yes,String", "X-Token,Yes,String", "size,No,Long")
	op := document.Operation{ID: "x", Method: "GET", Path: "/x/{id}", Parameters: []document.Parameter{
		{Name: "id", In: "path", Required: true, Type: "string"},
		{Name: "a", In: "query", Type: "object"},
		{Name: "b", In: "query", Required: true, Type: "integer"},
		{Name: "x-token", In: "header", Required: true, Type: "string"},
		{Name: "size", In: "body", Type: "integer"},
	}}
	check(t, messages(document.Compare(parse(t, text), []document.Operation{op})), "")

	text = "T\nURI\nGET /x/{id}\nRequest Parameters\n" + flat("Parameter,Mandatory,Type", "size,No,Long")
	op.Parameters = []document.Parameter{{Name: "id", In: "path", Required: true, Type: "string"}}
	check(t, messages(document.Compare(parse(t, text), []document.Operation{op})),
		"operation x: the document has request parameter size (page.txt:11), the contract lacks it: add it\n")
}

func TestCompareSources(t *testing.T) {
	for _, tt := range []struct {
		name   string
		source document.Source
		want   string
	}{
		{"section", document.Source{Section: "function"}, ""},
		{"table", document.Source{Section: "Uri:", Table: "Query-Parameters"}, ""},
		{"caption", document.Source{Section: "Request Parameters", Table: "Table 3 Request header parameters", Row: "x-reader-token"}, ""},
		{"what the table lists", document.Source{Section: "Request Parameters", Table: "header parameters"}, ""},
		{"number", document.Source{Section: "Request Parameters", Table: "Table 3"}, ""},
		{"status", document.Source{Section: "Response Parameters", Table: "Status code: 404", Row: "reason"}, ""},
		{"status in short", document.Source{Section: "Response Parameters", Table: "status 404"}, ""},
		{"object", document.Source{Section: "Response Parameters", Table: "Loan", Row: "id"}, ""},
		{"status codes", document.Source{Section: "Status Codes", Table: "status codes", Row: "503"}, ""},
		{"row of any table", document.Source{Section: "URI", Row: "branch_id"}, ""},
		{"table of any section", document.Source{Table: "status codes", Row: "200"}, ""},
		{"empty", document.Source{}, "14: source of the limit: it names no section, no table and no row: name at least a section"},
		{
			"no section",
			document.Source{Section: "Request Params", Table: "x"},
			`14: source of the limit: the document (page.txt) has no section "Request Params", the nearest is "Request Parameters" (page.txt:54): correct the name`,
		},
		{
			"punctuation",
			document.Source{Section: "?"},
			`14: source of the limit: the document (page.txt) has no section "?", the first is "Function" (page.txt:2): correct the name`,
		},
		{
			"no table",
			document.Source{Section: "URI", Table: "query parameter"},
			`14: source of the limit: section "URI" of the document (page.txt) has no table "query parameter", the nearest is "query parameters" (page.txt:19): correct the name`,
		},
		{
			"no table in the section",
			document.Source{Section: "Feedback", Table: "query parameters"},
			`14: source of the limit: section "Feedback" of the document (page.txt) has no table "query parameters", nor any other there: leave it out, or correct the rest of the source`,
		},
		{
			"no row",
			document.Source{Section: "URI", Table: "query parameters", Row: "limits"},
			`14: source of the limit: table "query parameters" in section "URI" of the document (page.txt) has no row "limits", the nearest is "limit" (page.txt:38): correct the name`,
		},
		{
			"row of another table",
			document.Source{Section: "URI", Table: "path parameters", Row: "limit"},
			`14: source of the limit: table "path parameters" in section "URI" of the document (page.txt) has no row "limit", the first is "branch_id" (page.txt:15): correct the name`,
		},
		{
			"no row anywhere",
			document.Source{Row: "limits"},
			`14: source of the limit: the document (page.txt) has no row "limits", the nearest is "limit" (page.txt:38): correct the name`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			op := findLoans()
			tt.source.At, tt.source.For = at(14), "the limit"
			op.Sources = []document.Source{tt.source}
			checkProblems(t, "find-loans.txt", tt.want, op)
		})
	}
}

func TestCompareNamelessSource(t *testing.T) {
	op := findLoans()
	op.Sources = []document.Source{{Section: "Functions", At: at(9)}}
	checkProblems(t, "find-loans.txt", `9: source of operation findLoans: the document (page.txt) has no section "Functions", the nearest is "Function" (page.txt:2): correct the name`, op)
}

func TestCompareSourceOfPunctuation(t *testing.T) {
	doc := parse(t, "T\nURI\nGET /x\nConstraints\n"+flat("What,Text", "*,All"))
	op := document.Operation{ID: "x", Method: "GET", Path: "/x", Sources: []document.Source{{Section: "Constraints", Row: "*"}, {Section: "Constraints", Row: "+"}}}
	check(t, messages(document.Compare(doc, []document.Operation{op})),
		`source of operation x: section "Constraints" of the document (page.txt) has no row "+", the first is "*" (page.txt:10): correct the name`+"\n")
}

// A type may be the bare caption of a table; each status has its own table of that name.
func TestCompareObjects(t *testing.T) {
	text := "T\nURI\nGET /x\nResponse Parameters\nStatus code: 200\n" + flat("Name,Type", "shelf,Place") + "Table 1 Place\n" + flat("Name,Type", "row,Long") +
		"Status code: 400\n" + flat("Name,Type", "shelf,Array of Place objects") + "Table 2 Place\n" + flat("Name,Type", "floor,Long")
	members := func(typ, inner string) []document.Parameter {
		return []document.Parameter{{Name: "shelf", Type: typ}, {Name: "shelf." + inner, Type: "integer"}}
	}
	op := document.Operation{ID: "x", Method: "GET", Path: "/x", Answers: []document.Answer{
		{Status: "200", Members: members("object", "row")}, {Status: "400", Members: members("array", "floor")},
	}}
	doc := parse(t, text)
	check(t, messages(doc.Unread), "")
	check(t, messages(document.Compare(doc, []document.Operation{op})), "")
}

func TestCompareIsRepeatable(t *testing.T) {
	doc := parse(t, readPage(t, "find-loans.txt"))
	op := findLoans()
	op.Parameters, op.Answers = op.Parameters[4:], op.Answers[1:]
	want := messages(document.Compare(doc, []document.Operation{op}))
	for range 50 {
		check(t, messages(document.Compare(doc, []document.Operation{op})), want)
	}
}
