package arm

import (
	"math/bits"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// TestThumbIT: IT blocks have every condition, length, and row of then and else. They hold as many instructions as they say, all
// of them as they are inside, and only the last one branches.
func TestThumbIT(t *testing.T) {
	p := thumbProgram(t, "cortex-a9", a32Options(3, 30000))
	insns := p.Machine.Set().Insns
	seen := map[uint64]int{} // blocks by condition and mask
	for b := range p.Blocks {
		items := p.Blocks[b].Items
		for i := range items {
			if items[i].Kind != arch.Test || insns[items[i].Insn].Name() != "IT" {
				continue
			}
			word := items[i].Word
			seen[word&0xff]++
			n := 4 - bits.TrailingZeros64(word&15)
			for k, it := range items[i+1 : i+1+n] {
				in := insns[it.Insn]
				require.Equal(t, arch.Test, it.Kind, "block %d item %d", b, i+1+k)
				require.Equal(t, "it", in.Behind)
				require.True(t, in.Branch == nil || k == n-1, "%s is a branch, and not the last", in.Name())
			}
			if last := &items[i+n]; i+n+1 < len(items) && last.Kind == arch.Test {
				require.False(t, items[i+n+1].Kind == arch.Test && insns[items[i+n+1].Insn].Behind != "", "block %d item %d is in no IT block", b, i+n+1)
			}
		}
	}
	for cond := range uint64(15) {
		for mask := uint64(1); mask < 16; mask++ {
			if cond == condAL && bits.OnesCount64(mask) != 1 {
				continue // "else" of "always" is UNPREDICTABLE
			}
			assert.Positive(t, seen[cond<<4|mask], "IT with condition %d and mask %04b", cond, mask)
		}
	}
	assert.Len(t, seen, 14*15+4)
}

// TestThumbITHoldsAllAlike: flags, memory and registers that many want keep nothing from IT blocks, nor from some of their places.
// Branches are rarer, since only the last may be one.
func TestThumbITHoldsAllAlike(t *testing.T) {
	p := thumbProgram(t, "cortex-a15", a32Options(5, 200000))
	insns := p.Machine.Set().Insns
	times, places := map[int32]int{}, map[string]map[[2]int]int{"state": {}, "memory": {}, "other": {}}
	for b := range p.Blocks {
		items := p.Blocks[b].Items
		for i := range items {
			if items[i].Kind != arch.Test || insns[items[i].Insn].Prefix == nil {
				continue
			}
			n := insns[items[i].Insn].Following(items[i].Word)
			for k, it := range items[i+1 : i+1+n] {
				times[it.Insn]++
				if kind := memberKind(insns[it.Insn], it.Word); kind != "" {
					places[kind][[2]int{k, n}]++
				}
			}
		}
	}
	members, known, rare := 0, 0, 0
	for _, in := range insns {
		if in.Behind != "" && in.Branch == nil && arch.Schedulable(in, p.Machine.Layout()) {
			members, known = members+times[int32(in.Index)], known+1
		}
	}
	mean := members / known
	for _, in := range insns {
		n := times[int32(in.Index)]
		switch {
		case in.Behind == "" || !arch.Schedulable(in, p.Machine.Layout()):
		case in.Branch != nil:
			assert.Greater(t, n, mean/3, in.Name())
		case n < mean*8/10:
			rare++
			assert.Greater(t, n, mean*6/10, in.Name())
		}
	}
	assert.Less(t, rare, known/25, "a few by chance: of %d", known)
	for kind, at := range places {
		all := 0
		for _, n := range at {
			all += n
		}
		assert.Len(t, at, 1+2+3+4)
		for place, n := range at { // a quarter has each length
			assert.InEpsilon(t, all/10, n, 0.25, "%s: %d of %d", kind, place[0]+1, place[1])
		}
	}
}

// memberKind says what a word in an IT block has to share with others in it; empty: it branches.
func memberKind(in *constraints.Insn, word uint64) string {
	writes := func(u constraints.Use) bool { return u.Kind == constraints.UseState && u.Role.Writes() }
	switch {
	case in.Branch != nil:
		return ""
	case in.Memory != nil:
		return "memory"
	case slices.ContainsFunc(in.UsesOf(nil, word), writes):
		return "state"
	}
	return "other"
}
