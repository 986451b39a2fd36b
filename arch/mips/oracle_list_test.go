package mips

import (
	"encoding/json"
	"flag"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/decodetree"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/internal/oracle"
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

func allDialects() []dialect {
	return slices.Concat(levelDialects(), makerDialects(), release5, release6, floatDialects, dspDialects, loongsons)
}

// TestBinutilsList: every pattern of every decode file is checked in some dialect, or there is a reason why in none;
// and testdata/binutils.json says so.
func TestBinutilsList(t *testing.T) {
	checked, why := map[decodetree.Pos]bool{}, map[decodetree.Pos]string{}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, d := range allDialects() {
		for _, in := range d.set(t).Insns {
			if reason, skip := d.unchecked[in.Name()]; skip {
				why[in.Pattern.Pos] = reason
			} else if _, ok := oracle.RandomLegal(rng, in); ok {
				checked[in.Pattern.Pos] = true
			}
		}
	}
	list := checkedList{Words: oracle.Words}
	names, err := fs.Glob(files, "*.decode")
	require.NoError(t, err)
	for _, name := range names {
		specs, err := library.Specs(name)
		require.NoError(t, err)
		f := checkedFile{File: name, Patterns: len(specs[0].Patterns)}
		for _, p := range specs[0].Patterns {
			reason := why[p.Pos]
			if name == reservedFile {
				reason = "tables of opcodes, and no instructions"
			}
			switch {
			case checked[p.Pos]:
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
		list.Files = append(list.Files, f)
	}
	compareList(t, filepath.Join("testdata", "binutils.json"), list)
}

// compareList wants a file to hold the list, or writes it.
func compareList(t *testing.T, file string, list checkedList) {
	var old checkedList
	if *update {
		version, err := exec.Command(needtool.Path(t, "mips-linux-gnu-objdump"), "--version").Output()
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
