package arm

import (
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/oracle"
)

// plainDialects are files with patterns for CPUs that lack a feature, whose words are another pattern's on others.
func plainDialects() []*oracle.Dialect {
	var out []*oracle.Dialect
	for _, d := range []*oracle.Dialect{a64Base, a64LoadsStores} {
		out = append(out, &oracle.Dialect{
			Name: d.Name + " of Armv8.0", FS: d.FS, Files: d.Files, Vocabulary: a64Names.complete(constraints.Vocabulary{}, nil),
			Orders: d.Orders, Address: d.Address, Prefix: d.Prefix, Machine: d.Machine, Options: d.Options, Comment: d.Comment,
			As: d.As, Link: d.Link, Aliases: d.Aliases, Unchecked: d.Unchecked, Synonyms: d.Synonyms, Unlinked: d.Unlinked,
		})
	}
	return out
}

func TestBinutilsAgreesOnArmv80(t *testing.T) {
	for _, d := range plainDialects() {
		d.Check(t)
	}
}

// TestBinutilsList: every pattern of the decode files is checked against binutils, or there is a reason why not; and
// testdata/binutils.json says so.
func TestBinutilsList(t *testing.T) {
	const tables = "tables of opcodes, and no instructions"
	list := oracle.List{
		Objdump: "aarch64-linux-gnu-objdump", Skipped: map[string]string{"a64reserved.decode": tables, "a32reserved.decode": tables,
			"t16reserved.decode": tables, "t32reserved.decode": tables,
		},
	}
	for _, d := range append(plainDialects(), a64Base, a64LoadsStores, a64FP, a64Scalar, a64SIMD, a64Crypto, a32Base, a32Old, a32VFP, a32Neon) {
		list.Add(d.Set(t), d.Unchecked)
	}
	for _, d := range []*oracle.Dialect{a32Base, a32Old} {
		list.Add(d.Set(t), map[string]string{"SVC": "hardly any random word of it is legal: its number is 0", "HINT": a32Old.Unchecked["HINT"]})
	}
	for _, d := range []*oracle.Dialect{t16, t32, t32VFP, t32Neon} {
		list.Add(d.Set(t), d.Unchecked)
	}
	names, err := fs.Glob(files, "*.decode")
	require.NoError(t, err)
	specs, err := library.Specs(names...)
	require.NoError(t, err)
	list.Compare(t, specs)
}
