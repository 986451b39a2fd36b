package remote

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// Version is the version of the protocol, and the only one that is understood.
const Version = 1

// What greeting and hello begin with. The first byte is no text, so that a browser or a mail program cannot be made to
// say it.
const (
	greetingMagic = "\x89RISUMA\n"
	helloMagic    = "\x89RISUAP\n"
	magicSize     = 8
	answerMagic   = 0x4e415452 // "RTAN"
)

// Sizes in bytes.
const (
	DigestSize   = 32
	NonceSize    = 32
	proofSize    = 32
	GreetingSize = 48
	HelloSize    = 112
	answerSize   = 44 // before the text
	MaxText      = 8192
)

var le = binary.LittleEndian

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// seal appends the CRC-32C.
func seal(b []byte) []byte { return le.AppendUint32(b, crc32.Checksum(b, castagnoli)) }

// sealed reports whether b ends with its CRC-32C.
func sealed(b []byte) bool {
	n := len(b) - 4
	return le.Uint32(b[n:]) == crc32.Checksum(b[:n], castagnoli)
}

// flagToken in a greeting says that a proof is wanted, in a hello that there is one. Other flags are 0.
const flagToken = 1

// greeting is what the master says first:
//
//	offset  bytes
//	     0      8  magic
//	     8      2  version
//	    10      2  flags
//	    12     32  nonce
//	    44      4  CRC-32C of the 44 bytes before
type greeting struct {
	version uint16
	flags   uint16
	nonce   [NonceSize]byte
}

func (g *greeting) bytes() []byte {
	b := le.AppendUint16(le.AppendUint16([]byte(greetingMagic), g.version), g.flags)
	return seal(append(b, g.nonce[:]...))
}

// hello is all that the client ever says:
//
//	offset  bytes
//	     0      8  magic
//	     8      2  version
//	    10      2  flags
//	    12     32  nonce
//	    44     32  digest of the image
//	    76     32  proof, or zeros
//	   108      4  CRC-32C of the 108 bytes before
type hello struct {
	version uint16
	flags   uint16
	nonce   [NonceSize]byte
	digest  [DigestSize]byte
	proof   [proofSize]byte
}

// unproved are the bytes that the proof speaks for.
func (h *hello) unproved() []byte {
	b := le.AppendUint16(le.AppendUint16([]byte(helloMagic), h.version), h.flags)
	return append(append(b, h.nonce[:]...), h.digest[:]...)
}

func (h *hello) bytes() []byte { return seal(append(h.unproved(), h.proof[:]...)) }

// readBeginning reads a greeting or a hello of len(b) bytes: the magic alone at first, since whoever says something
// else may never say as much. The error tells what came instead.
func readBeginning(src io.Reader, b []byte, magic, what string) error {
	if n, err := io.ReadFull(src, b[:magicSize]); err != nil {
		return short(err, n, what)
	}
	if string(b[:magicSize]) != magic {
		return &NotOursError{What: what, Got: string(b[:magicSize])}
	}
	if n, err := io.ReadFull(src, b[magicSize:]); err != nil {
		return short(err, magicSize+n, what)
	}
	if !sealed(b) {
		return fmt.Errorf("the checksum of the %s is wrong", what)
	}
	return nil
}

// NotOursError says that the other side speaks another protocol.
type NotOursError struct {
	What string // what was expected
	Got  string // the first bytes that came
}

// Error implements error.
func (e *NotOursError) Error() string { return fmt.Sprintf("%q came instead of a %s", e.Got, e.What) }

// short says how far a message came.
func short(err error, n int, what string) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the other side closed the connection after %d bytes of its %s", n, what)
	}
	return fmt.Errorf("%w, after %d bytes of its %s", err, n, what)
}

// readGreeting returns also the bytes that it was read from.
func readGreeting(src io.Reader) (g greeting, raw []byte, err error) {
	raw = make([]byte, GreetingSize)
	if err := readBeginning(src, raw, greetingMagic, "greeting"); err != nil {
		return g, nil, err
	}
	g.version, g.flags = le.Uint16(raw[8:]), le.Uint16(raw[10:])
	copy(g.nonce[:], raw[12:])
	return g, raw, nil
}

// readHello returns also the bytes that it was read from.
func readHello(src io.Reader) (h hello, raw []byte, err error) {
	raw = make([]byte, HelloSize)
	if err := readBeginning(src, raw, helloMagic, "hello"); err != nil {
		return h, nil, err
	}
	h.version, h.flags = le.Uint16(raw[8:]), le.Uint16(raw[10:])
	copy(h.nonce[:], raw[12:])
	copy(h.digest[:], raw[44:])
	copy(h.proof[:], raw[76:])
	return h, raw, nil
}
