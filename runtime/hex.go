package runtime

import "fmt"

// Hex is a number that is written in hexadecimal, in JSON too: JSON's own numbers lose digits of 64 bits
// in many readers.
type Hex uint64

// String returns the number as 0x1f.
func (h Hex) String() string { return fmt.Sprintf("%#x", uint64(h)) }

// MarshalText implements encoding.TextMarshaler.
func (h Hex) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hex) UnmarshalText(b []byte) error {
	_, err := fmt.Sscanf(string(b), "0x%x", (*uint64)(h))
	return err
}
