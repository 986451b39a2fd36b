package arch

import "encoding/binary"

// ByteOrder reads, writes and appends numbers.
type ByteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// OrderByName returns the byte order that "little" or "big" names.
func OrderByName(name string) (ByteOrder, bool) {
	switch name {
	case "little":
		return binary.LittleEndian, true
	case "big":
		return binary.BigEndian, true
	}
	return nil, false
}

// bigOne is the number 1, big-endian. It is not made for each question, since it would be allocated.
var bigOne = []byte{0, 1}

// OrderName is the name of a byte order: "little" or "big".
func OrderName(o ByteOrder) string {
	if o.Uint16(bigOne) == 1 {
		return "big"
	}
	return "little"
}

// Halves is the order of words that are one or two halves of 16 bits, the upper one first. Numbers of two and
// of eight bytes are as in the order itself.
func Halves(order ByteOrder) ByteOrder { return halves{order} }

type halves struct{ ByteOrder }

// Uint32 implements binary.ByteOrder.
func (h halves) Uint32(b []byte) uint32 {
	return uint32(h.Uint16(b))<<16 | uint32(h.Uint16(b[2:]))
}

// PutUint32 implements binary.ByteOrder.
func (h halves) PutUint32(b []byte, v uint32) {
	h.PutUint16(b, uint16(v>>16))
	h.PutUint16(b[2:], uint16(v))
}

// AppendUint32 implements binary.AppendByteOrder.
func (h halves) AppendUint32(b []byte, v uint32) []byte {
	return h.AppendUint16(h.AppendUint16(b, uint16(v>>16)), uint16(v))
}
