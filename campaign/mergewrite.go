package campaign

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

// complete says which shards lack results, and puts lines in the order of ids.
func (m *Merged) complete(shards []mergedShard) {
	m.Summary.Sort()
	slices.SortFunc(m.lines, func(a, b mergedLine) int { return cmp.Compare(a.id, b.id) })
	if m.Summary.Left == 0 {
		return
	}
	byShard := map[Shard]map[string]bool{}
	counts := map[int]bool{}
	for _, s := range shards {
		if byShard[s.Shard] == nil {
			byShard[s.Shard] = map[string]bool{}
		}
		maps.Copy(byShard[s.Shard], s.ids)
		counts[max(1, s.Count)] = true
	}
	for _, n := range slices.Sorted(maps.Keys(counts)) {
		for i := range n {
			s := Shard{i + 1, n}
			if n == 1 {
				s = Shard{}
			}
			if done, size := len(byShard[s]), s.size(m.Header.Jobs); done < size {
				m.Summary.Shards = append(m.Summary.Shards, ShardState{s.String(), done, size})
			}
		}
	}
	const shown = 20
	if n := len(m.Summary.Shards) - shown; n > 1 {
		m.Notes = append(m.Notes, fmt.Sprintf("%d more shards are incomplete", n))
		m.Summary.Shards = m.Summary.Shards[:shown]
	}
}

// Write writes all results to a file, which --resume can go on with. The file appears whole or not at all; a link is
// followed.
func (m *Merged) Write(path string) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s: results need a regular file", path)
	}
	// A campaign that writes this file would go on writing one that has no name.
	if old, err := os.OpenFile(path, os.O_RDWR, 0); err == nil {
		defer old.Close()
		if errors.Is(lockFile(old), errLocked) {
			return fmt.Errorf("%s: a campaign is writing it: write to another file", path)
		}
	}
	name := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s-%x", filepath.Base(path), rand.Uint64()))
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
		err = os.Rename(name, path)
	}
	if err != nil {
		os.Remove(name)
		return err
	}
	return syncDir(filepath.Dir(path))
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
	return out.Flush()
}

// Close closes the files.
func (m *Merged) Close() {
	for _, f := range m.files {
		f.Close()
	}
}
