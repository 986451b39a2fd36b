package trace

import "github.com/risugen/risugen/arch"

// cursor is a place in the order of a program's records: the round of a block that comes next.
type cursor struct {
	prog         *arch.Program
	layout       *arch.Layout
	block, round int
	record       int64 // how many came before
}

func newCursor(p *arch.Program) cursor { return cursor{prog: p, layout: p.Machine.Layout()} }

// done reports whether no record is left.
func (c *cursor) done() bool { return c.block >= len(c.prog.Blocks) }

// total is the number of records of the program.
func (c *cursor) total() int64 { return int64(len(c.prog.Blocks)) * int64(c.prog.Rounds) }

// size is how many bytes the next record has.
func (c *cursor) size() int {
	return arch.RecordHeaderSize + c.layout.PayloadSize(&c.prog.Blocks[c.block])
}

// advance moves over records of the current block, at most to its end.
func (c *cursor) advance(n int) {
	c.record += int64(n)
	if c.round += n; c.round == c.prog.Rounds {
		c.block, c.round = c.block+1, 0
	}
}

// group returns how many records come next that are packed together: of one block, at most groupSize, and at most
// left.
func (c *cursor) group(left int) int { return min(groupSize, c.prog.Rounds-c.round, left) }

// skip moves over n records and returns how many bytes they have; false: there are not so many, or they have more
// than limit bytes.
func (c *cursor) skip(n, limit int) (bytes int, ok bool) {
	for n > 0 && !c.done() {
		g, size := min(n, c.prog.Rounds-c.round), c.size()
		if g > (limit-bytes)/size {
			return 0, false
		}
		bytes += g * size
		c.advance(g)
		n -= g
	}
	return bytes, n == 0
}
