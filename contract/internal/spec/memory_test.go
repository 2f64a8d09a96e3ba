package spec

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// TestHardSamplesAreRemembered: what is asked for again is equal, and nobody's change
// of it, or of a copy of the schema, comes into it.
func TestHardSamplesAreRemembered(t *testing.T) {
	s := knotted(t)
	first, again := s.OrdinarySample().(map[string]any), s.OrdinarySample().(map[string]any)
	if s.samples.ordinary.Load() == nil || s.samples.least.Load() != nil {
		t.Fatal("the ordinary sample alone has to be remembered")
	}
	if !reflect.DeepEqual(first, again) {
		t.Errorf("first %v, then %v", first, again)
	}
	again["equal"] = "changed"
	if v := s.OrdinarySample(); !reflect.DeepEqual(first, v) {
		t.Errorf("a change of what was given came into the next: %v", v)
	}
	other := *s
	other.Example = map[string]any{"equal": "shown"}
	if v := other.OrdinarySample(); !reflect.DeepEqual(v, other.Example) {
		t.Errorf("a copy that shows %v has %v", other.Example, v)
	}
}

// TestWhatIsRememberedIsBounded: a memory that is full takes nothing more, and samples
// are made all the same.
func TestWhatIsRememberedIsBounded(t *testing.T) {
	s := knotted(t)
	s.samples.memory.held.Store(maxRemembered)
	if v := s.Sample(); v == nil || s.samples.least.Load() != nil || len(s.fittings()) == 0 {
		t.Errorf("the sample is %v, remembered: %v", v, s.samples.least.Load())
	}
}

// knotted is a schema of so many alternatives that its sample is hard to find.
func knotted(t *testing.T) *Schema {
	t.Helper()
	alternatives := []string{"{type: object, required: [equal], properties: {equal: {type: string}}}"}
	for i := range minRemembered {
		alternatives = append(alternatives, fmt.Sprintf("{type: object, required: [m%d], properties: {m%d: {type: string}}}", i, i))
	}
	return schemaOf(t, v30, "{oneOf: ["+strings.Join(alternatives, ", ")+"]}")
}
