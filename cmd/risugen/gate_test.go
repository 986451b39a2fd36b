package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// gate lets a campaign's jobs pass until its results are as many as a test allows. However late the test ends the campaign then, there are
// jobs left.
type gate struct{ dir string }

// newGate makes a gate that is open.
func newGate(t *testing.T) gate {
	t.Helper()
	g := gate{t.TempDir()}
	g.open(t)
	script := `while read most file <"${0%/*}/most" && [ "$(wc -l <"$file")" -ge "$most" ]; do sleep 0.02; done; exec "$@"`
	put(t, g.dir, "gate", script+"\n")
	return g
}

// target is the emulator behind the gate, of which a plan fills in the name.
func (g gate) target() string {
	return "sh " + shellQuote(filepath.Join(g.dir, "gate")) + " {emulator} {}"
}

// open lets all jobs pass.
func (g gate) open(t *testing.T) {
	t.Helper()
	g.write(t, "1 /dev/null\n")
}

// most lets jobs pass while a file of results has fewer lines, the header included. Those that are under way then come through.
func (g gate) most(t *testing.T, lines int, results string) {
	t.Helper()
	g.write(t, fmt.Sprintf("%d %s\n", lines, results))
}

// write replaces what the script reads.
func (g gate) write(t *testing.T, text string) {
	t.Helper()
	require.NoError(t, os.Rename(put(t, g.dir, "new", text), filepath.Join(g.dir, "most")))
}
