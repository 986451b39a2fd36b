//go:build linux

package runtime

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// sharer is a target that leaves a stream's records in memory.
type sharer struct {
	t      *testing.T
	stream []byte
	most   int    // bytes of a slot
	after  []byte // what it writes to its standard output in the end
	slots  int    // that it filled
	last   *sharedMemory
}

func (s *sharer) Name() string { return "sharer" }

type sharerProcess struct {
	output
	in     *io.PipeReader
	status chan error
}

func (p *sharerProcess) Kill() { p.in.CloseWithError(errors.New("killed")) }

func (p *sharerProcess) Wait() error {
	err := <-p.status
	p.memory.close()
	return err
}

func (s *sharer) Start(_ context.Context, img *Image) (Process, error) {
	m := newSharedMemory(img, os.Stdout)
	require.NotNil(s.t, m)
	s.last = m
	in, out := io.Pipe()
	p := &sharerProcess{output: output{pipe: in, memory: m}, in: in, status: make(chan error, 1)}
	memory, credits := m.theirs[0], m.theirs[1]
	m.theirs = nil
	go func() {
		p.status <- s.write(img, memory, credits, out)
		out.Close()
		memory.Close()
		credits.Close()
	}()
	return p, nil
}

// write does what an image does.
func (s *sharer) write(img *Image, memory, credits *os.File, out io.Writer) error {
	order := img.Program.Machine.Layout().Order
	rest, slot := s.stream, 0
	for len(rest) > 0 {
		n := 0
		for n == 0 || n < len(rest) && n+size(rest[n:], order) <= s.most {
			n += size(rest[n:], order)
		}
		n = min(n, len(rest))
		if _, err := memory.WriteAt(rest[:n], int64(slot*arch.ShareSlot)); err != nil {
			return err
		}
		rest = rest[n:]
		s.slots++
		b := order.AppendUint32(order.AppendUint32(nil, arch.RecordMagic|uint32(arch.RecordHanded)), uint32(n))
		if _, err := out.Write(b); err != nil {
			return err
		}
		if len(rest) > 0 {
			if k, err := credits.Read(b[:1]); k == 0 {
				return err
			}
		}
		slot = (slot + 1) % arch.ShareSlots
	}
	_, err := out.Write(s.after)
	return err
}

func size(record []byte, order arch.ByteOrder) int {
	return arch.RecordHeaderSize + int(order.Uint32(record[12:]))
}

// TestRecordsInMemory: they are compared where they stand, and each slot is given back.
func TestRecordsInMemory(t *testing.T) {
	eachOrder(t, func(t *testing.T, order string) {
		img := toyImage(t, order, small(3))
		stream := toyStream(t, img, nil)
		wrong, h := append([]byte(nil), stream...), 0
		for range 40 {
			at, header := recordAt(t, img, stream, rand.IntN(len(img.Program.Blocks)), rand.IntN(img.Program.Rounds))
			if header.Kind == arch.RecordCheck {
				wrong[at+arch.RecordHeaderSize+img.Program.Machine.Layout().Classes[0].Record+8] ^= 1
				h++
			}
		}
		require.NotZero(t, h)
		for _, most := range []int{1, 5000, arch.ShareSlot} {
			good, bad := &sharer{t: t, stream: stream, most: most}, &sharer{t: t, stream: wrong, most: most}
			r, err := Run(t.Context(), img, good, &fake{data: stream}, Options{})
			require.NoError(t, err)
			require.False(t, r.Failed())
			want, err := runBytes(t, img, stream, wrong)
			require.NoError(t, err)
			got, err := Run(t.Context(), img, good, bad, Options{})
			require.NoError(t, err)
			require.NotZero(t, got.Mismatches)
			require.Equal(t, want.Mismatches, got.Mismatches)
			require.Equal(t, want.MismatchList, got.MismatchList)
			for _, m := range []*sharedMemory{good.last, bad.last} {
				require.Nil(t, m.memory, "it was given back")
				require.Zero(t, m.lent)
			}
			if most == 1 {
				require.Greater(t, bad.slots, 3*arch.ShareSlots)
			}
		}
	})
}

// TestReadsFromMemory: who does not ask gets the same bytes.
func TestReadsFromMemory(t *testing.T) {
	img := toyImage(t, "big", small(3))
	stream := toyStream(t, img, nil)
	p, err := (&sharer{t: t, stream: stream, most: 3000}).Start(t.Context(), img)
	require.NoError(t, err)
	var got []byte
	for b := make([]byte, 1000); err == nil; {
		var n int
		n, err = p.Read(b[:1+rand.IntN(len(b))])
		got = append(got, b[:n]...)
	}
	require.ErrorIs(t, err, io.EOF)
	require.Equal(t, stream, got)
	require.NoError(t, p.Wait())
}

// TestBadHandovers: what is no handover, or of no whole records, ends a run with an error, and no memory is left behind.
func TestBadHandovers(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	_, header := recordAt(t, img, s, 0, 0)
	cut := len(s) - arch.RecordHeaderSize - int(header.Length)/2
	word := []byte{byte(arch.RecordHanded), 0x53, 0x49, 0x52}
	for name, c := range map[string]struct {
		sharer
		want []string
	}{
		"too large":        {sharer{stream: s, after: append(word, 1, 0, 2, 0)}, []string{"garbage after", "expected a handover"}},
		"other words":      {sharer{stream: s, after: []byte("hello, world")}, []string{"garbage after", "expected a handover", "hello"}},
		"half":             {sharer{stream: s, after: word[:3]}, []string{"ended early after", "within a handover"}},
		"more":             {sharer{stream: append(append([]byte(nil), s...), s...)}, []string{"garbage"}},
		"within a record":  {sharer{stream: s[:cut]}, []string{"garbage after", "that end with"}},
		"empty":            {sharer{stream: s, after: append(word, 0, 0, 0, 0)}, []string{"garbage after", "expected a handover"}},
		"without the last": {sharer{stream: s[:len(s)-arch.RecordHeaderSize]}, []string{"ended early"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, other := range [][]byte{s, s[:len(s)/2]} {
				bad := c.sharer
				bad.t, bad.most = t, 4000
				_, err := Run(t.Context(), img, &bad, &fake{data: other}, Options{})
				require.Error(t, err)
				if len(other) == len(s) {
					requireStreamError(t, err, append(c.want, "master (sharer)"))
				}
				require.Nil(t, bad.last.memory, "it was given back")
			}
		})
	}
}
