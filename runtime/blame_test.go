package runtime_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/runtime"
)

// vaddWritesMore lets every VADD change a second vector register.
func vaddWritesMore(p *arch.Program) toy.Hook {
	vadd := p.Machine.Set().ByName("VADD")[0].Pattern
	return func(s *toy.Step) {
		if vadd.Matches(uint64(s.Word)) {
			to := (vadd.Extract(uint64(s.Word), nil)[0] + 1) % 8
			s.CPU.V[to] ^= 1 << 40
		}
	}
}

// TestCulpritIsACandidate: what changes a register that it does not name must be among the candidates,
// and an innocent instruction that reads the register must not be blamed instead of it.
func TestCulpritIsACandidate(t *testing.T) {
	img := toyImage(t, "little", arch.Options{Seed: 3, Count: 400, BlockLen: 4, Rounds: 4, Select: arch.Selection{Patterns: []string{"VADD", "VSUB", "ADD"}}})
	r, _ := toyRun(t, img, vaddWritesMore(img.Program))
	require.True(t, r.Failed())
	changes := 0
	for _, f := range r.Findings {
		if f.Kind == runtime.FindingChange {
			changes++
			require.Contains(t, f.Candidates, "VADD")
		}
	}
	require.Positive(t, changes)
	undeclared := 0
	for _, m := range r.MismatchList {
		if m.Kind == runtime.KindUndeclared {
			undeclared++
			require.Contains(t, m.Candidates, "VADD")
			require.Empty(t, m.Pattern)
			require.Equal(t, -1, m.Item)
		}
	}
	require.Positive(t, undeclared)
}

// keepChanges overwrites the register that keeps the initial status, after the first word of each block.
func keepChanges(p *arch.Program) toy.Hook {
	l := p.Machine.Layout()
	return func(s *toy.Step) {
		if s.Index == 0 {
			s.CPU.R[l.Keeps[p.Blocks[s.Block].Base][0]] ^= 0x10000
		}
	}
}

func TestHarnessRegistersAreChecked(t *testing.T) {
	img := toyImage(t, "big", arch.Options{
		Seed: 3, Count: 100, BlockLen: 4, Rounds: 2, Select: arch.Selection{NotPatterns: []string{"BEQF"}}, // what its slot holds is blamed for all
	})
	hook := keepChanges(img.Program)
	r, err := runtime.Run(context.Background(), img, &toyTarget{hook: hook}, &toyTarget{hook: hook}, runtime.Options{})
	require.NoError(t, err)
	require.Zero(t, r.Mismatches)
	require.True(t, slices.ContainsFunc(r.Findings, func(f *runtime.Finding) bool { return f.Kind == runtime.FindingStray }))
	r, _ = toyRun(t, img, hook)
	require.Positive(t, r.Mismatches)
	for _, m := range r.MismatchList {
		require.Equal(t, runtime.KindStray, m.Kind)
	}
}
