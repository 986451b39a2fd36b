package runtime_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/runtime"
)

// TestGivenWordIsBlamed runs given words on an apprentice that gets one of them wrong, and the others right: the
// report names that word's place, whichever it is.
func TestGivenWordIsBlamed(t *testing.T) {
	m, err := toy.Arch{}.Machine(arch.Config{Order: "big", ISAs: []string{"toy", "lists"}})
	require.NoError(t, err)
	words := []arch.Given{
		{Word: 0x01345000}, // ADD r3,r4,r5
		{Word: 0x05334000}, // SADD r3,r3,r4: reads the result before it
		{Word: 0x06634000}, // DIV r6,r3,r4
		{Word: 0x20034000}, // MAC r3,r4
		{Word: 0x21700000}, // MFACC r7
		{Word: 0x31123000}, // VSUB v1,v2,v3
		{Word: 0x40780008}, // LW r7,8(r8)
		{Word: 0x0c334500}, // ADDSUB r3,r3,r4,r5
	}
	p, refused, err := arch.GenerateGiven(m, arch.Options{Seed: 1, BlockLen: 12, Rounds: 8}, words)
	require.NoError(t, err)
	require.Zero(t, refused.Total())
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	r, _ := toyRun(t, img, nil)
	require.False(t, r.Failed(), "%+v", r)
	require.Equal(t, len(words), r.Covered, r.Uncovered)
	for b := range p.Blocks {
		for _, res := range p.Effects(&p.Blocks[b]).Results {
			r, blames := toyRun(t, img, func(s *toy.Step) {
				if s.Block == b && s.Index == res.Item {
					flip(p, b, res, s.CPU, 3)
				}
			})
			in := m.Set().Insns[p.Blocks[b].Items[res.Item].Insn]
			require.True(t, r.Failed(), in.Name())
			require.Len(t, blames, p.Rounds, in.Name())
			for _, blame := range blames {
				require.Equal(t, runtime.KindResult, blame.Kind)
				require.Equal(t, res.Item, blame.Item, in.Name())
			}
			require.Equal(t, in.Name(), r.MismatchList[0].Pattern)
		}
	}
}

// TestRepeatedWordMayChangeNothing: one word that changes nothing is no finding, however often it stands.
func TestRepeatedWordMayChangeNothing(t *testing.T) {
	m, err := toy.New(orderOf(t, "little"))
	require.NoError(t, err)
	var words []arch.Given
	for range 100 {
		words = append(words, arch.Given{Word: 0x11330000}) // ORI r3,r3,0
	}
	p, _, err := arch.GenerateGiven(m, arch.Options{Seed: 1, BlockLen: 12, Rounds: 64}, words)
	require.NoError(t, err)
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	r, _ := toyRun(t, img, nil)
	require.False(t, r.Failed(), "%+v", r.Findings)
}

func orderOf(t *testing.T, name string) arch.ByteOrder {
	order, ok := arch.OrderByName(name)
	require.True(t, ok)
	return order
}
