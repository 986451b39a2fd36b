package measure

import (
	"fmt"
	"strings"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/semantics"
)

func num(n uint8) string { return fmt.Sprint(n) }

func hex(v semantics.Value) string { return fmt.Sprintf("%016x_%016x", v.Hi, v.Lo) }

// listing is a block as text.
func listing(m arch.Machine, b *arch.Block) string {
	var out []string
	for i := range b.Items {
		out = append(out, m.Disassemble(b.Items[i].Word, 0))
	}
	return strings.Join(out, "; ")
}
