package main

import (
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/arm"
	"github.com/risugen/risugen/internal/needtool"
)

// thumbTest makes an object file of Thumb's smoke test.
func thumbTest(t *testing.T, order, options string) string {
	t.Helper()
	src, err := os.ReadFile("../../testdata/test_thumb.s")
	require.NoError(t, err)
	return assembleBy(t, "arm-linux-gnueabihf-as", order, string(src), strings.Fields(options)...)
}

// TestThumbSmokeTestIsClean: what the file has of a CPU is run and agrees, in both byte orders, and data are not taken.
func TestThumbSmokeTestIsClean(t *testing.T) {
	needtool.Slow(t)
	for _, c := range []struct {
		cpu, as  string
		patterns int
	}{
		{"max", "-march=armv8-a+crc -mfpu=crypto-neon-fp-armv8", 155},
		{"arm1176", "-march=armv6 --defsym T16=1", 68},
	} {
		for _, order := range []string{"little", "big"} {
			t.Run(c.cpu+"-"+order, func(t *testing.T) {
				r := command("", "check", "--cpu", c.cpu, "--abi", "thumb", "--order", order, "--code", thumbTest(t, order, c.as), "--rounds", "256",
					"--seed", "1", "--json")
				require.Equal(t, "note: 16 bytes of .text are marked as data or as code of another instruction set, and not taken\n", r.err)
				require.Zero(t, r.code, r.out)
				var report codeReport
				require.NoError(t, json.Unmarshal([]byte(r.out), &report))
				assert.Empty(t, report.Uncovered)
				assert.Equal(t, c.patterns, report.Patterns)
			})
		}
	}
}

// TestThumbSmokeTestHasAllOf16Bits that images hold.
func TestThumbSmokeTestHasAllOf16Bits(t *testing.T) {
	img := filepath.Join(t.TempDir(), "x.img")
	r := command("", "gen", "--cpu", "max", "--abi", "thumb", "--code", thumbTest(t, "little", "-march=armv8-a+crc -mfpu=crypto-neon-fp-armv8"), "-o", img)
	require.Zero(t, r.code, r.err)
	has := map[string]bool{}
	for line := range strings.Lines(command("", "list", img).out) {
		if f := strings.Fields(line); len(f) > 5 && f[4] == "test" {
			has[f[5]] = true
		}
	}
	m, err := arm.New().Machine(arch.Config{CPU: "max", ABI: "thumb", ISAs: []string{"t16"}})
	require.NoError(t, err)
	n := 0
	for _, in := range m.Set().Insns {
		if in.Behind == "" && in.Prefix == nil && !in.InGroup("trap") && arch.Schedulable(in, m.Layout()) {
			assert.True(t, has[in.Name()], in.Name())
			n++
		}
	}
	assert.Greater(t, n, 60)
}

// TestFlatThumbCode: halfwords tell the size of words. One that is cut off is no instruction, and what cannot run is named with as many
// digits as it has.
func TestFlatThumbCode(t *testing.T) {
	dir := t.TempDir()
	file, img := filepath.Join(dir, "x.bin"), filepath.Join(dir, "x.img")
	put := func(halves ...uint16) {
		var data []byte
		for _, h := range halves {
			data = binary.LittleEndian.AppendUint16(data, h)
		}
		require.NoError(t, os.WriteFile(file, data, 0o600))
	}
	gen := func(more ...string) result {
		return command("", append([]string{"gen", "--cpu", "cortex-a9", "--abi", "thumb", "--code", file, "-o", img}, more...)...)
	}
	put(0x1888, 0xeb01, 0x0002, 0x4008) // ADDS R0, R1, R2; ADD.W R0, R1, R2; ANDS R0, R1
	r := gen()
	require.Zero(t, r.code, r.err)
	assert.Contains(t, r.out, "3 instructions of 3 patterns")
	put(0xeb01, 0x0002, 0xeb01)
	r = gen()
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "x.bin+0x4: word 0xeb01, .inst 0x0000eb01: it is no instruction of this CPU")
	put(0xba80, 0x1888, 0xffff, 0xffff)
	r = gen()
	assert.Equal(t, 2, r.code)
	assert.Regexp(t, `x\.bin\+0x0: word 0xba80, [^\n]*it is no instruction of this CPU[^\n]*\n[^\n]*x\.bin\+0x4: word 0xffffffff, `, r.err)
}
