package run

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"time"

	"github.com/apiclause/clause/contract/auth"
)

// Options says how cases are sent. The zero value of each is a default.
type Options struct {
	// Jobs is how many requests may be under way at once; 1 by default, MaxJobs
	// at most.
	Jobs int
	// Rate is how many requests are sent in a second at most, those sent again
	// included; 0 for no limit.
	Rate float64
	// Timeout bounds the whole run, from Start; 0 for no bound.
	Timeout time.Duration
	// CaseTimeout bounds one exchange, from connecting to the answer's last
	// byte; 10 s by default. Waiting for the pace, or as a 429 asks, is not
	// part of it.
	CaseTimeout time.Duration
	// MaxWait is how long a 429 or 503 may ask to wait; 10 s by default. A case
	// that would have to wait longer is not sent again.
	MaxWait time.Duration
	// MaxBody bounds the body of an answer in bytes; 1 MiB by default.
	MaxBody int64
	// Seed permutes the order of sending within a technique, nothing else.
	Seed int64
	// UserAgent is sent with every request; "clause" by default.
	UserAgent string
	// Handler is the target if it is in this process; the network is not used.
	Handler http.Handler
	// Now is the clock for the times in requests; time.Now by default.
	Now func() time.Time
	// Signers put valid credentials into a request, by the name of the security
	// scheme. For a scheme whose credential is a token that travels as it is,
	// the target's token is used when there is none.
	Signers map[string]auth.Signer
	// Proxy says which proxy a request takes, as http.Transport's does;
	// http.ProxyFromEnvironment by default. A target on loopback never takes
	// one.
	Proxy func(*http.Request) (*url.URL, error)
	// Each is called with every exchange as soon as it is there, by the worker
	// that made it, before Await returns it. It may judge it and then drop its
	// body: without that, the answers of a whole run are in memory together.
	Each func(*Exchange)
}

// MaxJobs is the most that Options.Jobs can be: each of so many workers can have
// an answer in memory that is as long as an answer may be.
const MaxJobs = 100

// The defaults of Options.
const (
	defaultCaseTimeout = 10 * time.Second
	defaultMaxWait     = 10 * time.Second
	defaultMaxBody     = 1 << 20
	defaultUserAgent   = "clause"
)

// withDefaults fills in the defaults and says what cannot be used.
func (o Options) withDefaults() (Options, error) {
	switch {
	case o.Jobs < 0:
		return o, fmt.Errorf("jobs is %d: it is the number of requests under way at once, at least 1", o.Jobs)
	case o.Jobs > MaxJobs:
		return o, fmt.Errorf("jobs is %d: use at most %d, whose answers fit into memory together", o.Jobs, MaxJobs)
	case o.Rate < 0 || math.IsNaN(o.Rate) || math.IsInf(o.Rate, 0):
		return o, fmt.Errorf("rate is %v: it is a number of requests a second, 0 for no limit", o.Rate)
	case o.Timeout < 0 || o.CaseTimeout < 0 || o.MaxWait < 0:
		return o, errors.New("a timeout is negative: it is a duration such as 30s")
	case o.MaxBody < 0:
		return o, fmt.Errorf("the limit of an answer's body is %d: it is a number of bytes", o.MaxBody)
	case !isFieldValue(o.UserAgent):
		return o, errors.New("the user agent holds a control character: remove it")
	}
	o.Jobs = max(o.Jobs, 1)
	o.CaseTimeout = orDefault(o.CaseTimeout, defaultCaseTimeout)
	o.MaxWait = orDefault(o.MaxWait, defaultMaxWait)
	o.MaxBody = orDefault(o.MaxBody, defaultMaxBody)
	o.UserAgent = orDefault(o.UserAgent, defaultUserAgent)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Proxy == nil {
		o.Proxy = http.ProxyFromEnvironment
	}
	return o, nil
}

func orDefault[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}
