package session

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"sync"
)

// divide gives each case that is sent to a shard. A shard without a case would
// show nothing, and end as if all were well.
func (s *Session) divide() error {
	shard, sent := s.config.Shard, s.sendable()
	if shard.Of > len(sent) && len(sent) > 0 {
		return usage("shard %s: the number of cases to send is %d: use that many shards at most", shard, len(sent))
	}
	s.senders = make([]int, len(s.plan.Cases))
	for k, i := range sent {
		s.senders[i] = shard.Sender(k)
	}
	return nil
}

// sends tells whether this shard sends a case.
func (s *Session) sends(i int) bool {
	return s.selected[i] && s.plan.Cases[i].Skip == "" && !s.Elsewhere(i)
}

// own gives the cases that this shard sends.
func (s *Session) own() []int {
	var indexes []int
	for i := range s.plan.Cases {
		if s.sends(i) {
			indexes = append(indexes, i)
		}
	}
	return indexes
}

// instance gives what tells the target from others that are the same to a reader:
// each program has handlers of its own, and each machine what listens on its
// loopback, at one port or another. The values that two of them give out have
// nothing to do with each other.
func (s *Session) instance() string {
	switch {
	case s.config.Shard.Whole():
		return ""
	case s.config.Handler != nil:
		return thisProgram()
	case s.target.Loopback():
		return "machine-" + hashed(thisMachine(), s.target.BaseURL.Host)
	}
	return ""
}

var thisProgram = sync.OnceValue(func() string { return "program-" + strings.ToLower(rand.Text()) })

// thisMachine tells one loopback from another: those of machines, and of
// containers on one. Where the system does not say more it is the machine's name.
var thisMachine = sync.OnceValue(func() string {
	name, _ := os.Hostname()
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	network, _ := os.Readlink("/proc/self/ns/net")
	return strings.Join([]string{name, string(boot), network}, "\x00")
})

// hashed is a short hash: a report is shown to more people than may know what a
// machine is called.
func hashed(parts ...string) string {
	hash := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(hash[:8])
}
