package runtime

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/needtool"
)

func TestShortReads(t *testing.T) {
	eachOrder(t, func(t *testing.T, order string) {
		img := toyImage(t, order, small(1))
		s := toyStream(t, img, nil)
		for _, piece := range []int{1, 7, 31, 33, 4096} {
			for _, pieces := range [][2]int{{piece, 0}, {0, piece}, {piece, 1000}} {
				r, err := Run(context.Background(), img, &fake{data: s, piece: pieces[0]}, &fake{data: s, piece: pieces[1]}, patient)
				require.NoError(t, err)
				require.False(t, r.Failed())
				require.EqualValues(t, len(img.Program.Blocks)*img.Program.Rounds, r.Records)
			}
		}
	})
}

// TestMisbehaviour lets either side misbehave: always an error that says where, never agreement.
func TestMisbehaviour(t *testing.T) {
	needtool.Slow(t)
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	at, h := recordAt(t, img, s, 2, 3)
	end := at + arch.RecordHeaderSize + int(h.Length)
	edit := func(at int, b ...byte) []byte {
		out := bytes.Clone(s)
		copy(out[at:], b)
		return out
	}
	lastBlock := fmtLast(img)
	cases := map[string]struct {
		f    fake
		want []string
	}{
		"nothing":          {fake{}, []string{"ended early before the first block"}},
		"dies at once":     {fake{status: &ExitError{How: "exit status 1", Stderr: "no such CPU"}}, []string{"before the first block", "exit status 1", "no such CPU"}},
		"wrong digest":     {fake{data: edit(arch.RecordHeaderSize, 1, 2, 3)}, []string{"wrong image"}},
		"wrong version":    {fake{data: edit(4, 9)}, []string{"wrong image", "version 9"}},
		"cut at a record":  {fake{data: s[:end]}, []string{"ended early after block 2 round 3"}},
		"cut in a record":  {fake{data: s[:end-1]}, []string{"ended early after block 2 round 2", "middle of a record"}},
		"cut in a header":  {fake{data: s[:end+5]}, []string{"ended early after block 2 round 3", "middle of a record"}},
		"dies":             {fake{data: s[:end], status: &ExitError{How: "killed by SIGSEGV"}}, []string{"after block 2 round 3: killed by SIGSEGV"}},
		"message":          {fake{data: append(bytes.Clone(s[:end]), "qemu: unhandled CPU exception 0x23\n  and much more"...)}, []string{"garbage after block 2 round 3", "unhandled CPU exception"}},
		"zeros":            {fake{data: append(bytes.Clone(s[:end]), make([]byte, 99)...)}, []string{"garbage after block 2 round 3", "00 00"}},
		"wrong block":      {fake{data: edit(at+4, 7)}, []string{"garbage after block 2 round 2", "expected block 2 round 3", "block 7"}},
		"record twice":     {fake{data: append(bytes.Clone(s[:end]), s[at:]...)}, []string{"garbage after block 2 round 3"}},
		"record left out":  {fake{data: append(bytes.Clone(s[:at]), s[end:]...)}, []string{"garbage after block 2 round 2"}},
		"other kind":       {fake{data: edit(at, s[at]^byte(arch.RecordFault)^byte(arch.RecordCheck))}, []string{"garbage after block 2 round 2"}},
		"early end record": {fake{data: append(bytes.Clone(s[:end]), s[len(s)-arch.RecordHeaderSize:]...)}, []string{"ended early after block 2 round 3"}},
		"no end record":    {fake{data: s[:len(s)-arch.RecordHeaderSize]}, []string{"ended early after " + lastBlock}},
		"wrong end record": {fake{data: edit(len(s)-arch.RecordHeaderSize+8, 77)}, []string{"garbage after " + lastBlock}},
		"too much":         {fake{data: append(bytes.Clone(s), 'x')}, []string{"garbage after " + lastBlock}},
		"twice":            {fake{data: append(bytes.Clone(s), s...)}, []string{"garbage after " + lastBlock}},
		"bad status":       {fake{data: s, status: &ExitError{How: "exit status 3"}}, []string{"failed after " + lastBlock, "exit status 3"}},
		"hangs at once":    {fake{hang: true}, []string{"stalled before the first block"}},
		"hangs":            {fake{data: s[:end+5], hang: true}, []string{"stalled after block 2 round 3"}},
		"hangs at the end": {fake{data: s, hang: true}, []string{"stalled after " + lastBlock}},
		"does not exit":    {fake{data: s, linger: true}, []string{"did not exit"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // where a stall is one, however busy the machine is, and takes no time
				bad := c.f
				_, err := Run(t.Context(), img, &bad, &fake{data: s}, patient)
				requireStreamError(t, err, append(c.want, "master (fake)"))
				bad = c.f
				_, err = Run(t.Context(), img, &fake{data: s, piece: 100}, &bad, patient)
				requireStreamError(t, err, append(c.want, "apprentice (fake)"))
				bad = c.f
				_, err = Run(t.Context(), img, &bad, &bad, patient)
				requireStreamError(t, err, append(c.want, "apprentice (fake)", "master (fake)"))
			})
		})
	}
}

func fmtLast(img *Image) string {
	e := lastGood(img.Program, len(img.Program.Blocks), 0)
	e.What = "x"
	return e.Error()[len("x after "):]
}

func requireStreamError(t *testing.T, err error, want []string) {
	t.Helper()
	require.Error(t, err)
	var e *StreamError
	require.True(t, errors.As(err, &e))
	for _, w := range want {
		require.ErrorContains(t, err, w)
	}
}

func TestCancel(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Run(ctx, img, &fake{data: s, hang: true}, &fake{hang: true}, Options{})
	require.ErrorIs(t, err, context.Canceled)
}

// FuzzStream: whatever a target writes, nothing panics, and nothing but the true records is agreement.
// Coverage depends on how goroutines meet, which the fuzzer's minimizer takes for progress: fuzz with
// -fuzzminimizetime 1x.
func FuzzStream(f *testing.F) {
	img := toyImage(f, "little", arch.Options{Seed: 1, Count: 8, BlockLen: 4, Rounds: 2})
	good := toyStream(f, img, nil)
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := runBytes(t, img, good, data)
		if err == nil && !r.Failed() && r.CodeDiffers == 0 && !bytes.Equal(good, data) {
			t.Fatal("other records than the true ones were taken for agreement")
		}
	})
}
