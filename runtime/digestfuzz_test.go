package runtime

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// FuzzDigestStream: whatever a target writes instead of its digests ends in an error, or is the one stream of the
// right form: start, a digest for each round, end.
func FuzzDigestStream(f *testing.F) {
	whole := toyImage(f, "little", arch.Options{Seed: 5, Count: 30, BlockLen: 6, Rounds: 3})
	img, err := DigestImage(whole, arch.RoundDigests)
	require.NoError(f, err)
	good := toyStream(f, img, nil)
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add(append(good[:len(good):len(good)], 0))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := newStreamReader(bytes.NewReader(data), img)
		buf, digests := make([]byte, 4096), 0
		for {
			run, err := r.next(buf)
			require.Zero(t, len(run)%arch.DigestBytes)
			digests += len(run) / arch.DigestBytes
			if err != nil {
				if digests == len(img.Program.Blocks)*3 && err.Error() == "EOF" {
					require.GreaterOrEqual(t, len(data), 2*arch.RecordHeaderSize+arch.DigestSize+8*digests)
				}
				break
			}
		}
	})
}

// FuzzBoard: a file that is no image is an error, or an ELF file.
func FuzzBoard(f *testing.F) {
	img := toyImage(f, "big", arch.Options{Seed: 5, Count: 3, BlockLen: 6, Rounds: 1})
	f.Add(img.Data)
	f.Add(img.Data[:200])
	f.Fuzz(func(t *testing.T, data []byte) {
		out, err := board(data)
		if err == nil {
			require.LessOrEqual(t, len(out), len(data))
		}
	})
}
