package compare

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/internal/wire"
)

// place compares a place that both contracts have.
func (o *operation) place(was, is *place) {
	o.required(was, is)
	o.content(was, is)
	o.form(was, is)
	o.encoded(was, is)
	was, is = o.anything(was, is), o.anything(is, was)
	if was.schema == nil || is.schema == nil {
		if was.media != is.media { // what is stated of the one came or went with it
			o.apart[is.id] = is.id + ".mediaType"
		}
		return
	}
	o.preset(was, is)
	if o.repeated(was, is) {
		return
	}
	o.whole(was, is)
	if !was.composed() && !is.composed() {
		o.keywords(was, is)
	}
}

// anything gives a body of which one side states nothing a schema that says so.
func (o *operation) anything(p, other *place) *place {
	read := p.media != "" && p.media == other.media || p.answer() && spec.JSON(p.content) != nil && spec.JSON(other.content) != nil
	if p.schema != nil || other.schema == nil || !read {
		return p
	}
	p.schema = &spec.Schema{}
	return p
}

// whole compares what a composed schema states, or what the model has no words for.
func (o *operation) whole(was, is *place) {
	schema := is.id + ".schema"
	before, after := o.prints.Of(was.schema), o.prints.Of(is.schema)
	switch {
	case before == after:
	case before == "" && !is.composed():
		o.clause("", schema, spec.Tightened, is)
	case after == "" && !was.composed():
		o.clause(schema, "", spec.Loosened, is)
	default:
		o.clause(schema, schema, spec.Unknown, is)
	}
}

// keywords compares what each keyword of a schema states.
func (o *operation) keywords(was, is *place) {
	asText := is.parameter != nil && is.schema.Items == nil
	for _, k := range spec.Keywords() {
		change := k.Compare(was.schema, is.schema, asText)
		if change == spec.Same {
			continue
		}
		wasID, isID := named(was.id, k.Stated(was.schema)), named(is.id, k.Stated(is.schema))
		if wasID == "" && isID == "" { // it says nothing of values of this type
			continue
		}
		o.clause(wasID, isID, change, is)
	}
}

func named(place, keyword string) string {
	if keyword == "" {
		return ""
	}
	return place + "." + keyword
}

// required compares whether a place has to be there.
func (o *operation) required(was, is *place) {
	id := is.id + ".required"
	switch {
	case was.required == is.required:
	case is.required:
		o.clause("", id, spec.Tightened, is)
	default:
		o.clause(id, "", spec.Loosened, was)
	}
}

// content compares the media types of a body.
func (o *operation) content(was, is *place) {
	if was.parameter != nil || len(was.path)+len(is.path) > 0 {
		return
	}
	before, after := mediaTypes(was.content), mediaTypes(is.content)
	lost, won := lacking(before, after), lacking(after, before)
	change := spec.Same
	switch {
	case len(before) == 0 && len(after) == 0:
	case len(before) == 0:
		change = spec.Tightened
	case len(after) == 0:
		change = spec.Loosened
	case lost && won:
		change = spec.Crossed
	case lost:
		change = spec.Tightened
	case won:
		change = spec.Loosened
	}
	if change == spec.Same {
		return
	}
	id := is.id + ".mediaType"
	o.told[id] = true
	out := o.clauseChange(id, kindOf(change))
	out.Old, out.New = mediaStatement(before, was.at), mediaStatement(after, is.at)
	level := clause.Must // what a request may have is no practice of ours, only how it is refused
	if out.Level == "" || !is.answer() {
		out.Level = level
	}
	o.add(out, effectOf(is.answer(), change, level, level))
}

func mediaTypes(content []*spec.Media) []string {
	var out []string
	for _, m := range content {
		out = append(out, spec.MediaName(m.Type))
	}
	slices.Sort(out)
	return out
}

func mediaStatement(types []string, at clause.Location) *Statement {
	if len(types) == 0 {
		return nil
	}
	return stated("the body's media type is "+strings.Join(types, " or "), at)
}

func lacking(values, others []string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return !slices.Contains(others, v) })
}

// form compares how a parameter stands in a request.
func (o *operation) form(was, is *place) {
	if was.parameter == nil || is.parameter == nil || len(is.path) > 0 {
		return
	}
	before, after := was.parameter.Style(), is.parameter.Style()
	if before.Kind == after.Kind && before.Kind != wire.Scalar && before != after {
		o.add(Change{
			Clause: is.id, Operation: o.now.ID, Change: Changed, Old: stated(styled(was), was.at), New: stated(styled(is), is.at),
		}, breaking("who writes it in the one way is read otherwise in the other", Clients, Implementations))
	}
}

// encoded compares how a member of a form is written.
func (o *operation) encoded(was, is *place) {
	if was.part == nil || is.part == nil || was.media != is.media || reflect.DeepEqual(was.part, is.part) {
		return
	}
	if was.schema.Items == nil != (is.schema.Items == nil) || was.schema.Members == nil != (is.schema.Members == nil) {
		return // another type is written otherwise, and that is told
	}
	o.add(Change{
		Clause: is.id, Operation: o.now.ID, Change: Changed, Old: stated(encoding(was.part), was.at), New: stated(encoding(is.part), is.at),
	}, breaking("who writes it in the one way is read otherwise in the other", Clients, Implementations))
}

func encoding(p *wire.Part) string {
	switch {
	case p.ContentType != "":
		return "it is sent as " + p.ContentType
	case p.JSON:
		return "it is sent as JSON"
	case len(p.Header) > 0:
		return fmt.Sprintf("it is sent with the headers %v", p.Header)
	}
	return fmt.Sprintf("it is sent in the style %s, explode %t", cmp.Or(p.Style, "form"), !p.Joined)
}

func styled(p *place) string {
	style := p.parameter.Style()
	name := cmp.Or(style.Name, "form")
	if style.In == "path" || style.In == "header" {
		name = cmp.Or(style.Name, "simple")
	}
	return fmt.Sprintf("it is sent in the style %s, explode %t", name, style.Explode)
}

// preset compares what is meant where a value is left out.
func (o *operation) preset(was, is *place) {
	if is.answer() || spec.Equal(was.schema.Default, is.schema.Default) || is.required || was.required {
		return
	}
	o.add(Change{
		Clause: is.id, Operation: o.now.ID, Change: Changed, Old: presetStatement(was), New: presetStatement(is),
	}, breaking("who leaves it out means something else by that", Clients, Implementations))
}

func presetStatement(p *place) *Statement {
	if p.schema.Default == nil {
		return stated("it has no default", p.at)
	}
	return stated("its default is "+spec.Text(p.schema.Default), p.at)
}

// came notes a place that only the new contract has, unless it lies in one.
func (o *operation) came(is *place) {
	if o.alone(is) || !is.named || o.below(is, o.oldPlaces) {
		return
	}
	change := Change{Clause: is.id, Operation: o.now.ID, Change: Added, New: stated(is.statement(), is.at)}
	e := o.cameTo(is)
	change.Witness = o.partWitness(is, e)
	o.add(change, e)
	o.apart[is.id] = is.id
}

// alone reports whether a place is a media type that only one side has, or writes apart:
// that the media type came or went is told of the body.
func (o *operation) alone(p *place) bool {
	if p.apart {
		o.apart[p.id] = p.parent.id + ".mediaType"
	}
	return p.apart
}

// spelled holds an answer that is documented now against what a range or default said of
// it before.
func (o *operation) spelled() {
	for _, is := range o.now.Responses {
		was := o.old.Response(is.Status)
		if was == nil || was.Status == is.Status || is.Status == "default" || o.oldPlaces.all[is.ID] != nil {
			continue
		}
		rename := func(id string) (string, bool) {
			rest, ok := strings.CutPrefix(id, o.named(was.ID))
			return is.ID + rest, ok && (rest == "" || rest[0] == '.')
		}
		for _, id := range o.oldPlaces.order {
			if other, ok := rename(id); ok {
				as := *o.oldPlaces.all[id]
				as.id = other
				o.oldPlaces.all[other] = &as
			}
		}
		for id, c := range maps.Clone(o.oldClauses) {
			if other, ok := rename(id); ok {
				o.oldClauses[other] = c
			}
		}
		o.add(Change{
			Clause: is.ID, Operation: o.now.ID, Change: Added, New: stated(o.nowPlaces.all[is.ID].statement(), is.At),
		}, nobody("it was documented with others, by a range or default"))
	}
}

// cameTo says whom it breaks that a place is new.
func (o *operation) cameTo(is *place) effect {
	switch {
	case is.response != nil && is.parameter == nil && len(is.path) == 0:
		return o.statusCame(is.response)
	case is.answer():
		e := nobody("clients have to pass over what they do not know, and implementations need not have it")
		if is.required {
			e = breaking("implementations do not answer with it", Implementations)
		}
		if before := o.oldPlaces.parentOf(is); before != nil && before.closed() {
			e = both(e, breaking("clients get a member that could not be there", Clients))
		}
		return e
	case is.required:
		return breaking("requests without it are refused, and implementations take them", Clients, Implementations)
	}
	return breaking("clients need not send it; implementations do not know it, and are to take what is valid and refuse what is not", Implementations)
}

// went notes a place that only the old contract has.
func (o *operation) went(was *place) {
	if o.alone(was) || !was.named || o.below(was, o.nowPlaces) {
		return
	}
	change := Change{Clause: was.id, Operation: o.now.ID, Change: Removed, Old: stated(was.statement(), was.at)}
	e := o.wentFrom(was)
	change.Witness = o.partWitness(was, e)
	o.add(change, e)
	o.apart[was.id] = was.id
}

func (o *operation) wentFrom(was *place) effect {
	after := o.nowPlaces.parentOf(was)
	closed := after != nil && after.closed()
	switch {
	case was.response != nil && was.parameter == nil && len(was.path) == 0:
		return o.statusWent(was.response)
	case was.answer() && closed && was.required:
		return breaking("clients do not get it, and implementations may not answer with it", Clients, Implementations)
	case was.answer() && closed:
		return breaking("implementations may not answer with it; no client could count on it", Implementations)
	case was.answer():
		return breaking("clients do not get it, or anything for it", Clients)
	case closed:
		return breaking("requests with it are refused, and implementations take them", Clients, Implementations)
	case was.required:
		return breaking("what clients send for it means nothing any more, and implementations refuse requests without it", Clients, Implementations)
	}
	return breaking("what clients send for it means nothing any more, and may be refused", Clients)
}

// statement says what a place is.
func (p *place) statement() string {
	_, rest, _ := strings.Cut(p.own, ".")
	switch {
	case p.response != nil && p.parameter == nil && len(p.path) == 0:
		return "an answer of status " + p.response.Status + " is documented"
	case p.required:
		return rest + " is described, and required"
	}
	return rest + " is described"
}

// closed reports whether an object may have no members but those that are listed.
func (p *place) closed() bool { return p.schema != nil && p.schema.Closed }

// parentOf gives the place of this side that a place of the other lies in, or nil.
func (l *places) parentOf(p *place) *place {
	if p.parent == nil {
		return nil
	}
	return l.all[p.parent.id]
}

// below reports whether a place lies in one that came or went itself, or of which the
// other side has nothing but one clause.
func (o *operation) below(p *place, other *places) bool {
	for at := p.parent; at != nil; at = at.parent {
		if o.apart[at.id] != "" {
			return true
		}
		if there := other.all[at.id]; there != nil {
			return there.composed() || at.composed()
		}
	}
	return false
}

// statusCame says whom it breaks that a status is documented.
func (o *operation) statusCame(r *spec.Response) effect {
	kind := r.Status[0]
	switch {
	case kind == 'd':
		return o.defaultCame(r)
	case kind != '4' && kind != '5':
		return breaking("clients get an answer that they do not know", Clients)
	case len(r.Content) > 0 && !slices.ContainsFunc(o.old.Responses, func(had *spec.Response) bool { return had.Status[0] == kind }):
		return breaking("what implementations say in such an answer was left to them", Implementations)
	}
	return nobody("clients have to take any status of 4xx or 5xx for what its class means (RFC 9110, section 15)")
}

// defaultCame says whom it breaks that the statuses which are not documented one by one
// are: errors, where there is a success.
func (o *operation) defaultCame(r *spec.Response) effect {
	documented := func(classes string) bool {
		return slices.ContainsFunc(o.old.Responses, func(had *spec.Response) bool { return strings.IndexByte(classes, had.Status[0]) >= 0 })
	}
	if len(r.Content) > 0 && (!documented("23") || !documented("45")) {
		return breaking("what implementations say in such an answer was left to them", Implementations)
	}
	return nobody("such an answer could be given before, and clients have to take it for what its class means (RFC 9110, section 15)")
}

// statusWent says whom it breaks that a status is no longer documented.
func (o *operation) statusWent(r *spec.Response) effect {
	kind := r.Status[0]
	left := slices.ContainsFunc(o.now.Responses, func(has *spec.Response) bool { return has.Status[0] == kind })
	switch {
	case r.Status != "default" && o.now.Response(r.Status) != nil:
		return breaking("it is documented with others, by a range or default: what it says may be another thing", Clients)
	case left && strings.HasSuffix(r.Status, "XX"):
		return breaking("implementations that answer with a status of it that is documented no more are to give another", Implementations)
	case kind == '2' || kind == '3' || kind == '1':
		return breaking("implementations that answer so have to give another status, which clients get", Clients, Implementations)
	case kind != 'd' && left:
		return breaking("implementations that answer so are to give another status", Implementations)
	case len(r.Content) > 0:
		return breaking("what such an answer says is no longer promised", Clients)
	}
	return nobody("nothing was promised of what such an answer says")
}

// withinApart notes a clause that came or went with its place, and reports whether it
// did.
func (o *operation) withinApart(id string) bool {
	for at := id; ; {
		if part := o.apart[at]; part != "" && (at != id || o.oldPlaces.all[at] != nil || o.nowPlaces.all[at] != nil) {
			o.with(id, part)
			return true
		}
		i := strings.LastIndexByte(at, '.')
		if i < 0 {
			break
		}
		at = at[:i]
	}
	for _, places := range []*places{o.oldPlaces, o.nowPlaces} { // below what is one clause on the other side
		if p := places.around(id); p != nil && p.parent != nil && (o.below(p, o.oldPlaces) || o.below(p, o.nowPlaces)) {
			return true
		}
	}
	return false
}

// with notes a clause that came or went with a part. The part says whom that breaks;
// the clause says so where it asks something of implementations by itself.
func (o *operation) with(id, part string) {
	kind, e := Removed, nobody("it went with "+part)
	if o.oldClauses[id] == nil {
		kind, e = Added, nobody("it came with "+part)
		if _, level := o.levels(id); !o.ofAnswers(id) && level == clause.Must {
			e = breaking(fmt.Sprintf("it came with %s, and implementations do not hold requests to it", part), Implementations)
		}
	}
	if id == part { // the clause of a status, or of a member: the change of the part is its
		return
	}
	change := o.clauseChange(id, kind)
	change.Within = part
	tight, loose := o.witness(id, id, o.ofAnswers(id), nil, spec.Same)
	if change.Witness = tight; kind == Removed {
		change.Witness = loose
	}
	o.add(change, e)
}
