package prove

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/apiclause/clause/contract/internal/judge"
	"github.com/apiclause/clause/contract/internal/ruling"
	"github.com/apiclause/clause/contract/internal/spec"
	"github.com/apiclause/clause/contract/report"
)

// A derived implementation has samples to answer with, which know nothing of answer
// rules. It looks for an answer much like them that keeps the rules: with some of the
// items of a list, in another order, or with values of the request. A fault looks for one
// that breaks one rule and no other.

const (
	// maxExpanded is how many answers are changed in every way in one search, maxValues
	// how many values are tried at each place.
	maxExpanded = 48
	maxValues   = 24
	// maxRead is how many bytes of answers one search looks at: long answers can be changed
	// in so many ways that a client would wait in vain.
	maxRead = 2 << 20
	// maxFound is how many answers that were found are remembered.
	maxFound = 10_000
)

// reply is what a success says: its body and its headers, which are a copy: it is
// remembered, and given to other requests.
type reply struct {
	value  any
	header http.Header
}

// replying is a request for which an answer is looked for.
type replying struct {
	op      *ruling.Operation
	request *ruling.Request
	// rules are those that count.
	rules []*ruling.AnswerRule
	// response is what is documented for the answer's status, media its body.
	response *spec.Response
	media    *spec.Media
	status   int
	now      time.Time
	values   []any // of the request
	// key tells requests apart, and kept has what was found for some.
	key  string
	kept *memo
}

// replying gives what an answer to a request has to keep to; nil where no rule is about
// it, or the answer is not of JSON.
func (m *maker) replying(x *exchange, body []byte) (*replying, *reply) {
	if len(x.op.Answers) == 0 || x.answer.status/100 != 2 {
		return nil, nil
	}
	to, is := m.replyingTo(x.op, ruling.Read(m.model, x.op, ruling.Whole(x.request, body)), x.answer)
	if to != nil && x.listed {
		to.stated() // the list is as the query asks for it
	}
	return to, is
}

func (m *maker) replyingTo(op *ruling.Operation, q *ruling.Request, a *answer) (*replying, *reply) {
	to := &replying{op: op, rules: op.Answers, request: q, status: a.status, now: time.Now(), response: op.Response(itoa(a.status)), kept: m.kept}
	to.key = op.ID + spec.Text([]any{q.Input.Path, q.Input.Query, q.Input.Header, q.Input.Cookie, q.Input.Body})
	if to.response == nil {
		return nil, nil
	}
	to.media = spec.JSON(to.response.Content)
	value, err := spec.ParseJSON(a.body.Bytes())
	if err != nil || to.media == nil || to.media.Schema == nil {
		return nil, nil
	}
	for _, part := range []any{q.Input.Path, q.Input.Query, q.Input.Header, q.Input.Body} {
		to.values = append(to.values, leaves(part)...)
	}
	return to, &reply{value, a.header.Clone()}
}

// stated leaves out the rules that are inferred.
func (to *replying) stated() {
	to.rules = slices.DeleteFunc(slices.Clone(to.rules), func(r *ruling.AnswerRule) bool { return r.Convention != nil })
	to.key += " stated"
}

// leaves lists the scalars in a value, as JSON has them.
func leaves(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case map[string]any:
		var out []any
		for _, name := range slices.Sorted(maps.Keys(v)) {
			out = append(out, leaves(v[name])...)
		}
		return out
	case []any:
		var out []any
		for _, item := range v {
			out = append(out, leaves(item)...)
		}
		return out
	case time.Time:
		return []any{v.Format(time.RFC3339)}
	}
	return []any{v}
}

// broken lists the rules that an answer breaks, but for one.
func (to *replying) broken(r *reply, but string) []*ruling.AnswerRule {
	answered := to.request.Answered(&ruling.Reply{Status: to.status, Header: r.header, Value: r.value, Media: to.media, Read: true})
	var out []*ruling.AnswerRule
	for _, one := range to.rules {
		if one.ID == but {
			continue
		}
		if is, _ := answered.Apply(one, []time.Time{to.now}); is == ruling.Broken {
			out = append(out, one)
		}
	}
	return out
}

// breaks reports whether an answer breaks one rule.
func (to *replying) breaks(r *reply, id string) bool {
	return slices.ContainsFunc(to.broken(r, ""), func(one *ruling.AnswerRule) bool { return one.ID == id })
}

// valid reports whether an answer is as it is documented.
func (to *replying) valid(r *reply) bool {
	if len(to.media.Schema.Check(r.value)) > 0 {
		return false
	}
	for _, p := range to.response.Headers {
		if lines := r.header.Values(p.Name); len(lines) > 0 {
			if _, found, _ := p.ReadHeader(lines); len(found) > 0 {
				return false
			}
		}
	}
	return true
}

// search looks for an answer that breaks no rule but one, which it may break or must: ""
// spares no rule. It leaves lists as they are, if that is enough.
func (to *replying) search(from *reply, but string, enough func(*reply) bool) (*reply, bool) {
	for may := range all {
		if out, ok := to.within(may, from, but, enough); ok {
			return out, true
		}
	}
	return to.within(all, from, but, enough)
}

// What a search may change: values beside lists, lists as long as something is left in
// them, everything.
const (
	beside = iota
	some
	all
)

// within is a search that changes the most promising answer that it has in every way
// that it may.
func (to *replying) within(may int, from *reply, but string, enough func(*reply) bool) (*reply, bool) {
	type found struct {
		*reply

		lacks int
	}
	weighed := func(r *reply) found {
		lacks := len(to.broken(r, but))
		if !enough(r) {
			lacks++
		}
		return found{r, lacks}
	}
	open := []found{weighed(from)}
	seen := map[string]bool{from.text(): true}
	left := maxRead
	for range maxExpanded {
		if len(open) == 0 {
			break
		}
		best := slices.MinFunc(open, func(a, b found) int { return cmp.Compare(a.lacks, b.lacks) })
		if best.lacks == 0 {
			return best.reply, true
		}
		open = slices.DeleteFunc(open, func(one found) bool { return one.reply == best.reply })
		for _, other := range to.changed(best.reply, but, may) {
			text := other.text()
			if left -= len(text); left <= 0 {
				return from, false
			}
			if !seen[text] && to.valid(other) {
				seen[text] = true
				one := weighed(other)
				if one.lacks == 0 {
					return other, true
				}
				open = append(open, one)
			}
		}
	}
	return from, false
}

func (r *reply) text() string { return spec.Text([]any{r.value, r.header}) }

// changed gives answers in which one thing is another: of a list, the items that break
// nothing by themselves first.
func (to *replying) changed(r *reply, but string, may int) []*reply {
	values := append(slices.Clone(to.values), scalarsIn(r.value)...)
	values = values[:min(len(values), maxValues)]
	var alone func(with any) int
	if may > beside {
		alone = func(with any) int { return len(to.broken(&reply{with, r.header}, but)) }
	}
	var out []*reply
	for _, value := range changes(r.value, values, alone) {
		if may == all || !emptied(r.value, value) {
			out = append(out, &reply{value, r.header})
		}
	}
	for _, p := range to.response.Headers {
		if r.header.Get(p.Name) == "" {
			continue
		}
		for _, v := range fitting(p.Schema.Type, values) {
			header := r.header.Clone()
			header.Set(p.Name, p.HeaderText(v))
			out = append(out, &reply{r.value, header})
		}
	}
	return out
}

// emptied reports whether a list that had something in it is empty in another value.
func emptied(was, is any) bool {
	switch was := was.(type) {
	case []any:
		list, ok := is.([]any)
		return ok && len(list) == 0 && len(was) > 0
	case map[string]any:
		object, _ := is.(map[string]any)
		for name, inner := range was {
			if emptied(inner, object[name]) {
				return true
			}
		}
	}
	return false
}

// scalarsIn gives the sizes of the lists of an answer, and the values beside them.
func scalarsIn(v any) []any {
	switch v := v.(type) {
	case []any:
		return []any{int64(len(v))}
	case map[string]any:
		var out []any
		for _, name := range slices.Sorted(maps.Keys(v)) {
			out = append(out, scalarsIn(v[name])...)
		}
		return out
	case nil:
		return nil
	}
	return []any{v}
}

// fitting gives those of some values that a type may have, numbers one more and one less,
// too.
func fitting(kind string, values []any) []any {
	var out []any
	for _, v := range values {
		switch v := v.(type) {
		case string:
			if kind == "string" {
				out = append(out, v)
			}
		case bool:
			if kind == "boolean" {
				out = append(out, v)
			}
		default:
			f, ok := spec.Float(v)
			if ok && (kind == "integer" || kind == "number") {
				s := spec.Schema{Type: kind}
				out = append(out, s.Numeric(f), s.Numeric(f+1), s.Numeric(f-1))
			}
		}
	}
	return out
}

// changes gives values in which one thing is another. alone says how many rules are
// broken by the whole with another value in this one's place; without it lists stay as
// they are.
func changes(v any, values []any, alone func(with any) int) []any {
	switch v := v.(type) {
	case map[string]any:
		return eachMember(v, func(name string, inner any) []any {
			below := alone
			if alone != nil {
				below = func(other any) int { return alone(with(v, name, other)) }
			}
			return changes(inner, values, below)
		})
	case []any:
		if alone == nil {
			return nil
		}
		return listChanges(v, values, alone)
	case string:
		return fitting("string", values)
	case bool:
		return []any{!v}
	case nil:
		return nil
	}
	return fitting("number", values)
}

// eachMember gives an object once with each of what others gives for one of its members.
func eachMember(object map[string]any, others func(name string, inner any) []any) []any {
	var out []any
	for _, name := range slices.Sorted(maps.Keys(object)) {
		for _, other := range others(name, object[name]) {
			out = append(out, with(object, name, other))
		}
	}
	return out
}

// with gives an object that has another value in one member.
func with(object map[string]any, name string, value any) map[string]any {
	out := maps.Clone(object)
	out[name] = value
	return out
}

func listChanges(list, values []any, alone func(with any) int) []any {
	var out []any
	whole := alone(list)
	some := slices.DeleteFunc(slices.Clone(list), func(item any) bool { return alone([]any{item}) >= max(1, whole) })
	if len(some) < len(list) {
		out = append(out, some)
	}
	if len(list) == 0 {
		return out
	}
	first, isObject := list[0].(map[string]any)
	if !isObject {
		out = append(out, bothOrders(list, func(item any) any { return item })...)
	}
	names := slices.Sorted(maps.Keys(first))
	member := func(name string) func(item any) any {
		return func(item any) any { object, _ := item.(map[string]any); return object[name] }
	}
	for _, name := range names {
		out = append(out, bothOrders(list, member(name))...)
	}
	for n := len(list) - 1; n >= 0 && n >= len(list)-maxValues; n-- {
		out = append(out, list[:n:n])
	}
	for _, n := range values {
		if f, ok := spec.Float(n); ok && f >= 0 && f < float64(len(list)) {
			out = append(out, list[:int(f):int(f)])
		}
	}
	for _, name := range names {
		for _, value := range changes(first[name], values, func(any) int { return 0 }) {
			out = append(out, everywhere(list, name, value))
		}
	}
	return out
}

// bothOrders gives a list in ascending and in descending order of what its items have.
func bothOrders(list []any, by func(item any) any) []any {
	compare := func(a, b any) int {
		x, isNumber := spec.Float(by(a))
		y, too := spec.Float(by(b))
		if isNumber && too {
			return cmp.Compare(x, y)
		}
		return cmp.Compare(spec.Text(by(a)), spec.Text(by(b)))
	}
	up, down := slices.Clone(list), slices.Clone(list)
	slices.SortStableFunc(up, compare)
	slices.SortStableFunc(down, func(a, b any) int { return -compare(a, b) })
	return []any{up, down}
}

// everywhere gives a list of objects that all have a value in one member.
func everywhere(list []any, name string, value any) []any {
	out := slices.Clone(list)
	for i := range out {
		if object, ok := out[i].(map[string]any); ok {
			out[i] = with(object, name, value)
		}
	}
	return out
}

// keep has an answer keep the answer rules. One that no answer is found for is noted:
// nothing can be proved of it.
func (m *maker) keep(x *exchange, body []byte) {
	to, is := m.replying(x, body)
	if to == nil {
		return
	}
	if len(to.broken(is, "")) == 0 {
		return
	}
	kept, found := to.keeping(is)
	if !found {
		for _, r := range to.broken(is, "") {
			m.unkept.Store(r.ID, "no answer was found that keeps it")
		}
		return
	}
	kept.write(x.answer)
}

// keeping looks for an answer that keeps every rule, once for each request and answer.
func (to *replying) keeping(raw *reply) (*reply, bool) {
	key := to.key + "\n" + raw.text()
	if known, ok := to.kept.Load(key); ok {
		out, found := known.(*reply)
		return out, found && out != nil
	}
	out, found := to.search(raw, "", func(*reply) bool { return true })
	if !found {
		out = nil
	}
	to.kept.store(key, out)
	return out, found
}

// memo has the answers that were found, as many as there is room for: an implementation
// may be served for days.
type memo struct {
	sync.Map

	n atomic.Int64
}

func (m *memo) store(key string, out *reply) {
	if m.n.Add(1) <= maxFound {
		m.Store(key, out)
	}
}

// forgive takes out of a report that answer rules are broken which no answer was found
// for.
func (m *maker) forgive(r *report.Report) {
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		before := len(v.Findings)
		v.Findings = slices.DeleteFunc(v.Findings, func(f report.Finding) bool {
			_, unkept := m.unkept.Load(f.Clause)
			return unkept
		})
		if len(v.Findings) < before {
			judge.Reweigh(v, false)
		}
	}
}

// write puts a reply in the place of an answer's own.
func (r *reply) write(a *answer) {
	maps.Copy(a.header, r.header)
	a.edit(func(any) any { return r.value })
}
