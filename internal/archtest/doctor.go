package archtest

import (
	"bytes"
	"debug/elf"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime"
)

// Doctored is a target that runs an image in which other words stand at some addresses of its blocks. command runs images.
func Doctored(t *testing.T, img *runtime.Image, command []string, words map[uint64]arch.Word) *runtime.Exec {
	t.Helper()
	file := filepath.Join(t.TempDir(), "doctored")
	require.NoError(t, os.WriteFile(file, doctor(t, img, words), 0o755))
	return &runtime.Exec{Command: []string{"sh", "-c", "exec " + strings.Join(command, " ") + " " + file, "{}"}}
}

// doctor returns the image's file with the words changed. Its digest stays: the target is to believe in it.
func doctor(t *testing.T, img *runtime.Image, words map[uint64]arch.Word) []byte {
	t.Helper()
	data := append([]byte(nil), img.Data...)
	first := img.Program.Blocks[0].Addr // the others follow it in the file, too
	at := fileOffset(t, img.Data, first)
	for addr, w := range words {
		copy(data[at+addr-first:], arch.AppendWord(nil, w, img.Program.Machine.Layout().Words()))
	}
	return data
}

// ItemAddress is where an item of a block stands.
func ItemAddress(p *arch.Program, block, item int) uint64 { return addresses(&p.Blocks[block])[item] }

// fileOffset returns where in an ELF file the byte of an address stands.
func fileOffset(t *testing.T, file []byte, addr uint64) uint64 {
	f, err := elf.NewFile(bytes.NewReader(file))
	require.NoError(t, err)
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && addr >= p.Vaddr && addr < p.Vaddr+p.Filesz {
			return addr - p.Vaddr + p.Off
		}
	}
	t.Fatalf("no byte of the file has address %#x", addr)
	return 0
}
