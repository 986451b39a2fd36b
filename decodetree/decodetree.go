package decodetree

import "slices"

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

// Parse reads the description src; file is its name in positions. The error, if
// any, is an ErrorList with all faults found, and then there is no Spec.
func Parse(file string, src []byte, opt Options) (*Spec, error) {
	if opt.InsnWidth == 0 {
		return parseAnyWidth(file, src, opt)
	}
	errs := new(faults)
	if opt.InsnWidth < byteBits || opt.InsnWidth > maxWidth || opt.InsnWidth%byteBits != 0 {
		errs.add(Pos{file, 1, 1}, "words of %d bits: want 8 to 64, a multiple of 8", opt.InsnWidth)
		return nil, errs.err()
	}
	parsed := parse(file, src, errs)
	defer parsed.release()
	return interpret(parsed, opt, errs)
}

// interpret makes a Spec of what was parsed.
func interpret(src *source, opt Options, errs *faults) (*Spec, error) {
	spec := resolve(src, opt, errs)
	check(spec, errs)
	if err := errs.err(); err != nil {
		return nil, err
	}
	return spec, nil
}

// parseAnyWidth is Parse for words of a width that the definitions tell.
func parseAnyWidth(file string, src []byte, opt Options) (*Spec, error) {
	wide, slim := new(faults), new(faults)
	parsed := parse(file, src, wide)
	defer parsed.release()
	slim.list = slices.Clone(wide.list)
	opt.InsnWidth = defaultWidth
	spec, err := interpret(parsed, opt, wide)
	if err == nil {
		return spec, nil
	}
	opt.InsnWidth = narrowWidth
	narrow, other := interpret(parsed, opt, slim)
	if other == nil || len(other.(ErrorList)) < len(err.(ErrorList)) { // it is the width that was meant
		return narrow, other
	}
	return nil, err
}
