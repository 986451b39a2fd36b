package arm

import (
	"encoding/binary"

	"github.com/risugen/risugen/arch"
)

// t32RISUKey is what RISU's words for Thumb are told by, of UDF's.
const t32RISUKey = 0xdee0

// t32RISUForm is how RISU's generator writes images of Thumb: what loads registers is A32.
func t32RISUForm() arch.RISUForm {
	return arch.RISUForm{
		Key: t32RISUKey,
		SetUp: &arch.RISUSetUp{
			Form:  arch.RISUForm{Key: a32RISUKey, Jump: a32Jump},
			Order: binary.LittleEndian,
			Leave: []uint64{0xe28f0001, 0xe12fff10}, // ADD R0, PC, #1; BX R0
			Clear: 0x4040,                           // EORS R0, R0
			Enter: []uint64{0x4778, 0xbf00},         // BX PC; NOP
		},
	}
}
