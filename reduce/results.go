package reduce

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/risugen/risugen/runtime"
)

// inputLines lists what an instruction read.
func inputLines(values []runtime.Value) string {
	var b strings.Builder
	for _, v := range values {
		value := v.Value
		if value == "" {
			value = "(not recorded)"
		}
		fmt.Fprintf(&b, "%-8s %-8s %s\n", v.Operand, v.Place, value)
	}
	return b.String()
}

// resultLines lists what both sides made of it, with the digits marked that differ.
func resultLines(m *runtime.Mismatch) string {
	var b strings.Builder
	for _, d := range m.Outputs {
		name := d.Operand
		if name == "" {
			name = "?"
		}
		head := fmt.Sprintf("%-8s %-8s ", name, d.Place)
		if d.Master == d.Apprentice {
			fmt.Fprintf(&b, "%sboth        %s\n", head, d.Master)
			continue
		}
		blank := strings.Repeat(" ", len(head))
		fmt.Fprintf(&b, "%smaster      %s\n%sapprentice  %s\n", head, d.Master, blank, d.Apprentice)
		fmt.Fprintf(&b, "%s            %s\n", blank, strings.TrimRight(marks(d.Master, d.Apprentice), " "))
		bitLines(&b, blank, d.Master, d.Apprentice)
		if d.Via != "" {
			fmt.Fprintf(&b, "%sseen through %s\n", blank, d.Via)
		}
	}
	if m.Master != nil || m.Apprentice != nil {
		if m.Kind != runtime.KindFault {
			b.WriteString("the round ended with\n")
		}
		fmt.Fprintf(&b, "master      %s\napprentice  %s\n", fault(m.Master), fault(m.Apprentice))
	}
	if b.Len() == 0 {
		return "control did not come to the end of the block on one side"
	}
	return b.String()
}

// marks has a ^ below each digit that differs.
func marks(a, b string) string {
	out := []byte(strings.Repeat(" ", max(len(a), len(b))))
	for i := range out {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			out[i] = '^'
		}
	}
	return string(out)
}

// fewBinary is up to which value numbers are written in binary, too.
const fewBinary = 1 << 16

// bitLines writes which bits differ: all of them where they are few, and the numbers in binary where these are small.
func bitLines(b *strings.Builder, blank, master, apprentice string) {
	x, ok := new(big.Int).SetString(master, 16)
	y, ok2 := new(big.Int).SetString(apprentice, 16)
	if !ok || !ok2 || len(master) != len(apprentice) {
		return
	}
	diff := new(big.Int).Xor(x, y)
	var names []string
	for i := diff.BitLen() - 1; i >= 0; i-- {
		if diff.Bit(i) != 0 {
			names = append(names, fmt.Sprint(i))
		}
	}
	fmt.Fprintf(b, "%sxor         %0*x", blank, len(master), diff)
	if len(names) <= 8 {
		fmt.Fprintf(b, "  bit %s", strings.Join(names, ", "))
	}
	b.WriteString("\n")
	if limit := big.NewInt(fewBinary); x.Cmp(limit) < 0 && y.Cmp(limit) < 0 {
		n := max(1, x.BitLen(), y.BitLen())
		fmt.Fprintf(b, "%sbinary      %0*b master\n%s            %0*b apprentice\n", blank, n, x, blank, n, y)
	}
}

func fault(f *runtime.Fault) string {
	if f == nil {
		return "no fault"
	}
	return fmt.Sprintf("%s (code %d) at %s", f.Signal, f.Code, f.PC)
}
