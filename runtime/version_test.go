package runtime

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestVersions: QEMU's programs are asked, others are not even started.
func TestVersions(t *testing.T) {
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("needs a shell")
	}
	dir := t.TempDir()
	script := func(name, text string) string {
		file := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(file, []byte("#!/bin/sh\n"+text+"\n"), 0o755))
		return file
	}
	ran := filepath.Join(dir, "ran")
	for command, want := range map[string]string{
		script("qemu-good", `[ "$1" = --version ] && echo "qemu-good version 7.2.22 (Debian)"; echo more`): "qemu-good version 7.2.22 (Debian)",
		script("qemu-bad", "echo version 7; exit 1"):                                                       "",
		script("board", "touch "+ran):                                                                      "",
		filepath.Join(dir, "qemu-missing"):                                                                 "",
	} {
		e := &Exec{Command: []string{command, "-cpu", "x"}}
		assert.Equal(t, want, versionOf(context.Background(), e), command)
		assert.Equal(t, want, versionOf(context.Background(), &OneInsn{e}), command)
	}
	assert.NoFileExists(t, ran)
}

// TestWithVersion: the version that a target had is still told when it can no longer be asked.
func TestWithVersion(t *testing.T) {
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("needs a shell")
	}
	file := filepath.Join(t.TempDir(), "qemu-good")
	require.NoError(t, os.WriteFile(file, []byte("#!/bin/sh\necho qemu-good version 7.2.22\n"), 0o755))
	target := WithVersion(context.Background(), &Exec{Command: []string{file}})
	require.NoError(t, os.Remove(file))
	assert.Equal(t, "qemu-good version 7.2.22", versionOf(context.Background(), target))
	assert.Equal(t, file, target.Name())
}
