package decodetree

import "fmt"

// EncodeError says why arguments do not make a word of a pattern.
type EncodeError struct {
	Pattern string
	Arg     string // the argument at fault; "" if their number is wrong
	Value   int64  // of that argument, or the number of arguments given
	Reason  string
}

// Error names the pattern, the argument and its value.
func (e *EncodeError) Error() string {
	if e.Arg == "" {
		return fmt.Sprintf("encode %s: %s", e.Pattern, e.Reason)
	}
	return fmt.Sprintf("encode %s: argument %s = %d %s", e.Pattern, e.Arg, e.Value, e.Reason)
}

// encoding is a word in the making.
type encoding struct {
	p    *Pattern
	args []int64
	word uint64
	set  uint64 // which bits fields have given a value
}

// Encode gives the word of p with the given arguments, in the order of p.Args.
// It is the inverse of Extract; undefined bits are 0. The error is an
// *EncodeError: a value does not fit its field, a constant differs, two fields
// want the same bit to differ, or a named part is not what it names.
func (p *Pattern) Encode(args []int64) (uint64, error) {
	if len(args) != len(p.Args) {
		return 0, &EncodeError{Pattern: p.Name, Value: int64(len(args)),
			Reason: fmt.Sprintf("%d arguments given, want %d", len(args), len(p.Args))}
	}
	if p.simple {
		if word, ok := p.encodeSimple(args); ok {
			return word, nil
		}
	}
	return p.encodeAll(args)
}

// encodeAll is Encode for all patterns. What it uses may have to be allocated.
func (p *Pattern) encodeAll(args []int64) (uint64, error) {
	e := encoding{p: p, args: args, word: p.FixedBits}
	for i := range args {
		if err := e.arg(i); err != nil {
			return 0, err
		}
	}
	return e.word, nil
}

// Encodes reports whether argument i can have a value, whatever the others are, as far as that is soon known: Encode takes
// its time to say why it does not.
func (p *Pattern) Encodes(i int, v int64) bool {
	f := p.Args[i].Field
	switch {
	case f == nil:
		return v == p.Args[i].Const
	case f.Func == "":
		return f.holds(v)
	}
	fn := p.spec.Functions[f.Func]
	if fn.Invert == nil || len(f.Parts) == 0 {
		return true // it is for Encode to say
	}
	raw, ok := fn.Invert(v)
	return ok && f.holds(raw)
}

func (e *encoding) fail(i int, format string, args ...any) error {
	return &EncodeError{
		Pattern: e.p.Name, Arg: e.p.Args[i].Name, Value: e.args[i],
		Reason: fmt.Sprintf(format, args...),
	}
}

func (e *encoding) arg(i int) error {
	b := &e.p.Args[i]
	if b.Field == nil {
		if e.args[i] != b.Const {
			return e.fail(i, "must be %d", b.Const)
		}
		return nil
	}
	raw, err := e.invert(i, b.Field)
	if err != nil {
		return err
	}
	if !b.Field.holds(raw) {
		return e.fail(i, "does not fit %s", b.Field.rangeText())
	}
	return e.parts(i, b.Field, uint64(raw))
}

// invert gives the number to be put in the field's bits.
func (e *encoding) invert(i int, f *Field) (int64, error) {
	v := e.args[i]
	if f.Func == "" {
		return v, nil
	}
	fn, defined := e.p.spec.Functions[f.Func]
	if !defined {
		return v, nil
	}
	if len(f.Parts) == 0 && fn.Apply != nil {
		if want, ok := fn.Apply(0); ok && v != want {
			return 0, e.fail(i, "must be %d, the value of !function=%s", want, f.Func)
		}
		return 0, nil
	}
	if fn.Invert == nil {
		return 0, e.fail(i, "cannot be encoded: !function=%s has no inverse", f.Func)
	}
	raw, ok := fn.Invert(v)
	if !ok {
		return 0, e.fail(i, "is no value of !function=%s", f.Func)
	}
	return raw, nil
}

// parts hands out raw from its least significant bits on.
func (e *encoding) parts(i int, f *Field, raw uint64) error {
	for j := len(f.Parts) - 1; j >= 0; j-- {
		part := f.Parts[j]
		bits := raw & lowBits(part.Len)
		if part.Ref == "" {
			mask := part.mask()
			if clash := (e.word ^ bits<<part.Pos) & mask & e.set; clash != 0 {
				return e.fail(i, "wants %s to differ from what another argument wants",
					describeBits(clash, e.p.spec.Options.InsnWidth))
			}
			e.word = e.word&^mask | bits<<part.Pos
			e.set |= mask
		} else if other := e.args[e.p.ArgIndex(part.Ref)]; uint64(other)&lowBits(part.Len) != bits {
			return e.fail(i, "does not agree with argument %s = %d", part.Ref, other)
		}
		raw >>= part.Len
	}
	return nil
}

// signed reports whether the value as a whole is a signed number.
func (f *Field) signed() bool { return len(f.Parts) > 0 && f.Parts[0].Signed }

// holds reports whether v is a value that the field's bits can have.
func (f *Field) holds(v int64) bool {
	n := f.width()
	switch {
	case n >= maxWidth:
		return true
	case f.signed():
		return v >= -1<<(n-1) && v < 1<<(n-1)
	default:
		return uint64(v) <= lowBits(n)
	}
}

func (f *Field) rangeText() string {
	if len(f.Parts) == 0 {
		return "a parameter without definition, which is 0"
	}
	kind := "unsigned"
	if f.signed() {
		kind = "signed"
	}
	return fmt.Sprintf("%d bits %s", f.width(), kind)
}

// Insert puts the plain value v (before the field's function) in the field's
// bits of word. It gives false, and word unchanged, if v does not fit or if a
// named part of it, which has no place in the word, is not 0.
func (f *Field) Insert(word uint64, v int64) (uint64, bool) {
	if !f.holds(v) {
		return word, false
	}
	out, raw := word, uint64(v)
	for j := len(f.Parts) - 1; j >= 0; j-- {
		part := f.Parts[j]
		bits := raw & lowBits(part.Len)
		if part.Ref != "" && bits != 0 {
			return word, false
		}
		if part.Ref == "" {
			out = out&^part.mask() | bits<<part.Pos
		}
		raw >>= part.Len
	}
	return out, true
}
