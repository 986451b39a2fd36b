package image_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/mips"
	"github.com/risugen/risugen/risu/image"
)

// TestGoldenImage pins an image: a change of the digest changes what every seed means. The patterns are few, for additions
// to the descriptions not to change it.
func TestGoldenImage(t *testing.T) {
	data := write(t, program(t, machine(t, arch.Config{CPU: "cortex-a53"}), arch.Options{
		Seed: 42, Count: 2000, EdgeShare: arch.DefaultEdgeShare,
		Select: arch.Selection{Patterns: []string{"ADDS?_(imm|shift|ext)", "CSEL", "B_cond", "(LDR|STR)_(imm|reg)", "STXR", "FADD_[sv]", "SQADD_v"}},
	}))
	sum := sha256.Sum256(data)
	assert.Equal(t, "1af4b78b131f540b2c131bf4820e7a7d51c93f389fa5e32aa06facfe40bef997", hex.EncodeToString(sum[:]))
}

// TestInstructionsOfImages: what is drawn cannot fault, does not tell where it stands, and neither names the stack pointer
// nor takes an address of memory for an input.
func TestInstructionsOfImages(t *testing.T) {
	for _, c := range []struct {
		abi           string
		stack         uint8
		never, always []string
	}{
		{
			"lp64", 31, []string{"ADR", "ADRP", "BL", "BR", "LDR_lit", "MSR_TPIDR_EL0"},
			[]string{"B", "CBZ", "STXR", "LDXR", "CASP", "ST4_multi_post", "MSR_FPCR"},
		},
		{
			"eabi", 13, []string{"BL", "BX", "LDR_lit", "MCR_tpidrurw"},
			[]string{"B", "ADD_imm", "ADD_reg", "STR_imm", "STM", "STREX", "LDREX", "VLD4_multi4", "VMSR"},
		},
		{
			"thumb", 13, []string{"BL", "BX", "ADR", "LDR_lit", "LDR_sp", "PUSH", "ADD_sp_imm", "MCR_tpidrurw"},
			[]string{"B", "CBZ", "B_cond", "ADD_imm3", "ADD_reg", "STR_imm", "STM", "STREX", "LDREX", "VLD4_multi4", "VMSR"},
		},
	} {
		t.Run(c.abi, func(t *testing.T) {
			p := program(t, machine(t, arch.Config{CPU: "max", ABI: c.abi}), arch.Options{
				Seed: 5, Count: 30000, EdgeShare: 0.5, CondShare: arch.DefaultCondShare,
			})
			seen := map[string]bool{}
			for i := range p.Blocks {
				for j := range p.Blocks[i].Items {
					if it := &p.Blocks[i].Items[j]; it.Kind.UnderTest() {
						seen[checkHosted(t, p, it, c.stack)] = true
					}
				}
			}
			for _, name := range c.always {
				assert.True(t, seen[name], name)
			}
			for _, name := range c.never {
				assert.False(t, seen[name], name)
			}
		})
	}
}

// checkHosted checks one instruction under test, and tells its name. The class of general registers is the first.
func checkHosted(t *testing.T, p *arch.Program, it *arch.Item, stack uint8) string {
	in := p.Machine.Set().Insns[it.Insn]
	require.Equal(t, arch.Test, it.Kind)
	require.False(t, in.MayFault(), in)
	args := in.Pattern.Extract(it.Word, nil)
	require.False(t, in.ReadsPC(it.Word, args), "%s %#x tells where it stands", in, it.Word)
	uses := in.Uses(nil, it.Word, args)
	base := -1
	for _, u := range uses {
		require.False(t, u.Class == 0 && u.Num == stack && u.Kind == 0, "%s: sp", in)
		if in.Memory != nil && u.Operand == in.Memory.Base {
			base = int(u.Num)
		}
	}
	for _, u := range uses {
		leaks := u.Class == 0 && int(u.Num) == base && u.Kind == 0 && u.Operand != in.Memory.Base && u.Role.Reads()
		require.False(t, base >= 0 && leaks, "%s %#x reads its base", in, it.Word)
	}
	return in.Name()
}

// TestShape: an image begins with its memory, loads registers once each Period instructions, compares behind each block, and
// ends where it ends.
func TestShape(t *testing.T) {
	const insns = 1000
	p := program(t, machine(t, arch.Config{CPU: "neoverse-n1"}), arch.Options{
		Seed: 3, Count: insns, Select: arch.Selection{Patterns: []string{"ADD_shift", "LDR_imm", "STR_imm"}},
	})
	data := write(t, p)
	n := map[uint32]int{}
	for at := image.Period; at+4 <= len(data); at += 4 {
		if w := binary.LittleEndian.Uint32(data[at:]); w>>4 == opCompare>>4 {
			n[w]++
		}
	}
	memory := 0
	for i := range p.Blocks {
		if p.Blocks[i].Memory {
			memory++
		}
	}
	assert.Equal(t, insns+insns/image.Period, n[opCompare])
	assert.Equal(t, memory, n[opCompareMemory])
	assert.Equal(t, 1, n[opEnd])
	assert.EqualValues(t, opEnd, binary.LittleEndian.Uint32(data[len(data)-4:]))
	assert.EqualValues(t, opSetMemory, binary.LittleEndian.Uint32(data[4:]))
	assert.Equal(t, p.Pool[:arch.RISUMemory], data[64:64+arch.RISUMemory])
	assert.Equal(t, data, write(t, p), "the same program makes the same image")
}

func TestMachinesWithoutImages(t *testing.T) {
	m, err := mips.New().Machine(arch.Config{CPU: "24Kc"})
	require.NoError(t, err)
	_, err = image.Machine(m)
	assert.EqualError(t, err, "no images of RISU's are made for the 24Kc")
	_, err = image.Machine(machine(t, arch.Config{CPU: "max", Order: "big"}))
	assert.EqualError(t, err, "RISU has no images of big-endian AArch64")
	_, err = image.Machine(machine(t, arch.Config{CPU: "max", ABI: "eabi", Order: "big"}))
	assert.EqualError(t, err, "RISU has no images of big-endian AArch32")
	p, err := arch.Generate(machine(t, arch.Config{CPU: "max"}), arch.Options{Seed: 1, Count: 10, BlockLen: 1, Rounds: 1})
	require.NoError(t, err)
	_, err = image.Write(p)
	assert.EqualError(t, err, "the program was made for images of another kind")
}

// TestWhatAHostCannotRun: patterns that are asked for by name are refused with the reason.
func TestWhatAHostCannotRun(t *testing.T) {
	r, err := image.Machine(machine(t, arch.Config{CPU: "max"}))
	require.NoError(t, err)
	for pattern, want := range map[string]string{
		"ADR":           "it may fault, or its result tells where it stands",
		"UDF":           "it may fault, or its result tells where it stands",
		"MSR_TPIDR_EL0": "that images do not record",
		"PACIASP":       "that images do not record",
	} {
		_, err := arch.Generate(r, arch.Options{Seed: 1, Count: 10, BlockLen: 1, Rounds: 1, Select: arch.Selection{Patterns: []string{pattern}}})
		assert.ErrorContains(t, err, want, pattern)
	}
}
