package arm

import (
	"encoding/binary"
	"strings"

	"github.com/risugen/risugen/arch"
)

// marks is arch.ELFKind.Marks for a machine whose code begins at symbols of a name. Such names are mapping symbols: $a for A32, $t
// for Thumb, $x for A64, $d for data, each with or without a dot and more behind it (ELF for the Arm Architecture, AAELF32 and
// AAELF64: Mapping symbols).
func marks(name string) func(symbol string) (code, known bool) {
	return func(symbol string) (code, known bool) {
		kind, _, _ := strings.Cut(symbol, ".")
		switch kind {
		case "$a", "$t", "$x", "$d":
			return kind == name, true
		}
		return false, false
	}
}

// elfOrder is the byte order of halfwords and words in a file of AArch32 code: that of data, unless the linker has made
// instructions little-endian, and said so.
func elfOrder(data arch.ByteOrder, flags uint32) arch.ByteOrder {
	if flags&eabiBE8 != 0 {
		return binary.LittleEndian
	}
	return data
}
