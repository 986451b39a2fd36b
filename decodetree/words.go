package decodetree

// What the lexer's expressions match, said of a whole word.

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWordByte(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' }

// isWord reports whether a text is letters, digits and underscores: a name where a mark stands before it.
func isWord(s string) bool {
	for i := range len(s) {
		if !isWordByte(s[i]) {
			return false
		}
	}
	return s != ""
}

// isName reports whether a text is a word that begins with a letter.
func isName(s string) bool { return s != "" && isLetter(s[0]) && isWord(s) }

// isNumber reports whether a text is decimal digits.
func isNumber(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// isLength reports whether a text is a number, or one behind an s.
func isLength(s string) bool {
	if s != "" && s[0] == 's' {
		s = s[1:]
	}
	return isNumber(s)
}
