package risu

import (
	"strconv"
	"strings"
)

// reserved words may not be arguments: those of the block language, and those of C, in which QEMU's
// decoders are generated.
var reservedWords = wordSet(`if in is out inout when
	auto break case char const continue default do double else enum extern float for goto inline int long
	register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while`)

func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(text) {
		set[w] = true
	}
	return set
}

// nameSet hands out names that were not used before.
type nameSet struct {
	used map[string]bool
	sep  string // before the number that tells namesakes apart
}

func newNames(sep string) *nameSet { return &nameSet{map[string]bool{}, sep} }

// fresh gives name, or the first name_2, name_3, ... that is free, and takes it.
func (n *nameSet) fresh(name string) string {
	out := name
	for i := 2; n.used[out] || reservedWords[out]; i++ {
		out = name + n.sep + strconv.Itoa(i)
	}
	n.used[out] = true
	return out
}

// numbered gives the first of name1, name2, ... that is free, and takes it.
func (n *nameSet) numbered(name string) string {
	for i := 1; ; i++ {
		if out := name + strconv.Itoa(i); !n.used[out] {
			n.used[out] = true
			return out
		}
	}
}

// identifier makes a legal name of text: other characters become underscores.
func identifier(text string) string {
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '_'
	}, text)
	if clean == "" || clean[0] >= '0' && clean[0] <= '9' || clean[0] == '_' {
		clean = "g" + clean
	}
	return clean
}

// argumentNames gives each field the name of its argument. Of namesakes the last, which is the one that
// expressions mean, keeps the name.
func (p *Pattern) argumentNames() []string {
	names, out := newNames("_"), make([]string, len(p.Fields))
	for i := len(p.Fields) - 1; i >= 0; i-- {
		out[i] = names.fresh(p.Fields[i].Name)
	}
	return out
}
