package campaign

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/runtime"
)

// TestLines: every line is JSON by itself, and holds what was put in.
func TestLines(t *testing.T) {
	p := smallPlan(t, 3)
	path := inDir(t, "r.jsonl")
	h := p.Header("c.yaml", "risugen test", Shard{})
	want := []Result{clean(p.Jobs[0]), differing(p.Jobs[1], "ADDV", 7), failing(p.Jobs[2], "the target died\nof <something>")}
	want[1].Findings = []*runtime.Finding{{Kind: runtime.FindingRan, Text: "ran", Count: 1, Candidates: []string{"X"}}}
	write(t, path, h, want...)
	for line := range bytes.Lines(read1(t, path)) {
		assert.True(t, json.Valid(line), string(line))
	}
	var got []Result
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	s, err := Scan(path, f, func(r *Result, _ int64, _ []byte) error { got = append(got, *r); return nil })
	require.NoError(t, err)
	for i := range want {
		want[i].sides = [2]int{}
	}
	assert.Equal(t, want, got)
	h.Format = format
	assert.Equal(t, h, s.Header)
	assert.Zero(t, s.Torn)
}

// TestTornAnywhere: a results file that ends at any byte holds the results before that, and goes on from there: no
// result is lost that was whole, and none is there twice.
func TestTornAnywhere(t *testing.T) {
	p := smallPlan(t, 4)
	dir := t.TempDir()
	h := p.Header("c.yaml", "risugen test", Shard{})
	path := filepath.Join(dir, "whole.jsonl")
	results := []Result{clean(p.Jobs[2]), differing(p.Jobs[0], "ADDV", 7), clean(p.Jobs[3]), clean(p.Jobs[1])}
	write(t, path, h, results...)
	whole := read1(t, path)
	cut := filepath.Join(dir, "cut.jsonl")
	for n := range len(whole) + 1 {
		lines := bytes.Count(whole[:n], []byte("\n"))
		read := 0
		sc, err := Scan("x", bytes.NewReader(whole[:n]), func(*Result, int64, []byte) error { read++; return nil })
		require.Equal(t, lines == 0, errors.Is(err, errNoHeader), "%d: %v", n, err)
		require.Equal(t, max(0, lines-1), read, n)
		require.Equal(t, int64(n), sc.Good+sc.Torn, n)
		if next := bytes.IndexByte(whole[n:], '\n'); n%149 != 0 && next > 1 && whole[max(0, n-1)] != '\n' {
			continue // what follows waits for the disk
		}
		require.NoError(t, os.WriteFile(cut, whole[:n], 0o600))
		s, found, ids, err := resume(cut, h, StoreOptions{})
		require.NoError(t, err, n)
		require.Len(t, ids, max(0, lines-1), n)
		require.Equal(t, int64(n-bytes.LastIndexByte(whole[:n], '\n')-1), found.Torn, n)
		for i := range results[len(ids):] {
			require.NoError(t, s.Append(&results[len(ids)+i]))
		}
		require.NoError(t, s.Close())
		require.Equal(t, string(whole), string(read1(t, cut)), n)
	}
}

// TestRoomWithoutData: a file system may have made room for a line, or for some of it, without its bytes.
func TestRoomWithoutData(t *testing.T) {
	p := smallPlan(t, 2)
	path := inDir(t, "r.jsonl")
	h := p.Header("c.yaml", "risugen test", Shard{})
	write(t, path, h, clean(p.Jobs[0]), clean(p.Jobs[1]))
	whole := read1(t, path)
	last := bytes.LastIndexByte(whole[:len(whole)-1], '\n') + 1
	for _, from := range []int{last, last + 50} {
		for _, to := range []int{len(whole) - 1, len(whole)} {
			b := bytes.Clone(whole)
			clear(b[from:to])
			require.NoError(t, os.WriteFile(path, b, 0o600))
			s, found, ids, err := resume(path, h, StoreOptions{})
			require.NoError(t, err)
			require.NoError(t, s.Close())
			assert.Equal(t, []string{p.Jobs[0].ID}, ids)
			assert.Positive(t, found.Torn)
			assert.Equal(t, whole[:last], read1(t, path))
		}
	}
	require.NoError(t, os.WriteFile(path, make([]byte, 300), 0o600))
	s, _, ids, err := resume(path, h, StoreOptions{})
	require.NoError(t, err)
	require.NoError(t, s.Close())
	assert.Empty(t, ids)
}

// TestDamage: a wrong byte before the last line is never taken for a line that was being written.
func TestDamage(t *testing.T) {
	p := smallPlan(t, 3)
	path := inDir(t, "r.jsonl")
	h := p.Header("c.yaml", "risugen test", Shard{})
	write(t, path, h, clean(p.Jobs[0]), clean(p.Jobs[1]), clean(p.Jobs[2]))
	whole := read1(t, path)
	last := bytes.LastIndexByte(whole[:len(whole)-1], '\n')
	for at := 0; at < last; at++ {
		b := bytes.Clone(whole)
		b[at] ^= 4
		_, err := Scan(path, bytes.NewReader(b), func(*Result, int64, []byte) error { return nil })
		require.Error(t, err, at)
		line := bytes.Count(whole[:at], []byte("\n")) + 1
		if whole[at] != '\n' {
			require.Contains(t, err.Error(), path)
			require.Regexp(t, `:[1-4]: `, err.Error())
			if line > 1 {
				require.Contains(t, err.Error(), path+":"+string(rune('0'+line))+": ")
			}
		}
		if at%50 == 0 {
			require.NoError(t, os.WriteFile(path, b, 0o600))
			_, _, _, err := resume(path, h, StoreOptions{})
			require.Error(t, err, at)
			require.Equal(t, b, read1(t, path), "nothing is changed")
		}
	}
}

func TestResumeRefuses(t *testing.T) {
	p, other := smallPlan(t, 3), smallPlan(t, 4)
	path := inDir(t, "r.jsonl")
	h := p.Header("c.yaml", "risugen test", Shard{1, 2})
	write(t, path, h, clean(p.Jobs[0]))
	_, _, err := OpenStore(path, h, StoreOptions{}, nil)
	assert.EqualError(t, err, path+" is there already: --resume goes on with it")
	for want, h := range map[string]Header{
		"another campaign: a plan of 3 jobs":         other.Header("c.yaml", "risugen test", Shard{1, 2}),
		"made by risugen test, and not by risugen 2": p.Header("c.yaml", "risugen 2", Shard{1, 2}),
		"it is of shard 1/2, and not of 2/2":         p.Header("c.yaml", "risugen test", Shard{2, 2}),
		"it is of shard 1/2, and not of 1/1":         p.Header("c.yaml", "risugen test", Shard{}),
	} {
		_, _, _, err := resume(path, h, StoreOptions{})
		require.Error(t, err, want)
		assert.Contains(t, err.Error(), want)
	}
	for _, text := range []string{"some notes", "some notes\nof mine\n", `{"a":1}` + "\n", "\n"} {
		notes := inDir(t, "notes.txt")
		require.NoError(t, os.WriteFile(notes, []byte(text), 0o600))
		_, _, _, err = resume(notes, h, StoreOptions{})
		assert.Error(t, err)
		assert.Equal(t, text, string(read1(t, notes)))
	}
	_, _, _, err = resume(t.TempDir(), h, StoreOptions{})
	assert.Error(t, err)
	_, _, _, err = resume(inDir(t, "no/such/dir"), h, StoreOptions{})
	assert.Error(t, err)
}

// TestForeignLines: a line with a good checksum is refused if its job is not what its id says, or is there twice.
func TestForeignLines(t *testing.T) {
	p := smallPlan(t, 2)
	h := p.Header("c.yaml", "risugen test", Shard{})
	wrong := clean(p.Jobs[0])
	wrong.Seed = 99
	path := inDir(t, "r.jsonl")
	write(t, path, h, wrong)
	_, _, _, err := resume(path, h, StoreOptions{})
	assert.ErrorContains(t, err, "r.jsonl:2: the job's id is")
	path = inDir(t, "r.jsonl")
	write(t, path, h, clean(p.Jobs[0]), clean(p.Jobs[0]))
	_, _, _, err = resume(path, h, StoreOptions{})
	assert.ErrorContains(t, err, "r.jsonl:3: a second result of job "+p.Jobs[0].ID)
}

// TestNullsInLines: a list with a null in it, which nothing writes, is an error and no crash, whatever its checksum.
func TestNullsInLines(t *testing.T) {
	p := smallPlan(t, 1)
	h := p.Header("c.yaml", "risugen test", Shard{})
	for _, spoil := range []func(*Result){
		func(r *Result) { r.Mismatches = []*runtime.Mismatch{nil} },
		func(r *Result) { r.Findings = []*runtime.Finding{nil} },
		func(r *Result) { r.KnownSeen = []*runtime.KnownSeen{nil} },
	} {
		r := clean(p.Jobs[0])
		spoil(&r)
		path := inDir(t, "r.jsonl")
		write(t, path, h, r)
		_, _, _, err := resume(path, h, StoreOptions{})
		assert.ErrorContains(t, err, "r.jsonl:2: a list of the result has a null in it")
		_, err = Merge([]string{path}, againOf)
		assert.ErrorContains(t, err, "r.jsonl:2: a list of the result has a null in it")
	}
}

func TestOneWriter(t *testing.T) {
	p := smallPlan(t, 3)
	path := inDir(t, "r.jsonl")
	h := p.Header("c.yaml", "risugen test", Shard{})
	s, _, err := OpenStore(path, h, StoreOptions{}, nil)
	require.NoError(t, err)
	_, _, _, err = resume(path, h, StoreOptions{})
	assert.EqualError(t, err, path+": another campaign is writing it")
	second, _, _, err := resume(path, h, StoreOptions{NoLock: true})
	require.NoError(t, err)
	require.NoError(t, second.Close())
	require.NoError(t, s.Close())
	s, _, _, err = resume(path, h, StoreOptions{})
	require.NoError(t, err)
	require.NoError(t, s.Close())
}

func TestRetryFailed(t *testing.T) {
	p := smallPlan(t, 4)
	path := inDir(t, "r.jsonl")
	h := p.Header("c.yaml", "risugen test", Shard{})
	write(t, path, h, clean(p.Jobs[0]), failing(p.Jobs[1], "died"), differing(p.Jobs[2], "ADDV", 1), failing(p.Jobs[3], "died"))
	before := strings.SplitAfter(string(read1(t, path)), "\n")
	s, found, ids, err := resume(path, h, StoreOptions{RetryFailed: true})
	require.NoError(t, err)
	assert.Equal(t, Resumed{Results: 2, Retried: 2}, found)
	assert.Equal(t, []string{p.Jobs[0].ID, p.Jobs[2].ID}, ids)
	_, _, _, err = resume(path, h, StoreOptions{})
	assert.ErrorContains(t, err, "another campaign is writing it", "the new file is locked, too")
	again := clean(p.Jobs[1])
	require.NoError(t, s.Append(&again))
	require.NoError(t, s.Close())
	after := strings.SplitAfter(string(read1(t, path)), "\n")
	assert.Equal(t, []string{before[0], before[1], before[3]}, after[:3])
	_, _, ids, err = resume(path, h, StoreOptions{})
	require.NoError(t, err)
	assert.Equal(t, []string{p.Jobs[0].ID, p.Jobs[2].ID, p.Jobs[1].ID}, ids)
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Len(t, left, 1)
}

// TestRetryFailedThroughALink: the file that a link points at is rewritten, and the link stays one.
func TestRetryFailedThroughALink(t *testing.T) {
	p := smallPlan(t, 2)
	path, link := inDir(t, "r.jsonl"), inDir(t, "link.jsonl")
	h := p.Header("c.yaml", "risugen test", Shard{})
	write(t, path, h, clean(p.Jobs[0]), failing(p.Jobs[1], "died"))
	require.NoError(t, os.Symlink(path, link))
	s, found, _, err := resume(link, h, StoreOptions{RetryFailed: true})
	require.NoError(t, err)
	assert.Equal(t, 1, found.Retried)
	again := clean(p.Jobs[1])
	require.NoError(t, s.Append(&again))
	require.NoError(t, s.Close())
	to, err := os.Readlink(link)
	require.NoError(t, err)
	assert.Equal(t, path, to)
	s, _, ids, err := resume(path, h, StoreOptions{})
	require.NoError(t, err)
	require.NoError(t, s.Close())
	assert.Equal(t, []string{p.Jobs[0].ID, p.Jobs[1].ID}, ids)
}

// TestFileThatIsGone: a result that would be written to a file without a name, or of another name, is an error.
func TestFileThatIsGone(t *testing.T) {
	p := smallPlan(t, 2)
	h := p.Header("c.yaml", "risugen test", Shard{})
	for what, spoil := range map[string]func(path string) error{
		"removed": os.Remove,
		"renamed": func(path string) error { return os.Rename(path, path+".old") },
		"replaced": func(path string) error {
			return errors.Join(os.WriteFile(path+".new", []byte("x"), 0o600), os.Rename(path+".new", path))
		},
	} {
		path := inDir(t, "r.jsonl")
		s, _, err := OpenStore(path, h, StoreOptions{}, nil)
		require.NoError(t, err)
		r := clean(p.Jobs[0])
		require.NoError(t, s.Append(&r))
		require.NoError(t, spoil(path), what)
		r = clean(p.Jobs[1])
		assert.EqualError(t, s.Append(&r), "write a result: "+path+" was removed or replaced", what)
		require.NoError(t, s.Close())
	}
}

// TestNothingAfterAFailedWrite: when the disk is full, the file is as one whose writer was killed.
func TestNothingAfterAFailedWrite(t *testing.T) {
	p := smallPlan(t, 2)
	path := inDir(t, "r.jsonl")
	h := p.Header("c.yaml", "risugen test", Shard{})
	write(t, path, h, clean(p.Jobs[0]))
	before := read1(t, path)
	f, err := os.Open(path) // cannot be written
	require.NoError(t, err)
	s := &Store{file: f, good: int64(len(before))}
	r := clean(p.Jobs[1])
	first := s.Append(&r)
	require.Error(t, first)
	assert.Error(t, s.Append(&r))
	require.NoError(t, s.Close())
	assert.Equal(t, before, read1(t, path))
}

// FuzzScan: whatever a file holds, what is read of it can be read again, and what is not whole is never a result.
func FuzzScan(f *testing.F) {
	p := mustLoad(f, "matrix: {cpus: One, seeds: 1-2}")
	h := p.Header("c.yaml", "risugen test", Shard{})
	var whole []byte
	r := differing(p.Jobs[0], "ADDV", 3)
	for _, o := range []any{&h, &r} {
		line, err := seal(o)
		require.NoError(f, err)
		whole = append(whole, line...)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)-9])
	f.Fuzz(func(t *testing.T, text []byte) {
		n := 0
		s, err := Scan("x", bytes.NewReader(text), func(r *Result, offset int64, line []byte) error {
			n++
			require.Equal(t, r.ID, r.Params.ID())
			require.Equal(t, line, text[offset:offset+int64(len(line))])
			return nil
		})
		if err != nil {
			return
		}
		require.Equal(t, int64(len(text)), s.Good+s.Torn)
		require.Equal(t, n, bytes.Count(text[:s.Good], []byte("\n"))-1)
	})
}
