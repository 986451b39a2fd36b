package oracle

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
	"github.com/risugen/risugen/internal/needtool"
)

var update = flag.Bool("update", false, "write testdata/binutils.json")

// checkedFile is what of a decode file is checked against binutils.
type checkedFile struct {
	File      string              `json:"file"`
	Patterns  int                 `json:"patterns"`
	Checked   int                 `json:"checked"`
	Unchecked map[string][]string `json:"unchecked,omitempty"` // patterns by reason
}

// checkedList is testdata/binutils.json, which the table of coverage shows.
type checkedList struct {
	Version string        `json:"version"` // of the binutils that the list was last written with
	Words   int           `json:"words"`   // at most, of each pattern in each dialect and byte order
	Files   []checkedFile `json:"files"`
}

// List finds out which patterns of decode files are checked against binutils, and why others are not.
type List struct {
	Objdump string            // the program whose version the list shows
	Skipped map[string]string // why files are not checked at all

	checked map[decodetree.Pos]bool
	why     map[decodetree.Pos]string
}

// Add adds the instructions of a dialect, and why some are not checked there.
func (l *List) Add(set *constraints.Set, unchecked map[string]string) {
	if l.checked == nil {
		l.checked, l.why = map[decodetree.Pos]bool{}, map[decodetree.Pos]string{}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, in := range set.Patterns() {
		if reason, skip := unchecked[in.Name()]; skip {
			l.why[in.Pattern.Pos] = reason
		}
		for n := 0; n < Words && unchecked[in.Name()] == "" && !l.checked[in.Pattern.Pos] && !in.Unreachable(); n++ {
			_, l.checked[in.Pattern.Pos] = RandomLegal(rng, in)
		}
	}
}

// Compare wants every pattern of the files to be checked in some dialect, or a reason why in none; and testdata/binutils.json
// to say so. With -update it writes that.
func (l *List) Compare(t *testing.T, specs []*decodetree.Spec) {
	t.Helper()
	list := checkedList{Words: Words}
	for _, s := range specs {
		list.Files = append(list.Files, l.file(t, s))
	}
	l.compare(t, filepath.Join("testdata", "binutils.json"), list)
}

// file counts the patterns of a decode file.
func (l *List) file(t *testing.T, s *decodetree.Spec) checkedFile {
	t.Helper()
	f := checkedFile{File: s.Patterns[0].Pos.File, Patterns: len(s.Patterns)}
	for _, p := range s.Patterns {
		reason := l.why[p.Pos]
		if why := l.Skipped[f.File]; why != "" {
			reason = why
		}
		switch {
		case l.checked[p.Pos]:
			f.Checked++
		case reason == "":
			t.Errorf("%s (%s) is checked in no dialect", p.Name, p.Pos)
		default:
			if f.Unchecked == nil {
				f.Unchecked = map[string][]string{}
			}
			f.Unchecked[reason] = append(f.Unchecked[reason], p.Name)
		}
	}
	return f
}

// compare wants a file to hold the list, or writes it.
func (l *List) compare(t *testing.T, file string, list checkedList) {
	var old checkedList
	if *update {
		version, err := exec.Command(needtool.Path(t, l.Objdump), "--version").Output()
		require.NoError(t, err)
		list.Version, _, _ = strings.Cut(string(version), "\n")
		text, err := json.MarshalIndent(list, "", "  ")
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, append(text, '\n'), 0o644))
	}
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &old))
	list.Version = old.Version
	assert.Equal(t, list, old, "make coverage writes %s", file)
}
