package campaign

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/risugen/risugen/internal/filelock"
)

// Store is a results file that is being written. One process writes a file at a time, which a lock sees to; each
// result is on the disk when Append returns.
type Store struct {
	file *os.File
	good int64 // its size
	path string
	err  error // a write failed: what the file ends with is not known
}

// StoreOptions say how to open a results file.
type StoreOptions struct {
	Resume      bool // go on with a file that is there, if one is; else a file that is there is an error
	RetryFailed bool // leave out the results of jobs that failed, so that they are run again
	NoLock      bool // do without a lock, on file systems that have none: the caller sees to it that there is one writer
}

// Resumed says what was found in a results file.
type Resumed struct {
	Results int   // whole lines
	Torn    int64 // bytes of a line that was not whole, which were cut off
	Retried int   // results of failed jobs that were taken out
	Chase   Chase
}

// OpenStore opens a results file for a header's campaign. Each result that is there is given to seen; a file of
// another campaign, version, shard is an error.
func OpenStore(path string, h Header, opt StoreOptions, seen func(*Result)) (*Store, Resumed, error) {
	h.Format = format
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // what is put in the place of a link would not be where the link pointed
	}
	f, made, err := openOrMake(path, opt.Resume)
	if err != nil {
		return nil, Resumed{}, err
	}
	s := &Store{file: f}
	found, err := s.open(path, h, opt, seen)
	if err != nil {
		remove := made && !errors.Is(err, filelock.ErrLocked) // where it is locked another process has it already
		removed := remove && os.Remove(path) == nil           // while the lock is there
		if s.file.Close(); remove && !removed {               // a system that cannot remove open files
			os.Remove(path)
		}
		return nil, found, err
	}
	s.path = path
	return s, found, nil
}

// open locks the file and finds or writes its header.
func (s *Store) open(path string, h Header, opt StoreOptions, seen func(*Result)) (Resumed, error) {
	if err := s.lock(path, opt); err != nil {
		return Resumed{}, err
	}
	info, err := s.file.Stat()
	if err != nil {
		return Resumed{}, err
	}
	if !info.Mode().IsRegular() {
		return Resumed{}, fmt.Errorf("%s: results need a regular file", path)
	}
	found, scanned, err := s.read(path, &h, opt, seen)
	if errors.Is(err, errNoHeader) {
		return Resumed{Torn: scanned.Torn}, s.begin(path, h)
	}
	if err != nil {
		return found, err
	}
	if found.Retried > 0 {
		return found, s.rewrite(path, &scanned.Header, opt)
	}
	return found, s.cut(scanned.Good)
}

// read reads the results.
func (s *Store) read(path string, h *Header, opt StoreOptions, seen func(*Result)) (found Resumed, sc Scanned, err error) {
	ids := map[string]bool{}
	sc, err = Scan(path, s.file, func(r *Result, _ int64, _ []byte) error {
		if ids[r.ID] {
			return fmt.Errorf("a second result of job %s", r.ID)
		}
		ids[r.ID] = true
		if opt.RetryFailed && r.Status == Failed {
			found.Retried++
			return nil
		}
		found.Results++
		seen(r)
		return nil
	})
	found.Torn, found.Chase = sc.Torn, sc.Chase
	if found.Retried > 0 { // what comes of these is not known
		found.Chase.End = nil
	}
	if err == nil {
		err = sc.Header.sameCampaign(h)
		if err == nil && sc.Header.Shard != h.Shard {
			err = fmt.Errorf("it is of shard %s, and not of %s", sc.Header.Shard, h.Shard)
		}
		if err != nil {
			err = fmt.Errorf("%s: %w", path, err)
		}
	}
	return found, sc, err
}

// begin writes the header.
func (s *Store) begin(path string, h Header) error {
	if err := s.cut(0); err != nil {
		return err
	}
	if err := s.write(&h); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// cut shortens the file to its whole lines.
func (s *Store) cut(size int64) error {
	s.good = size
	info, err := s.file.Stat()
	if err != nil || info.Size() == size {
		return err
	}
	if err := s.file.Truncate(size); err != nil {
		return err
	}
	return s.file.Sync()
}

// rewrite puts a file without failed jobs in the place of the one that is open.
func (s *Store) rewrite(path string, h *Header, opt StoreOptions) error {
	temp, err := os.OpenFile(path+".retry", os.O_RDWR|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o666)
	if err != nil {
		return err
	}
	next := &Store{file: temp}
	if !opt.NoLock {
		err = filelock.Try(temp)
	}
	if err == nil {
		err = next.copyWithoutFailed(path, h, s.file)
	}
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		temp.Close()
		os.Remove(temp.Name())
		return err
	}
	s.file.Close()
	*s = *next
	return syncDir(filepath.Dir(path))
}

// copyWithoutFailed writes a results file without the lines of failed jobs.
func (s *Store) copyWithoutFailed(path string, h *Header, from *os.File) error {
	if _, err := from.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := s.write(h); err != nil {
		return err
	}
	out := bufio.NewWriterSize(s.file, 1<<20)
	sc, err := Scan(path, from, func(r *Result, _ int64, line []byte) error {
		if r.Status == Failed {
			return nil
		}
		s.good += int64(len(line)) + 1
		_, err := out.Write(append(line, '\n'))
		return err
	})
	if err == nil {
		err = out.Flush()
	}
	sc.Chase.End = nil
	for _, l := range sc.Chase.lines() {
		if err == nil {
			err = s.write(l)
		}
	}
	if err == nil {
		err = s.file.Sync()
	}
	return err
}

// Append adds a result and returns when it is on the disk. After an error nothing more can be added: the file is then
// as one whose writer was killed.
func (s *Store) Append(r *Result) error { return s.write(r) }

// AppendChase adds a line that says where images begin that are aimed at what was missing, or what they came to.
func (s *Store) AppendChase(c Chase) error {
	for _, l := range c.lines() {
		if err := s.write(l); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) write(object any) error {
	if s.err != nil {
		return s.err
	}
	line, err := seal(object)
	if err == nil && s.path != "" {
		err = s.stillThere(s.path)
	}
	if err == nil {
		_, err = s.file.Write(line)
	}
	if err == nil {
		err = s.file.Sync()
	}
	if s.err = err; err != nil {
		_ = s.file.Truncate(s.good) // what may be half a line; if this fails too, resuming does it
		return fmt.Errorf("write a result: %w", err)
	}
	s.good += int64(len(line))
	return nil
}

// Close closes the file and gives up its lock.
func (s *Store) Close() error { return s.file.Close() }
