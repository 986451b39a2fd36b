package arm

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/risugen/risugen/internal/needtool"
)

var (
	a64FP     = a64Dialect("a64fp.decode", "+bf16+fp16")
	a64Crypto = a64Dialect("a64crypto.decode", "+crypto+sha3+sm4")
	a64Scalar = a64Dialect("a64scalar.decode", "+fp16")
)

func TestBinutilsAgreesOnFP(t *testing.T)     { a64FP.Check(t) }
func TestBinutilsAgreesOnCrypto(t *testing.T) { a64Crypto.Check(t) }
func TestBinutilsAgreesOnScalar(t *testing.T) { a64Scalar.Check(t) }

// scalarSpace has every word of "Data Processing - Scalar Floating-Point and Advanced SIMD" but for vectors, with random
// numbers in the places of Rn and Rd. Compares, which have an opcode in Rd's place, are there with each.
func scalarSpace() []uint64 {
	rng := rand.New(rand.NewPCG(31, 32))
	var out []uint64
	for high := range uint64(1 << 22) {
		w := high << 10
		if w>>25&7 != 7 || !isScalarSpace(w) {
			continue
		}
		out = append(out, w|rng.Uint64N(1<<10))
		if w>>28&1 == 1 && w>>10&63 == 0b001000 {
			for op := range uint64(32) {
				out = append(out, w|rng.Uint64N(32)<<5|op)
			}
		}
	}
	return out
}

// isScalarSpace leaves out vectors, but for AES and PMULL of 64 bits.
func isScalarSpace(w uint64) bool {
	aes, pmull := w&0xff3e0c00 == 0x4e280800, w&0xbfe0fc00 == 0x0ee0e000
	return w>>28&1 == 1 || w>>31 == 1 || aes || pmull
}

// TestScalarSpaceIsComplete: what no pattern takes, or what is reserved, is no instruction to objdump; of all else
// both have the same mnemonic.
func TestScalarSpaceIsComplete(t *testing.T) {
	needtool.Slow(t)
	d := a64Dialect("a64fp.decode", "")
	d.Files = slices.Concat(a64FP.Files, a64Crypto.Files, a64Scalar.Files)
	words, set := scalarSpace(), d.Set(t)
	decoded, reserved, failed := 0, 0, map[string]int{}
	for i, theirs := range d.Dump(t, "little", words) {
		w, name, ours := words[i], "", ".inst"
		if in := set.Decode(w); in != nil {
			name = in.String()
			if in.Reserved(w) {
				reserved++
			} else {
				decoded++
				ours, _, _ = strings.Cut(in.Disassemble(w, 0), " ")
			}
		}
		if theirs, _, _ := strings.Cut(theirs, " "); theirs != ours {
			if failed[name+theirs]++; failed[name+theirs] <= 2 {
				t.Errorf("%08x: ours %q of %s, objdump %q", w, ours, name, theirs)
			}
		}
	}
	t.Logf("%d words: %d are instructions, %d reserved by a pattern, %d by none", len(words), decoded, reserved, len(words)-decoded-reserved)
}

func TestGoAgreesOnFP(t *testing.T)     { checkGo(t, a64FP, nil, "") }
func TestGoAgreesOnCrypto(t *testing.T) { checkGo(t, a64Crypto, nil, "") }
func TestGoAgreesOnScalar(t *testing.T) { checkGo(t, a64Scalar, goNames{"dup": "mov"}, "") }
