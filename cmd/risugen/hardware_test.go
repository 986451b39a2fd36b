package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mattn/go-shellwords"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

// TestRecordsByHand: what an image wrote somewhere and was brought here by hand is compared, and recorded, with the commands of
// docs/hardware.md; a part of it is an error.
func TestRecordsByHand(t *testing.T) {
	needtool.Slow(t)
	qemu := needtool.Path(t, "qemu-mips")
	page, err := os.ReadFile("../../docs/hardware.md")
	require.NoError(t, err)
	dir := t.TempDir()
	t.Chdir(dir)
	r := command("", "gen", "--cpu", "24Kc", "--order", "big", "-n", "200", "--rounds", "4", "--seed", "1", "-o", "a.img")
	require.Equal(t, 0, r.code, r.err)
	records, err := exec.Command(qemu, "-cpu", "24Kc", "a.img").Output() // the board
	require.NoError(t, err)
	var lines []string
	for _, line := range commandsOf(string(page)) {
		if strings.Contains(line, "cat board.rec") {
			lines = append(lines, line)
		}
	}
	require.Len(t, lines, 2)
	for _, line := range lines {
		words, err := shellwords.Parse(line)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile("board.rec", records, 0o600))
		r := command("", words[1:]...)
		assert.Equal(t, 0, r.code, r.err)
		require.NoError(t, os.WriteFile("board.rec", records[:len(records)/2], 0o600))
		r = command("", words[1:]...)
		assert.Equal(t, 2, r.code, "half of the records")
		assert.Contains(t, r.err, "ended early")
	}
	r = command("", "replay", filepath.Join(dir, "board.trace"), "--target", "qemu-mips -cpu 24Kc")
	assert.Equal(t, 0, r.code, r.err)
}
