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

// The part of a signal's frame that the host writes when it is to compare: general registers, sp, pc, PSTATE, and the record
// of FPSR, FPCR and vectors.
const (
	framePC      = contextPC - contextRegs
	frameSP      = framePC - 8
	framePstate  = framePC + 8
	frameFPSR    = 464 + 8 - contextRegs
	frameVectors = frameFPSR + 8
	frameBytes   = frameVectors + a64Vectors
)

// hostWords is the host's code. Its handler gets the signal's number, siginfo and the frame, and returns to what goes on
// behind the word.
func hostWords(t *testing.T, m *a64Machine, entry uint32) []byte {
	a := newA64Asm(m.ops, hostCode)
	system := func(n uint32) { a.li(rCall, n); a.put(&a.svc, 0) }
	write := func(size uint32) { a.li(0, 1); a.li(2, size); system(sysWrite) }
	a.li(1, hostMemory+0x100)
	a.address(2, "handler")
	a.store64(2, 0, 1)
	a.li(2, 4) // SA_SIGINFO
	a.store64(2, 8, 1)
	a.li(0, knownSignals["SIGILL"])
	a.move(2, zr)
	a.li(3, 8)
	system(sysSigaction)
	a.li(0, entry)
	a.put(&a.br, 0)
	a.label("handler")
	a.move(19, 2)
	a.load64(20, contextPC, 19)
	a.load(21, 0, 20)
	a.li(tmp1, a64RISUKey)
	a.put(&a.sub, w64, lsl, tmp1, 0, 21, 21)
	a.addConst(20, 20, 4)
	a.addConst(1, 19, contextRegs)
	for op, label := range []string{"compare", "compare", "set", "get", "compare"} {
		a.put(&a.subImm, w64, 0, int64(op), 21, tmp1)
		a.branch(&a.cbz, tmp1, label)
	}
	a.li(0, 98)
	system(sysExitGroup)
	a.label("set")
	a.load64(tmp1, contextRegs, 19)
	a.li(tmp2, hostMemory)
	a.store64(tmp1, 0, tmp2)
	a.jump(&a.b, "return")
	a.label("get")
	a.load64(tmp1, contextRegs, 19)
	a.li(tmp2, hostMemory)
	a.load64(tmp2, 0, tmp2)
	a.put(&a.add, w64, lsl, tmp2, 0, tmp1, tmp1)
	a.store64(tmp1, contextRegs, 19)
	a.jump(&a.b, "return")
	a.label("compare")
	write(frameBytes)
	a.put(&a.subImm, w64, 0, int64(arch.RISUCompareMemory), 21, tmp1)
	a.branch(&a.cbnz, tmp1, "end?")
	a.li(tmp2, hostMemory)
	a.load64(1, 0, tmp2)
	write(arch.RISUMemory)
	a.label("end?")
	a.put(&a.subImm, w64, 0, int64(arch.RISUEnd), 21, tmp1)
	a.branch(&a.cbnz, tmp1, "return")
	a.move(0, zr)
	system(sysExitGroup)
	a.label("return")
	a.store64(20, contextPC, 19)
	a.move(0, zr)
	system(139) // rt_sigreturn, with the stack as it was
	words, err := a.finish()
	require.NoError(t, err)
	return arch.CodeOf(m.layout.WordOrder, words)
}

// a64Host is the host of A64's images.
func a64Host(t *testing.T, cpu string) *risuHost {
	m, err := New().Machine(arch.Config{CPU: cpu})
	require.NoError(t, err)
	a64 := m.(*a64Machine)
	return &risuHost{
		machine: m, emulator: "qemu-aarch64", class: elf.ELFCLASS64, number: elfAArch64,
		code:  func(entry uint32) []byte { return hostWords(t, a64, entry) },
		frame: frameBytes, pc: framePC, elsewhere: [][2]int{{frameSP, framePC + 8}},
		pool: a64Vectors, general: 31 * 8, vectors: frameVectors, wide: a64Vectors,
	}
}

// TestA64RISUImagesRunAnywhere: see risuHost.check.
func TestA64RISUImagesRunAnywhere(t *testing.T) {
	needtool.Slow(t)
	for _, cpu := range []string{"cortex-a53", "max"} {
		first, window := a64Host(t, cpu).check(t)
		assert.Zero(t, binary.LittleEndian.Uint32(first[frameFPSR:]))
		flags := binary.LittleEndian.Uint32(window[a64Vectors+a64General:])
		assert.EqualValues(t, flags&pstateBits["nzcv"], binary.LittleEndian.Uint32(first[framePstate:])&pstateBits["nzcv"])
	}
}
