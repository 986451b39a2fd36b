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
