package run

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxAttempts bounds how often a case is sent while it gets 429 or 503.
const maxAttempts = 5

// firstBackoff is the wait after the first 429 or 503 that names none; it
// doubles with each.
const firstBackoff = 250 * time.Millisecond

// throttled reports whether an answer asks to be asked again later.
func throttled(got *Received) bool {
	return got != nil && (got.Status == http.StatusTooManyRequests || got.Status == http.StatusServiceUnavailable)
}

// waitFor is how long to wait after an attempt that was throttled.
func waitFor(h http.Header, attempt int, now time.Time) time.Duration {
	if wait, ok := retryAfter(h, now); ok {
		return wait
	}
	return firstBackoff << (attempt - 1)
}

// retryAfter reads the header Retry-After, which is seconds or a date (RFC
// 9110, section 10.2.3). A date is held against the answer's own, if it has
// one: the clocks may differ.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second, true
	} else if text != "" && strings.Trim(text, "0123456789") == "" {
		return time.Duration(1<<63 - 1), true // more seconds than anyone waits
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0, false
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(at.Sub(now), 0), true
}
