// Package risupeer runs upstream RISU in tests: its generator in a checkout, and its program, built from that, under QEMU.
// scripts/peers prepares both. Without them tests are skipped.
package risupeer

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

const (
	// treeVariable names a checkout of RISU.
	treeVariable = "RISUGEN_RISU_TREE"
	// buildVariable names a directory with RISU's program, built for each architecture: arm/risu, aarch64/risu.
	buildVariable = "RISUGEN_RISU_BUILD"
)

// Tree returns the path of the checkout.
func Tree(t testing.TB) string { return folder(t, treeVariable) }

func folder(t testing.TB, variable string) string {
	t.Helper()
	dir := os.Getenv(variable)
	if dir == "" {
		t.Skipf("%s names no folder (make peers RISU=CHECKOUT)", variable)
	}
	return dir
}

// MakeImage has RISU's generator make an image of so many instructions of a .risu file.
func MakeImage(t testing.TB, file string, insns int, args ...string) string {
	t.Helper()
	interpreter := needtool.Path(t, "perl")
	image := filepath.Join(t.TempDir(), "x.bin")
	// -X: today's Perl floods standard error.
	args = append([]string{"-X", filepath.Join(Tree(t), "risugen"), "--numinsns", strconv.Itoa(insns)}, args...)
	report, err := exec.Command(interpreter, append(args, file, image)...).CombinedOutput()
	require.NoError(t, err, "%s", report[max(0, len(report)-1000):])
	info, err := os.Stat(image)
	require.NoError(t, err)
	require.Greater(t, info.Size(), int64(insns))
	return image
}

// Peer is RISU's program under an emulator.
type Peer struct {
	emulator string
	options  []string
	program  string
	own      []string // the program's own options
}

// New finds the program of an architecture. The emulator's CPU is max.
func New(t testing.TB, arch string) Peer {
	t.Helper()
	program := filepath.Join(folder(t, buildVariable), arch, "risu")
	if _, err := os.Stat(program); err != nil {
		t.Skipf("RISU is not built for %s", arch)
	}
	return Peer{needtool.Path(t, "qemu-"+arch), []string{"-cpu", "max"}, program, nil}
}

// With is the peer with more options for its emulator, of which later ones win.
func (p Peer) With(options ...string) Peer {
	p.options = slices.Concat(p.options, options)
	return p
}

// WithProgram is the peer with more options for RISU's program.
func (p Peer) WithProgram(options ...string) Peer {
	p.own = slices.Concat(p.own, options)
	return p
}

func (p Peer) command(args ...string) *exec.Cmd {
	return exec.Command(p.emulator, slices.Concat(p.options, []string{p.program}, p.own, args)...)
}

// Record runs an image as the master, and gives the trace.
func (p Peer) Record(t testing.TB, image string) string {
	t.Helper()
	trace := filepath.Join(t.TempDir(), "trace")
	report, err := p.command("--master", "-t", trace, image).CombinedOutput()
	require.NoError(t, err, "master: %s", report)
	return trace
}

// Replay runs an image as the apprentice. RISU exits with 0 if all was alike up to the image's end.
func (p Peer) Replay(trace, image string) (report []byte, err error) {
	return p.command("-t", trace, image).CombinedOutput()
}

// Live runs master and apprentice at once, over a socket, each with an image.
func (p Peer) Live(t testing.TB, apprentice Peer, image, apprenticeImage string) {
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
	report, err := apprentice.command("-h", "127.0.0.1", "-p", port, apprenticeImage).CombinedOutput()
	require.NoError(t, err, "apprentice: %s", report)
	rest, err := io.ReadAll(text)
	require.NoError(t, err)
	require.NoError(t, master.Wait(), "master: %s", rest)
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
}

// Checkpoint is an entry of a trace.
type Checkpoint struct {
	Kind string // COMPARE, SIGILL, TESTEND, COMPAREMEM, GETMEMBLOCK, SETMEMBLOCK
	PC   uint64 // of the first three, from the image's begin
}

// Checkpoints lists the entries of a trace.
func (p Peer) Checkpoints(t testing.TB, trace string) []Checkpoint {
	t.Helper()
	out, err := p.command("--diffdump", "-t", trace).Output()
	require.NoError(t, err)
	var found []Checkpoint
	for line := range bytes.Lines(out) {
		word, rest, _ := strings.Cut(strings.TrimSpace(string(line)), ":")
		switch word {
		case "COMPARE", "SIGILL", "TESTEND":
			var pc uint64
			_, err := fmt.Sscanf(rest, " (pc %v)", &pc)
			require.NoError(t, err, "%s", line)
			found = append(found, Checkpoint{word, pc})
		case "COMPAREMEM", "GETMEMBLOCK", "SETMEMBLOCK":
			found = append(found, Checkpoint{Kind: word})
		}
	}
	return found
}

// Count counts checkpoints by their kind.
func Count(list []Checkpoint) map[string]int {
	n := map[string]int{}
	for _, c := range list {
		n[c.Kind]++
	}
	return n
}
