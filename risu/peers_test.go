package risu

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/decodetree"
)

// risuBuild names a directory with RISU's program, built for each architecture: arm/risu, aarch64/risu.
// scripts/peers makes it.
const risuBuild = "RISUGEN_RISU_BUILD"

// peer is RISU's program under an emulator.
type peer struct {
	emulator string
	args     []string
}

func newPeer(t *testing.T, arch string) peer {
	t.Helper()
	program := filepath.Join(tree(t, risuBuild), arch, "risu")
	if _, err := os.Stat(program); err != nil {
		t.Skipf("RISU is not built for %s", arch)
	}
	return peer{needTool(t, "qemu-"+arch), []string{"-cpu", "max", program}}
}

func (p peer) command(args ...string) *exec.Cmd {
	return exec.Command(p.emulator, append(p.args[:len(p.args):len(p.args)], args...)...)
}

// record runs an image as the master, and gives the trace.
func (p peer) record(t *testing.T, image string) string {
	t.Helper()
	trace := filepath.Join(t.TempDir(), "trace")
	report, err := p.command("--master", "-t", trace, image).CombinedOutput()
	require.NoError(t, err, "master: %s", report)
	return trace
}

// replay runs an image as the apprentice. RISU exits with 0 if all was alike up to the image's end.
func (p peer) replay(trace, image string) (report []byte, err error) {
	return p.command("-t", trace, image).CombinedOutput()
}

// live runs master and apprentice at once, over a socket.
func (p peer) live(t *testing.T, image string) {
	t.Helper()
	port := freePort(t)
	master := p.command("--master", "-p", port, image)
	told, err := master.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, master.Start())
	defer master.Process.Kill() // does nothing to one that has ended
	text := bufio.NewReader(told)
	for line := ""; !strings.Contains(line, "waiting for connection"); {
		line, err = text.ReadString('\n')
		require.NoError(t, err, "master: %s", line)
	}
	report, err := p.command("-h", "127.0.0.1", "-p", port, image).CombinedOutput()
	require.NoError(t, err, "apprentice: %s", report)
	rest, err := io.ReadAll(text)
	require.NoError(t, err)
	require.NoError(t, master.Wait(), "master: %s", rest)
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
}

// checkpoints counts the entries of a trace by their kind.
func (p peer) checkpoints(t *testing.T, trace string) map[string]int {
	t.Helper()
	out, err := p.command("--diffdump", "-t", trace).Output()
	require.NoError(t, err)
	found := map[string]int{}
	for line := range bytes.Lines(out) {
		word, _, _ := strings.Cut(strings.TrimSpace(string(line)), ":")
		switch word {
		case "COMPARE", "SIGILL", "COMPAREMEM", "TESTEND":
			found[word]++
		}
	}
	return found
}

const peerInsns = 3000

// requireMatch runs an image in both ways, and sees to it that all of it ran.
func (p peer) requireMatch(t *testing.T, image string) (trace string, found map[string]int) {
	t.Helper()
	trace = p.record(t, image)
	report, err := p.replay(trace, image)
	require.NoError(t, err, "apprentice: %s", report)
	p.live(t, image)
	found = p.checkpoints(t, trace)
	require.GreaterOrEqual(t, found["COMPARE"], peerInsns)
	require.Equal(t, 1, found["TESTEND"])
	t.Logf("%d instructions: %v", peerInsns, found)
	return trace, found
}

// TestUpstreamRunsThumb: a decode file becomes thumb.risu, that an image, and both ends agree on it. No
// word of it is undefined, and memory is compared.
func TestUpstreamRunsThumb(t *testing.T) {
	p, dir := newPeer(t, "arm"), tree(t, risuTree)
	for _, name := range []string{"t16.decode", "thumb16.decode"} {
		t.Run(name, func(t *testing.T) {
			image := makeImage(t, dir, thumbRisu(t, testdata(name)), peerInsns)
			trace, found := p.requireMatch(t, image)
			assert.Zero(t, found["SIGILL"])
			assert.NotZero(t, found["COMPAREMEM"])
			report, err := p.replay(trace, withAnotherADC(t, image))
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
	p, dir := newPeer(t, "arm"), tree(t, risuTree)
	text := thumbRisu(t, filepath.Join(tree(t, qemuTree), "target", "arm", "t16.decode"))
	_, found := p.requireMatch(t, makeImage(t, dir, text, peerInsns, "--not-pattern", without))
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
			p := newPeer(t, test.arch)
			text := thereAndBack(t, parseFile(t, filepath.Join(dir, test.file)))
			p.requireMatch(t, makeImage(t, dir, text, peerInsns, "--not-pattern", test.without))
		})
	}
}
