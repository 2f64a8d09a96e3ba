package plan

import (
	"fmt"
	"testing"
)

func TestParseShard(t *testing.T) {
	for text, want := range map[string]Shard{
		"1/1": {1, 1}, "2/3": {2, 3}, "3/3": {3, 3}, "0/3": {3, 3}, "02/10": {2, 10}, "0/1": {1, 1},
	} {
		if s, err := ParseShard(text); err != nil || s != want {
			t.Errorf("%s: %v, %v, want %v", text, s, err, want)
		}
	}
	for _, text := range []string{"", "/", "2", "2/", "/3", "0/0", "1/0", "4/3", "-1/3", "+1/3", " 1/3", "1/3 ", "1/3/4", "1.5/3", "a/b", "1/9999999999", "٢/٣"} {
		want := fmt.Sprintf("%q is no shard: use ", text)
		if text == "4/3" {
			want = "4/3 is no shard: use "
		}
		if _, err := ParseShard(text); err == nil || err.Error() != want+ShardForm {
			t.Errorf("%q: %v, want %s", text, err, want+ShardForm)
		}
	}
}

func TestNoSuchShard(t *testing.T) {
	for _, s := range []Shard{{1, 0}, {-1, 3}, {4, 3}, {1, -1}, {0, -1}} {
		if _, err := s.Counted(); err == nil {
			t.Errorf("%+v is one", s)
		}
	}
	if s, err := (Shard{}).Counted(); err != nil || !s.Whole() || s.String() != "" || s.Sender(5) != 0 {
		t.Errorf("the whole plan: %+v, %v", s, err)
	}
}
