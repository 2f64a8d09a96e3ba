package auth

import "sync"

// keyLength is how much of a digest is enough to know it by, and too much to give
// away.
const keyLength = 16

// digests finds hexadecimal digests, such as signatures: there is one for each
// request, and they are all of one form, so that a tree is not needed.
type digests struct {
	mu    sync.RWMutex
	known map[[keyLength]byte]struct{}
}

// LearnDigest has the Redactor look for a hexadecimal digest of at least 32
// digits, as it is. Other texts are passed over. It takes little time, however
// many there are.
func (r *Redactor) LearnDigest(secret Secret) {
	const least = 32

	text := secret.Reveal()
	if len(text) < least {
		return
	}

	var key [keyLength]byte

	for i := range len(text) {
		if !isHex(fold(text[i])) {
			return
		}

		if i < keyLength {
			key[i] = fold(text[i])
		}
	}

	r.digests.mu.Lock()
	defer r.digests.mu.Unlock()

	if r.digests.known == nil {
		r.digests.known = map[[keyLength]byte]struct{}{}
	}

	r.digests.known[key] = struct{}{}
}

// findDigests returns the parts of a text from where a digest begins to where its
// digits end.
func findDigests[T string | []byte](d *digests, text T) []span {
	d.mu.RLock()
	defer d.mu.RUnlock()

	if len(d.known) == 0 {
		return nil
	}

	var (
		spans []span
		last  [keyLength]byte // the digits before here
		run   int             // how many there are
		open  bool            // the last span goes on
	)

	for i := range len(text) {
		char := fold(text[i])
		if !isHex(char) {
			run, open = 0, false

			continue
		}

		copy(last[:], last[1:])
		last[keyLength-1] = char
		run++

		if open {
			spans[len(spans)-1].end = i + 1
		} else if _, found := d.known[last]; found && run >= keyLength {
			spans, open = append(spans, span{start: i + 1 - keyLength, end: i + 1}), true
		}
	}

	return spans
}

func isHex(char byte) bool { return '0' <= char && char <= '9' || 'a' <= char && char <= 'f' }
