package remote

import (
	"fmt"
	"io"
)

// Master is the side that serves, in one handshake.
type Master struct {
	conn   io.ReadWriter
	token  []byte // nil: none is wanted
	said   []byte // greeting and hello
	digest [DigestSize]byte
}

// Receive greets a client and reads its hello. A client that may not be served for what it said has been answered; the
// error is for a log, and holds nothing that the client wrote but quoted.
func Receive(conn io.ReadWriter, token []byte) (*Master, error) {
	g := greeting{version: Version, nonce: newNonce()}
	if token != nil {
		g.flags |= flagToken
	}
	said := g.bytes()
	if _, err := conn.Write(said); err != nil {
		return nil, fmt.Errorf("send the greeting: %w", err)
	}
	h, raw, err := readHello(conn)
	if err != nil {
		return nil, err
	}
	m := &Master{conn: conn, token: token, said: append(said, raw...), digest: h.digest}
	switch {
	case h.version != Version || h.flags&^flagToken != 0:
		return nil, m.Refuse(WrongVersion, fmt.Sprintf("it speaks version %d of the protocol, you speak %d", Version, h.version))
	case token == nil:
		return m, nil
	case h.flags&flagToken == 0:
		return nil, m.Refuse(WrongToken, "it wants a token")
	case !proves(prove(token, clientLabel, said, h.unproved()), h.proof):
		return nil, m.Refuse(WrongToken, "the token is another one")
	}
	return m, nil
}

// Digest is that of the client's image.
func (m *Master) Digest() [DigestSize]byte { return m.digest }

// Say sends an answer.
func (m *Master) Say(a Answer) error {
	if m.token != nil && a.Kind == Accepted {
		a.proof = prove(m.token, masterLabel, m.said, a.unproved())
	}
	_, err := m.conn.Write(a.bytes())
	return err
}

// Refuse sends an answer that says no. It returns an error that says so, for a log: a *Refusal if it could be sent.
func (m *Master) Refuse(why Reason, text string) error {
	if err := m.Say(Answer{Kind: Refused, Reason: why, Text: text}); err != nil {
		return fmt.Errorf("%s, which it could not be told: %w", text, err)
	}
	return &Refusal{Reason: why, Text: text}
}

// Refusal is an error that says why a client is not served.
type Refusal struct {
	Reason Reason
	Text   string
}

// Error implements error.
func (r *Refusal) Error() string { return "refused: " + r.Text }
