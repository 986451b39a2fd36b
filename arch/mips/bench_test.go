package mips

import (
	"testing"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/archtest"
)

var (
	msa = arch.Config{CPU: "P5600", ISAs: []string{"msa"}}
	all = arch.Config{CPU: "P5600"}
)

func BenchmarkStart(b *testing.B) {
	forget := func() { library = arch.NewLibrary(files) }
	archtest.BenchmarkStart(b, New(), forget, arch.Config{CPU: "P5600"}, arch.Config{CPU: "24Kf"}, arch.Config{CPU: "I6400"})
}

func BenchmarkImageMSA(b *testing.B)   { archtest.BenchmarkImage(b, New(), msa) }
func BenchmarkImageP5600(b *testing.B) { archtest.BenchmarkImage(b, New(), all) }

func TestGeneratesWithoutAllocating(t *testing.T) {
	archtest.GeneratesWithoutAllocating(t, New(), msa)
	archtest.GeneratesWithoutAllocating(t, New(), all)
}

func TestTakesMemoryOfImages(t *testing.T) { archtest.TakesMemoryOfImages(t, New(), all) }

func BenchmarkLoadMachine(b *testing.B) {
	for b.Loop() {
		if _, err := New().Machine(arch.Config{CPU: "P5600"}); err != nil {
			b.Fatal(err)
		}
	}
}
