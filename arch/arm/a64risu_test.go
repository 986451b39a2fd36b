package arm

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/risu/image"
)

// Where a host that is no RISU, but does what its images ask for, has its code, and a word that holds memory's address.
const (
	hostCode   = 0x40_0000
	hostMemory = 0x60_0000
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

// hostFile is an ELF file of the host, and of an image at an address.
func hostFile(t *testing.T, m *a64Machine, data []byte, at uint32) string {
	var out bytes.Buffer
	put := func(values ...any) {
		for _, v := range values {
			require.NoError(t, binary.Write(&out, binary.LittleEndian, v))
		}
	}
	code := hostWords(t, m, at)
	put([]byte("\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00"), uint16(2), uint16(elfAArch64), uint32(1))
	put(uint64(hostCode), uint64(64), uint64(0), uint32(0), uint16(64), uint16(56), uint16(3), uint16(64), uint16(0), uint16(0))
	const page = 0x10000
	segment := func(offset int, at, size uint64) {
		put(uint32(1), uint32(7), uint64(offset), at, at, min(size, uint64(len(code)+len(data))), size, uint64(page))
	}
	segment(page, hostCode, uint64(len(code)))
	segment(page, hostMemory, page)
	segment(2*page, uint64(at), uint64(len(data)))
	file := append(out.Bytes(), make([]byte, 2*page+len(data)-out.Len())...)
	copy(file[page:], code)
	copy(file[2*page:], data)
	path := filepath.Join(t.TempDir(), "host"+strconv.Itoa(int(at)))
	require.NoError(t, os.WriteFile(path, file, 0o700))
	return path
}

// comparison is what one of RISU's words compares. pc counts from the image's begin.
type comparison struct {
	pc     uint64
	frame  []byte
	memory []byte
}

// runHost runs an image at an address, and tells what is compared.
func runHost(t *testing.T, m *a64Machine, data []byte, at uint32) []comparison {
	cmd := exec.Command(needtool.Path(t, "qemu-aarch64"), "-cpu", m.cpu.name, hostFile(t, m, data, at))
	out, err := cmd.Output()
	require.NoError(t, err)
	var list []comparison
	for len(out) > 0 {
		require.GreaterOrEqual(t, len(out), frameBytes)
		c := comparison{frame: bytes.Clone(out[:frameBytes])}
		out = out[frameBytes:]
		c.pc = binary.LittleEndian.Uint64(c.frame[framePC:]) - uint64(at)
		clear(c.frame[frameSP : framePC+8])
		if binary.LittleEndian.Uint32(data[c.pc:]) == a64RISUKey|uint32(arch.RISUCompareMemory) {
			c.memory, out = out[:arch.RISUMemory], out[arch.RISUMemory:]
		}
		list = append(list, c)
	}
	return list
}

// TestA64RISUImagesRunAnywhere: an image does the same at two addresses. Registers are loaded with what stands in the pool,
// and all of the image runs. make peers asks the same of RISU's own program.
func TestA64RISUImagesRunAnywhere(t *testing.T) {
	needtool.Slow(t)
	for _, cpu := range []string{"cortex-a53", "max"} {
		m, err := New().Machine(arch.Config{CPU: cpu})
		require.NoError(t, err)
		r, err := image.Machine(m)
		require.NoError(t, err)
		p, err := arch.Generate(r, arch.Options{Seed: 2, Count: 5000, BlockLen: image.BlockLen, Rounds: 1, EdgeShare: arch.DefaultEdgeShare})
		require.NoError(t, err)
		data, err := image.Write(p)
		require.NoError(t, err)
		here := runHost(t, m.(*a64Machine), data, 0x1000_0000)
		there := runHost(t, m.(*a64Machine), data, 0x2345_0000)
		require.Equal(t, len(here), len(there))
		for i := range here {
			require.Equal(t, here[i], there[i], "comparison %d", i)
		}
		assert.EqualValues(t, len(data)-4, here[len(here)-1].pc, "the end is reached")
		assert.GreaterOrEqual(t, len(here), len(p.Blocks))
		window := p.PoolWindow(&p.Blocks[0], 0)
		assert.Equal(t, window[a64Vectors:a64Vectors+31*8], here[0].frame[:31*8])
		assert.Equal(t, window[:a64Vectors], here[0].frame[frameVectors:][:a64Vectors])
		assert.Zero(t, binary.LittleEndian.Uint32(here[0].frame[frameFPSR:]))
		flags := binary.LittleEndian.Uint32(window[a64Vectors+a64General:])
		assert.EqualValues(t, flags&pstateBits["nzcv"], binary.LittleEndian.Uint32(here[0].frame[framePstate:])&pstateBits["nzcv"])
	}
}
