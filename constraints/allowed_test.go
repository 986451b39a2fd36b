package constraints

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/random"
)

// allowed reports whether Draw could have drawn a word, as the blocks say it.
func (in *Insn) allowed(word uint64, offer []uint64, disp int64) bool {
	if word&in.Pattern.UndefMask != 0 || word&in.Pattern.FixedMask != in.Pattern.FixedBits {
		return false
	}
	e := in.env(word)
	if !in.legal(e) {
		return false
	}
	if in.Branch != nil && in.Branch.disp != nil && !in.Branch.Absolute && in.Branch.disp.eval(e) != disp {
		return false
	}
	return in.provides(e, offer, in.clashes())
}

// assertPermits compares what the sampler says of changed words with what the blocks say.
func assertPermits(t *testing.T, in *Insn, rng *random.Rand, offer []uint64, disp int64, words int) {
	t.Helper()
	s := in.sampler()
	for range words {
		word, ok := in.Draw(rng, offer, disp)
		if !ok {
			return
		}
		changed := word ^ 1<<rng.IntN(in.Pattern.Width)
		if rng.IntN(2) == 0 {
			few := rng.Uint64()
			few &= rng.Uint64()
			changed = word ^ few&(1<<in.Pattern.Width-1)
		}
		require.Equal(t, in.allowed(changed, offer, disp), s.permits(changed, word^changed, offer, disp), "%s: %#x, changed to %#x, offered %#x", in, word, changed, offer)
	}
}
