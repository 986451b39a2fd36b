package runtime

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
)

// The toy's status register, as its layout has it, and its signal.
const (
	toyEnables = 0x600
	toyCauses  = 0x3000
	toySIGFPE  = 8
)

var trapping = arch.Options{Seed: 11, Count: 400, BlockLen: 10, Rounds: 12, TrapShare: 0.7}

// wrongTrap is what goes wrong in a toy: see toy.Interpreter.WrongTrap.
type wrongTrap func(s *toy.Step, signal uint32) uint32

// trapStream runs an image on a toy whose traps go wrong.
func trapStream(t *testing.T, img *Image, wrong wrongTrap) []byte {
	t.Helper()
	in, err := toy.NewInterpreter(img.Program.Machine.Layout().Order)
	require.NoError(t, err)
	in.WrongTrap = wrong
	mem, err := img.Memory()
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, in.Run(mem, &out))
	return out.Bytes()
}

// trapRun compares a toy whose traps may go wrong with another one.
func trapRun(t *testing.T, order string, master, apprentice wrongTrap) *Report {
	t.Helper()
	img := toyImage(t, order, trapping)
	r, err := runBytes(t, img, trapStream(t, img, master), trapStream(t, img, apprentice))
	require.NoError(t, err)
	return r
}

// atTrap changes the CPU where an exception is taken.
func atTrap(change func(*toy.Step)) wrongTrap {
	return func(s *toy.Step, signal uint32) uint32 {
		if signal == toySIGFPE {
			change(s)
		}
		return signal
	}
}

func isSADD(s *toy.Step) bool { return s.Word>>24 == 5 }

func findings(r *Report, kind string) (out []*Finding) {
	for _, f := range r.Findings {
		if f.Kind == kind {
			out = append(out, f)
		}
	}
	return out
}

func TestTrapsAgree(t *testing.T) {
	eachOrder(t, func(t *testing.T, order string) {
		r := trapRun(t, order, nil, nil)
		assert.False(t, r.Failed(), "%+v", r.Findings)
		assert.Positive(t, r.FaultsBySignal["SIGFPE"])
		assert.Positive(t, r.TrapBlocks)
		assert.Zero(t, r.CauseDiffers)
		assert.EqualValues(t, r.Faults, r.DeclaredFaults)
	})
}

// TestClearedCausesAreAColumnOfTheirOwn: a side that clears cause bits before its handler runs is no mismatch, and every
// trap of it is counted; one that has another cause bit is a mismatch.
func TestClearedCausesAreAColumnOfTheirOwn(t *testing.T) {
	eachOrder(t, func(t *testing.T, order string) {
		clear := atTrap(func(s *toy.Step) { s.CPU.Status &^= toyCauses })
		for _, r := range []*Report{trapRun(t, order, clear, nil), trapRun(t, order, nil, clear)} {
			assert.False(t, r.Failed(), "%+v", r.Findings)
			assert.Zero(t, r.Mismatches)
			assert.Equal(t, r.FaultsBySignal["SIGFPE"], r.CauseDiffers)
			require.Len(t, r.CauseList, 1)
			assert.Equal(t, r.CauseDiffers, r.CauseList[0].Count)
			assert.Equal(t, "status", r.CauseList[0].State)
			assert.NotEqual(t, r.CauseList[0].Master, r.CauseList[0].Apprentice)
			var text strings.Builder
			require.NoError(t, r.Text(&text, false))
			assert.Contains(t, text.String(), "cause bits of status differ")
			assert.Contains(t, text.String(), "differ after a trap (no mismatch)")
		}
		assert.False(t, trapRun(t, order, clear, clear).Failed())
		for name, change := range map[string]func(uint32) uint32{
			"another cause bit":        func(v uint32) uint32 { return v ^ toyCauses },
			"cleared causes and flags": func(v uint32) uint32 { return v&^toyCauses | 1 },
		} {
			n := int64(0)
			r := trapRun(t, order, nil, atTrap(func(s *toy.Step) {
				if isSADD(s) {
					s.CPU.Status = change(s.CPU.Status)
					n++
				}
			}))
			assert.Positive(t, n)
			assert.Equal(t, n, r.Mismatches, name)
			assert.Equal(t, KindResult, r.MismatchList[0].Kind)
		}
	})
}

// TestTrapThatChangesAnOutputIsFound: on one side it is a difference, on both a violation.
func TestTrapThatChangesAnOutputIsFound(t *testing.T) {
	eachOrder(t, func(t *testing.T, order string) {
		for operand, change := range map[string]func(*toy.Step){
			"rd":     func(s *toy.Step) { s.CPU.R[s.Word>>20&15] ^= 0x10 },
			"status": func(s *toy.Step) { s.CPU.Status |= 1 },
		} {
			wrong := atTrap(func(s *toy.Step) {
				if isSADD(s) && (operand != "rd" || s.Word>>20&15 != 0) {
					change(s)
				}
			})
			one := trapRun(t, order, nil, wrong)
			require.Positive(t, one.Mismatches)
			assert.Equal(t, "SADD", one.MismatchList[0].Pattern)
			assert.Equal(t, KindResult, one.MismatchList[0].Kind)
			both := trapRun(t, order, wrong, wrong)
			assert.Zero(t, both.Mismatches)
			assert.True(t, both.Failed())
			f := findings(both, FindingTrapped)
			require.Len(t, f, 1)
			assert.Equal(t, operand, f[0].Place)
			assert.Equal(t, []string{"SADD"}, f[0].Candidates)
			assert.Equal(t, one.Mismatches, f[0].Count)
			assert.Contains(t, f[0].Text, "SADD raised SIGFPE on both targets and changed its output "+operand)
		}
	})
}

// TestTrapThatIsNotTakenIsFound: on one side it is a difference, on both a violation.
func TestTrapThatIsNotTakenIsFound(t *testing.T) {
	eachOrder(t, func(t *testing.T, order string) {
		untaken := func(s *toy.Step, signal uint32) uint32 {
			if signal == toySIGFPE {
				return 0
			}
			return signal
		}
		one := trapRun(t, order, nil, untaken)
		require.Positive(t, one.Mismatches)
		assert.Equal(t, KindFault, one.MismatchList[0].Kind)
		both := trapRun(t, order, untaken, untaken)
		assert.Zero(t, both.Mismatches)
		f := findings(both, FindingNoTrap)
		require.NotEmpty(t, f)
		assert.Equal(t, bothSides, f[0].Target)
		assert.Equal(t, "status", f[0].Place)
		var n int64
		for i := range f {
			n += f[i].Count
		}
		assert.Equal(t, one.FaultsBySignal["SIGFPE"], n)
	})
}

// TestTrapWithoutReasonIsFound: one that nothing enables at once; one of which nothing that is enabled was signalled if the
// side is seen to leave cause bits alone.
func TestTrapWithoutReasonIsFound(t *testing.T) {
	raise := func(which func(enables uint32) bool) wrongTrap {
		return func(s *toy.Step, signal uint32) uint32 {
			if isSADD(s) && signal == 0 && which(s.Before.Status&toyEnables) {
				s.CPU.R = s.Before.R
				s.CPU.Status = s.Before.Status
				return toySIGFPE
			}
			return signal
		}
	}
	eachOrder(t, func(t *testing.T, order string) {
		for name, which := range map[string]func(uint32) bool{
			"nothing enabled":   func(e uint32) bool { return e == 0 },
			"nothing signalled": func(e uint32) bool { return e != 0 },
		} {
			wrong := raise(which)
			assert.Positive(t, trapRun(t, order, nil, wrong).Mismatches, name)
			both := trapRun(t, order, wrong, wrong)
			assert.Zero(t, both.Mismatches, name)
			f := findings(both, FindingFault)
			require.Len(t, f, 1, name)
			assert.Equal(t, []string{"SADD"}, f[0].Candidates)
			assert.Equal(t, bothSides, f[0].Target)
		}
		clears := raise(func(e uint32) bool { return e != 0 })
		clearing := func(s *toy.Step, signal uint32) uint32 {
			signal = clears(s, signal)
			if signal == toySIGFPE {
				s.CPU.Status &^= toyCauses
			}
			return signal
		}
		assert.Empty(t, findings(trapRun(t, order, clearing, clearing), FindingFault), "this side shows nothing of causes")
	})
}
