package source

import (
	"context"
	"encoding/hex"

	"github.com/apiclause/clause/contract/clause"
)

// Description is an API description that was read, as one OpenAPI 3 tree.
type Description struct {
	// Root is the tree: OpenAPI 3.0, 3.1 or 3.2, every reference in it one to a
	// component that there is, and nothing in it that has the wrong kind.
	Root *Node
	// Version is what the description is written in.
	Version Version
	// Name is how problems call the first file. Files are all that were read, that
	// one first.
	Name  string
	Files []string
	// SHA256 is the hash, in hex, of what was described: of the first file and those that it
	// refers to, one after the other. Overlays are what was laid over it, in order.
	SHA256   string
	Overlays []Overlaid
	// RemoteRefs tells that references to any URL were followed.
	RemoteRefs bool
	// Problems are what was left out or read otherwise than it stands there, in the
	// order of the files.
	Problems []Problem
}

// Overlaid is an overlay that was read: how problems call it, and the hash of its text,
// in hex.
type Overlaid struct{ Name, SHA256 string }

// Load opens a description - a file, an http or https URL, or "-" for standard
// input - and everything that it refers to, and cleans it. The error is an *Error:
// what is no OpenAPI description at all, or cannot be read.
func Load(ctx context.Context, name string, o Options) (*Description, error) {
	var found problems
	l := newLibrary(ctx, o, &found)
	defer l.close()
	file, err := l.open(name) //nolint:contextcheck // the library has the context
	if err != nil {
		return nil, err
	}
	return l.description(file) //nolint:contextcheck // the library has the context
}

// Read is Load for the text of a description. References to files are relative to
// the directory of its name.
func Read(ctx context.Context, name string, data []byte, o Options) (*Description, error) {
	var found problems
	l := newLibrary(ctx, o, &found)
	defer l.close()
	file, err := l.given(name, data)
	if err != nil {
		return nil, err
	}
	return l.description(file) //nolint:contextcheck // the library has the context
}

func (l *library) description(file *File) (*Description, error) {
	if err := l.overlay(file); err != nil {
		return nil, err
	}
	version, err := versionOf(file.Root, l.problems)
	if err != nil {
		return nil, err
	}
	g := newGrammar2()
	if version != V20 {
		g = newGrammar3(version)
	}
	root, err := bundle(l, file, g)
	if err != nil {
		return nil, err
	}
	if version == V20 {
		root = convert(root, l.problems)
	}
	if root, err = clean(root, version, l.problems); err != nil {
		return nil, err
	}
	d := &Description{
		Root: root, Version: version, Name: file.Name, Problems: l.sorted(file.Name),
		SHA256: hex.EncodeToString(l.described.Sum(nil)), Overlays: l.overlaid, RemoteRefs: l.RemoteRefs,
	}
	for _, f := range l.order {
		d.Files = append(d.Files, f.Name)
	}
	return d, nil
}

// JSON returns the description as JSON.
func (d *Description) JSON() ([]byte, error) { return d.Root.JSON() }

// Locate returns the place in the files of what a JSON pointer into the tree leads
// to, as Node.Locate does.
func (d *Description) Locate(pointer string) clause.Location { return d.Root.Locate(pointer) }
