package runtime_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

// varied is an image with memory, faults, traps, misaligned accesses and reserved words.
func varied(t *testing.T, order string) *runtime.Image {
	t.Helper()
	m, err := toy.Arch{}.Machine(arch.Config{Order: order, ISAs: []string{"toy", "lists"}, Reserved: true})
	require.NoError(t, err)
	p, err := arch.Generate(m, arch.Options{
		Seed: 11, Count: 600, BlockLen: 12, Rounds: 6, TrapShare: 0.2, MisalignedShare: 0.2, Reserved: 30,
	})
	require.NoError(t, err)
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	return img
}

// TestDigestsOfEqualTargets: nothing is run again, and the report is the one of full records.
func TestDigestsOfEqualTargets(t *testing.T) {
	eachDigest(t, func(t *testing.T, order string, opt runtime.Options) {
		img := varied(t, order)
		want, err := runs(t, img, &mortal{}, runtime.Options{Digest: runtime.DigestOptions{Apprentice: opt.Digest.Apprentice}})
		require.NoError(t, err)
		require.Nil(t, want.Digests)
		got, err := runs(t, img, &mortal{}, opt)
		require.NoError(t, err)
		require.Equal(t, comparable(t, want), comparable(t, got))
		require.Equal(t, got.Records, got.Digests.Equal)
		require.EqualValues(t, len(img.Program.Blocks)*img.Program.Rounds, got.Records)
		require.Zero(t, got.Digests.Again)
		require.Less(t, got.Digests.Bytes, got.Records*arch.DigestBytes+1)
		require.Positive(t, want.Faults)
		require.Positive(t, want.TrapBlocks)
	})
}

// TestDigestsFindOneBit flips one bit of one result in one round: the report is the one of full records, and one block
// is run again.
func TestDigestsFindOneBit(t *testing.T) {
	needtool.Slow(t)
	eachDigest(t, func(t *testing.T, order string, opt runtime.Options) {
		img := varied(t, order)
		p := img.Program
		rng := rand.New(rand.NewPCG(1, 2))
		tried := 0
		for range 40 {
			b := rng.IntN(len(p.Blocks))
			results := p.Effects(&p.Blocks[b]).Results
			if len(results) == 0 {
				continue
			}
			res, round, bit := results[rng.IntN(len(results))], rng.IntN(p.Rounds), uint(rng.IntN(64))
			if res.Operand < 0 || p.Blocks[b].Items[res.Item].Kind != arch.Test {
				continue
			}
			pc := p.Blocks[b].Addr + uint64(4*res.Item)
			wrong := &mortal{fault: func(_ int, s *toy.Step) {
				if uint64(s.Before.PC) == pc && s.Round == round {
					flip(p, b, res, s.CPU, bit)
				}
			}}
			want, err := runs(t, img, wrong, runtime.Options{Digest: runtime.DigestOptions{Apprentice: opt.Digest.Apprentice}})
			require.NoError(t, err)
			got, err := runs(t, img, wrong, opt)
			require.NoError(t, err)
			require.Equal(t, comparable(t, want), comparable(t, got))
			if want.Mismatches > 0 {
				tried++
				require.Equal(t, 1, got.Digests.Again)
				require.Zero(t, got.Digests.Unsteady)
			}
		}
		require.Greater(t, tried, 15)
	})
}

// TestDigestsOfATargetThatIsWrongEverywhere: some patterns are wrong in all that they do. All blocks that they stand
// in are run again, in several images, and the report is the one of full records.
func TestDigestsOfATargetThatIsWrongEverywhere(t *testing.T) {
	eachDigest(t, func(t *testing.T, order string, opt runtime.Options) {
		img := varied(t, order)
		wrong := &mortal{fault: func(_ int, s *toy.Step) {
			for _, name := range []string{"ADD", "SUB", "XOR", "SHL"} {
				p := img.Program.Machine.Set().ByName(name)[0].Pattern
				if uint64(s.Word)&p.FixedMask == p.FixedBits {
					s.CPU.R[p.Extract(uint64(s.Word), nil)[0]] ^= 1
				}
			}
		}}
		want, err := runs(t, img, wrong, runtime.Options{Digest: runtime.DigestOptions{Apprentice: opt.Digest.Apprentice}})
		require.NoError(t, err)
		got, err := runs(t, img, wrong, opt)
		require.NoError(t, err)
		require.Equal(t, comparable(t, want), comparable(t, got))
		require.Greater(t, got.Digests.Images, 1)
		require.Greater(t, got.Digests.Again, 16)

		opt.Digest.Again = 5
		some, err := runs(t, img, wrong, opt)
		require.NoError(t, err)
		require.Equal(t, 5, some.Digests.Again)
		require.Equal(t, got.Digests.Again-5, some.Digests.NotAgain)
		require.Equal(t, got.Records, some.Records)
		require.True(t, some.Failed())
		left := 0
		for _, m := range some.MismatchList {
			if m.Kind == runtime.KindDigest {
				left++
				require.NotEmpty(t, m.Candidates)
			}
		}
		require.Equal(t, some.Digests.NotAgain, left)
		if opt.Digest.Output == arch.RoundDigests {
			require.Equal(t, want.Mismatches, some.Mismatches)
		}
		var text strings.Builder
		require.NoError(t, some.Text(&text, false))
		require.Contains(t, text.String(), "were not run again")
	})
}

// plainBlock is a block that has a digest for all rounds, and whose vectors nothing writes.
func plainBlock(p *arch.Program) int {
	q := *p
	q.Output = arch.BlockDigests
	for b := range p.Blocks {
		vectors := false
		for _, r := range p.Effects(&p.Blocks[b]).Results {
			vectors = vectors || r.Place.Kind == arch.RegisterPlace && r.Place.Class == 1
		}
		if !vectors && b > 5 && len(p.Blocks[b].Items) > 3 && !q.EachRound(&p.Blocks[b]) {
			return b
		}
	}
	return -1
}

// TestDifferenceThatDoesNotComeAgain: a target that is wrong at its first start alone. What was seen is told.
func TestDifferenceThatDoesNotComeAgain(t *testing.T) {
	eachDigest(t, func(t *testing.T, order string, opt runtime.Options) {
		img := varied(t, order)
		b := plainBlock(img.Program)
		at := img.Program.Blocks[b].Addr
		got, err := runs(t, img, &mortal{fault: func(start int, s *toy.Step) {
			if start == 0 && uint64(s.Before.PC) == at && s.Round == 2 {
				s.CPU.V[1] ^= 1
			}
		}}, opt)
		require.NoError(t, err)
		require.True(t, got.Failed())
		require.EqualValues(t, 1, got.Mismatches)
		require.Len(t, got.MismatchList, 1)
		require.Equal(t, runtime.KindUnsteady, got.MismatchList[0].Kind)
		require.Equal(t, b, got.MismatchList[0].Block)
		require.EqualValues(t, 1, got.Digests.Unsteady)
		require.Equal(t, got.Digests.Equal+unequal(img, opt), got.Records)
		var text strings.Builder
		require.NoError(t, got.Text(&text, false))
		require.Contains(t, text.String(), "it did something else when it was run again")
	})
}

// unequal is how many records one digest of a block stands for.
func unequal(img *runtime.Image, opt runtime.Options) int64 {
	if opt.Digest.Output == arch.RoundDigests {
		return 1
	}
	return int64(img.Program.Rounds)
}

// TestDifferenceThatComesElsewhere: when the block is run again it is another round that differs, which was equal
// before.
func TestDifferenceThatComesElsewhere(t *testing.T) {
	eachDigest(t, func(t *testing.T, order string, opt runtime.Options) {
		img := varied(t, order)
		b := plainBlock(img.Program)
		at := img.Program.Blocks[b].Addr
		got, err := runs(t, img, &mortal{fault: func(start int, s *toy.Step) {
			if uint64(s.Before.PC) == at && s.Round == 2+start {
				s.CPU.V[1] ^= 1
			}
		}}, opt)
		require.NoError(t, err)
		require.True(t, got.Failed())
		require.Positive(t, got.Digests.Unsteady)
		want := int64(1)
		if opt.Digest.Output == arch.RoundDigests {
			want = 2
		}
		require.Equal(t, want, got.Mismatches)
	})
}

// TestDigestStreamsThatAreWrong changes a byte of a stream of digests, each in turn: the run must not pass.
func TestDigestStreamsThatAreWrong(t *testing.T) {
	needtool.Slow(t)
	for _, output := range []arch.Output{arch.RoundDigests, arch.BlockDigests} {
		img := toyImage(t, "little", arch.Options{Seed: 5, Count: 40, BlockLen: 8, Rounds: 4})
		length := 0
		_, err := runs(t, img, &mortal{mangle: func(_ int, out []byte) []byte { length = len(out); return out }}, digests(output, false))
		require.NoError(t, err)
		for at := range length {
			got, err := runs(t, img, &mortal{mangle: func(start int, out []byte) []byte {
				if start == 0 {
					out[at] ^= 0x10
				}
				return out
			}}, digests(output, false))
			require.True(t, err != nil || got.Failed(), "byte %d of %d", at, length)
		}
		for n := range length {
			_, err := runs(t, img, &mortal{mangle: func(_ int, out []byte) []byte { return out[:n] }}, digests(output, false))
			require.Error(t, err, "%d of %d bytes", n, length)
		}
	}
}

// TestEmulatedAccessesByDigest: one side does misaligned accesses, as a kernel may. The digests differ, and the blocks are
// run again; if they are too many, that is no failure.
func TestEmulatedAccessesByDigest(t *testing.T) {
	eachDigest(t, func(t *testing.T, order string, opt runtime.Options) {
		img := misalignedImage(t, order)
		for _, pair := range [][2]bool{{true, false}, {false, true}} {
			m, a := &toyTarget{misaligns: pair[0]}, &toyTarget{misaligns: pair[1]}
			want, err := runtime.Run(context.Background(), img, m, a, runtime.Options{})
			require.NoError(t, err)
			require.Positive(t, want.Emulated["SH"])
			got, err := runtime.Run(context.Background(), img, m, a, opt)
			require.NoError(t, err)
			require.Equal(t, comparable(t, want), comparable(t, got))
			require.Positive(t, got.Digests.Again)
			few := opt
			few.Digest.Again = 1
			got, err = runtime.Run(context.Background(), img, m, a, few)
			require.NoError(t, err)
			require.False(t, got.Failed())
			require.Equal(t, want.Emulated, got.Emulated)
			require.Positive(t, got.RecordsLeft)
			require.Less(t, got.Executions, want.Executions)
		}
	})
}

// misalignedImage has blocks that end in a misaligned access.
func misalignedImage(t *testing.T, order string) *runtime.Image {
	return toyImage(t, order, arch.Options{
		Seed: 3, Count: 300, BlockLen: 8, Rounds: 6, MisalignedShare: 0.3, Select: arch.Selection{Patterns: []string{"SH", "ADD", "VADD"}},
	})
}

// beforeMisaligned tells whether an instruction under test that is executed is the first word of a block that ends in a
// misaligned access.
func beforeMisaligned(p *arch.Program, s *toy.Step) bool {
	b := blockAt(p, s.Before.PC)
	return b >= 0 && s.Index == 0 && p.Blocks[b].Items[0].Kind == arch.Test && slices.ContainsFunc(p.Blocks[b].Items, func(it arch.Item) bool { return it.Kind == arch.Misaligned })
}

// TestBeforeEmulatedAccess: what is wrong before a misaligned access is found although one side does the access and the other
// does not; and so is a fault that is none of it.
func TestBeforeEmulatedAccess(t *testing.T) {
	for _, output := range []arch.Output{arch.FullRecords, arch.RoundDigests, arch.BlockDigests} {
		img := misalignedImage(t, "little")
		for name, wrong := range map[string]*mortal{
			"result": {fault: func(_ int, s *toy.Step) {
				if beforeMisaligned(img.Program, s) {
					for i := range s.CPU.R {
						if s.CPU.R[i] != s.Before.R[i] {
							s.CPU.R[i] ^= 1
						}
					}
				}
			}},
			"other signal": {trap: func(_ *toy.Step, signal uint32) uint32 {
				if signal != 0 {
					return signal ^ 1
				}
				return 0
			}},
		} {
			want, err := runs(t, img, wrong, runtime.Options{})
			require.NoError(t, err)
			require.True(t, want.Failed())
			for _, digested := range []bool{false, true} {
				got, err := runtime.Run(context.Background(), img, wrong, &toyTarget{misaligns: true}, digests(output, digested))
				require.NoError(t, err)
				require.True(t, got.Failed(), "%s, %q", name, output)
				require.Positive(t, got.Emulated["SH"])
				if name == "result" {
					require.Equal(t, want.Mismatches, got.Mismatches, "%q", output)
				}
			}
		}
	}
}

// TestLinkedStoresByDigest: on the side that sends digests no linked store is ever done.
func TestLinkedStoresByDigest(t *testing.T) {
	eachDigest(t, func(t *testing.T, order string, opt runtime.Options) {
		img := linkedImage(t, order, "SC", "ADD", "SW", "LW")
		pair := [2]runtime.Target{&toyTarget{fails: always}, &toyTarget{}}
		if opt.Digest.Apprentice {
			pair[0], pair[1] = pair[1], pair[0]
		}
		want, err := runtime.Run(context.Background(), img, pair[0], pair[1], runtime.Options{})
		require.NoError(t, err)
		require.Positive(t, want.Inconclusive["SC"])
		got, err := runtime.Run(context.Background(), img, pair[0], pair[1], opt)
		require.NoError(t, err)
		require.Equal(t, comparable(t, want), comparable(t, got))
		require.Zero(t, got.Digests.Again)
		got, err = runtime.Run(context.Background(), img, pair[1], pair[0], opt)
		require.NoError(t, err)
		require.Equal(t, want.Inconclusive, got.Inconclusive) // found out by running blocks again
		require.False(t, got.Failed())
	})
}

// clearing is a target whose kernel clears bits of the status register before it runs a handler.
func clearing(img *runtime.Image, mask uint32) *mortal {
	return &mortal{trap: func(s *toy.Step, signal uint32) uint32 {
		if signal == img.Program.Machine.Layout().Signals["SIGFPE"] {
			s.CPU.Status &^= mask
		}
		return signal
	}}
}

// TestClearedCausesByDigest: which cause bits a kernel has cleared is found out from the digest.
func TestClearedCausesByDigest(t *testing.T) {
	eachDigest(t, func(t *testing.T, order string, opt runtime.Options) {
		img := varied(t, order)
		causes := uint32(img.Program.Machine.Layout().States[0].Exceptions.Causes)
		for _, pair := range [][2]runtime.Target{{clearing(img, causes), &mortal{}}, {&mortal{}, clearing(img, causes)}} {
			want, err := runtime.Run(context.Background(), img, pair[0], pair[1], runtime.Options{})
			require.NoError(t, err)
			require.Positive(t, want.CauseDiffers)
			got, err := runtime.Run(context.Background(), img, pair[0], pair[1], opt)
			require.NoError(t, err)
			require.Equal(t, comparable(t, want), comparable(t, got))
			require.Zero(t, got.Digests.Again)
		}
	})
}

// TestDigestsBesideATrace: what a trace holds is compared with digests of a target that runs now, and the blocks that
// differ are taken from the trace.
func TestDigestsBesideATrace(t *testing.T) {
	img := varied(t, "big")
	plain, file := plainBlock(img.Program), filepath.Join(t.TempDir(), "toy.trace")
	var kept bytes.Buffer
	_, err := runtime.Record(context.Background(), img, &mortal{}, &kept, runtime.RecordOptions{})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, kept.Bytes(), 0o600))
	wrong := &mortal{fault: func(_ int, s *toy.Step) {
		if b := blockAt(img.Program, s.Before.PC); (b == 3 || b == plain) && s.Index == 0 && s.Round != 1 {
			s.CPU.V[3] ^= 4
		}
	}}
	want, err := runtime.Run(context.Background(), img, &runtime.Recording{Path: file}, wrong, runtime.Options{})
	require.NoError(t, err)
	require.EqualValues(t, 2*(img.Program.Rounds-1), want.Mismatches)
	for _, output := range []arch.Output{arch.RoundDigests, arch.BlockDigests} {
		got, err := runtime.Run(context.Background(), img, &runtime.Recording{Path: file}, wrong, digests(output, true))
		require.NoError(t, err)
		require.Equal(t, comparable(t, want), comparable(t, got))
		require.Equal(t, 2, got.Digests.Again)
	}
	_, err = runtime.Run(context.Background(), img, &runtime.Recording{Path: file}, wrong, digests(arch.RoundDigests, false))
	require.ErrorContains(t, err, "is a recording, which has no digests")
}

// TestDigestsBesideATargetThatRunsOnce: what a trace from a pipe and a risugen master wrote of blocks that differ is kept.
func TestDigestsBesideATargetThatRunsOnce(t *testing.T) {
	for _, order := range []string{"little", "big"} {
		img := varied(t, order)
		plain := plainBlock(img.Program)
		var trace bytes.Buffer
		_, err := runtime.Record(t.Context(), img, &mortal{}, &trace, runtime.RecordOptions{})
		require.NoError(t, err)
		ln, err := runtime.Listen("127.0.0.1:0", false)
		require.NoError(t, err)
		served := make(chan error)
		ctx, stop := context.WithCancel(t.Context())
		go func() { served <- runtime.Serve(ctx, ln, img, &mortal{}, runtime.ServeOptions{}) }()
		wrong := &mortal{fault: func(_ int, s *toy.Step) {
			if b := blockAt(img.Program, s.Before.PC); (b == 3 || b == plain) && s.Index == 0 && s.Round != 1 {
				s.CPU.V[3] ^= 4
			}
		}}
		machine := func(arch.Config) (arch.Machine, error) { return img.Program.Machine, nil }
		piped := func() runtime.Target {
			r, _, err := runtime.ReadRecording(bytes.NewReader(trace.Bytes()), machine)
			require.NoError(t, err)
			return r
		}
		remote := func() runtime.Target { return &runtime.Remote{Address: ln.Addr().String()} }
		want, err := runtime.Run(t.Context(), img, &mortal{}, wrong, runtime.Options{})
		require.NoError(t, err)
		require.EqualValues(t, 2*(img.Program.Rounds-1), want.Mismatches)
		for _, once := range []func() runtime.Target{piped, remote} {
			for _, output := range []arch.Output{arch.RoundDigests, arch.BlockDigests} {
				target := once()
				got, err := runtime.Run(t.Context(), img, target, wrong, digests(output, true))
				require.NoError(t, err, target.Name())
				require.Equal(t, 2, got.Digests.Again)
				got.Targets, got.Recorded = want.Targets, want.Recorded
				require.Equal(t, comparable(t, want), comparable(t, got))

				// Too much to be kept is told, and fails the run.
				restore := runtime.SetMaxKept(1000)
				got, err = runtime.Run(t.Context(), img, once(), wrong, digests(output, true))
				restore()
				require.NoError(t, err)
				require.Equal(t, 2, got.Digests.NotAgain)
				require.Equal(t, runtime.KindDigest, got.MismatchList[0].Kind)
				opt := digests(output, true)
				opt.Digest.Again = 1
				got, err = runtime.Run(t.Context(), img, once(), wrong, opt)
				require.NoError(t, err)
				require.Equal(t, [2]int{1, 1}, [2]int{got.Digests.Again, got.Digests.NotAgain})
			}
			_, err = runtime.Run(t.Context(), img, once(), wrong, digests(arch.RoundDigests, false))
			require.ErrorContains(t, err, "which has no digests but full records: let the other side send digests")
			target := once()
			_, err = runtime.Run(t.Context(), img, wrong, target, runtime.Options{KeepGoing: 1})
			require.ErrorContains(t, err, "to keep going after a target's death both are started again, and the apprentice ("+target.Name()+") is a ")
		}
		stop()
		<-served
	}
}

// TestDigestTargetThatFails: the error names the last block that came, and what differed before is told.
func TestDigestTargetThatFails(t *testing.T) {
	eachDigest(t, func(t *testing.T, order string, opt runtime.Options) {
		img := varied(t, order)
		plain := plainBlock(img.Program)
		last := plain + 50
		got, err := runs(t, img, &mortal{fault: func(_ int, s *toy.Step) {
			switch blockAt(img.Program, s.Before.PC) {
			case plain:
				if s.Index == 0 {
					s.CPU.V[0] ^= 1
				}
			case last:
				panic(errDies)
			}
		}}, opt)
		var e *runtime.StreamError
		require.ErrorAs(t, err, &e)
		require.Equal(t, "ended early", e.What)
		require.Less(t, e.Block, last)
		require.Greater(t, e.Block, last-45)
		require.True(t, got.Failed())
		require.Equal(t, runtime.KindDigest, got.MismatchList[0].Kind)
		require.Equal(t, plain, got.MismatchList[0].Block)

		synctest.Test(t, func(t *testing.T) { // where a minute takes no time
			_, err := runs(t, img, &mortal{hangs: true, fault: func(_ int, s *toy.Step) {
				if blockAt(img.Program, s.Before.PC) == last {
					panic(errDies)
				}
			}}, opt)
			require.ErrorAs(t, err, &e)
			require.Equal(t, "stalled", e.What)
		})
	})
}

// TestImagesOfDigestsAreNotRun alone.
func TestImagesOfDigestsAreNotRun(t *testing.T) {
	img, err := runtime.DigestImage(varied(t, "little"), arch.BlockDigests)
	require.NoError(t, err)
	loaded, err := runtime.Load(img.Data, func(c arch.Config) (arch.Machine, error) { return toy.Arch{}.Machine(c) })
	require.NoError(t, err)
	require.Equal(t, arch.BlockDigests, loaded.Program.Output)
	_, err = runtime.Run(context.Background(), loaded, &mortal{}, &mortal{}, runtime.Options{})
	require.ErrorContains(t, err, "image of digests")
	_, err = runtime.Record(context.Background(), loaded, &mortal{}, &bytes.Buffer{}, runtime.RecordOptions{})
	require.ErrorContains(t, err, "image of digests")
}

// TestManyRounds: where one digest would stand for more than can be kept, there is one for each round.
func TestManyRounds(t *testing.T) {
	img := toyImage(t, "little", arch.Options{Seed: 5, Count: 4, BlockLen: 8, Rounds: 30_000})
	got, err := runs(t, img, &mortal{fault: func(_ int, s *toy.Step) {
		if s.Round == 29_999 {
			s.CPU.V[0] ^= 1
		}
	}}, digests(arch.BlockDigests, false))
	require.NoError(t, err)
	require.EqualValues(t, len(img.Program.Blocks), got.Mismatches, fmt.Sprint(got.MismatchList))
	require.EqualValues(t, got.Records*arch.DigestBytes, got.Digests.Bytes)
}
