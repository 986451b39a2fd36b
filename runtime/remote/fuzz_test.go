package remote

import (
	"bytes"
	"testing"
)

// FuzzReceive: whatever a client says, a master with a token serves it not, reads no more than a hello, and answers
// briefly.
func FuzzReceive(f *testing.F) {
	h := hello{version: Version, flags: flagToken, digest: digest}
	f.Add(h.bytes())
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"))
	f.Add([]byte(helloMagic))
	f.Add(append(h.bytes(), 0))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > HelloSize { // with the right checksum, as a hostile client would send it
			reseal(b[:HelloSize])
		}
		in := bytes.NewReader(b)
		s := &script{Reader: in}
		if _, err := Receive(s, token); err == nil {
			t.Fatal("served without the token")
		}
		if len(b)-in.Len() > HelloSize || s.Len() > GreetingSize+answerSize+MaxText+4 {
			t.Fatalf("read %d bytes, wrote %d", len(b)-in.Len(), s.Len())
		}
		s = &script{Reader: bytes.NewReader(b)}
		if m, err := Receive(s, nil); err == nil && (m.Digest() != [DigestSize]byte(b[44:76]) || !bytes.HasPrefix(b, []byte(helloMagic))) {
			t.Fatal("served what is no hello")
		}
	})
}

// FuzzPresent: whatever a master says, a client with a token does not believe it; one without takes well-formed answers
// alone, of bounded size.
func FuzzPresent(f *testing.F) {
	a := Answer{Kind: Accepted, Text: "text"}
	for _, flags := range []uint16{0, flagToken} {
		g := greeting{version: Version, flags: flags}
		f.Add(append(g.bytes(), a.bytes()...))
	}
	f.Add([]byte("SSH-2.0-OpenSSH_9.2p1\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if n := len(b); n > GreetingSize+answerSize+4 && b[n-1]%2 == 0 {
			reseal(b[:GreetingSize])
			le.PutUint16(b[GreetingSize+6:], uint16(n-GreetingSize-answerSize-4))
			reseal(b[GreetingSize:])
		}
		for _, token := range [][]byte{nil, token} {
			s := &script{Reader: bytes.NewReader(b)}
			c, err := Present(s, token, digest)
			for err == nil {
				var a Answer
				if a, err = c.Next(); err == nil && a.Kind == Accepted {
					if token != nil {
						t.Fatal("believed without a proof")
					}
					break
				}
				if len(a.Text) > MaxText || a.Text != Clean(a.Text, MaxText) {
					t.Fatalf("text %q", a.Text)
				}
			}
			if s.Len() > HelloSize {
				t.Fatal("said more than a hello")
			}
		}
	})
}

// reseal writes the checksum that a message must have.
func reseal(b []byte) { copy(b, seal(b[:len(b)-4:len(b)-4])) }
