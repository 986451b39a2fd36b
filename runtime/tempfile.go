package runtime

import (
	"os"
	"path/filepath"
	"sync"
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
	if img.Path != "" {
		path, err = filepath.Abs(img.Path)
		return path, func() {}, err
	}
	t := &img.temp
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.users == 0 {
		if t.path, err = writeTemp("", "risugen-*.img", img.Data); err != nil {
			return "", nil, err
		}
	}
	t.users++
	return t.path, sync.OnceFunc(t.release), nil
}

func (t *tempFile) release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.users--; t.users == 0 {
		os.Remove(t.path)
	}
}

// writeTemp writes an executable file with a new name, which replaces the star of the pattern.
func writeTemp(dir, pattern string, data []byte) (path string, err error) {
	f, err := os.CreateTemp(dir, pattern)
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(0o755)
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
