package runtime_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/runtime"
)

// ends is an image of blocks in which TZ, which traps if its register is zero, stands behind ADD and XOR.
type ends struct {
	*runtime.Image
	follows map[int]bool // blocks whose TZ reads what an ADD wrote, alone or by way of XOR
	xor     map[int]bool // of these, blocks with an XOR that read no such thing, and is not read
}

func endsImage(t *testing.T) *ends {
	img := toyImage(t, "little", arch.Options{Seed: 5, Count: 1500, BlockLen: 4, Rounds: 4, Select: arch.Selection{Patterns: []string{"ADD", "XOR", "TZ"}}})
	e := &ends{img, map[int]bool{}, map[int]bool{}}
	for b := range img.Program.Blocks {
		wrong, own := map[uint64]bool{}, []uint64(nil) // registers
		for _, it := range img.Program.Blocks[b].Items {
			if !it.Kind.UnderTest() {
				continue
			}
			switch args := e.args(it.Word, "ADD"); {
			case e.is(it.Word, "TZ"):
				rs := uint64(e.args(it.Word, "TZ")[0])
				e.follows[b] = wrong[rs]
				e.xor[b] = wrong[rs] && slices.ContainsFunc(own, func(r uint64) bool { return r != rs })
			case e.is(it.Word, "ADD"):
				wrong[uint64(args[0])] = args[0] != 0
			case args[0] != 0 && !wrong[uint64(args[1])] && !wrong[uint64(args[2])]:
				own = append(own, uint64(args[0]))
			case args[0] != 0:
				wrong[uint64(args[0])] = true
			}
		}
	}
	return e
}

func (e *ends) is(word uint64, name string) bool {
	return e.Program.Machine.Set().ByName(name)[0].Pattern.Matches(word)
}

func (e *ends) args(word uint64, name string) []int64 {
	return e.Program.Machine.Set().ByName(name)[0].Pattern.Extract(word, nil)
}

// run has the apprentice's ADD wrong, which is known: it sets its register to zero.
func (e *ends) run(t *testing.T, more toy.Hook, trap func(s *toy.Step, signal uint32) uint32) *runtime.Report {
	known, err := runtime.ParseKnown("known.yaml", []byte("- {id: wrong-add, cpus: [toy], patterns: [ADD], kinds: [result], text: adds are wrong}\n"))
	require.NoError(t, err)
	hook := func(s *toy.Step) {
		if word := uint64(s.Word); e.is(word, "ADD") {
			s.CPU.R[e.args(word, "ADD")[0]] = 0
		}
		if more != nil {
			more(s)
		}
	}
	r, err := runtime.Run(context.Background(), e.Image, &toyTarget{}, &toyTarget{hook: hook, trap: trap}, runtime.Options{Known: known})
	require.NoError(t, err)
	return r
}

// TestKnownEnds: an end of a round that follows from a known difference is known, and one that does not is told, whatever differs
// before it.
func TestKnownEnds(t *testing.T) {
	e := endsImage(t)
	r := e.run(t, nil, nil)
	assert.False(t, r.Failed(), "%+v", unknown(r))
	require.Positive(t, r.KnownMismatches)

	sigtrap := e.Program.Machine.Layout().Signals["SIGTRAP"]
	rounds, after := 0, 0
	r = e.run(t, nil, func(s *toy.Step, signal uint32) uint32 {
		if e.is(uint64(s.Word), "TZ") && !e.follows[s.Block] && signal == 0 {
			rounds++
			if s.Index > 0 {
				after++
			}
			return sigtrap
		}
		return signal
	})
	require.Positive(t, after)
	require.True(t, r.Failed())
	require.Len(t, unknown(r), 1)
	assert.Equal(t, []any{"TZ", runtime.KindFault, int64(rounds)}, []any{unknown(r)[0].Pattern, unknown(r)[0].Kind, unknown(r)[0].Count})
	require.Positive(t, r.KnownMismatches)
}

// TestKnownEndsHideNothing: a result that is wrong by itself is told, also where the end of the round follows from a known one.
func TestKnownEndsHideNothing(t *testing.T) {
	e := endsImage(t)
	r := e.run(t, func(s *toy.Step) {
		if word := uint64(s.Word); e.is(word, "XOR") && e.xor[s.Block] {
			if rd := e.args(word, "XOR")[0]; rd != 0 {
				s.CPU.R[rd] ^= 1
			}
		}
	}, nil)
	require.True(t, r.Failed())
	blocks := int64(0)
	for _, is := range e.xor {
		if is {
			blocks++
		}
	}
	require.Positive(t, blocks)
	require.Len(t, unknown(r), 1)
	assert.Equal(t, []any{"XOR", runtime.KindResult, blocks * int64(e.Program.Rounds)}, []any{unknown(r)[0].Pattern, unknown(r)[0].Kind, unknown(r)[0].Count})
}
