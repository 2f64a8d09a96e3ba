package plan

import (
	"fmt"
	"regexp"
	"strconv"
)

// Shard is a part of a plan that is sent by itself. The zero value is the whole
// plan.
type Shard struct {
	// Index is which of the shards it is, from 1 to Of. For systems that count
	// from 0, 0 is the last one.
	Index int `json:"index"`
	// Of is how many shards there are.
	Of int `json:"of"`
}

// ShardForm says how a shard is written, for messages.
const ShardForm = "I/N, which of how many, such as 2/3: I is from 1 to N, or 0 for the last"

var shardText = regexp.MustCompile(`^([0-9]{1,9})/([0-9]{1,9})$`)

// ParseShard reads I/N, such as 2/3. 0/3 is 3/3.
func ParseShard(text string) (Shard, error) {
	var s Shard
	if parts := shardText.FindStringSubmatch(text); parts != nil {
		s.Index, _ = strconv.Atoi(parts[1]) // a number of 9 digits is one
		s.Of, _ = strconv.Atoi(parts[2])
	}
	if s.Of == 0 {
		return Shard{}, fmt.Errorf("%q is no shard: use %s", text, ShardForm)
	}
	return s.Counted()
}

// Counted gives the shard with its Index from 1 to Of. The error tells that there
// is no such shard.
func (s Shard) Counted() (Shard, error) {
	if s.Index < 0 || s.Index > s.Of {
		return Shard{}, fmt.Errorf("%s is no shard: use %s", s, ShardForm)
	}
	if s.Index == 0 {
		s.Index = s.Of
	}
	return s, nil
}

// Whole tells that it is not a part of a plan, but all of it.
func (s Shard) Whole() bool { return s.Of == 0 }

// Sender gives which shard sends the k-th, from 0, of the cases that are sent; 0
// if there are no shards. They take turns, so that each sends an even part of
// every technique.
func (s Shard) Sender(k int) int {
	if s.Whole() {
		return 0
	}
	return k%s.Of + 1
}

// String gives "2/3"; "" for the whole plan.
func (s Shard) String() string {
	if s == (Shard{}) {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Index, s.Of)
}
