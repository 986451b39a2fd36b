package mips

import (
	"errors"
	"fmt"

	"github.com/risugen/risugen/arch"
)

// Numbers of ELF files, as binutils' include/elf/mips.h names them.
const (
	elfMIPS      = 8           // EM_MIPS
	elfMicroMIPS = 0x0200_0000 // EF_MIPS_MICROMIPS
	elfMIPS16    = 0x0400_0000 // EF_MIPS_ARCH_ASE_M16
	elfLevel     = 0xf000_0000 // EF_MIPS_ARCH
)

func (c *model) describe() arch.CPU {
	out := arch.CPU{Name: c.name, ISAs: c.isas(), Description: c.about}
	for _, name := range c.abis() {
		for _, order := range []string{"little", "big"} {
			out.Variants = append(out.Variants, arch.Variant{
				ABI: name, Order: order, Emulator: findABI(name).emulators[order] + " -cpu " + c.name, ISAs: out.ISAs,
			})
		}
	}
	return out
}

// elfFlags is e_flags: the ABI, the architecture level, the vendor's machine and the NaN rule.
func (m *machine) elfFlags() uint32 {
	const (
		noReorder = 0x1
		nan2008   = 0x400
	)
	f := m.cpu.level.elf | m.cpu.machine | m.abi.elfFlags | noReorder
	if m.cpu.nan2008 {
		f |= nan2008
	}
	return f
}

// checkFlags refuses ELF files whose words mean something else to the CPU: other encodings, and release 6, which
// gave new meanings to old words. A file of a later level than the CPU's may well hold words that the CPU has.
func (c *model) checkFlags(flags uint32) error {
	level := flags & elfLevel
	r6 := level == mips32r6.elf || level == mips64r6.elf
	switch {
	case flags&elfMicroMIPS != 0:
		return errors.New("it holds microMIPS code, which images are not made of")
	case flags&elfMIPS16 != 0:
		return errors.New("it holds MIPS16 code, which images are not made of")
	case r6 && !c.has("r6"):
		return fmt.Errorf("it is of release 6, and the %s is not", c.name)
	case !r6 && c.has("r6"):
		return fmt.Errorf("it is of an architecture before release 6, and the %s is of release 6", c.name)
	}
	return nil
}

// Bits of the ABI flags for the extensions that an image may use.
var aseFlags = []struct {
	feature string
	bit     uint32
}{
	{"dsp", 0x1}, {"dspr2", 0x2}, {"msa", 0x200}, {"dspr3", 0x2000},
	{"lmmi", 0x40000}, {"loongson3a", 0x100000},
}

// abiFlags is the PT_MIPS_ABIFLAGS program header of models with floating point: without it a kernel starts
// an o32 program with 32-bit floating-point registers (FR=0).
func (m *machine) abiFlags() []arch.Header {
	if !m.cpu.has("fpu") {
		return nil
	}
	const headerType, sectionType = 0x70000003, 0x7000002a
	order, c := m.layout.Order, m.cpu
	var b []byte
	b = order.AppendUint16(b, 0) // version
	b = append(b, c.level.isa, c.level.rev, sizeCode(m.abi.regs), sizeCode(m.fpuBytes()), 0, m.fpABI())
	b = order.AppendUint32(b, c.isaExt)
	ases := uint32(0)
	for _, a := range aseFlags {
		if c.has(a.feature) {
			ases |= a.bit
		}
	}
	b = order.AppendUint32(b, ases)
	oddSingles := uint32(1)
	if m.abi.regs == 4 && !m.abi.fr1 && !c.has("mips32") {
		oddSingles = 0
	}
	b = order.AppendUint32(b, oddSingles)
	b = order.AppendUint32(b, 0)
	return []arch.Header{{Type: headerType, Align: 8, Data: b, Section: ".MIPS.abiflags", SectionType: sectionType}}
}

// sizeCode is a register size in bytes as the ABI flags have it.
func sizeCode(bytes int) uint8 {
	switch bytes {
	case 4:
		return 1
	case 8:
		return 2
	}
	return 3
}

// fpuBytes is the size of the largest register of the floating-point unit.
func (m *machine) fpuBytes() int {
	switch {
	case m.cpu.has("msa"):
		return 16
	case m.abi.fr1:
		return 8
	}
	return 4
}

// fpABI is the floating-point ABI: double precision, or with o32 and 64-bit registers a code of its own.
func (m *machine) fpABI() uint8 {
	const double, fp64 = 1, 6
	if m.abi.regs == 4 && m.abi.fr1 {
		return fp64
	}
	return double
}
