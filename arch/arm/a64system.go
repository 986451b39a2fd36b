package arm

import (
	"cmp"
	"strings"

	"github.com/risugen/risugen/arch"
)

// kernelARM64 names Debian's kernel for AArch64, with the port whose BusyBox goes with it.
const kernelARM64 = "arm64-arm64"

// System implements arch.Booter.
func (m *a64Machine) System(cpu string) arch.System {
	s := arch.System{
		Emulator: "qemu-system-aarch64", Board: "virt", CPU: cmp.Or(cpu, m.cpu.name), Memory: "512",
		Files: kernelARM64, Append: []string{"console=ttyAMA0"},
	}
	if c := findModel(s.CPU); c != nil {
		s.CPU = c.name
	}
	if m.cpu.has("mte") {
		s.Board += ",mte=on" // or the CPU has only what needs no memory for tags, and PSTATE.TCO is none of that
	}
	if strings.EqualFold(m.config.Order, "big") {
		s.Files, s.Reason = "", "Debian has no big-endian port for AArch64"
	}
	return s
}
