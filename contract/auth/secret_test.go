package auth_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/onsi/gomega/format"
	"go.yaml.in/yaml/v3"

	"github.com/apiclause/clause/contract/auth"
)

const text = "s3cr3t-t0ken-of-some-length"

// TestSecretIsNeverWritten writes a secret in every way a program is likely
// to, alone and inside other values.
func TestSecretIsNeverWritten(t *testing.T) {
	t.Parallel()

	secret := auth.NewSecret(text)
	hidden := struct{ secret auth.Secret }{secret}
	inside := map[string]any{"slice": []auth.Secret{secret}, "pointer": &secret, "struct": struct{ S auth.Secret }{secret}}

	var out bytes.Buffer

	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%p", "%T", "%30s", "%w"} {
		fmt.Fprintf(&out, verb+"\n", secret)
		fmt.Fprintf(&out, verb+"\n", &secret)
		fmt.Fprintf(&out, verb+"\n", inside)
		fmt.Fprintf(&out, verb+"\n", hidden)
	}

	fmt.Fprintln(&out, secret, inside, hidden, secret.String(), secret.GoString())
	fmt.Fprintln(&out, errors.Join(fmt.Errorf("with %v", secret)))
	fmt.Fprintln(&out, format.Object(secret, 1), format.Object(inside, 1))

	for _, marshal := range []func(any) ([]byte, error){json.Marshal, yaml.Marshal, xml.Marshal} {
		data, err := marshal(secret)
		if err != nil {
			t.Fatal(err)
		}

		if !bytes.Contains(data, []byte(auth.Redacted)) {
			t.Errorf("got %s, want %s", data, auth.Redacted)
		}

		out.Write(data)
	}

	keyed, err := json.Marshal(map[auth.Secret]int{secret: 1})
	if err != nil {
		t.Fatal(err)
	}

	out.Write(keyed)

	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).With("with", secret).Info("message", "secret", secret, "inside", inside, "hidden", hidden)
	}

	if strings.Contains(out.String(), text[:4]) || strings.Contains(out.String(), fmt.Sprintf("%x", text[:4])) {
		t.Errorf("the secret was written:\n%s", out.String())
	}

	if got := fmt.Sprintf("%5.2q", secret); got != auth.Redacted {
		t.Errorf("got %q, want %q", got, auth.Redacted)
	}
}

func TestSecretHoldsItsText(t *testing.T) {
	t.Parallel()

	var zero auth.Secret

	secret, same, other := auth.NewSecret(text), auth.NewSecret(text), auth.NewSecret(text+"x")

	if secret.Reveal() != text || zero.Reveal() != "" {
		t.Errorf("got %q and %q, want %q and none", secret.Reveal(), zero.Reveal(), text)
	}

	if secret.Empty() || !zero.Empty() || !auth.NewSecret("").Empty() {
		t.Error("only the secret without text is empty")
	}

	for _, c := range []struct {
		name string
		a, b auth.Secret
		want bool
	}{
		{"same text", secret, same, true},
		{"longer", secret, other, false},
		{"another case", secret, auth.NewSecret(strings.ToUpper(text)), false},
		{"empty and not", zero, secret, false},
		{"both empty", zero, auth.NewSecret(""), true},
	} {
		if got := c.a.Equal(c.b); got != c.want || (c.a == c.b) != c.want || reflect.DeepEqual(c.a, c.b) != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}
