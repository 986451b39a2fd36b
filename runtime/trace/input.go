package trace

import (
	"errors"
	"fmt"
	"io"
)

// input reads frames from a stream and counts them.
type input struct {
	src    io.Reader
	offset int64
	number int64
	head   [frameHeaderSize]byte
}

// read fills b. A stream that ends before that is cut off.
func (in *input) read(b []byte) error {
	n, err := io.ReadFull(in.src, b)
	in.offset += int64(n)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &CutOffError{Offset: in.offset, Frame: in.number}
	}
	return err
}

// preamble reads the beginning of a trace.
func (in *input) preamble() error {
	b := in.head[:preambleSize]
	n, err := io.ReadFull(in.src, b[:len(Magic)])
	in.offset += int64(n)
	switch {
	case n == 0 && errors.Is(err, io.EOF):
		return errors.New("not a trace: it is empty")
	case string(b[:n]) != Magic[:n]:
		return errors.New("not a trace: it does not begin like one")
	case n == len(Magic):
		err = in.read(b[n:])
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = &CutOffError{Offset: in.offset}
	}
	if err != nil {
		return err
	}
	if sum(b[:12]) != le.Uint32(b[12:]) {
		return &DamagedError{Frame: -1, What: "the checksum is wrong"}
	}
	if v := le.Uint32(b[8:]); v != Version {
		return fmt.Errorf("the trace is of version %d; this risugen reads version %d", v, Version)
	}
	return nil
}

// frame reads a frame: its header, and what is stored.
func (in *input) frame(f *rframe) error {
	f.offset, f.head = in.offset, frame{number: uint64(in.number)}
	if err := in.read(in.head[:]); err != nil {
		return err
	}
	if wrong := f.head.parse(in.head[:]); wrong != "" {
		f.head = frame{number: uint64(in.number)}
		return f.damaged(wrong)
	}
	if f.head.number != uint64(in.number) {
		wrong := fmt.Sprintf("it says that it is frame %d", f.head.number)
		f.head.number = uint64(in.number)
		return f.damaged(wrong)
	}
	f.stored = resize(f.stored, int(f.head.stored))
	if err := in.read(f.stored); err != nil {
		return err
	}
	if sum(f.stored) != f.head.storedSum {
		return f.damaged("the checksum of what it stores is wrong")
	}
	in.number++
	return nil
}

// nothing makes sure that the stream ends.
func (in *input) nothing() error {
	n, err := io.ReadFull(in.src, in.head[:1])
	switch {
	case n > 0:
		return &DamagedError{Offset: in.offset, Frame: in.number, What: "something follows the end"}
	case errors.Is(err, io.EOF):
		return nil
	}
	return err
}
