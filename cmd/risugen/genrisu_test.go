package main

import (
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestGenRISU: the same flags make the same image, also where given code is its contents.
func TestGenRISU(t *testing.T) {
	dir := t.TempDir()
	first, second := filepath.Join(dir, "1.bin"), filepath.Join(dir, "2.bin")
	args := []string{"gen", "--cpu", "cortex-a53", "--format", "risu", "-n", "500", "--seed", "3", "--pattern", "ADD_shift,LDR_imm"}
	r := command("", append(args, "-o", first)...)
	require.Zero(t, r.code, r.err)
	assert.Contains(t, r.out, "1.bin: RISU image for arm cortex-a53 (base+fp+simd+crypto), 500 instructions of 3 patterns, seed 3, ")
	r = command("", append(args, "-o", second, "--json")...)
	require.Zero(t, r.code, r.err)
	var info risuInfo
	require.NoError(t, json.Unmarshal([]byte(r.out), &info))
	assert.Equal(t, toolName(), info.Tool)
	a, err := os.ReadFile(first)
	require.NoError(t, err)
	b, err := os.ReadFile(second)
	require.NoError(t, err)
	assert.Equal(t, a, b)
	assert.Equal(t, len(a), info.Bytes)
	assert.Equal(t, 500, info.Instructions)
	r = command("", append(args, "-o", "-")...)
	require.Zero(t, r.code, r.err)
	assert.Equal(t, string(a), r.out)
}

// risuImage is words as RISU's generator puts them: registers are loaded, then comes an ADD, then a word that no CPU has.
func risuImage(t *testing.T) string {
	var data []byte
	for _, w := range []uint32{0xd51b421f, 0x52800000, 0x5af0, 0x8b020020, 0x5af0, 0x04000000, 0x5af0, 0x5af1} {
		data = binary.LittleEndian.AppendUint32(data, w)
	}
	path := filepath.Join(t.TempDir(), "x.bin")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

func TestCodeOfRISUImages(t *testing.T) {
	path, out := risuImage(t), filepath.Join(t.TempDir(), "x.img")
	for _, format := range []string{"risugen", "risu"} {
		r := command("", "gen", "--cpu", "cortex-a53", "--format", format, "--code", path, "-o", out)
		assert.Equal(t, 2, r.code)
		assert.Contains(t, r.err, "x.bin+0x14: word 0x04000000, .inst 0x04000000: it is no instruction of this CPU")
		r = command("", "gen", "--cpu", "cortex-a53", "--format", format, "--code", path, "--code-skip", "-o", out)
		assert.Zero(t, r.code, r.err)
		assert.Contains(t, r.err, "note: "+path+" is a RISU image: its 2 instructions under test are taken\nnote: 1 of 2 words are left out\n")
		assert.Contains(t, r.out, "1 instructions of 1 patterns")
	}
	r := command("", "gen", "--cpu", "cortex-a53", "--code", path, "--code-section", ".text", "-o", out)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "it is no ELF file, so that it has no section .text")
}

func TestGenRISUErrors(t *testing.T) {
	const other = "RISU's program handles no other signal than SIGILL"
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--format", "raw"}, `unknown format "raw" of images; known are risugen, risu`},
		{[]string{"--format", "risu", "--rounds", "2"}, "--rounds is of no use in an image of RISU's: each instruction runs once"},
		{[]string{"--format", "risu", "--block", "2"}, "--block is of no use in an image of RISU's: registers are compared after each instruction"},
		{[]string{"--format", "risu", "--misaligned", "0"}, "--misaligned is of no use in an image of RISU's: " + other},
		{[]string{"--format", "risu", "--fp-traps", "0"}, "--fp-traps is of no use in an image of RISU's: " + other},
		{[]string{"--format", "risu", "--cpu", "24Kc"}, "no images of RISU's are made for the 24Kc"},
		{[]string{"--format", "risu", "--order", "big"}, "RISU has no images of big-endian AArch64"},
		{[]string{"--format", "risu", "--abi", "eabi", "--order", "big"}, "RISU has no images of big-endian AArch32"},
		{[]string{"--format", "risu", "-o", "/nonexistent/x"}, "there is no directory /nonexistent"},
	} {
		r := command("", append([]string{"gen", "--cpu", "max", "-n", "10", "-o", os.DevNull}, c.args...)...)
		assert.Equal(t, 2, r.code)
		assert.Contains(t, r.err, c.want)
	}
}
