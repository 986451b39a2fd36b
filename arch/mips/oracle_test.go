package mips

import (
	"regexp"
	"strings"
	"testing"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/oracle"
)

// Binutils as the outside oracle: see package oracle.

// alias is a text that objdump prints although it is told to print none, and what it stands for.
type alias struct {
	objdump *regexp.Regexp
	ours    string
}

// wordsAddr is where the words stand for objdump: in the region of jumps to small numbers, and far enough from
// both ends of memory for any branch.
const wordsAddr = 0xc000000

// dialect is a choice of decode files and features, and what binutils calls it.
type dialect struct {
	name     string
	files    []string // decode files
	features []string // all that are on
	objdump  string   // -m
	options  string   // -M, beside no-aliases and reg-names=numeric
	as       []string
	aliases  []alias
	// unchecked are patterns that binutils does not know, each with a reason.
	unchecked map[string]string
}

// levels are the features of an architecture level and those before it: no 64-bit ones of MIPS32, and for
// mips64, which is release 1, none of later releases.
func levels(last string, more ...string) []string {
	all := []string{"mips1", "mips2", "mips3", "mips4", "mips5", "mips32", "mips32r2", "mips32r3", "mips32r5", "mips64", "mips64r2"}
	var out []string
	for _, f := range all {
		is64 := f == "mips3" || f == "mips4" || f == "mips5" || strings.HasPrefix(f, "mips64")
		if is64 && strings.HasPrefix(last, "mips32") || last == "mips64" && strings.HasPrefix(f, "mips32r") {
			continue
		}
		out = append(out, f)
		if f == last {
			break
		}
	}
	return append(out, more...)
}

// oracle is the dialect as package oracle has it.
func (d *dialect) oracle() *oracle.Dialect {
	o := d.binutils()
	o.FS, o.Files, o.Vocabulary = files, d.files, complete(constraints.Vocabulary{}, d.features)
	return o
}

// binutils is what of a dialect concerns binutils alone.
func (d *dialect) binutils() *oracle.Dialect {
	o := &oracle.Dialect{
		Name: d.name, Orders: []string{"big", "little"}, Address: wordsAddr,
		Prefix: "mips-linux-gnu-", Machine: d.objdump, Options: strings.TrimSuffix("no-aliases,reg-names=numeric,"+d.options, ","),
		Comment: " #", As: append([]string{"-mno-pdr", "-mno-fix-loongson3-llsc"}, d.as...),
		Head: ".set noreorder\n.set noat\n.set nomacro\n.text\n", Unchecked: d.unchecked, Unlinked: isJump,
	}
	for _, a := range d.aliases {
		o.Aliases = append(o.Aliases, oracle.Alias{Objdump: a.objdump, Ours: a.ours})
	}
	return o
}

// isJump: the assembler leaves the targets of jumps to the linker.
func isJump(c oracle.Case) bool { return c.Insn.Name() == "J" || c.Insn.Name() == "JAL" }

// set loads the decode files of a dialect.
func (d *dialect) set(t *testing.T) *constraints.Set { return d.oracle().Set(t) }

// normal puts one space after the mnemonic and no comment behind.
func (d *dialect) normal(s string) string { return d.binutils().Normal(s) }

// check compares with binutils in both directions and both byte orders.
func (d *dialect) check(t *testing.T) { d.oracle().Check(t) }

// dump is what objdump prints for words.
func (d *dialect) dump(t *testing.T, order string, words []uint64) []string {
	return d.binutils().Dump(t, order, words)
}
