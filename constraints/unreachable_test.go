package constraints

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestUnreachable: a pattern of which earlier members of its group take all legal words is no error. It is
// known, and never drawn.
func TestUnreachable(t *testing.T) {
	for group, want := range map[string]string{ // encodings of each, ! where it is unreachable
		"  A FIXED .... @x\n  B FIXED .... @x\n":                                                     "16 0!",
		"  A FIXED .... @x\n  #! constraints { a < 9; }\n  B FIXED .... @x\n":                        "9 7",
		"  A FIXED .... @x\n  #! reserved { a < 9; }\n  B FIXED .... @x\n":                           "7 0!",
		"  A FIXED 0 b:3\n  B FIXED .... @x\n  #! unpredictable { a > 7; }\n":                        "8 0!",
		"  A FIXED 0 b:3\n  B FIXED .... @x\n  #! unpredictable { a > 8; }\n":                        "8 1",
		"  A FIXED 0 b:3\n  B FIXED 1 b:3\n  C FIXED .... @x\n":                                      "8 8 0!",
		"  A FIXED .... @x\n  {\n    B FIXED .... @x\n    C 000000000000000000000000 b:4 a:4\n  }\n": "16 0! 240",
	} {
		src := "@x ............................ a:4\n{\n" + strings.ReplaceAll(group, "FIXED", strings.Repeat("0", 28)) + "}\n"
		s := mustLoad(t, src)
		got := ""
		for _, in := range s.Insns {
			got += " " + in.Encodings().String()
			_, ok := in.Draw(newRand(), offers(in), 0)
			assert.NotEqual(t, ok, in.Unreachable())
			_, ok = in.DrawEdge(newRand(), offers(in), 0, new(Turn))
			assert.NotEqual(t, ok, in.Unreachable())
			if in.Unreachable() {
				got += "!"
				require.NotEmpty(t, in.Earlier())
			}
		}
		assert.Equal(t, " "+want, got, src)
	}
}

// TestOwnBlocksLeaveNothing: what no group is to blame for is an error still, with the place of the block.
func TestOwnBlocksLeaveNothing(t *testing.T) {
	for src, want := range map[string]string{
		"{\n  A 00000000000000000000000000000 a:3\n  B 0000000000000000000000000000 a:4\n  #! constraints { a > 15; }\n}\n":             "t.decode:4:20: no word of B satisfies its constraints",
		"{\n  A 00000000000000000000000000000000\n  B 0000000000000000000000000000 a:4\n  #! reserved { a < 9; a > 7; }\n}\n":           "t.decode:4:17: no word of B satisfies its constraints",
		"P 000000 a:26\n#! branch { offset(a); } reserved { a < 1 << 25; a >= 1 << 25; }\n":                                             "t.decode:2:37: no word of P satisfies its constraints",
		"P 000000 a:26\n#! branch { offset(a & 1 ? 4 : 8); } constraints { a == 5; }\n":                                                 "",
		"%a 0:5 !function=far\n#! functions { far(x) = x + 64; }\nP 000000000000000000000000000 ..... %a\n#! operands { a: in gpr; }\n": "t.decode:4:15: no word of P satisfies its constraints",
	} {
		if _, err := load(t, src); want == "" {
			assert.NoError(t, err, src)
		} else {
			assert.EqualError(t, err, want, src)
		}
	}
}
