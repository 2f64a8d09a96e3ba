package run

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
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

// dial connects to the target: to the handler of this process, or over TCP,
// through a proxy where there is one, and with TLS where the URL wants it.
func (n *network) dial(ctx context.Context) (*line, error) {
	if n.handler != nil {
		return serve(n.handler), nil
	}
	stage, address := dialing, n.address
	if n.proxy != nil {
		stage, address = proxying, hostPort(n.proxy)
	}
	raw, err := n.dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, at(stage, err)
	}
	conn := raw
	if n.proxy != nil {
		if conn, err = n.throughProxy(ctx, conn); err != nil {
			raw.Close()
			return nil, at(proxying, err)
		}
	}
	if n.tls != nil {
		if conn, err = secure(ctx, conn, n.tls); err != nil {
			raw.Close()
			return nil, at(handshaking, err)
		}
	}
	return newLine(conn, raw), nil
}

func secure(ctx context.Context, conn net.Conn, config *tls.Config) (net.Conn, error) {
	secured := tls.Client(conn, config)
	if err := secured.HandshakeContext(ctx); err != nil {
		return nil, fmt.Errorf("the handshake failed: %w", err)
	}
	return secured, nil
}

// tlsFor completes a configuration for a host. HTTP/2 is not offered: see the
// package's documentation for why HTTP/1.1 is spoken.
func tlsFor(config *tls.Config, host string) *tls.Config {
	config = config.Clone()
	if config.ServerName == "" {
		config.ServerName = host
	}
	config.NextProtos = []string{"http/1.1"}
	if config.ClientSessionCache == nil {
		config.ClientSessionCache = tls.NewLRUClientSessionCache(0)
	}
	return config
}

// throughProxy makes a connection to a proxy one to the target.
func (n *network) throughProxy(ctx context.Context, conn net.Conn) (net.Conn, error) {
	var err error
	if n.proxy.Scheme == "https" {
		if conn, err = secure(ctx, conn, tlsFor(&tls.Config{MinVersion: tls.VersionTLS12}, n.proxy.Hostname())); err != nil {
			return nil, err
		}
	}
	if n.absolute() {
		return conn, nil
	}
	l := newLine(conn, conn)
	stop := context.AfterFunc(ctx, l.abort)
	err = n.tunnel(l)
	if !stop() {
		return nil, fmt.Errorf("CONNECT: %w", ctx.Err())
	}
	return conn, err
}

var errTunnelTalk = errors.New("the proxy sent more than its answer to CONNECT")

// tunnel asks a proxy for a connection to the target (RFC 9110, section 9.3.6).
func (n *network) tunnel(l *line) error {
	req := &http.Request{
		Method: http.MethodConnect, URL: &url.URL{Opaque: n.address}, Host: n.address,
		Header: http.Header{"User-Agent": {defaultUserAgent}},
	}
	authorize(req.Header, n.proxy)
	if err := l.write(req, false); err != nil {
		return err
	}
	response, err := l.head(req) //nolint:bodyclose // It has none; the connection is what is used.
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return &proxyError{status: response.StatusCode}
	}
	if l.in.Buffered() > 0 {
		return errTunnelTalk
	}
	return nil
}

// authorize puts what the proxy's URL has of credentials into a request to it.
func authorize(h http.Header, proxy *url.URL) {
	if proxy.User == nil {
		return
	}
	password, _ := proxy.User.Password()
	pair := base64.StdEncoding.EncodeToString([]byte(proxy.User.Username() + ":" + password))
	h["Proxy-Authorization"] = []string{"Basic " + pair}
}

// proxyError is a proxy's refusal to connect.
type proxyError struct{ status int }

func (e *proxyError) Error() string {
	return fmt.Sprintf("the proxy answered %d (%s) to CONNECT", e.status, http.StatusText(e.status))
}

// newLine makes a line of a connection. raw is the connection below TLS.
func newLine(conn, raw net.Conn) *line {
	l := &line{conn: conn, raw: raw, out: bufio.NewWriter(conn)}
	l.in = bufio.NewReader(l)
	return l
}
