package filelock

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func open(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	require.NoError(t, err)
	t.Cleanup(func() { f.Close() })
	return f
}

func TestTry(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	a, b := open(t, path), open(t, path)
	require.NoError(t, Try(a))
	require.ErrorIs(t, Try(b), ErrLocked)
	require.NoError(t, a.Close())
	require.NoError(t, Try(b))
}

// TestWait: who waits has the lock when it is free.
func TestWait(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	a, b := open(t, path), open(t, path)
	require.NoError(t, Wait(a))
	got := make(chan error)
	go func() { got <- Wait(b) }()
	select {
	case err := <-got:
		require.Fail(t, "two have the lock", "%v", err)
	default:
	}
	require.ErrorIs(t, Try(open(t, path)), ErrLocked)
	require.NoError(t, a.Close())
	require.NoError(t, <-got)
	require.ErrorIs(t, Try(open(t, path)), ErrLocked)
}

// inDirectory names the directory that a process of TestDirectory counts in.
const inDirectory = "RISUGEN_FILELOCK_TEST"

const processes, steps = 4, 200

// count reads a number from a file, which it replaces by the next, often.
func count(dir string) error {
	for range steps {
		unlock, err := Directory(dir)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, "number"))
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(string(text))
		if err != nil {
			return err
		}
		next := filepath.Join(dir, "next")
		if err = os.WriteFile(next, []byte(strconv.Itoa(n+1)), 0o666); err == nil {
			err = os.Rename(next, filepath.Join(dir, "number"))
		}
		unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// TestDirectory: processes, and goroutines of one, that replace a file under the lock lose nothing of each other.
func TestDirectory(t *testing.T) {
	if dir := os.Getenv(inDirectory); dir != "" {
		require.NoError(t, count(dir))
		return
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "number"), []byte("0"), 0o666))
	var all sync.WaitGroup
	for range processes {
		all.Go(func() {
			cmd := exec.Command(os.Args[0], "-test.run=^TestDirectory$")
			cmd.Env = append(os.Environ(), inDirectory+"="+dir)
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, "%s", out)
		})
		all.Go(func() { require.NoError(t, count(dir)) })
	}
	all.Wait()
	text, err := os.ReadFile(filepath.Join(dir, "number"))
	require.NoError(t, err)
	require.Equal(t, strconv.Itoa(2*processes*steps), string(text))
}

func TestDirectoryThatIsNone(t *testing.T) {
	_, err := Directory(filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
