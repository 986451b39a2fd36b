package arch

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestItemsAreWordsInEveryOrder(t *testing.T) {
	var items []Item
	for size := uint8(1); size <= 8; size++ {
		items = append(items, Item{Word: 0x0123456789abcdef, Size: size})
	}
	for _, order := range []ByteOrder{binary.LittleEndian, binary.BigEndian, Halves(binary.LittleEndian), Halves(binary.BigEndian)} {
		want := []byte{0xff}
		for _, it := range items {
			want = AppendWord(want, Word{it.Word, it.Size}, order)
		}
		assert.Equal(t, want, AppendItems([]byte{0xff}, items, order), "%T", order)
	}
}

// TestTableHasItems: numbers of all lengths are what they would be as varints.
func TestTableHasItems(t *testing.T) {
	for _, n := range []int{0, 1, 127, 128, 300, 1<<14 - 1, 1 << 14, 1<<16 - 1} {
		test := Item{Kind: Misaligned, Size: 4, Insn: int32(n), Window: 3}
		want := append(binary.AppendUvarint([]byte{byte(Misaligned) | 4<<4}, uint64(n)), 3)
		assert.Equal(t, want, appendItems(nil, []Item{test}), "instruction %d", n)

		glue := Item{Kind: Save, Size: 2, Insn: -1, Owner: uint16(n), Class: 4, Reg: 5, State: 6}
		want = append(binary.AppendUvarint([]byte{byte(Save) | 2<<4}, uint64(n)), 4, 5, 6)
		assert.Equal(t, want, appendItems(nil, []Item{glue}), "owner %d", n)
	}
}
