package runtime

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// partSuffix ends the name of a recording that is not whole.
const partSuffix = ".part"

// TraceFile is a file that a trace is written to. While that goes on, and if it is stopped, the file is named
// FILE.part, so that nothing that is called FILE is ever less than a whole recording. Even a killed process leaves
// what it had written there.
type TraceFile struct {
	*os.File
	path string // of the whole recording; "" for what is no file, such as a pipe
}

// CreateTrace creates FILE.part for a recording that is to be called FILE. If it is there already, that is an error:
// it may be all that is left of a day on a board, or being written now. What FILE names and is no regular file is
// written to.
func CreateTrace(path string) (*TraceFile, error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	switch info, err := os.Stat(path); {
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("write %s: it is a directory", path)
	case err == nil && !info.Mode().IsRegular():
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		return &TraceFile{File: f}, err
	}
	f, err := os.OpenFile(path+partSuffix, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s is there already, from a recording that was stopped or one that goes on: move or remove it", path+partSuffix)
	}
	return &TraceFile{f, path}, err
}

// Finish gives a whole recording its name.
func (t *TraceFile) Finish() error {
	if t.path == "" {
		return t.Close()
	}
	err := t.Sync()
	if cerr := t.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(t.Name(), t.path)
	}
	return err
}

// Stop closes a recording that is not whole and returns the name that it keeps. One that was not even begun is
// removed and has no name.
func (t *TraceFile) Stop(begun bool) (name string, err error) {
	err = t.Close()
	switch {
	case t.path == "":
		return "", err
	case !begun:
		return "", errors.Join(err, os.Remove(t.Name()))
	}
	return t.Name(), err
}
