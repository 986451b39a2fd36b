package arch

import (
	"encoding/binary"
	"math/bits"
)

// AppendItems appends the words of items, each as AppendWord does. What the order is it asks but once.
func AppendItems(dst []byte, items []Item, order ByteOrder) []byte {
	big, turn := OrderName(order) == "big", 0
	if _, ok := order.(halves); ok && !big {
		turn = 16 // the upper half is to come first
	}
	for i := range items {
		switch it := &items[i]; {
		case it.Size == 2 && big:
			dst = binary.BigEndian.AppendUint16(dst, uint16(it.Word))
		case it.Size == 2:
			dst = binary.LittleEndian.AppendUint16(dst, uint16(it.Word))
		case it.Size == 4 && big:
			dst = binary.BigEndian.AppendUint32(dst, uint32(it.Word))
		case it.Size == 4:
			dst = binary.LittleEndian.AppendUint32(dst, bits.RotateLeft32(uint32(it.Word), turn))
		default:
			dst = AppendWord(dst, Word{it.Word, it.Size}, order)
		}
	}
	return dst
}
