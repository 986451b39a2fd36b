package arch_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/constraints"
)

// lists makes the toy machine that has linked stores.
func lists(t testing.TB, order string) arch.Machine {
	t.Helper()
	m, err := toy.Arch{}.Machine(arch.Config{Order: order, ISAs: []string{"toy", "lists"}})
	require.NoError(t, err)
	return m
}

func linkedOptions(count int, patterns ...string) arch.Options {
	return arch.Options{Seed: 7, Count: count, BlockLen: 6, Rounds: 1, EdgeShare: 0.3, Select: arch.Selection{Patterns: patterns}}
}

// registersOf lists the general registers that a word uses in a role.
func registersOf(in *constraints.Insn, word uint64, role constraints.Role) (m uint64) {
	for _, u := range in.Uses(nil, word, in.Pattern.Extract(word, nil)) {
		if u.Kind == constraints.UseRegister && u.Role&role != 0 {
			m |= 1 << u.Num
		}
	}
	return m
}

// TestUnits: a linked store stands right behind its load from the same address, and ends its block; the load writes
// nothing that the store uses, and nothing of either is what the loop needs.
func TestUnits(t *testing.T) {
	p, err := arch.Generate(lists(t, "little"), linkedOptions(6000, "LL", "SC", "ADD", "SADD"))
	require.NoError(t, err)
	set := p.Machine.Set()
	units, alone, samed := 0, 0, 0
	for _, b := range p.Blocks {
		assert.LessOrEqual(t, b.Tests(), 6)
		for i, it := range b.Items {
			if it.Kind != arch.Test {
				continue
			}
			in := set.Insns[it.Insn]
			switch {
			case in.Name() == "LL" && (i+1 == len(b.Items) || b.Items[i+1].Kind != arch.Test || set.Insns[b.Items[i+1].Insn].Name() != "SC"):
				alone++
			case in.Linked == nil:
			default:
				units++
				load := b.Items[i-1]
				require.Equal(t, arch.Test, load.Kind)
				require.Same(t, in.Linked.Load, set.Insns[load.Insn])
				args, from := in.Pattern.Extract(it.Word, nil), in.Linked.Load.Pattern.Extract(load.Word, nil)
				assert.Equal(t, args[1:], from[1:], "base and displacement")
				used := registersOf(in, it.Word, constraints.InOut)
				assert.Zero(t, registersOf(in.Linked.Load, load.Word, constraints.Out)&used)
				assert.NotZero(t, args[0], "the flag would be lost")
				if args[0] == args[1] {
					samed++
				}
				var glue uint64
				for _, g := range b.Items[i+1:] {
					require.Equal(t, arch.Retry, g.Kind)
					require.EqualValues(t, i, g.Owner)
					glue |= 1 << g.Reg
				}
				require.Equal(t, arch.Restore, b.Items[i-2].Kind)
				require.EqualValues(t, args[0], b.Items[i-2].Reg)
				require.EqualValues(t, i, b.Items[i-2].Owner)
				for _, g := range b.Items[i-4 : i-2] { // what keeps the data, and the counter
					require.Equal(t, arch.Prepare, g.Kind)
					glue |= 1 << g.Reg
				}
				assert.Zero(t, glue&(used|registersOf(in.Linked.Load, load.Word, constraints.InOut)))
			}
		}
	}
	assert.Greater(t, units, 500)
	assert.Greater(t, alone, 500)
	assert.Positive(t, samed, "the data is the address at times")
}

// TestUnitsCountTwice: a program holds as many instructions as were asked for; where there is room for one alone, it
// is the load.
func TestUnitsCountTwice(t *testing.T) {
	for n := 1; n < 30; n++ {
		p, err := arch.Generate(lists(t, "big"), linkedOptions(n, "SC"))
		require.NoError(t, err)
		assert.Equal(t, n, p.Instructions())
		names := map[string]int{}
		for _, b := range p.Blocks {
			for _, it := range b.Items {
				if it.Kind == arch.Test {
					names[p.Machine.Set().Insns[it.Insn].Name()]++
				}
			}
		}
		assert.Equal(t, n/2, names["SC"])
		assert.Equal(t, (n+1)/2, names["LL"])
	}
	o := linkedOptions(20, "SC")
	o.BlockLen = 1
	p, err := arch.Generate(lists(t, "big"), o)
	require.NoError(t, err)
	assert.Len(t, p.Blocks, 10, "a unit may be longer than a block")
	o = linkedOptions(2000, "SC", "SADD")
	o.TrapShare = 0.2
	p, err = arch.Generate(lists(t, "big"), o)
	require.NoError(t, err)
	assert.Equal(t, 2000, p.Instructions())
}

// TestUnitsFollowTheirLoad: a store is left out where its load is, and where glue can make no loop; atomic
// instructions that no linked block speaks of are not drawn.
func TestUnitsFollowTheirLoad(t *testing.T) {
	m := lists(t, "little")
	sc, ll := m.Set().ByName("SC")[0], m.Set().ByName("LL")[0]
	l := *m.Layout()
	assert.True(t, arch.Schedulable(sc, &l) && arch.Schedulable(ll, &l))
	l.Tries = 0
	assert.False(t, arch.Schedulable(sc, &l))
	assert.True(t, arch.Schedulable(ll, &l), "it is a load")
	lonely := *ll
	lonely.Links = false
	assert.False(t, arch.Schedulable(&lonely, m.Layout()))
	orphan, without := *sc, *sc.Linked
	without.Load = nil
	orphan.Linked = &without
	assert.False(t, arch.Schedulable(&orphan, m.Layout()))

	o := linkedOptions(400, "SC", "ADD")
	o.Select.NotPatterns = []string{"LL"}
	_, err := arch.Generate(m, o)
	assert.EqualError(t, err, `pattern "SC" selects nothing that is not excluded`)
	o.Select.Patterns = []string{"SC|ADD"}
	p, err := arch.Generate(m, o)
	require.NoError(t, err)
	for _, b := range p.Blocks {
		for _, it := range b.Items {
			require.NotContains(t, []int32{int32(sc.Index), int32(ll.Index)}, it.Insn)
		}
	}
}

// TestUnitsAreStored: a program with loops is read back from its image as it was.
func TestUnitsAreStored(t *testing.T) {
	m := lists(t, "little")
	p, err := arch.Generate(m, linkedOptions(300, "SC", "LL", "ADD"))
	require.NoError(t, err)
	table, mem := emitted(t, p)
	q, err := arch.UnmarshalTable(table, mem, func(arch.Config) (arch.Machine, error) { return m, nil })
	require.NoError(t, err)
	require.Equal(t, p.Blocks, q.Blocks)
	assert.Equal(t, []string{"restore", "retry"}, []string{arch.Restore.String(), arch.Retry.String()})
}

// TestMisalignedUnits: a store at a misaligned address stands alone, and units are aligned.
func TestMisalignedUnits(t *testing.T) {
	o := linkedOptions(3000, "SC", "ADD")
	o.MisalignedShare = 0.3
	p, err := arch.Generate(lists(t, "little"), o)
	require.NoError(t, err)
	require.Equal(t, 3000, p.Instructions())
	sc := p.Machine.Set().ByName("SC")[0]
	kinds := map[arch.Kind]int{}
	for _, b := range p.Blocks {
		for i, it := range b.Items {
			if it.Insn != int32(sc.Index) {
				continue
			}
			kinds[it.Kind]++
			if it.Kind == arch.Misaligned {
				require.Equal(t, len(b.Items)-1, i)
				require.False(t, i > 0 && b.Items[i-1].Insn == int32(sc.Linked.Load.Index))
			}
		}
	}
	assert.Greater(t, kinds[arch.Misaligned], 250)
	assert.Greater(t, kinds[arch.Test], 600)
}

// TestGivenStoresAreRefused: what is given runs as it stands, and a linked store cannot stand alone.
func TestGivenStoresAreRefused(t *testing.T) {
	m := lists(t, "little")
	sc, ll := m.Set().ByName("SC")[0], m.Set().ByName("LL")[0]
	word := func(in *constraints.Insn) uint64 { return in.Pattern.FixedBits | 3<<20 | 4<<16 }
	p, refused, err := arch.GenerateGiven(m, linkedOptions(0), []arch.Given{{Word: word(ll)}, {Word: word(sc), Offset: 4}})
	require.NoError(t, err)
	assert.Equal(t, 1, p.Instructions())
	require.Len(t, refused.First, 1)
	assert.Contains(t, refused.First[0].Why, "is no instruction that can stand alone: it depends on LL before it")
}

// TestFlagIsNotLost: what tells whether the store was done is no number that reads as zero; and a store that need not
// fault at a misaligned address is not drawn there.
func TestFlagIsNotLost(t *testing.T) {
	for _, more := range []string{"", "fails_first;"} {
		overlay := "SC: operands { rt: inout r, 14 is zero; rs: in r; mem: out; } linked { load(LL); failed(rt == 0); " + more + " }"
		m, err := toy.Arch{}.Machine(arch.Config{
			Order: "little", ISAs: []string{"toy", "lists"},
			Sources: []arch.Source{{Name: "o", Kind: arch.OverlaySource, Text: []byte(overlay)}},
		})
		require.NoError(t, err)
		o := linkedOptions(3000, "SC")
		o.MisalignedShare = 0.2
		p, err := arch.Generate(m, o)
		require.NoError(t, err)
		kinds := map[arch.Kind]int{}
		for _, b := range p.Blocks {
			for _, it := range b.Items {
				if it.Insn >= 0 && m.Set().Insns[it.Insn].Name() == "SC" {
					kinds[it.Kind]++
					require.False(t, it.Kind == arch.Test && it.Word>>20&15 == 14)
				}
			}
		}
		require.Positive(t, kinds[arch.Test])
		require.Equal(t, more == "", kinds[arch.Misaligned] > 0)
	}
}
