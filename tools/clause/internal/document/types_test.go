package document

import "testing"

func TestJSONType(t *testing.T) {
	for text, want := range map[string]string{
		"String": "string", "STRING": "string", "String (64)": "string", "string.": "string",
		"Integer": "integer", "Long": "integer", "Int32": "integer", "int64": "integer", "Integer(int64)": "integer",
		"Float": "number", "Double": "number", "Number": "number", "BigDecimal": "number",
		"Boolean": "boolean", "bool": "boolean",
		"Array": "array", "Array of strings": "array", "Array of  Copy objects": "array copy objects", "List<Copy>": "array copy",
		"Array[String]": "array string", "String[]": "array string", "Copy list": "array copy", "List array": "array list",
		"Object": "object", "Copy object": "object copy", "Map": "object", "Map<String,Integer>": "object", "Map of strings": "object",
		"Date": " date", "Copy objects": " copy objects", "String or Integer": " string or integer", "": " ", "[]": " []",
	} {
		typ, of := jsonType(text)
		if of == "strings" {
			of = "" // of no object
		}
		if got := typ + " " + of; got != want && got != want+" " {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestMandatoryWords(t *testing.T) {
	for _, yes := range []string{"Yes", "yes", "Mandatory", "REQUIRED", "True", "**Y**", "M", "Yes."} {
		for _, no := range []string{"No", "NO", "Optional", "False", "`n`", "O"} {
			doc, err := Parse("p", []byte("T\nURI\nGET /x\n| Name | Required | Type |\n|--|--|--|\n|a|"+yes+"|Map|\n|b|"+no+"|Map|\n"))
			if err != nil || len(doc.Unread) > 0 {
				t.Fatal(err, doc.Unread)
			}
			if p := doc.Operations[0].stated.parameters; !*p[0].mandatory || *p[1].mandatory {
				t.Errorf("%s and %s are mixed up", yes, no)
			}
		}
	}
}

func TestProblemString(t *testing.T) {
	p := Problem{At: Place{File: "a.txt", Line: 3}, Message: "broken"}
	if got := p.String(); got != "a.txt:3: broken" {
		t.Error(got)
	}
	p.At.Line = 0
	if got := p.String(); got != "a.txt: broken" {
		t.Error(got)
	}
	p.At.File = ""
	if got := p.String(); got != "broken" {
		t.Error(got)
	}
}
