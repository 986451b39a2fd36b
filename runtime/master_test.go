package runtime

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime/remote"
)

// TestWrongImage: both digests are named, on both sides.
func TestWrongImage(t *testing.T) {
	img, other := toyImage(t, "little", small(1)), toyImage(t, "little", small(2))
	s := toyStream(t, other, nil)
	m := serve(t, img, &fake{data: toyStream(t, img, nil)}, ServeOptions{})
	_, err := Run(t.Context(), other, m.target(), &fake{data: s}, patient)
	want := []string{fmt.Sprintf("the master's image has the digest %x", img.Digest), fmt.Sprintf("the client's %x", other.Digest)}
	for _, w := range want {
		require.ErrorContains(t, err, w)
	}
	m.logged(t, want...)
	var r *remote.Refusal
	require.ErrorAs(t, err, &r)
	require.Equal(t, remote.WrongImage, r.Reason)
}

// TestToken: whoever has not the token is not served, and does not even learn which image is there.
func TestToken(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	m := serve(t, img, &fake{data: s}, ServeOptions{Token: []byte("the right token, of some length")})
	for token, want := range map[string]string{
		"":                                "it wants a token (--token-file)",
		"another token, of some length  ": "refused: the token is another one",
		"the right token, of some length": "",
	} {
		target := m.target()
		if token != "" {
			target.Token = []byte(token)
		}
		for _, i := range []*Image{img, toyImage(t, "little", small(2))} {
			_, err := Run(t.Context(), i, target, &fake{data: s}, patient)
			switch {
			case want != "":
				require.ErrorContains(t, err, want)
				require.NotContains(t, err.Error(), "digest")
			case i == img:
				require.NoError(t, err)
			default:
				require.ErrorContains(t, err, "digest")
			}
		}
	}
	m.logged(t, "refused: the token is another one")
	open := serve(t, img, &fake{data: s}, ServeOptions{})
	target := open.target()
	target.Token = []byte("the right token, of some length")
	_, err := Run(t.Context(), img, target, &fake{data: s}, patient)
	require.ErrorContains(t, err, "asks for no token")
}

// TestGarbageClients: whatever connects is logged in one line, and the master goes on.
func TestGarbageClients(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	m := serve(t, img, &fake{data: s}, ServeOptions{})
	for say, want := range map[string]string{
		"":                                       "closed the connection after 0 bytes of its hello",
		"GET / HTTP/1.1\r\n\r\n":                 `"GET / HT" came instead of a hello`,
		"\x1b]0;title\x07" + "\n\n":              `"\x1b]0;titl" came instead of a hello`,
		"\x89RISUAP\n":                           "closed the connection after 8 bytes of its hello",
		"\x89RISUAP\n" + strings.Repeat("x", 99): "closed the connection after 107 bytes of its hello",
		"\x89RISUAP\n" + strings.Repeat("x", 1<<20): "the checksum of the hello is wrong",
	} {
		c := m.connect(t)
		_, _ = io.WriteString(c, say)     // it may be cut off
		_ = c.(*net.TCPConn).CloseWrite() // it may be closed from there
		_, _ = io.Copy(io.Discard, c)
		m.logged(t, "127.0.0.1:", "dropped", want)
	}
	r, err := Run(t.Context(), img, m.target(), &fake{data: s}, patient)
	require.NoError(t, err)
	require.False(t, r.Failed())
	require.Len(t, m.log(), 7)
	for _, line := range m.log() {
		require.Equal(t, line, remote.Line(line, 1<<20))
	}
}

// TestSilentClient: one that says nothing, or a byte now and then, has its time and no more.
func TestSilentClient(t *testing.T) {
	img := toyImage(t, "little", small(1))
	m := serve(t, img, &fake{}, ServeOptions{Handshake: 50 * time.Millisecond})
	for i, drops := range []string{"", "\x89RISUAP\n" + strings.Repeat("x", remote.HelloSize-9)} { // all but the last byte of a hello
		c := m.connect(t)
		go func() {
			for _, drop := range []byte(drops) {
				if _, err := c.Write([]byte{drop}); err != nil {
					return
				}
				time.Sleep(time.Millisecond)
			}
		}()
		_, err := io.Copy(io.Discard, c)
		_ = err // the end or a reset
		require.True(t, waits(func() bool { return len(m.log()) == i+1 }), "%q", m.log())
		require.Contains(t, m.log()[i], "nothing came for")
		require.Contains(t, m.log()[i], "bytes of its hello")
	}
}

// hello connects by hand and is accepted.
func (m *served) hello(t *testing.T, img *Image) net.Conn {
	t.Helper()
	c := m.connect(t)
	hand, err := remote.Present(c, nil, img.Digest)
	require.NoError(t, err)
	a, err := hand.Next()
	require.NoError(t, err)
	require.Equal(t, remote.Accepted, a.Kind)
	return c
}

// TestClientVanishes: the target of a client that goes away, or says more than it may, is killed, and the place is free.
func TestClientVanishes(t *testing.T) {
	img := toyImage(t, "little", small(1))
	target := newEndless()
	m := serve(t, img, target, ServeOptions{Stall: time.Minute})
	for i, c := range []struct {
		leave func(c *net.TCPConn) error
		want  string
	}{
		{(*net.TCPConn).Close, "the c"}, // a system resets a connection that is closed with something unread
		{(*net.TCPConn).CloseWrite, "the client closed the connection"},
		{func(c *net.TCPConn) error { return errors.Join(c.SetLinger(0), c.Close()) }, "the connection broke"},
		{func(c *net.TCPConn) error { _, err := c.Write([]byte("more")); return err }, "the client sent more than its hello"},
	} {
		conn := m.hello(t, img)
		<-target.started
		require.NoError(t, c.leave(conn.(*net.TCPConn)))
		<-target.killed
		require.True(t, waits(func() bool { return len(m.log()) == i+1 }), "%q", m.log())
		require.Contains(t, m.log()[i], "dropped: "+c.want)
	}
}

// TestBusy: no more clients are served than are to be, and others are told so.
func TestBusy(t *testing.T) {
	needtool.Slow(t)
	img := toyImage(t, "little", small(1))
	target := newEndless()
	m := serve(t, img, target, ServeOptions{Clients: 2, Stall: time.Minute})
	a, _ := m.hello(t, img), m.hello(t, img)
	_, err := m.target().Start(t.Context(), img)
	require.ErrorContains(t, err, "the master is busy: it serves 2 at a time")
	m.logged(t, "refused: the master is busy")
	a.Close()
	<-target.killed
	require.True(t, waits(func() bool {
		p, err := m.target().Start(t.Context(), img)
		if err == nil {
			p.Kill()
			_ = p.Wait()
		}
		return err == nil
	}), "the place of one that went away is free again")
}

// TestStuckClient: a client that takes nothing is dropped, though its machine still answers.
func TestStuckClient(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	goroutines(t)
	here, there := net.Pipe() // has no buffer that would have to be filled
	var lines []string
	m := &master{
		img: img, target: &fake{data: s}, open: make(chan struct{}, 1), served: make(chan struct{}, 1),
		opt: ServeOptions{ClientStall: 50 * time.Millisecond, Log: func(l string) { lines = append(lines, l) }}.withDefaults(),
	}
	go func() {
		if hand, err := remote.Present(there, nil, img.Digest); err == nil {
			_, _ = hand.Next()
		}
	}()
	m.connection(t.Context(), here)
	m.all.Wait()
	require.Len(t, lines, 1)
	require.Contains(t, lines[0], "nothing could be sent for 0.05 s")
}
