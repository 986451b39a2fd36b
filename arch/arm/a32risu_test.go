package arm

import (
	"debug/elf"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/needtool"
)

// Where the host of A32's images finds things in a signal's frame, from the general registers on: the stack pointer, the
// address of a fault, and D registers with what tells that they are there before them, and FPSCR behind.
const (
	eabiFrameSP    = 4 * a32SP
	eabiFramePC    = 4 * a32PC
	eabiFrameCPSR  = eabiContextCPSR - eabiContextRegs
	eabiFrameFault = eabiFrameCPSR + 4
	eabiFrameMagic = 232 - eabiContextRegs
	eabiFrameVFP   = eabiFrameMagic + 8
	eabiFrameFPSCR = eabiFrameVFP + 32*8
	eabiFrameBytes = eabiFrameFPSCR + 4

	cpsrThumb     = 0x20
	eabiVFPMagic  = 0x56465001
	eabiSigreturn = 173
)

// a32HostWords is the host's code, as hostWords. RISU's words are of the instruction set that the processor is in.
func a32HostWords(t *testing.T, m *a32Machine, entry uint32) []byte {
	a := newA32Asm(m.ops, hostCode)
	const frame, pc, op, x, y = 4, 5, 6, 8, 9
	system := func(n uint32) { a.li(hCall, n); a.put(do(&a.svc, 0, condAL)) }
	write := func(size uint32) { a.li(0, 1); a.li(2, size); system(eabiWrite) }
	a.li(1, hostMemory+0x100)
	a.address(2, "handler")
	a.put(a.store(2, 0, 1))
	a.li(2, 4) // SA_SIGINFO
	a.put(a.store(2, 4, 1))
	a.li(0, knownSignals["SIGILL"])
	a.li(2, 0)
	a.li(3, 8)
	system(eabiSigaction)
	a.li(0, entry)
	a.back(0)
	a.label("handler")
	a.put(a.move(frame, 2), a.load(pc, eabiContextPC, frame), a.load(op, 0, pc))
	a.li(x, a32RISUKey)
	a.put(a.load(y, eabiContextCPSR, frame), a.compareWith(&a.tstImm, y, cpsrThumb))
	a.branch(condEQ, "a32")
	a.li(x, t32RISUKey)
	a.put(a.shifted(op, op, a32LSL, 16), a.shifted(op, op, a32LSR, 16))
	a.put(a.immediate(&a.subImm, pc, pc, 2))
	a.label("a32")
	a.put(a.compute(&a.sub, op, op, x))
	a.addConst(pc, pc, 4)
	a.addConst(1, frame, eabiContextRegs)
	for n, label := range []string{"compare", "compare", "set", "get", "compare"} {
		a.compareNumber(op, uint32(n))
		a.branch(condEQ, label)
	}
	a.li(0, 98)
	system(eabiExitGroup)
	a.label("set")
	a.li(y, hostMemory)
	a.put(a.load(x, eabiContextRegs, frame), a.store(x, 0, y))
	a.branch(condAL, "return")
	a.label("get")
	a.li(y, hostMemory)
	a.put(a.load(x, eabiContextRegs, frame), a.load(y, 0, y), a.compute(&a.add, x, x, y), a.store(x, eabiContextRegs, frame))
	a.branch(condAL, "return")
	a.label("compare")
	write(eabiFrameBytes)
	a.compareNumber(op, uint32(arch.RISUCompareMemory))
	a.branch(condNE, "end?")
	a.li(y, hostMemory)
	a.put(a.load(1, 0, y))
	write(arch.RISUMemory)
	a.label("end?")
	a.compareNumber(op, uint32(arch.RISUEnd))
	a.branch(condNE, "return")
	a.li(0, 0)
	system(eabiExitGroup)
	a.label("return")
	a.put(a.store(pc, eabiContextPC, frame))
	system(eabiSigreturn) // with the stack as it was
	words, err := a.finish()
	require.NoError(t, err)
	return arch.CodeOf(m.layout.harnessOrder, words)
}

// TestA32RISUImagesRunAnywhere: see risuHost.check. QEMU's arm926 is not there: its signals' frames have no VFP.
func TestA32RISUImagesRunAnywhere(t *testing.T) {
	needtool.Slow(t)
	for _, cpu := range []string{"arm1176", "cortex-a9", "max"} {
		runsAnywhere(t, a32Of(t, cpu))
	}
}

// TestThumbRISUImagesRunAnywhere: the same of Thumb's.
func TestThumbRISUImagesRunAnywhere(t *testing.T) {
	needtool.Slow(t)
	for _, cpu := range []string{"arm1176", "cortex-a9", "max"} {
		runsAnywhere(t, thumbOf(t, cpu))
	}
}

func runsAnywhere(t *testing.T, m *a32Machine) {
	t.Helper()
	h := &risuHost{
		machine: m, emulator: "qemu-arm", class: elf.ELFCLASS32, number: elfARM,
		code:  func(entry uint32) []byte { return a32HostWords(t, m, entry) },
		frame: eabiFrameBytes, pc: eabiFramePC,
		elsewhere: [][2]int{{eabiFrameSP, eabiFrameSP + 4}, {eabiFramePC, eabiFramePC + 4}, {eabiFrameFault, eabiFrameFault + 4}},
		pool:      m.layout.doubles, general: 13 * 4, vectors: eabiFrameVFP, wide: m.layout.doubles,
	}
	first, window := h.check(t)
	word := func(at int) uint32 { return binary.LittleEndian.Uint32(first[at:]) }
	assert.EqualValues(t, eabiVFPMagic, word(eabiFrameMagic))
	assert.Zero(t, word(eabiFrameFPSCR)&fpscrSticky)
	mask := cpsrBits["nzcv"]
	if m.layout.parallel {
		mask |= cpsrBits["ge"]
	}
	flags := binary.LittleEndian.Uint32(window[m.layout.poolCPSR:])
	assert.Equal(t, flags&mask, word(eabiFrameCPSR)&0xf80f_0000, "Q is clear")
}
