package runtime_test

import (
	"bytes"
	"context"
	"debug/elf"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/runtime"
)

// output runs an image of the toy architecture and returns what it writes.
func output(t *testing.T, img *runtime.Image, file []byte) []byte {
	t.Helper()
	f, err := elf.NewFile(bytes.NewReader(file))
	require.NoError(t, err)
	in, err := toy.NewInterpreter(img.Program.Machine.Layout().Order)
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, in.Run(memory(f), &out))
	return out.Bytes()
}

// records takes a stream apart: by block and round, without start and end.
func records(t *testing.T, img *runtime.Image, stream []byte) map[[2]int][]byte {
	t.Helper()
	out := map[[2]int][]byte{}
	for len(stream) > 0 {
		h, ok := arch.ParseRecordHeader(stream, img.Program.Machine.Layout().Order)
		require.True(t, ok)
		size := arch.RecordHeaderSize + int(h.Length)
		if h.Kind == arch.RecordCheck || h.Kind == arch.RecordFault {
			out[[2]int{int(h.Block), int(h.Round)}] = stream[8:size] // without the block's number
		}
		stream = stream[size:]
	}
	return out
}

// TestSubImage: the records of a part are those that its blocks have in the whole.
func TestSubImage(t *testing.T) {
	for _, order := range []string{"little", "big"} {
		img := varied(t, order)
		whole := records(t, img, output(t, img, img.Data))
		last := len(img.Program.Blocks) - 1
		for _, blocks := range [][]int{{0}, {last}, {3, 4, 9}, {0, 1, last - 1, last}} {
			sub, err := runtime.SubImage(img, blocks)
			require.NoError(t, err)
			require.Less(t, len(sub.Data), len(img.Data))
			got := records(t, sub, output(t, sub, sub.Data))
			require.Len(t, got, len(blocks)*img.Program.Rounds)
			for i, b := range blocks {
				require.Equal(t, b, sub.Program.Number(i))
				require.Equal(t, img.Program.Blocks[b].Addr, sub.Program.Blocks[i].Addr)
				for round := range img.Program.Rounds {
					require.Equal(t, whole[[2]int{b, round}], got[[2]int{i, round}], "block %d round %d", b, round)
				}
			}
		}
	}
}

// TestSubImageIsAnImage: it can be kept and run by itself, and reports name blocks as in the whole.
func TestSubImageIsAnImage(t *testing.T) {
	sub, err := runtime.SubImage(varied(t, "big"), []int{5, 17, 18})
	require.NoError(t, err)
	loaded, err := runtime.Load(sub.Data, func(c arch.Config) (arch.Machine, error) { return toy.Arch{}.Machine(c) })
	require.NoError(t, err)
	require.Equal(t, sub.Digest, loaded.Digest)
	at := sub.Program.Blocks[1].Addr
	r, err := runtime.Run(context.Background(), loaded, &mortal{}, &mortal{fault: func(_ int, s *toy.Step) {
		if uint64(s.Before.PC) == at {
			s.CPU.V[2] ^= 8
		}
	}}, runtime.Options{})
	require.NoError(t, err)
	require.EqualValues(t, sub.Program.Rounds, r.Mismatches)
	require.Equal(t, 17, r.MismatchList[0].Block)
	_, err = runtime.SubImage(loaded, []int{1})
	require.ErrorContains(t, err, "part of another one")
	_, err = runtime.Run(context.Background(), loaded, &mortal{}, &mortal{}, digests(arch.RoundDigests, false))
	require.ErrorContains(t, err, "part of another one")
}

func TestSubImageOfWrongBlocks(t *testing.T) {
	img := varied(t, "little")
	for _, blocks := range [][]int{{}, {-1}, {len(img.Program.Blocks)}, {4, 4}, {4, 3}} {
		_, err := runtime.SubImage(img, blocks)
		require.Error(t, err, "%v", blocks)
	}
}

// TestBoard: what a target gets writes the same, and holds no more than the segments.
func TestBoard(t *testing.T) {
	img := varied(t, "big")
	board, err := img.Board()
	require.NoError(t, err)
	require.Equal(t, output(t, img, img.Data), output(t, img, board))
	require.Less(t, len(board), len(img.Data))
	f, err := elf.NewFile(bytes.NewReader(board))
	require.NoError(t, err)
	require.Empty(t, f.Sections)
	for _, p := range f.Progs {
		require.NotEqual(t, elf.PT_NOTE, p.Type)
	}
	_, err = runtime.Load(board, func(c arch.Config) (arch.Machine, error) { return toy.Arch{}.Machine(c) })
	require.ErrorContains(t, err, "no note")
	for n := range 200 {
		_, err := (&runtime.Image{Data: img.Data[:n]}).Board()
		require.Error(t, err)
	}
}
