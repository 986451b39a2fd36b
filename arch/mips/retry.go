package mips

import (
	"errors"

	"github.com/risugen/risugen/arch"
)

// tries is how often a store conditional is tried. It fails where anything came between, an interrupt for example, which
// does not happen so often in a row.
const tries = 64

// Retry implements arch.Glue. Nothing but load linked and store conditional accesses memory in the loop, and nothing
// stands between them, as the manuals want it:
//
//	       keep = flag
//	       count = tries
//	again: flag = keep
//	       load linked, store conditional
//	       if flag != 0 goto done
//	       count -= 1                          in the delay slot
//	       if count != 0 goto again
//	       nop
//	done:  count = 0
func (g *glue) Retry(l arch.Loop, shape arch.LoopShape) (arch.Loop, error) {
	if shape.Failed != 0 {
		return l, errors.New("only a store that leaves 0 where it is not done can be tried again")
	}
	flag, keep, count := int64(shape.Flag), int64(shape.Keep), int64(shape.Count)
	back := int64(shape.Size/4) + 4 // words from behind the second branch to the loop's head, which is one word
	var err [4]error
	l.Keep, err[0] = sequence(l.Keep, do(&g.or, keep, flag, 0))
	l.Start, err[1] = sequence(l.Start, do(&g.addiu, count, 0, int64(shape.Tries)))
	l.Again, err[2] = sequence(l.Again, do(&g.or, flag, keep, 0))
	l.After, err[3] = sequence(l.After,
		do(&g.bne, flag, 0, 3), do(&g.addiu, count, count, -1),
		do(&g.bne, count, 0, -back), do(&g.sll, 0, 0, 0),
		do(&g.addiu, count, 0, 0))
	return l, errors.Join(err[:]...)
}
