package campaign

import (
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/filelock"
)

func mkdir(t *testing.T, files ...string) {
	t.Helper()
	for _, f := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(f), 0o700))
		require.NoError(t, os.WriteFile(f, []byte("x"), 0o600))
	}
}

// TestTempDir: directories of dead processes are removed, and nothing else.
func TestTempDir(t *testing.T) {
	parent := t.TempDir()
	at := func(parts ...string) string { return filepath.Join(append([]string{parent}, parts...)...) }
	dead := at(tempPrefix + "dead")
	mkdir(t, filepath.Join(dead, tempLock), filepath.Join(dead, "a.img"),
		at(tempPrefix+"nolock", "a.img"), at("risugen-other", tempLock), at("other"), at("elsewhere", tempLock))
	require.NoError(t, os.Symlink(at("elsewhere"), at(tempPrefix+"link")))
	require.NoError(t, os.WriteFile(at(tempPrefix+"file"), nil, 0o600))
	alive, err := NewTempDir(parent)
	require.NoError(t, err)
	mkdir(t, filepath.Join(alive.Path, "b.img"))
	second, err := NewTempDir(parent)
	require.NoError(t, err)
	assert.NoDirExists(t, dead)
	for _, path := range []string{
		filepath.Join(alive.Path, "b.img"), at(tempPrefix+"nolock", "a.img"), at("risugen-other", tempLock), at("other"),
		at("elsewhere", tempLock), at(tempPrefix + "file"), filepath.Join(second.Path, tempLock),
	} {
		assert.FileExists(t, path)
	}
	require.NoError(t, alive.Close())
	require.NoError(t, second.Close())
	assert.NoDirExists(t, alive.Path)
}

// TestTempDirWithoutLock: a process that was killed before it had a lock leaves an empty directory, which is removed when
// it is old.
func TestTempDirWithoutLock(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, tempPrefix+"empty")
	require.NoError(t, os.Mkdir(dir, 0o700))
	removeStale(parent, time.Now())
	assert.DirExists(t, dir)
	removeStale(parent, time.Now().Add(oldAge+time.Hour))
	assert.NoDirExists(t, dir)
	removeStale(filepath.Join(parent, "none"), time.Now())
}

// TestTempDirThatCannotBeLocked: the error says why, and nothing is left behind; a file system without locks is no error.
func TestTempDirThatCannotBeLocked(t *testing.T) {
	parent := t.TempDir()
	_, err := newTempDir(parent, func(*os.File) error { return syscall.EIO })
	require.ErrorIs(t, err, syscall.EIO)
	assert.ErrorContains(t, err, "lock "+filepath.Join(parent, tempPrefix))
	left, err := os.ReadDir(parent)
	require.NoError(t, err)
	assert.Empty(t, left)
	_, err = newTempDir(parent, func(*os.File) error { return filelock.ErrLocked })
	assert.ErrorContains(t, err, "vanish")
	d, err := newTempDir(parent, func(*os.File) error { return filelock.ErrNone })
	require.NoError(t, err)
	require.NoError(t, d.Close())
	_, err = NewTempDir(filepath.Join(parent, "none"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}

// TestTempDirsAtOnce: processes that begin at the same time do not take each other for dead.
func TestTempDirsAtOnce(t *testing.T) {
	parent := t.TempDir()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				d, err := NewTempDir(parent)
				if !assert.NoError(t, err) {
					return
				}
				assert.NoError(t, os.WriteFile(filepath.Join(d.Path, "a.img"), nil, 0o600))
				assert.NoError(t, d.Close())
			}
		})
	}
	wg.Wait()
	left, err := os.ReadDir(parent)
	require.NoError(t, err)
	assert.Empty(t, left)
}
