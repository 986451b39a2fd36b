package arm

import "github.com/risugen/risugen/arch"

// use is an instruction with its arguments.
type use = arch.OpWith

// do is an instruction with its arguments.
func do(op *arch.Op, args ...int64) use { return op.With(args...) }

// sequence appends instructions until one fails.
func sequence(dst []arch.Word, uses ...use) ([]arch.Word, error) { return arch.AppendOps(dst, uses...) }
