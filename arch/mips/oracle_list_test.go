package mips

import (
	"io/fs"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/oracle"
)

func allDialects() []dialect {
	return slices.Concat(levelDialects(), makerDialects(), release5, release6, floatDialects, dspDialects, loongsons)
}

// TestBinutilsList: every pattern of every decode file is checked in some dialect, or there is a reason why in none;
// and testdata/binutils.json says so.
func TestBinutilsList(t *testing.T) {
	list := oracle.List{
		Objdump: "mips-linux-gnu-objdump", Skipped: map[string]string{reservedFile: "tables of opcodes, and no instructions"},
	}
	for _, d := range allDialects() {
		list.Add(d.set(t), d.unchecked)
	}
	names, err := fs.Glob(files, "*.decode")
	require.NoError(t, err)
	specs, err := library.Specs(names...)
	require.NoError(t, err)
	list.Compare(t, specs)
}
