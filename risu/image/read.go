package image

import (
	"errors"
	"fmt"

	"github.com/risugen/risugen/arch"
)

// Read finds the instructions under test in an image that RISU's own generator made, for a machine whose words all have one
// size, and their places in it. It leaves out RISU's words, the code that loads registers and prepares addresses, and data.
// ok is false where the data are no RISU image: where they do not end in the word that ends one.
func Read(data []byte, m arch.Machine) (words []arch.Given, ok bool, err error) {
	w, writer := m.(arch.RISUWriter)
	size := arch.WordBytes(m)
	if !writer || size == 0 || len(data) < size || len(data)%size != 0 {
		return nil, false, nil
	}
	form, known := w.RISUForm()
	order := m.Layout().Words()
	if !known || arch.GetWord(data[len(data)-size:], order) != form.Key|uint64(arch.RISUEnd) {
		return nil, false, nil // where RISU knows no such machine, words are words
	}
	r := reader{form: form, size: size}
	for at := 0; at < len(data); at += size {
		r.words = append(r.words, arch.GetWord(data[at:at+size], order))
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
	size  int
	words []uint64
	run   []int // indexes of the words since the last comparison, in the order in which they are executed
	out   []arch.Given
}

func (r *reader) read() error {
	for at := 0; at < len(r.words); at++ {
		op, asks := r.op(at)
		far, jumps := r.form.Jump(r.words[at])
		switch {
		case asks && op == arch.RISUCompare:
			if err := r.compared(at); err != nil {
				return err
			}
			r.run = r.run[:0]
		case asks && op == arch.RISUEnd:
			if len(r.run) > 0 || at+1 < len(r.words) {
				return r.errorf(at, "the end does not stand behind a comparison, at the end")
			}
		case jumps && len(r.run) > 0: // alone it may be under test
			if far <= 0 || far%int64(r.size) != 0 || far/int64(r.size) >= int64(len(r.words)-at) {
				return r.errorf(at, "a jump leaves the image")
			}
			at += int(far)/r.size - 1
		default:
			r.run = append(r.run, at)
		}
	}
	return nil
}

// compared takes the instruction under test before a comparison. The word after it is the comparison.
func (r *reader) compared(at int) error {
	switch n := len(r.run); {
	case n == 1 && !r.asks(0):
		r.take(r.run[0])
		return nil
	case n > 0 && r.is(n-1, arch.RISUCompareMemory):
		return r.access(at)
	}
	for i, w := range r.run {
		if r.form.Load(r.words[w]) && (i == 0 || len(r.out) == 0) { // before the first one stands what sets memory up
			return nil
		}
	}
	return r.errorf(at, "before the comparison stands neither one instruction nor an access nor what loads registers")
}

// access takes an instruction that accesses memory: it stands between the code that makes its address and, unless it
// overwrote that, two words and more that make a distance of it.
func (r *reader) access(at int) error {
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
	if asked < 1 || asked > 2 || i < bars || bars > 0 && (r.words[r.run[i-1]] != r.form.Barrier || r.words[r.run[i+1]] != r.form.Barrier) {
		return r.errorf(at, "before the comparison stands no access as RISU's generator writes them")
	}
	r.take(r.run[i])
	return nil
}

// op is what a word asks for, if it is one of RISU's.
func (r *reader) op(at int) (arch.RISUOp, bool) {
	op := r.words[at] ^ r.form.Key
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

func (r *reader) take(at int) {
	r.out = append(r.out, arch.Given{Word: r.words[at], Offset: uint64(at * r.size)})
}

func (r *reader) errorf(at int, format string, args ...any) error {
	return fmt.Errorf("+%#x: it ends like a RISU image, but is none that RISU's own generator made: %s", at*r.size, fmt.Sprintf(format, args...))
}
