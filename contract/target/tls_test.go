package target_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apiclause/clause/contract/target"
)

// writePEM writes blocks into a file.
func writePEM(t *testing.T, path string, blocks ...*pem.Block) {
	t.Helper()

	var data []byte
	for _, block := range blocks {
		data = append(data, pem.EncodeToMemory(block)...)
	}

	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// clientFiles writes a client's certificate and its key.
func clientFiles(t *testing.T, dir string) *x509.Certificate {
	t.Helper()

	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}

	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}

	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}

	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}

	writePEM(t, filepath.Join(dir, "client.pem"), &pem.Block{Type: "CERTIFICATE", Bytes: der})
	writePEM(t, filepath.Join(dir, "client.key"), &pem.Block{Type: "PRIVATE KEY", Bytes: private})

	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}

	return certificate
}

// TestTLS reaches a server that has a private authority and wants a client's
// certificate.
func TestTLS(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()
	clients := x509.NewCertPool()
	clients.AddCert(clientFiles(t, dir))

	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients, MinVersion: tls.VersionTLS12}
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // It would tell of each that fails.
	server.StartTLS()
	t.Cleanup(server.Close)

	writePEM(t, filepath.Join(dir, "ca.pem"), &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})

	for name, c := range map[string]struct {
		tls   string
		works bool
	}{
		"whole":       {"{caFile: ca.pem, certFile: client.pem, keyFile: client.key}", true},
		"absolute":    {"{caFile: '" + dir + "/ca.pem', certFile: client.pem, keyFile: client.key}", true},
		"insecure":    {"{insecure: true, certFile: client.pem, keyFile: client.key}", true},
		"no client":   {"{caFile: ca.pem}", false},
		"no CA":       {"{certFile: client.pem, keyFile: client.key}", false},
		"another one": {"{caFile: client.pem, certFile: client.pem, keyFile: client.key}", false},
	} {
		parsed, err := target.Parse(filepath.Join(dir, "target.yaml"), []byte("baseURL: "+server.URL+"\ntls: "+c.tls), nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)

			continue
		}

		config, err := parsed.TLSConfig()
		if err != nil {
			t.Errorf("%s: %v", name, err)

			continue
		}

		transport := &http.Transport{TLSClientConfig: config}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, parsed.BaseURL.String(), nil)
		if err != nil {
			t.Fatal(err)
		}

		answer, err := transport.RoundTrip(r)
		if err == nil {
			_ = answer.Body.Close()
		}

		transport.CloseIdleConnections()

		if (err == nil) != c.works {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestTLSFilesGone covers files that change after the target was read.
func TestTLSFilesGone(t *testing.T) {
	t.Parallel()

	for want, c := range map[string]target.TLS{
		"tls.caFile: none.pem: no such file or directory":                                                       {CAFile: "none.pem"},
		"tls.certFile: none.pem and none.key are no certificate and its key, in PEM: no such file or directory": {CertFile: "none.pem", KeyFile: "none.key"},
	} {
		if _, err := (&target.Target{TLS: c}).TLSConfig(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestTLSFileTooLarge(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "ca.pem"), make([]byte, 1<<20+1), 0o600); err != nil {
		t.Fatal(err)
	}

	_, err := target.Parse(filepath.Join(dir, "target.yaml"), []byte("baseURL: https://h\ntls: {caFile: ca.pem}"), nil)
	if err == nil || !strings.Contains(err.Error(), "ca.pem is larger than 1048576 bytes") {
		t.Errorf("got %v", err)
	}
}
