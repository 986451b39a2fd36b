package image

import (
	"errors"
	"fmt"
	"slices"

	"github.com/risugen/risugen/arch"
)

// Read finds the instructions under test in an image that RISU's own generator made, for a machine that can tell its words
// apart (arch.WordSizesOf), and their places in it. It leaves out RISU's words, the code that loads
// registers and prepares addresses, and data. ok is false where the data are no RISU image: where they do not end in the word
// that ends one.
func Read(data []byte, m arch.Machine) (words []arch.Given, ok bool, err error) {
	w, writer := m.(arch.RISUWriter)
	if !writer {
		return nil, false, nil
	}
	form, known := w.RISUForm()
	sizes, told := arch.WordSizesOf(m)
	r := reader{form: form, data: data, sizes: sizes, order: m.Layout().Words(), setUp: form.SetUp != nil}
	if !known || !told || !r.ends() {
		return nil, false, nil // where RISU knows no such machine, words are words
	}
	if err := r.read(); err != nil {
		return nil, true, err
	}
	if len(r.out) == 0 {
		return nil, true, errors.New("the RISU image holds no instruction under test")
	}
	return r.out, true, nil
}

// reader follows an image from its begin to its end.
type reader struct {
	form  arch.RISUForm
	data  []byte
	sizes arch.WordSizes
	order arch.ByteOrder
	setUp bool       // it is in set-up code of another instruction set
	run   []readWord // since the last comparison, in the order in which they are executed
	out   []arch.Given
}

// readWord is a word of an image, and where it stands.
type readWord struct {
	bits     uint64
	at, size int
}

// ends reports whether the data end in the word that ends an image.
func (r *reader) ends() bool {
	n, unit := len(r.data), r.sizes.Unit
	return n >= unit && n%unit == 0 && arch.GetWord(r.data[n-unit:], r.order) == r.form.Key|uint64(arch.RISUEnd)
}

// word is the word at a place, which is not the end. Of one that is cut off it is what is there.
func (r *reader) word(at int) readWord {
	rest, sizes, order := r.data[at:], r.sizes, r.order
	if r.setUp {
		sizes, order = arch.WordSizes{Unit: 4}, r.form.SetUp.Order
	}
	w, ok := sizes.Next(rest, order)
	if !ok {
		w = arch.Word{Bits: arch.GetWord(rest, order), Size: uint8(len(rest))}
	}
	return readWord{at: at, bits: w.Bits, size: int(w.Size)}
}

func (r *reader) read() error {
	for at := 0; at < len(r.data); {
		w := r.word(at)
		at += w.size
		op, asks := r.op(w)
		switch {
		case asks && op == arch.RISUCompare:
			if err := r.compared(w); err != nil {
				return err
			}
			r.run = r.run[:0]
		case asks && op == arch.RISUEnd:
			if len(r.run) > 0 || at < len(r.data) {
				return r.errorf(w, "the end does not stand behind a comparison, at the end")
			}
		case r.jumps(w):
			far, _ := r.jump(w.bits)
			if far <= 0 || far%int64(r.sizes.Unit) != 0 || far >= int64(len(r.data)-w.at) {
				return r.errorf(w, "a jump leaves the image")
			}
			at = w.at + int(far)
		default:
			r.run = append(r.run, w)
			at = r.change(at)
		}
	}
	return nil
}

// change goes from one instruction set to the other where the run ends in what does that. It returns where the run goes on.
func (r *reader) change(at int) int {
	set := r.form.SetUp
	if set == nil {
		return at
	}
	way := set.Enter
	if r.setUp {
		way = set.Leave
	}
	if n := len(r.run) - len(way); n < 0 || !slices.EqualFunc(r.run[n:], way, func(w readWord, bits uint64) bool { return w.bits == bits }) {
		return at
	}
	r.setUp, r.run = !r.setUp, r.run[:0]
	if !r.setUp && at < len(r.data) {
		if w := r.word(at); w.bits == set.Clear {
			return at + w.size
		}
	}
	return at
}

// jumps reports whether a word jumps over data. Alone, an unconditional branch may be under test.
func (r *reader) jumps(w readWord) bool {
	_, ok := r.jump(w.bits)
	return ok && len(r.run) > 0
}

func (r *reader) jump(bits uint64) (int64, bool) {
	jump := r.form.Jump
	if r.setUp {
		jump = r.form.SetUp.Form.Jump
	}
	if jump == nil {
		return 0, false
	}
	return jump(bits)
}

// compared takes the instruction under test before a comparison. The word after it is the comparison.
func (r *reader) compared(at readWord) error {
	switch n := len(r.run); {
	case r.setUp:
		return nil
	case n == 1 && !r.asks(0):
		r.take(r.run[0])
		return nil
	case n > 0 && r.is(n-1, arch.RISUCompareMemory):
		return r.access(at)
	}
	for i, w := range r.run {
		if r.form.Load != nil && r.form.Load(w.bits) && (i == 0 || len(r.out) == 0) { // before the first one stands what sets memory up
			return nil
		}
	}
	return r.errorf(at, "before the comparison stands neither one instruction nor an access nor what loads registers")
}

// access takes an instruction that accesses memory: it stands between the code that makes its address and, unless it
// overwrote that, two words and more that make a distance of it.
func (r *reader) access(at readWord) error {
	end, asked := len(r.run)-1, 0
	for i := range r.run {
		if r.is(i, arch.RISUGetMemory) {
			if asked++; asked == 2 {
				end = i - 1
			}
		}
	}
	bars := 0
	if r.form.Barrier != 0 {
		bars = 1
	}
	i := end - 1 - bars
	if asked < 1 || asked > 2 || i < bars || bars > 0 && (r.run[i-1].bits != r.form.Barrier || r.run[i+1].bits != r.form.Barrier) {
		return r.errorf(at, "before the comparison stands no access as RISU's generator writes them")
	}
	r.take(r.run[i])
	return nil
}

// op is what a word asks for, if it is one of RISU's.
func (r *reader) op(w readWord) (arch.RISUOp, bool) {
	key := r.form.Key
	if r.setUp {
		key = r.form.SetUp.Form.Key
	}
	op := w.bits ^ key
	return arch.RISUOp(op), op <= uint64(arch.RISUCompareMemory)
}

// asks reports whether a word of the run is one of RISU's.
func (r *reader) asks(i int) bool {
	_, ok := r.op(r.run[i])
	return ok
}

// is reports whether a word of the run asks for something.
func (r *reader) is(i int, what arch.RISUOp) bool {
	op, ok := r.op(r.run[i])
	return ok && op == what
}

func (r *reader) take(w readWord) {
	r.out = append(r.out, arch.Given{Word: w.bits, Size: uint8(w.size), Offset: uint64(w.at)})
}

func (r *reader) errorf(at readWord, format string, args ...any) error {
	return fmt.Errorf("+%#x: it ends like a RISU image, but is none that RISU's own generator made: %s", at.at, fmt.Sprintf(format, args...))
}
