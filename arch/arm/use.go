package arm

import "github.com/risugen/risugen/arch"

// use is an instruction with its arguments.
type use struct {
	op   *arch.Op
	args []int64
}

// sequence appends instructions until one fails.
func sequence(dst []arch.Word, uses ...use) ([]arch.Word, error) {
	for _, u := range uses {
		w, err := u.op.Word(u.args...)
		if err != nil {
			return dst, err
		}
		dst = append(dst, w)
	}
	return dst, nil
}
