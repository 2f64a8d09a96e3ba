package report

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/apiclause/clause/contract/plan"
)

// definition is what the tests read of a schema.
type definition struct {
	Ref        string                `json:"$ref"`
	Defs       map[string]definition `json:"$defs"`
	Properties map[string]definition `json:"properties"`
	Items      *definition           `json:"items"`
	Enum       []any                 `json:"enum"`

	any bool // it is true
}

// UnmarshalJSON reads a schema, which may be true.
func (d *definition) UnmarshalJSON(data []byte) error {
	if string(data) == "true" {
		d.any = true
		return nil
	}
	type plain definition
	return json.Unmarshal(data, (*plain)(d))
}

// read gives the schema of reports.
func readSchema(t *testing.T) definition {
	t.Helper()
	var schema definition
	if err := json.Unmarshal(Schema, &schema); err != nil {
		t.Fatal(err)
	}
	return schema
}

// TestTheSchemaHasTheTechniques holds the list of techniques in the schema to the
// table: readers of reports go by it.
func TestTheSchemaHasTheTechniques(t *testing.T) {
	var got []plan.Technique
	for _, one := range readSchema(t).Defs["case"].Properties["technique"].Enum {
		got = append(got, plan.Technique(one.(string)))
	}
	if want := append(plan.Techniques(), plan.Recorded); !slices.Equal(got, want) {
		t.Errorf("report.schema.json has the techniques %q, and the table of contract/plan %q", got, want)
	}
}

// TestTheSchemaHasTheMembers holds every member that a report can have to the schema, and
// the reverse: a report with a member that the schema lacks is none to those who read it.
func TestTheSchemaHasTheMembers(t *testing.T) {
	schema := readSchema(t)
	held := map[reflect.Type]bool{}
	var hold func(of reflect.Type, by definition, where string)
	hold = func(of reflect.Type, by definition, where string) {
		for by.Ref != "" {
			by = schema.Defs[strings.TrimPrefix(by.Ref, "#/$defs/")]
		}
		switch of.Kind() {
		case reflect.Pointer:
			hold(of.Elem(), by, where)
			return
		case reflect.Slice:
			if by.Items != nil {
				hold(of.Elem(), *by.Items, where+"[]")
			}
			return
		case reflect.Struct:
		default:
			return
		}
		members := membersOf(of)
		if by.any || held[of] || len(members) == 0 { // what has none writes itself
			return
		}
		held[of] = true
		for name, member := range members {
			if own, ok := by.Properties[name]; ok {
				hold(member, own, where+"."+name)
			} else {
				t.Errorf("report.schema.json lacks %s.%s", where, name)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(by.Properties)) {
			if _, ok := members[name]; !ok {
				t.Errorf("no report has %s.%s of report.schema.json", where, name)
			}
		}
	}
	hold(reflect.TypeFor[Report](), schema, "report")
}

// membersOf gives the members that a struct has in JSON, those of what it embeds included.
func membersOf(of reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for field := range of.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-" || !field.IsExported():
		case field.Anonymous && name == "":
			maps.Copy(out, membersOf(field.Type))
		default:
			out[name] = field.Type
		}
	}
	return out
}
