package mips

import (
	"cmp"

	"github.com/risugen/risugen/arch"
)

// Names of Debian's kernels, with the port whose BusyBox goes with them. All are little-endian and use release 2; Debian's last
// release with a big-endian port was 10.
const (
	kernelMalta32  = "mipsel-4kc-malta"
	kernelMalta64  = "mips64el-5kc-malta"
	kernelLoongson = "mips64el-loongson-3"
)

// unbootable are models that no kernel boots on for a reason of their own.
var unbootable = map[string]string{
	"M14K":            "the M14K has no TLB, which Linux needs",
	"Octeon68XX":      "QEMU has no board for an Octeon",
	"Loongson-3A4000": "without KVM, QEMU's board for Loongson-3 takes a Loongson-3A1000 alone",
}

// System implements arch.Booter.
func (m *machine) System(cpu string) arch.System {
	c, name := findModel(cmp.Or(cpu, m.cpu.name)), cpu
	if c != nil {
		name = c.name
	}
	s := arch.System{
		Emulator: "qemu-system-" + m.port(), Board: "malta", CPU: name, Memory: "256",
		Files: kernelMalta32, Append: []string{"console=ttyS0"},
	}
	if m.cpu.is64() {
		s.Files = kernelMalta64
	}
	if c == nil {
		c = m.cpu
	}
	if c.nan2008 {
		// Else the kernel refuses BusyBox, which has the older rule of what a NaN looks like.
		s.Append = append(s.Append, "ieee754=relaxed")
	}
	if c.has("loongson3a") {
		s.Board, s.Memory, s.Files = "loongson3-virt", "1024", kernelLoongson
	}
	if s.Reason = c.whyNoKernel(m.config.Order); s.Reason != "" {
		s.Files = ""
	}
	return s
}

// port is what Debian and QEMU call the machine's byte order and width: "mips64el".
func (m *machine) port() string {
	port := "mips"
	if m.cpu.is64() {
		port += "64"
	}
	if m.config.Order == "little" {
		port += "el"
	}
	return port
}

// whyNoKernel says why none of Debian's kernels boots on a model, or "".
func (c *model) whyNoKernel(order string) string {
	switch {
	case unbootable[c.name] != "":
		return unbootable[c.name]
	case order == "big":
		return "Debian has no big-endian port any more"
	case c.has("r6"):
		return "Debian's kernels are for releases 2 to 5, and release 6 lacks instructions of these"
	case !c.has("mips32r2"):
		return "Debian's kernels need release 2 of MIPS32 or MIPS64"
	}
	return ""
}
