package arch

import (
	"errors"
	"fmt"
	"slices"

	"github.com/risugen/risugen/decodetree"
)

// Encoder makes words from the decode files themselves, so that a harness is written with the same
// encodings that it tests and needs no assembler.
type Encoder struct {
	specs []*decodetree.Spec
}

// NewEncoder returns an encoder for the patterns of specs.
func NewEncoder(specs ...*decodetree.Spec) *Encoder { return &Encoder{specs} }

// Op is an instruction to be encoded: its patterns, and the order in which arguments are given.
type Op struct {
	name  string
	cands []candidate
	err   error
}

// candidate is one pattern of the name; from[i] is where its argument i stands among the given ones.
type candidate struct {
	pattern *decodetree.Pattern
	from    []int
	encoder *decodetree.Encoder // nil: the pattern has none
}

// Op looks an instruction up. Several patterns may have the name: a word is made by the first that can
// hold the arguments. Arguments that a pattern fixes to a constant must be given too if they are named.
func (e *Encoder) Op(name string, args ...string) Op {
	op := Op{name: name}
	for _, s := range e.specs {
		for _, p := range s.ByName(name) {
			c, ok := newCandidate(p, args)
			if !ok {
				continue
			}
			if fn := undefinedFunction(s, p); fn != "" {
				op.err = fmt.Errorf("an argument of %s is made by !function=%s, which is not defined", name, fn)
				continue
			}
			op.cands = append(op.cands, c)
		}
	}
	if len(op.cands) > 0 {
		op.err = nil
		return op
	}
	if op.err != nil {
		return op
	}
	op.err = fmt.Errorf("no pattern %s with arguments %v", name, args)
	return op
}

// Fixed is the instruction with those of its patterns alone whose fixed bits are these under a mask: for patterns of one
// name that no argument tells apart.
func (o Op) Fixed(bits, mask uint64) Op {
	o.cands = slices.DeleteFunc(slices.Clone(o.cands), func(c candidate) bool {
		return c.pattern.FixedMask&mask != mask || c.pattern.FixedBits&mask != bits
	})
	if len(o.cands) == 0 && o.err == nil {
		o.err = fmt.Errorf("no pattern %s has the bits %#x", o.name, bits)
	}
	return o
}

// undefinedFunction returns the name of a function that a pattern's arguments need and nobody defined, or "".
func undefinedFunction(s *decodetree.Spec, p *decodetree.Pattern) string {
	for _, a := range p.Args {
		if a.Field != nil && a.Field.Func != "" && s.Functions[a.Field.Func].Apply == nil {
			return a.Field.Func
		}
	}
	return ""
}

// newCandidate matches a pattern's arguments with the given names. All of its own must be given, except
// constants.
func newCandidate(p *decodetree.Pattern, args []string) (candidate, bool) {
	c := candidate{pattern: p, from: make([]int, len(p.Args))}
	used := 0
	for i, a := range p.Args {
		c.from[i] = -1
		for j, name := range args {
			if name == a.Name {
				c.from[i] = j
				used++
			}
		}
		if c.from[i] < 0 && a.Field != nil {
			return c, false
		}
	}
	c.encoder = p.Encoder(c.from)
	return c, used == len(args)
}

// Word encodes the instruction with these values.
func (o *Op) Word(values ...int64) (Word, error) {
	err := o.err
	for i := range o.cands {
		c := &o.cands[i]
		if c.encoder != nil {
			if w, ok := c.encoder.Word(values); ok {
				return Word{w, uint8(c.pattern.Width / 8)}, nil
			}
		}
		if !c.suits(values) {
			continue
		}
		var w uint64
		if w, err = c.encode(values); err == nil {
			return Word{w, uint8(c.pattern.Width / 8)}, nil
		}
	}
	if err == nil {
		err = errors.New("no pattern of the name has these constants")
	}
	return Word{}, fmt.Errorf("encode %s: %w", o.name, err)
}

// suits reports whether the values of arguments that the pattern fixes are the fixed ones.
func (c *candidate) suits(values []int64) bool {
	for i, j := range c.from {
		a := &c.pattern.Args[i]
		if a.Field == nil && j >= 0 && j < len(values) && values[j] != a.Const {
			return false
		}
	}
	return true
}

// encode puts values into the order of the pattern's arguments.
func (c *candidate) encode(values []int64) (uint64, error) {
	var buf [8]int64
	args := buf[:0]
	for i, j := range c.from {
		if j >= 0 && j < len(values) {
			args = append(args, values[j])
		} else {
			args = append(args, c.pattern.Args[i].Const)
		}
	}
	return c.pattern.Encode(args)
}

// maxArgs is how many arguments the instructions have at most that glue and harnesses are made of.
const maxArgs = 8

// OpWith is an instruction with its arguments. It holds them itself, so that to make one allocates nothing.
type OpWith struct {
	Op   *Op
	n    int
	args [maxArgs]int64
}

// With is the instruction with these arguments, of which there must not be more than eight.
func (o *Op) With(args ...int64) OpWith {
	u := OpWith{Op: o, n: len(args)}
	copy(u.args[:], args)
	return u
}

// Args are the arguments.
func (u *OpWith) Args() []int64 { return u.args[:u.n] }

// Word encodes the instruction.
func (u *OpWith) Word() (Word, error) { return u.Op.Word(u.args[:u.n]...) }

// AppendOps appends instructions until one fails.
func AppendOps(dst []Word, ops ...OpWith) ([]Word, error) {
	for i := range ops {
		w, err := ops[i].Word()
		if err != nil {
			return dst, err
		}
		dst = append(dst, w)
	}
	return dst, nil
}
