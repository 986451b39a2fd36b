package cover

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/risugen/risugen/internal/filelock"
	"github.com/risugen/risugen/runtime"
)

// format is what a file begins with. The number is that of the version.
const (
	formatFamily = "risugen cover "
	format       = formatFamily + "1"
)

// maxFile is how many bytes a file may have: some hundred times what all models of an architecture take.
const maxFile = 256 << 20

// fileHead is a file's first part.
type fileHead struct {
	Format string `json:"format"`
	*Set
}

// Write writes the set: as one JSON object, with a pattern on each line. The same set is always the same text.
func (s *Set) Write(w io.Writer) error {
	head := *s
	head.Patterns = []*Pattern{}
	js, err := json.Marshal(fileHead{format, &head})
	if err != nil {
		return err
	}
	b := bufio.NewWriter(w)
	b.Write(bytes.TrimSuffix(js, []byte("]}")))
	for i, p := range s.Patterns {
		line, err := json.Marshal(p)
		if err != nil {
			return err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		b.Write(line)
	}
	b.WriteString("\n]}\n")
	return b.Flush()
}

// Read reads what Write wrote.
func Read(r io.Reader) (*Set, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) == 0:
		return nil, errors.New("it is empty, and no coverage file")
	case len(text) > maxFile:
		return nil, fmt.Errorf("it has more than %d bytes, and is no coverage file", maxFile)
	}
	var version struct{ Format string }
	if err := json.Unmarshal(text, &version); err != nil {
		return nil, damaged(err)
	}
	switch {
	case version.Format == format:
	case len(version.Format) > len(formatFamily) && version.Format[:len(formatFamily)] == formatFamily:
		return nil, fmt.Errorf("it was made by another version of risugen, which stored coverage in another way (%.40q)", version.Format)
	default:
		return nil, errors.New("it is no coverage file")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	head := fileHead{Set: &Set{}}
	if err := d.Decode(&head); err != nil {
		return nil, damaged(err)
	}
	if err := head.Set.Check(); err != nil {
		return nil, damaged(err)
	}
	return head.Set, nil
}

func damaged(err error) error { return fmt.Errorf("the coverage file is damaged: %w", err) }

// ReadFile reads a file.
func ReadFile(path string) (*Set, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// WriteFile replaces a file, at once: whoever reads it sees what was there, or all of the set.
func (s *Set) WriteFile(path string) error {
	var b bytes.Buffer
	if err := s.Write(&b); err != nil {
		return err
	}
	return runtime.WriteDocument(path, b.Bytes())
}

// Update adds a set to what a file holds, if it is there. Others that do so to a file of the same directory wait meanwhile.
func (s *Set) Update(path string) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // the lock is that of the directory where the file is
	}
	switch unlock, err := filelock.Directory(filepath.Dir(path)); {
	case errors.Is(err, filelock.ErrNone): // it does without
	case err != nil:
		return fmt.Errorf("lock the directory of %s: %w", path, err)
	default:
		defer unlock()
	}
	old, err := ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s.WriteFile(path)
	case err != nil:
		return err
	}
	if err := old.Merge(s); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return old.WriteFile(path)
}

// MergeFiles reads and merges files.
func MergeFiles(paths []string) (*Set, error) {
	var all *Set
	for _, path := range paths {
		s, err := ReadFile(path)
		switch {
		case err != nil:
			return nil, err
		case all == nil:
			all = s
			continue
		}
		if err := all.Merge(s); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return all, nil
}
