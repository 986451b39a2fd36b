package arm

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/archtest"
)

func thumbProgram(t *testing.T, cpu string, o arch.Options) *arch.Program {
	t.Helper()
	return archtest.Generate(t, New(), arch.Config{CPU: cpu, ABI: "thumb"}, o)
}

func TestThumbOutputsHavePlaces(t *testing.T) {
	for _, cpu := range []string{"arm926", "cortex-a9", "max"} {
		for seed := range uint64(3) {
			archtest.OutputsHavePlaces(t, thumbProgram(t, cpu, a32Options(seed, 6000)))
		}
	}
}

// TestThumbNothingWritesToResults: nor does glue, be it Thumb code or A32 code.
func TestThumbNothingWritesToResults(t *testing.T) {
	for _, cpu := range []string{"arm926", "cortex-a9", "max"} {
		p := thumbProgram(t, cpu, a32Options(1, 6000))
		narrow, err := p.Machine.(*a32Machine).everything()
		require.NoError(t, err)
		wide, err := archtest.Generate(t, New(), arch.Config{CPU: cpu, ABI: "eabi"}, a32Options(1, 1)).Machine.(*a32Machine).everything()
		require.NoError(t, err)
		through := 0
		archtest.NothingWritesToResults(t, p, func(items []arch.Item) []archtest.Word {
			out, n := decodeStates(t, narrow, wide, items)
			through += n
			return out
		})
		assert.Greater(t, through, 100, "words of A32")
	}
}

// decodeStates tells what items are, following the state of the processor, and how many of A32 there are. Data and addresses that
// are computed from the program counter are left out.
func decodeStates(t *testing.T, thumb, a32 *constraints.Set, items []arch.Item) (out []archtest.Word, n int) {
	out = make([]archtest.Word, len(items))
	inA32 := false
	for i := 0; i < len(items); i++ {
		word := items[i].Word
		swapped := word&0xffff<<16 | word>>16
		switch {
		case inA32 && swapped == 0xe51ff004: // LDR PC, from the datum behind it
			inA32 = false
			i++
		case inA32:
			out[i] = archtest.Word{Insn: a32.Decode(swapped), Bits: swapped}
			require.NotNil(t, out[i].Insn, "%08x", swapped)
			n++
		case items[i].Kind != arch.Test && word == 0x4778: // BX PC, a NOP behind it
			inA32 = true
			i++
		case items[i].Size == 4 && word>>16 < 0xe800: // ADD from PC, BX behind it: where a branch goes
			i++
		case items[i].Kind != arch.Test && word == 0x46c0: // MOV R8, R8
		default:
			out[i] = archtest.Word{Insn: thumb.Decode(word), Bits: word}
			require.NotNil(t, out[i].Insn, "%08x", word)
		}
	}
	return out, n
}

// TestThumbNothingFaultsWithoutStack: half of the instructions stand behind IT, where nothing may fault, and of 16 bits few may: there are a
// hundred in an image (90 to 124 with six seeds) where one of A32 has almost four hundred.
func TestThumbNothingFaultsWithoutStack(t *testing.T) {
	results, faults := 0, 0
	for seed := uint64(1); seed <= 3; seed++ {
		o := a32Options(seed, 20000)
		o.MisalignedShare = 0.2
		r, f := archtest.NothingFaultsWithoutStack(t, thumbProgram(t, "max", o))
		results, faults = results+r, faults+f
	}
	assert.Greater(t, results, 1000)
	assert.Greater(t, faults, 200)
}

// TestThumbBranchesStayInTheirBlocks: of every branch, in both directions, but for those that have no bit for that, and to A32
// code.
func TestThumbBranchesStayInTheirBlocks(t *testing.T) {
	o := a32Options(5, 6000)
	o.Select = arch.Selection{Patterns: []string{"@branch"}}
	p := thumbProgram(t, "max", o)
	seen := archtest.BranchesStayInTheirBlocks(t, p, func(words []uint64) int64 {
		if len(words) != 2 { // the stack pointer's, by A32 code
			var code []arch.Word
			for _, w := range words[:len(words)-2] {
				if w>>16 != 0 { // no BX PC and no NOP
					code = append(code, arch.Word{Bits: w&0xffff<<16 | w>>16})
				}
			}
			_, value := runA32Constants(t, code)
			return int64(value)
		}
		return int64(movImmediate(words[0]) | movImmediate(words[1])<<16)
	})
	for _, shape := range archtest.ShapesOfBranches(p.Machine, "forward", "back") {
		if shape == "CBZ back" || shape == "CBNZ back" {
			assert.Zero(t, seen[shape], shape)
			continue
		}
		assert.Positive(t, seen[shape], shape)
	}
}

// movImmediate is the number of MOVW and MOVT.
func movImmediate(w uint64) uint64 {
	return w>>4&0xf000 | w>>15&0x800 | w>>4&0x700 | w&0xff
}

func TestThumbThereAndBack(t *testing.T) {
	for _, c := range modelsOf("thumb") {
		m := archtest.Generate(t, New(), arch.Config{CPU: c.name, ABI: "thumb"}, a32Options(1, 1)).Machine
		archtest.ThereAndBack(t, m.Set(), "(LDR|STR|PL|ADR|HINT)[A-Z]*_(imm|lit|neg|pre|post)(_.*)?") // there are two zeros as offset
	}
}
