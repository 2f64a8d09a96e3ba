package target

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
)

// TLSConfig reads the files under tls and returns a configuration for a client.
// It is a new one at each call.
func (t *Target) TLSConfig() (*tls.Config, error) {
	config := &tls.Config{
		MinVersion: tls.VersionTLS12,
		//nolint:gosec // The user asked for it, by a key that says what it is.
		InsecureSkipVerify: t.TLS.Insecure,
	}

	if t.TLS.CAFile != "" {
		authorities, err := t.TLS.authorities()
		if err != nil {
			return nil, fmt.Errorf("tls.caFile: %w", err)
		}

		config.RootCAs = authorities
	}

	if t.TLS.CertFile != "" || t.TLS.KeyFile != "" {
		certificate, err := t.TLS.certificate()
		if err != nil {
			return nil, fmt.Errorf("tls.certFile: %w", err)
		}

		config.Certificates = []tls.Certificate{certificate}
	}

	return config, nil
}

func (t TLS) authorities() (*x509.CertPool, error) {
	data, err := os.ReadFile(t.CAFile)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.CAFile, withoutPath(err))
	}

	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(data) {
		return nil, fmt.Errorf("%s holds no certificate; it must be PEM, with BEGIN CERTIFICATE lines", t.CAFile)
	}

	return pool, nil
}

var errNotPair = errors.New("are no certificate and its key, in PEM")

func (t TLS) certificate() (tls.Certificate, error) {
	certificate, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("%s and %s %w: %w", t.CertFile, t.KeyFile, errNotPair, withoutPath(err))
	}

	return certificate, nil
}
