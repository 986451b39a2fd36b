package probe

import (
	"fmt"

	"github.com/risugen/risugen/arch"
)

// Insn is an instruction of a case as it ran.
type Insn struct {
	Word        uint64
	Size        int // bytes
	Address     uint64
	Disassembly string
	Pattern     string
	Source      string // file and line of the pattern
	Arguments   []string
	Replaced    bool // the word is not the one that was given: a distance that fits the image stands in it
	Reserved    bool // it is run as a word that must fault
}

// Insns lists the instructions of a case.
func (b *Batch) Insns(i int) []Insn {
	var out []Insn
	block, c := &b.Image.Program.Blocks[i], b.Cases[i]
	addr := block.Addr
	for _, it := range block.Items {
		if it.Kind.UnderTest() {
			in := b.p.m.Set().Insns[it.Insn]
			x := Insn{
				Word: it.Word, Size: int(it.Size), Address: addr, Disassembly: in.Disassemble(it.Word, addr),
				Pattern: in.Name(), Source: in.Pattern.Pos.String(), Replaced: it.Word != c.Words[len(out)].Word, Reserved: it.Kind == arch.Reserved,
			}
			for n, v := range in.Pattern.Extract(it.Word, nil) {
				x.Arguments = append(x.Arguments, fmt.Sprintf("%s=%d", in.Pattern.Args[n].Name, v))
			}
			out = append(out, x)
		}
		addr += uint64(it.Size)
	}
	return out
}
