package remote

import (
	"errors"
	"fmt"
	"io"
)

// Client is the side that connects, in one handshake.
type Client struct {
	conn  io.ReadWriter
	token []byte
	said  []byte // greeting and hello
}

// ErrWantsToken says that the master serves nobody without a token, and that none is there.
var ErrWantsToken = errors.New("it wants a token (--token-file)")

// ErrWantsNoToken says that the master does not prove that it knows the token: it may be anybody.
var ErrWantsNoToken = errors.New("it asks for no token, though there is one: it could not prove that it is the right one")

// Present reads the master's greeting and says who wants to compare which image.
func Present(conn io.ReadWriter, token []byte, digest [DigestSize]byte) (*Client, error) {
	g, raw, err := readGreeting(conn)
	if err != nil {
		return nil, err
	}
	switch {
	case g.version != Version || g.flags&^flagToken != 0:
		return nil, fmt.Errorf("it speaks version %d of the protocol, this risugen %d", g.version, Version)
	case g.flags&flagToken != 0 && token == nil:
		return nil, ErrWantsToken
	case g.flags&flagToken == 0 && token != nil:
		return nil, ErrWantsNoToken
	}
	h := hello{version: Version, flags: g.flags, nonce: newNonce(), digest: digest}
	if token != nil {
		h.proof = prove(token, clientLabel, raw, h.unproved())
	}
	said := h.bytes()
	if _, err := conn.Write(said); err != nil {
		return nil, fmt.Errorf("send the hello: %w", err)
	}
	return &Client{conn, token, append(raw, said...)}, nil
}

// Next reads the master's next answer: Wait or Accepted. The error is a *Refusal if it said no.
func (c *Client) Next() (Answer, error) {
	a, err := readAnswer(c.conn)
	switch {
	case err != nil:
		return a, err
	case a.Kind == Refused:
		return a, &Refusal{a.Reason, a.Text}
	case a.Kind == Accepted && c.token != nil && !proves(prove(c.token, masterLabel, c.said, a.unproved()), a.proof):
		return a, errors.New("it accepts, but does not prove that it knows the token")
	}
	return a, nil
}
