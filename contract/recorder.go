package contract

import (
	"github.com/apiclause/clause/contract/internal/har"
	"github.com/apiclause/clause/contract/internal/judge"
	"github.com/apiclause/clause/contract/internal/run"
	"github.com/apiclause/clause/contract/plan"
)

// newRecorder makes what writes exchanges; nil when nobody asked for them.
func (c Config) newRecorder() *har.Writer {
	if c.HAR == nil {
		return nil
	}
	return har.NewWriter(c.HAR, har.Creator{Name: creator, Version: c.Tool})
}

// record writes an exchange, if one was sent. note says in brackets which it is,
// beside that of the case. An error is the writer's to tell of: no verdict depends
// on it.
func (s *Session) record(j *judge.Judge, c *plan.Case, x *run.Exchange, note string) {
	if s.recorder != nil {
		s.recordJudged(j.Examine(c, x), note)
	}
}

// recordJudged is record for an exchange that is judged, too.
func (s *Session) recordJudged(one *judge.Judgment, note string) {
	if s.recorder == nil {
		return
	}
	if e := one.Entry(); e != nil {
		e.Comment += note
		_ = s.recorder.Add(e)
	}
}

// endRecording completes the archive.
func (s *Session) endRecording() {
	if s.recorder != nil {
		_ = s.recorder.Close()
	}
}
