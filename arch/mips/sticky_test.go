package mips

import (
	"slices"
	"strings"
	"testing"

	"github.com/risugen/risugen/internal/archtest"
	"github.com/risugen/risugen/internal/needtool"
)

// stickyFlags are the flags of control registers, by the names that manuals give them. Of FCSR and MSACSR: the flags stay
// set, the causes are those of the last instruction, and the condition codes are those of the last comparison with each. Cause E
// is of what the hardware leaves to software, which no emulator does.
func stickyFlags() []archtest.Flag {
	var out []archtest.Flag
	for _, state := range []string{"fcsr", "msacsr"} {
		out = append(out, archtest.Flags(state, 0x7c, "flag I", "flag U", "flag O", "flag Z", "flag V")...)
		out = append(out, archtest.Flags(state, 0x1f000, "cause I", "cause U", "cause O", "cause Z", "cause V")...)
	}
	out = append(out, archtest.Flags("fcsr", 0xfe80_0000, "FCC0", "FCC1", "FCC2", "FCC3", "FCC4", "FCC5", "FCC6", "FCC7")...)
	out = append(out, archtest.Flags("dspcontrol", 0xff0000, "ouflag ac0", "ouflag ac1", "ouflag ac2", "ouflag ac3",
		"ouflag 20", "ouflag 21", "ouflag 22", "ouflag 23")...)
	out = append(out, archtest.Flags("dspcontrol", 0x2000, "c")...)
	out = append(out, archtest.Flags("dspcontrol", 0x4000, "EFI")...)
	out = append(out, archtest.Flags("dspcontrol", 0x7f, "pos 0", "pos 1", "pos 2", "pos 3", "pos 4", "pos 5", "pos 6")...)
	out = append(out, archtest.Flags("dspcontrol", 0x1f80, "scount 0", "scount 1", "scount 2", "scount 3", "scount 4", "scount 5")...)
	out = append(out, archtest.Flags("dspcontrol", 0xff00_0000, "ccond 0", "ccond 1", "ccond 2", "ccond 3", "ccond 4", "ccond 5", "ccond 6", "ccond 7")...)
	return out
}

// without is some flags but for those whose names begin with some words.
func without(flags []archtest.Flag, names ...string) []archtest.Flag {
	return slices.DeleteFunc(flags, func(f archtest.Flag) bool {
		return slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(f.Name, n) })
	})
}

// TestForgottenFlagIsNamed: each flag that an instruction has to set, wherever it stands in its block.
func TestForgottenFlagIsNamed(t *testing.T) {
	needtool.Slow(t)
	wide := []string{"ccond 4", "ccond 5", "ccond 6", "ccond 7", "pos 6"} // of registers of 64 bits
	for _, r := range []archtest.FlagRow{
		{CPU: "P5600", Flags: stickyFlags()},
		{CPU: "74Kf", Order: "big", Flags: without(stickyFlags(), wide...)},
		{CPU: "mips64dspr2", Flags: stickyFlags()},
		{CPU: "I6400", Order: "big", Flags: without(stickyFlags(), "FCC")},
	} {
		r.Test(t, New())
	}
}
