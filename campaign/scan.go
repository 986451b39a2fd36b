package campaign

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
)

// maxLine bounds a line of a results file, in bytes.
const maxLine = 64 << 20

// Scanned says what a results file holds beside its lines.
type Scanned struct {
	Header Header
	Chase  Chase
	Good   int64 // bytes up to the end of the last whole line
	// Torn is how many bytes follow that: a line that was being written when the process was killed, or is being
	// written now.
	Torn int64
}

// errNoHeader says that a file ends before its header does.
var errNoHeader = errors.New("it ends before its first line does")

// Scan reads a results file and calls each for every result, with the line's place. Only what stands behind the last
// whole line may be damaged, since a line is on the disk before the next is begun: there it is what Torn counts, and
// anywhere else an error that names the line. name is for errors.
func Scan(name string, r io.Reader, each func(res *Result, offset int64, line []byte) error) (Scanned, error) {
	var s Scanned
	in := bufio.NewReaderSize(r, 1<<20)
	damaged := error(nil) // the line before, which must be the last
	for n := 1; ; n++ {
		line, whole, err := readLine(in)
		if err != nil {
			return s, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		if len(line) > 0 && damaged != nil {
			return s, fmt.Errorf("%s:%d: %w", name, n-1, damaged)
		}
		if !whole {
			s.Torn += int64(len(line))
			if n == 1 {
				return s, headerError(name, line)
			}
			return s, nil
		}
		if err := s.line(n, line, each); err != nil {
			if e := (*lineError)(nil); n == 1 || !errors.As(err, &e) {
				return s, fmt.Errorf("%s:%d: %w", name, n, err)
			}
			damaged = err
			s.Torn += int64(len(line)) + 1
			continue
		}
		s.Good += int64(len(line)) + 1
	}
}

// lineError says that a line is not as it was written.
type lineError struct{ error }

// line takes a whole line.
func (s *Scanned) line(n int, line []byte, each func(*Result, int64, []byte) error) error {
	if n == 1 {
		if err := unseal(line, &s.Header); err != nil {
			return err
		}
		return s.Header.check()
	}
	if isChase(line) {
		return s.Chase.readChase(line)
	}
	res := &Result{}
	if err := unseal(line, res); err != nil {
		return &lineError{err}
	}
	if slices.Contains(res.Mismatches, nil) || slices.Contains(res.Findings, nil) || slices.Contains(res.KnownSeen, nil) {
		return errors.New("a list of the result has a null in it")
	}
	if id := res.Params.ID(); id != res.ID {
		return fmt.Errorf("the job's id is %q, but what it was asked to do has %s", res.ID, id)
	}
	return each(res, s.Good, line)
}

// readLine reads up to a newline, which it leaves out, or with whole false to the end.
func readLine(in *bufio.Reader) (line []byte, whole bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if line = append(line, part...); len(line) > maxLine {
			return nil, false, fmt.Errorf("a line of more than %d bytes", maxLine)
		}
		switch {
		case err == nil:
			return line[:len(line)-1], true, nil
		case errors.Is(err, io.EOF):
			return line, false, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, false, err
		}
	}
}

// headerError judges a file without a whole line: a header that was being written, of which the disk may have nothing
// but room, or something else.
func headerError(name string, text []byte) error {
	begin := []byte(`{"risugen_campaign":`)
	n := min(len(begin), len(text))
	if bytes.Equal(text[:n], begin[:n]) || len(bytes.Trim(text, "\x00")) == 0 {
		return fmt.Errorf("%s: %w", name, errNoHeader)
	}
	return fmt.Errorf("%s: it is no results file of a campaign", name)
}
