package decodetree

// step extracts one argument. Those of a pattern are to stand close together.
type step struct {
	arg      uint16
	kind     stepKind
	lsh, rsh uint8   // stepBits, stepSignedBits: shifts that isolate the part
	value    int64   // stepConst
	joined   *joined // stepParts, and all with a function
}

// joined is what a step needs that few have.
type joined struct {
	parts []Part // stepParts
	refs  []int  // stepParts: argument index of each part's Ref, or -1
	fn    string // !function, or ""
}

type stepKind uint8

const (
	stepConst stepKind = iota
	stepBits
	stepSignedBits
	stepParts
)

// compile makes the steps. It needs references that are known to have no loop.
func (p *Pattern) compile() {
	p.order()
	p.simple = p.isSimple()
}

// order makes the steps so that each argument comes after those it refers to.
func (p *Pattern) order() {
	p.steps = make([]step, 0, len(p.Args))
	if !anyRefs(p.Args) {
		for i := range p.Args {
			p.steps = append(p.steps, p.step(i))
		}
		return
	}
	done := make([]bool, len(p.Args))
	var visit func(i int)
	visit = func(i int) {
		if done[i] {
			return
		}
		done[i] = true
		for _, ref := range refs(p.Args[i].Field) {
			visit(p.ArgIndex(ref))
		}
		p.steps = append(p.steps, p.step(i))
	}
	for i := range p.Args {
		visit(i)
	}
}

func (p *Pattern) step(i int) step {
	b := p.Args[i]
	if b.Field == nil {
		return step{arg: uint16(i), kind: stepConst, value: b.Const}
	}
	s, f := step{arg: uint16(i), kind: stepParts}, b.Field
	if f.Func != "" {
		s.joined = &joined{parts: f.Parts, fn: f.Func}
	}
	if len(f.Parts) == 1 && f.Parts[0].Ref == "" {
		part := f.Parts[0]
		s.kind = stepBits
		if part.Signed {
			s.kind = stepSignedBits
		}
		s.lsh, s.rsh = uint8(maxWidth-part.Pos-part.Len), uint8(maxWidth-part.Len)
		return s
	}
	if s.joined == nil {
		s.joined = &joined{parts: f.Parts}
	}
	for _, part := range f.Parts {
		s.joined.refs = append(s.joined.refs, p.ArgIndex(part.Ref))
	}
	return s
}

// Extract appends the values of p's arguments in word to dst, in the order of
// p.Args. It allocates nothing if dst has room for them. word must match p.
//
// An unsigned field of 64 bits wraps into int64. A number that a function has
// no answer for stays as it is.
func (p *Pattern) Extract(word uint64, dst []int64) []int64 {
	base, n := len(dst), len(p.steps)
	if cap(dst)-base >= n {
		dst = dst[:base+n]
	} else {
		dst = append(dst, make([]int64, n)...)
	}
	out := dst[base:]
	for i := range p.steps {
		s := &p.steps[i]
		var v int64
		switch s.kind {
		case stepConst:
			v = s.value
		case stepBits:
			v = int64(word << (s.lsh & 63) >> (s.rsh & 63))
		case stepSignedBits:
			v = int64(word<<(s.lsh&63)) >> (s.rsh & 63)
		default:
			v = s.joined.join(word, out)
		}
		if s.joined != nil && s.joined.fn != "" {
			v = p.spec.apply(s.joined.fn, v)
		}
		out[s.arg] = v
	}
	return dst
}

// join puts the parts together; args holds the arguments extracted so far.
func (j *joined) join(word uint64, args []int64) int64 {
	var v uint64
	for i := range j.parts {
		part := &j.parts[i]
		bits := word >> (part.Pos & 63)
		if j.refs[i] >= 0 {
			bits = uint64(args[j.refs[i]])
		}
		v = appendPart(v, i == 0, *part, bits)
	}
	return int64(v)
}

// appendPart moves v up by the part's length and puts the part's low bits there.
// Only the sign of the first, most significant part reaches the result.
func appendPart(v uint64, first bool, part Part, bits uint64) uint64 {
	if first && part.Signed {
		rest := maxWidth - part.Len
		return uint64(int64(bits<<rest) >> rest)
	}
	return v<<part.Len | bits&lowBits(part.Len)
}

// apply gives what function name makes of v, which is v itself if the function
// is not defined or has no answer.
func (s *Spec) apply(name string, v int64) int64 {
	if s.Functions == nil {
		return v
	}
	if fn := s.Functions[name].Apply; fn != nil {
		if w, ok := fn(v); ok {
			return w
		}
	}
	return v
}

// Extract gives the plain value of the field in word, before its function.
// Named parts count as 0: a field alone knows no arguments.
func (f *Field) Extract(word uint64) int64 {
	var v uint64
	for i, part := range f.Parts {
		bits := word >> part.Pos
		if part.Ref != "" {
			bits = 0
		}
		v = appendPart(v, i == 0, part, bits)
	}
	return int64(v)
}

// FieldBits gives the mask of those bits of the word that argument i depends on,
// all bits of the arguments that its named parts refer to included. It is 0 for
// constants and parameters.
func (p *Pattern) FieldBits(i int) uint64 {
	switch f := p.Args[i].Field; {
	case f == nil:
		return 0
	case len(refs(f)) == 0:
		return f.mask()
	}
	var mask uint64
	done := make(map[int]bool)
	var visit func(i int)
	visit = func(i int) {
		if done[i] || p.Args[i].Field == nil {
			return
		}
		done[i] = true
		mask |= p.Args[i].Field.mask()
		for _, ref := range refs(p.Args[i].Field) {
			visit(p.ArgIndex(ref))
		}
	}
	visit(i)
	return mask
}
