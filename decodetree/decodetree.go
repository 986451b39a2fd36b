package decodetree

// Options tell what the file itself does not say.
type Options struct {
	InsnWidth    int  // bits of a word: 8 to 64, a multiple of 8; 0 means 32
	VarInsnWidth bool // definitions may be shorter than a word, by whole bytes
}

const (
	defaultWidth = 32
	byteBits     = 8
	maxWidth     = 64
)

// Parse reads the description src; file is its name in positions. The error, if
// any, is an ErrorList with all faults found, and then there is no Spec.
func Parse(file string, src []byte, opt Options) (*Spec, error) {
	errs := new(faults)
	if opt.InsnWidth == 0 {
		opt.InsnWidth = defaultWidth
	}
	if opt.InsnWidth < byteBits || opt.InsnWidth > maxWidth || opt.InsnWidth%byteBits != 0 {
		errs.add(Pos{file, 1, 1}, "words of %d bits: want 8 to 64, a multiple of 8", opt.InsnWidth)
		return nil, errs.err()
	}
	spec := resolve(parse(file, src, errs), opt, errs)
	check(spec, errs)
	if err := errs.err(); err != nil {
		return nil, err
	}
	return spec, nil
}
