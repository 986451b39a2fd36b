package arm

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/archtest"
)

func TestDescriptionsAreSound(t *testing.T) { archtest.DescriptionsAreSound(t, New()) }

func TestSamplersAreMadeLate(t *testing.T) {
	for _, abi := range []string{"lp64", "eabi", "thumb"} {
		n, all := archtest.OnlyDrawnIsSampled(t, New(), arch.Config{CPU: "cortex-a53", ABI: abi}, "CLZ")
		assert.LessOrEqual(t, n, 2, "%s of %d", abi, all)
	}
}

func TestOnlyItsFilesAreParsed(t *testing.T) {
	forget()
	archtest.OnlyItsFilesAreParsed(t, New(), arch.Config{CPU: "cortex-a15", ABI: "thumb"}, 6)
	forget()
	archtest.OnlyItsFilesAreParsed(t, New(), arch.Config{CPU: "cortex-a15", ABI: "eabi"}, 4)
}
