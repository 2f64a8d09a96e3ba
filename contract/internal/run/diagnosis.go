package run

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"

	"github.com/apiclause/clause/contract/auth"
)

// DiagnosisKind says what keeps a target from being tested.
type DiagnosisKind string

// The kinds of diagnosis.
const (
	// NotListening: the host refuses the connection.
	NotListening DiagnosisKind = "not-listening"
	// NoSuchHost: the host's name does not resolve.
	NoSuchHost DiagnosisKind = "no-such-host"
	// NoConnection: the host cannot be reached, or does not react.
	NoConnection DiagnosisKind = "no-connection"
	// ProxyFailed: the proxy cannot be reached, or refuses.
	ProxyFailed DiagnosisKind = "proxy"
	// Untrusted: the target's certificate is not accepted.
	Untrusted DiagnosisKind = "untrusted"
	// HandshakeFailed: TLS fails for another reason.
	HandshakeFailed DiagnosisKind = "handshake"
	// WantsTLS: baseURL says http, and the target speaks HTTPS.
	WantsTLS DiagnosisKind = "wants-tls"
	// WantsPlain: baseURL says https, and the target does not speak TLS.
	WantsPlain DiagnosisKind = "wants-plain"
	// WrongPath: nothing is at the operations' paths.
	WrongPath DiagnosisKind = "wrong-path"
	// Redirected: the target points elsewhere, whatever it is asked for.
	Redirected DiagnosisKind = "redirected"
	// CredentialsRefused: the target does not accept the right credentials.
	CredentialsRefused DiagnosisKind = "credentials-refused"
	// NoToken: the identity service gives no token.
	NoToken DiagnosisKind = "no-token"
	// Busy: the target, or a gateway before it, answers nothing but come later.
	Busy DiagnosisKind = "busy"
	// Silent: the target accepts the connection and does not answer.
	Silent DiagnosisKind = "silent"
	// NotHTTP: what the target answers is not HTTP.
	NotHTTP DiagnosisKind = "not-http"
	// Unsendable: the request cannot be made of the case.
	Unsendable DiagnosisKind = "unsendable"
	// Stopped: the run ended first.
	Stopped DiagnosisKind = "stopped"
)

// Diagnosis is what keeps a target from being tested. It holds no secrets.
type Diagnosis struct {
	Kind DiagnosisKind
	// Message says in one line what is wrong, Try what to do about it.
	Message, Try string
}

// shown is a message without the secrets of the run and of some exchanges.
func (r *Runner) shown(message string, exchanges []Exchange) string {
	message = r.redactor.RedactString(message)
	for _, e := range exchanges {
		message = auth.NewRedactor(e.Secrets...).RedactString(message)
	}
	return bounded(message)
}

// answeredAs says what was asked and answered, and then what that means.
func answeredAs(e *Exchange, format string, args ...any) string {
	return fmt.Sprintf("%s %s answered %d (%s): ", e.Sent.Method, withoutQuery(e.Sent.URL), e.Got.Status, http.StatusText(e.Got.Status)) +
		fmt.Sprintf(format, args...)
}

// onTheWay diagnoses an answer that is not the target's own, but that of something
// on the way to it.
func (r *Runner) onTheWay(ctx context.Context, e *Exchange) *Diagnosis {
	switch e.Got.Status {
	case http.StatusProxyAuthRequired:
		return &Diagnosis{
			ProxyFailed, answeredAs(e, "the proxy wants credentials"), "put them into the proxy's URL, or except the target with NO_PROXY",
		}
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		return &Diagnosis{Busy, answeredAs(e, "a gateway does not reach the target behind it"), "start the target, or give it time with --wait 30s"}
	case http.StatusBadRequest:
		if r.speaksTLS(ctx) {
			return wantsTLS(r.network.peer())
		}
	}
	return nil
}

// failed diagnoses a problem.
func (r *Runner) failed(ctx context.Context, e *Exchange) *Diagnosis {
	p, peer := e.Problem, r.network.peer()
	switch p.Kind {
	case Unreachable:
		return r.unreachable(p)
	case TLS:
		return r.insecure(p)
	case Deadline:
		return &Diagnosis{Silent, fmt.Sprintf("%s is connected, but %s", peer, p), "look at the target, or allow it more with --case-timeout"}
	case Throttled:
		return &Diagnosis{Busy, p.Error(), "try again later, with a lower --rate"}
	case Interrupted:
		return &Diagnosis{Stopped, p.Error(), ""}
	case NoCredentials:
		return &Diagnosis{NoToken, p.Error(), "look at auth in the target file"}
	case Internal, Inapplicable:
		return &Diagnosis{Unsendable, p.Error(), ""}
	case TooLong:
		return &Diagnosis{NotHTTP, fmt.Sprintf("%s answers more than is read: %s", peer, p), "check the port of baseURL, and look at what the target sends"}
	default:
		if e.Got != nil {
			return nil // It is HTTP, and ends too early: that can be judged.
		}
		if r.speaksTLS(ctx) {
			return wantsTLS(peer)
		}
		return &Diagnosis{NotHTTP, fmt.Sprintf("%s does not answer in HTTP: %s", peer, p), "check the port of baseURL"}
	}
}

func wantsTLS(peer string) *Diagnosis {
	return &Diagnosis{WantsTLS, fmt.Sprintf("%s speaks HTTPS, and baseURL says http", peer), "begin baseURL with https://"}
}

func (r *Runner) unreachable(p *Problem) *Diagnosis {
	peer := r.network.peer()
	var where *stageError
	if errors.As(p, &where) && where.stage == proxying {
		return &Diagnosis{
			ProxyFailed, fmt.Sprintf("%s cannot be used: %s", peer, p),
			"correct HTTPS_PROXY or HTTP_PROXY, or except the target with NO_PROXY",
		}
	}
	var name *net.DNSError
	switch {
	case errors.As(p, &name):
		return &Diagnosis{NoSuchHost, fmt.Sprintf("the host name %q does not resolve", name.Name), "correct baseURL, or the machine's DNS"}
	case errors.Is(p, syscall.ECONNREFUSED):
		return &Diagnosis{
			NotListening, "nothing listens at " + peer,
			"start the target, correct baseURL, or give the target time to start with --wait 30s",
		}
	default:
		return &Diagnosis{
			NoConnection, fmt.Sprintf("%s cannot be reached: %s", peer, p),
			"correct baseURL, or look for a firewall, a VPN or a proxy on the way",
		}
	}
}

func (r *Runner) insecure(p *Problem) *Diagnosis {
	peer := r.network.peer()
	var (
		record  tls.RecordHeaderError
		unknown x509.UnknownAuthorityError
		host    x509.HostnameError
		invalid x509.CertificateInvalidError
		alert   *net.OpError
	)
	switch {
	case errors.As(p, &record):
		return &Diagnosis{WantsPlain, peer + " does not speak TLS, and baseURL says https", "begin baseURL with http://, or correct its port"}
	case errors.As(p, &unknown):
		return &Diagnosis{
			Untrusted, "the certificate of " + peer + " is not signed by an authority that is trusted here",
			"give the authority's certificate as tls.caFile, or accept any with tls.insecure",
		}
	case errors.As(p, &host):
		return &Diagnosis{
			Untrusted, fmt.Sprintf("the certificate of %s is for another host: %s", peer, p),
			"use the name in the certificate in baseURL, or accept any with tls.insecure",
		}
	case errors.As(p, &invalid):
		return &Diagnosis{
			Untrusted, fmt.Sprintf("the certificate of %s cannot be used: %s", peer, p),
			"renew it, check this machine's clock, or accept any with tls.insecure",
		}
	case errors.As(p, &alert) && alert.Op == remoteError:
		return &Diagnosis{
			HandshakeFailed, fmt.Sprintf("%s refuses TLS: %s", peer, p),
			"if it wants a client certificate, give tls.certFile and tls.keyFile",
		}
	default:
		return &Diagnosis{HandshakeFailed, fmt.Sprintf("TLS with %s fails: %s", peer, p), "check the port of baseURL; it may not speak TLS"}
	}
}

// probeTimeout bounds the look whether a target speaks TLS.
const probeTimeout = 3 * time.Second

// speaksTLS reports whether a target to which plain HTTP was sent wants TLS. It
// tries: what servers answer to plain HTTP differs, and some answer nothing.
func (r *Runner) speaksTLS(ctx context.Context) bool {
	n := r.network
	if n.tls != nil || n.proxy != nil || n.handler != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	conn, err := n.dialer.DialContext(ctx, "tcp", n.address)
	if err != nil {
		return false
	}
	defer conn.Close()
	//nolint:gosec // Nothing is sent: whose certificate it is does not matter.
	_, err = secure(ctx, conn, &tls.Config{InsecureSkipVerify: true})
	var alert *net.OpError
	return err == nil || errors.As(err, &alert) && alert.Op == remoteError
}

// withoutQuery gives a URL for a message: what follows the ? can be a secret.
func withoutQuery(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	u.RawQuery, u.Fragment, u.User = "", "", nil
	return u.String()
}
