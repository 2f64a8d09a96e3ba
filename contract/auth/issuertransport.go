package auth

import (
	"crypto/tls"
	"net/http"
)

// IssuerTransport gives a transport for a service that issues tokens: like
// http.DefaultTransport, but every answer's head is bounded, and no connection
// is used twice, so that what a service sends unasked is never read. config says
// how to speak TLS; nil is the default.
func IssuerTransport(config *tls.Config) *http.Transport {
	transport, ok := http.DefaultTransport.(*http.Transport)
	if !ok { // somebody has put in their own
		transport = &http.Transport{Proxy: http.ProxyFromEnvironment}
	}
	transport = transport.Clone()
	transport.DisableKeepAlives = true
	transport.MaxResponseHeaderBytes = maxIssued
	if config != nil {
		transport.TLSClientConfig = config.Clone() // net/http adds to it
	}
	return transport
}
