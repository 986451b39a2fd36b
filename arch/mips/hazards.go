package mips

import (
	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// transfer is the group of moves to and from registers of the floating-point unit.
const transfer = "transfer"

// hazards are what a level asks programs to keep apart. MIPS IV and MIPS32 did away with all of it, and MIPS II with
// the wait for what is loaded. The historical notes of the MIPS64 manual (volume II, on MFHI, MTHI, MFC1, MTC1, CFC1
// and CTC1) say so, and the R4000 user's manual (appendices A and B) of its own:
//
//   - two instructions stand between one that reads HI or LO and one that writes it, or what was read is undefined;
//   - one stands between a move from or to the floating-point unit and what reads the register moved to, a
//     control register included;
//   - one stands between a comparison and a branch on its condition code. That is sampled an instruction early, so that
//     behind a move to FCSR, which takes an instruction longer, it takes two.
//
// Vendors' manuals of Loongson-2E and 2F are silent on this; as MIPS III CPUs they get the same.
func (l *layout) hazards(c *model) []arch.Hazard {
	if c.has("mips4") || c.has("mips32") {
		return nil
	}
	const reads, writes = constraints.In, constraints.Out
	var out []arch.Hazard
	add := func(state int, first, second arch.Touch, between int) {
		out = append(out, arch.Hazard{State: state, First: first, Second: second, Between: between})
	}
	for _, name := range []string{"hi", "lo"} {
		add(l.StateIndex(name), arch.Touch{Role: reads}, arch.Touch{Role: writes}, 2)
	}
	if s := l.StateIndex("fcsr"); s >= 0 {
		l.States[s].Group = transfer
		add(s, arch.Touch{Role: writes}, arch.Touch{Role: reads, Group: "branch"}, 1)
		add(s, arch.Touch{Role: writes, Group: transfer}, arch.Touch{Role: reads, Group: "branch"}, 2)
		add(s, arch.Touch{Role: writes, Group: transfer}, arch.Touch{Role: reads}, 1)
		add(arch.AnyRegister, arch.Touch{Role: writes, Group: transfer}, arch.Touch{Role: reads}, 1)
	}
	if !c.has("mips2") {
		add(arch.AnyRegister, arch.Touch{Role: writes, Group: "mem"}, arch.Touch{Role: reads}, 1)
	}
	return out
}
