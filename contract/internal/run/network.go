package run

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
)

// network is the target's end of the wire: how to connect to it, and the
// connections that are idle. There are never more of them than requests were
// under way at once.
type network struct {
	address string      // host:port of the target
	tls     *tls.Config // nil for plain HTTP
	proxy   *url.URL    // nil for none
	handler http.Handler
	dialer  net.Dialer
	maxBody int64

	mu     sync.Mutex
	idle   []*line
	closed bool
	// wary is set once the target has sent more than an answer. Bytes that come
	// late would be taken for the answer to another request, so from then on
	// each request has a connection of its own.
	wary atomic.Bool
}

// peer names what is connected to.
func (n *network) peer() string {
	if n.proxy != nil {
		return "the proxy " + hostPort(n.proxy)
	}
	return n.address
}

// send sends a request and reads the answer. What it gives of an answer beside
// an error is what came of it.
func (n *network) send(ctx context.Context, req *http.Request, fresh bool) (*Received, error) {
	l, err := n.line(ctx, fresh)
	if err != nil {
		return nil, err
	}
	if n.absolute() && n.proxy.User != nil {
		req = req.Clone(ctx) // What is for the proxy is not part of the exchange.
		authorize(req.Header, n.proxy)
	}
	stop := context.AfterFunc(ctx, l.abort)
	got, clean, err := l.exchange(req, n.absolute(), n.maxBody)
	if l.surplus {
		n.wary.Store(true)
	}
	if stop() && clean && err == nil && !n.wary.Load() {
		n.put(l)
	} else {
		l.close()
	}
	if err != nil {
		err = at(answering, l.explain(err))
	}
	return got, err
}

// absolute reports whether a request names the whole URL, as one to a proxy
// does unless it goes through a tunnel.
func (n *network) absolute() bool { return n.proxy != nil && n.tls == nil }

// line gives a connection that nobody else has.
func (n *network) line(ctx context.Context, fresh bool) (*line, error) {
	for !fresh {
		l := n.take()
		if l == nil {
			break
		}
		if l.quiet() && !n.wary.Load() {
			return l, nil
		}
		l.close()
	}
	return n.dial(ctx)
}

func (n *network) take() *line {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.idle) == 0 {
		return nil
	}
	l := n.idle[len(n.idle)-1]
	n.idle = n.idle[:len(n.idle)-1]
	return l
}

func (n *network) put(l *line) {
	n.mu.Lock()
	closed := n.closed
	if !closed {
		n.idle = append(n.idle, l)
	}
	n.mu.Unlock()
	if closed {
		l.close()
	}
}

// hangUp closes the idle connections; with last, later ones as well.
func (n *network) hangUp(last bool) {
	n.mu.Lock()
	idle := n.idle
	n.idle, n.closed = nil, n.closed || last
	n.mu.Unlock()
	for _, l := range idle {
		l.close()
	}
}

// hostPort gives the address of a URL, with the scheme's port when it has none.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "80"
		if u.Scheme == "https" {
			port = "443"
		}
	}
	return net.JoinHostPort(u.Hostname(), port)
}
