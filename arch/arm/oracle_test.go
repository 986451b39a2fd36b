package arm

import (
	"slices"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/oracle"
)

// wordsAddr is where the words stand for objdump: farther than ADRP reaches from both ends of the addresses.
const wordsAddr = 0x2_0000_0000

// a64Dialect is a decode file of A64 with all features, for the assembler of the newest architecture and extensions.
// The linker fills in addresses.
func a64Dialect(file, extensions string, aliases ...oracle.Alias) *oracle.Dialect {
	return &oracle.Dialect{
		Name: file, FS: files, Files: []string{file}, Vocabulary: complete(constraints.Vocabulary{}, slices.Clone(knownFeatures)),
		Orders: []string{"little"}, Address: wordsAddr,
		Prefix: "aarch64-linux-gnu-", Machine: "aarch64", Options: "no-aliases", Comment: "//",
		As: []string{"-march=armv8.8-a" + extensions}, Link: true, Aliases: aliases,
	}
}
