package risu

import (
	"fmt"
	"slices"
	"strings"

	"github.com/risugen/risugen/decodetree"
)

// RISU's fields are runs of bits that do not overlap; decodetree's have several parts, and may share
// bits. So a word is cut wherever a part of a field begins or ends, each piece that is not fixed becomes
// a RISU field, and arguments become expressions over the pieces.

// segment is one RISU field.
type segment struct {
	name     string
	low, len int
}

// layout is a pattern's word as RISU has it. Bit 0 is the least significant of the pattern's own bits.
type layout struct {
	pattern *decodetree.Pattern
	up      int // bits of the file's word below the pattern's
	names   *nameSet
	segs    []segment // most significant first
}

func newLayout(spec *decodetree.Spec, p *decodetree.Pattern) *layout {
	l := &layout{pattern: p, up: spec.Options.InsnWidth - p.Width, names: newNames("")}
	for top := p.Width; top > 0; {
		low := l.pieceBelow(top)
		if l.pattern.FixedMask>>(low+l.up)&1 == 0 {
			l.segs = append(l.segs, segment{l.name(low, top-low), low, top - low})
		}
		top = low
	}
	return l
}

// pieceBelow gives the lowest bit of the piece whose highest is top-1: all its bits have the same users.
func (l *layout) pieceBelow(top int) int {
	low := top - 1
	for low > 0 && l.users(low-1) == l.users(top-1) {
		low--
	}
	return low
}

// users names what reads a bit.
func (l *layout) users(bit int) string {
	bit += l.up
	if l.pattern.FixedMask>>bit&1 != 0 {
		return "fixed"
	}
	var b strings.Builder
	l.parts(func(arg, part int, p decodetree.Part) {
		if bit >= p.Pos && bit < p.Pos+p.Len {
			fmt.Fprintf(&b, "%d.%d ", arg, part)
		}
	})
	return b.String()
}

// parts calls f for each part of an argument that is bits of the word.
func (l *layout) parts(f func(arg, part int, p decodetree.Part)) {
	for i, a := range l.pattern.Args {
		if a.Field == nil {
			continue
		}
		for j, p := range a.Field.Parts {
			if p.Ref == "" {
				f(i, j, p)
			}
		}
	}
}

// name gives a piece the name of the argument that it is, or is part of.
func (l *layout) name(low, n int) string {
	whole, some := "", ""
	l.parts(func(arg, _ int, p decodetree.Part) {
		at := p.Pos - l.up
		if low < at || low >= at+p.Len {
			return
		}
		a := l.pattern.Args[arg]
		if some == "" {
			some = a.Name
		}
		if len(a.Field.Parts) == 1 && at == low && p.Len == n {
			whole = a.Name
		}
	})
	switch {
	case whole != "":
		return l.names.fresh(fieldName(whole))
	case some != "":
		return l.names.numbered(fieldName(some) + "p")
	}
	return l.names.fresh("any")
}

// fieldName makes a name of letters and digits.
func fieldName(name string) string {
	clean := strings.ReplaceAll(identifier(name), "_", "")
	if clean == "" || clean[0] >= '0' && clean[0] <= '9' {
		clean = "f" + clean
	}
	return clean
}

// segment gives the piece called name, or nil.
func (l *layout) segment(name string) *segment {
	i := slices.IndexFunc(l.segs, func(s segment) bool { return s.name == name })
	if i < 0 {
		return nil
	}
	return &l.segs[i]
}

// rename gives a piece another name.
func (l *layout) rename(old, name string) {
	l.segment(old).name = l.names.fresh(name)
}

// bits gives bits low to low+n-1 of the pattern's word as an expression of the block language, whose
// variables are pieces.
func (l *layout) bits(pos decodetree.Pos, low, n int) Expr {
	var out Expr
	add := func(x Expr, n int) {
		if num, zero := x.(*Number); out == nil {
			out = x
		} else if out = (&Binary{pos, "<<", out, &Number{Pos: pos, Value: int64(n)}}); !zero || num.Value != 0 {
			out = &Binary{pos, "|", out, x}
		}
	}
	for top := low + n; top > low; {
		s := l.covering(top - 1)
		bottom := max(low, s.low)
		add(l.piece(pos, s, bottom, top-bottom), top-bottom)
		top = bottom
	}
	return out
}

// covering gives the piece that holds a bit, or a run of fixed bits, which has no name.
func (l *layout) covering(bit int) segment {
	for _, s := range l.segs {
		if bit >= s.low && bit < s.low+s.len {
			return s
		}
	}
	low := bit
	for low > 0 && l.pattern.FixedMask>>(low-1+l.up)&1 != 0 {
		low--
	}
	return segment{low: low, len: bit - low + 1}
}

func (l *layout) piece(pos decodetree.Pos, s segment, low, n int) Expr {
	switch {
	case s.name == "":
		return &Number{Pos: pos, Value: int64(l.pattern.FixedBits >> (low + l.up) & lowBits(n))}
	case n == s.len:
		return &Var{pos, s.name}
	}
	offset, length := &Number{Pos: pos, Value: int64(low - s.low)}, &Number{Pos: pos, Value: int64(n)}
	return &Call{pos, "extract", []Expr{&Var{pos, s.name}, offset, length}}
}

// text writes the bits of the pattern for a .risu file.
func (l *layout) text() string {
	var words []string
	for top := l.pattern.Width; top > 0; {
		s := l.covering(top - 1)
		if s.name == "" {
			words = append(words, fmt.Sprintf("%0*b", s.len, l.pattern.FixedBits>>(s.low+l.up)&lowBits(s.len)))
		} else if s.len == 1 {
			words = append(words, s.name)
		} else {
			words = append(words, fmt.Sprintf("%s:%d", s.name, s.len))
		}
		top = s.low
	}
	return strings.Join(words, " ")
}
