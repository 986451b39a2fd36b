package constraints

import (
	"strings"

	"github.com/risugen/risugen/constraints/syntax"
	"github.com/risugen/risugen/decodetree"
)

// wordList is a list of words of a names block, which templates print words of.
type wordList struct {
	pos   decodetree.Pos
	words []string
}

// listTable is the lists of a file, by name.
type listTable map[string]*wordList

// defineLists reads every names block of a file.
func (l *loader) defineLists() {
	l.lists = listTable{}
	for _, s := range l.everywhere("names") {
		for _, st := range s.block.Stmts {
			if err := l.listDef(s, st); err != nil {
				l.fail(err)
			}
		}
	}
}

// listDef reads `list: "word word";`, or several strings with commas between. Of these an empty one is
// the empty word.
func (l *loader) listDef(s *source, st *syntax.Stmt) error {
	sc := &scope{note: s.note}
	if len(st.Strings) == 0 || len(st.Labels) != 1 || len(st.Labels[0].Args) > 0 || st.If != nil {
		return sc.errorf(st.Pos.Offset, "names: expected `list: \"word word\";`")
	}
	name, list := st.Labels[0].Name, &wordList{pos: sc.at(st.Pos.Offset)}
	for _, text := range st.Strings {
		words := strings.Fields(strings.Trim(text, `"`))
		if len(words) == 0 && len(st.Strings) > 1 {
			words = []string{""}
		}
		list.words = append(list.words, words...)
	}
	switch old := l.lists[name]; {
	case len(list.words) == 0:
		return sc.errorf(st.Pos.Offset, "list %s is empty", name)
	case old != nil:
		return sc.errorf(st.Pos.Offset, "list %s is defined already (%s)", name, old.pos)
	}
	l.lists[name] = list
	return nil
}

// words are what stands behind the bar of a template's hole, at an offset of its text: words with commas between,
// or the name of a list.
func (s *scope) words(text string, offset int) ([]string, error) {
	if strings.Contains(text, ",") {
		return strings.Split(text, ","), nil
	}
	name := strings.TrimSpace(text)
	list := s.lists[name]
	if list == nil {
		return nil, s.errorf(offset+strings.Index(text, name), "asm: unknown list %s", name)
	}
	s.set.usage.print(list)
	return list.words, nil
}
