package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// maxSize bounds a report that is read, in bytes: some 80,000 cases.
const maxSize = 1 << 28

// Read reads what JSON wrote: to write it again gives the same bytes. name is
// what errors call the report, and those of contract.Merge. Members that this
// version does not know are an error: they would be lost.
func Read(name string, r io.Reader) (*Report, error) {
	out, err := read(r, maxSize)
	if err != nil {
		return nil, fmt.Errorf("read report %s: %w", name, err)
	}
	out.name = name
	return out, nil
}

// Name gives the name that the report was read under; "" for one that was not.
func (r *Report) Name() string { return r.name }

const madeBy = "name a file that clause verify --json wrote"

func read(from io.Reader, limit int64) (*Report, error) {
	data, err := io.ReadAll(io.LimitReader(from, limit+1))
	switch {
	case err != nil:
		return nil, err //nolint:wrapcheck // Read names the report
	case int64(len(data)) > limit:
		return nil, fmt.Errorf("it is longer than %d bytes: %s", limit, madeBy)
	case !utf8.Valid(data):
		return nil, fmt.Errorf("it is not UTF-8: %s", madeBy)
	}
	r := &Report{}
	if err := exactly(data, r); err != nil || r.SchemaVersion != SchemaVersion && r.SchemaVersion != AbridgedVersion {
		return nil, misread(data, err)
	}
	if r.SchemaVersion == AbridgedVersion {
		restoreBroken(r)
	}
	if r.Shard == nil {
		return r, nil
	}
	counted, err := r.Shard.Counted()
	if err != nil || counted != r.Shard.Shard {
		return nil, fmt.Errorf("it is of shard %d of %d, which there is not: %s", r.Shard.Index, r.Shard.Of, madeBy)
	}
	return r, r.Shard.restore(r.Clauses, r.Verdicts)
}

// misread says why a report cannot be read, which failed with an error, if not for its
// version.
func misread(data []byte, err error) error {
	var head struct {
		Version any    `json:"schemaVersion"`
		Tool    string `json:"tool"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return explained(err)
	}
	switch head.Version {
	case nil:
		return fmt.Errorf("it is no report, for it has no schemaVersion: %s", madeBy)
	case float64(SchemaVersion), float64(AbridgedVersion):
		return explained(err)
	}
	return fmt.Errorf("its schemaVersion is %v, and this program reads %d: use the one that wrote it, %q", head.Version, SchemaVersion, head.Tool)
}

// exactly reads one JSON value, and nothing that v has no place for.
func exactly(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil || len(bytes.TrimSpace(data[d.InputOffset():])) == 0 {
		return err //nolint:wrapcheck // it stands for json.Unmarshal
	}
	return json.Unmarshal(data, &struct{}{}) //nolint:wrapcheck // what it says of what comes after a value
}

// explained says what is wrong with a report that cannot be read.
func explained(err error) error {
	wrongType, isType := errors.AsType[*json.UnmarshalTypeError](err)
	syntax, isSyntax := errors.AsType[*json.SyntaxError](err)
	switch {
	case isType && wrongType.Field == "":
		return fmt.Errorf("it is no report, but a JSON %s: %s", wrongType.Value, madeBy)
	case isType:
		return fmt.Errorf("it is no report, for its member %s is a %s: %s", wrongType.Field, wrongType.Value, madeBy)
	case isSyntax:
		return fmt.Errorf("it is no JSON (%w at byte %d): %s", syntax, syntax.Offset, madeBy)
	}
	if member, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown {
		return fmt.Errorf("its member %s is not known here: use the program that wrote it", member)
	}
	return fmt.Errorf("it is no report (%w): %s", err, madeBy)
}
