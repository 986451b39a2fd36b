package mips

import (
	"testing"

	"github.com/risugen/risugen/arch"
)

func BenchmarkGenerateMSA(b *testing.B) {
	m, err := New().Machine(arch.Config{CPU: "P5600"})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	const count = 1_000_000
	for b.Loop() {
		p, err := arch.Generate(m, arch.Options{Seed: 1, Count: count, BlockLen: 24, Rounds: 64})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := m.Emit(p); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*count/b.Elapsed().Seconds(), "insns/s")
}

func BenchmarkLoadMachine(b *testing.B) {
	for b.Loop() {
		if _, err := New().Machine(arch.Config{CPU: "P5600"}); err != nil {
			b.Fatal(err)
		}
	}
}
