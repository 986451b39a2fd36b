package mips

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

func TestGenerateMSA(t *testing.T) {
	m, err := New().Machine(arch.Config{CPU: "P5600"})
	require.NoError(t, err)
	p, err := arch.Generate(m, arch.Options{Seed: 1, Count: 2000, BlockLen: 24, Rounds: 4})
	require.NoError(t, err)
	_, err = m.Emit(p)
	require.NoError(t, err)
	for i := range p.Blocks[:2] {
		for _, it := range p.Blocks[i].Items {
			if it.Kind == arch.Test {
				t.Log(it.Kind, m.Set().Insns[it.Insn].Disassemble(it.Word, 0))
			} else {
				t.Logf("%s %08x", it.Kind, it.Word)
			}
		}
	}
}
