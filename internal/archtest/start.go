package archtest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints/syntax"
	"github.com/risugen/risugen/decodetree"
	"github.com/risugen/risugen/runtime"
)

// BenchmarkStart measures what a program does between its start and an image of 100 instructions for each of some
// machines: it reads the descriptions, generates and lays the image out. forget makes the architecture forget what it has
// read.
func BenchmarkStart(b *testing.B, a arch.Arch, forget func(), configs ...arch.Config) {
	for _, c := range configs {
		name := c.CPU
		if c.ABI != "" {
			name += "-" + c.ABI
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				forget()
				syntax.Forget()
				m, err := a.Machine(c)
				require.NoError(b, err)
				p, err := arch.Generate(m, arch.Options{Seed: 1, Count: 100, BlockLen: 24, Rounds: 64, EdgeShare: arch.DefaultEdgeShare})
				require.NoError(b, err)
				_, err = runtime.Build(p, "benchmark")
				require.NoError(b, err)
			}
		})
	}
}

// DescriptionsAreSound makes all that the loading of an architecture's own descriptions leaves until it is asked for, for every
// model: machines rely on it that there is no fault.
func DescriptionsAreSound(t *testing.T, a arch.Arch) {
	for _, cpu := range a.CPUs() {
		for _, abi := range cpu.ABIs() {
			for _, reserved := range []bool{false, true} {
				m, err := a.Machine(arch.Config{CPU: cpu.Name, ABI: abi, Reserved: reserved})
				require.NoError(t, err)
				require.NoError(t, m.Set().Check(), "%s %s", cpu.Name, abi)
			}
		}
	}
}

// OnlyDrawnIsSampled generates instructions of one pattern and returns for how many of a machine's samplers were made.
func OnlyDrawnIsSampled(t *testing.T, a arch.Arch, c arch.Config, pattern string) (sampled, all int) {
	p := Generate(t, a, c, arch.Options{Seed: 1, Count: 100, BlockLen: 24, Rounds: 64, Select: arch.Selection{Patterns: []string{pattern}}})
	set := p.Machine.Set()
	return len(set.Sampled()), len(set.Insns)
}

// OnlyItsFilesAreParsed makes a machine of an architecture that has forgotten all files, and wants so many of them to be parsed.
func OnlyItsFilesAreParsed(t *testing.T, a arch.Arch, c arch.Config, files int) {
	t.Helper()
	before := decodetree.Parses()
	m, err := a.Machine(c)
	require.NoError(t, err)
	_, err = arch.Generate(m, arch.Options{Seed: 1, Count: 10, BlockLen: 24, Rounds: 64})
	require.NoError(t, err)
	_, err = a.Machine(c)
	require.NoError(t, err)
	require.Equal(t, int64(files), decodetree.Parses()-before, "%s %s", c.CPU, c.ABI)
}
