package campaign

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// Merged is results of several files.
type Merged struct {
	Header  Header
	Summary *Summary
	Notes   []string // what is to be said of the files
	files   []*os.File
	lines   []mergedLine
	chase   Chase // for a file of all
	aimed   int64 // executions of aimed images
}

// mergedLine is where a result stands.
type mergedLine struct {
	id     string
	file   int
	offset int64
	size   int
	failed bool // it has no verdict, and is not in the summary yet: another file may have one
	other  bool // it failed in another file
	cover  bool // it tells what the job has hit
	aimed  bool // it is beside the plan
}

// mergedShard is what is known of a shard.
type mergedShard struct {
	Shard
	ids   map[string]bool // whether they are of the plan
	chase mergedChase
}

// Merge reads results files of one campaign. A job that is in several of them must have the same result in all, but for
// how long it took, and for files in which it failed: any verdict counts more than that. The order of the files does not
// matter. Close gives the files back.
func Merge(paths []string, again func(*Header) func(*Params) string) (*Merged, error) {
	m := &Merged{}
	byID := map[string]int{}
	var shards []mergedShard
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			m.Close()
			return nil, err
		}
		m.files = append(m.files, f)
		if shards, err = m.file(path, f, byID, shards, again); err != nil {
			m.Close()
			return nil, err
		}
	}
	if m.Summary == nil {
		m.Close()
		return nil, fmt.Errorf("there is nothing to merge:\n%s", strings.Join(m.Notes, "\n"))
	}
	planned := 0
	for i := range m.lines {
		if !m.lines[i].aimed {
			planned++
		}
	}
	if planned > m.Header.Jobs {
		m.Close()
		return nil, fmt.Errorf("the files hold %d results, and the campaign has %d jobs", planned, m.Header.Jobs)
	}
	if err := m.failures(); err != nil {
		m.Close()
		return nil, err
	}
	m.complete(shards)
	var chases []mergedChase
	for _, s := range shards {
		chases = append(chases, s.chase)
	}
	m.chased(chases)
	return m, nil
}

// file reads one file.
func (m *Merged) file(path string, f *os.File, byID map[string]int, shards []mergedShard, again func(*Header) func(*Params) string) ([]mergedShard, error) {
	header, err := readHeader(path, f)
	if errors.Is(err, errNoHeader) {
		m.Notes = append(m.Notes, path+" holds nothing: it was killed as it began")
		return shards, nil
	}
	if err != nil {
		return shards, err
	}
	if m.Summary == nil {
		m.Header = header
		m.Header.Shard = Shard{}
		m.Summary = NewSummary(&m.Header, again(&m.Header))
	} else if err := header.sameCampaign(&m.Header); err != nil {
		return shards, fmt.Errorf("%s: %w", path, err)
	}
	shard := mergedShard{header.Shard, map[string]bool{}, mergedChase{ids: map[string]bool{}}}
	number := len(m.files) - 1
	s, err := Scan(path, f, func(r *Result, offset int64, line []byte) error {
		if _, there := shard.ids[r.ID]; there {
			return fmt.Errorf("a second result of job %s", r.ID)
		}
		shard.ids[r.ID] = r.Aimed == 0
		if r.Aimed > 0 {
			shard.chase.ids[r.ID], shard.chase.rounds = true, max(shard.chase.rounds, r.Aimed)
		}
		l := mergedLine{id: r.ID, file: number, offset: offset, size: len(line), failed: r.Status == Failed, cover: r.Cover != nil, aimed: r.Aimed > 0}
		i, there := byID[r.ID]
		if !there {
			i = len(m.lines)
			byID[r.ID] = i
			m.lines = append(m.lines, l)
		} else if !l.failed && !m.lines[i].failed {
			return m.again(i, l, line, r)
		} else if better, err := m.better(i, l, line); err != nil || !better {
			return err
		}
		if !l.failed {
			m.add(r)
		}
		return nil
	})
	if err != nil {
		return shards, err
	}
	if s.Torn > 0 {
		m.Notes = append(m.Notes, fmt.Sprintf("%s ends in the middle of a result, which is left out: it was killed there, or is being written", path))
	}
	shard.chase.Chase = s.Chase
	return append(shards, shard), nil
}

// add adds a result to the summary.
func (m *Merged) add(r *Result) {
	m.Summary.Add(r)
	if r.Aimed > 0 {
		m.aimed += r.Counts.Executions
	}
}

// readHeader reads the first line of a file and goes back to its beginning.
func readHeader(path string, f *os.File) (Header, error) {
	line, whole, err := readLine(bufio.NewReader(f))
	if err != nil {
		return Header{}, fmt.Errorf("%s:1: %w", path, err)
	}
	if !whole {
		return Header{}, headerError(path, line)
	}
	var s Scanned
	if err := s.line(1, line, nil); err != nil {
		return Header{}, fmt.Errorf("%s:1: %w", path, err)
	}
	_, err = f.Seek(0, io.SeekStart)
	return s.Header, err
}

// again takes a result that is there already, and of the two the line that tells what the job has hit.
func (m *Merged) again(i int, l mergedLine, line []byte, r *Result) error {
	if err := m.same(i, line); err != nil {
		return err
	}
	if old := m.lines[i]; l.cover && !old.cover {
		l.other = old.other
		m.lines[i] = l
		m.Summary.cover(r)
	}
	return nil
}

// same makes sure that a line has the result that another one has.
func (m *Merged) same(i int, line []byte) error {
	there, err := m.text(i)
	if err != nil {
		return err
	}
	names, err := unlike(there, line)
	if err != nil || len(names) == 0 {
		return err
	}
	return fmt.Errorf("job %s has another result than in %s: they differ in %s", m.lines[i].id, m.files[m.lines[i].file].Name(), strings.Join(names, ", "))
}

// better puts a line in the place of one if that failed and this one did not. Of two that failed, which may have gone as
// far as chance had it, the first in the order of their text stays, whatever the order of the files.
func (m *Merged) better(i int, l mergedLine, line []byte) (bool, error) {
	old := &m.lines[i]
	if old.failed && l.failed {
		there, err := m.text(i)
		if err != nil || bytes.Compare(there, line) <= 0 {
			return false, err
		}
	} else if !old.failed {
		old.other = true
		return false, nil
	} else {
		l.other = true
	}
	*old = l
	return true, nil
}

// failures adds jobs to the summary that failed in all files, and tells of the others.
func (m *Merged) failures() error {
	others := 0
	for i, l := range m.lines {
		if l.other {
			others++
		}
		if !l.failed {
			continue
		}
		line, err := m.text(i)
		if err != nil {
			return err
		}
		var r Result
		if err := unseal(line, &r); err != nil { // the file was changed meanwhile
			return fmt.Errorf("%s: %w", m.files[l.file].Name(), err)
		}
		m.add(&r)
	}
	if others > 0 {
		m.Notes = append(m.Notes, Plural(others, "job")+" failed in one file and had a verdict in another, which counts")
	}
	return nil
}

// text reads a line again.
func (m *Merged) text(i int) ([]byte, error) {
	l := m.lines[i]
	b := make([]byte, l.size)
	_, err := m.files[l.file].ReadAt(b, l.offset)
	return b, err
}

// unlike lists the members in which two results differ. How long a job took does not count, nor what it has hit where one does not
// tell.
func unlike(a, b []byte) ([]string, error) {
	var x, y map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(a, &x), json.Unmarshal(b, &y)); err != nil {
		return nil, err
	}
	both := map[string]bool{}
	for _, of := range []map[string]json.RawMessage{x, y} {
		for name := range of {
			both[name] = true
		}
	}
	delete(both, "seconds")
	delete(both, "sum")
	if x["cover"] == nil || y["cover"] == nil {
		delete(both, "cover")
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(both)), func(name string) bool { return bytes.Equal(x[name], y[name]) }), nil
}

// Close closes the files.
func (m *Merged) Close() {
	for _, f := range m.files {
		f.Close()
	}
}
