package spec

import (
	"slices"
	"strings"
	"unicode"
)

// Words splits a name where its writing does, in lower case: those of petId, pet_id and
// pet-id are pet and id, and those of minURLLength are min, url and length. One letter
// alone is no word before a capital one: OAuth is one.
func Words(name string) []string {
	var out []string
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			out = append(out, strings.ToLower(word.String()))
			word.Reset()
		}
	}
	letters := []rune(name)
	for i, letter := range letters {
		if !unicode.IsLetter(letter) && !unicode.IsDigit(letter) {
			end()
			continue
		}
		if unicode.IsUpper(letter) && i > 0 &&
			(!unicode.IsUpper(letters[i-1]) || word.Len() > 1 && i+1 < len(letters) && unicode.IsLower(letters[i+1])) {
			end()
		}
		word.WriteRune(letter)
	}
	end()
	return out
}

// suffixes are the words after those of a thing in what refers to one. A name may be
// that of anything: client_name of a search is one that a client has.
var suffixes = []string{"id", "ids", "uuid", "guid", "key"}

// Identifier reports whether a name is such a word alone.
func Identifier(name string) bool { return slices.Contains(suffixes, name) }

// Referred gives the words of what a value of that name refers to, as pet of pet_id and
// petIds; nil where its name does not say that it refers to something.
func Referred(name string) []string {
	all := Words(name)
	if len(all) < 2 || Idempotency(name) || !slices.Contains(suffixes, all[len(all)-1]) {
		return nil
	}
	return all[:len(all)-1]
}

// Idempotency reports whether a value of that name is a key by which a server knows a
// request that is sent again.
func Idempotency(name string) bool { return slices.Contains(Words(name), "idempotency") }
