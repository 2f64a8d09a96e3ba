package spec

import (
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
