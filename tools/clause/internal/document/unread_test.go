package document_test

import (
	"fmt"
	"strings"
	"testing"
)

// flat writes a table as pages have it; cells of a row are separated by commas.
func flat(rows ...string) string {
	var b strings.Builder
	for i, row := range rows {
		b.WriteString("|\n")
		cells := strings.Split(row, ",")
		for _, c := range cells {
			b.WriteString(c + " |\n")
		}
		if i == 0 {
			b.WriteString("|" + strings.Repeat("---|", len(cells)) + "\n")
		}
	}
	return b.String()
}

const rowHint = "the row is left out: end each cell with a blank and a bar, and write a bar inside a cell as \\|"

func TestUnread(t *testing.T) {
	const uri = "T\nURI\nGET /x\n"
	header := flat("Parameter,Mandatory,Type")
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", uri + flat("Parameter,Mandatory,Type", "a,No,String"), ""},
		{"no request line", "T\nURI\nNone\n", "2: the page has no request line: write the method and the path on one line, GET /v1/things/{thing_id}"},
		{"two request lines", uri + "POST /y\n", "4: a second request line, POST /y: a page describes one operation, the first line is taken"},
		{"long path", uri + "PUT /" + strings.Repeat("y", 2000), "4: the path has 2001 bytes, at most 2000 are read"},
		{"placeholder", "T\nURI\nGET /x/{y}\n", "3: no table lists {y} of the path, it is not compared"},

		{"few cells", uri + header + "|\na |\nNo |\n|\nb |\nNo |\nLong |\n", "9: the row has 2 cells, its table has 3 columns, " + rowHint},
		{
			"few cells at the end", uri + header + "|\na |\nNo |\nStatus Codes\nNone\n",
			"4: the table has no row that can be read; 9: the row has 2 cells, its table has 3 columns, " + rowHint,
		},
		{
			"few cells before a table", uri + header + "|\nb |\nNo |\nLong |\n|\na |\nRequest Parameters\n" + flat("Name,Required,Type", "c,No,Map"),
			"13: the row has 1 cell, its table has 3 columns, " + rowHint,
		},
		{
			"a cell without an end", uri + header + "|\na |\nNo |\nLong\nExample Requests\n{ |\n",
			"4: the table has no row that can be read; 9: the row has 2 cells, its table has 3 columns, " + rowHint,
		},
		{"many cells", uri + header + "|\na |\nNo |\nLong |\nmore |\n|\nb |\nNo |\nLong |\n", "9: the row has 4 cells, its table has 3 columns, " + rowHint},
		{
			"one-line row", uri + "| Parameter | Mandatory | Type |\n|---|---|---|\n| a | No |\n| b | No | Long |\n",
			"6: the row has 2 cells, its table has 3 columns, " + rowHint,
		},
		{
			"bar ends a line within a cell", uri + header + "|\na |\nNo |\nLong |\nor\nShort |\n|\nb |\nNo |\nLong |\n",
			"14: a row outside of any table is left out: a table starts with its header and a separator |---|---|, and ends at the first other line",
		},
		{
			"row after text", uri + header + "|\na |\nNo |\nLong |\nSome text.\n|\nb |\nNo |\nLong |\n",
			"14: a row outside of any table is left out: a table starts with its header and a separator |---|---|, and ends at the first other line",
		},
		{
			"no separator", uri + "| Parameter | Type |\n| a | Long |\n",
			"4: a row outside of any table is left out: a table starts with its header and a separator |---|---|, and ends at the first other line",
		},
		{"no rows", uri + header, "4: the table has no row that can be read"},
		{
			"header too short", uri + "|\nParameter |\n|---|---|\n",
			"4: a row outside of any table is left out: a table starts with its header and a separator |---|---|, and ends at the first other line; " +
				"6: the separator has 2 columns, but no header with as many cells stands above it: start the header with a bar on a line of its own, and end each cell with a blank and a bar",
		},
		{
			"header too long, one line", uri + "| a | b |\n|---|\n",
			"4: a row outside of any table is left out: a table starts with its header and a separator |---|---|, and ends at the first other line; " +
				"4: the table's header has 2 cells, the separator below it has 1 column: the table is left out",
		},
		{"too wide", uri + "|" + strings.Repeat("---|", 65), "4: the table has 65 columns, at most 64 are read"},

		{
			"type", uri + flat("Parameter,Mandatory,Type", "a,No,Moon phase"),
			`12: a: the type "Moon phase" is unknown, it is not compared: write one such as String, Integer, Boolean or Array of strings`,
		},
		{
			"empty type", uri + flat("Parameter,Mandatory,Type", "a,No,"),
			`12: a: the type "" is unknown, it is not compared: write one such as String, Integer, Boolean or Array of strings`,
		},
		{
			"mandatory", uri + flat("Parameter,Mandatory,Type", "a,At times,String"),
			`11: a: "At times" does not say whether it is mandatory, that is not compared: write Yes or No`,
		},
		{
			"name", uri + flat("Parameter,Mandatory,Type", "a or b,No,String", ",No,String"),
			`10: "a or b" is no parameter's name, the row is not compared; 14: "" is no parameter's name, the row is not compared`,
		},
		{
			"long name", uri + flat("Parameter,Mandatory,Type", strings.Repeat("é", 201)+",No,String"),
			`10: "` + strings.Repeat("é", 40) + `..." is no parameter's name, the row is not compared`,
		},
		{"twice", uri + flat("Parameter,Mandatory,Type", "a,No,String", "a,Yes,String"), "14: a is listed twice, first in line 10: only the first is compared"},
		{"no type column", uri + flat("Parameter,Mandatory", "a,No"), "4: the table has no column Type, types are not compared"},
		{"no mandatory column", uri + flat("Parameter,Type", "a,Long"), "4: the table has no column Mandatory, what is mandatory is not compared"},
		{
			"unknown purpose", uri + "Constraints\n" + flat("Parameter,Type", "a,Long"),
			"5: what the table lists is unknown: put it under Request Parameters or Response Parameters, or above it a line such as Table 2 Query Parameters",
		},
		{
			"status", uri + "Status Codes\n" + flat("Status Code,Description", "2000,Fine", "all,Else", "20A,Else", ",Else"),
			`10: "2000" is no status code, it is not compared: write one such as 404, 4XX or default; ` +
				`13: "all" is no status code, it is not compared: write one such as 404, 4XX or default; ` +
				`16: "20A" is no status code, it is not compared: write one such as 404, 4XX or default; ` +
				`19: "" is no status code, it is not compared: write one such as 404, 4XX or default`,
		},
		{
			"answer without status", uri + "Response Parameters\n" + flat("Parameter,Type", "a,Long") + "Status Codes\n" + flat("Code,Text", "200,A", "202,B"),
			"5: the table does not say whose members it lists: put a line such as Status code: 200 above it",
		},
		{
			"answer headers", uri + "Response Parameters\nStatus code: 200\nTable 1 Response headers\n" + flat("Parameter,Type", "a,Long"),
			"7: the table lists headers of an answer, which are not compared: check them by hand",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			check(t, unread(t, tt.text), tt.want)
		})
	}
}

func unread(t *testing.T, text string) string {
	t.Helper()
	var got []string
	for _, p := range parse(t, text).Unread {
		got = append(got, strings.TrimPrefix(p.String(), "page.txt:"))
	}
	return strings.Join(got, "; ")
}

func TestUnreadIsBounded(t *testing.T) {
	rows := []string{"Parameter,Mandatory,Type"}
	for i := range 1001 {
		rows = append(rows, fmt.Sprintf("p%d,No,Moon", i))
	}
	doc := parse(t, "T\nURI\nGET /x\n"+flat(rows...))
	if len(doc.Unread) != 101 {
		t.Fatalf("%d problems", len(doc.Unread))
	}
	check(t, doc.Unread[100].String(), "page.txt: and 901 more that cannot be read: is this the page of an operation?")
}

func TestUnreadManyMembers(t *testing.T) {
	rows := []string{"Parameter,Mandatory,Type"}
	for i := range 10_001 {
		rows = append(rows, fmt.Sprintf("p%d,No,Long", i))
	}
	check(t, unread(t, "T\nURI\nGET /x\n"+flat(rows...)), "4: the page has more than 10000 parameters and members, the rest is not compared")
}

func TestUnreadDeepNesting(t *testing.T) {
	var text strings.Builder
	text.WriteString("T\nURI\nPOST /x\nRequest Parameters\n" + flat("Parameter,Mandatory,Type", "a,No,N0 object"))
	for i := range 21 {
		fmt.Fprintf(&text, "Table %d N%d\n%s", i+2, i, flat("Parameter,Mandatory,Type", fmt.Sprintf("a,No,N%d object", i+1)))
	}
	check(t, unread(t, text.String()), "205: the table is nested deeper than 20 others, its members are not compared")
}

func TestRowsWithEmptyCells(t *testing.T) {
	for _, tt := range []struct{ name, rows, want string }{
		{"last", "|\na |\n|\n|\nb |\nc |\n", `"a" ""; "b" "c"; `},
		{"first", "|\n|\na |\n|\nb |\nc |\n", `"" "a"; "b" "c"; `},
		{"last of all", "|\na |\n|\n", `"a" ""; `},
		{"all", "|\n|\n|\n", `"" ""; `},
		{"bar after the text", "|\na |\nb\n|\n|\nc |\nd |\n", `"a" "b"; "c" "d"; `},
		{"dash", "|\na |\n- |\n", `"a" "-"; `},
		{"none", "|\n|a |\nb | c |\n", `"|a" "b | c"; `},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc := parse(t, "T\nURI\nGET /x\nConstraints\n|\nA |\nB |\n|---|---|\n"+tt.rows+"After it.\n")
			check(t, messages(doc.Unread), "")
			var got strings.Builder
			for _, row := range doc.Tables[0].Rows {
				fmt.Fprintf(&got, "%q %q; ", row[0].Text, row[1].Text)
			}
			check(t, got.String(), tt.want)
		})
	}
}
