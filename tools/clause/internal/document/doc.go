// Package document reads the page that a vendor describes API operations on,
// and says where a contract departs from it.
//
// A page is plain text: a title, the names of sections on lines of their own,
// the line with the method and the path, and tables. Tables are ordinary
// Markdown, or flattened as browsers copy them, one cell after the other:
//
//	Find Loans
//	URI
//	GET /v1/branches/{branch_id}/loans
//	|
//	Parameter |
//	Mandatory |
//	Type |
//	|---|---|---|
//	|
//	branch_id |
//	Yes |
//	String |
//	Response Parameters
//	Status code: 200
//	...
//
// A lone bar starts a row, and a cell ends with a blank and a bar at the end of
// its last line. A lone bar inside a row is an empty cell. A bar that belongs to
// the text and would be taken for the end of a cell is written \|. The name of a
// section such as Status Codes on a line of its own ends a table in any case.
//
// Tables copied with tabs have a row a line, and a tab between two cells, in front
// of the first one or not. Their first line is a header if it names the columns that
// are compared, or if a line of dashes stands below it.
//
// A page may describe several operations. Each begins at the heading that its line
// with the method and the path stands under, or at that line, and has all tables up
// to the next one, or to a heading above its own. What stands under no operation is
// said of all of them: a header in common, or status codes. None need have it.
//
// Parse reads a page, Compare holds what a contract states against it:
//
//	doc, err := document.Parse("find-loans.txt", text)
//	if err != nil {
//		return err // no text at all, or too much of it
//	}
//	for _, p := range doc.Unread {
//		fmt.Println("warning:", p) // find-loans.txt:40: the row has 2 cells ...
//	}
//	for _, p := range document.Compare(doc, operations) {
//		fmt.Println(p) // openapi/loans.yaml:41: parameter limit (query): ...
//	}
//
// # Names of tables
//
// A contract points into a page by section, table and row. A table is known by
// its caption ("Table 2 Query Parameters") and by what it lists:
//
//	URI                  path parameters, query parameters
//	Request Parameters   header parameters, body parameters, request parameters
//	Response Parameters  status code 200, status code 200 header parameters
//	Status Codes         status codes
//	anywhere else        table 1, table 2, ...
//
// Case, punctuation and the number of a caption do not matter.
//
// # What is compared
//
// Parameters by place and name, whether they are mandatory, their types, the
// status codes, and the members of each answer. A table that a type refers to
// ("Array of Copy objects" and a table with the caption Copy) gives members with
// dotted names: copies.shelf. What the page says in other words, in headers of
// answers or in running text, is not compared. Nothing is guessed: what cannot
// be read is listed in Document.Unread, and takes no part in a comparison.
package document

import (
	"fmt"
	"strings"
)

// Document is a page as Parse read it.
type Document struct {
	// Name is the file name that Parse was given; problems carry it.
	Name string
	// Title is the first line of the page, if that is no heading.
	Title string
	// Method is in upper case. Path has no host and no query. Both are empty if
	// the page has no such line, which Unread then says; Line is the line's number.
	Method, Path string
	Line         int
	// Operations is what the page describes, in its order. Method, Path and Line
	// are those of the first.
	Operations []Described
	Sections   []Section
	Tables     []Table
	// Unread lists what could not be read, by line. A row, a type or a table that
	// takes no part in a comparison for that reason is here, at most 100 of them.
	Unread []Problem
}

// Section is one named part of a page.
type Section struct {
	Name string
	Line int

	level     int // the number of '#' before its name
	operation int
}

// Table is one table of a page. Each row has as many cells as there are columns.
type Table struct {
	// Section is the name of the section it stands in, empty before the first.
	Section string
	// Name is what the package documentation lists under "Names of tables".
	Name string
	// Line is where the table's header starts.
	Line    int
	Columns []string
	Rows    []Row

	context tableContext
	places  columnPlaces
	also    []string // the names it is known by, folded
	role    role
	// operation is the index of the one that the table belongs to, or shared.
	operation int
}

// Row is the cells of one row of a table.
type Row []Cell

// Cell is one cell of a table. Lines and paragraphs in Text end with a line feed.
type Cell struct {
	Text string
	Line int
}

// Place is a line of a file. Line counts from 1; 0 stands for the whole file.
type Place struct {
	File string
	Line int
}

// String gives "file:line", or the file alone where there is no line.
func (p Place) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Problem is something wrong at a place, and what to do about it.
type Problem struct {
	At      Place
	Message string
}

// String gives "file:line: message".
func (p Problem) String() string { return strings.TrimPrefix(p.At.String()+": ", ": ") + p.Message }

// Operation is one operation as a contract states it.
type Operation struct {
	// ID names the operation in messages.
	ID string
	// Path is the full path, as the document has it after the host.
	Method, Path string
	At           Place
	// Parameters has those of the path, query, header and cookies, and the
	// members of the body. A header that the contract states as a security
	// scheme belongs here, too, since pages list it among the headers.
	Parameters []Parameter
	Answers    []Answer
	Sources    []Source
}

// Parameter is a parameter, a member of a body, or a member of an answer.
type Parameter struct {
	// Name of a member is dotted: owner.name. Items of an array add nothing to
	// it, so loans.id and loans[].id are the same.
	Name string
	// In is path, query, header, cookie, body or answer.
	In string
	// Required of a member is that within its parent.
	Required bool
	// Type is a JSON schema type: string, integer, number, boolean, array or object.
	// Where it is empty, types are not compared.
	Type string
	At   Place
	// Inferred says that the contract has it from elsewhere than the document,
	// RequiredInferred and TypeInferred say so of one keyword. Then a difference
	// is no problem.
	Inferred, RequiredInferred, TypeInferred bool
}

// Answer is one documented response of an operation.
type Answer struct {
	// Status is a code, a range such as 4XX, or default.
	Status string
	At     Place
	// Inferred covers the members, too.
	Inferred bool
	Members  []Parameter
}

// Source is a place in the document that the contract points to. A part may be
// empty, but not all of them.
type Source struct {
	Section, Table, Row string
	At                  Place
	// For says what it is the source of, in messages.
	For string
}
