package runtime

import (
	"fmt"
	"strconv"
	"strings"
)

// Hex is a number that is written in hexadecimal, in JSON too: JSON's own numbers lose digits of 64 bits
// in many readers.
type Hex uint64

// String returns the number as 0x1f.
func (h Hex) String() string { return fmt.Sprintf("%#x", uint64(h)) }

// MarshalText implements encoding.TextMarshaler.
func (h Hex) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hex) UnmarshalText(b []byte) error {
	digits, found := strings.CutPrefix(string(b), "0x")
	v, err := strconv.ParseUint(digits, 16, 64)
	if !found || err != nil {
		return fmt.Errorf("%q is no hexadecimal number of 64 bits, such as 0x1f", b)
	}
	*h = Hex(v)
	return nil
}
