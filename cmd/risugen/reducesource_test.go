package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

// TestReducedSource: the source of a reduced case, assembled by the commands in its head, prints on each target what the head says
// that it printed, and dies where it says so.
func TestReducedSource(t *testing.T) {
	needtool.Slow(t)
	qemu, as := needtool.Path(t, "qemu-mipsel"), needtool.Path(t, "mips-linux-gnu-as")
	dir := t.TempDir()
	r := command("", reduceArgs("-o", dir)...)
	require.Equal(t, 1, r.code, r.err)
	require.NotEmpty(t, as)
	for _, name := range []string{"ROTR-result", "SEB-fault"} {
		text, err := os.ReadFile(filepath.Join(dir, name+".s"))
		require.NoError(t, err)
		page, err := os.ReadFile(filepath.Join(dir, name+".md"))
		require.NoError(t, err)
		assert.Contains(t, string(page), "["+name+".s]("+name+".s)")
		for _, c := range regexp.MustCompile(`(?m)^ \* +(mips-linux-gnu-.*)$`).FindAllStringSubmatch(string(text), -1) {
			words := strings.Fields(c[1])
			cmd := exec.Command(needtool.Path(t, words[0]), words[1:]...)
			cmd.Dir = dir
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, "%s: %s", c[1], out)
		}
		for side, cpu := range map[string]string{"master": "24Kc", "apprentice": "4Kc"} {
			said := regexp.MustCompile(side + `, .*: (.*)\n`).FindStringSubmatch(string(text))
			require.NotNil(t, said, "%s of %s", side, name)
			out, err := exec.Command(qemu, "-cpu", cpu, filepath.Join(dir, name)).Output()
			if strings.HasPrefix(said[1], "SIGILL") {
				assert.Error(t, err)
				continue
			}
			require.NoError(t, err)
			if said[1] != "no fault" {
				assert.Equal(t, said[1], strings.TrimSpace(string(out)))
			}
		}
	}
}
