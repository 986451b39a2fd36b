// Package oracle is test help: binutils as the outside oracle of decode files. For random legal words of every
// pattern objdump must print what the asm templates print, and the assembler make the same word of that text again.
package oracle

import (
	"io/fs"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
	"github.com/risugen/risugen/internal/needtool"
)

// Words is how many random words of each pattern Check tries.
const Words = 200

// Alias is a text that objdump prints although it is told to print none, and what it stands for. It is a habit of
// objdump, not another opinion of a word: the assembler makes the same word of both, but for the names of
// control registers, which it does not always take.
type Alias struct {
	Objdump *regexp.Regexp
	Ours    string // as for Regexp.ReplaceAllString
}

// Dialect is a choice of decode files and features, and what binutils calls it.
type Dialect struct {
	Name       string
	FS         fs.ReadFileFS
	Files      []string               // decode files
	Vocabulary constraints.Vocabulary // with all features that are on
	Orders     []string               // byte orders of instructions: "big", "little"
	// Halves: words are one or two halves of 16 bits, the upper one first; each begins a slot of its own.
	Halves bool
	// Lead is two halves that stand before each word of halves, and LeadText their line for the assembler; none where
	// it is 0.
	Lead     uint32
	LeadText string
	// Address is where the words stand for objdump: far enough from both ends of memory for any branch.
	Address uint64

	Prefix  string   // of the programs' names: "mips-linux-gnu-"
	Machine string   // objdump's -m
	Options string   // objdump's -M
	Comment string   // what begins a comment of objdump
	As      []string // the assembler's options, beside the byte order
	Head    string   // lines of the assembler's input before the words
	// Line is a case's line for the assembler, made of our text with branches' targets filled in; nil: as it is.
	Line func(c Case, text string) string
	// Link has the linker fill in what the assembler leaves open: a last operand that is an address, whatever it is
	// for, is given as what our text says, relative to the word. Else that is done for branches alone, with the
	// offset that the description gives.
	Link bool

	Aliases []Alias
	// Unchecked are patterns that binutils does not know, each with a reason.
	Unchecked map[string]string
	// Synonyms are patterns of which several words are one instruction, of which the assembler makes another than
	// ours, each with a reason: that one has the same text.
	Synonyms map[string]string
	// Other reports whether a word is the same instruction as a case's, encoded as the assembler prefers; nil: no.
	Other func(Case, uint64) bool
	// Unlinked reports whether the assembler leaves what a word refers to to the linker, and the word says nothing.
	Unlinked func(Case) bool
}

// Case is a word, its instruction, and our text for it at its address in a file of such words.
type Case struct {
	Insn *constraints.Insn
	Word uint64
	Text string
}

// Set loads the decode files.
func (d *Dialect) Set(t testing.TB) *constraints.Set {
	t.Helper()
	var specs []*decodetree.Spec
	for _, file := range d.Files {
		src, err := d.FS.ReadFile(file)
		require.NoError(t, err)
		spec, err := decodetree.Parse(file, src, decodetree.Options{})
		require.NoError(t, err)
		specs = append(specs, spec)
	}
	set, err := constraints.Load(specs, d.Vocabulary)
	require.NoError(t, err)
	return set
}

// Instructions are those that binutils knows.
func (d *Dialect) Instructions(t testing.TB) []*constraints.Insn {
	t.Helper()
	var out []*constraints.Insn
	for _, in := range d.Set(t).Patterns() {
		if why, skip := d.Unchecked[in.Name()]; skip {
			t.Logf("unchecked: %s: %s", in, why)
			continue
		}
		out = append(out, in)
	}
	return out
}

// Cases makes random words of each of some instructions, so many of each.
func (d *Dialect) Cases(ins []*constraints.Insn, each int) []Case {
	rng := rand.New(rand.NewPCG(11, 12))
	var out []Case
	for _, in := range ins {
		for range each {
			if w, ok := RandomLegal(rng, in); ok {
				out = append(out, Case{in, w, d.Normal(in.Disassemble(w, d.at(len(out))))})
			}
		}
	}
	return out
}

// at is the address of a file's word.
func (d *Dialect) at(i int) uint64 {
	if d.Halves {
		return d.Address + slot*uint64(i) + d.lead()
	}
	return d.Address + 4*uint64(i)
}

// At is the address of word i for Dump.
func (d *Dialect) At(i int) uint64 { return d.at(i) }

// RandomLegal draws a word by trial, so that the sampler is not its own judge.
func RandomLegal(rng *rand.Rand, in *constraints.Insn) (uint64, bool) {
	bits := uint64(1)<<in.Pattern.Width - 1
	for range 2000 {
		w := in.Pattern.FixedBits | rng.Uint64()&bits&^in.Pattern.FixedMask&^in.Pattern.UndefMask
		if in.Legal(w) {
			return w, true
		}
	}
	return 0, false
}

// Normal is a line of objdump's, or ours, with one space after the mnemonic, no comment behind, and no alias.
func (d *Dialect) Normal(s string) string {
	s, _, _ = strings.Cut(s, d.Comment)
	s = strings.Join(strings.Fields(s), " ")
	for _, a := range d.Aliases {
		s = a.Objdump.ReplaceAllString(s, a.Ours)
	}
	return s
}

// Check compares with binutils in both directions, in each byte order.
func (d *Dialect) Check(t *testing.T) {
	needtool.Slow(t)
	ins := d.Instructions(t)
	cs := d.Cases(ins, Words)
	for _, order := range d.Orders {
		t.Run(d.Name+"-"+order, func(t *testing.T) {
			names := map[string]bool{}
			for _, c := range cs {
				names[c.Insn.Name()] = true
			}
			bad := d.Disassemble(t, order, cs)
			bad = append(bad, d.Assemble(t, order, cs)...)
			t.Logf("%d patterns (%d names), %d words in both directions, %d disagreements", len(ins), len(names), len(cs), len(bad))
			shown := map[string]int{}
			for _, b := range bad {
				pattern, _, _ := strings.Cut(b, "):") // name (file:line:column): …
				if shown[pattern]++; shown[pattern] <= 2 {
					t.Error(b)
				}
			}
		})
	}
}
