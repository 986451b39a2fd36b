package runtime

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
)

// tempFile is the file of an image that was never written to one. Targets that run at the same time share
// it; the last to end removes it. Starting a process while another goroutine has an executable open for
// writing can fail with ETXTBSY on Linux, which sharing avoids too.
type tempFile struct {
	mu    sync.Mutex
	path  string
	users int
}

// file returns the absolute path of a file that holds the image, and a function that must be called once
// when the file is no longer needed.
func (img *Image) file() (path string, release func(), err error) {
	if img.Path != "" && executable(img.Path) {
		path, err = filepath.Abs(img.Path)
		return path, func() {}, err
	}
	t := &img.temp
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.users == 0 {
		data := img.Data
		if img.whole != nil { // nobody looks what it holds, and a command may copy it
			if data, err = img.Board(); err != nil {
				return "", nil, err
			}
		}
		if t.path, err = writeTemp(os.TempDir(), "risugen-", data, 0o777); err != nil {
			return "", nil, err
		}
	}
	t.users++
	return t.path, sync.OnceFunc(t.release), nil
}

// executable reports whether a file may be started; a copy from elsewhere often may not.
func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && (runtime.GOOS == "windows" || info.Mode()&0o111 != 0)
}

func (t *tempFile) release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.users--; t.users == 0 {
		os.Remove(t.path)
	}
}

// writeTemp writes a file with a new name, which begins with prefix, and is executable if mode says so, or else is on the disk. What others may do with
// it is for the umask to say. While the file is open for writing no process is started: until it executes its program a
// new process holds what its parent had open, and Linux refuses to start a file that anybody may write to (ETXTBSY).
func writeTemp(dir, prefix string, data []byte, mode os.FileMode) (path string, err error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	f, err := createNew(dir, prefix, mode)
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	if err == nil && mode&0o111 == 0 {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// createNew creates a file that did not exist.
func createNew(dir, prefix string, mode os.FileMode) (*os.File, error) {
	const tries = 100
	for range tries - 1 {
		f, err := os.OpenFile(newName(dir, prefix), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
	return os.OpenFile(newName(dir, prefix), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
}

func newName(dir, prefix string) string {
	return filepath.Join(dir, prefix+strconv.FormatUint(rand.Uint64(), 36)+".img")
}
