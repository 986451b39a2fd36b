package decodetree

import "math/bits"

// Encoder makes words of a pattern each of whose arguments is made of bits of its own, or constant: nearly all of what a scheduler
// writes between instructions.
type Encoder struct {
	fixed  uint64
	plain  []plainValue
	others []otherValue
}

// plainValue is a value that is an unsigned number in a row of bits.
type plainValue struct {
	at       uint16
	lsh, rsh uint8 // as in step
}

// otherValue is a value that is a constant, signed, or in several parts.
type otherValue struct {
	at   int
	step *step
}

// Encoder returns an encoder for values of which argument i is that at from[i]; constants may be left out, with a negative place.
// There is none for some patterns, which is nil.
func (p *Pattern) Encoder(from []int) *Encoder {
	if len(from) != len(p.Args) || !p.simple {
		return nil
	}
	e := &Encoder{fixed: p.FixedBits}
	for i := range p.steps {
		switch s, at := &p.steps[i], from[p.steps[i].arg]; {
		case at < 0 && s.kind == stepConst:
		case at < 0:
			return nil
		case s.kind == stepBits:
			e.plain = append(e.plain, plainValue{uint16(at), s.lsh, s.rsh})
		default:
			e.others = append(e.others, otherValue{at, s})
		}
	}
	return e
}

// Word is the word with some values. It reports false where there is none: Encode says why.
func (e *Encoder) Word(values []int64) (uint64, bool) {
	word := e.fixed
	for _, p := range e.plain {
		if int(p.at) >= len(values) {
			return 0, false
		}
		v := uint64(values[p.at])
		upper := v << (p.rsh & 63)
		if upper>>(p.rsh&63) != v {
			return 0, false
		}
		word |= upper >> (p.lsh & 63)
	}
	for i := range e.others {
		o := &e.others[i]
		if o.at >= len(values) {
			return 0, false
		}
		bits, ok := o.step.encode(values[o.at])
		if !ok {
			return 0, false
		}
		word |= bits
	}
	return word, true
}

// encodeSimple is what an encoder does, for all of the pattern's arguments in their order.
func (p *Pattern) encodeSimple(args []int64) (uint64, bool) {
	word := p.FixedBits
	for i := range p.steps {
		bits, ok := p.steps[i].encode(args[p.steps[i].arg])
		if !ok {
			return 0, false
		}
		word |= bits
	}
	return word, true
}

// encode gives the bits of a word that make an argument, if they can hold its value.
func (s *step) encode(v int64) (bits uint64, ok bool) {
	upper := uint64(v) << (s.rsh & 63)
	switch s.kind {
	case stepConst:
		return 0, v == s.value
	case stepBits:
		return upper >> (s.lsh & 63), uint64(v) == upper>>(s.rsh&63)
	case stepSignedBits:
		return upper >> (s.lsh & 63), v == int64(upper)>>(s.rsh&63)
	}
	bits, rest := s.joined.place(uint64(v))
	return bits, rest == 0
}

// isSimple reports whether each argument is constant or has bits of its own, which no function changes.
func (p *Pattern) isSimple() bool {
	var taken uint64
	for i := range p.steps {
		s := &p.steps[i]
		if s.kind == stepConst {
			continue
		}
		mask := ^uint64(0) << (s.rsh & 63) >> (s.lsh & 63)
		if s.kind == stepParts {
			mask, _ = s.joined.place(^uint64(0))
		}
		if s.joined != nil && !s.joined.placed(mask) || taken&mask != 0 {
			return false
		}
		taken |= mask
	}
	return taken&p.FixedMask == 0
}

// placed reports whether an argument is an unsigned number that no function changes, each bit of which has one in a mask of the
// word's bits to itself.
func (j *joined) placed(mask uint64) bool {
	width := 0
	for i := range j.parts {
		if j.parts[i].Ref != "" || j.parts[i].Signed {
			return false
		}
		width += j.parts[i].Len
	}
	return j.fn == "" && bits.OnesCount64(mask) == width
}

// place puts the low bits of v into the places of the parts, and returns what is left of v.
func (j *joined) place(v uint64) (word, rest uint64) {
	for i := len(j.parts) - 1; i >= 0; i-- {
		p := &j.parts[i]
		word |= v & lowBits(p.Len) << (p.Pos & 63)
		v >>= p.Len & 63
	}
	return word, v
}
