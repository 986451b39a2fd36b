package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

// trapReport is what check --json must say of blocks with traps.
type trapReport struct {
	TrapBlocks      int              `json:"trap_blocks"`
	FaultsBySignal  map[string]int64 `json:"faults_by_signal"`
	CauseDifference *int64           `json:"cause_differences"`
	Descriptions    []string         `json:"descriptions"`
}

// TestFPTraps: what floating-point exceptions do is the same in both ways of translating. MSA, whose exceptions the
// emulator does not survive, is left out of blocks with traps.
func TestFPTraps(t *testing.T) {
	needtool.Slow(t)
	for cpu, emulator := range map[string]string{
		"24Kf": "qemu-mipsel", "74Kf": "qemu-mipsel", "P5600": "qemu-mipsel", "mips32r6-generic": "qemu-mipsel",
		"R4000": "qemu-mips64el", "MIPS64R2-generic": "qemu-mips64el", "Loongson-3A4000": "qemu-mips64el", "I6400": "qemu-mips64el",
	} {
		needtool.Path(t, emulator)
		check := func(share string) (r trapReport) {
			out := command("", "check", "--cpu", cpu, "-n", "1000", "--rounds", "16", "--seed", "4", "--fp-traps", share, "--json")
			require.Zero(t, out.code, out.out+out.err)
			require.NoError(t, json.Unmarshal([]byte(out.out), &r))
			return r
		}
		r := check("0.6")
		assert.Positive(t, r.TrapBlocks, cpu)
		assert.Positive(t, r.FaultsBySignal["SIGFPE"], cpu)
		require.NotNil(t, r.CauseDifference)
		assert.Zero(t, *r.CauseDifference, cpu)
		const without = "known difference msa-fpe-dies"
		if cpu == "P5600" || cpu == "Loongson-3A4000" || cpu == "I6400" {
			assert.Contains(t, r.Descriptions, without, cpu)
		}
		r = check("0")
		assert.Zero(t, r.TrapBlocks, cpu)
		assert.NotContains(t, r.Descriptions, without, cpu)
	}
}

// TestFPTrapsOfMSA: where the list of known differences is left out MSA is among them, and the emulator's end is an error.
func TestFPTrapsOfMSA(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	args := []string{"check", "--cpu", "P5600", "--isa", "msa", "-n", "100", "--seed", "1", "--fp-traps", "1"}
	r := command("", args...)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "nothing that is drawn can raise an exception")
	r = command("", append(args, "--no-known")...)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "unhandled CPU exception")
}
