package oracle

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

// byteOrder is a byte order and the option for it.
func byteOrder(name string) (binary.ByteOrder, string) {
	if name == "big" {
		return binary.BigEndian, "-EB"
	}
	return binary.LittleEndian, "-EL"
}

// Disassemble compares our text with objdump's, and lists what differs.
func (d *Dialect) Disassemble(t *testing.T, order string, cs []Case) (bad []string) {
	words := make([]uint64, len(cs))
	for i, c := range cs {
		words[i] = c.Word
	}
	for i, got := range d.Dump(t, order, words) {
		if c := &cs[i]; got != c.Text {
			bad = append(bad, fmt.Sprintf("%s: %08x: ours %q, objdump %q", c.Insn, c.Word, c.Text, got))
		}
	}
	return bad
}

// Dump is what objdump prints for words that follow one another from Address on, as Normal makes it.
func (d *Dialect) Dump(t *testing.T, order string, words []uint64) []string {
	out := d.DumpRaw(t, order, words)
	for i := range out {
		out[i] = d.Normal(out[i])
	}
	return out
}

// DumpRaw is what objdump prints behind address and word, as it stands.
func (d *Dialect) DumpRaw(t *testing.T, order string, words []uint64) []string {
	file := filepath.Join(t.TempDir(), "words")
	o, flag := byteOrder(order)
	require.NoError(t, os.WriteFile(file, d.image(o, words), 0o600))
	text, err := exec.Command(needtool.Path(t, d.Prefix+"objdump"), "-D", "-z", "-b", "binary", "-m", d.Machine, flag,
		"-M", d.Options, fmt.Sprintf("--adjust-vma=%#x", d.Address), file).Output()
	require.NoError(t, err)
	var out []string
	for _, line := range strings.Split(string(text), "\n") {
		if m := d.dumpLine().FindStringSubmatch(line); m != nil {
			at, err := strconv.ParseUint(m[1], 16, 64)
			require.NoError(t, err)
			if d.Halves && (at-d.Address)%slot != d.lead() {
				continue // what fills the slot
			}
			require.Equal(t, d.at(len(out)), at)
			out = append(out, m[3])
		}
	}
	require.Len(t, out, len(words), "objdump did not print every word")
	return out
}
