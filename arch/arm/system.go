package arm

import (
	"cmp"
	"strings"

	"github.com/risugen/risugen/arch"
)

// Debian's kernels, named with the ports whose BusyBox goes with them. Both find the console and PCI on the board virt;
// the one for ARMv7 has no large physical addresses, so that nothing may stand above 4 GiB.
var (
	kernelARM64 = arch.System{Emulator: "qemu-system-aarch64", Board: "virt", Files: "arm64-arm64"}
	kernelARMv7 = arch.System{Emulator: "qemu-system-arm", Board: "virt,highmem=off", Files: "armhf-armmp"}
)

// unbootable are models that no kernel boots on for a reason of their own.
var unbootable = map[string]string{
	"arm926":    "Debian's kernels for ARMv5 are for boards that QEMU does not have",
	"arm1176":   "the board that QEMU has for Debian's kernel for ARMv6 has no place for virtio-serial",
	"cortex-a8": "QEMU's board virt takes no Cortex-A8",
	"cortex-a9": "QEMU's board virt takes no Cortex-A9",
}

// System implements arch.Booter.
func (m *a64Machine) System(cpu string) arch.System {
	s := boots(kernelARM64, m.cpu, cpu, m.config.Order)
	if m.cpu.has("mte") {
		s.Board += ",mte=on" // or the CPU has only what needs no memory for tags, and PSTATE.TCO is none of that
	}
	return s
}

// System implements arch.Booter.
func (m *a32Machine) System(cpu string) arch.System {
	s := kernelARMv7
	if c := findModel(cmp.Or(cpu, m.cpu.name)); c != nil && c.user32 != "" {
		s = kernelARM64
	}
	return boots(s, m.cpu, cpu, m.config.Order)
}

// boots completes what a kernel needs on a CPU model; an empty name is that of the image's own.
func boots(s arch.System, own *model, cpu, order string) arch.System {
	s.CPU, s.Memory, s.Append = cmp.Or(cpu, own.name), "512", []string{"console=ttyAMA0"}
	if c := findModel(s.CPU); c != nil {
		s.CPU = c.name
		s.Reason = unbootable[c.name]
	}
	if strings.EqualFold(order, "big") {
		s.Reason = "Debian has no big-endian port for ARM"
	}
	if s.Reason != "" {
		s.Files = ""
	}
	return s
}
