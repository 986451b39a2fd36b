package runtime

import (
	"bytes"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// An output that is never seen to change says nothing about its instruction, or was declared wrongly.
// These are the least numbers of executions, of instructions and of different words among them, before that is
// a finding.
const (
	neverChangedExecutions = 1200
	neverChangedInstances  = 16
	neverChangedWords      = 8
	// A flag may be set by one operand in a thousand: a state with flags that stay set needs so many times more.
	neverChangedRare = 20
)

// outputStats is what is known of one operand of a pattern as an output.
type outputStats struct {
	mark       []byte   // of a branch: the first value that its mark was seen with
	changed    bool     // it differed once from the value before
	executions int64    // executions to the end in which it could be seen
	instances  int64    // instructions with at least one
	words      []uint64 // different words of these, up to neverChangedWords
}

// executed notes executions of an instruction, which may have been noted before, or will be again.
func (o *outputStats) executed(word uint64, n int64, partly bool) {
	o.executions += n
	if !partly {
		o.instances++
	}
	if len(o.words) < neverChangedWords && !slices.Contains(o.words, word) {
		o.words = append(o.words, word)
	}
}

// patternStats is what is known of a pattern.
type patternStats struct {
	drawn     bool          // the program holds it
	hasResult bool          // an instruction of it has a result that is recorded
	completed bool          // an instruction of it ran to its end
	trapped   bool          // one raised a fault that it declares
	faulted   bool          // one was where a round ended, on one side at least
	reserved  bool          // the program holds a reserved word of it
	refused   bool          // one raised a fault
	skewed    bool          // a misaligned access of it ran
	covered   bool          // an instruction of it changed what it writes
	outputs   []outputStats // by operand; the last is the mark of a branch
}

// coverage follows which patterns and outputs were seen at work.
type coverage struct {
	prog     *arch.Program
	layout   *arch.Layout
	set      *constraints.Set
	patterns []patternStats // by index in the set
	// interrupted are blocks some rounds of which were looked at, and others may be later.
	interrupted map[int]bool
	hits        *hitCounter // nil: nobody asks
}

// blockCover is the part of a plan that coverage needs.
type blockCover struct {
	watch    []int   // results whose output was not yet seen to change
	partial  []int64 // for each result, completed executions in rounds that faulted
	checks   int64   // rounds that came to the checkpoint
	furthest int     // items before this one completed in some round
	clean    int64   // rounds that came to the checkpoint and are alike
	ended    []int64 // by how many items ran: other rounds
}

func newCoverage(p *arch.Program, opt Options) *coverage {
	c := &coverage{prog: p, layout: p.Machine.Layout(), set: p.Machine.Set(), interrupted: map[int]bool{}}
	if opt.Hits {
		c.hits = newHitCounter(p)
	}
	c.patterns = make([]patternStats, len(c.set.Insns))
	for b := range p.Blocks {
		for i := range p.Blocks[b].Items {
			switch it := &p.Blocks[b].Items[i]; it.Kind {
			case arch.Test, arch.Misaligned:
				c.patterns[it.Insn].drawn = true
			case arch.Reserved:
				c.patterns[it.Insn].reserved = true
			}
		}
	}
	for i := range c.patterns {
		if c.patterns[i].drawn {
			c.patterns[i].outputs = make([]outputStats, len(c.set.Insns[i].Operands)+1)
		}
	}
	return c
}

// pattern returns what is known of the pattern and the output of a result.
func (c *coverage) of(p *plan, r *arch.Result) (*patternStats, *outputStats) {
	ps := &c.patterns[p.block.Items[r.Item].Insn]
	if r.Operand < 0 {
		return ps, &ps.outputs[len(ps.outputs)-1]
	}
	return ps, &ps.outputs[r.Operand]
}

// open begins a block.
func (c *coverage) open(p *plan) {
	b := &p.cover
	b.watch, b.checks, b.furthest = b.watch[:0], 0, 0
	b.partial = append(b.partial[:0], make([]int64, len(p.results))...)
	b.clean, b.ended = 0, append(b.ended[:0], make([]int64, len(p.block.Items)+1)...)
	for i := range p.results {
		ps, out := c.of(p, &p.results[i])
		ps.hasResult = true
		if !out.changed && (c.telling(p, &p.results[i]) || p.results[i].Operand < 0) && !c.mayBeNullified(p, p.results[i].Item) {
			b.watch = append(b.watch, i)
		}
	}
}

// telling reports whether a result can be compared with the value before it: not the mark of a branch, and
// not a register that glue wrote first, unless all that it did was to sign-extend the value.
func (c *coverage) telling(p *plan, r *arch.Result) bool {
	return r.Operand >= 0 && (r.Place.Kind != arch.RegisterPlace || !p.glue.has(r.Place) || c.extended(p, r))
}

// mayBeNullified reports whether an item stands in the delay slot of a branch that nullifies it when it is not
// taken: then what its place holds is another's.
func (c *coverage) mayBeNullified(p *plan, item int) bool {
	if item == 0 || p.block.Items[item].Kind != arch.Test || p.block.Items[item-1].Kind != arch.Test {
		return false
	}
	br := c.set.Insns[p.block.Items[item-1].Insn].Branch
	return br != nil && br.Likely
}

// extended reports whether the one thing that glue did to a result's register is to sign-extend what it held.
func (c *coverage) extended(p *plan, r *arch.Result) bool {
	in, words := c.set.Insns[p.block.Items[r.Item].Insn], 0
	for i := range p.block.Items {
		it := &p.block.Items[i]
		if it.Kind != arch.Test && it.Kind != arch.Reset && register(int(it.Class), int(it.Reg)) == r.Place {
			words++
		}
	}
	return words == 1 && slices.ContainsFunc(in.Inputs, func(i constraints.Input) bool { return i.Operand == r.Operand && i.Sext32 })
}

// observe looks at the results of items before limit that were not yet seen to change.
func (c *coverage) observe(p *plan, limit int, payload, input []byte, round uint32) {
	b := &p.cover
	kept := b.watch[:0]
	for _, i := range b.watch {
		r := &p.results[i]
		ps, out := c.of(p, r)
		switch {
		case p.since[i] >= limit || out.changed:
		case r.Operand < 0:
			out.changed = c.bothWays(p, r, out, payload) || !c.set.Insns[p.block.Items[r.Item].Insn].Conditional()
			ps.covered = out.changed
		case c.changed(p, r, payload, input, round):
			out.changed = true
			ps.covered = ps.covered || c.set.Insns[p.block.Items[r.Item].Insn].Branch == nil
		}
		if !out.changed {
			kept = append(kept, i)
		}
	}
	b.watch = kept
}

// bothWays reports whether the mark of a pattern's branches has been seen with two values.
func (c *coverage) bothWays(p *plan, r *arch.Result, out *outputStats, payload []byte) bool {
	at, n := c.layout.Span(r.Place)
	if out.mark == nil {
		out.mark = bytes.Clone(payload[at : at+n])
	}
	return !bytes.Equal(out.mark, payload[at:at+n])
}

// changed reports whether a result differs from the value that its output had when the round began.
func (c *coverage) changed(p *plan, r *arch.Result, payload, input []byte, round uint32) bool {
	at, n := c.layout.Span(r.Place)
	got := payload[at : at+n]
	if r.Wrote.Kind != arch.StatePlace {
		before := initial(c.layout, r.Place, input)
		if p.glue.has(r.Place) && number(got, c.layout.Order) == uint64(int64(int32(number(before, c.layout.Order)))) {
			return false // it may have been so before
		}
		return !bytes.Equal(got, before)
	}
	// A state, where it stands or in the register that it was copied to, which may be wider.
	mask := ^uint64(0) >> (64 - 8*c.layout.States[r.Wrote.Num].Bytes)
	return number(got, c.layout.Order)&mask != c.prog.Machine.InitialState(p.block, int(r.Wrote.Num), round, input)&mask
}

// faulted notes a round that ended at an item, or in its slot, which is the last one then.
func (c *coverage) faulted(p *plan, item, last int) {
	p.cover.furthest = max(p.cover.furthest, item)
	for i := item; i <= last && i < len(p.block.Items); i++ {
		switch it := &p.block.Items[i]; it.Kind {
		case arch.Test, arch.Misaligned:
			c.patterns[it.Insn].faulted = true
		case arch.Reserved:
			c.patterns[it.Insn].refused = true
		}
	}
	for i := range p.results {
		if p.since[i] < item {
			p.cover.partial[i]++
		}
	}
}

// ran notes a round in which so many items ran, the one that faulted included.
func (c *coverage) ran(p *plan, items int) {
	items = min(items, len(p.block.Items))
	p.cover.ended[items]++
	if t := p.trap.item; t >= 0 && t < items && p.block.Items[t].Kind == arch.Misaligned { // no round of it is clean
		c.patterns[p.block.Items[t].Insn].skewed = true
	}
}

// misaligned lists the patterns of which a misaligned access ran.
func (c *coverage) misaligned() (out []string) {
	for i := range c.patterns {
		if c.patterns[i].skewed {
			out = append(out, c.set.Insns[i].Name())
		}
	}
	return out
}

// close ends a block.
func (c *coverage) close(p *plan) {
	b := &p.cover
	if c.hits != nil {
		c.hits.block(p, b.checks, b.clean, b.ended, func(item int) bool { return c.mayBeNullified(p, item) })
	}
	if b.checks > 0 {
		b.furthest = len(p.block.Items)
	}
	for i := range p.block.Items[:b.furthest] {
		if it := &p.block.Items[i]; it.Kind == arch.Test && !c.mayBeNullified(p, i) {
			c.patterns[it.Insn].completed = true
		}
	}
	for i := range p.results {
		r, n := &p.results[i], b.checks+b.partial[i]
		_, out := c.of(p, r)
		switch {
		case n == 0 || c.mayBeNullified(p, r.Item):
		case r.Operand >= 0 && c.telling(p, r):
			out.executed(p.block.Items[r.Item].Word, n, c.interrupted[p.index])
		}
	}
}

// leastWords is how many different words of an instruction must have run: of given code one may stand a hundred
// times, which never changes anything.
func leastWords(in *constraints.Insn) int {
	if n := in.Encodings(); n != nil && n.IsInt64() {
		return int(min(neverChangedWords, n.Int64()))
	}
	return neverChangedWords
}

// neverChanged calls f for each declared output that ran often and never changed.
func (c *coverage) neverChanged(f func(in *constraints.Insn, op *constraints.Operand, out *outputStats)) {
	for i := range c.patterns {
		for o := range c.set.Insns[i].Operands {
			if !c.patterns[i].drawn {
				break
			}
			out := &c.patterns[i].outputs[o]
			times := int64(1)
			if op := &c.set.Insns[i].Operands[o]; op.Kind == constraints.StateOperand && c.layout.States[op.State].Reset {
				times = neverChangedRare
			}
			if !out.changed && out.executions >= times*neverChangedExecutions && out.instances >= neverChangedInstances && len(out.words) >= leastWords(c.set.Insns[i]) {
				f(c.set.Insns[i], &c.set.Insns[i].Operands[o], out)
			}
		}
	}
}
