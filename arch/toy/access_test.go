package toy

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// TestAddressesFound: the addresses that a program is found to access are those that it does.
func TestAddressesFound(t *testing.T) {
	for _, order := range orders {
		m := machineFor(t, order)
		p, err := arch.Generate(m, arch.Options{Seed: 4, Count: 4000, BlockLen: 12, Rounds: 1, MisalignedShare: 0.2})
		require.NoError(t, err)
		insns, finder := m.Set().Insns, p.Finder()
		residues, kinds := map[string]uint16{}, map[string]bool{}
		runProgram(t, p, func(s *Step) {
			b := &p.Blocks[s.Block]
			it := &b.Items[s.Index]
			if it.Kind != arch.Test || insns[it.Insn].Memory == nil {
				return
			}
			in := insns[it.Insn]
			args := in.Pattern.Extract(it.Word, nil)
			want, ok := in.Address(it.Word, args, func(_, num int) (uint64, bool) { return uint64(s.Before.R[num]), true })
			if in.Memory.Base < 0 {
				want, ok = in.Literal(it.Word, args, uint64(s.Before.PC))
			}
			require.True(t, ok)
			got, ok := finder.Address(b, s.Index, uint64(s.Before.PC), 0xffff)
			require.True(t, ok, "%s %#x", in, it.Word)
			require.Equal(t, want&0xffffffff, got, "%s %#x", in, it.Word)
			_, ok = finder.Address(b, s.Index, uint64(s.Before.PC), ^uint16(1<<(got%arch.AlignModulus)))
			require.False(t, ok)
			residues[in.Label()] |= 1 << (got % arch.AlignModulus)
			kinds[in.Label()] = true
		})
		require.Greater(t, len(kinds), 8)
		for _, in := range insns {
			if r := residues[in.Label()]; r != 0 {
				may := arch.AlignmentsOf(in, m.Layout())
				require.Zero(t, r&^may.Residues, "%s: %016b of %016b", in, r, may.Residues)
			}
		}
	}
}

// TestAimed: every aim is hit by a word of the program, of every value of every small field and at misaligned addresses.
func TestAimed(t *testing.T) {
	for _, order := range orders {
		m := machineFor(t, order)
		var aims []arch.Aim
		for _, in := range m.Set().Insns {
			if !arch.Schedulable(in, m.Layout()) {
				continue
			}
			aims = append(aims, arch.Aim{Insn: in, Arg: -1})
			fields := in.SmallFields()
			values := arch.FieldValues(in, fields, m.Layout())
			for i := range fields {
				f := &fields[i]
				for n, legal := uint64(0), values[i]; n < 64; n++ {
					if legal>>n&1 != 0 {
						aims = append(aims, arch.Aim{Insn: in, Arg: f.Arg, Value: in.FieldValue(f, n)})
					}
				}
			}
			if in.Memory != nil && arch.AlignmentsOf(in, m.Layout()).Misaligned {
				aims = append(aims, arch.Aim{Insn: in, Arg: -1, Misaligned: true})
			}
		}
		p, missed, err := arch.GenerateAimed(m, arch.Options{Seed: 1, BlockLen: 12, Rounds: 2}, aims)
		require.NoError(t, err)
		require.Empty(t, missed)
		type hit struct {
			insn int32
			arg  int
			v    int64
			kind arch.Kind
		}
		hits := map[hit]bool{}
		for b := range p.Blocks {
			for _, it := range p.Blocks[b].Items {
				if !it.Kind.UnderTest() {
					continue
				}
				hits[hit{it.Insn, -1, 0, it.Kind}] = true
				for arg, v := range m.Set().Insns[it.Insn].Pattern.Extract(it.Word, nil) {
					hits[hit{it.Insn, arg, v, it.Kind}] = true
				}
			}
		}
		for _, a := range aims {
			kind := arch.Test
			if a.Misaligned {
				kind = arch.Misaligned
			}
			require.True(t, hits[hit{int32(a.Insn.Index), a.Arg, a.Value, kind}], "%s", a)
		}
		again, _, err := arch.GenerateAimed(m, arch.Options{Seed: 1, BlockLen: 12, Rounds: 2}, aims)
		require.NoError(t, err)
		require.Equal(t, p.Blocks, again.Blocks)
		runProgram(t, p, nil)
	}
}
