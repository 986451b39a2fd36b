package arm

import (
	"regexp"

	"github.com/risugen/risugen/internal/oracle"
)

// wordsAddr is where the words stand for objdump: farther than ADRP reaches from both ends of the addresses.
const wordsAddr = 0x2_0000_0000

// a32WordsAddr is the same for AArch32: farther than a branch reaches.
const a32WordsAddr = 0x4000_0000

// a64Dialect is a decode file of A64 with all features, for the assembler of the newest architecture and extensions.
// The linker fills in addresses.
func a64Dialect(file, extensions string, aliases ...oracle.Alias) *oracle.Dialect {
	return &oracle.Dialect{
		Name: file, FS: files, Files: []string{file}, Vocabulary: a64Names.all(),
		Orders: []string{"little"}, Address: wordsAddr,
		Prefix: "aarch64-linux-gnu-", Machine: "aarch64", Options: "no-aliases", Comment: "//",
		As: []string{"-march=armv8.8-a" + extensions}, Link: true, Aliases: aliases,
	}
}

// a32Dialect is a decode file of A32 with all features, for an assembler that knows all versions of the architecture.
func a32Dialect(file string, options []string, aliases ...oracle.Alias) *oracle.Dialect {
	return &oracle.Dialect{
		Name: file, FS: files, Files: []string{file}, Vocabulary: a32Names.all(),
		Orders: []string{"little"}, Address: a32WordsAddr,
		Prefix: "arm-linux-gnueabihf-", Machine: "arm", Comment: "@", Head: ".syntax unified\n.arm\n",
		As: append([]string{"-mcpu=all", "-W"}, options...), Link: true, Aliases: aliases,
	}
}

// habit is a text that objdump prints and what it stands for.
func habit(objdump, ours string) oracle.Alias {
	return oracle.Alias{Objdump: regexp.MustCompile(objdump), Ours: ours}
}
