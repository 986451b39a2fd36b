package mips

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// TestBranchesStayInTheirBlocks follows every branch of a program to its target: a word of its own block,
// before or behind it. Every shape of a branch comes about.
func TestBranchesStayInTheirBlocks(t *testing.T) {
	for _, c := range []arch.Config{{CPU: "24Kc"}, {CPU: "5Kc", Order: "big"}} {
		m, err := New().Machine(c)
		require.NoError(t, err)
		p, err := arch.Generate(m, arch.Options{Seed: 5, Count: 8000, BlockLen: 24, Rounds: 1})
		require.NoError(t, err)
		seen := map[string]int{}
		for b := range p.Blocks {
			block := &p.Blocks[b]
			for i := range block.Items {
				it := &block.Items[i]
				if it.Kind != arch.Test || m.Set().Insns[it.Insn].Branch == nil {
					continue
				}
				in := m.Set().Insns[it.Insn]
				at := int64(block.Addr) + 4*int64(i)
				to := target(t, m, block, i, at)
				require.True(t, to%4 == 0 && to > int64(block.Addr) && to <= int64(block.Addr)+4*int64(len(block.Items)),
					"%s at %#x goes to %#x", in.Name(), at, to)
				shape := "forward"
				if to < at {
					shape = "back"
				}
				if block.Items[i+1].Kind == arch.Test {
					shape += ", filled"
				}
				seen[in.Name()+" "+shape]++
			}
		}
		for _, in := range m.Set().Insns {
			if in.Branch == nil || !arch.Schedulable(in, m.Layout()) {
				continue
			}
			for _, shape := range []string{"forward", "back", "forward, filled", "back, filled"} {
				assert.Positive(t, seen[in.Name()+" "+shape], "%s %s", in.Name(), shape)
			}
		}
		assert.Positive(t, seen["JALR back, filled"])
	}
}

// target is where a branch at item i goes when it is taken: what a register branch's LUI and ORI load.
func target(t *testing.T, m arch.Machine, b *arch.Block, i int, at int64) int64 {
	in := m.Set().Insns[b.Items[i].Insn]
	args := in.Pattern.Extract(b.Items[i].Word, nil)
	off := in.BranchOffset(b.Items[i].Word, args)
	switch {
	case !in.Branch.Absolute:
		return at + off
	case in.Branch.Target < 0:
		return off
	}
	reg := uint8(in.Operands[in.Branch.Target].Register(args))
	var value int64
	for _, it := range b.Items[:i] {
		if it.Kind == arch.Prepare && it.Reg == reg && int(it.Owner) == i {
			if it.Word>>26 == 0x0f {
				value = int64(it.Word&0xffff) << 16
			} else {
				require.EqualValues(t, 0x0d, it.Word>>26, "LUI and ORI alone")
				value |= int64(it.Word & 0xffff)
			}
		}
	}
	return value + off
}
