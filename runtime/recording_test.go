package runtime

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime/trace"
)

// toyTrace records a fake that writes a stream.
func toyTrace(t *testing.T, img *Image, stream []byte) string {
	t.Helper()
	return traceOf(t, img, &fake{data: stream}, "")
}

// traceOf records a target; failure is part of what the target is expected to die of.
func traceOf(t *testing.T, img *Image, f *fake, failure string) string {
	t.Helper()
	var b bytes.Buffer
	synctest.Test(t, func(t *testing.T) { // where a stall takes no time
		_, err := Record(t.Context(), img, f, &b, RecordOptions{Stall: patient.Stall, Tool: "test"})
		if failure == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, failure)
		}
	})
	file := filepath.Join(t.TempDir(), "x.trace")
	require.NoError(t, os.WriteFile(file, b.Bytes(), 0o600))
	return file
}

// same compares reports but for times and the targets' names.
func same(t *testing.T, want, got *Report) {
	t.Helper()
	text := func(r Report) string {
		r.Targets, r.Recorded, r.Versions, r.Seconds, r.ExecutionRate = TargetPair{}, TargetPair{}, TargetPair{}, 0, 0
		b, err := json.Marshal(r)
		require.NoError(t, err)
		return string(b)
	}
	require.Equal(t, text(*want), text(*got))
}

// flipping makes every third round of a block wrong.
func flipping(s *toy.Step) {
	if s.Round%3 == 0 && s.Index == 2 {
		s.CPU.V[s.Block%8] ^= 1 << 33
		s.CPU.R[1+s.Block%15] ^= 4
	}
}

// TestReplayIsAsRunning: a target compared with a recording gives the report that it gives beside the target that was
// recorded, on either side.
func TestReplayIsAsRunning(t *testing.T) {
	eachOrder(t, func(t *testing.T, order string) {
		for seed := range uint64(5) {
			img := toyImage(t, order, small(seed+1))
			good, bad := toyStream(t, img, nil), toyStream(t, img, flipping)
			for _, pair := range [][2][]byte{{good, good}, {good, bad}, {bad, good}, {bad, bad}} {
				want, err := runBytes(t, img, pair[0], pair[1])
				require.NoError(t, err)
				m, a := &Recording{Path: toyTrace(t, img, pair[0])}, &Recording{Path: toyTrace(t, img, pair[1])}
				got, err := Run(t.Context(), img, m, &fake{data: pair[1]}, patient)
				require.NoError(t, err)
				same(t, want, got)
				require.Equal(t, TargetPair{Master: "fake"}, got.Recorded)
				got, err = Run(t.Context(), img, m, a, patient)
				require.NoError(t, err)
				same(t, want, got)
			}
		}
	})
}

// TestTraceHoldsItsImage: a trace is all that a replay needs, from a file or a stream.
func TestTraceHoldsItsImage(t *testing.T) {
	img := toyImage(t, "big", small(2))
	s := toyStream(t, img, nil)
	file := toyTrace(t, img, s)
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	for range 2 {
		m, own, err := ReadRecording(iotest.HalfReader(bytes.NewReader(data)), toyMachine)
		require.NoError(t, err)
		require.True(t, bytes.Equal(img.Data, own.Data))
		r, err := Run(t.Context(), own, m, &fake{data: s}, patient)
		require.NoError(t, err)
		require.False(t, r.Failed())
	}
	own, err := Open(file, toyMachine)
	require.NoError(t, err)
	require.True(t, bytes.Equal(img.Data, own.Data))
	require.Empty(t, own.Path, "the trace is no executable")
	_, err = Run(t.Context(), toyImage(t, "big", small(3)), &Recording{Path: file}, &fake{data: s}, patient)
	require.ErrorContains(t, err, "of another image")
	_, err = Run(t.Context(), img, &Recording{Path: file + "x"}, &fake{data: s}, patient)
	require.ErrorContains(t, err, "no such file")
}

// TestReplayOfCutTrace: what there is is compared, and it is no match.
func TestReplayOfCutTrace(t *testing.T) {
	needtool.Slow(t)
	img := toyImage(t, "little", arch.Options{Seed: 1, Count: 6000, BlockLen: 12, Rounds: 32}) // some frames
	good, bad := toyStream(t, img, nil), toyStream(t, img, flipping)
	file := toyTrace(t, img, good)
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	total := int64(len(img.Program.Blocks)) * int64(img.Program.Rounds)
	compared := map[int64]bool{}
	for n := len(data) - 1; n > 0; n -= len(data)/23 + 1 {
		require.NoError(t, os.WriteFile(file, data[:n], 0o600))
		for _, stream := range [][]byte{good, bad} {
			r, err := Run(t.Context(), img, &Recording{Path: file}, &fake{data: stream}, patient)
			if r == nil {
				require.ErrorContains(t, err, "breaks off") // the image is not whole
				continue
			}
			require.Error(t, err)
			require.True(t, CutOff(err), "%v", err)
			require.NotEmpty(t, r.CutOff)
			require.Equal(t, total, r.Records+r.RecordsLeft)
			compared[r.Records] = true
			require.Equal(t, r.Records > 0 && !bytes.Equal(stream, good), r.Mismatches > 0)
		}
	}
	require.True(t, compared[0] && compared[total] && len(compared) > 3, "%v", compared)
}

// TestReplayOfStoppedRecording: whatever befell the recorded target, all that it wrote before is compared, and the
// reason is told.
func TestReplayOfStoppedRecording(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	at, h := recordAt(t, img, s, 2, 3)
	end := at + 32 + int(h.Length)
	part, all := int64(2*img.Program.Rounds+4), int64(len(img.Program.Blocks)*img.Program.Rounds)
	for name, c := range map[string]struct {
		f       fake
		want    string
		records int64
	}{
		"dies":       {fake{data: s[:end+7], status: &ExitError{How: "killed by SIGSEGV"}}, "killed by SIGSEGV", part},
		"garbage":    {fake{data: append(bytes.Clone(s[:end]), "qemu: uncaught target signal 11"...)}, "uncaught target signal", part},
		"hangs":      {fake{data: s[:end], hang: true}, "stalled after block 2 round 3", part},
		"bad status": {fake{data: s, status: &ExitError{How: "exit status 3"}}, "exit status 3", all},
		"no end":     {fake{data: s[:len(s)-32]}, "ended early", all},
	} {
		t.Run(name, func(t *testing.T) {
			file := traceOf(t, img, &c.f, c.want)
			r, err := Run(t.Context(), img, &Recording{Path: file}, &fake{data: s}, patient)
			require.True(t, CutOff(err), "%v", err)
			requireStreamError(t, err, []string{"cut off after block", "the recording was stopped", c.want})
			require.Equal(t, c.records, r.Records)
			require.False(t, r.Failed())
		})
	}
	_, err := Run(t.Context(), img, &Recording{Path: traceOf(t, img, &fake{data: s[:end]}, "ended early")}, &fake{data: s[:at]}, patient)
	require.False(t, CutOff(err), "the other side failed, too: %v", err)
}

// TestRecordInterrupted: what came before an interrupt is kept.
func TestRecordInterrupted(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	at, _ := recordAt(t, img, s, 2, 3)
	ctx, cancel := context.WithCancelCause(t.Context())
	var b bytes.Buffer
	stop := errors.New("the operator went home")
	done, err := Record(ctx, img, &fake{data: s[:at], hang: true}, &b, RecordOptions{Progress: func(n, _ int64) {
		if n == int64(2*img.Program.Rounds) {
			cancel(stop)
		}
	}})
	require.ErrorIs(t, err, stop)
	require.EqualValues(t, 2*img.Program.Rounds+3, done.Records)
	m, own, err := ReadRecording(&b, toyMachine)
	require.NoError(t, err)
	r, err := Run(t.Context(), own, m, &fake{data: s}, patient)
	require.True(t, CutOff(err))
	require.ErrorContains(t, err, "went home")
	require.Equal(t, done.Records, r.Records)
}

// TestDamagedTraceIsNoMatch flips bits all over a trace's file: never a match, never a difference.
func TestDamagedTraceIsNoMatch(t *testing.T) {
	needtool.Slow(t)
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	file := toyTrace(t, img, s)
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	for bit := 3; bit < 8*len(data); bit += 8*len(data)/150 + 1 {
		bad := bytes.Clone(data)
		bad[bit/8] ^= 1 << (bit % 8)
		require.NoError(t, os.WriteFile(file, bad, 0o600))
		r, err := Run(t.Context(), img, &Recording{Path: file}, &fake{data: s}, patient)
		require.Error(t, err)
		require.False(t, CutOff(err), "bit %d: %v", bit, err)
		require.True(t, r == nil || r.Mismatches == 0)
	}
}

// TestKnownOfRecording: a list of known differences is asked about the target that was recorded.
func TestKnownOfRecording(t *testing.T) {
	img := toyImage(t, "little", small(1))
	bad := toyStream(t, img, flipping)
	known, err := ParseKnown("list", []byte("- {id: x, cpus: [toy], targets: ^fake$, patterns: [.*], kinds: [result, fault, undeclared, undeclared change, lost control, stray, undeclared fault, never changed], text: all}"))
	require.NoError(t, err)
	opt := patient
	opt.Known = known
	m := &Recording{Path: toyTrace(t, img, toyStream(t, img, nil))}
	r, err := Run(t.Context(), img, m, &Recording{Path: toyTrace(t, img, bad)}, opt)
	require.NoError(t, err)
	require.Positive(t, r.KnownMismatches)
	known, err = ParseKnown("list", []byte("- {id: x, cpus: [toy], targets: ^other$, patterns: [.*], kinds: [result], text: all}"))
	require.NoError(t, err)
	opt.Known = known
	r, err = Run(t.Context(), img, m, &Recording{Path: toyTrace(t, img, bad)}, opt)
	require.NoError(t, err)
	require.Zero(t, r.KnownMismatches)
}

func TestSurvey(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	file := toyTrace(t, img, s)
	live, err := runBytes(t, img, s, s)
	require.NoError(t, err)
	var all []Survey
	for _, quick := range []bool{false, true} {
		r, own, err := OpenRecording(file, toyMachine)
		require.NoError(t, err)
		got, err := r.Survey(own, quick)
		require.NoError(t, err)
		all = append(all, got)
	}
	require.Equal(t, all[0], all[1])
	require.Equal(t, live.Records, all[0].Records)
	require.Equal(t, live.Executions, all[0].Executions)
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, info.Size(), all[0].Size)

	stopped := traceOf(t, img, &fake{data: s[:len(s)/2]}, "ended early")
	for _, quick := range []bool{false, true} {
		r, own, err := OpenRecording(stopped, toyMachine)
		require.NoError(t, err)
		got, err := r.Survey(own, quick)
		require.True(t, CutOff(err), "%v", err)
		require.Positive(t, got.Records)
	}
}

func TestTraceFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.trace")
	f, err := CreateTrace(path)
	require.NoError(t, err)
	_, err = CreateTrace(path)
	require.ErrorContains(t, err, "x.trace.part is there already")
	require.NoFileExists(t, path)
	require.NoError(t, f.Finish())
	require.FileExists(t, path)
	require.NoFileExists(t, path+".part")

	f, err = CreateTrace(path)
	require.NoError(t, err)
	name, err := f.Stop(false)
	require.NoError(t, err)
	require.Empty(t, name)
	require.NoFileExists(t, path+".part")

	f, err = CreateTrace(path)
	require.NoError(t, err)
	name, err = f.Stop(true)
	require.NoError(t, err)
	require.Equal(t, path+".part", name)
	require.FileExists(t, path, "the whole one that was there before")
	_, err = CreateTrace(dir)
	require.ErrorContains(t, err, "directory")
}

func TestCutOff(t *testing.T) {
	cut := &StreamError{What: cutOff, Status: &trace.CutOffError{}}
	assert.True(t, CutOff(cut))
	assert.True(t, CutOff(errors.Join(cut, cut)))
	assert.False(t, CutOff(errors.Join(cut, &StreamError{What: endedEarly})))
	assert.False(t, CutOff(errors.New("x")))
	assert.False(t, CutOff(nil))
}

func TestCPUInfo(t *testing.T) {
	text := "processor : 0\nmodel name : X\n\nprocessor : 1\nmodel name : X\n"
	assert.Equal(t, "processor : 0\nmodel name : X\nprocessor : 1\n", CPUInfo([]byte(text)))
	var long bytes.Buffer
	for i := range 100_000 {
		long.WriteString(string(rune('a'+i%26)) + " line " + filepath.Join("x", string(rune(i))) + "\n")
	}
	assert.LessOrEqual(t, len(CPUInfo(long.Bytes())), maxCPUInfo)
	d := (&Exec{Command: []string{"true"}}).Describe(t.Context())
	assert.NotEmpty(t, d["kernel"])
	assert.Nil(t, (&Exec{Command: []string{"/usr/bin/ssh", "board"}}).Describe(t.Context()))
}
