package decodetree

import "sync/atomic"

// Options tell what the file itself does not say.
type Options struct {
	// InsnWidth is the bits of a word: 8 to 64, a multiple of 8. 0 means 16 where the file has faults with words of 32 bits
	// and none with words of 16, and 32 else.
	InsnWidth    int
	VarInsnWidth bool // definitions may be shorter than a word, by whole bytes
}

const (
	defaultWidth = 32
	narrowWidth  = 16
	byteBits     = 8
	maxWidth     = 64
)

var parses atomic.Int64

// Parses is how many descriptions the program has parsed so far. That is what a start takes its time for: tests see by it
// that nothing is parsed which is not needed.
func Parses() int64 { return parses.Load() }

// Parse reads the description src; file is its name in positions. The error, if
// any, is an ErrorList with all faults found, and then there is no Spec.
func Parse(file string, src []byte, opt Options) (*Spec, error) {
	parses.Add(1)
	if opt.InsnWidth == 0 {
		return parseAnyWidth(file, src, opt)
	}
	return parseWidth(file, src, opt)
}

// parseWidth is Parse for words of a known width.
func parseWidth(file string, src []byte, opt Options) (*Spec, error) {
	errs := new(faults)
	if opt.InsnWidth < byteBits || opt.InsnWidth > maxWidth || opt.InsnWidth%byteBits != 0 {
		errs.add(Pos{file, 1, 1}, "words of %d bits: want 8 to 64, a multiple of 8", opt.InsnWidth)
		return nil, errs.err()
	}
	if !checkSize(file, src, errs) {
		return nil, errs.err()
	}
	spec := interpret(file, src, opt, errs)
	check(spec, errs)
	if err := errs.err(); err != nil {
		return nil, err
	}
	return spec, nil
}

// interpret is the first two phases: as the quick reader understands a file or, where that cannot, as the grammar does.
func interpret(file string, src []byte, opt Options, errs *faults) *Spec {
	found := new(faults)
	r := newResolver(file, opt, found)
	if head, ok := quickParse(file, src, r.statement); ok {
		errs.list = found.list
		return r.finish(head)
	}
	return resolve(parse(file, src, errs), opt, errs)
}

// parseAnyWidth is Parse for words of a width that the definitions tell.
func parseAnyWidth(file string, src []byte, opt Options) (*Spec, error) {
	opt.InsnWidth = defaultWidth
	spec, err := parseWidth(file, src, opt)
	if err == nil {
		return spec, nil
	}
	opt.InsnWidth = narrowWidth
	narrow, other := parseWidth(file, src, opt)
	if other == nil || len(other.(ErrorList)) < len(err.(ErrorList)) { // it is the width that was meant
		return narrow, other
	}
	return nil, err
}
