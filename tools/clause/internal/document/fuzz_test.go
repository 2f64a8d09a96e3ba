package document_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apiclause/clause/tools/clause/internal/document"
)

// FuzzParse wants any text to be read or refused without a panic, and what was
// read to be whole and to point into the text.
func FuzzParse(f *testing.F) {
	pages, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(pages) == 0 {
		f.Fatal("no pages in testdata", err)
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, s := range []string{
		"", "|", "|\n|\n|", "|---|", "a |\n|---|---|\n", "|\na |\n|---|\n|\n\\| |\n", "| a | b\n|--|--|\n| \\| |",
		"URI\nGET /{a}{b}{}\n| Name | Type |\n|:-|-:|\n| a | A object |\nTable 1 A\n| Name | Type |\n|--|--|\n| a | A object |\n",
		"# A\nGET /a\n## Status codes\nCode\tText\n200\tFine\n# B\nPOST /a\n## Body\n\tName\tType\n---\n\ta\tB\n", "URI\nGET /a\nName\tType\nURI\nGET /b\n",
		"Response Parameters\nStatus code: 2XX\n\ufeff|\r\n\u00a0a |", "Response Parameters\nStatus code: 000\n| Name | Type |\n|--|--|\n| a | b |", "Status Codes\n| Code |\n|--|\n| 200 |\n| default |\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		doc, err := document.Parse("page.txt", text)
		if err != nil {
			return
		}
		wholeDocument(t, doc, strings.Count(strings.ReplaceAll(string(text), "\r", "\n"), "\n")+1)
		own := findLoans()
		own.Method, own.Path = doc.Method, doc.Path
		for _, stated := range [][]document.Operation{nil, {findLoans(), addCopy()}, {own}} {
			for _, p := range document.Compare(doc, stated) {
				if strings.ContainsAny(p.String(), "\n\x1b") {
					t.Errorf("problem of several lines: %q", p)
				}
			}
		}
	})
}

func wholeDocument(t *testing.T, doc *document.Document, lines int) {
	t.Helper()
	inside := func(line int) {
		if line < 1 || line > lines {
			t.Errorf("line %d of %d", line, lines)
		}
	}
	for _, table := range doc.Tables {
		inside(table.Line)
		if table.Name == "" {
			t.Errorf("the table in line %d has no name", table.Line)
		}
		for _, row := range table.Rows {
			if len(row) != len(table.Columns) {
				t.Errorf("%d cells in %d columns", len(row), len(table.Columns))
			}
			for _, c := range row {
				inside(c.Line)
			}
		}
	}
	for _, p := range doc.Unread {
		if p.At.Line > lines || strings.Contains(p.Message, "\n") {
			t.Errorf("problem %q in %d lines", p, lines)
		}
	}
}
