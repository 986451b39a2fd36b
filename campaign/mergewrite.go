package campaign

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/risugen/risugen/internal/filelock"
)

// Output is where merged results go. What stands there is locked until Close, so that no campaign begins to write it
// after its results were read: it would go on writing a file that has no name.
type Output struct {
	path string   // links followed
	old  *os.File // what stands there; nil: nothing
}

// OpenOutput locks a file that is to be written, if it is there. It is called before results are read, since the
// file may be one of those. A file that a campaign is writing is an error.
func OpenOutput(path string) (*Output, error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	o := &Output{path: path}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return o, nil
	}
	if err == nil && !info.Mode().IsRegular() { // opening a pipe would wait for its other end
		err = fmt.Errorf("%s: results need a regular file", path)
	}
	if err != nil {
		return nil, err
	}
	if o.old, err = os.OpenFile(path, os.O_RDWR, 0); err != nil {
		return nil, err
	}
	err = filelock.Try(o.old)
	switch {
	case errors.Is(err, filelock.ErrLocked):
		err = fmt.Errorf("%s: a campaign is writing it: write to another file", path)
	case errors.Is(err, filelock.ErrNone):
		err = nil // who uses --no-lock sees to it that there is one writer
	case err != nil:
		err = fmt.Errorf("lock %s: %w", path, err)
	default:
		err = o.stillThere()
	}
	if err != nil {
		o.Close()
		return nil, err
	}
	return o, nil
}

// Close gives the lock up.
func (o *Output) Close() {
	if o.old != nil {
		o.old.Close()
	}
}

// stillThere makes sure that what was locked, or nothing, has the name.
func (o *Output) stillThere() error {
	now, err := os.Stat(o.path)
	if o.old == nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return fmt.Errorf("%s was made by somebody else meanwhile", o.path)
	}
	opened, err2 := o.old.Stat()
	if err != nil || err2 != nil || !os.SameFile(opened, now) {
		return fmt.Errorf("%s was removed or replaced meanwhile", o.path)
	}
	return nil
}

// holds makes sure that nothing is lost but results of the same campaign.
func (o *Output) holds(h *Header) error {
	if o.old == nil {
		return nil
	}
	if _, err := o.old.Seek(0, io.SeekStart); err != nil {
		return err
	}
	there, err := readHeader(o.path, o.old)
	if errors.Is(err, errNoHeader) {
		return nil
	}
	if err == nil {
		if err = there.sameCampaign(h); err != nil {
			err = fmt.Errorf("%s: %w", o.path, err)
		}
	}
	if err != nil {
		return fmt.Errorf("%w: it is not overwritten", err)
	}
	return nil
}

// Write writes all results to a file, which --resume can go on with. The file appears whole or not at all; a link is
// followed. What stands there is replaced if it holds nothing or results of the same campaign, else it is an error.
func (m *Merged) Write(o *Output) error {
	if err := o.holds(&m.Header); err != nil {
		return err
	}
	name := filepath.Join(filepath.Dir(o.path), fmt.Sprintf(".%s-%x", filepath.Base(o.path), rand.Uint64()))
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	err = m.writeTo(f)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = o.stillThere()
	}
	if err == nil {
		err = os.Rename(name, o.path)
	}
	if err != nil {
		os.Remove(name)
		return err
	}
	return syncDir(filepath.Dir(o.path))
}

func (m *Merged) writeTo(w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<20)
	line, err := seal(&m.Header)
	if err != nil {
		return err
	}
	out.Write(line)
	for i := range m.lines {
		text, err := m.text(i)
		if err != nil {
			return err
		}
		out.Write(text)
		out.WriteByte('\n')
	}
	for _, l := range m.chase.lines() {
		if line, err = seal(l); err != nil {
			return err
		}
		out.Write(line)
	}
	return out.Flush()
}
