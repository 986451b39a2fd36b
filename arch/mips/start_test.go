package mips

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/archtest"
)

func TestDescriptionsAreSound(t *testing.T) { archtest.DescriptionsAreSound(t, New()) }

func TestSamplersAreMadeLate(t *testing.T) {
	for _, cpu := range []string{"P5600", "mips64dspr2"} {
		n, all := archtest.OnlyDrawnIsSampled(t, New(), arch.Config{CPU: cpu}, "ADDU")
		assert.LessOrEqual(t, n, 2, "%s of %d", cpu, all)
	}
}

func TestOnlyItsFilesAreParsed(t *testing.T) {
	library = arch.NewLibrary(files)
	archtest.OnlyItsFilesAreParsed(t, New(), arch.Config{CPU: "P5600"}, 3)
	library = arch.NewLibrary(files)
	archtest.OnlyItsFilesAreParsed(t, New(), arch.Config{CPU: "24Kc"}, 1)
}
