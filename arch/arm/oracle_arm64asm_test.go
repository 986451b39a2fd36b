package arm

import (
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/arch/arm64/arm64asm"

	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/internal/oracle"
)

// arm64asmAgrees compares mnemonics with those of Go's own disassembler, for random legal words of each pattern: a
// second oracle, made from the manual and not from binutils. It knows few extensions, and prints preferred
// aliases: the table has the instruction that each stands for.
func arm64asmAgrees(t *testing.T, d *oracle.Dialect, aliases map[string]string) {
	needtool.Slow(t)
	cs := d.Cases(d.Set(t).Patterns(), oracle.Words)
	count, known, unknown := 0, map[string]bool{}, map[string]bool{}
	for _, c := range cs {
		unknown[c.Insn.Name()] = true
		inst, err := arm64asm.Decode(binary.LittleEndian.AppendUint32(nil, uint32(c.Word)))
		if err != nil {
			continue
		}
		count++
		ours, _, _ := strings.Cut(c.Text, " ")
		theirs, _, _ := strings.Cut(arm64asm.GNUSyntax(inst), " ")
		if theirs != ours && aliases[theirs] != ours && !known[c.Insn.Name()] {
			t.Errorf("%s: %08x: ours %q, arm64asm %q", c.Insn, c.Word, c.Text, arm64asm.GNUSyntax(inst))
		}
		known[c.Insn.Name()] = true
	}
	maps.DeleteFunc(unknown, func(name string, _ bool) bool { return known[name] })
	t.Logf("%d names, %d of %d words known; of these names none: %v", len(known), count, len(cs), slices.Sorted(maps.Keys(unknown)))
}
