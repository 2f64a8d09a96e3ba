package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/report"
)

// This file is where what a report was made with becomes flags, and the reverse.

// asMade takes what a report was made with, but for what flags say.
func (f *verifyFlags) asMade(m *report.Made, by string) error {
	f.setAsMade("remote-refs", &f.remoteRefs, m.RemoteRefs)
	f.setAsMade("no-conventions", &f.withoutConventions, m.WithoutConventions)
	f.setAsMade("strict", &f.config.Strict, m.Strict)
	f.setAsMade("no-preflight", &f.config.WithoutPreflight, m.WithoutPreflight)
	if m.Strength != 0 && !f.typed("strength") {
		f.config.Strength = m.Strength
	}
	if m.CaseTimeout > 0 && !f.typed("case-timeout") {
		f.config.CaseTimeout = time.Duration(m.CaseTimeout * float64(time.Second))
	}
	if err := f.filesAsMade(m, by); err != nil {
		return err
	}
	return f.aimedAs(m, by)
}

// setAsMade sets what a flag switches, unless that was typed.
func (f *verifyFlags) setAsMade(flag string, to *bool, made bool) {
	if !f.typed(flag) {
		*to = made
	}
}

// listAsMade joins a list that a report was made with and that of a flag, of which the
// later counts: what was typed comes last, and what clause.yaml says first.
func (f *verifyFlags) listAsMade(flag string, to *[]string, made []string) {
	before, after := *to, made
	if f.typed(flag) {
		before, after = made, *to
	}
	*to = slices.Concat(slices.DeleteFunc(slices.Clone(before), func(text string) bool { return slices.Contains(after, text) }), after)
}

// filesAsMade takes the overlays and the known failures that a report was made with.
func (f *verifyFlags) filesAsMade(m *report.Made, by string) error {
	if !f.typed("known") {
		if f.known = m.Known; unreadable(m.Known) {
			return usagef("%s was made with the known failures of %s, which cannot be read here: give --known FILE", by, m.Known)
		}
	}
	if f.typed("overlay") {
		return nil
	}
	f.overlays = nil
	for _, one := range m.Overlays {
		if err := f.overlaid(one.File, by); err != nil {
			return err
		}
	}
	return nil
}

// overlaid adds an overlay that a report names.
func (f *verifyFlags) overlaid(name, by string) error {
	switch {
	case name == "-":
		return usagef("an overlay of %s was read from standard input: give --overlay FILE", by)
	case contract.IsURL(name) && !loopback(name):
		return usagef("%s was made with the overlay %s, which is not on this machine: give --overlay with that, or with another", by, name)
	case !contract.IsURL(name) && unreadable(name):
		return usagef("%s was made with the overlay %s, which cannot be read here: give --overlay FILE", by, name)
	}
	f.overlays = append(f.overlays, name)
	return nil
}

// unreadable reports whether a file that is named is not there.
func unreadable(name string) bool {
	_, err := os.Stat(name)
	return name != "" && err != nil
}

// aimedAs takes the target that a report was made with. Another target file is another
// target; another URL alone is the same one elsewhere, and what was allowed to be sent to
// the one is not allowed to be sent to the other.
func (f *verifyFlags) aimedAs(m *report.Made, by string) error {
	if f.typed("target") {
		return nil
	}
	moved := f.typed("url")
	switch f.target = m.TargetFile; {
	case !unreadable(m.TargetFile):
	case !moved:
		return usagef("%s was made with the target file %s, which cannot be read here: give --target FILE, or --url and what else is in it",
			by, m.TargetFile)
	default:
		f.target = "" // what is in it may be in flags
	}
	f.listAsMade("value", &f.settings.Values, m.Values)
	f.listAsMade("header", &f.settings.Headers, m.Headers)
	if moved {
		return nil
	}
	if m.URL != "" && !loopback(m.URL) {
		return elsewhereURL(by, m.URL)
	}
	f.settings.URL = m.URL
	f.setAsMade("unsafe", &f.config.Unsafe, m.Unsafe)
	f.setAsMade("near-misses", &f.config.NearMisses, m.NearMisses)
	return nil
}

func elsewhereURL(by, at string) error {
	return usagef("%s is of %s, which is not on this machine: give --url with that, or with another, or --target FILE", by, at)
}

// sayWithheld says which secrets a report was made with that nobody gives now.
func (f *verifyFlags) sayWithheld(out io.Writer, r *report.Report) {
	if f.typed("target") {
		return
	}
	now := &f.settings
	var lacks []string
	for _, one := range r.Made.Withheld {
		has := map[string]bool{
			"token": now.Token != "", "user": now.User != "",
			"value": names(now.Values, "=", one.Name), "header": names(now.Headers, ":", one.Name),
		}
		if !has[one.Kind] {
			lacks = append(lacks, withheldWord(one.Kind, one.Name))
		}
	}
	if len(lacks) > 0 {
		say(out, "%s was made with what it does not keep: give %s (warning)", printable(r.Name()), report.Printable(strings.Join(lacks, " ")))
	}
}

// names reports whether a setting has a name.
func names(settings []string, between, name string) bool {
	return slices.ContainsFunc(settings, func(text string) bool {
		has, _, _ := strings.Cut(text, between)
		return strings.EqualFold(strings.TrimSpace(has), name)
	})
}

// resending is the command line that sends a case of a report again, but for its id, by the
// report that is written as JSON; "" if there is none.
func (f *reporting) resending(r *report.Report) string {
	path := *f.files["json"]
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() { // a pipe is read once
		return ""
	}
	return resent(path, r)
}

// resent is the command line that sends a case of a report again, but for its id; "" if
// none does. The report has all that is needed but secrets, and what is not on this
// machine, which is only contacted if somebody names it.
func resent(path string, r *report.Report) string {
	m := cmp.Or(r.Made, &report.Made{})
	names := []string{r.Contract.File}
	for _, one := range m.Overlays {
		names = append(names, one.File)
	}
	if r.Recording != nil || slices.ContainsFunc(names, incomplete) || r.Target.BaseURL == "" {
		return ""
	}
	words := append([]string{"clause", "replay", shellWord(path)}, elsewhereWords(r, m)...)
	for _, one := range m.Withheld {
		words = append(words, withheldWord(one.Kind, one.Name))
	}
	return strings.Join(words, " ")
}

// elsewhereWords gives the words of a command line that name what is not on this machine.
func elsewhereWords(r *report.Report, m *report.Made) []string {
	var words []string
	if name := r.Contract.File; contract.IsURL(name) && !loopback(name) {
		words = append(words, "--contract="+shellWord(name))
	}
	if slices.ContainsFunc(m.Overlays, func(o report.Overlay) bool { return contract.IsURL(o.File) && !loopback(o.File) }) {
		for _, one := range m.Overlays {
			words = append(words, "--overlay="+shellWord(one.File))
		}
	}
	switch at := r.Target.BaseURL; {
	case m.URL != "" && !loopback(m.URL):
		words = append(words, "--url="+shellWord(m.URL))
	case m.URL == "" && m.TargetFile == "" && !loopback(at):
		words = append(words, "--url="+shellWord(at))
	}
	return words
}

// incomplete reports whether the name of a contract or an overlay in a report is not all
// that is needed to read it: it is standard input, or a URL without its query.
func incomplete(name string) bool {
	return name == "-" || contract.IsURL(name) && strings.HasSuffix(name, "?...")
}

// testOf says which test sends the first case again that went wrong, of a report of a
// handler; "" where it does not tell.
func testOf(r *report.Report) string {
	all, err := r.Replayable(nil)
	if err != nil {
		return ""
	}
	for _, v := range all {
		if again := v.Resend(); again != "" {
			return fmt.Sprintf(", as by %s", again)
		}
	}
	return ""
}
