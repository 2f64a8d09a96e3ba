package source

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"

	"github.com/theory/jsonpath"
	"github.com/theory/jsonpath/spec"
)

// The bounds of an overlay.
const (
	maxActions = 10_000
	maxTarget  = 2000 // bytes
)

// overlay is an OpenAPI Overlay: changes of a description that stand beside it
// (https://spec.openapis.org/overlay/v1.0.0.html). What version 1.1 adds is read,
// too, but for its copy.
type overlay struct {
	file    *File
	first   bool // it is written in version 1.0
	actions []*action
}

// action is one change: what is updated or removed, and how.
type action struct {
	*overlay

	node    *Node
	pointer string // of the action, in the overlay
	target  string
	path    *spec.PathQuery
	update  *Node // nil if there is none
	remove  bool
}

// overlay lays the overlays over the description, in their order.
func (l *library) overlay(described *File) *Error {
	if len(l.Overlays) == 0 {
		return nil
	}
	if _, err := versionOf(described.Root, nil); err != nil {
		return err // what is wrong with the description itself comes first
	}
	all := make([]*overlay, 0, len(l.Overlays))
	for _, name := range l.Overlays {
		o, err := l.readOverlay(name, described)
		if err != nil {
			return err
		}
		all = append(all, o)
	}
	y := newLayering(l, described.Root)
	for _, o := range all {
		y.from[o.file] = true
		for _, a := range o.actions {
			y.apply(a)
			if y.failed != nil {
				return y.failed
			}
		}
	}
	described.Root = y.root
	for _, o := range all { // references in what it adds are the description's own
		o.file.Root, o.file.path, o.file.url = described.Root, described.path, described.url
	}
	return nil
}

// readOverlay reads an overlay and looks at its form.
func (l *library) readOverlay(name string, described *File) (*overlay, *Error) {
	file, data, failure := l.openOverlay(name)
	if failure != nil {
		return nil, failure
	}
	start := location{File: file.Name, Line: 1}
	if i := identifyBytes(data); i.what != "" {
		return nil, fatal(start, "this is %s, not an OpenAPI overlay", i.what)
	}
	l.total += len(data)
	if l.total > maxTotal {
		return nil, fatal(start, "the description and its overlays have more than %d MiB", maxTotal>>20)
	}
	l.order = append(l.order, file)
	l.overlaid = append(l.overlaid, Overlaid{file.Name, fmt.Sprintf("%x", sha256.Sum256(data))})
	root, failure := parse(file, data, l.problems)
	if failure != nil {
		return nil, failure
	}
	o := &overlay{file: file}
	if o.first, failure = l.overlayVersion(root); failure != nil {
		return nil, failure
	}
	l.lookAtOverlay(root)
	l.lookAtExtends(root, file, described)
	o.actions, failure = l.readActions(o, root)
	return o, failure
}

// openOverlay reads the text of an overlay: of a file, a URL, or standard input.
func (l *library) openOverlay(name string) (*File, []byte, *Error) {
	shownName, advice := DisplayName(name), ": name an overlay that can be read"
	unread := func(why string) *Error {
		return fatal(location{File: shownName}, "overlay %s: %s", shownName, why)
	}
	switch {
	case name == "-":
		for _, known := range l.order {
			if known.Name == "-" {
				return nil, nil, unread("standard input can be read once: name a file")
			}
		}
		data, err := l.readStdin()
		if err != nil {
			return nil, nil, unread(err.Error() + advice)
		}
		return &File{Name: name}, data, nil
	case IsURL(name):
		target, err := url.Parse(name)
		if err != nil || target.Host == "" {
			return nil, nil, unread("this is not a URL that can be fetched: write it as in https://example.com/overlay.yaml")
		}
		file, data, why := l.download(target, target.User)
		if why != "" {
			return nil, nil, unread(why)
		}
		return file, data, nil
	}
	data, err := readFile(func() (fs.File, error) { return os.Open(name) })
	if err != nil && strings.Contains(err.Error(), ": ") {
		advice = "" // it says what to do
	}
	if err != nil {
		return nil, nil, unread(err.Error() + advice)
	}
	return &File{Name: name, path: filepath.ToSlash(name)}, data, nil
}

// overlayVersion tells what is no overlay, and reports whether one is written in
// version 1.0.
func (l *library) overlayVersion(root *Node) (first bool, failure *Error) {
	key, ok := root.Member("overlay")
	switch {
	case ok:
	case root.Has("openapi"), root.Has("swagger"):
		return false, fatal(root.At(), "this is an OpenAPI description, not an overlay: give it as the description, and overlays beside it")
	default:
		return false, noOverlay(root)
	}
	m := versionText.FindStringSubmatch(strings.TrimSpace(key.Value.Text()))
	switch {
	case m == nil:
		return false, fatal(key.At(), "overlay is %s: write it as in overlay: 1.0.0", orKind(key.Value))
	case m[1] != "1":
		return false, fatal(key.At(), "overlay is %s: OpenAPI Overlay 1.0 and 1.1 are read", key.Value.Text())
	case m[2] != "" && m[2] != "0" && m[2] != "1":
		l.add(Problem{
			Severity: Warning, At: key.At(), Pointer: "/overlay", Cost: "it is read as 1.1",
			Message: "OpenAPI Overlay " + key.Value.Text() + " is newer than what is known here",
		})
	}
	return m[2] == "" || m[2] == "0", nil
}

// noOverlay says what a file is that does not say that it is an overlay.
func noOverlay(root *Node) *Error {
	if i := identifyTree(root); i.what != "" {
		return fatal(root.At(), "this is %s, not an OpenAPI overlay: an overlay begins with overlay: 1.0.0, info and actions", i.what)
	}
	offer := ""
	if n := clause.Nearest("overlay", root.some()); n != "" {
		offer = " (did you mean overlay by " + quote(n) + "?)"
	}
	return fatal(root.At(), "this does not say which version of OpenAPI Overlay it is: begin it with overlay: 1.0.0%s", offer)
}

// The keys that an overlay has where.
var (
	overlayKeys = []string{"overlay", "info", "extends", "actions"}
	infoKeys    = []string{"title", "version", "description"}
	actionKeys  = []string{"target", "description", "update", "remove"}
)

// lookAtOverlay tells of keys that an overlay does not have, and of those that it
// lacks and can do without.
func (l *library) lookAtOverlay(root *Node) {
	l.unknownKeys(root, "an overlay", "", overlayKeys)
	info := root.Get("info")
	l.unknownKeys(info, "its info", "/info", infoKeys)
	for _, name := range []string{"title", "version"} {
		if info.Get(name).Kind() == 0 {
			at := root.Locate("/info")
			l.add(Problem{Severity: Note, At: at, Pointer: "/info", Message: "an overlay has " + name + " in its info, and this has none"})
		}
	}
}

func (l *library) unknownKeys(n *Node, where, pointer string, known []string) {
	for _, m := range n.Members() {
		if !isExtension(m.Name) && !slices.Contains(known, m.Name) {
			l.add(Problem{
				Severity: Warning, At: m.At(), Pointer: join(pointer, m.Name), Cost: "it is left out",
				Message: fmt.Sprintf("OpenAPI Overlay has no %s in %s%s", quote(m.Name), where, l.offer(m.Name, known)),
			})
		}
	}
}

// lookAtExtends tells of an overlay that was written for another description.
func (l *library) lookAtExtends(root *Node, file, described *File) {
	m, ok := root.Member("extends")
	if !ok || m.Value.Kind() != String {
		return
	}
	severity := Warning
	wanted, err := url.Parse(m.Value.Text())
	switch {
	case err != nil:
	case wanted.Scheme != "" && wanted.Scheme != "file", file.url != nil:
		if file.url != nil {
			wanted = file.url.ResolveReference(wanted)
		}
		wanted.Fragment = ""
		if described.url != nil && shown(wanted) == shown(described.url) {
			return
		}
		if described.url == nil {
			severity = Note // a copy, most likely
		}
	case described.path == "":
		severity = Note // so is this
	default:
		name := filepath.FromSlash(wanted.Path)
		if !filepath.IsAbs(name) {
			name = filepath.FromSlash(path.Join(path.Dir(file.path), wanted.Path))
		}
		if sameFile(name, filepath.FromSlash(described.path)) {
			return
		}
	}
	l.add(Problem{
		Severity: severity, At: m.At(), Pointer: "/extends", Cost: "it is applied all the same",
		Message: fmt.Sprintf("the overlay extends %s, and the description is %s", quote(m.Value.Text()), described.Name),
	})
}

func sameFile(a, b string) bool {
	if absolute(a) == absolute(b) {
		return true
	}
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

func (l *library) readActions(o *overlay, root *Node) ([]*action, *Error) {
	list, ok := root.Member("actions")
	switch {
	case !ok:
		return nil, fatal(root.At(), "an overlay needs actions, a list with a target and an update or remove in each")
	case list.Value.Kind() != Sequence:
		return nil, fatal(list.At(), "actions must be a list with a target and an update or remove in each, not %s", list.Value.Kind())
	case list.Value.Len() > maxActions:
		return nil, fatal(list.At(), "an overlay with more than %d actions is not read: split it", maxActions)
	case list.Value.Len() == 0:
		l.add(Problem{Severity: Warning, At: list.At(), Pointer: "/actions", Message: "the overlay has no action", Cost: "it changes nothing"})
	}
	all := make([]*action, 0, list.Value.Len())
	for i, n := range list.Value.Items() {
		a, err := l.readAction(o, n, fmt.Sprintf("/actions/%d", i))
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

func (l *library) readAction(o *overlay, n *Node, pointer string) (*action, *Error) {
	a := &action{overlay: o, node: n, pointer: pointer}
	if n.Kind() != Mapping {
		return nil, fatal(n.At(), "an action must be a mapping with a target and an update or remove, not %s", n.Kind())
	}
	l.unknownKeys(n, "an action", pointer, actionKeys)
	if failure := a.readTarget(); failure != nil {
		return nil, failure
	}
	switch remove, ok := n.Member("remove"); {
	case !ok:
	case remove.Value.Kind() != Bool:
		return nil, fatal(remove.At(), "remove is true or false, not %s", orKind(remove.Value))
	default:
		a.remove = remove.Value.True()
	}
	update, ok := n.Member("update")
	if ok && update.Value.Kind() != Null {
		a.update = update.Value
	}
	switch {
	case a.remove && a.update != nil:
		l.add(Problem{
			Severity: Warning, At: update.At(), Pointer: pointer + "/update", Cost: "the update has no effect",
			Message: "the action has both update and remove, and remove counts",
		})
	case !a.remove && a.update == nil:
		l.add(Problem{
			Severity: Warning, At: n.At(), Pointer: pointer, Cost: "it changes nothing",
			Message: "the action has neither an update nor remove: true",
		})
	}
	return a, nil
}

// readTarget reads the JSONPath of an action (RFC 9535).
func (a *action) readTarget() *Error {
	target, ok := a.node.Member("target")
	switch {
	case !ok:
		offer := ""
		if n := clause.Nearest("target", a.node.some()); n != "" {
			offer = " (did you mean target by " + quote(n) + "?)"
		}
		return fatal(a.node.At(), "an action needs a target, such as $.paths['/things'].get%s", offer)
	case target.Value.Kind() != String:
		return fatal(target.At(), "a target is a JSONPath, such as $.paths['/things'].get, not %s", orKind(target.Value))
	case len(target.Value.Text()) > maxTarget:
		return fatal(target.At(), "a target has at most %d characters: shorten it", maxTarget)
	}
	a.target = target.Value.Text()
	var err error
	if a.path, err = parsePath(a.target); err != nil {
		return fatal(target.At(), "the target %s is no JSONPath (RFC 9535): %s: it begins with $, and a name with other characters than "+
			"letters, digits and _ is written as ['/things']", quote(a.target), strings.TrimPrefix(err.Error(), "jsonpath: "))
	}
	return nil
}

// parsePath reads a JSONPath. A panic of the library must not end the process.
func parsePath(text string) (path *spec.PathQuery, err error) {
	defer func() {
		if failure := recover(); failure != nil {
			err = fmt.Errorf("it cannot be read: %v", failure)
		}
	}()
	parsed, err := jsonpath.Parse(text)
	if err != nil {
		return nil, err //nolint:wrapcheck // the message says where it stands
	}
	return parsed.Query(), nil
}
