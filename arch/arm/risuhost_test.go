package arm

import (
	"bytes"
	"debug/elf"
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

// risuHost runs images: it is no RISU, but does what they ask for.
type risuHost struct {
	machine  arch.Machine
	emulator string
	class    elf.Class
	number   uint16 // e_machine
	code     func(entry uint32) []byte
	// The part of a signal's frame that the host writes when it is to compare: its size, where the program counter is, and
	// what depends on where things stand.
	frame, pc int
	elsewhere [][2]int
	// In the pool window, where general registers are and how many bytes of them; in the frame vectors, and their bytes. Both
	// begin with the other.
	pool, general, vectors, wide int
}

// file is an ELF file of the host, and of an image at an address.
func (h *risuHost) file(t *testing.T, data []byte, at uint32) string {
	const page = 0x10000
	code := h.code(at)
	segments := []struct {
		offset, size int
		at           uint32
		contents     []byte
	}{
		{page, len(code), hostCode, code}, {page, page, hostMemory, nil}, {2 * page, len(data), at, data},
	}
	var out bytes.Buffer
	put := func(v any) { require.NoError(t, binary.Write(&out, binary.LittleEndian, v)) }
	ident := [16]byte{0x7f, 'E', 'L', 'F', byte(h.class), 1, 1}
	if h.class == elf.ELFCLASS64 {
		put(elf.Header64{
			Ident: ident, Type: 2, Machine: h.number, Version: 1, Entry: hostCode, Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 3,
		})
	} else {
		put(elf.Header32{
			Ident: ident, Type: 2, Machine: h.number, Version: 1, Entry: hostCode, Phoff: 52, Flags: eabiVersion5 | eabiHard,
			Ehsize: 52, Phentsize: 32, Phnum: 3,
		})
	}
	for _, s := range segments {
		n, at := len(s.contents), uint64(s.at)
		if h.class == elf.ELFCLASS64 {
			put(elf.Prog64{
				Type: 1, Flags: 7, Off: uint64(s.offset), Vaddr: at, Paddr: at, Filesz: uint64(n), Memsz: uint64(s.size), Align: page,
			})
		} else {
			put(elf.Prog32{
				Type: 1, Flags: 7, Off: uint32(s.offset), Vaddr: s.at, Paddr: s.at, Filesz: uint32(n), Memsz: uint32(s.size), Align: page,
			})
		}
	}
	file := append(out.Bytes(), make([]byte, 2*page+len(data)-out.Len())...)
	copy(file[page:], code)
	copy(file[2*page:], data)
	path := filepath.Join(t.TempDir(), "host"+strconv.Itoa(int(at)))
	require.NoError(t, os.WriteFile(path, file, 0o700))
	return path
}

// comparison is what one of RISU's words compares. pc counts from the image's begin.
type comparison struct {
	pc     uint32
	frame  []byte
	memory []byte
}

// run runs an image at an address, and tells what is compared.
func (h *risuHost) run(t *testing.T, m arch.RISUMachine, data []byte, at uint32) []comparison {
	cmd := exec.Command(needtool.Path(t, h.emulator), "-cpu", h.machine.Config().CPU, h.file(t, data, at))
	out, err := cmd.Output()
	require.NoError(t, err)
	var list []comparison
	for len(out) > 0 {
		require.GreaterOrEqual(t, len(out), h.frame)
		c := comparison{frame: bytes.Clone(out[:h.frame])}
		out = out[h.frame:]
		c.pc = binary.LittleEndian.Uint32(c.frame[h.pc:]) - at
		for _, e := range h.elsewhere {
			clear(c.frame[e[0]:e[1]])
		}
		if op := m.RISUOp(arch.RISUCompareMemory); arch.GetWord(data[c.pc:][:op.Size], m.Layout().Words()) == op.Bits {
			c.memory, out = out[:arch.RISUMemory], out[arch.RISUMemory:]
		}
		list = append(list, c)
	}
	return list
}

// check runs an image, which does the same at two addresses. Registers are loaded with what stands in the pool, and all of
// the image runs. It returns the first frame and the window. make peers asks the same of RISU's own program.
func (h *risuHost) check(t *testing.T) (first, window []byte) {
	t.Helper()
	m, err := image.Machine(h.machine)
	require.NoError(t, err)
	p, err := arch.Generate(m, arch.Options{
		Seed: 2, Count: 5000, BlockLen: image.BlockLen, Rounds: 1, EdgeShare: arch.DefaultEdgeShare, CondShare: arch.DefaultCondShare,
	})
	require.NoError(t, err)
	data, err := image.Write(p)
	require.NoError(t, err)
	here, there := h.run(t, m, data, 0x1000_0000), h.run(t, m, data, 0x2345_0000)
	require.Equal(t, len(here), len(there))
	for i := range here {
		require.Equal(t, here[i], there[i], "comparison %d", i)
	}
	assert.EqualValues(t, len(data)-int(m.RISUOp(arch.RISUEnd).Size), here[len(here)-1].pc, "the end is reached")
	assert.GreaterOrEqual(t, len(here), len(p.Blocks))
	first, window = here[0].frame, p.PoolWindow(&p.Blocks[0], 0)
	assert.Equal(t, window[h.pool:h.pool+h.general], first[:h.general])
	assert.Equal(t, window[:h.wide], first[h.vectors:][:h.wide])
	return first, window
}
