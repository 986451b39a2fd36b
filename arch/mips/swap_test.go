package mips

import (
	"bytes"
	"context"
	"debug/elf"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

// The translation modes of one emulator share their helpers and always agree. What shows that the
// comparison sees anything is an apprentice whose image is wrong on purpose: in every block one
// instruction is swapped for a sibling (another opcode with the same operands), over all patterns. Each
// must be found and named.

// swap is a changed word of a doctored image.
type swap struct {
	block, item int
	insn        int32
	word        uint64
}

// chooseSwaps picks one instruction in every block, of the pattern that has had the fewest turns.
func chooseSwaps(p *arch.Program) []swap {
	set := p.Machine.Set()
	turns := make([]int, len(set.Insns))
	var out []swap
	for b := range p.Blocks {
		best := swap{item: -1}
		for i := range p.Blocks[b].Items {
			it := &p.Blocks[b].Items[i]
			if it.Kind != arch.Test || best.item >= 0 && turns[it.Insn] >= turns[best.insn] {
				continue
			}
			if w, ok := sibling(set, p.Machine.Layout(), set.Insns[it.Insn], it.Word, turns[it.Insn]); ok {
				best = swap{b, i, it.Insn, w}
			}
		}
		if best.item >= 0 {
			turns[best.insn]++
			out = append(out, best)
		}
	}
	return out
}

// sibling returns a word that does something else with the same operands, another one at each turn: the
// other opcodes that the bits allow or, where there is none, a word that differs in one bit.
func sibling(set *constraints.Set, l *arch.Layout, in *constraints.Insn, word uint64, turn int) (uint64, bool) {
	var found []uint64
	for _, other := range set.Insns {
		w := word&^(in.Pattern.FixedMask|other.Pattern.FixedMask) | other.Pattern.FixedBits | in.Pattern.FixedBits&^other.Pattern.FixedMask
		if other != in && replaces(set, l, in, word, w) {
			found = append(found, w)
		}
	}
	for bit := uint64(1); len(found) == 0 && bit < 1<<32; bit <<= 1 {
		if replaces(set, l, in, word, word^bit) {
			found = append(found, word^bit)
		}
	}
	if len(found) == 0 {
		return 0, false
	}
	return found[turn%len(found)], true
}

// replaces reports whether a word can stand for another without disturbing its block: it writes nothing
// that the other does not, and accesses memory, branches, faults and depends on prepared registers only
// if the other does so in the same way.
func replaces(set *constraints.Set, l *arch.Layout, in *constraints.Insn, word, w uint64) bool {
	other := set.Decode(w)
	if w == word || other == nil || !other.Legal(w) || !arch.Schedulable(other, l) || other.MayFault() && !in.MayFault() {
		return false
	}
	if (in.Memory == nil) != (other.Memory == nil) || (in.Branch == nil) != (other.Branch == nil) {
		return false
	}
	x, y := in.Pattern.Extract(word, nil), other.Pattern.Extract(w, nil)
	if in.Memory != nil && (in.Memory.Base < 0 || other.Memory.Base < 0) { // code, which other swaps change
		return false
	}
	if in.Memory != nil && (other.Memory.Size > in.Memory.Size || other.Memory.Align > in.Memory.Align ||
		writes(other) && in.Displacement(word, x) != other.Displacement(w, y) || !sameRegister(in, other, in.Memory.Base, other.Memory.Base, x, y)) {
		return false
	}
	if in.Branch != nil && in.BranchOffset(word, x) != other.BranchOffset(w, y) {
		return false
	}
	if in.Branch != nil && in.Branch.Target >= 0 && (other.Branch.Target < 0 || !sameRegister(in, other, in.Branch.Target, other.Branch.Target, x, y)) {
		return false
	}
	if name := other.Name(); (name == "BOVC" || name == "BNVC") && w&0x3ff_0000 == 0 {
		return false // of register 0 twice: QEMU's writes register 31 (docs/findings.md)
	}
	for _, c := range other.Inputs {
		if len(in.Inputs) == 0 || !sameRegister(in, other, in.Inputs[0].Operand, c.Operand, x, y) || c.NonZero != in.Inputs[0].NonZero {
			return false
		}
	}
	return writesSubset(in, other, word, w, x, y)
}

// writes reports whether an instruction stores. A store elsewhere could spoil what others left there.
func writes(in *constraints.Insn) bool {
	for i := range in.Operands {
		if in.Operands[i].Kind == constraints.MemoryOperand && in.Operands[i].Role.Writes() {
			return true
		}
	}
	return false
}

func sameRegister(a, b *constraints.Insn, i, j int, x, y []int64) bool {
	return a.Operands[i].Class == b.Operands[j].Class && a.Operands[i].Register(x) == b.Operands[j].Register(y)
}

// writesSubset reports whether word w of b writes nothing that word of a does not.
func writesSubset(a, b *constraints.Insn, word, w uint64, x, y []int64) bool {
	type place struct {
		kind       constraints.UseKind
		class, num uint8
	}
	have := map[place]bool{}
	for _, u := range a.Uses(nil, word, x) {
		if u.Role.Writes() {
			have[place{u.Kind, u.Class, u.Num}] = true
		}
	}
	for _, u := range b.Uses(nil, w, y) {
		if u.Role.Writes() && !have[place{u.Kind, u.Class, u.Num}] {
			return false
		}
	}
	return true
}

// doctor returns the image with the swaps done. Its digest stays: the target is to believe in it.
func doctor(t *testing.T, img *runtime.Image, swaps []swap) []byte {
	p := img.Program
	data := append([]byte(nil), img.Data...)
	for _, s := range swaps {
		addr := p.Blocks[s.block].Addr + 4*uint64(s.item)
		p.Machine.Layout().Order.PutUint32(data[fileOffset(t, img.Data, addr):], uint32(s.word))
	}
	return data
}

// fileOffset returns where in an ELF file the byte of an address stands.
func fileOffset(t *testing.T, file []byte, addr uint64) uint64 {
	f, err := elf.NewFile(bytes.NewReader(file))
	require.NoError(t, err)
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && addr >= p.Vaddr && addr < p.Vaddr+p.Filesz {
			return addr - p.Vaddr + p.Off
		}
	}
	t.Fatalf("no byte of the file has address %#x", addr)
	return 0
}

func TestSwappedInstructionIsFoundAndNamed(t *testing.T) {
	needtool.Slow(t)
	for _, c := range []struct {
		cpu, isa, order, emulator string
		count                     int
		alone                     string // patterns whose words no other stands beside
		without                   string // patterns that are not drawn
	}{
		{"P5600", "msa", "little", "qemu-mipsel", 36000, "", ""},
		{"P5600", "msa", "big", "qemu-mips", 36000, "", ""},
		{"P5600", "base", "little", "qemu-mipsel", 12000, "", ""},
		{"P5600", "fpu", "little", "qemu-mipsel", 24000, "", ""},
		{"74Kf", "dsp", "big", "qemu-mips", 24000, "BPOSGE32", ""},
		{"I6400", "fpu", "little", "qemu-mips64el", 16000, "", ""},
		{"mips32r6-generic", "base", "little", "qemu-mipsel", 16000, "", "LWPC"}, // it reads swapped code
		{"5KEc", "base", "big", "qemu-mips64", 16000, "", ""},
		{"Loongson-2F", "lmmi", "little", "qemu-mips64el", 16000, "", ""},
	} {
		t.Run(c.cpu+"-"+c.isa+"-"+c.order, func(t *testing.T) {
			emulator := needtool.Path(t, c.emulator)
			m, err := New().Machine(arch.Config{CPU: c.cpu, ISAs: []string{c.isa}, Order: c.order})
			require.NoError(t, err)
			p, err := arch.Generate(m, arch.Options{Seed: 7, Count: c.count, BlockLen: 24, Rounds: 64, Select: arch.Selection{NotPatterns: strings.Fields(c.without)}})
			require.NoError(t, err)
			img, err := runtime.Build(p, "test")
			require.NoError(t, err)
			swaps := chooseSwaps(p)
			file := filepath.Join(t.TempDir(), "doctored")
			require.NoError(t, os.WriteFile(file, doctor(t, img, swaps), 0o755))
			blamed := map[[2]int]bool{}
			report, err := runtime.Run(context.Background(), img,
				&runtime.Exec{Command: []string{emulator, "-cpu", c.cpu}},
				&runtime.Exec{Command: []string{"sh", "-c", "exec " + emulator + " -cpu " + c.cpu + " " + file, "{}"}},
				runtime.Options{Stall: time.Minute, Observe: func(w runtime.Blame) { blamed[[2]int{w.Block, w.Item}] = true }})
			require.NoError(t, err)
			require.Positive(t, report.Mismatches)
			checkSwaps(t, p, swaps, blamed, strings.Fields(c.alone+" "+c.without))
		})
	}
}

// checkSwaps: every difference is blamed on a swapped instruction, and every pattern was found once.
func checkSwaps(t *testing.T, p *arch.Program, swaps []swap, blamed map[[2]int]bool, alone []string) {
	set := p.Machine.Set()
	found := map[int32]bool{}
	for _, s := range swaps {
		if blamed[[2]int{s.block, s.item}] {
			found[s.insn] = true
			delete(blamed, [2]int{s.block, s.item})
		}
	}
	for _, s := range swaps { // one that nullifies its delay slot, or no longer does, shows there
		if at := [2]int{s.block, s.item + 1}; set.Insns[s.insn].Branch != nil && blamed[at] {
			found[s.insn] = true
			delete(blamed, at)
		}
		if at := [2]int{s.block, s.item - 1}; set.Insns[s.insn].Memory != nil && isBranch(p, at) { // it faults there
			delete(blamed, at)
		}
	}
	for at := range blamed {
		in := set.Insns[p.Blocks[at[0]].Items[at[1]].Insn]
		t.Errorf("block %d item %d (%s) is blamed and was not swapped", at[0], at[1], in.Name())
	}
	var missing []string
	tried := 0
	for n, in := range set.Insns {
		if !arch.Schedulable(in, p.Machine.Layout()) || !hasOutput(in) || slices.Contains(alone, in.Name()) {
			continue
		}
		tried++
		if !found[int32(n)] {
			missing = append(missing, in.String())
		}
	}
	sort.Strings(missing)
	require.Empty(t, missing, "patterns whose swapped instruction was not found")
	t.Logf("%d swaps; %d of %d patterns found and named", len(swaps), len(found), tried)
}

// isBranch reports whether an item is a branch under test.
func isBranch(p *arch.Program, at [2]int) bool {
	if at[1] < 0 || p.Blocks[at[0]].Items[at[1]].Kind != arch.Test {
		return false
	}
	return p.Machine.Set().Insns[p.Blocks[at[0]].Items[at[1]].Insn].Branch != nil
}

// hasOutput reports whether an instruction has an output or may fault. What has neither (CTCMSA to a
// register that ignores writes, J) does the same as any other instruction without an effect.
func hasOutput(in *constraints.Insn) bool {
	for i := range in.Operands {
		if in.Operands[i].Role.Writes() {
			return true
		}
	}
	return in.Conditional() || in.MayFault()
}
