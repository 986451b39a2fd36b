package runtime

import (
	"bytes"
	"debug/elf"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/needtool"
)

func TestImageRoundTrip(t *testing.T) {
	eachOrder(t, func(t *testing.T, order string) {
		img := toyImage(t, order, small(1))
		got, err := Load(img.Data, toyMachine)
		require.NoError(t, err)
		require.Equal(t, img.Digest, got.Digest)
		require.Equal(t, "test", got.Tool)
		require.Equal(t, img.Program.Blocks, got.Program.Blocks)
		require.Equal(t, img.Program.Pool, got.Program.Pool)
		require.Equal(t, img.Program.Rounds, got.Program.Rounds)
		require.Equal(t, img.Data, toyImage(t, order, small(1)).Data, "an image is a pure function of its program")
		require.NotEqual(t, img.Digest, toyImage(t, order, small(2)).Digest)
	})
}

func TestImageFile(t *testing.T) {
	img := toyImage(t, "little", small(1))
	dir := t.TempDir()
	path := filepath.Join(dir, "a.img")
	require.NoError(t, img.WriteFile(path))
	st, err := os.Stat(path)
	require.NoError(t, err)
	like := filepath.Join(t.TempDir(), "like")
	require.NoError(t, os.WriteFile(like, nil, 0o755))
	want, err := os.Stat(like)
	require.NoError(t, err)
	require.Equal(t, want.Mode().Perm(), st.Mode().Perm(), "all may run it whom the mask of files allows")
	got, err := Open(path, toyMachine)
	require.NoError(t, err)
	require.Equal(t, path, got.Path)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1, "no temporary file is left")
	require.Error(t, img.WriteFile(filepath.Join(dir, "none", "a.img")))
}

// TestImageChanged flips bits all over the file: each must be noticed, most as a wrong digest.
func TestImageChanged(t *testing.T) {
	needtool.Slow(t)
	img := toyImage(t, "little", small(1))
	for at := 0; at < len(img.Data); at += 997 {
		data := bytes.Clone(img.Data)
		data[at] ^= 1 << (at % 8)
		_, err := Load(data, toyMachine)
		require.Error(t, err, "byte %d", at)
	}
	data := bytes.Clone(img.Data)
	data[len(data)-1] ^= 0x80 // the last section header says nothing that loading depends on
	_, err := Load(data, toyMachine)
	require.ErrorContains(t, err, "changed after it was made")
	_, err = LoadUnchecked(data, toyMachine)
	require.NoError(t, err)
	for n := 0; n < len(img.Data); n += len(img.Data)/50 + 1 {
		_, err := LoadUnchecked(img.Data[:n], toyMachine)
		require.Error(t, err, "cut off at %d", n)
	}
}

func TestImageHeaders(t *testing.T) {
	eachOrder(t, func(t *testing.T, order string) {
		img := toyImage(t, order, small(1))
		f, err := elf.NewFile(bytes.NewReader(img.Data))
		require.NoError(t, err)
		require.Equal(t, elf.ELFCLASS32, f.Class)
		require.Equal(t, elf.ET_EXEC, f.Type)
		require.NotNil(t, f.Section(".note.risugen"))
		text := f.Section(".text")
		require.NotNil(t, text)
		require.Equal(t, f.Entry, text.Addr)
		loads := 0
		for _, p := range f.Progs {
			if p.Type == elf.PT_LOAD {
				loads++
				require.Equal(t, p.Vaddr%pageAlign, p.Off%pageAlign)
			}
		}
		require.Equal(t, 4, loads)
	})
}

// TestELF64 lays out what the toy architecture does not need.
func TestELF64(t *testing.T) {
	m, err := toyMachine(arch.Config{Order: "big"})
	require.NoError(t, err)
	code := &arch.Code{
		Machine: 8, Is64: true, Flags: 0x123, Entry: 0x1_0000_0000,
		Segments: []arch.Segment{
			{Addr: 0x2_0000_1230, Data: make([]byte, 40), MemSize: 0x20000, Write: true},
			{Addr: 0x1_0000_0000, Data: []byte("code"), Exec: true},
			{Addr: 0x3_0000_0000, MemSize: 0x100, NoAccess: true},
		},
		Headers:       []arch.Header{{Type: 0x70000003, Align: 8, Data: []byte("extra header")}},
		DigestSegment: 0, DigestOffset: 8,
	}
	w, err := newELFWriter(code, m.Layout())
	require.NoError(t, err)
	data, at, err := w.file(plainContents("table"), &imageInfo{})
	require.NoError(t, err)
	f, err := elf.NewFile(bytes.NewReader(data))
	require.NoError(t, err)
	require.Equal(t, elf.ELFCLASS64, f.Class)
	require.Equal(t, elf.ELFDATA2MSB, f.Data)
	require.EqualValues(t, 0x70000003, f.Progs[0].Type)
	extra := make([]byte, 12)
	_, err = f.Progs[0].ReadAt(extra, 0)
	require.NoError(t, err)
	require.Equal(t, "extra header", string(extra))
	require.Equal(t, code.Entry, f.Progs[1].Vaddr, "segments stand in the order of addresses")
	require.EqualValues(t, 0x20000, f.Progs[2].Memsz)
	require.EqualValues(t, 40, f.Progs[2].Filesz)
	require.EqualValues(t, f.Progs[2].Off+8, at)
	require.Equal(t, elf.ProgFlag(0), f.Progs[3].Flags)
	require.EqualValues(t, 0x100, f.Progs[3].Filesz, "memory that nobody may touch is not zero-filled by the loader")

	code.Segments[2].Addr = 0x2_0002_0000
	_, err = newELFWriter(code, m.Layout())
	require.ErrorContains(t, err, "shares a page")
	code.DigestOffset = 9
	_, err = newELFWriter(code, m.Layout())
	require.ErrorContains(t, err, "digest")
}

func TestBuildEmpty(t *testing.T) {
	m, err := toyMachine(arch.Config{Order: "big"})
	require.NoError(t, err)
	_, err = Build(&arch.Program{Machine: m}, "")
	require.Error(t, err)
}

func FuzzLoad(f *testing.F) {
	for _, order := range orders {
		f.Add(toyImage(f, order, arch.Options{Seed: 1, Count: 10, BlockLen: 4, Rounds: 2}).Data)
	}
	f.Add([]byte(elf.ELFMAG))
	f.Fuzz(func(t *testing.T, data []byte) {
		img, err := LoadUnchecked(data, toyMachine)
		if err != nil {
			return
		}
		pl := newPlanner(img.Program)
		for b := range img.Program.Blocks {
			pl.next(b)
		}
	})
}
