package syntax

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestErrors(t *testing.T) {
	for text, want := range map[string]Error{
		"groups":                                 {6, `unexpected end of text, expected an expression`},
		"groups { a":                             {10, `unexpected end of text, expected ";"`},
		"groups { a }":                           {11, `unexpected "}", expected ";"`},
		"groups { a; } }":                        {14, `unexpected "}", expected the name of a block`},
		"5":                                      {0, `unexpected "5", expected the name of a block`},
		"constraints { a == ; }":                 {19, `unexpected ";", expected an expression`},
		"constraints { (a; }":                    {16, `unexpected ";", expected ")"`},
		"constraints { a in 3; }":                {19, `unexpected "3", expected "{"`},
		"constraints { a in {3..; }":             {23, `unexpected ";", expected an expression`},
		"x {a ? b;}":                             {8, `unexpected ";", expected ":"`},
		"x { f(3) = x; }":                        {9, `unexpected "=", expected ";"`},
		"x {if;}":                                {3, `unexpected "if", expected an expression`},
		"asm {\"abc;\n}":                         {5, "a string without an end on its line"},
		"x {a @ b;}":                             {5, `unexpected character "@"`},
		"x {a ü b;}":                             {5, `unexpected character "ü"`},
		"x {a \xff b;}":                          {5, `unexpected character "\xff"`},
		"x {a b \"(expected \";}":                {5, `unexpected "b", expected ";"`},
		"x { " + strings.Repeat("(", 150):        {103, "expression nested too deeply"},
		"x { " + strings.Repeat("!", 150) + "a;": {104, "expression nested too deeply"},
	} {
		_, err := Parse(text)
		var e *Error
		require.ErrorAs(t, err, &e, text)
		assert.Equal(t, want, *e, text)
	}
	for text, want := range map[string]Error{
		"":      {0, "unexpected end of text, expected an expression"},
		"a b":   {2, `unexpected "b"`},
		"a + ":  {4, "unexpected end of text, expected an expression"},
		"f(a,)": {4, `unexpected ")", expected an expression`},
	} {
		_, err := ParseExpr(text)
		var e *Error
		require.ErrorAs(t, err, &e, text)
		assert.Equal(t, want, *e, text)
	}
}

func TestNumber(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "000": 0, "0_0": 0, "017": 17, "1_000": 1000, "0x1F": 31, "0b1_01": 5,
		"0xffff_ffff_ffff_ffff": -1, "9223372036854775808": -1 << 63,
	} {
		got, err := Number(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"18446744073709551616", "0x", "0x_"} {
		_, err := Number(text)
		assert.Error(t, err, text)
	}
}
