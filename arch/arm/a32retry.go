package arm

import (
	"errors"

	"github.com/risugen/risugen/arch"
)

// a32Tries is how often a store exclusive is tried, see a64Tries. It is counted in bits of CPSR's copy that are not flags.
const a32Tries = 64

// Retry implements arch.Glue. The register that counts keeps the flags, too, which the loop needs itself:
//
//	       keep = flag
//	       count = flags | tries
//	again: flags = count
//	       flag = keep
//	       load exclusive, store exclusive
//	       count -= 1
//	       if flag != 1 goto done
//	       if tries in count != 0 goto again
//	done:  flags = count
//	       count = 0
func (g *a32Glue) Retry(l arch.Loop, shape arch.LoopShape) (arch.Loop, error) {
	if shape.Failed != 1 {
		return l, errors.New("only a store that leaves 1 where it is not done can be tried again")
	}
	flag, keep, count := int64(shape.Flag), int64(shape.Keep), int64(shape.Count)
	branch := func(cond, words int64) use { return do(&g.b, words-2, cond) }
	back := int64(shape.Size/4) + 6 // words from the second branch to the loop's head
	var err [4]error
	l.Keep, err[0] = sequence(l.Keep, g.move(keep, flag))
	l.Start, err[1] = sequence(l.Start, g.readCPSR(count),
		g.immediate(&g.andImm, count, count, a32Flags|cpsrBits["q"]), g.immediate(&g.orrImm, count, count, uint32(shape.Tries)))
	l.Again, err[2] = sequence(l.Again, g.writeCPSR(count, psrFlags), g.move(flag, keep))
	l.After, err[3] = sequence(l.After,
		g.immediate(&g.subImm, count, count, 1),
		g.compareWith(&g.cmpImm, flag, 1),
		branch(condNE, 3),
		g.compareWith(&g.tstImm, count, 2*a32Tries-1),
		branch(condNE, -back),
		g.writeCPSR(count, psrFlags),
		g.zero(count))
	return l, errors.Join(err[:]...)
}
