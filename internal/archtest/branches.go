package archtest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// BranchesStayInTheirBlocks follows every branch of a program to its target, which must be a word of its own block, before
// or behind it. It returns how often each shape of a branch came about: "JALR back, filled". constant is what words load
// into a register.
func BranchesStayInTheirBlocks(t *testing.T, p *arch.Program, constant func(words []uint64) int64) map[string]int {
	t.Helper()
	seen := map[string]int{}
	for b := range p.Blocks {
		block := &p.Blocks[b]
		for i := range block.Items {
			it := &block.Items[i]
			if it.Kind != arch.Test || p.Machine.Set().Insns[it.Insn].Branch == nil {
				continue
			}
			in := p.Machine.Set().Insns[it.Insn]
			at := int64(block.Addr) + 4*int64(i)
			to := target(p, block, i, at, constant)
			require.True(t, to%4 == 0 && to > int64(block.Addr) && to <= int64(block.Addr)+4*int64(len(block.Items)),
				"%s at %#x goes to %#x", in.Name(), at, to)
			shape := "forward"
			if to < at {
				shape = "back"
			}
			if i+1 < len(block.Items) && block.Items[i+1].Kind == arch.Test && in.Branch.DelaySlot {
				shape += ", filled"
			}
			seen[in.Name()+" "+shape]++
		}
	}
	return seen
}

// target is where a branch at item i goes when it is taken.
func target(p *arch.Program, b *arch.Block, i int, at int64, constant func(words []uint64) int64) int64 {
	in := p.Machine.Set().Insns[b.Items[i].Insn]
	args := in.Pattern.Extract(b.Items[i].Word, nil)
	off := in.BranchOffset(b.Items[i].Word, args)
	switch {
	case !in.Branch.Absolute:
		return at + off
	case in.Branch.Target < 0:
		return off
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
	return constant(words) + off
}

// ShapesOfBranches lists what BranchesStayInTheirBlocks should have seen of a machine's branches, with the shapes given.
func ShapesOfBranches(m arch.Machine, shapes ...string) []string {
	var out []string
	for _, in := range m.Set().Insns {
		if in.Branch == nil || !arch.Schedulable(in, m.Layout()) {
			continue
		}
		for _, shape := range shapes {
			out = append(out, in.Name()+" "+shape)
		}
	}
	return out
}
