package report

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

func encoded(tb testing.TB, r *Report) []byte {
	tb.Helper()
	var out bytes.Buffer
	if err := JSON(&out, r); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// What is written is read as it was: every form of the report is the same,
// whatever an endpoint sent.
func TestRead(t *testing.T) {
	for name, want := range map[string]*Report{"sample": sampleReport(t), "clean": cleanReport("op"), "shard": sampleShard(t)} {
		got, err := Read("file.json", bytes.NewReader(encoded(t, want)))
		if err != nil {
			t.Fatal(err)
		}
		if got.Name() != "file.json" {
			t.Errorf("%s: it is called %q", name, got.Name())
		}
		for form, write := range map[string]func(io.Writer, *Report) error{
			"JSON": JSON, "JUnit": JUnit, "text": func(w io.Writer, r *Report) error { return Text(w, r, TextOptions{Verbose: true}) },
		} {
			var before, after bytes.Buffer
			if err := errors.Join(write(&before, want), write(&after, got)); err != nil {
				t.Fatal(err)
			}
			if before.String() != after.String() {
				t.Errorf("%s: read and written again the %s is another:\n%s", name, form, after.String())
			}
		}
	}
}

// A shard's report keeps what the standings and the comparison of answers need.
func TestReadEvidence(t *testing.T) {
	want := sampleShard(t)
	got, err := Read("file.json", bytes.NewReader(encoded(t, want)))
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range want.Verdicts {
		if g := got.Verdicts[i]; !reflect.DeepEqual(g.Distinct, v.Distinct) || !reflect.DeepEqual(g.Conditional, v.Conditional) || len(g.Exercised) != len(v.Exercised) {
			t.Errorf("%s: exercised %q and %+v, want %q and %+v", v.Case.ID, g.Exercised, g.Distinct, v.Exercised, v.Distinct)
		}
	}
	if !reflect.DeepEqual(got.Shard.Known, want.Shard.Known) {
		t.Errorf("known failures are %+v, want %+v", got.Shard.Known, want.Shard.Known)
	}
}

func TestReadRefuses(t *testing.T) {
	const start = "read report file.json: "
	whole, shard := string(encoded(t, sampleReport(t))), string(encoded(t, sampleShard(t)))
	for _, s := range []struct{ text, old, new, want string }{
		{"", "", "", "it is no JSON (unexpected end of JSON input at byte 0): name a file that clause verify --json wrote"},
		{"<testsuites>", "", "", "it is no JSON (invalid character '<' looking for beginning of value at byte 1): name a file that clause verify --json wrote"},
		{"[]", "", "", "it is no report, but a JSON array: name a file that clause verify --json wrote"},
		{"{}", "", "", "it is no report, for it has no schemaVersion: name a file that clause verify --json wrote"},
		{"{\"a\": \"\xff\"}", "", "", "it is not UTF-8: name a file that clause verify --json wrote"},
		{
			whole, `"schemaVersion": 2`, `"schemaVersion": 1`,
			`its schemaVersion is 1, and this program reads 2: use the one that wrote it, "clause v0.1.0"`,
		},
		{whole, `"seed": 1`, `"seed": "1"`, "it is no report, for its member seed is a string: name a file that clause verify --json wrote"},
		{whole, `"seed": 1`, `"seed": 1, "sprout": 2`, `its member "sprout" is not known here: use the program that wrote it`},
		{whole, `"in": "query"`, `"of": "query"`, `its member "of" is not known here: use the program that wrote it`},
		{
			whole, `"started": "2026-01-31T12:00:00Z"`, `"started": "noon"`,
			`it is no report (parsing time "noon" as "2006-01-02T15:04:05Z07:00": cannot parse "noon" as "2006"): name a file that clause verify --json wrote`,
		},
		{shard, `"index": 2`, `"index": 4`, "it is of shard 4 of 3, which there is not: name a file that clause verify --json wrote"},
		{shard, `"index": 2`, `"index": 0`, "it is of shard 0 of 3, which there is not: name a file that clause verify --json wrote"},
		{
			shard, `"clause": 7`, `"clause": 16`,
			"its evidence of the case listThings.answer.200/smallest names a clause that it does not have: run the shard again",
		},
		{shard, `"case": "listThings.answer.200/smallest"`, `"case": "other"`, `it has evidence of a case "other", and no such case: run the shard again`},
		{shard, `"glob": `, `"blob": `, `its member "blob" is not known here: use the program that wrote it`},
	} {
		if s.old != "" && !strings.Contains(s.text, s.old) {
			t.Fatalf("there is no %s", s.old)
		}
		_, err := Read("file.json", strings.NewReader(strings.Replace(s.text, s.old, s.new, 1)))
		if err == nil || err.Error() != start+s.want {
			t.Errorf("%s %s:\n%v\nwant\n%s", s.old, s.new, err, start+s.want)
		}
	}
	if _, err := Read("file.json", iotest.ErrReader(errFull)); err == nil || err.Error() != start+"no space left" {
		t.Errorf("%v", err)
	}
}

// endless never ends.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return len(p), nil
}

func TestReadIsBounded(t *testing.T) {
	e := &endless{}
	if _, err := read(e, 10_000); err == nil || err.Error() != "it is longer than 10000 bytes: name a file that clause verify --json wrote" {
		t.Errorf("%v", err)
	}
	if e.read != 10_001 {
		t.Errorf("%d bytes were read", e.read)
	}
}

// A shard excuses what is known, and calls nothing fixed: other shards may show
// that it is not.
func TestAShardCallsNothingFixed(t *testing.T) {
	in := sample()
	in.Known = knownFailures(t, sampleKnown)
	if s := Build(in).Summary; s.Fixed != 1 || s.Known != 1 {
		t.Fatalf("%+v", s)
	}
	in.Shard.Index, in.Shard.Of = 1, 2
	r := Build(in)
	if s := r.Summary; s.Fixed != 0 || s.Known != 1 {
		t.Errorf("a shard: %+v", s)
	}
	if r.Shard == nil || r.Shard.String() != "shard 1 of 2" {
		t.Errorf("it is %v", r.Shard)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"schemaVersion": 2}`))
	f.Add([]byte(`{"schemaVersion": 2, "shard": {"index": 1, "of": 1, "evidence": [{"case": "", "exercised": [0, -1]}]}, "verdicts": [{}], "clauses": [{}]}`))
	f.Add([]byte(`{"schemaVersion": 2, "verdicts": [{"case": {"request": {"parameters": [{"value": {"now": "1h0m0s"}}], "body": {"value": [1e999]}}}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Read("file.json", bytes.NewReader(data))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "read report file.json: ") || strings.Contains(err.Error(), "\n") {
				t.Errorf("the error does not name the file in one line: %v", err)
			}
			return
		}
		once := encoded(t, r)
		again, err := Read("file.json", bytes.NewReader(once))
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if twice := encoded(t, again); !bytes.Equal(once, twice) {
			t.Errorf("read and written again it is another:\n%s\n%s", once, twice)
		}
		if err := Text(io.Discard, r, TextOptions{Verbose: true}); err != nil {
			t.Error(err)
		}
	})
}
