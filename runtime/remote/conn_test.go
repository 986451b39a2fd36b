package remote

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestConnLimits: a side that says or takes nothing ends a wait, in words without addresses.
func TestConnLimits(t *testing.T) {
	a, b := net.Pipe()
	defer b.Close()
	c := NewConn(a, 20*time.Millisecond, 30*time.Millisecond)
	_, err := c.Read(make([]byte, 1))
	require.EqualError(t, err, "nothing came for 0.02 s")
	require.ErrorAs(t, err, new(*SilenceError))
	_, err = c.Write(make([]byte, 1))
	require.EqualError(t, err, "nothing could be sent for 0.03 s")
	c.Limit(0, 0)
	c.Until(time.Now().Add(20 * time.Millisecond))
	_, err = c.Read(make([]byte, 1))
	require.ErrorAs(t, err, new(*SilenceError))
	_, err = c.Write(make([]byte, 1))
	require.ErrorAs(t, err, new(*SilenceError))
	c.Until(time.Time{})
	go func() { _, _ = b.Write([]byte("x")) }()
	_, err = c.Read(make([]byte, 1))
	require.NoError(t, err)
}

// TestConnUntil: a time that is set ends what is under way.
func TestConnUntil(t *testing.T) {
	a, b := net.Pipe()
	defer b.Close()
	c := NewConn(a, 0, 0)
	done := make(chan error)
	go func() {
		_, err := c.Read(make([]byte, 1))
		done <- err
	}()
	c.Until(time.Now())
	require.ErrorAs(t, <-done, new(*SilenceError))
}

// TestConnWritesAll: a reader that takes little at a time gets everything.
func TestConnWritesAll(t *testing.T) {
	a, b := net.Pipe()
	c := NewConn(a, 0, time.Minute)
	done := make(chan int)
	go func() {
		n, _ := c.Write(make([]byte, 3*chunk+5))
		c.Close()
		done <- n
	}()
	got := 0
	for buf := make([]byte, 1000); ; {
		n, err := b.Read(buf)
		if got += n; err != nil {
			break
		}
	}
	require.Equal(t, 3*chunk+5, got)
	require.Equal(t, got, <-done)
}

func TestClean(t *testing.T) {
	require.Equal(t, "a\tb\nc?d?e?", Clean("a\tb\nc\rd\x1be\u202e", 100))
	require.Equal(t, "??x", Clean("\xff\x80x", 100))
	require.Equal(t, "aé", Clean("aéé", 4))
	require.Equal(t, "a | b c", Line("a\nb\tc", 100))
}

func TestReadToken(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	write := func(text string, mode os.FileMode) {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		require.NoError(t, os.Chmod(file, mode))
	}
	write("  0123456789abcdef\n", 0o600)
	got, warning, err := ReadToken(file)
	require.NoError(t, err)
	require.Empty(t, warning)
	require.Equal(t, "0123456789abcdef", string(got))
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620} {
		write("0123456789abcdef", mode)
		_, warning, err = ReadToken(file)
		require.NoError(t, err)
		require.Contains(t, warning, "chmod 600")
	}
	write("0123456789abcde \n", 0o600)
	_, _, err = ReadToken(file)
	require.ErrorContains(t, err, "at least 16 bytes")
	write(strings.Repeat("x", 5000), 0o600)
	_, _, err = ReadToken(file)
	require.ErrorContains(t, err, "at most 4096 bytes")
	_, _, err = ReadToken(file + "x")
	require.ErrorIs(t, err, os.ErrNotExist)
}
