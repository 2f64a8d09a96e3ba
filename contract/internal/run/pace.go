package run

import (
	"context"
	"sync"
	"time"
)

// pacer spaces what is sent.
type pacer struct {
	gap   time.Duration // between one request and the next; 0 for none
	clock clock

	mu   sync.Mutex
	next time.Time // nothing is sent before
	held time.Time // nor before this, by whoever had a turn already
}

// clock is the time that passes while a run waits; tests put in their own.
type clock struct {
	now func() time.Time
	// sleep waits, and reports whether the context lasted that long.
	sleep func(context.Context, time.Duration) bool
}

var realClock = clock{now: time.Now, sleep: sleep}

func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func newPacer(rate float64, c clock) *pacer {
	p := &pacer{clock: c}
	if rate > 0 {
		p.gap = time.Duration(min(float64(time.Second)/rate, float64(time.Hour)))
	}
	return p
}

// wait returns when a request may be sent, or with false when the context ends.
func (p *pacer) wait(ctx context.Context) bool {
	for {
		now, at := p.turn()
		if !p.clock.sleep(ctx, at.Sub(now)) {
			return false
		}
		if !p.isHeld() {
			return true
		}
	}
}

// turn takes the next turn.
func (p *pacer) turn() (now, at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now = p.clock.now()
	at = p.next
	if at.Before(now) {
		at = now
	}
	p.next = at.Add(p.gap)
	return now, at
}

func (p *pacer) isHeld() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.clock.now().Before(p.held)
}

// hold keeps everyone from sending for d: a 429 speaks to the caller, not to
// the one request.
func (p *pacer) hold(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	until := p.clock.now().Add(d)
	if p.next.Before(until) {
		p.next = until
	}
	if p.held.Before(until) {
		p.held = until
	}
}
