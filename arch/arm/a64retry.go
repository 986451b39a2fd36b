package arm

import (
	"errors"

	"github.com/risugen/risugen/arch"
)

// a64Tries is how often a store exclusive is tried. It fails where anything came between, an interrupt for example,
// which does not happen so often in a row.
const a64Tries = 64

// Retry implements arch.Glue. Nothing but the exclusives accesses memory in the loop, and nothing stands between them, as
// the manual wants it:
//
//	       keep = flag
//	       count = tries
//	again: flag = keep
//	       load exclusive, store exclusive
//	       if flag == 0 goto done
//	       count -= 1
//	       if count != 0 goto again
//	done:  count = 0
func (g *a64Glue) Retry(l arch.Loop, shape arch.LoopShape) (arch.Loop, error) {
	if shape.Failed != 1 {
		return l, errors.New("only a store that leaves 1 where it is not done can be tried again")
	}
	flag, keep, count := int64(shape.Flag), int64(shape.Keep), int64(shape.Count)
	if flag == a64SP || keep == a64SP || count == a64SP {
		return l, errors.New("the stack pointer can neither be told whether a store was done, nor count")
	}
	back := int64(shape.Size/4) + 3 // words from the second branch to the loop's head, which is one word
	var err [4]error
	l.Keep, err[0] = sequence(l.Keep, g.copyOf(keep, flag))
	l.Start, err[1] = sequence(l.Start, do(&g.movz, w64, 0, int64(shape.Tries), count))
	l.Again, err[2] = sequence(l.Again, g.copyOf(flag, keep))
	l.After, err[3] = sequence(l.After,
		do(&g.cbz, w64, 3, flag),
		do(&g.subImm, w64, 0, 1, count, count),
		do(&g.cbnz, w64, -back, count),
		do(&g.movz, w64, 0, 0, count))
	return l, errors.Join(err[:]...)
}
