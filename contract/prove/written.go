package prove

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/junit"
	"github.com/apiclause/clause/contract/internal/printable"
)

// JSON writes what a proof found, all of it.
func JSON(w io.Writer, r *Result) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}

// Markdown writes what matters of a proof for the summary of a job: what would be missed,
// who would be wronged, and which technique notices how many faults of each class.
func Markdown(w io.Writer, r *Result) error {
	var b strings.Builder
	all, must, should := r.Count(""), r.Count(clause.Must), r.Count(clause.Should)
	fmt.Fprintf(&b, "## %s %s: %d of %d faults on a must noticed, %d of %d on a should\n\n",
		map[string]string{"PASS": "✅", "FAIL": "❌"}[r.word()], r.word(),
		must.Noticed, must.Faults, should.Noticed, should.Faults)
	fmt.Fprintf(&b, "The tests of **%s %s** (%s), %s: %d faults noticed by a case that names the clause, "+
		"%d more cannot be told from outside; %s, %d charged.\n",
		printable.Markdown(r.Contract.Title), printable.Markdown(r.Contract.Version), printable.Markdown(r.Contract.File), printable.Count(r.Cases, "case"),
		all.Named, all.Excluded, printable.Count(len(r.Variants), "conforming variant"), r.alarmed())
	r.writeMissed(&b)
	r.writeCharged(&b)
	b.WriteString("\n### Which technique notices what\n\n")
	r.writeTable(&b)
	r.writeExcluded(&b)
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write the Markdown summary: %w", err)
	}
	return nil
}

func (r *Result) writeMissed(b *strings.Builder) {
	n := 0
	for i := range r.Faults {
		f := &r.Faults[i]
		if !f.Missed() {
			continue
		}
		if n++; n == 1 {
			b.WriteString("\n### What would be missed\n\n| fault | level | breaks | what is wrong |\n|---|---|---|---|\n")
		}
		if n <= printable.MaxRows {
			fmt.Fprintf(b, "| %s | %s | %s | %s |\n",
				printable.MarkdownCode(f.Name), f.Level, printable.MarkdownCode(f.Clause), printable.Markdown(f.Description))
		}
	}
	if n > printable.MaxRows {
		fmt.Fprintf(b, "\n…and %d more.\n", n-printable.MaxRows)
	}
}

func (r *Result) writeCharged(b *strings.Builder) {
	for i, c := range r.charged() {
		if i == 0 {
			b.WriteString("\n### Who would be wronged\n\n| implementation | what it does | charged with | by |\n|---|---|---|---|\n")
		}
		if i == printable.MaxRows {
			break
		}
		first := c.Alarms[0]
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", printable.MarkdownCode(c.Name), printable.Markdown(c.Description),
			printable.Markdown(first.Clause+": "+first.Message), printable.MarkdownCode(first.Case))
	}
}

func (r *Result) writeExcluded(b *strings.Builder) {
	for i, one := range r.reasons() {
		switch i {
		case 0:
			b.WriteString("\n### What cannot be told from outside\n\n| faults | why |\n|--:|---|\n")
		case printable.MaxRows:
			return
		}
		fmt.Fprintf(b, "| %d | %s |\n", len(one.Names), printable.Markdown(one.Reason))
	}
}

// alarmed counts the variants that are charged.
func (r *Result) alarmed() int {
	n := 0
	for _, v := range r.Variants {
		if len(v.Alarms) > 0 {
			n++
		}
	}
	return n
}

// GitHub writes a workflow command for each implementation that would be wronged and each
// fault that would be missed, and one for those that cannot be told from outside.
func GitHub(w io.Writer, r *Result) error {
	var b strings.Builder
	n := map[string]int{}
	say := func(command, title, message string) {
		if n[command]++; n[command] <= printable.MaxAnnotations {
			fmt.Fprintf(&b, "::%s title=%s::%s\n", command, printable.CommandValue(title), printable.Command(message))
		}
	}
	for _, c := range r.charged() {
		a := c.Alarms[0]
		say("error", "Charged though it conforms", fmt.Sprintf("%s (%s): %s: %s", c.Name, c.Description, a.Clause, a.Message))
	}
	for i := range r.Faults {
		f := &r.Faults[i]
		if !f.Missed() {
			continue
		}
		command := "error"
		if f.Level == clause.Should {
			command = "warning"
		}
		say(command, "Missed fault", f.Name+": "+f.Description)
	}
	if c := r.Count(""); c.Excluded > 0 {
		say("notice", "Excluded", fmt.Sprintf("%d faults cannot be told from outside, such as: %s", c.Excluded, r.reasons()[0].Reason))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write the annotations: %w", err)
	}
	return nil
}

// JUnit writes a test case for each fault, which fails where it is missed on a must, and
// for each conforming implementation, which fails where it is charged. What is excluded
// is skipped; a fault that is missed on a should, or noticed by another clause, says so in
// its output.
func JUnit(w io.Writer, r *Result) error {
	out := junit.New("prove "+r.Contract.Title, r.Elapsed)
	conforming := out.Suite("conforming implementations", time.Time{})
	conforming.Add(alarmCase("known-good", "it keeps to the contract", r.Good), 0)
	for _, v := range r.Variants {
		conforming.Add(alarmCase(v.Name, v.Description, v.Alarms), 0)
	}
	for i := range r.Faults {
		f := &r.Faults[i]
		out.Suite("faults: "+string(f.Class), time.Time{}).Add(f.testCase(), 0)
	}
	return out.Write(w)
}

func alarmCase(name, description string, alarms []Alarm) junit.Case {
	c := junit.Case{Name: junit.Clean(name), ClassName: "conforming"}
	if len(alarms) > 0 {
		lines := make([]string, len(alarms))
		for i, a := range alarms {
			lines[i] = a.Case + ": " + a.Clause + ": " + a.Message
		}
		c.Failure = &junit.Message{
			Message: junit.Clean("charged, and it conforms: " + description), Type: "charged", Text: junit.Clean(strings.Join(lines, "\n")),
		}
	}
	return c
}

func (f *FaultResult) testCase() junit.Case {
	c := junit.Case{Name: junit.Clean(f.Name), ClassName: junit.Clean(f.Clause)}
	switch outcome := f.outcome(); {
	case outcome == wasExcluded:
		c.Skipped = &junit.Message{Message: junit.Clean("it cannot be told from outside: " + f.Excluded)}
	case outcome == wasMissed && f.Level == clause.Must:
		c.Failure = &junit.Message{Message: junit.Clean("missed: " + f.Description), Type: wasMissed}
	case outcome == wasMissed:
		c.SystemOut = &junit.Text{Text: junit.Clean("missed, on a should: " + f.Description)}
	case outcome == wasOtherwise:
		c.SystemOut = &junit.Text{Text: junit.Clean("noticed by no case that names the clause, but by " + f.By[0].ID)}
	}
	return c
}
