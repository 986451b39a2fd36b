package remote

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes text of the other side fit for a terminal: what is not printable becomes a question mark, but for line
// ends and tabs. At most n bytes are kept.
func Clean(text string, n int) string {
	text = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r != utf8.RuneError && unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, text)
	for len(text) > n {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	return text
}

// Line is Clean for one line of a log.
func Line(text string, n int) string {
	return Clean(strings.NewReplacer("\n", " | ", "\t", " ").Replace(text), n)
}
