package run

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/plan"
)

var errForeignSigner = errors.New("the signer is a program's own: only what auth.KeySigner signs can be forged")

// forges reports whether a variant is a signature that is wrong.
func forges(v plan.Variant) bool {
	switch v {
	case plan.WrongKey, plan.WrongSignature, plan.ChangedQuery, plan.StaleDate:
		return true
	}
	return false
}

// forge signs a request in a way that has to be refused. The request itself
// stays the valid one that the case sends.
func forge(req *http.Request, signer auth.KeySigner, v plan.Variant) error {
	switch v {
	case plan.WrongKey:
		key, err := wrongKey(signer.Key)
		if err != nil {
			return err
		}
		signer.Key = key
		return signer.Sign(req)
	case plan.ChangedQuery:
		return signChanged(req, signer)
	case plan.StaleDate:
		signer.Now = stale(signer)
		return signer.Sign(req)
	default:
		if err := signer.Sign(req); err != nil {
			return err
		}
		header := signer.Signing.Header
		req.Header.Set(header, otherDigit(req.Header.Get(header)))
		return nil
	}
}

// wrongKey is a key of the same form that was never issued.
func wrongKey(key auth.AccessKey) (auth.AccessKey, error) {
	id, err := wrong(key.ID.Reveal())
	if err != nil {
		return key, err
	}
	secret, err := wrong(key.Secret.Reveal())
	if err != nil {
		return key, err
	}
	key.ID, key.Secret = auth.NewSecret(id), auth.NewSecret(secret)
	return key, nil
}

// signChanged signs another query than the one that is sent.
func signChanged(req *http.Request, signer auth.KeySigner) error {
	sent := req.URL.RawQuery
	defer func() { req.URL.RawQuery = sent }()
	req.URL.RawQuery = strings.TrimPrefix(sent+"&signed=1", "&")
	return signer.Sign(req)
}

// stale is a clock that no verifier within the clock window of ours accepts.
func stale(signer auth.KeySigner) func() time.Time {
	window, now := signer.Signing.ClockWindow, signer.Now
	if now == nil {
		now = time.Now
	}
	return func() time.Time { return now().Add(-2*window - time.Minute) }
}

// otherDigit changes the last hexadecimal digit of a signature.
func otherDigit(text string) string {
	if text == "" {
		return text
	}
	end := len(text) - 1
	if text[end] == '0' {
		return text[:end] + "1"
	}
	return text[:end] + "0"
}

// proofOf gives what must not be shown of a credential that is computed from a
// request: the signature, which stands at the end.
func proofOf(text string) auth.Secret {
	const least = 16
	if i := strings.LastIndexByte(text, '='); i >= 0 && len(text)-i-1 >= least {
		text = text[i+1:]
	}
	return auth.NewSecret(text)
}
