// Package page makes pages for a browser: one file each, which loads nothing. What it
// shows of elsewhere is escaped, and a policy in the page has its own script and style run
// alone.
package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
)

var (
	// Style is the style of all pages.
	//go:embed page.css
	Style string
	//go:embed page.js
	common string
	//go:embed frame.html
	frame string
)

// Template makes a template of a page, which has the head and the foot of all. They write
// texts with what printable gives templates, and the page has functions of its own.
func Template(source string, texts, own template.FuncMap) *template.Template {
	t := template.New("page").Funcs(texts).Funcs(own)
	return template.Must(template.Must(t.Parse(frame)).Parse(source))
}

// Script is the script of a page: what all have in common, and its own.
func Script(own string) string {
	return "\"use strict\";\n(() => {\n" + common + "\n" + own + "})();\n"
}

// Frame is what a template of a page is filled with, beside what it is about and its
// Data, for the script.
type Frame struct {
	Title  string
	Style  template.CSS
	Script template.JS
	// Policy allows the script and the style, by their hashes, and nothing else.
	Policy string
}

// Framed gives the frame of a page with a title and a script, which must be a part of the
// program.
func Framed(title, script string) Frame {
	return Frame{
		Title:  title,
		Style:  template.CSS(Style), //nolint:gosec // it is a file of this package
		Script: template.JS(script), //nolint:gosec // the caller has it from a file of its own
		Policy: "default-src 'none'; script-src " + HashOf(script) + "; style-src " + HashOf(Style) +
			"; img-src data:; base-uri 'none'; form-action 'none'",
	}
}

// HashOf gives the hash of a script or a style as policies have it.
func HashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Part is a part of a bar of 1000 units.
type Part struct {
	Name     string
	N        int
	At, Wide int
}

// Bar divides 1000 units by counts. What is there at all can be seen.
func Bar(names []string, counts []int, whole int) []Part {
	const units, least = 1000, 6
	var out []Part
	at := 0
	for i, n := range counts {
		if n == 0 {
			continue
		}
		wide := max(n*units/max(whole, 1), least)
		out = append(out, Part{names[i], n, at, wide})
		at += wide
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	if over := at - units; over > 0 || total == whole { // the widest evens out what is over, or lacks
		widen(out, -over)
	}
	return out
}

// widen makes the widest part wider by so much, and moves those after it.
func widen(parts []Part, by int) {
	widest := 0
	for i := range parts {
		if parts[i].Wide > parts[widest].Wide {
			widest = i
		}
	}
	for i := range parts {
		switch {
		case i == widest:
			parts[i].Wide += by
		case i > widest:
			parts[i].At += by
		}
	}
}
