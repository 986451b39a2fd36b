package runtime_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/runtime"
)

// dies kills a target at the first word of a block in a round, at every start before a number of them.
func dies(img *runtime.Image, starts int, at ...[2]int) fault {
	return func(start int, s *toy.Step) {
		b := blockAt(img.Program, s.Before.PC)
		for _, spot := range at {
			if start < starts && b == spot[0] && s.Round == spot[1] && uint64(s.Before.PC) == img.Program.Blocks[b].Addr {
				panic(errDies)
			}
		}
	}
}

const everyStart = 1 << 30

// survivable is an image whose records fill more than the interpreter's buffer.
func survivable(t *testing.T, order string) *runtime.Image {
	return toyImage(t, order, arch.Options{Seed: 21, Count: 2400, BlockLen: 8, Rounds: 6})
}

// spots are blocks and rounds at which the first word does not fault by itself.
func spots(img *runtime.Image, blocks ...int) [][2]int {
	var out [][2]int
	for i, b := range blocks {
		for len(img.Program.Blocks[b].Items) < 4 {
			b++
		}
		out = append(out, [2]int{b, (2 * i) % img.Program.Rounds})
	}
	return out
}

// TestKeepGoing: a target that dies of three blocks is compared in all others, and each of the three is found.
func TestKeepGoing(t *testing.T) {
	for _, order := range []string{"little", "big"} {
		for _, output := range []arch.Output{arch.FullRecords, arch.RoundDigests, arch.BlockDigests} {
			t.Run(order+" "+output.String(), func(t *testing.T) {
				img := survivable(t, order)
				n := len(img.Program.Blocks)
				require.Greater(t, n, 300)
				at := spots(img, 40, 200, n-8)
				opt := digests(output, false)
				opt.KeepGoing = 3
				r, err := runs(t, img, &mortal{fault: dies(img, everyStart, at...)}, opt)
				require.NoError(t, err)
				require.Zero(t, r.Mismatches)
				require.True(t, r.Failed())
				left := int64(0)
				require.Len(t, r.Findings, len(at))
				for i, f := range r.Findings {
					require.Equal(t, runtime.FindingDied, f.Kind)
					require.Equal(t, "master", f.Target)
					require.Equal(t, at[i][0], f.Block, f.Text)
					require.EqualValues(t, at[i][1], f.Round, f.Text)
					require.Contains(t, f.Text, "the rest of the block was left out")
					require.NotEmpty(t, f.Candidates)
					left += int64(img.Program.Rounds - at[i][1])
				}
				require.EqualValues(t, n-len(at), r.Blocks)
				require.Equal(t, left, r.RecordsLeft)
				require.EqualValues(t, n*img.Program.Rounds, r.Records+left)
				var text strings.Builder
				require.NoError(t, r.Text(&text, false))
				require.Contains(t, text.String(), "records of blocks in which a target died")

				opt.KeepGoing = 2
				r, err = runs(t, img, &mortal{fault: dies(img, everyStart, at...)}, opt)
				var e *runtime.StreamError
				require.ErrorAs(t, err, &e)
				require.Len(t, r.Findings, 2)
			})
		}
	}
}

// TestKeepGoingFindsTheSame: differences in other blocks are those of a run in which nothing dies.
func TestKeepGoingFindsTheSame(t *testing.T) {
	img := survivable(t, "big")
	at := spots(img, 100, 101)
	wrong := func(_ int, s *toy.Step) {
		if b := blockAt(img.Program, s.Before.PC); b%7 == 3 && b != at[0][0] && b != at[1][0] && s.Index == 0 {
			s.CPU.V[5] ^= 1
		}
	}
	want, err := runs(t, img, &mortal{fault: wrong}, runtime.Options{})
	require.NoError(t, err)
	require.Positive(t, want.Mismatches)
	for _, output := range []arch.Output{arch.FullRecords, arch.RoundDigests, arch.BlockDigests} {
		opt := digests(output, false)
		opt.KeepGoing = 10
		dead := dies(img, everyStart, at...)
		got, err := runs(t, img, &mortal{fault: func(start int, s *toy.Step) { wrong(start, s); dead(start, s) }}, opt)
		require.NoError(t, err)
		require.Equal(t, want.Mismatches, got.Mismatches)
		require.Equal(t, want.MismatchList, got.MismatchList)
		require.Len(t, got.Findings, len(want.Findings)+2)
	}
}

// TestDeathThatDoesNotComeAgain is told, too.
func TestDeathThatDoesNotComeAgain(t *testing.T) {
	for _, output := range []arch.Output{arch.FullRecords, arch.RoundDigests, arch.BlockDigests} {
		img := survivable(t, "little")
		opt := digests(output, false)
		opt.KeepGoing = 10
		r, err := runs(t, img, &mortal{fault: dies(img, 1, spots(img, 200)...)}, opt)
		require.NoError(t, err)
		require.Len(t, r.Findings, 1)
		require.Equal(t, runtime.FindingDied, r.Findings[0].Kind)
		require.Contains(t, r.Findings[0].Text, "but not when started again")
		require.LessOrEqual(t, r.Findings[0].Block, 200)
		require.Zero(t, r.RecordsLeft)
		require.EqualValues(t, len(img.Program.Blocks), r.Blocks)
	}
}

// TestOtherSideDiesInTheSecondStart: the death that did not come again is told beside the one that was found there.
func TestOtherSideDiesInTheSecondStart(t *testing.T) {
	img := survivable(t, "little")
	at := spots(img, 60)
	master, apprentice := dies(img, 1, at...), dies(img, everyStart, at...)
	for _, n := range []int{1, 2} {
		r, err := runtime.Run(context.Background(), img, &mortal{fault: master}, &mortal{fault: func(start int, s *toy.Step) {
			if start == 1 {
				apprentice(start, s)
			}
		}}, runtime.Options{Stall: time.Minute, KeepGoing: n})
		require.NotEmpty(t, r.Findings)
		f := r.Findings[0]
		require.Equal(t, "master", f.Target)
		require.Contains(t, f.Text, "but not when started again")
		if n == 1 {
			require.ErrorContains(t, err, "apprentice (mortal): ended early", "one death too many")
			require.Len(t, r.Findings, 1)
			continue
		}
		require.NoError(t, err)
		require.Len(t, r.Findings, 2)
		f = r.Findings[1]
		require.Equal(t, "apprentice", f.Target)
		require.Equal(t, at[0][0], f.Block)
		require.Contains(t, f.Text, "the rest of the block was left out")
		require.EqualValues(t, len(img.Program.Blocks)-1, r.Blocks)
	}
}

// TestHungTargetIsLeftBehind: the block in which a target hangs is found, and the run goes on.
func TestHungTargetIsLeftBehind(t *testing.T) {
	img := survivable(t, "little")
	at := spots(img, 60)
	synctest.Test(t, func(t *testing.T) { // where only who waits for ever stalls
		r, err := runs(t, img, &mortal{hangs: true, fault: dies(img, everyStart, at...)}, runtime.Options{Stall: time.Minute, KeepGoing: 1})
		require.NoError(t, err)
		require.Len(t, r.Findings, 1)
		require.Equal(t, at[0][0], r.Findings[0].Block)
		require.Contains(t, r.Findings[0].Text, "the master hung")
	})
}

// TestBothTargetsDie: that is one finding.
func TestBothTargetsDie(t *testing.T) {
	img := survivable(t, "little")
	at := spots(img, 60)
	r, err := runtime.Run(context.Background(), img, &mortal{fault: dies(img, everyStart, at...)}, &mortal{fault: dies(img, everyStart, at...)},
		runtime.Options{Stall: time.Minute, KeepGoing: 1})
	require.NoError(t, err)
	require.Len(t, r.Findings, 1)
	require.Equal(t, "both", r.Findings[0].Target)
	require.Contains(t, r.Findings[0].Text, "both targets died")
}

// TestTargetThatRunsNothing is given up soon.
func TestTargetThatRunsNothing(t *testing.T) {
	dead := &mortal{fault: func(int, *toy.Step) { panic(errDies) }}
	r, err := runs(t, survivable(t, "little"), dead, runtime.Options{Stall: time.Minute, KeepGoing: 1000})
	require.ErrorContains(t, err, "ended early")
	require.LessOrEqual(t, dead.starts, 4)
	require.LessOrEqual(t, len(r.Findings), 1)
}

// TestDeathInABlockThatIsRunAgain: a block differs by its digest, and when it is run again the target dies of it.
func TestDeathInABlockThatIsRunAgain(t *testing.T) {
	img := survivable(t, "little")
	at := spots(img, 50, 120)
	second := dies(img, everyStart, [2]int{at[0][0], 3})
	wrong := &mortal{fault: func(start int, s *toy.Step) {
		b := blockAt(img.Program, s.Before.PC)
		if start > 0 && start < 2 {
			second(0, s)
		}
		if (b == at[0][0] || b == at[1][0]) && s.Index == 0 {
			s.CPU.V[2] ^= 2
		}
	}}
	opt := digests(arch.RoundDigests, false)
	opt.KeepGoing = 2
	r, err := runs(t, img, wrong, opt)
	require.NoError(t, err)
	died := slices.DeleteFunc(r.Findings, func(f *runtime.Finding) bool { return f.Kind != runtime.FindingDied })
	require.Len(t, died, 1)
	require.Equal(t, at[0][0], died[0].Block)
	require.Equal(t, 1, r.Digests.NotAgain)
	require.Equal(t, 1, r.Digests.Again)
	require.EqualValues(t, len(img.Program.Blocks)*img.Program.Rounds, r.Records, "each once")

	wrong.starts = 0
	opt.KeepGoing = 0
	r, err = runs(t, img, wrong, opt)
	require.ErrorContains(t, err, "ended early")
	require.Equal(t, 2, r.Digests.NotAgain)
	require.True(t, r.Failed())
}

// TestDeathInTheMidstOfADifference: a block that differs is run again once, whole, though a target died after half of its
// digests had come.
func TestDeathInTheMidstOfADifference(t *testing.T) {
	img := survivable(t, "little")
	at := spots(img, 116)
	for _, bad := range []int{113, 114, 115} {
		dead := dies(img, 1, at...)
		unused := unwritten(t, img.Program, bad)
		target := func() *mortal {
			return &mortal{fault: func(start int, s *toy.Step) {
				if b := blockAt(img.Program, s.Before.PC); b == bad && s.Index == 0 {
					s.CPU.V[unused] ^= 1
				}
				dead(start, s)
			}}
		}
		want, err := runs(t, img, target(), runtime.Options{KeepGoing: 10})
		require.NoError(t, err)
		require.EqualValues(t, img.Program.Rounds, want.Mismatches)
		for _, output := range []arch.Output{arch.RoundDigests, arch.BlockDigests} {
			opt := digests(output, false)
			opt.KeepGoing = 10
			r, err := runs(t, img, target(), opt)
			require.NoError(t, err, "block %d, %s", bad, output)
			require.Equal(t, want.Mismatches, r.Mismatches)
			require.Zero(t, r.Digests.Unsteady)
			require.Zero(t, r.RecordsLeft)
		}
	}
}

// unwritten is a V register that no instruction of a block writes.
func unwritten(t *testing.T, p *arch.Program, block int) int {
	class := p.Machine.Layout().ClassIndex("v")
	written := map[int]bool{}
	for _, r := range p.Effects(&p.Blocks[block]).Results {
		if r.Place.Kind == arch.RegisterPlace && int(r.Place.Class) == class {
			written[int(r.Place.Num)] = true
		}
	}
	for v := range p.Machine.Layout().Classes[class].Count {
		if !written[v] {
			return v
		}
	}
	t.Fatalf("block %d writes all V registers", block)
	return 0
}
