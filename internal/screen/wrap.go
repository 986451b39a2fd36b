package screen

import (
	"strings"
	"unicode/utf8"
)

// Wrap puts text on lines of at most so many characters: it breaks at blanks, a word that is too long behind a comma or the
// like, or wherever it must.
func Wrap(s string, width int) string {
	var lines []string
	for _, line := range strings.Split(s, "\n") {
		lines = append(lines, wrapLine(line, width)...)
	}
	return strings.Join(lines, "\n")
}

func wrapLine(s string, width int) []string {
	if utf8.RuneCountInString(s) <= width {
		return []string{s}
	}
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
		for utf8.RuneCountInString(line) > width {
			n := breakAt(line, width)
			lines, line = append(lines, line[:n]), line[n:]
		}
	}
	return append(lines, line)
}

// breakAt is how many bytes of a word go on a line: to behind the last mark in the second half of the line, if there is one,
// and at best a semicolon.
func breakAt(word string, width int) int {
	n := 0
	for range max(width, 1) {
		_, size := utf8.DecodeRuneInString(word[n:])
		n += size
	}
	for _, marks := range []string{";", ",/:+|-"} {
		if i := strings.LastIndexAny(word[:n], marks); i+1 > n/2 {
			return i + 1
		}
	}
	return n
}
