package junit

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Text is any text. XML 1.0 has no way to write control characters but tab, line feed and carriage return, nor bytes that are
// no UTF-8, which targets print all the same: they are written as \x1b, a backslash and what they are.
type Text string

// MarshalText implements encoding.TextMarshaler, by which package encoding/xml writes elements and attributes.
func (t Text) MarshalText() ([]byte, error) { return []byte(visible(string(t))), nil }

func visible(s string) string {
	if strings.IndexFunc(s, forbidden) < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case forbidden(r) && r > 0xff:
			fmt.Fprintf(&b, `\u%04x`, r)
		case forbidden(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return b.String()
}

// forbidden reports whether no document of XML 1.0 can hold a character (its production 2, Char).
func forbidden(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff
}
