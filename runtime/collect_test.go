package runtime

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// TestCollect: all records come, in order, and are those that the target wrote.
func TestCollect(t *testing.T) {
	eachOrder(t, func(t *testing.T, order string) {
		img := toyImage(t, order, small(4))
		data := toyStream(t, img, nil)
		var got []byte
		n := 0
		require.NoError(t, Collect(context.Background(), img, &fake{data: data, piece: 777}, 0, func(c Collected) error {
			require.Equal(t, n, c.Block*img.Program.Rounds+c.Round)
			n++
			head := make([]byte, arch.RecordHeaderSize)
			c.Header.Put(head, img.Program.Machine.Layout().Order)
			got = append(append(got, head...), c.Payload...)
			return nil
		}))
		require.Equal(t, len(img.Program.Blocks)*img.Program.Rounds, n)
		require.Equal(t, data[arch.RecordHeaderSize+arch.DigestSize:len(data)-arch.RecordHeaderSize], got)
	})
}

// TestCollectRefuses: what is not the whole stream of the image is an error, whatever came before it.
func TestCollectRefuses(t *testing.T) {
	img := toyImage(t, "little", small(4))
	data, other := toyStream(t, img, nil), toyStream(t, toyImage(t, "little", small(5)), nil)
	for name, stream := range map[string][]byte{
		"nothing": nil, "half": data[:len(data)/2], "no end record": data[:len(data)-arch.RecordHeaderSize],
		"more": append(append([]byte{}, data...), 1), "another image's": other, "garbage": []byte("no such thing, and long enough for a header"),
	} {
		err := Collect(context.Background(), img, &fake{data: stream}, time.Second, func(Collected) error { return nil })
		e := new(StreamError)
		require.ErrorAs(t, err, &e, name)
		require.Contains(t, err.Error(), "target", name)
	}
	stop := errors.New("enough")
	require.ErrorIs(t, Collect(context.Background(), img, &fake{data: data}, 0, func(Collected) error { return stop }), stop)
	ctx, cancel := context.WithCancel(context.Background())
	require.ErrorIs(t, Collect(ctx, img, &fake{data: data}, 0, func(Collected) error { cancel(); return context.Canceled }), context.Canceled)
}
