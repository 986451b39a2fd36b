package archtest

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

// RecordsGoThroughMemory runs images of a machine in all ways that arch.ShareFD tells of: what comes through memory must be what
// comes through the pipe, byte by byte, and no other file may be touched.
func RecordsGoThroughMemory(t *testing.T, a arch.Arch, emulator string, c arch.Config, o arch.Options) {
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
	out, records, _ := s.run(t, file)
	require.True(t, bytes.Equal(plain, records), "records in memory")
	require.Less(t, len(out), len(plain)/1000)

	for name, other := range map[string][]byte{
		"another file": bytes.Repeat([]byte("another file "), arch.ShareBytes/13+1), "an empty file": {}, "a short file": img.Digest[:arch.DigestSize-1],
		"another image's": append(append(img.Digest[:31:31], img.Digest[31]^1), file[32:]...),
	} {
		out, records, after := s.run(t, other)
		require.Empty(t, records, name)
		require.True(t, bytes.Equal(plain, out), name)
		require.True(t, bytes.Equal(other, after), "%s is as it was", name)
	}
}

// sharing runs an image with a file as arch.ShareFD.
type sharing struct {
	command []string
	img     *runtime.Image
}

// run returns what comes through standard output, the records that handovers announce, and what the file holds in the end.
func (s *sharing) run(t *testing.T, contents []byte) (out, records, after []byte) {
	path := filepath.Join(t.TempDir(), "memory")
	require.NoError(t, os.WriteFile(path, contents, 0o600))
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	defer f.Close()
	theirs, credit, err := os.Pipe()
	require.NoError(t, err)
	defer credit.Close()
	_, err = credit.Write(make([]byte, arch.ShareSlots-1))
	require.NoError(t, err)
	cmd := exec.Command(s.command[0], s.command[1:]...)
	cmd.ExtraFiles = []*os.File{f, theirs}
	pipe, err := cmd.StdoutPipe()
	require.NoError(t, err)
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
	after, err = os.ReadFile(path)
	require.NoError(t, err)
	return out, records, after
}
