package runtime

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
)

// number reads a number of up to eight bytes.
func number(b []byte, order binary.ByteOrder) uint64 {
	switch len(b) {
	case 4:
		return uint64(order.Uint32(b))
	case 8:
		return order.Uint64(b)
	case 2:
		return uint64(order.Uint16(b))
	}
	var v uint64
	big := order.Uint16([]byte{0, 1}) == 1
	for i := range b {
		if big {
			v = v<<8 | uint64(b[i])
		} else {
			v |= uint64(b[i]) << (8 * i)
		}
	}
	return v
}

// putNumber writes a number of 4 or 8 bytes.
func putNumber(b []byte, v uint64, order binary.ByteOrder) {
	if len(b) == 8 {
		order.PutUint64(b, v)
		return
	}
	order.PutUint32(b, uint32(v))
}

// hexValue writes a register's value in hexadecimal, most significant digit first. A register wider than
// 64 bits is stored as 64-bit elements, element 0 first, each in the target's byte order; the highest
// element is written first.
func hexValue(b []byte, order binary.ByteOrder) string {
	if len(b) <= 8 || len(b)%8 != 0 {
		return fmt.Sprintf("%0*x", 2*len(b), number(b[:min(8, len(b))], order))
	}
	var s strings.Builder
	for i := len(b) - 8; i >= 0; i -= 8 {
		fmt.Fprintf(&s, "%016x", order.Uint64(b[i:]))
	}
	return s.String()
}

// hexBytes writes bytes of memory in the order of their addresses.
func hexBytes(b []byte) string { return hex.EncodeToString(b) }

// hexOrEmpty is hexValue, or "" for a value that is not known.
func hexOrEmpty(b []byte, order binary.ByteOrder) string {
	if b == nil {
		return ""
	}
	return hexValue(b, order)
}

func allZero(b []byte) bool {
	for _, v := range b {
		if v != 0 {
			return false
		}
	}
	return true
}
