package arm

import (
	"testing"

	"github.com/risugen/risugen/internal/archtest"
	"github.com/risugen/risugen/internal/needtool"
)

// stickyFlags are the flags of A64, A32 and Thumb, by the names that manuals give them. Those of FPSR and FPSCR stay set, and so
// does Q; GE and NZCV are those of the last instruction that writes them.
func stickyFlags() []archtest.Flag {
	var out []archtest.Flag
	for _, state := range []string{"fpsr", "fpscr"} {
		out = append(out, archtest.Flags(state, 0x0800_009f, "IOC", "DZC", "OFC", "UFC", "IXC", "IDC", "QC")...)
	}
	out = append(out, archtest.Flags("fpscr", 0xf000_0000, "V", "C", "Z", "N")...)
	out = append(out, archtest.Flags("nzcv", 0xf000_0000, "V", "C", "Z", "N")...)
	out = append(out, archtest.Flags("q", 1<<27, "Q")...)
	return append(out, archtest.Flags("ge", 0xf_0000, "GE0", "GE1", "GE2", "GE3")...)
}

// TestForgottenFlagIsNamed: each flag that an instruction has to set, wherever it stands in its block.
func TestForgottenFlagIsNamed(t *testing.T) {
	needtool.Slow(t)
	for _, r := range []archtest.FlagRow{
		{CPU: "max", Flags: stickyFlags()},
		{CPU: "max", ABI: "eabi", Flags: stickyFlags()},
		{CPU: "cortex-a9", ABI: "eabi", Order: "big", Flags: stickyFlags()},
		{CPU: "max", ABI: "thumb", Flags: stickyFlags()},
	} {
		r.Test(t, New())
	}
}
