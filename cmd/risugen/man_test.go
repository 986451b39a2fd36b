package main

import (
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/manpage"
	"github.com/risugen/risugen/internal/needtool"
)

// manPages writes all pages, and returns their paths.
func manPages(t *testing.T) []string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "a", "man1")
	r := command("", "man", dir)
	require.Equal(t, result{}, r)
	pages, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	return pages
}

// TestManPages: each command has a page, with its flags and the places where the rest stands.
func TestManPages(t *testing.T) {
	texts := map[string]string{}
	for _, file := range manPages(t) {
		texts[filepath.Base(file)] = string(read(t, file))
	}
	root := (&app{}).root()
	root.InitDefaultCompletionCmd()
	for _, cmd := range manpage.Pages(root) {
		text, ok := texts[manpage.Name(cmd)+".1"]
		require.True(t, ok, cmd.CommandPath())
		assert.True(t, strings.Contains(text, ".SH EXAMPLES") || strings.HasPrefix(cmd.CommandPath(), "risugen completion"), cmd.CommandPath())
		for _, name := range strings.Fields(cmd.LocalFlags().FlagUsages()) {
			if strings.HasPrefix(name, "--") && cmd.Flags().Lookup(name[2:]) != nil {
				assert.True(t, strings.Contains(text, `\-\-`+strings.ReplaceAll(name[2:], "-", `\-`)), cmd.CommandPath()+" "+name)
			}
		}
	}
	assert.Equal(t, len(manpage.Pages(root)), len(texts))
	assert.Greater(t, len(texts), 20)
	assert.True(t, strings.Contains(texts["risugen.1"], `.BR risugen\-check (1),`))
}

// TestManPagesAreClean: mandoc has nothing to say against the pages, and shows texts as they stand.
func TestManPagesAreClean(t *testing.T) {
	mandoc := needtool.Path(t, "mandoc")
	pages := manPages(t)
	// without a date there is none in the head, which mandoc would warn of
	out, _ := exec.Command(mandoc, append([]string{"-T", "lint", "-W", "warning"}, pages...)...).CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if !strings.Contains(line, "missing date") {
			t.Error(line)
		}
	}
	for _, p := range pages {
		if filepath.Base(p) == "risugen-probe.1" {
			out, err := exec.Command(mandoc, "-T", "utf8", p).Output()
			require.NoError(t, err)
			assert.Contains(t, string(out), "f32:1.5,nan,-inf  lanes that are floating-point numbers, or f64:")
		}
	}
}

// TestManNeedsADirectory: what is no directory is an error.
func TestManNeedsADirectory(t *testing.T) {
	file := put(t, t.TempDir(), "file", "")
	for _, args := range [][]string{{"man"}, {"man", file}, {"man", file + "/man1"}} {
		assert.Equal(t, 2, command("", args...).code, args)
	}
}

func TestVersion(t *testing.T) {
	info := &debug.BuildInfo{Main: debug.Module{Version: "v0.1.0"}}
	assert.Equal(t, "v0.1.0", versionOf(info))
	info.Settings = []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef"}}
	assert.Equal(t, "v0.1.0 0123456789ab", versionOf(info))
	info.Main.Version = "v0.1.1-0.20260102030405-0123456789ab+dirty"
	assert.Equal(t, info.Main.Version, versionOf(info))
}
