package arm

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/arch/arm64/arm64asm"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/needtool"
)

// isTables reports whether a decode file has tables of opcodes, and no instructions.
func isTables(file string) bool { return strings.HasSuffix(file, "reserved.decode") }

// everything is a model that has all features, those too that no model has: what a disassembler knows must be described.
func everything() *model {
	all32 := slices.DeleteFunc(slices.Clone(knownFeatures32), func(f string) bool { return f == "it" })
	return &model{name: "everything", features: knownFeatures, features32: all32}
}

// tableWord is a word of a table, and the table's name.
type tableWord struct {
	word   uint64
	name   string
	size   int  // bytes
	halves bool // Thumb
}

// bytes are the word as it stands in memory: of Thumb's long words the upper half comes first.
func (w *tableWord) bytes() []byte {
	if !w.halves {
		return binary.LittleEndian.AppendUint32(nil, uint32(w.word))
	}
	var b []byte
	if w.size == 4 {
		b = binary.LittleEndian.AppendUint16(b, uint16(w.word>>16))
	}
	return binary.LittleEndian.AppendUint16(b, uint16(w.word))
}

// tableWords lists words that are drawn from the tables of a model's execution state.
func tableWords(t *testing.T, abi string, cpu *model) []tableWord {
	return drawTables(t, stateMachine(t, abi, cpu))
}

// stateMachine is the machine of a model's execution state, with its tables.
func stateMachine(t *testing.T, abi string, cpu *model) arch.Machine {
	state := cpu.execution(abi)
	sources, err := library.Sources(nil, append(state.files(state.isas()), state.reserved...)...)
	require.NoError(t, err)
	config := arch.Config{Arch: "arm", CPU: cpu.name, ISAs: state.isas(), ABI: abi, Order: "little", Reserved: true, Sources: sources}
	m, err := state.machine(cpu, config, binary.LittleEndian)
	require.NoError(t, err)
	return m
}

// drawTables lists words that are drawn from a machine's tables.
func drawTables(t *testing.T, m arch.Machine) (out []tableWord) {
	p, err := arch.Generate(m, arch.Options{Seed: 5, Reserved: 20000, BlockLen: 1, Rounds: 1})
	require.NoError(t, err)
	tables := map[string]bool{}
	for b := range p.Blocks {
		it := &p.Blocks[b].Items[0]
		if in := m.Set().Insns[it.Insn]; in.InGroup("space") {
			out = append(out, tableWord{word: it.Word, name: in.Name(), size: int(it.Size), halves: thumbFile.MatchString(in.Pattern.Pos.File)})
			tables[in.Name()] = true
		}
	}
	t.Logf("%d words of %d tables: %v", len(out), len(tables), slices.Sorted(maps.Keys(tables)))
	return out
}

// notKnown fails the test for each word that a disassembler has a text for, once for each table and mnemonic, unless
// these are excused.
func notKnown(t *testing.T, words []tableWord, texts []string, excused *regexp.Regexp) {
	require.Len(t, texts, len(words))
	seen := map[string]bool{}
	for i, w := range words {
		mnemonic, _, _ := strings.Cut(strings.ReplaceAll(texts[i], "\t", " "), " ")
		if key := w.name + " " + mnemonic; texts[i] != "" && !excused.MatchString(key) && !seen[key] {
			t.Errorf("%s: %08x is %q", w.name, w.word, texts[i])
			seen[key] = true
		}
	}
}

// TestReservedWordsAreNoInstructions asks binutils about words of the tables of opcodes: it must not know them.
// Of AArch32 it prints most that is UNDEFINED, so that it is asked about A64 alone.
func TestReservedWordsAreNoInstructions(t *testing.T) {
	needtool.Slow(t)
	words := tableWords(t, "lp64", everything())
	d := a64Dialect("", "")
	var bits []uint64
	for _, w := range words {
		bits = append(bits, w.word)
	}
	texts := d.Dump(t, "little", bits)
	for i, text := range texts {
		if strings.Contains(text, "undefined") || strings.HasPrefix(text, ".") {
			texts[i] = ""
		}
	}
	// What is no hint, barrier or PSTATE it takes for a register with the op0 of these. Products of halves have one size. No model
	// has the accesses to 64 bytes of FEAT_LS64.
	notKnown(t, words, texts, regexp.MustCompile(`^RESERVED_(SYSTEM|RESULT|PSTATE|BARRIER|HINT|WAIT)(_RT)? m(sr|rs)$|^RESERVED_3SAME fml[as]l2?$|^RESERVED_ATOMIC (ld|st)64bv?0?$`))
}

// llvmFeatures are all that LLVM has of AArch32.
const llvmFeatures = "-mattr=+fp-armv8,+neon,+crypto,+fullfp16,+fp16fml,+dotprod,+i8mm,+bf16,+crc,+sb,+ras"

// llvmDialects are the models that LLVM can be told to disassemble for, and what it knows nevertheless.
var llvmDialects = []struct {
	abi, args string
	cpu       *model
	excused   string
}{
	{"lp64", "-triple=aarch64 -mattr=+all", everything(), `^RESERVED_(SYSTEM|RESULT|PSTATE|BARRIER|HINT|WAIT)(_RT)? m(sr|rs)$`},
	// Half precision has at most 16 bits behind the point.
	{
		"eabi", "-triple=armv8.7a " + llvmFeatures, everything(), `^RESERVED_VSHIFT vcvt\.`,
	},
	// It prints words of coprocessors that nobody has.
	{"eabi", "-triple=armv7 -mcpu=cortex-a7", findModel("cortex-a7"), `^RESERVED_(CP2?(_MEM)?|V(LD|ST)R_h) (cdp|mcr|mrc|mcrr|mrrc|ldc|stc)2?l?$`},
	{"eabi", "-triple=armv7 -mcpu=cortex-a8", findModel("cortex-a8"), `^RESERVED_(CP2?(_MEM)?|V(LD|ST)R_h) (cdp|mcr|mrc|mcrr|mrrc|ldc|stc)2?l?$`},
}

// TestLLVMKnowsNoReservedWords is the same for LLVM, which knows what is UNDEFINED in A32, too, and what ARMv7 lacks.
func TestLLVMKnowsNoReservedWords(t *testing.T) {
	needtool.Slow(t)
	for _, d := range llvmDialects {
		t.Run(d.cpu.name+"-"+d.abi, func(t *testing.T) {
			words := tableWords(t, d.abi, d.cpu)
			notKnown(t, words, llvmTexts(t, words, strings.Fields(d.args)), regexp.MustCompile(d.excused))
		})
	}
}

// invalid is what LLVM says of a line with a word that it does not know.
var invalid = regexp.MustCompile(`(?m)^<stdin>:(\d+):\d+: warning: invalid instruction encoding`)

// llvmTexts disassembles words; the text of those that LLVM does not know is empty. Brackets keep it from looking for
// another word in one that it does not know, of which it says that after the rest is printed.
func llvmTexts(t *testing.T, words []tableWord, args []string) []string {
	var in, out, messages bytes.Buffer
	for _, w := range words {
		fmt.Fprintf(&in, "[% #x]\n", w.bytes())
	}
	cmd := exec.Command(needtool.Path(t, "llvm-mc"), append([]string{"--disassemble"}, args...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = &in, &out, &messages
	_ = cmd.Run() // it fails where it knows not all words
	refused := map[int]bool{}
	for _, m := range invalid.FindAllStringSubmatch(messages.String(), -1) {
		n, err := strconv.Atoi(m[1])
		require.NoError(t, err)
		refused[n-1] = true
	}
	lines := slices.DeleteFunc(strings.Split(out.String(), "\n"), func(l string) bool {
		l = strings.TrimSpace(l)
		return l == "" || strings.HasPrefix(l, ".")
	})
	require.Len(t, lines, len(words)-len(refused), messages.String())
	texts := make([]string, len(words))
	for i := range words {
		if !refused[i] {
			texts[i], lines = strings.TrimSpace(lines[0]), lines[1:]
		}
	}
	return texts
}

// TestGoKnowsNoReservedWords is the same for the decoder of the Go project. It takes all shifts of extended registers, and
// all masks.
func TestGoKnowsNoReservedWords(t *testing.T) {
	needtool.Slow(t)
	words := tableWords(t, "lp64", everything())
	texts := make([]string, len(words))
	for i, w := range words {
		if in, err := arm64asm.Decode(binary.LittleEndian.AppendUint32(nil, uint32(w.word))); err == nil {
			texts[i] = in.String()
		}
	}
	notKnown(t, words, texts, regexp.MustCompile(`^RESERVED_(EXTENDED|LOGICAL) `))
}
