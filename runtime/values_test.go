package runtime

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func hex32(v uint32) string { return fmt.Sprintf("%08x", v) }

// scan reports whether a text is of a form, and reads its number.
func scan(s, format string, v *int) bool {
	n, err := fmt.Sscanf(s, format, v)
	return n == 1 && err == nil && fmt.Sprintf(format, *v) == s
}

func TestHexValue(t *testing.T) {
	b := []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	for _, c := range []struct {
		n           int
		little, big string
	}{
		{1, "00", "00"}, {2, "0100", "0001"}, {4, "03020100", "00010203"},
		{8, "0706050403020100", "0001020304050607"},
		{16, "0f0e0d0c0b0a09080706050403020100", "08090a0b0c0d0e0f0001020304050607"},
	} {
		require.Equal(t, c.little, hexValue(b[:c.n], binary.LittleEndian))
		require.Equal(t, c.big, hexValue(b[:c.n], binary.BigEndian))
	}
}

func TestHexJSON(t *testing.T) {
	js, err := json.Marshal(Hex(1 << 63))
	require.NoError(t, err)
	require.Equal(t, `"0x8000000000000000"`, string(js))
	var h Hex
	require.NoError(t, json.Unmarshal(js, &h))
	require.Equal(t, Hex(1<<63), h)
}

func TestQuoteOutput(t *testing.T) {
	require.Equal(t, "nothing", quoteOutput(nil))
	require.Equal(t, `"qemu: a message\n"`, quoteOutput([]byte("qemu: a message\n")))
	require.Equal(t, "00 01 ff", quoteOutput([]byte{0, 1, 0xff}))
}

func TestMarkDigits(t *testing.T) {
	require.Equal(t, "  ^ ", markDigits("0123", "0143"))
	require.Equal(t, "^^", markDigits("", "ab"))
}
