package remote

import (
	"errors"
	"io"
	"time"
)

// Kind is what an answer says.
type Kind uint8

// Kinds of answers. After any number of Wait comes one of the others.
const (
	Wait     Kind = iota // the master is starting its target
	Accepted             // a trace follows
	Refused              // nothing follows
)

// Reason is why a client was refused.
type Reason uint8

// Reasons.
const (
	None         Reason = iota
	WrongVersion        // of the protocol
	WrongToken          // or none
	WrongImage
	Busy     // as many clients as the master serves at a time are there
	NoTarget // the master's target cannot be started
	Ending   // the master is being shut down
)

// Answer is what the master says to a hello:
//
//	offset  bytes
//	     0      4  magic
//	     4      1  kind
//	     5      1  reason
//	     6      2  bytes of the text: at most 8192
//	     8      4  accepted: milliseconds that the target may be silent before the master ends it
//	    12     32  accepted, where there is a token: proof; else zeros
//	    44      n  text, UTF-8: refused: why
//	  44+n      4  CRC-32C of everything before
type Answer struct {
	Kind   Kind
	Reason Reason
	Stall  time.Duration
	Text   string

	proof [proofSize]byte
}

// unproved are the bytes that the proof speaks for.
func (a *Answer) unproved() []byte {
	text := Clean(a.Text, MaxText)
	b := le.AppendUint32(nil, answerMagic)
	b = append(b, byte(a.Kind), byte(a.Reason))
	b = le.AppendUint16(b, uint16(len(text)))
	b = le.AppendUint32(b, uint32(min(a.Stall.Milliseconds(), 1<<32-1)))
	return append(b, text...)
}

func (a *Answer) bytes() []byte {
	b := a.unproved()
	text := string(b[12:])
	return seal(append(append(b[:12], a.proof[:]...), text...))
}

// readAnswer reads one answer.
func readAnswer(src io.Reader) (a Answer, err error) {
	b := make([]byte, answerSize, answerSize+MaxText+4)
	if n, err := io.ReadFull(src, b); err != nil {
		return a, short(err, n, "answer")
	}
	n := int(le.Uint16(b[6:]))
	if le.Uint32(b) != answerMagic || n > MaxText {
		return a, errors.New("what came is no answer")
	}
	b = b[:answerSize+n+4]
	if k, err := io.ReadFull(src, b[answerSize:]); err != nil {
		return a, short(err, answerSize+k, "answer")
	}
	if !sealed(b) {
		return a, errors.New("the checksum of the answer is wrong")
	}
	a.Kind, a.Reason = Kind(b[4]), Reason(b[5])
	a.Stall = time.Duration(le.Uint32(b[8:])) * time.Millisecond
	copy(a.proof[:], b[12:])
	a.Text = Clean(string(b[answerSize:answerSize+n]), MaxText)
	if a.Kind > Refused {
		return a, errors.New("an answer of an unknown kind came")
	}
	return a, nil
}
