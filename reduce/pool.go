package reduce

import "github.com/risugen/risugen/arch"

// phases is how many phases are told apart: their lower bits make modes, of which no machine has more than these.
const phases = 64

// pool is an input pool in which each candidate has a window of its own. Windows stand phases places apart or a multiple of that,
// so that each may have any phase.
type pool struct {
	bytes []byte
	span  int    // that offsets wrap at, a power of two
	step  uint32 // between windows
	align uint32
}

func newPool(l *arch.Layout, size, windows int) pool {
	unit := phases * l.PoolAlign
	step := (size + 2*unit - 1) / unit * unit // the next window may begin earlier in its unit
	p := pool{step: uint32(step), align: uint32(l.PoolAlign), span: 2 * unit}
	for p.span < windows*step+unit {
		p.span *= 2
	}
	p.bytes = make([]byte, p.span+l.Window+l.Memory.Bytes())
	return p
}

// offset is where a window stands.
func (p *pool) offset(window int, phase uint32) uint32 {
	return uint32(window)*p.step + phase*p.align
}
