package risu

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/decodetree"
	"github.com/risugen/risugen/internal/risupeer"
)

const peerInsns = 3000

// requireMatch runs an image in both ways, and sees to it that all of it ran.
func requireMatch(t *testing.T, p risupeer.Peer, image string) (trace string, found map[string]int) {
	t.Helper()
	trace = p.Record(t, image)
	report, err := p.Replay(trace, image)
	require.NoError(t, err, "apprentice: %s", report)
	p.Live(t, p, image, image)
	found = risupeer.Count(p.Checkpoints(t, trace))
	require.GreaterOrEqual(t, found["COMPARE"], peerInsns)
	require.Equal(t, 1, found["TESTEND"])
	t.Logf("%d instructions: %v", peerInsns, found)
	return trace, found
}

// TestUpstreamRunsThumb: a decode file becomes thumb.risu, that an image, and both ends agree on it. No
// word of it is undefined, and memory is compared.
func TestUpstreamRunsThumb(t *testing.T) {
	p := risupeer.New(t, "arm")
	for _, name := range []string{"t16.decode", "thumb16.decode"} {
		t.Run(name, func(t *testing.T) {
			image := makeImage(t, thumbRisu(t, testdata(name)), peerInsns)
			trace, found := requireMatch(t, p, image)
			assert.Zero(t, found["SIGILL"])
			assert.NotZero(t, found["COMPAREMEM"])
			report, err := p.Replay(trace, withAnotherADC(t, image))
			require.Error(t, err)
			assert.Contains(t, string(report), "Mismatch reg")
		})
	}
}

// TestUpstreamRunsQEMUsThumb does the same with QEMU's file, which has no blocks: what loads, stores,
// branches, raises exceptions or writes sp is left out.
func TestUpstreamRunsQEMUsThumb(t *testing.T) {
	const without = `ldst\w*,addsub_2h,addsub_sp_i,ADD_rri A1,ADR,LDM_t16,STM,branchr,B,BL\w*,B_cond_thumb,CBZ,` +
		"SETEND,CPS,YIELD,WFE,WFI,IT,HLT,BKPT,UDF,SVC"
	p := risupeer.New(t, "arm")
	text := thumbRisu(t, filepath.Join(tree(t, qemuTree), "target", "arm", "t16.decode"))
	_, found := requireMatch(t, p, makeImage(t, text, peerInsns, "--not-pattern", without))
	assert.Zero(t, found["SIGILL"])
}

func thumbRisu(t *testing.T, path string) []byte {
	t.Helper()
	src, err := os.ReadFile(path)
	require.NoError(t, err)
	spec, err := decodetree.Parse(filepath.Base(path), src, decodetree.Options{InsnWidth: 16})
	require.NoError(t, err)
	text, _, err := FromDecode(spec, Options{Mode: "arm.thumb"})
	require.NoError(t, err)
	return text
}

// withAnotherADC copies an image and turns its first ADC of two registers into SBC: a match must not
// outlive that.
func withAnotherADC(t *testing.T, image string) string {
	t.Helper()
	const adc, mask, compare = 0x4140, 0xffc0, 0xdee0
	data, err := os.ReadFile(image)
	require.NoError(t, err)
	half := func(at int) int { return int(data[at]) | int(data[at+1])<<8 }
	for at := 0; at+4 <= len(data); at += 2 {
		if w := half(at); w&mask == adc && w&7 != w>>3&7 && half(at+2) == compare {
			data[at] ^= 0xc0 // 0x4180: SBC
			out := filepath.Join(t.TempDir(), "other.bin")
			require.NoError(t, os.WriteFile(out, data, 0o600))
			return out
		}
	}
	t.Fatal("the image has no ADC")
	return ""
}

// TestUpstreamRunsItsOwnFiles runs RISU's descriptions that went to .decode and back. STLUR and LDAPUR of
// aarch64.risu name no address that RISU could prepare.
func TestUpstreamRunsItsOwnFiles(t *testing.T) {
	dir := tree(t, risuTree)
	for _, test := range []struct{ arch, file, without string }{
		{"arm", "thumb.risu", "none"},
		{"arm", "arm.risu", "none"},
		{"aarch64", "aarch64.risu", "STLUR.*,LDAPUR.*"},
	} {
		t.Run(test.file, func(t *testing.T) {
			p := risupeer.New(t, test.arch)
			text := thereAndBack(t, parseFile(t, filepath.Join(dir, test.file)))
			requireMatch(t, p, makeImage(t, text, peerInsns, "--not-pattern", test.without))
		})
	}
}
