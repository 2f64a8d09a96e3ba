package document_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/apiclause/clause/tools/clause/internal/document"
)

// tabbed writes a table as browsers copy them; cells are separated by commas.
func tabbed(margin string, rows ...string) string {
	var b strings.Builder
	for _, row := range rows {
		b.WriteString(margin + strings.ReplaceAll(row, ",", "\t") + "\n")
	}
	return b.String()
}

// piped writes a table in Markdown.
func piped(rows ...string) string {
	var b strings.Builder
	for i, row := range rows {
		b.WriteString("| " + strings.ReplaceAll(row, ",", " | ") + " |\n")
		if i == 0 {
			b.WriteString("|" + strings.Repeat("---|", strings.Count(row, ",")+1) + "\n")
		}
	}
	return b.String()
}

// tasks states what the pages of this file say.
func tasks() []document.Operation {
	return []document.Operation{
		{
			ID: "listTasks", Method: "get", Path: "/tasks", At: at(10),
			Parameters: []document.Parameter{{Name: "state", In: "query", Type: "string", At: at(11)}},
			Answers:    []document.Answer{{Status: "200", At: at(12)}},
		},
		{
			ID: "addTask", Method: "post", Path: "/tasks", At: at(20),
			Parameters: []document.Parameter{
				{Name: "title", In: "body", Required: true, Type: "string", At: at(21)},
				{Name: "due", In: "body", Type: "string", At: at(22)},
			},
			Answers: []document.Answer{{Status: "201", At: at(23)}},
		},
		{
			ID: "endTask", Method: "delete", Path: "/tasks/{id}", At: at(30),
			Parameters: []document.Parameter{{Name: "id", In: "path", Required: true, Type: "integer", At: at(31)}},
			Answers:    []document.Answer{{Status: "204", At: at(32)}},
		},
	}
}

const tasksPage = `# Tasks

All that is to be done.

## List tasks

GET /tasks

### Query parameters

STATE
### Status codes

OK200
## Add a task

POST /tasks

### Request body

TITLE
### Status codes

OK201
## End a task

DELETE /tasks/{id}

### Path parameters

ID
### Status codes

OK204`

// tasksWith writes the page with its tables in some form.
func tasksWith(page string, table func(rows ...string) string) string {
	return strings.NewReplacer(
		"STATE", table("Name,Type,Required,Description", "state,string,no,open or done"),
		"TITLE", table("Name,Type,Required,Description", "title,string,yes,What is to be done", "due,string,no,When"),
		"ID", table("Name,Type,Required,Description", "id,integer,yes,The task"),
		"OK200", table("Code,Description", "200,The tasks"),
		"OK201", table("Code,Description", "201,Added"),
		"OK204", table("Code,Description", "204,Ended"),
	).Replace(page)
}

func TestSeveralOperations(t *testing.T) {
	headings := strings.NewReplacer("## List tasks\n\nGET /tasks", "## GET /tasks", "## Add a task\n\nPOST /tasks", "## `POST /tasks`",
		"## End a task\n\nDELETE /tasks/{id}", "## **DELETE /tasks/{id}**").Replace(tasksPage)
	plain := strings.NewReplacer("### ", "", "## ", "", "# ", "").Replace(tasksPage)
	uris := strings.NewReplacer("GET /", "URI\nGET /", "POST /", "URI\nPOST /", "DELETE /", "URI\nDELETE /").Replace(plain)
	beside := strings.ReplaceAll(tasksPage, "### ", "## ")
	forms := map[string]func(rows ...string) string{
		"flattened": flat,
		"Markdown":  piped,
		"tabs":      func(rows ...string) string { return tabbed("", rows...) },
		"tabs before and between": func(rows ...string) string {
			return tabbed("\t", rows...)
		},
		"tabs and dashes": func(rows ...string) string {
			return tabbed("", rows[0], strings.Repeat("---,", strings.Count(rows[0], ","))+"---") + tabbed("", rows[1:]...)
		},
		"tabs and one line of dashes": func(rows ...string) string { return tabbed("", rows[0], "--------") + tabbed("", rows[1:]...) },
		"tabs and a separator with bars": func(rows ...string) string {
			return tabbed("", rows[0], "|"+strings.Repeat("---|", strings.Count(rows[0], ",")+1)) + tabbed("", rows[1:]...)
		},
		"tabs at the ends": func(rows ...string) string { return strings.ReplaceAll(tabbed("", rows...), "\n", "\t\n") },
	}
	for name, page := range map[string]string{
		"headings": tasksPage, "request lines as headings": headings, "no Markdown": plain, "URI sections": uris, "sections beside": beside,
		"operations mentioned": "# Tasks\n\n" + strings.ReplaceAll(tasksPage[len("# Tasks\n\n"):], "## Add a task", "The same as\n\nDELETE /tasks/{id}\n\n## Add a task"),
		"a list of them above": "# Index\n\nGET /tasks\nPOST /tasks\nDELETE /tasks/{id}\n\n" + tasksPage,
	} {
		for form, table := range forms {
			t.Run(name+", "+form, func(t *testing.T) {
				doc := parse(t, tasksWith(page, table))
				check(t, messages(doc.Unread), "")
				if len(doc.Operations) != 3 || doc.Method != http.MethodGet || doc.Operations[1].Method != http.MethodPost || doc.Operations[1].Path != "/tasks" {
					t.Fatalf("read %+v", doc.Operations)
				}
				check(t, messages(document.Compare(doc, tasks())), "")
				check(t, messages(document.Undescribed(doc, tasks())), "")
			})
		}
	}
}

// A difference is charged to its own operation, with the line of the page.
func TestSeveralOperationsDiffer(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(ops []document.Operation) []document.Operation
		want   string
	}{
		{
			"lacking", func(ops []document.Operation) []document.Operation {
				ops[1].Parameters = ops[1].Parameters[:1]
				return ops
			},
			"20: operation addTask: the document has body member due (page.txt:30), the contract lacks it: add it",
		},
		{
			"in addition", func(ops []document.Operation) []document.Operation {
				ops[0].Parameters = append(ops[0].Parameters, document.Parameter{Name: "title", In: "query", At: at(13)})
				return ops
			},
			"13: parameter title (query): the contract has it, the document (page.txt) does not: remove it, or mark it as inferred and say from what",
		},
		{
			"optional", func(ops []document.Operation) []document.Operation {
				ops[1].Parameters[0].Required = false
				return ops
			},
			"21: body member title: the contract says optional, the document says mandatory (page.txt:29): correct it, or mark required as inferred and say from what",
		},
		{
			"status", func(ops []document.Operation) []document.Operation {
				ops[2].Answers = nil
				return ops
			},
			"30: operation endTask: the document has status 204 (page.txt:52), the contract lacks it: add a response for it",
		},
		{
			"the contract lacks one", func(ops []document.Operation) []document.Operation { return ops[:2] },
			"page.txt:40: the document describes DELETE /tasks/{id}, the contract does not have it: add the operation",
		},
		{
			"the contract calls one otherwise", func(ops []document.Operation) []document.Operation {
				ops[2].Path = "/task/{id}"
				return ops
			},
			"30: the document describes DELETE /tasks/{id} (page.txt:40), the contract does not have it, its closest is operation endTask, DELETE /task/{id}: correct that one, or add the operation\n" +
				"not compared: 30: operation endTask: the document (page.txt) does not describe DELETE /task/{id}",
		},
		{
			"the page lacks one", func(ops []document.Operation) []document.Operation {
				return append(ops, document.Operation{ID: "changeTask", Method: "put", Path: "/tasks/{id}", At: at(40)})
			},
			"not compared: 40: operation changeTask: the document (page.txt) does not describe PUT /tasks/{id}",
		},
		{
			"source", func(ops []document.Operation) []document.Operation {
				ops[1].Sources = []document.Source{
					{Section: "Add a task", Row: "due", At: at(24)},
					{Section: "Request body", Table: "body parameters", At: at(24)},
					{Section: "Query parameters", At: at(25), For: "a guess"},
				}
				return ops
			},
			`25: source of a guess: the document (page.txt) has no section "Query parameters", the first is "Add a task" (page.txt:21): correct the name`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc := parse(t, tasksWith(tasksPage, piped))
			ops := tt.change(tasks())
			var got strings.Builder
			got.WriteString("\n" + messages(document.Compare(doc, ops)))
			for _, p := range document.Undescribed(doc, ops) {
				got.WriteString("not compared: " + strings.TrimPrefix(p.String(), "openapi/loans.yaml:"))
			}
			check(t, strings.Trim(strings.ReplaceAll(got.String(), "\nopenapi/loans.yaml:", "\n"), "\n"), tt.want)
		})
	}
}

// What stands under no operation is of all of them, but need not be in each.
func TestSeveralOperationsShare(t *testing.T) {
	page := tasksWith(tasksPage, piped) + "# Headers of all requests\n\nTable 9 Request headers\n\n" +
		piped("Name,Type,Required", "X-Trace,string,no") + "# Status codes of all\n\n" + piped("Code,Description", "401,Who are you?")
	ops := tasks()
	ops[1].Parameters = append(ops[1].Parameters, document.Parameter{Name: "X-Trace", In: "header", Required: true, Type: "string", At: at(26)})
	ops[1].Answers = append(ops[1].Answers, document.Answer{Status: "401", At: at(27)})
	check(t, messages(document.Compare(parse(t, page), ops)),
		"openapi/loans.yaml:26: parameter X-Trace (header): the contract says mandatory, the document says optional (page.txt:59): correct it, or mark required as inferred and say from what\n")
}

// An object may be described once for all operations.
func TestSeveralOperationsShareObjects(t *testing.T) {
	page := "# List\nGET /a\n## Response body\n" + tabbed("", "Name,Type", "next,string", "items,Array of Item objects") +
		"## Status codes\n" + tabbed("", "Code,Text", "200,Fine") +
		"# Add\nPOST /a\n## Request body\n" + piped("Name,Type,Required", "item,Item,yes") +
		"# Objects\n## Item\n\nTable 1 Item\n" + tabbed("", "Name,Type,Required", "id,string,yes")
	doc := parse(t, page)
	check(t, messages(doc.Unread), "")
	ops := []document.Operation{
		{ID: "list", Method: "GET", Path: "/a", At: at(1), Answers: []document.Answer{{Status: "200", At: at(2), Members: []document.Parameter{
			{Name: "next", Type: "string"}, {Name: "items", Type: "array"}, {Name: "items[].id", Type: "string"},
		}}}},
		{ID: "add", Method: "POST", Path: "/a", At: at(5), Parameters: []document.Parameter{
			{Name: "item", In: "body", Type: "object", Required: true}, {Name: "item.id", In: "body", Type: "string"},
		}},
	}
	check(t, messages(document.Compare(doc, ops)),
		"body member item.id: the contract says optional, the document says mandatory (page.txt:21): correct it, or mark required as inferred and say from what\n")
}

func TestSeveralOperationsAreBounded(t *testing.T) {
	var page strings.Builder
	for i := range 502 {
		fmt.Fprintf(&page, "# Op\n\nGET /x%d\n", i)
	}
	check(t, unread(t, page.String()), "1503: the page describes more than 500 operations, the rest is not compared")
}

func TestTabs(t *testing.T) {
	const uri = "T\nURI\nGET /x\n"
	for _, tt := range []struct{ name, text, want string }{
		{"an empty cell", tabbed("", "Name,Type,Required,Notes", "a,string,,x"), `"a" "string" "" "x"; `},
		{"an empty first cell", tabbed("", "Name,Type,Required", ",string,no"), `"" "string" "no"; `},
		{"a margin", tabbed("\t", "Name,Type,Required", "a,string,no"), `"a" "string" "no"; `},
		{"no last cell", tabbed("", "Name,Type,Description", "a,string"), `"a" "string" ""; `},
		{"several lines", "Name\tType\tDescription\na\tstring\tThe order:\nup or down.\nb\tstring\tLast.\n", `"a" "string" "The order:\nup or down."; "b" "string" "Last."; `},
		{"blank lines", "Name\tType\n\na\tstring\n\nb\tstring\n", `"a" "string"; "b" "string"; `},
		{"any header over dashes", "Wann\tWas\n----\na\tb\n", `"a" "b"; `},
		{"a row like a header", tabbed("", "Name,Type", "name,string", "type,string"), `"name" "string"; "type" "string"; `},
		{"two tables", tabbed("", "Name,Type", "a,string", "Code,Description", "200,Fine"), `"a" "string"; |"200" "Fine"; `},
		{"text below", "Name\tType\na\tstring\nThat is all.\n", `"a" "string"; `},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, table := range parse(t, uri+"Constraints\n"+tt.text).Tables {
				var rows strings.Builder
				for _, row := range table.Rows {
					for i, c := range row {
						fmt.Fprintf(&rows, "%q%s", c.Text, map[bool]string{true: "; ", false: " "}[i == len(row)-1])
					}
				}
				got = append(got, rows.String())
			}
			check(t, strings.Join(got, "|"), tt.want)
		})
	}
}

func TestTabsUnread(t *testing.T) {
	const uri = "T\nURI\nGET /x\n"
	for _, tt := range []struct{ name, text, want string }{
		{"many cells", uri + tabbed("", "Name,Type,Required", "a,string,no,x", "b,string,no"), "5: the row has 4 cells, its table has 3 columns, the row is left out: write one tab between two cells, and none inside one"},
		{"a header that is none", uri + tabbed("", "Wann,Was,Wo", "a,b,c"), "4: a row with tabs is in no table, it is left out: a table starts with its header, such as Parameter, Mandatory, Type, or any other with a line of dashes below it"},
		{"in an example", uri + "Example Requests\na\tb\tc\n", ""},
		{"two columns", uri + "a\tb\n", ""},
		{"dashes that do not fit", uri + "Name\tType\n---\t---\t---\n", "4: the table's header has 2 cells, the separator below it has 3 columns: the table is left out"},
		{"too wide", uri + "Name" + strings.Repeat("\tType", 64), "4: a row with tabs is in no table, it is left out: a table starts with its header, such as Parameter, Mandatory, Type, or any other with a line of dashes below it; 4: the table has 65 columns, at most 64 are read"},
	} {
		t.Run(tt.name, func(t *testing.T) { check(t, unread(t, tt.text), tt.want) })
	}
}
