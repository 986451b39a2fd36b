package arm

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/needtool"
)

var a64LoadsStores = a64Dialect("a64ldst.decode", "+memtag+ls64+mops+pauth")

func TestBinutilsAgreesOnLoadsAndStores(t *testing.T) { a64LoadsStores.Check(t) }

func TestGoAgreesOnLoadsAndStores(t *testing.T) { arm64asmAgrees(t, a64LoadsStores, nil) }

// loadStoreSpace has every word of "Loads and Stores", with random numbers in the places of Rn and Rt.
func loadStoreSpace() []uint64 {
	rng := rand.New(rand.NewPCG(41, 42))
	var out []uint64
	for high := range uint64(1 << 22) {
		if w := high << 10; w>>25&5 == 4 {
			out = append(out, w|rng.Uint64N(1<<10))
		}
	}
	return out
}

// evenUnchecked are what objdump prints although the first of eight registers must be even.
var evenUnchecked = map[string]string{
	"ST64BV":  "it looks at the first register of LD64B and ST64B alone",
	"ST64BV0": "likewise",
}

// TestLoadStoreSpaceIsComplete: what no pattern takes, or what is reserved, is no instruction to objdump; of all else
// both have the same text. Some words that are CONSTRAINED UNPREDICTABLE it calls undefined.
func TestLoadStoreSpaceIsComplete(t *testing.T) {
	needtool.Slow(t)
	d := a64LoadsStores
	words, set := loadStoreSpace(), d.Set(t)
	decoded, reserved, failed := 0, 0, map[string]int{}
	for i, theirs := range d.Dump(t, "little", words) {
		w, name, ours := words[i], "none", ""
		if in := set.Decode(w); in != nil && !in.Reserved(w) {
			name, ours = in.String(), d.Normal(in.Disassemble(w, d.Address+4*uint64(i)))
			decoded++
		} else if in != nil {
			name = in.String()
			reserved++
		}
		if undefined := strings.HasPrefix(theirs, ".inst"); theirs == ours || undefined && (ours == "" || isUnpredictable(set, w)) {
			continue
		}
		if in := set.Decode(w); in != nil && ours == "" && evenUnchecked[in.Name()] != "" {
			continue
		}
		if failed[name]++; failed[name] <= 2 {
			t.Errorf("%08x: ours %q of %s, objdump %q", w, ours, name, theirs)
		}
	}
	t.Logf("%d words: %d are instructions, %d reserved by a pattern, %d by none", len(words), decoded, reserved, len(words)-decoded-reserved)
}

// isUnpredictable reports whether the manual gives no result for a word that is an instruction.
func isUnpredictable(set *constraints.Set, w uint64) bool {
	block, _, out := set.Decode(w).Excluded(w)
	return out && block == "unpredictable"
}
