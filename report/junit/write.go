package junit

import (
	"encoding/xml"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// Write writes a document.
func Write(w io.Writer, s *Suites) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(s); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// WriteFile writes a file, which appears whole or not at all; a link is followed. What is there and is no file, such as a
// pipe, is written to.
func WriteFile(path string, s *Suites) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	name, rename := path, false
	flags := os.O_WRONLY
	if info, err := os.Stat(path); err != nil || info.Mode().IsRegular() {
		name, rename = fmt.Sprintf("%s.%08x.tmp", path, rand.Uint32()), true
		flags |= os.O_CREATE | os.O_EXCL
	}
	f, err := os.OpenFile(name, flags, 0o666)
	if err != nil {
		return err
	}
	err = Write(f, s)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil && rename {
		err = os.Rename(name, path)
	}
	if err != nil && rename {
		os.Remove(name)
	}
	return err
}
