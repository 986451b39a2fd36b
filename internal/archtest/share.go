//go:build linux

package archtest

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

// RecordsGoThroughMemory runs images of a machine in all ways that arch.ShareFD tells of: what comes through memory must be what
// comes through the pipe, byte by byte, and no other file may be touched.
func RecordsGoThroughMemory(t *testing.T, a arch.Arch, emulator string, c arch.Config, o arch.Options) {
	execWithoutSplicing()
	p := Generate(t, a, c, o)
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "image")
	require.NoError(t, img.WriteFile(path))
	s := sharing{command: []string{needtool.Path(t, emulator), "-cpu", c.CPU, path}, img: img}
	plain, err := exec.Command(s.command[0], s.command[1:]...).Output()
	require.NoError(t, err)
	require.Greater(t, len(plain), 3*arch.ShareBytes, "every slot is to be used again")

	file := append(img.Digest[:], make([]byte, arch.ShareBytes-arch.DigestSize)...)
	out, records, _ := s.run(t, file, 0)
	require.True(t, bytes.Equal(plain, records), "records in memory")
	require.Less(t, len(out), len(plain)/1000)
	for _, byte := range []int{0, 7, 8, 15} {
		out, records, _ := s.run(t, file, 1<<byte)
		require.Empty(t, records, "another standard output")
		require.True(t, bytes.Equal(plain, out))
	}

	for name, other := range map[string][]byte{
		"another file": bytes.Repeat([]byte("another file "), arch.ShareBytes/13+1), "an empty file": {}, "a short file": img.Digest[:arch.DigestSize-1],
		"another image's": append(append(img.Digest[:31:31], img.Digest[31]^1), file[32:]...),
	} {
		out, records, untouched := s.run(t, other, 0)
		require.Empty(t, records, name)
		require.True(t, bytes.Equal(plain, out), name)
		require.True(t, untouched, name)
	}
	s.spliced(t, plain)
}

// sharing runs an image with a file as arch.ShareFD.
type sharing struct {
	command []string
	img     *runtime.Image
}

// run returns what comes through standard output, the records that handovers announce, and whether the file is as it was.
//
// Bytes of what says which file standard output is are wrong, as a mask says.
func (s *sharing) run(t *testing.T, contents []byte, wrong int) (out, records []byte, untouched bool) {
	path := filepath.Join(t.TempDir(), "memory")
	theirs, credit, err := os.Pipe()
	require.NoError(t, err)
	defer credit.Close()
	_, err = credit.Write(make([]byte, arch.ShareSlots-1))
	require.NoError(t, err)
	cmd := exec.Command(s.command[0], s.command[1:]...)
	pipe, err := cmd.StdoutPipe()
	require.NoError(t, err)
	contents = s.withOutput(t, contents, pipe.(*os.File), arch.ShareMapped, wrong)
	require.NoError(t, os.WriteFile(path, contents, 0o600))
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	defer f.Close()
	cmd.ExtraFiles = []*os.File{f, theirs}
	require.NoError(t, cmd.Start())
	theirs.Close()
	order := s.img.Program.Machine.Layout().Order
	head := make([]byte, arch.HandoverSize)
	for slot := 0; ; slot = (slot + 1) % arch.ShareSlots {
		if _, err := io.ReadFull(pipe, head); err == io.EOF {
			break
		}
		if order.Uint32(head) != arch.RecordMagic|uint32(arch.RecordHanded) {
			rest, err := io.ReadAll(pipe)
			require.NoError(t, err)
			out = append(append(out, head...), rest...)
			break
		}
		out = append(out, head...)
		size := int(order.Uint32(head[4:]))
		require.LessOrEqual(t, size, arch.ShareSlot)
		b := make([]byte, size)
		_, err := f.ReadAt(b, int64(slot*arch.ShareSlot))
		require.NoError(t, err)
		records = append(records, b...)
		_, err = credit.Write([]byte{0})
		if err != nil {
			require.ErrorContains(t, err, "broken pipe") // it has ended
		}
	}
	require.NoError(t, cmd.Wait())
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	return out, records, bytes.Equal(contents, after)
}

// withOutput says which file standard output is, but that bytes of it are wrong, and how memory is shared.
func (s *sharing) withOutput(t *testing.T, contents []byte, output *os.File, how uint32, wrong int) []byte {
	if len(contents) < arch.ShareHead {
		return contents
	}
	info, err := output.Stat()
	require.NoError(t, err)
	st := info.Sys().(*syscall.Stat_t)
	out := bytes.Clone(contents)
	dev := uint64(st.Dev)
	arch.PutShareHead(out, s.img.Program.Machine.Layout().Order, [arch.DigestSize]byte(contents), st.Ino, unix.Major(dev), unix.Minor(dev), how)
	for i := range arch.ShareHead - arch.DigestSize {
		out[arch.DigestSize+i] ^= byte(wrong >> i & 1)
	}
	return out
}
