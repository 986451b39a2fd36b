package asm_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/arm"
	"github.com/risugen/risugen/arch/mips"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/asm"
	"github.com/risugen/risugen/internal/archtest"
	"github.com/risugen/risugen/runtime"
)

// one makes a program of one instruction.
func one(t *testing.T, r row, seed uint64, patterns ...string) *arch.Program {
	t.Helper()
	return oneOf(t, machine(t, r), seed, patterns...)
}

func machine(t *testing.T, r row) arch.Machine {
	t.Helper()
	m, err := r.arch.Machine(r.config())
	require.NoError(t, err)
	return m
}

func oneOf(t *testing.T, m arch.Machine, seed uint64, patterns ...string) *arch.Program {
	t.Helper()
	p, err := arch.Generate(m, arch.Options{Seed: seed, Count: 1, BlockLen: 1, Rounds: 1, Select: arch.Selection{Patterns: patterns}})
	require.NoError(t, err)
	return p
}

var (
	a72    = row{arch: arm.New(), cpu: "cortex-a72", abi: "lp64", order: "little"}
	a15    = row{arch: arm.New(), cpu: "cortex-a15", abi: "eabi", order: "little"}
	thumb  = row{arch: arm.New(), cpu: "cortex-a15", abi: "thumb", order: "little"}
	thumb1 = row{arch: arm.New(), cpu: "arm1176", abi: "thumb", order: "little"}
	p5600  = row{arch: mips.New(), cpu: "P5600", abi: "o32fp64", order: "little"}
	n64    = row{arch: mips.New(), cpu: "MIPS64R2-generic", abi: "n64", order: "big"}
)

// TestWhatCannotBeWritten: it is an error that says so.
func TestWhatCannotBeWritten(t *testing.T) {
	rounds := one(t, a72, 1, "ADR")
	rounds.Rounds = 2
	blocks := archtest.Generate(t, a72.arch, a72.config(), arch.Options{Count: 2, BlockLen: 1, Rounds: 1})
	for _, c := range []struct {
		program *arch.Program
		about   asm.About
		err     string
	}{
		{rounds, asm.About{}, "the program has 1 blocks of 2 rounds"},
		{blocks, asm.About{}, "the program has 2 blocks of 1 rounds"},
		{one(t, row{arch: toy.Arch{}, order: "big"}, 1), asm.About{}, "no assembler source can be written for the"},
		{one(t, a72, 1, "ADR"), asm.About{Places: []arch.Place{{Class: 0, Num: 32}}}, "there is no such place"},
		{one(t, a72, 1, "ADR"), asm.About{Places: []arch.Place{{Kind: arch.MemoryPlace}}}, "there is no such place"},
	} {
		require.ErrorContains(t, asm.Write(&bytes.Buffer{}, c.program, c.about), c.err)
	}
	require.ErrorIs(t, asm.Write(full{}, one(t, a72, 1, "ADR"), asm.About{}), errFull)
}

// full is a writer that takes nothing.
type full struct{}

var errFull = errors.New("full")

func (full) Write([]byte) (int, error) { return 0, errFull }

// TestSourcesThatReadCode: loads of code read what they do in an image.
func TestSourcesThatReadCode(t *testing.T) {
	for _, c := range []struct {
		row     row
		pattern string
	}{{a72, "LDR_lit.*"}, {a15, "LDR.*_lit"}, {thumb, "LDR.*_lit"}} {
		m := machine(t, c.row)
		for seed := range uint64(2 + count()/4) {
			p := oneOf(t, m, seed, c.pattern)
			img, err := runtime.Build(p, "test")
			require.NoError(t, err)
			requireSame(t, t.TempDir(), p, asm.About{}, recordsOf(t, img, command(t, m))[0])
		}
	}
}

// TestSourceThatReadsTheEnd: what an image has behind the block no other program has.
func TestSourceThatReadsTheEnd(t *testing.T) {
	p := one(t, a72, 1, "LDR_lit")
	items := p.Blocks[0].Items
	last := &items[len(items)-1]
	in := p.Machine.Set().Insns[last.Insn]
	var ok bool
	last.Word, ok = in.Relocate(last.Word, 8)
	require.True(t, ok)
	require.ErrorContains(t, asm.Write(io.Discard, p, asm.About{}), "where an image has what ends the block")
	last.Word, ok = in.Relocate(last.Word, -0x10000)
	require.True(t, ok)
	require.ErrorContains(t, asm.Write(io.Discard, p, asm.About{}), "of which is not known what stands there")
}

// TestOnlyMemoryThatIsAccessed: it is known which window a load reads, also one with an index.
func TestOnlyMemoryThatIsAccessed(t *testing.T) {
	for _, c := range []struct {
		row      row
		patterns []string
	}{
		{a72, []string{"LDR_imm", "LDR_reg", "LDP_post"}}, {a15, []string{"LDR_imm", "LDR_reg", "LDM.*"}}, {thumb, []string{"LDR_imm", "LDR_reg"}},
		{thumb1, []string{"LDR_imm", "LDR_reg"}}, {p5600, []string{"LW", "LWXC1"}}, {n64, []string{"LD", "LDXC1"}},
	} {
		m := machine(t, c.row)
		for seed := range uint64(20) {
			var source bytes.Buffer
			require.NoError(t, asm.Write(&source, oneOf(t, m, seed, c.patterns...), asm.About{}))
			require.Equal(t, 1, strings.Count(source.String(), "\nwindow"), "%s", source.String())
		}
	}
}

// TestPlacesBesideOperands: they are loaded and printed.
func TestPlacesBesideOperands(t *testing.T) {
	for r, pattern := range map[*row]string{&a72: "LDR_imm", &p5600: "LW", &n64: "LD", &thumb: "LDR_imm"} {
		p := one(t, *r, 3, pattern)
		l := p.Machine.Layout()
		img, err := runtime.Build(p, "test")
		require.NoError(t, err)
		about := asm.About{Title: "it ends */ .err\n.err", Places: []arch.Place{
			{Class: uint8(l.AddrClass), Num: uint8(l.Bases[p.Blocks[0].Base]+3) % 8}, {Kind: arch.StatePlace}, {Kind: arch.StatePlace, Num: uint8(len(l.States) - 1)},
			{Kind: arch.MemoryPlace, Num: 2}, {Class: uint8(len(l.Classes) - 1), Num: 3},
		}}
		if c := l.Classes[about.Places[4].Class]; !c.Live(p.Blocks[0].View) {
			about.Places[4].Class--
		}
		requireSame(t, t.TempDir(), p, about, recordsOf(t, img, command(t, p.Machine))[0])
	}
}

// TestAddressFromThePool: it is known, too, where a register holds the address from the start.
func TestAddressFromThePool(t *testing.T) {
	p := one(t, p5600, 1, "LW")
	b, l := &p.Blocks[0], p.Machine.Layout()
	b.Items = b.Items[len(b.Items)-1:]
	b.Items[0].Owner = 0
	in := p.Machine.Set().Insns[b.Items[0].Insn]
	args := in.Pattern.Extract(b.Items[0].Word, nil)
	base := in.Operands[in.Memory.Base].Register(args)
	address := uint32(l.Memory.Addr) + 5*uint32(l.Memory.Size) - uint32(in.Access(b.Items[0].Word, args).Disp)
	l.Order.PutUint32(p.PoolWindow(b, 0)[l.Classes[l.AddrClass].Pool+4*base:], address)
	var source bytes.Buffer
	require.NoError(t, asm.Write(&source, p, asm.About{}))
	require.Contains(t, source.String(), "--section-start=.memory=0x30000140")
	require.Equal(t, 1, strings.Count(source.String(), "\nwindow"), "%s", source.String())
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	requireSame(t, t.TempDir(), p, asm.About{}, recordsOf(t, img, command(t, p.Machine))[0])
}

// TestHalvesOfVectors: each stands where it belongs in both byte orders: few instructions tell one from the other.
func TestHalvesOfVectors(t *testing.T) {
	for _, c := range []struct {
		row     row
		pattern string
	}{
		{row{mips.New(), "P5600", "o32fp64", "big", nil}, "ILVL"}, {p5600, "ILVL"},
		{row{arm.New(), "cortex-a72", "lp64", "big", nil}, "ZIP1"}, {a72, "ZIP1"},
	} {
		m := machine(t, c.row)
		for seed := range uint64(3) {
			p := oneOf(t, m, seed, c.pattern)
			img, err := runtime.Build(p, "test")
			require.NoError(t, err)
			requireSame(t, t.TempDir(), p, asm.About{}, recordsOf(t, img, command(t, m))[0])
		}
	}
}

// TestOnlySomePlaces: other results are neither stored nor printed, and a place that holds none is, with what a result copies.
func TestOnlySomePlaces(t *testing.T) {
	p := one(t, p5600, 4, "FMADD")
	l := p.Machine.Layout()
	vector := arch.Place{Class: uint8(l.ClassIndex("vec")), Num: 5}
	control := arch.Place{Kind: arch.StatePlace, Num: uint8(l.StateIndex("msacsr"))}
	for _, c := range []struct {
		only  []arch.Place
		texts []string
	}{
		{[]arch.Place{control}, []string{"msacsr = "}},
		{[]arch.Place{vector}, []string{"$w5 = "}},
		{[]arch.Place{vector, control}, []string{"$w5    = ", "msacsr = "}},
	} {
		var out bytes.Buffer
		require.NoError(t, asm.Write(&out, p, asm.About{Only: c.only}))
		require.Equal(t, len(c.texts), strings.Count(out.String(), " = .."), "%s", out.String())
		for _, text := range c.texts {
			require.Contains(t, out.String(), text)
		}
	}
}

// TestEqualData: registers that begin with the same value are loaded from the same place.
func TestEqualData(t *testing.T) {
	p := one(t, p5600, 4, "FMADD")
	clear(p.Pool)
	var out bytes.Buffer
	require.NoError(t, asm.Write(&out, p, asm.About{}))
	require.Equal(t, 1, strings.Count(out.String(), ".octa"), "%s", out.String())
	require.Equal(t, 3, strings.Count(out.String(), "ld.d"))
}
