package archtest

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// BranchesStayInTheirBlocks follows every branch of a program to its target, which must be a word of its own block, before
// or behind it. It returns how often each shape of a branch came about: "JALR back, filled", "BLX across" to another
// instruction set. constant is what words load into a register.
func BranchesStayInTheirBlocks(t *testing.T, p *arch.Program, constant func(words []uint64) int64) map[string]int {
	t.Helper()
	seen := map[string]int{}
	for b := range p.Blocks {
		block := &p.Blocks[b]
		addrs := addresses(block)
		for i := range block.Items {
			it := &block.Items[i]
			if it.Kind != arch.Test || p.Machine.Set().Insns[it.Insn].Branch == nil {
				continue
			}
			in := p.Machine.Set().Insns[it.Insn]
			at := int64(addrs[i])
			to, across := target(p, block, i, at, constant)
			require.True(t, to > int64(block.Addr) && to <= int64(addrs[len(addrs)-1])+int64(block.Items[len(addrs)-1].Size),
				"%s at %#x goes to %#x", in.Name(), at, to)
			shape := "forward"
			switch _, stands := slices.BinarySearch(addrs, uint64(to)); {
			case across:
				shape = "across"
			case to < at:
				shape = "back"
				fallthrough
			default:
				require.True(t, stands || to > int64(addrs[len(addrs)-1]), "%s at %#x goes to %#x, where no word begins", in.Name(), at, to)
			}
			if i+1 < len(block.Items) && block.Items[i+1].Kind == arch.Test && in.Branch.DelaySlot {
				shape += ", filled"
			}
			seen[in.Name()+" "+shape]++
		}
	}
	return seen
}

// target is where a branch at item i goes when it is taken, and whether to another instruction set.
func target(p *arch.Program, b *arch.Block, i int, at int64, constant func(words []uint64) int64) (to int64, across bool) {
	in := p.Machine.Set().Insns[b.Items[i].Insn]
	args := in.Pattern.Extract(b.Items[i].Word, nil)
	off := in.BranchOffset(b.Items[i].Word, args)
	switch {
	case !in.Branch.Absolute:
		return int64(in.Branch.From(uint64(at))) + off, in.Branch.Exchange
	case in.Branch.Target < 0:
		return off, in.Branch.Exchange
	}
	var reg uint8
	for _, u := range in.Uses(nil, b.Items[i].Word, args) {
		if u.Operand == in.Branch.Target && u.Kind == constraints.UseRegister {
			reg = u.Num
		}
	}
	var words []uint64
	for _, it := range b.Items[:i] {
		if it.Kind == arch.Prepare && it.Reg == reg && int(it.Owner) == i {
			words = append(words, it.Word)
		}
	}
	if to = constant(words) + off; to&1 != 0 && in.Branch.MayExchange() {
		return to - off + in.ExchangeOffset(b.Items[i].Word, args), true
	}
	return to, false
}

// ShapesOfBranches lists what BranchesStayInTheirBlocks should have seen of a machine's branches, with the shapes given.
func ShapesOfBranches(m arch.Machine, shapes ...string) []string {
	var out []string
	for _, in := range m.Set().Patterns() {
		if in.Branch == nil || !arch.Schedulable(in, m.Layout()) {
			continue
		}
		if in.Branch.Exchange || in.Branch.MayExchange() {
			out = append(out, in.Name()+" across")
		}
		for _, shape := range shapes {
			if !in.Branch.Exchange {
				out = append(out, in.Name()+" "+shape)
			}
		}
	}
	return out
}
