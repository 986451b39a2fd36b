package asm_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/arm"
	"github.com/risugen/risugen/arch/mips"
	"github.com/risugen/risugen/asm"
	"github.com/risugen/risugen/internal/archtest"
	"github.com/risugen/risugen/internal/needtool"
)

// row is a CPU for which programs are made both as images and as sources.
type row struct {
	arch            arch.Arch
	cpu, abi, order string
	without         []string // patterns
}

func (r row) name() string { return fmt.Sprintf("%s-%s-%s", r.cpu, r.abi, r.order) }

func (r row) config() arch.Config {
	return arch.Config{CPU: r.cpu, ABI: r.abi, Order: r.order}
}

// rows are the kinds of register files, byte orders and ABIs that there are.
var rows = []row{
	{mips.New(), "P5600", "o32fp64", "little", nil},
	{mips.New(), "P5600", "o32fp64", "big", nil},
	{mips.New(), "24Kf", "o32", "little", nil},
	{mips.New(), "24Kf", "o32fp64", "big", nil},
	{mips.New(), "24Kc", "o32", "big", nil},
	{mips.New(), "74Kf", "o32", "little", nil},
	{mips.New(), "74Kf", "o32", "big", nil},
	{mips.New(), "mips32r6-generic", "o32fp64", "little", nil},
	{mips.New(), "R4000", "n64", "little", nil},
	{mips.New(), "MIPS64R2-generic", "n64", "little", nil},
	{mips.New(), "MIPS64R2-generic", "n32", "big", nil},
	{mips.New(), "mips64dspr2", "n64", "big", []string{"D?INSV", "EXTPDPV?"}}, // which QEMU dies of
	{mips.New(), "Loongson-3A4000", "n64", "little", nil},
	{mips.New(), "I6400", "n32", "little", nil},
	{mips.New(), "I6400", "n64", "big", nil},
	{mips.New(), "Octeon68XX", "n64", "big", nil},
	{arm.New(), "cortex-a72", "lp64", "little", nil},
	{arm.New(), "max", "lp64", "little", nil},
	{arm.New(), "max", "lp64", "big", nil},
	{arm.New(), "cortex-a15", "eabi", "little", nil},
	{arm.New(), "cortex-a15", "eabi", "big", nil},
	{arm.New(), "arm926", "eabi", "little", nil},
	{arm.New(), "max", "eabi", "little", nil},
	{arm.New(), "cortex-a15", "thumb", "little", nil},
	{arm.New(), "cortex-a15", "thumb", "big", nil},
	{arm.New(), "arm1176", "thumb", "little", nil},
	{arm.New(), "arm926", "thumb", "little", nil},
}

// sources is how many programs of one instruction are made for each row, and how many instructions for longer ones.
var sources = flag.Int("sources", 15, "programs for each CPU")

// count is that, or less with -short.
func count() int {
	if testing.Short() {
		return min(*sources, 2)
	}
	return *sources
}

// TestSourceComputesWhatTheImageDoes: programs of one instruction each, made by the commands that their sources name, print what
// stands in the records of the image that they are cut out of, or die of the signal that it records.
func TestSourceComputesWhatTheImageDoes(t *testing.T) {
	for _, r := range rows {
		t.Run(r.name(), func(t *testing.T) {
			t.Parallel()
			r.check(t, r.config(), arch.Options{Seed: 11, Count: count(), BlockLen: 1, MisalignedShare: 0.05})
		})
	}
}

// TestLongerSources: so do programs of several instructions, between which stands glue, and those in which exceptions are
// enabled.
func TestLongerSources(t *testing.T) {
	needtool.Slow(t)
	for _, r := range rows {
		t.Run(r.name(), func(t *testing.T) {
			t.Parallel()
			o := arch.Options{Seed: 12, Count: 2 * count(), BlockLen: 8, MisalignedShare: 0.05}
			if strings.HasPrefix(r.cpu, "24Kf") {
				o.TrapShare = 0.3
			}
			r.check(t, r.config(), o)
		})
	}
}

// TestSourcesOfReservedWords: those die of the signal, or show that they do not.
func TestSourcesOfReservedWords(t *testing.T) {
	for _, r := range []row{
		{mips.New(), "24Kf", "o32", "big", nil}, {arm.New(), "cortex-a72", "lp64", "little", nil}, {arm.New(), "cortex-a15", "thumb", "little", nil},
	} {
		t.Run(r.name(), func(t *testing.T) {
			config := r.config()
			config.Reserved = true
			r.check(t, config, arch.Options{Seed: 13, Reserved: count(), BlockLen: 1})
		})
	}
}

// check makes a program and compares.
func (r row) check(t *testing.T, config arch.Config, o arch.Options) {
	t.Helper()
	o.Rounds, o.EdgeShare, o.CondShare, o.Select.NotPatterns = 1, 0.25, 0.25, r.without
	checkProgram(t, archtest.Generate(t, r.arch, config, o), asm.About{})
}
