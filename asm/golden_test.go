package asm_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/arm"
	"github.com/risugen/risugen/arch/mips"
	"github.com/risugen/risugen/asm"
	"github.com/risugen/risugen/internal/archtest"
)

var update = flag.Bool("update", false, "write testdata/*.s")

// goldens are programs whose sources stand in testdata, to be looked at.
var goldens = []struct {
	file    string
	row     row
	options arch.Options
	about   asm.About
}{
	{
		"fmadd-msa.s", row{arch: mips.New(), cpu: "P5600", abi: "o32fp64", order: "little"},
		arch.Options{Seed: 4, Count: 1, Select: arch.Selection{Patterns: []string{"FMADD"}}},
		asm.About{
			Name: "fmadd", Title: "FMADD: the result differs",
			Sides: []asm.Side{
				{Name: "master (qemu-mipsel -cpu P5600):", Lines: []string{"as it is printed here"}},
				{Name: "apprentice (other-qemu-mipsel -cpu P5600):", Lines: []string{"another number"}},
			},
			Reproduce: []string{"risugen run fmadd.img --master 'qemu-mipsel -cpu P5600' --apprentice 'other-qemu-mipsel -cpu P5600'"},
		},
	},
	{
		"stp-a64.s", row{arch: arm.New(), cpu: "cortex-a72", abi: "lp64", order: "little"},
		arch.Options{Seed: 2, Count: 1, Select: arch.Selection{Patterns: []string{"STP_post"}}},
		asm.About{Name: "stp", Title: "STP with post-index: memory differs"},
	},
	{
		"adc-thumb.s", row{arch: arm.New(), cpu: "cortex-a15", abi: "thumb", order: "little"},
		arch.Options{Seed: 8, Count: 3, Select: arch.Selection{Patterns: []string{"IT", "ADC_reg"}}},
		asm.About{Name: "adc", Title: "ADC in an IT block", Expected: "the flags are left alone"},
	},
}

// TestGoldenSources: sources are as they were when somebody looked at them.
func TestGoldenSources(t *testing.T) {
	for _, g := range goldens {
		t.Run(g.file, func(t *testing.T) {
			g.options.BlockLen, g.options.Rounds = 4, 1
			p := archtest.Generate(t, g.row.arch, g.row.config(), g.options)
			var out bytes.Buffer
			require.NoError(t, asm.Write(&out, p, g.about))
			path := filepath.Join("testdata", g.file)
			if *update {
				require.NoError(t, os.WriteFile(path, out.Bytes(), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, string(want), out.String())
		})
	}
}
