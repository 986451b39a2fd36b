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
	for line := range strings.Lines(string(text)) {
		at, words, ok := d.dumpLine(line)
		if !ok || d.Halves && (at-d.Address)%slot != d.lead() { // what fills the slot
			continue
		}
		if want := d.at(len(out)); at != want {
			require.Equal(t, want, at)
		}
		out = append(out, words)
	}
	require.Len(t, out, len(words), "objdump did not print every word")
	return out
}

// dumpLine takes a line of objdump's for a word apart: its address, and the text behind the word. There are hundreds of
// thousands of them: no regular expression.
func (d *Dialect) dumpLine(line string) (at uint64, text string, ok bool) {
	first, rest, _ := strings.Cut(line, ":\t")
	word, text, ok := strings.Cut(rest, "\t")
	at, err := strconv.ParseUint(strings.TrimLeft(first, " "), 16, 64)
	return at, strings.TrimSuffix(text, "\n"), ok && err == nil && d.isWord(strings.TrimRight(word, " "))
}

// isWord reports whether a text is the hexadecimal digits of a word, or of one or two halves.
func (d *Dialect) isWord(s string) bool {
	size := len(s) == 8
	if d.Halves {
		size = len(s) == 4 || len(s) == 9 && s[4] == ' '
	}
	return size && strings.Trim(s, "0123456789abcdef ") == ""
}
