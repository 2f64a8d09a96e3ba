package document

import (
	"slices"
	"strings"
)

// maxWord is longer than any name, type or "Yes"; a longer cell is a description.
const maxWord = 300

// The headings of the columns that are compared.
var (
	nameColumns = folded("Parameter", "Parameters", "Parameter Name", "Name", "Field", "Field Name",
		"Header", "Header Name", "Attribute", "Property", "Member", "Element")
	mandatoryColumns = folded("Mandatory", "Required", "Mandatory/Optional", "Mandatory or Optional", "Is Mandatory", "Is Required")
	typeColumns      = folded("Type", "Data Type", "Parameter Type", "Field Type")
	statusColumns    = folded("Status Code", "Status", "Code", "HTTP Status Code", "HTTP Status",
		"Returned Value", "Return Value", "Returned Values")
)

// columnPlaces are the indexes of those columns, -1 for one that a table lacks.
type columnPlaces struct{ name, mandatory, typ, status int }

func placesOf(columns []string) columnPlaces {
	find := func(names map[string]bool) int {
		return slices.IndexFunc(columns, func(c string) bool { return names[fold(c)] })
	}
	return columnPlaces{find(nameColumns), find(mandatoryColumns), find(typeColumns), find(statusColumns)}
}

// nameCell is the cell a row is known by: in the first column, if none is for names.
func (t *Table) nameCell(row Row) Cell {
	if t.role == statusRole {
		return row[max(0, t.places.status)]
	}
	return row[max(0, t.places.name)]
}

func (t *Table) rowName(row Row) string { return word(t.nameCell(row)) }

// word is the text of a cell without what Markdown puts around it, empty if the
// text is too long to be a word.
func word(c Cell) string {
	if len(c.Text) > maxWord {
		return ""
	}
	return strings.ReplaceAll(strings.Trim(c.Text, "`* "), `\_`, "_")
}

var mandatoryWords = map[string]bool{
	"yes": true, "y": true, "m": true, "mandatory": true, "required": true, "true": true,
	"no": false, "n": false, "o": false, "optional": false, "false": false,
}

var typeWords = map[string]string{
	"string": "string", "char": "string",
	"integer": "integer", "int": "integer", "int32": "integer", "int64": "integer", "long": "integer", "short": "integer",
	"number": "number", "float": "number", "double": "number", "decimal": "number", "bigdecimal": "number",
	"boolean": "boolean", "bool": "boolean",
	"array": "array", "list": "array",
	"object": "object", "json object": "object", "map": "object",
}

// jsonType gives the JSON schema type that a page's words mean, empty if they are
// unknown, and the name of the object that they refer to, if any.
func jsonType(text string) (typ, of string) {
	s := strings.ToLower(strings.Join(strings.Fields(text), " "))
	s = strings.TrimSuffix(s, ".")
	// "String (64)" and "Integer(int64)" say more of the same type.
	if before, rest, ok := strings.Cut(s, "("); ok && strings.HasSuffix(rest, ")") {
		s = strings.TrimSpace(before)
	}
	if typ, ok := typeWords[s]; ok {
		return typ, ""
	}
	for _, p := range []string{"array of ", "arrays of ", "list of ", "array<", "list<", "array[", "list["} {
		if of, ok := strings.CutPrefix(s, p); ok {
			return "array", strings.TrimRight(of, ">] ")
		}
	}
	if of, ok := strings.CutSuffix(s, "[]"); ok && of != "" {
		return "array", of
	}
	if strings.HasSuffix(s, " array") || strings.HasSuffix(s, " list") {
		return "array", strings.TrimSuffix(strings.TrimSuffix(s, " list"), " array")
	}
	if strings.HasPrefix(s, "map<") || strings.HasPrefix(s, "map of ") || strings.HasPrefix(s, "map[") {
		return "object", ""
	}
	if of, ok := strings.CutSuffix(s, " object"); ok {
		return "object", of
	}
	return "", s
}
