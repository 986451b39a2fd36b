package probe

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/risugen/risugen/arch"
)

// lanes are the widths of lanes in bytes, by the letter or the format that stands before the colon.
var lanes = map[string]int{"b": 1, "h": 2, "w": 4, "d": 8, "f32": 4, "f64": 8}

// valueForms says in one sentence how a value is written.
const valueForms = "a value is hexadecimal with 0x, decimal, or lanes from lane 0 on: b:, h:, w: or d: and numbers with commas between, f32: or f64: and floating-point numbers"

// parseValue reads a value of so many bytes, least significant byte first. What it leaves out is zero; a negative number is
// sign-extended.
func parseValue(text string, size int) ([]byte, error) {
	kind, rest, laned := strings.Cut(text, ":")
	if !laned {
		return parseNumber(text, size)
	}
	lane, ok := lanes[strings.ToLower(kind)]
	if !ok {
		return nil, fmt.Errorf("%q is no kind of lanes: %s", kind, valueForms)
	}
	elements := strings.Split(rest, ",")
	if lane > size || len(elements) > size/lane {
		return nil, fmt.Errorf("%d lanes of %d bytes do not fit %d bytes", len(elements), lane, size)
	}
	out := make([]byte, size)
	for i, e := range elements {
		b, err := parseLane(kind[:1] == "f" || kind[:1] == "F", e, lane)
		if err != nil {
			return nil, fmt.Errorf("lane %d: %w", i, err)
		}
		copy(out[i*lane:], b)
	}
	return out, nil
}

// parseLane reads a number of so many bytes.
func parseLane(float bool, text string, size int) ([]byte, error) {
	text = strings.TrimSpace(text)
	if !float {
		return parseNumber(text, size)
	}
	v, err := strconv.ParseFloat(text, 8*size)
	if err != nil {
		return nil, fmt.Errorf("%q is no floating-point number of %d bits", text, 8*size)
	}
	out := make([]byte, size)
	if size == 4 {
		bits := math.Float32bits(float32(v))
		if math.IsNaN(v) {
			bits = 0x7fc0_0000 // whatever a conversion makes of it
		}
		binary.LittleEndian.PutUint32(out, bits)
		return out, nil
	}
	bits := math.Float64bits(v)
	if math.IsNaN(v) {
		bits = 0x7ff8_0000_0000_0000
	}
	binary.LittleEndian.PutUint64(out, bits)
	return out, nil
}

// maxDigits bounds a number's text: the widest register has 32 digits.
const maxDigits = 256

// parseNumber reads an integer of any width up to so many bytes, least significant byte first.
func parseNumber(text string, size int) ([]byte, error) {
	digits, base := strings.TrimPrefix(text, "-"), 10
	minus := digits != text
	if d, hex := strings.CutPrefix(strings.ToLower(digits), "0x"); hex {
		digits, base = d, 16
	}
	plain := strings.ReplaceAll(digits, "_", "")
	v := new(big.Int)
	if len(plain) > maxDigits || plain == "" || strings.Trim(plain, "0123456789abcdefABCDEF") != "" {
		return nil, fmt.Errorf("%q is no number: %s", clip(text), valueForms)
	}
	if _, ok := v.SetString(plain, base); !ok {
		return nil, fmt.Errorf("%q is no decimal number, and a hexadecimal one begins with 0x", text)
	}
	limit := new(big.Int).Lsh(big.NewInt(1), uint(8*size))
	if minus {
		if new(big.Int).Lsh(v, 1).Cmp(limit) > 0 {
			return nil, fmt.Errorf("%s does not fit %d bits", text, 8*size)
		}
		if v.Sign() > 0 {
			v.Sub(limit, v)
		}
	}
	if v.Cmp(limit) >= 0 {
		return nil, fmt.Errorf("%s does not fit %d bits", text, 8*size)
	}
	out := v.FillBytes(make([]byte, size))
	reverse(out)
	return out, nil
}

// clip shortens what is shown of a text.
func clip(text string) string {
	if r := []rune(text); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return text
}

func reverse(b []byte) {
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
}

// parseBytes reads bytes of memory in the order of their addresses: two digits each.
func parseBytes(text string) ([]byte, error) {
	digits := strings.ReplaceAll(strings.TrimPrefix(strings.TrimPrefix(text, "0x"), "0X"), "_", "")
	if len(digits) == 0 || len(digits)%2 != 0 {
		return nil, fmt.Errorf("%q is no bytes of memory: two hexadecimal digits each, in the order of their addresses", clip(text))
	}
	out := make([]byte, 0, len(digits)/2)
	for i := 0; i < len(digits); i += 2 {
		b, err := strconv.ParseUint(digits[i:i+2], 16, 8)
		if err != nil {
			return nil, fmt.Errorf("%q is no bytes of memory: %q is no hexadecimal number", clip(text), digits[i:i+2])
		}
		out = append(out, byte(b))
	}
	return out, nil
}

// hexOf writes a value, least significant byte first, with all its digits.
func hexOf(value []byte) string {
	var b strings.Builder
	for i := len(value) - 1; i >= 0; i-- {
		fmt.Fprintf(&b, "%02x", value[i])
	}
	return b.String()
}

// swap turns a value, least significant byte first, into what records and pools hold, and back: numbers of up to 64 bits in
// the machine's byte order; what is wider is such numbers, the least significant first.
func swap(dst, src []byte, order arch.ByteOrder) {
	for len(src) > 0 {
		n := min(8, len(src))
		copy(dst, src[:n])
		if order.Uint16([]byte{0, 1}) == 1 {
			reverse(dst[:n])
		}
		dst, src = dst[n:], src[n:]
	}
}
