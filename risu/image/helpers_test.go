package image_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/arm"
	"github.com/risugen/risugen/risu/image"
)

// op is RISU's words.
const (
	opCompare = 0x5af0 + iota
	opEnd
	opSetMemory
	opGetMemory
	opCompareMemory
)

// machines are those that tests share: to make one takes a second.
var machines = map[string]arch.Machine{}

func machine(t testing.TB, c arch.Config) arch.Machine {
	t.Helper()
	key := fmt.Sprint(c.CPU, c.ABI, c.Order, c.Reserved)
	if machines[key] == nil {
		m, err := arm.New().Machine(c)
		require.NoError(t, err)
		machines[key] = m
	}
	return machines[key]
}

// program makes a program for RISU.
func program(t testing.TB, m arch.Machine, o arch.Options) *arch.Program {
	t.Helper()
	r, err := image.Machine(m)
	require.NoError(t, err)
	o.BlockLen, o.Rounds = image.BlockLen, 1
	p, err := arch.Generate(r, o)
	require.NoError(t, err)
	return p
}

func write(t testing.TB, p *arch.Program) []byte {
	t.Helper()
	data, err := image.Write(p)
	require.NoError(t, err)
	return data
}
