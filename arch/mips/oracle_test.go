package mips

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
	"github.com/risugen/risugen/internal/needtool"
)

// Binutils as the outside oracle: for random legal words of every pattern objdump prints what our asm
// templates print, and the assembler makes the same word of that text again.

// alias is a text that objdump prints although it is told to print none, and what it stands for. It is a
// habit of objdump, not another opinion of a word: the assembler makes the same word of both, but for the
// names of control registers, which it does not take.
type alias struct {
	objdump *regexp.Regexp
	ours    string
}

// wordsEach is how many random words of a pattern there are.
const wordsEach = 200

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

// set loads the decode files of a dialect.
func (d *dialect) set(t *testing.T) *constraints.Set {
	var specs []*decodetree.Spec
	for _, file := range d.files {
		src, err := files.ReadFile(file)
		require.NoError(t, err)
		spec, err := decodetree.Parse(file, src, decodetree.Options{})
		require.NoError(t, err)
		specs = append(specs, spec)
	}
	set, err := constraints.Load(specs, complete(constraints.Vocabulary{}, d.features))
	require.NoError(t, err)
	return set
}

// instructions are those that binutils knows.
func (d *dialect) instructions(t *testing.T) []*constraints.Insn {
	var out []*constraints.Insn
	for _, in := range d.set(t).Insns {
		if why, skip := d.unchecked[in.Name()]; skip {
			t.Logf("unchecked: %s: %s", in, why)
			continue
		}
		out = append(out, in)
	}
	return out
}

// oracleCase is a word, its instruction, and our text for it at its address in a file of such words.
type oracleCase struct {
	in   *constraints.Insn
	word uint64
	text string
}

func (d *dialect) cases(ins []*constraints.Insn, each int) []oracleCase {
	rng := rand.New(rand.NewPCG(11, 12))
	var out []oracleCase
	for _, in := range ins {
		for range each {
			if w, ok := randomLegal(rng, in); ok {
				out = append(out, oracleCase{in, w, d.normal(in.Disassemble(w, wordsAddr+uint64(4*len(out))))})
			}
		}
	}
	return out
}

// randomLegal draws by trial, so that the sampler is not its own judge.
func randomLegal(rng *rand.Rand, in *constraints.Insn) (uint64, bool) {
	for range 2000 {
		w := in.Pattern.FixedBits | rng.Uint64()&0xffff_ffff&^in.Pattern.FixedMask&^in.Pattern.UndefMask
		if in.Legal(w) {
			return w, true
		}
	}
	return 0, false
}

// normal puts one space after the mnemonic and no comment behind.
func (d *dialect) normal(s string) string {
	s, _, _ = strings.Cut(s, " #")
	s = strings.Join(strings.Fields(s), " ")
	for _, a := range d.aliases {
		s = a.objdump.ReplaceAllString(s, a.ours)
	}
	return s
}

// check compares with binutils in both directions and both byte orders.
func (d *dialect) check(t *testing.T) {
	needtool.Slow(t)
	for _, order := range []string{"big", "little"} {
		t.Run(d.name+"-"+order, func(t *testing.T) {
			ins := d.instructions(t)
			cs := d.cases(ins, wordsEach)
			names := map[string]bool{}
			for _, c := range cs {
				names[c.in.Name()] = true
			}
			bad := d.disassembleAll(t, order, cs)
			bad = append(bad, d.assembleAll(t, order, cs)...)
			t.Logf("%d patterns (%d names), %d words in both directions, %d disagreements", len(ins), len(names), len(cs), len(bad))
			for _, b := range bad[:min(len(bad), 20)] {
				t.Error(b)
			}
		})
	}
}

func byteOrder(name string) (binary.ByteOrder, string) {
	if name == "big" {
		return binary.BigEndian, "-EB"
	}
	return binary.LittleEndian, "-EL"
}

var dumpLine = regexp.MustCompile(`^\s*([0-9a-f]+):\s+([0-9a-f]{8})\s+(.*)$`)

// disassembleAll compares our text with objdump's.
func (d *dialect) disassembleAll(t *testing.T, order string, cs []oracleCase) (bad []string) {
	words := make([]uint64, len(cs))
	for i, c := range cs {
		words[i] = c.word
	}
	for i, got := range d.dump(t, order, words) {
		if c := &cs[i]; got != c.text {
			bad = append(bad, fmt.Sprintf("%s: %08x: ours %q, objdump %q", c.in, c.word, c.text, got))
		}
	}
	return bad
}

// dump is what objdump prints for words.
func (d *dialect) dump(t *testing.T, order string, words []uint64) []string {
	file := filepath.Join(t.TempDir(), "words")
	o, flag := byteOrder(order)
	var b []byte
	for _, w := range words {
		b = append(b, make([]byte, 4)...)
		o.PutUint32(b[len(b)-4:], uint32(w))
	}
	require.NoError(t, os.WriteFile(file, b, 0o600))
	text, err := exec.Command(needtool.Path(t, "mips-linux-gnu-objdump"), "-D", "-z", "-b", "binary", "-m", d.objdump, flag,
		"-M", strings.TrimSuffix("no-aliases,reg-names=numeric,"+d.options, ","), fmt.Sprintf("--adjust-vma=%#x", wordsAddr), file).Output()
	require.NoError(t, err)
	var out []string
	for _, line := range strings.Split(string(text), "\n") {
		if m := dumpLine.FindStringSubmatch(line); m != nil {
			at, err := strconv.ParseUint(m[1], 16, 32)
			require.NoError(t, err)
			require.EqualValues(t, len(out), (at-wordsAddr)/4)
			out = append(out, d.normal(m[3]))
		}
	}
	require.Len(t, out, len(words), "objdump did not print every word")
	return out
}

// branchTarget is the last operand of a branch, which the assembler is given relative to the word.
var branchTarget = regexp.MustCompile(`0x[0-9a-f]+$`)

// assembleAll gives our text to the assembler.
func (d *dialect) assembleAll(t *testing.T, order string, cs []oracleCase) (bad []string) {
	dir := t.TempDir()
	var src strings.Builder
	src.WriteString(".set noreorder\n.set noat\n.set nomacro\n.text\n")
	for i, c := range cs {
		text := c.text
		if c.in.Branch != nil && !c.in.Branch.Absolute {
			off := c.in.BranchOffset(c.word, c.in.Pattern.Extract(c.word, nil))
			text = branchTarget.ReplaceAllString(text, fmt.Sprintf(".%+d", off))
		}
		fmt.Fprintf(&src, "%s # %d\n", text, i)
	}
	obj, bin := filepath.Join(dir, "o"), filepath.Join(dir, "bin")
	_, flag := byteOrder(order)
	args := append([]string{flag, "-mno-pdr", "-mno-fix-loongson3-llsc", "-o", obj}, d.as...)
	as := exec.Command(needtool.Path(t, "mips-linux-gnu-as"), args...)
	as.Stdin = strings.NewReader(src.String())
	if out, err := as.CombinedOutput(); err != nil {
		return append(bad, fmt.Sprintf("the assembler refuses our text: %.2000s", out))
	}
	out, err := exec.Command(needtool.Path(t, "mips-linux-gnu-objcopy"), "-O", "binary", "-j", ".text", obj, bin).CombinedOutput()
	require.NoError(t, err, string(out))
	words, err := os.ReadFile(bin)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(words), 4*len(cs))
	o, _ := byteOrder(order)
	for i, c := range cs {
		w := uint64(o.Uint32(words[4*i:]))
		if want := c.word &^ c.in.Pattern.UndefMask; w != want && !isJump(c) {
			bad = append(bad, fmt.Sprintf("%s: %08x: %q assembles to %08x", c.in, want, c.text, w))
		}
	}
	return bad
}

// isJump: the assembler leaves the targets of jumps to the linker.
func isJump(c oracleCase) bool { return c.in.Name() == "J" || c.in.Name() == "JAL" }
