//go:build linux

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/risugen/risugen/internal/needtool"
)

// onScreen runs a command whose standard output is a screen of so many columns, and returns the lines that it wrote there.
func onScreen(t *testing.T, columns uint16, args ...string) []string {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there are no pseudo terminals here: %v", err)
	}
	defer master.Close()
	require.NoError(t, unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	require.NoError(t, err)
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there are no pseudo terminals here: %v", err)
	}
	require.NoError(t, unix.IoctlSetWinsize(int(slave.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns}))
	read := make(chan string)
	go func() {
		b, _ := io.ReadAll(master) // it ends with an error when the other end is closed
		read <- string(b)
	}()
	var stderr bytes.Buffer
	code := run(args, strings.NewReader(""), slave, &stderr)
	slave.Close()
	out := strings.ReplaceAll(<-read, "\r\n", "\n")
	require.LessOrEqual(t, code, 1, stderr.String())
	return strings.Split(strings.TrimSuffix(out, "\n"), "\n")
}

// TestTablesFit: no line of a table is longer than the screen is wide, which one of the same command's is on a wide screen.
func TestTablesFit(t *testing.T) {
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	results, covered := filepath.Join(dir, "c.jsonl"), filepath.Join(dir, "a.cover")
	names := []string{"P5600", "mips32r6-generic", "24Kf"}
	matrix := put(t, dir, "a-campaign-with-quite-a-long-name-"+strings.Repeat("x", 70)+".yaml",
		"matrix: {cpus: ["+strings.Join(names, ", ")+"], numinsns: 1500, rounds: 16}\n")
	for _, c := range []struct {
		columns uint16
		args    []string
	}{
		{78, []string{"campaign", matrix, "-o", results, "--cover", covered, "--resume", "--quiet"}},
		{78, []string{"campaign", matrix, "--list"}},
		{78, []string{"merge", results}},
		{70, []string{"regress", matrix, "--cpus", "P5600,mips32r6-generic", "--seeds", "1", "--quiet"}},
		{60, []string{"cover", covered}},
		{80, []string{"cover", covered, "--pattern", "ADD.*"}},
		{100, []string{"list", "--cpus"}},
		{100, []string{"list", "--cpu", "P5600"}},
		{60, []string{"regress", "--list-sets"}},
	} {
		name := fmt.Sprint(c.args)
		widest := func(columns uint16) (n int) {
			for _, line := range onScreen(t, columns, c.args...) {
				if strings.ContainsAny(line, "│┌├└") || c.args[0] == "list" || strings.HasPrefix(c.args[len(c.args)-1], "--list") {
					n = max(n, text.StringWidthWithoutEscSequences(line))
				}
			}
			return n
		}
		least := widest(c.columns)
		assert.LessOrEqual(t, least, int(c.columns), name)
		assert.Positive(t, least, name)
		assert.Greater(t, widest(1000), int(c.columns), "%s: it has something to fit", name)
	}
}
