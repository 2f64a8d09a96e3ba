package main

import (
	"context"
	"io"
	"os"
	"strings"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/target"
	"github.com/apiclause/clause/fixtures/reference"
)

// derived says which implementation serve derives from a contract.
type derived struct {
	contractSource

	fault, variant, targetFile string
	list                       bool
}

// asked tells that any of its flags was given, named that an implementation was.
func (d derived) asked() bool {
	return d.named() || d.list || d.targetFile != "" || d.contract != "" || d.remoteRefs || len(d.overlays) > 0
}
func (d derived) named() bool { return d.fault != "" || d.variant != "" }

// serve starts a faulty implementation, or one that conforms in its own way, and
// says how to hold it to the contract.
func (d derived) serve(ctx context.Context, out io.Writer, address string) error {
	c, err := d.load(ctx)
	if err != nil {
		return err
	}
	name, kind := d.fault, kindFault
	switch {
	case d.list:
		return listProved(out, c)
	case d.variant != "":
		name, kind = d.variant, kindVariant
	case d.fault == "":
		return usagef("a description and --target-file go with --fault, --variant or --list")
	}
	implementation, err := proveHandler(c, name, kind)
	if err != nil {
		return err
	}
	listener, err := listen(ctx, address)
	if err != nil {
		return err
	}
	base := "http://" + reachable(listener.Addr())
	if err := d.explain(out, c, kind+" "+name, base, implementation.Target); err != nil {
		return err
	}
	return reference.Serve(ctx, listener, implementation.Handler)
}

// explain prints how to reach what is served, or writes it to a file.
func (d derived) explain(out io.Writer, c *contract.Contract, what, base string, t *target.Target) error {
	text, err := targetFile(what, base, t, openly)
	if err != nil {
		return err
	}
	say(out, "Listening on %s (Ctrl-C ends it): %s of %s", base, what, c.File())
	if d.targetFile == "" {
		say(out, "Its target file:\n\n%s", text)
		say(out, "Save it as %s, and hold what is served to the contract with:\n  %s", savedAs, d.command(savedAs))
		return nil
	}
	if err := os.WriteFile(d.targetFile, text, 0o600); err != nil {
		return usagef("--target-file: %w: name a file that can be written", err)
	}
	say(out, "Hold it to the contract with:\n  %s", d.command(d.targetFile))
	return nil
}

// savedAs is what a target file is called that is printed alone.
const savedAs = "target.yaml"

// command is the command line that holds what is served to the contract that it
// was derived from.
func (d derived) command(targetFile string) string {
	words := []string{"clause", "verify"}
	if d.contract != "" {
		words = append(words, "--contract="+shellWord(contract.DisplayName(d.contract)))
	}
	words = append(words, d.overlayWords()...)
	return strings.Join(append(words, "--target="+shellWord(targetFile)), " ")
}
