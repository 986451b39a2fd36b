package constraints

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const abc = "@rrr ........ a:4 b:4 c:4 ............\nP 00000001 .... .... .... 000000000000 @rrr\n"

// word encodes P of abc.
func word(a, b, c uint64) uint64 { return 1<<24 | a<<20 | b<<16 | c<<12 }

func usesOf(in *Insn, w uint64) []Use { return in.Uses(nil, w, in.Pattern.Extract(w, nil)) }

func accessOf(in *Insn, w uint64) Access { return in.Access(w, in.Pattern.Extract(w, nil)) }

func TestUses(t *testing.T) {
	const gpr, vec = 0, 1
	for blocks, want := range map[string][]Use{
		"operands { a: out gpr; }":                                               {{0, UseRegister, Out, gpr, 14}},
		"operands { a: inout vec; b: in gpr; }":                                  {{0, UseRegister, InOut, vec, 14}, {1, UseRegister, In, gpr, 3}},
		"operands { a: out gpr(7); hi: inout; }":                                 {{0, UseRegister, Out, gpr, 7}, {1, UseState, InOut, 0, 0}},
		"operands { pair(b): out gpr; }":                                         {{0, UseRegister, Out, gpr, 3}, {0, UseRegister, Out, gpr, 4}},
		"operands { list(a, b): out vec; }":                                      {{0, UseRegister, Out, vec, 0}, {0, UseRegister, Out, vec, 14}, {0, UseRegister, Out, vec, 15}},
		"operands { list(b << 4 | a): in gpr; }":                                 {{0, UseRegister, In, gpr, 1}, {0, UseRegister, In, gpr, 2}, {0, UseRegister, In, gpr, 3}, {0, UseRegister, In, gpr, 4}, {0, UseRegister, In, gpr, 5}},
		"operands { a: in gpr if b == 3; c: in gpr if !b; }":                     {{0, UseRegister, In, gpr, 14}},
		"operands { a: in gpr, 14 is zero; b: in gpr, 14 is zero; }":             {{1, UseRegister, In, gpr, 3}},
		"operands { a: out gpr, 14 is none; b: out gpr, 3 is lo; }":              {{1, UseState, Out, 0, 1}},
		"operands { a: in gpr, 14 is vec(20), 1 is zero; }":                      {{0, UseRegister, In, vec, 20}},
		"operands { a: in vec if no; pair(b): in gpr if yes; b: in gpr if no; }": {{0, UseRegister, In, gpr, 3}, {0, UseRegister, In, gpr, 4}},
		"operands { a: in gpr; a: out gpr if c; }":                               {{0, UseRegister, In, gpr, 14}, {1, UseRegister, Out, gpr, 14}},
		"operands { a: in gpr; } trash { a; }":                                   {{0, UseRegister, InOut, gpr, 14}},
		"operands { a: in gpr; mem: out; } memory { size(4); reg(a); }":          {{0, UseRegister, In, gpr, 14}, {1, UseMemory, Out, 0, 0}},
	} {
		s, err := load(t, abc+"#! "+blocks+"\n")
		if assert.NoError(t, err, blocks) {
			assert.Equal(t, want, usesOf(s.Insns[0], word(14, 3, 1)), blocks)
		}
	}
}

func TestMemoryModes(t *testing.T) {
	const ops = "operands { a: inout gpr; b: in gpr; } "
	for memory, want := range map[string]Access{
		"size(4); reg(a);": {Size: 4, Align: 1},
		"size(1 << (b & 3)); align(1 << (c % 3)); reg(a);":      {Size: 8, Align: 2},
		"size(4 * popcount(b)); reg_plus_imm(a, c << 3);":       {Size: 8, Align: 1, Disp: 8},
		"size(4); reg_minus_imm(a, c * 12); pre_index;":         {Size: 4, Align: 1, Disp: -12},
		"size(4); reg_plus_imm(a, -c); post_index;":             {Size: 4, Align: 1},
		"size(4); reg_plus_imm(a, 9); post_index if c == 2;":    {Size: 4, Align: 1, Disp: 9},
		"size(4); reg(a); post_index(4 * popcount(b));":         {Size: 4, Align: 1},
		"size(4); reg_plus_reg(a, b);":                          {Size: 4, Align: 1, Indexed: true},
		"size(4); reg_plus_reg(a, b); post_index;":              {Size: 4, Align: 1},
		"size(4); base_align(16) if a == 14; reg(a);":           {Size: 4, Align: 1, BaseAlign: 16},
		"size(4); base_align(16) if a == 13; reg(a);":           {Size: 4, Align: 1},
		"size(4); base_align(8); reg_plus_reg(a, b);":           {Size: 4, Align: 1, Indexed: true, BaseAlign: 8},
		"size(4); base_align(2); reg(a); post_index(4);":        {Size: 4, Align: 1, BaseAlign: 2},
		"size(4); reg_plus_reg(a, b, -c);":                      {Size: 4, Align: 1, Indexed: true, Disp: -1},
		"size(4); reg_plus_reg_shifted(a, b, c + 1);":           {Size: 4, Align: 1, Indexed: true, Shift: 2},
		"size(4); reg_plus_reg_shifted(a, b, c + 1, c, c > 1);": {Size: 4, Align: 1, Indexed: true, Shift: 2, Kind: ShiftRight},
		"size(4); reg_plus_reg_shifted(a, b, 3, c + 8, c);":     {Size: 4, Align: 1, Indexed: true, Shift: 3, Kind: ShiftUnknown, Minus: true},
		"size(4); align(4); pc_plus_imm(c << 2);":               {Size: 4, Align: 4, Disp: 4},
		"size(c - 1); reg(a);":                                  {Size: 0, Align: 1},
		"size(1 << 60); reg(a);":                                {},
		"size(4); align(4, 16); reg(a);":                        {Size: 4, Align: 4, Granule: 16},
		"size(4); align(4, yes ? 16 : 1); reg(a);":              {Size: 4, Align: 4, Granule: 16},
	} {
		s, err := load(t, abc+"#! "+ops+"memory { "+memory+" }\n")
		if want.Size == 0 && want.Align == 0 {
			assert.ErrorContains(t, err, "expected a constant from 1 to 4096", memory)
		} else if assert.NoError(t, err, memory) {
			assert.Equal(t, want, accessOf(s.Insns[0], word(14, 3, 1)), memory)
		}
	}
	in := mustLoad(t, abc+"#! "+ops+"memory { size(4 * popcount(b << 4 | c)); align(1 << (c & 3)); reg(a); }\n").Insns[0]
	lit := mustLoad(t, abc+"#! memory { size(4); pc_plus_imm(c * 4, 8); }\n").Insns[0]
	at, ok := lit.Literal(word(1, 2, 3), []int64{1, 2, 3}, 0x1006)
	assert.True(t, ok)
	assert.EqualValues(t, 0x100c, at)
	assert.Equal(t, [2]int{32, 8}, [2]int{in.Memory.Size, in.Memory.Align}, "upper bounds")
}

func TestInputForms(t *testing.T) {
	in := mustLoad(t, abc+"#! operands { a, b, c: in gpr; } inputs { a, b: sext32; b != 0; c: nonzero(8 << %raw); }\n%raw 0:2\n").Insns[0]
	require.Len(t, in.Inputs, 4)
	assert.True(t, in.Inputs[0].Sext32 && in.Inputs[1].Sext32 && in.Inputs[2].NonZero && in.Inputs[3].NonZero)
	assert.Equal(t, 1, in.Inputs[2].Operand)
	assert.Equal(t, 8, in.LaneBits(3, word(1, 2, 3), []int64{1, 2, 3}))
}

// TestMasksOfBits: the second mask is for where exceptions are enabled; without one it is the first.
func TestMasksOfBits(t *testing.T) {
	in := mustLoad(t, abc+"#! operands { a, b: in gpr; } inputs { a: bits(7); b: bits(yes ? 7 : 3, no ? 0 : 0x1f); }\n").Insns[0]
	assert.Equal(t, [2]uint64{7, 7}, [2]uint64{in.Inputs[0].Mask, in.Inputs[0].TrapMask})
	assert.Equal(t, [2]uint64{7, 0x1f}, [2]uint64{in.Inputs[1].Mask, in.Inputs[1].TrapMask})
	assert.True(t, in.WritesTraps())
	assert.False(t, mustLoad(t, abc+"#! operands { a: in gpr; } inputs { a: bits(7); }\n").Insns[0].WritesTraps())
}

// TestGivenBitsKeepApart: two sources that must hold different values are different registers.
func TestGivenBitsKeepApart(t *testing.T) {
	in := mustLoad(t, abc+"#! operands { a, b: in gpr; mem: in; } memory { size(4); reg(a); } inputs { b: bits(7); }\n").Insns[0]
	want := map[uint64]bool{}
	for v := range uint64(4096) {
		if v>>8 != v>>4&15 {
			want[1<<24|v<<12] = true
		}
	}
	chiSquare(t, in, offers(in), want, 20*len(want))
}

func TestUndefinedWhen(t *testing.T) {
	in := mustLoad(t, abc+"#! operands { a: out gpr; hi, lo: out; } undef { hi; lo when a == b; a when c > 9; }\n").Insns[0]
	undefined := func(w uint64) (out [3]bool) {
		for i := range out {
			out[i] = in.Undefined(i, w, in.Pattern.Extract(w, nil))
		}
		return out
	}
	assert.Equal(t, [3]bool{false, true, false}, undefined(word(1, 2, 3)))
	assert.Equal(t, [3]bool{true, true, true}, undefined(word(2, 2, 10)))
	one := mustLoad(t, abc+"#! operands { a: out gpr; } undef a when c == 1; groups int;\n").Insns[0]
	assert.True(t, one.Undefined(0, word(0, 0, 1), []int64{0, 0, 1}))
	assert.True(t, one.InGroup("int"))
}

func TestFunctions(t *testing.T) {
	s := mustLoad(t, `
#! functions { twice(x) = x * 2; wide(x) = twice(x) + 1; inverse wide(y) = y >> 1; }
%t 20:4 !function=twice
%s 16:s4 !function=plus
#! functions { plus(x) = x + 8 * yes; }
%w 0:16 !function=wide
%u 0:16 !function=nobody
P 00000001 .... .... ................ a=%t b=%s c=%w
#! constraints { a > 20 && b < 3; wide(b) == twice(b) + 1; }
Q 00000010 .... 0000 ................ a=%t c=%u
`)
	p, q := s.Insns[0], s.Insns[1]
	args := p.Pattern.Extract(0x01bc1234, nil)
	assert.Equal(t, []int64{22, 4, 0x2469}, args)
	w, err := p.Pattern.Encode(args)
	require.NoError(t, err)
	assert.EqualValues(t, 0x01bc1234, w)
	_, err = p.Pattern.Encode([]int64{21, 4, 0x2469})
	assert.ErrorContains(t, err, "is no value of !function=twice")
	_, err = p.Pattern.Encode([]int64{22, 4, 0x2468})
	assert.ErrorContains(t, err, "is no value of !function=wide")
	assert.False(t, p.Legal(0x01bc1234), "b is 4")
	want := map[uint64]bool{}
	for a := uint64(11); a < 16; a++ {
		for b := uint64(8); b < 11; b++ {
			want[1<<24|a<<20|b<<16] = true
		}
	}
	counts := map[uint64]int{}
	for w := range want {
		assert.True(t, p.Legal(w))
	}
	r := newRand()
	for range 3000 {
		w, ok := p.Draw(r, nil, 0)
		require.True(t, ok)
		counts[w&^0xffff]++
		assert.True(t, want[w&^0xffff])
	}
	assert.Len(t, counts, len(want))
	_, ok := q.Draw(r, nil, 0)
	assert.True(t, ok, "an unknown function matters only where its value is needed")
}

func TestFieldsInherit(t *testing.T) {
	s := mustLoad(t, `
%x 0:4   #! constraints { %x < 4; } groups { field; }
&set a
@f .... .... .... .... .... .... .... .... a=%x
P 0000 0001 00000000 0000 0000 0000 ....  &set a=%x #! groups { own; }
Q 0000 0010 00000000 0000 0000 0000 .... @f
`)
	assert.Equal(t, []string{"own"}, s.Insns[0].Groups)
	assert.Equal(t, []string{"field"}, s.Insns[1].Groups)
	for _, in := range s.Insns {
		assert.True(t, in.Legal(in.Pattern.FixedBits|3))
		assert.False(t, in.Legal(in.Pattern.FixedBits|4))
	}
}

func TestConflicts(t *testing.T) {
	for src, want := range map[string]string{
		"P 0000000000000000000000000000000 a:1 #! groups { x; } groups { y; }\n":                            "t.decode:1:56: two groups blocks at one level: the other is at t.decode:1:42",
		"P 0000000000000000000000000000000 a:1 #! groups { x; }\n#! groups { y; }\n":                        "t.decode:2:4: two groups blocks at one level: the other is at t.decode:1:42",
		"%x 0:1 #! groups { x; }\n%y 1:1 #! groups { y; }\nP 000000000000000000000000000000 .. a=%x b=%y\n": "t.decode:2:11: two groups blocks at one level: the other is at t.decode:1:11",
	} {
		_, err := load(t, src)
		assert.ErrorContains(t, err, want, src)
	}
	s := mustLoad(t, "P 0000000000000000000000000000000 a:1 #! groups { x;\n#!  y; }\n")
	assert.Equal(t, []string{"x", "y"}, s.Insns[0].Groups, "one block on two lines is one block")
}

func TestMoreErrors(t *testing.T) {
	for block, want := range map[string]string{
		"#! operands { pair(a); }":                                                   "t.decode:3:15: operands: expected `name: in|out|inout class`",
		"#! operands { pair(a + 1): in gpr; }":                                       "t.decode:3:20: pair: expected the argument",
		"#! operands { pair(a): in gpr(1); }":                                        "t.decode:3:27: pair: expected a class without a number",
		"#! operands { trio(a): in gpr; }":                                           "t.decode:3:15: operands: expected pair(rt), list(rt, count) or list(bits)",
		"#! operands { list(a): in; }":                                               "t.decode:3:15: operands: expected pair(rt)",
		"#! operands { a: in gpr, 99 is zero; }":                                     "t.decode:3:26: register number 99 is out of range",
		"#! operands { a: in gpr, 3 is sp; }":                                        "t.decode:3:31: expected zero, none, pc, a state or class(number)",
		"#! operands { pair(a): in gpr, 3 is zero; }":                                "t.decode:3:32: operands: expected `name: role class, number is member`",
		"#! operands { a: in gpr; a: inout gpr; }":                                   "t.decode:3:26: operand a is declared twice",
		"#! operands { a: in gpr; } memory { size(4); reg(a); pre_index; }":          "t.decode:3:28: memory: a is written back, but is no output",
		"#! operands { a: in gpr; } memory { size(4); pc_plus_imm(b); post_index; }": "t.decode:3:28: memory: there is no base to write back",
		"#! operands { a: in gpr; } memory { size(4); reg(a); reg_plus_imm(a, b); }": "t.decode:3:54: memory: reg_plus_imm after reg: only one address mode",
		"#! operands { a: in gpr; } memory { size(4); reg_plus_reg(a, b); }":         "t.decode:3:62: the index of a memory access must be a register operand that is read",
		"#! operands { a: in gpr; } memory { size(4); align(4) if b; reg(a); }":      "t.decode:3:46: memory: only post_index and base_align take a condition",
		"#! operands { a: in gpr; } memory { size(4); align(4, d); reg(a); }":        "t.decode:3:55: d is neither an argument",
		"#! operands { a: in gpr; } memory { size(4); base_align(12); reg(a); }":     "t.decode:3:57: alignment 12 is not a power of two",
		"#! memory { size(4); base_align(16); pc_plus_imm(a); }":                     "t.decode:3:4: memory: there is no base to be aligned",
		"#! operands { a: in gpr; } memory { size(4); reg_plus_mem(a, b); }":         "t.decode:3:46: memory: expected size(n), align(n), align(n, granule), reg(base)",
		"#! memory { size(4); pc_plus_imm(a, 3); }":                                  "t.decode:3:37: alignment 3 is not a power of two",
		"#! operands { a: in gpr; } inputs { a > 3; }":                               "t.decode:3:37: inputs: what can be forced is",
		"#! operands { a: in gpr; } inputs { a != 1; }":                              "t.decode:3:37: inputs: what can be forced is",
		"#! operands { a: in gpr; } inputs { a: prime; }":                            "t.decode:3:37: inputs: what can be forced is",
		"#! operands { a: in gpr; } inputs { b != 0; }":                              "t.decode:3:37: b is not a register operand that is read",
		"#! operands { a: in gpr; } inputs { a: bits(b); }":                          "t.decode:3:45: inputs: the mask must be constant",
		"#! operands { a: in gpr; } inputs { a: bits(1, b); }":                       "t.decode:3:48: inputs: the mask must be constant",
		"#! operands { a: in gpr; } inputs { a: bits(1, 2, 3); }":                    "t.decode:3:37: inputs: what can be forced is",
		"#! operands { a: out gpr; } trash { a; }":                                   "t.decode:3:37: a is not an operand of P that is only read",
		"#! operands { a: out gpr; } undef b when a;":                                "t.decode:3:35: b is not an output of P",
		"#! functions { f(x) = y; }":                                                 "t.decode:3:23: y is neither the parameter x nor a feature",
		"#! functions { f(x) = x; f(x) = x; }":                                       "t.decode:3:26: function f is defined already (t.decode:3:16)",
		"#! functions { inverse f(x) = x; }":                                         "t.decode:3:16: inverse of f, which is not defined yet",
		"#! functions { popcount(x) = x; }":                                          "t.decode:3:16: popcount is a built-in function",
		"#! functions { f(x) = f(x); }":                                              "t.decode:3:23: unknown function f",
		"#! functions { f(x); }":                                                     "t.decode:3:16: functions: expected `name(x) = expression;`",
		"#! constraints { a(x) = 3; }":                                               "t.decode:3:18: constraints: expected an expression",
		"#! groups { a when b; }":                                                    "t.decode:3:13: groups: expected names",
	} {
		_, err := load(t, abc+block+"\n")
		if assert.Error(t, err, block) {
			assert.Contains(t, err.Error(), want, block)
		}
	}
	bomb := "f0(x) = x + x;"
	for i := range 40 {
		bomb += fmt.Sprintf(" f%d(x) = f%d(x) + f%d(x);", i+1, i, i)
	}
	_, err := load(t, abc+"#! functions { "+bomb+" }\n")
	assert.ErrorContains(t, err, "the expression is too large")
	_, err = load(t, abc+"#! constraints { a"+strings.Repeat("+\n#! a", 20_000)+"; }\n")
	assert.ErrorContains(t, err, "the expression is too large")
	for src, want := range map[string]string{
		"%u 0:4 !function=f\nP 0000000000000000000000000000 .... a=%u #! constraints { a; }\n":      "t.decode:2:59: a is made by !function=f, which no functions block defines",
		"%u 0:4 !function=f\nP 0000000000000000000000000000 .... a=%u #! operands { a: in gpr; }\n": "t.decode:2:56: a is made by !function=f",
		"%u 0:4 !function=f\nP 0000000000000000000000000000 .... a=%u #! constraints { %u < 3; }\n": "",
	} {
		if _, err := load(t, src); want == "" {
			assert.NoError(t, err, src)
		} else {
			assert.ErrorContains(t, err, want, src)
		}
	}
}

// TestIndexes: what a shifted index adds to an address.
func TestIndexes(t *testing.T) {
	for _, c := range []struct {
		access      Access
		index, want uint64
	}{
		{Access{Shift: 2}, 0x6000_0010, 0x1_8000_0040},
		{Access{Shift: 2, Minus: true}, 3, ^uint64(11)},
		{Access{Shift: 2, Kind: ShiftRight}, 0xe000_0004, 0x3800_0001},
		{Access{Shift: 32, Kind: ShiftRight}, 0xe000_0004, 0},
		{Access{Shift: 2, Kind: ShiftRight, Minus: true}, 7, ^uint64(0)},
		{Access{Shift: 2, Kind: ShiftRightSign}, 0xe000_0004, 0xffff_ffff_f800_0001},
		{Access{Shift: 8, Kind: RotateRight}, 0x8000_0001, 0x0180_0000},
	} {
		assert.Equal(t, c.want, c.access.Offset(c.index), "%+v", c)
	}
}
