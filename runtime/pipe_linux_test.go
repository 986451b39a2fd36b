//go:build linux

package runtime

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestPipeGivesAll writes pieces of all sizes, small ones and such that make the reader rest, and wants the same bytes back.
func TestPipeGivesAll(t *testing.T) {
	p, w, err := newOutputPipe()
	require.NoError(t, err)
	rng := rand.New(rand.NewPCG(1, 2))
	sent := make([]byte, 8<<20)
	for i := range sent {
		sent[i] = byte(rng.Uint32())
	}
	go func() {
		defer w.Close()
		for rest := sent; len(rest) > 0; {
			n := min(len(rest), 1<<rng.IntN(19))
			if _, err := w.Write(rest[:n]); err != nil {
				return
			}
			rest = rest[n:]
		}
	}()
	var got bytes.Buffer
	_, err = io.CopyBuffer(struct{ io.Writer }{&got}, p, make([]byte, batchSize))
	require.NoError(t, err)
	require.True(t, bytes.Equal(sent, got.Bytes()), "of %d bytes %d came", len(sent), got.Len())
	require.NoError(t, p.Close())
}

// TestPipeDeadline wants a deadline to end a read that waits, and each one behind it, whatever there is to read.
func TestPipeDeadline(t *testing.T) {
	p, w, err := newOutputPipe()
	require.NoError(t, err)
	defer p.Close()
	defer w.Close()
	failed := make(chan error, 1)
	go func() {
		_, err := p.Read(make([]byte, 10))
		failed <- err
	}()
	require.NoError(t, p.SetReadDeadline(time.Now()))
	require.ErrorIs(t, <-failed, os.ErrDeadlineExceeded)

	_, err = w.WriteString("more")
	require.NoError(t, err)
	b := make([]byte, 10)
	_, err = p.Read(b)
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)

	require.NoError(t, p.SetReadDeadline(time.Time{}))
	n, err := p.Read(b)
	require.NoError(t, err)
	require.Equal(t, "more", string(b[:n]))
}
