package runtime

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

const testToken = "risugen TOKEN"

// said is what a guest writes whose image writes data and exits with a status.
func said(data []byte, status int) []byte {
	head := "noise\n" + testToken + " about\nLinux 1.2 #3 toy\ncpu model : Toy  V1\ncpu model : Toy  V1\n" + testToken + " run\n"
	return append(append([]byte(head), data...), fmt.Sprintf("%s exit %03d\n", testToken, status)...)
}

// readGuest reads a guest's words to their end, in pieces of at most n bytes.
func readGuest(t testing.TB, r io.Reader, n int) (*guestStream, []byte) {
	g := newGuestStream(r, testToken)
	about, err := g.about()
	require.NoError(t, err)
	require.Equal(t, map[string]string{"kernel": "Linux 1.2 #3 toy", "cpuinfo": "cpu model : Toy  V1\n"}, about)
	var out bytes.Buffer
	for b := make([]byte, n); ; {
		k, err := g.Read(b)
		out.Write(b[:k])
		if err != nil {
			require.ErrorIs(t, err, io.EOF)
			return g, out.Bytes()
		}
		require.Positive(t, k)
	}
}

// FuzzGuest: the image's output comes through byte for byte, however it is cut, and whatever it looks like.
func FuzzGuest(f *testing.F) {
	f.Add([]byte("abc"), 0, uint64(1))
	f.Add([]byte(testToken+" exit 000\n"+testToken+" exit 00"), 139, uint64(2))
	f.Add(bytes.Repeat([]byte{0, '\n', 0xff}, guestBuffer/2), 1, uint64(3))
	f.Add([]byte{}, 255, uint64(4))
	f.Fuzz(func(t *testing.T, data []byte, status int, seed uint64) {
		// The output may hold the last words, but not where it pauses: nobody knows the token.
		data = bytes.ReplaceAll(data, []byte(testToken+" exit "), []byte("risugen WOKEN exit "))
		status &= 0xff
		rnd := rand.New(rand.NewPCG(seed, 0))
		in := &cutReader{bytes.NewReader(said(data, status)), rnd}
		g, out := readGuest(t, in, 1+rnd.IntN(len(data)+2))
		require.True(t, bytes.Equal(data, out), "%d bytes became %d", len(data), len(out))
		require.Equal(t, status, g.status)
	})
}

// cutReader reads pieces of random sizes.
type cutReader struct {
	r   io.Reader
	rnd *rand.Rand
}

func (c *cutReader) Read(b []byte) (int, error) {
	return c.r.Read(b[:min(len(b), 1+c.rnd.IntN(1000))])
}

// TestGuestCut: a guest that goes down without its last words, or in the middle of them, has no status, and nothing of
// what it said is lost.
func TestGuestCut(t *testing.T) {
	all := said([]byte("data"), 0)
	start := bytes.Index(all, []byte("data"))
	for end := start; end < len(all); end++ {
		for _, r := range []io.Reader{bytes.NewReader(all[:end]), iotest.OneByteReader(bytes.NewReader(all[:end])), iotest.DataErrReader(bytes.NewReader(all[:end]))} {
			g, out := readGuest(t, r, 100)
			require.Equal(t, string(all[start:end]), string(out))
			require.Equal(t, -1, g.status)
		}
	}
}

func TestGuestAbout(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "ended before",
		"what\n" + testToken + " abou":   "ended before",
		strings.Repeat("login: \n", 1e5): "not from its first process",
		strings.Repeat("x", 1e6):         "not from its first process",
	} {
		_, err := newGuestStream(strings.NewReader(text), testToken).about()
		require.ErrorContains(t, err, want, text[:min(len(text), 30)])
	}
	g := newGuestStream(io.MultiReader(strings.NewReader(testToken+" run\nabc"), iotest.ErrReader(errors.New("broken"))), testToken)
	about, err := g.about()
	require.NoError(t, err)
	require.Empty(t, about)
	b := make([]byte, 9)
	n, err := g.Read(b)
	require.NoError(t, err)
	require.Equal(t, "abc", string(b[:n]))
	_, err = g.Read(b)
	require.ErrorContains(t, err, "broken")
}

func TestConsole(t *testing.T) {
	var c console
	for i := range 1000 {
		fmt.Fprintf(&c, "line %d %s\r\n\r\n", i, strings.Repeat("x", 1000))
	}
	require.False(t, c.inTrouble())
	lines := strings.Split(c.text(), "\n")
	require.Len(t, lines, consoleLines)
	require.True(t, strings.HasPrefix(lines[consoleLines-1], "line 999 xxx"))
	require.LessOrEqual(t, len(c.text()), consoleLines*(consoleLine+1))
	_, _ = c.Write([]byte("the la"))
	_, _ = c.Write([]byte("st"))
	require.Contains(t, c.text(), "line 999")
	require.True(t, strings.HasSuffix(c.text(), "\nthe last"))
	for i := range 100 {
		fmt.Fprintf(&c, "[ 1.0] Oops[#1]:\n[ 1.%d] more \xff\n", i)
	}
	require.True(t, c.inTrouble())
	lines = strings.Split(c.text(), "\n")
	require.Len(t, lines, consoleLines)
	require.True(t, strings.HasPrefix(lines[2], "line 999 xxx"))
	require.Equal(t, "the last[ 1.0] Oops[#1]:", lines[3])
	require.Equal(t, "[ 1.0] more ?", lines[4])
}
