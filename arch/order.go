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

// OrderName is the name of a byte order: "little" or "big".
func OrderName(o ByteOrder) string {
	if o.Uint16([]byte{0, 1}) == 1 {
		return "big"
	}
	return "little"
}
