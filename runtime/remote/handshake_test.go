package remote

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var digest = [DigestSize]byte{1, 2, 3, 31: 9}

var token, otherToken = []byte("a token of some length"), []byte("a token of same length")

// shake lets the two sides speak with each other.
func shake(t *testing.T, masters, clients []byte, answers ...Answer) (served, refused error) {
	t.Helper()
	a, b := net.Pipe()
	deadline := time.Now().Add(time.Minute)
	require.NoError(t, errors.Join(a.SetDeadline(deadline), b.SetDeadline(deadline)))
	done := make(chan error, 1)
	go func() {
		defer a.Close()
		m, err := Receive(a, masters)
		for _, answer := range answers {
			if err == nil {
				err = m.Say(answer)
			}
		}
		done <- err
	}()
	c, err := Present(b, clients, digest)
	for range answers {
		if err == nil {
			_, err = c.Next()
		}
	}
	b.Close()
	return <-done, err
}

func TestHandshake(t *testing.T) {
	for name, c := range map[string]struct {
		masters, clients []byte
		master, client   string
	}{
		"no token":      {nil, nil, "", ""},
		"token":         {token, token, "", ""},
		"other token":   {token, otherToken, "refused: the token is another one", "refused: the token is another one"},
		"none there":    {token, nil, "closed the connection after 0 bytes of its hello", "wants a token"},
		"none wanted":   {nil, token, "closed the connection after 0 bytes of its hello", "asks for no token"},
		"longer":        {token, append(bytes.Clone(token), 'x'), "another one", "another one"},
		"almost a zero": {token, make([]byte, len(token)), "another one", "another one"},
	} {
		t.Run(name, func(t *testing.T) {
			served, refused := shake(t, c.masters, c.clients, Answer{Kind: Wait}, Answer{Kind: Accepted, Stall: time.Second})
			for _, side := range []struct {
				err  error
				want string
			}{{served, c.master}, {refused, c.client}} {
				if side.want == "" {
					require.NoError(t, side.err)
				} else {
					require.ErrorContains(t, side.err, side.want)
				}
			}
		})
	}
}

// script is a connection on which one side's words are given.
type script struct {
	io.Reader
	bytes.Buffer
}

func (s *script) Read(b []byte) (int, error) { return s.Reader.Read(b) }

// TestRefused: a refusal arrives with its reason, fit for a terminal.
func TestRefused(t *testing.T) {
	served, refused := shake(t, nil, nil, Answer{Kind: Refused, Reason: Busy, Text: "come\x1b[2Jback\nlater!" + strings.Repeat("é", MaxText)})
	require.NoError(t, served)
	var r *Refusal
	require.ErrorAs(t, refused, &r)
	require.Equal(t, Busy, r.Reason)
	require.True(t, strings.HasPrefix(r.Text, "come?[2Jback\nlater!é"))
	require.Equal(t, MaxText-1, len(r.Text), "no half character")
}

// TestVersions: whoever speaks another version is told so.
func TestVersions(t *testing.T) {
	h := hello{version: 2, flags: flagToken}
	s := &script{Reader: bytes.NewReader(h.bytes())}
	_, err := Receive(s, nil)
	require.ErrorContains(t, err, "version 1 of the protocol, you speak 2")
	a, err := readAnswer(bytes.NewReader(s.Bytes()[GreetingSize:]))
	require.NoError(t, err)
	require.Equal(t, WrongVersion, a.Reason)
	for _, g := range []greeting{{version: 7}, {version: 1, flags: 2}} {
		_, err = Present(&script{Reader: bytes.NewReader(g.bytes())}, nil, digest)
		require.ErrorContains(t, err, "of the protocol")
	}
}

// TestReplayedHello: what a client once said is of no use to one who listened, nor is what the master said.
func TestReplayedHello(t *testing.T) {
	g := greeting{version: Version, flags: flagToken, nonce: newNonce()}
	heard := &script{Reader: bytes.NewReader(g.bytes())}
	_, err := Present(heard, token, digest)
	require.NoError(t, err)
	replay := &script{Reader: bytes.NewReader(heard.Bytes())}
	_, err = Receive(replay, token)
	require.ErrorContains(t, err, "the token is another one")

	h, raw, err := readHello(bytes.NewReader(heard.Bytes()))
	require.NoError(t, err)
	require.True(t, proves(prove(token, clientLabel, g.bytes(), h.unproved()), h.proof), "it was right for its greeting")
	accepted := Answer{Kind: Accepted, proof: h.proof}
	_, err = (&Client{&script{Reader: bytes.NewReader(accepted.bytes())}, token, append(g.bytes(), raw...)}).Next()
	require.ErrorContains(t, err, "does not prove", "its own proof sent back")
	h.digest[0]++
	require.False(t, proves(prove(token, clientLabel, g.bytes(), h.unproved()), h.proof), "the proof is for one image")
	require.NotContains(t, heard.String(), string(token))
}

// TestFalseMaster: a master without the token is not believed, whatever it says.
func TestFalseMaster(t *testing.T) {
	g := greeting{version: Version, flags: flagToken}
	for _, a := range []Answer{{Kind: Accepted}, {Kind: Accepted, proof: prove(otherToken, masterLabel)}} {
		c, err := Present(&script{Reader: bytes.NewReader(append(g.bytes(), a.bytes()...))}, token, digest)
		require.NoError(t, err)
		_, err = c.Next()
		require.ErrorContains(t, err, "does not prove")
	}
}

// TestLayout pins the bytes that docs/remote.md describes.
func TestLayout(t *testing.T) {
	g := greeting{version: 1, flags: 1, nonce: [NonceSize]byte{0xaa, 31: 0xbb}}
	h := hello{version: 1, flags: 1, nonce: [NonceSize]byte{0xcc, 31: 0xdd}, digest: digest, proof: [proofSize]byte{0xee, 31: 0xff}}
	a := Answer{Kind: Refused, Reason: Busy, Stall: 20 * time.Second, Text: "no"}
	pad := func(n int) string { return strings.Repeat("00", n) }
	for want, b := range map[string][]byte{ // without the checksum
		"89524953554d410a" + "0100" + "0100" + "aa" + pad(30) + "bb":                                                     g.bytes(),
		"895249535541500a" + "0100" + "0100" + "cc" + pad(30) + "dd" + "010203" + pad(28) + "09" + "ee" + pad(30) + "ff": h.bytes(),
		"5254414e" + "02" + "04" + "0200" + "204e0000" + pad(32) + hex.EncodeToString([]byte("no")):                      a.bytes(),
	} {
		n := len(b) - 4
		assert.Equal(t, want, hex.EncodeToString(b[:n]))
		assert.Equal(t, crc32.Checksum(b[:n], crc32.MakeTable(crc32.Castagnoli)), binary.LittleEndian.Uint32(b[n:]))
	}
	assert.Len(t, g.bytes(), GreetingSize)
	assert.Len(t, h.bytes(), HelloSize)
}

// TestEveryFlippedBit: no wrong bit passes in any message.
func TestEveryFlippedBit(t *testing.T) {
	g, h, a := greeting{version: Version}, hello{version: Version}, Answer{Kind: Accepted, Text: "x"}
	for _, c := range []struct {
		b    []byte
		read func(io.Reader) error
	}{
		{g.bytes(), func(r io.Reader) error { _, _, err := readGreeting(r); return err }},
		{h.bytes(), func(r io.Reader) error { _, _, err := readHello(r); return err }},
		{a.bytes(), func(r io.Reader) error { _, err := readAnswer(r); return err }},
	} {
		require.NoError(t, c.read(bytes.NewReader(c.b)))
		for bit := range 8 * len(c.b) {
			bad := bytes.Clone(c.b)
			bad[bit/8] ^= 1 << (bit % 8)
			require.Error(t, c.read(bytes.NewReader(bad)), "bit %d", bit)
		}
		for n := range len(c.b) {
			require.ErrorContains(t, c.read(bytes.NewReader(c.b[:n])), "closed the connection")
		}
	}
}
