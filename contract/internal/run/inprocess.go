package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
)

// serve connects to a handler of this process. Behind the pipe is net/http's
// own server: the handler is held to what a client over the network would see.
// It ends when the line is closed.
func serve(handler http.Handler) *line {
	ours, theirs := net.Pipe()
	l := newLine(ours, ours)
	server := &http.Server{ //nolint:gosec // It has one client, which is this program.
		Handler:  watched{handler: handler, line: l},
		ErrorLog: log.New(io.Discard, "", 0), // Reports are made of exchanges, not of logs.
	}
	go func() { _ = server.Serve(&single{conn: theirs}) }()
	return l
}

// single is a listener with one connection.
type single struct{ conn net.Conn }

var errAccepted = errors.New("the one connection was accepted")

func (s *single) Accept() (net.Conn, error) {
	conn := s.conn
	if conn == nil {
		return nil, errAccepted
	}
	s.conn = nil
	return conn, nil
}

func (s *single) Close() error   { return nil }
func (s *single) Addr() net.Addr { return &net.UnixAddr{Name: "in-process", Net: "pipe"} }

// watched notes what a handler panics with, and has the server close the
// connection as it does for any panic, without a log.
type watched struct {
	handler http.Handler
	line    *line
}

func (w watched) ServeHTTP(out http.ResponseWriter, req *http.Request) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		text := "the handler panicked with http.ErrAbortHandler"
		if v != any(http.ErrAbortHandler) {
			text = fmt.Sprintf("the handler panicked with a %T: %v", v, v)
		}
		text = bounded(text)
		w.line.panicked.Store(&text)
		panic(http.ErrAbortHandler) //nolint:forbidigo // It is how net/http is told to close the connection.
	}()
	w.handler.ServeHTTP(out, req)
}

// inProcess has a transport connect to a handler of this process.
func inProcess(transport *http.Transport, handler http.Handler) *http.Transport {
	transport.Proxy = nil
	transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		server := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)} //nolint:gosec // as serve's
		go func() { _ = server.Serve(&single{conn: theirs}) }()
		return ours, nil
	}
	return transport
}
