package constraints

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/decodetree"
)

const linkedLoad = `
LL 00000001 rt:4 rn:4 imm:s16  #! operands { rt: out gpr; rn: in gpr; mem: in; } memory { size(4); reg_plus_imm(rn, imm); }
`

func TestLinkedStore(t *testing.T) {
	s := mustLoad(t, linkedLoad+`
SC 00000010 imm:s16 rt:4 rn:4  #! operands { rt: inout gpr; rn: in gpr; mem: out; } memory { size(4); reg_plus_imm(rn, imm); }
#! linked { load(LL); failed(rt == 0x2); }
`)
	ll, sc := s.Insns[0], s.Insns[1]
	assert.Same(t, ll, sc.Linked.Load)
	assert.True(t, ll.Links)
	assert.False(t, sc.Links)
	assert.Equal(t, 0, sc.Linked.Flag)
	assert.EqualValues(t, 2, sc.Linked.Failed)
	w, ok := sc.LoadWord(0x02fffe57, 0x01910123) // to $5 from -2($7); the load's own register is $9
	assert.True(t, ok)
	assert.Equal(t, uint64(0x0197fffe), w)
}

// TestLoadWordIsLegal: a load that cannot go where its store does has no word.
func TestLoadWordIsLegal(t *testing.T) {
	const store = "SC 00000010 rt:4 rn:4 imm:s16 #! operands { rt: inout gpr; rn: in gpr; mem: out; } memory { size(4); reg_plus_imm(rn, imm); }\n#! linked { load(L); failed(rt == 0); }\n"
	for _, load := range []string{
		"L 00000001 rt:4 rn:4 0000 imm:s12   #! operands { rt: out gpr; rn: in gpr; mem: in; } memory { size(4); reg_plus_imm(rn, imm); }\n",
		"L 00000001 rt:4 rn:4 imm:s16        #! operands { rt: out gpr; rn: in gpr; mem: in; } memory { size(4); reg_plus_imm(rn, imm); } constraints { imm < 8; }\n",
		"L 00000001 rt:4 rn:4 imm:s16        #! operands { rt: out gpr; rn: in gpr; mem: in; } memory { size(4); reg_plus_imm(rn, imm / 8); }\n",
		"L 00000001 rt:4 rm:4 imm:s16        #! operands { rt: out gpr; rm: in gpr; mem: in; } memory { size(4); reg_plus_imm(rm, imm); }\n",
	} {
		sc := mustLoad(t, load+store).ByName("SC")[0]
		_, ok := sc.LoadWord(0x02577000, 0x01900000)
		assert.False(t, ok, load)
	}
}

// TestLinkedErrors: ^ shows where the error is.
func TestLinkedErrors(t *testing.T) {
	const forms = "linked: expected load(NAME), failed(register == number) and perhaps fails_first"
	const plain = "operands { rt: inout gpr; rn: in gpr; mem: out; } memory { size(4); reg(rn); } "
	for _, c := range []struct{ blocks, linked, want string }{
		{plain, "linked { load(^NONE); failed(rt == 0); }", "linked: no pattern of the file has the name NONE"},
		{plain, "^linked { failed(rt == 0); }", forms},
		{plain, "^linked { load(LL); }", forms},
		{plain, "linked { load(LL); ^load(LL); failed(rt == 0); }", forms},
		{plain, "linked { ^load(1); failed(rt == 0); }", forms},
		{plain, "linked { ^load(LL) if rt; failed(rt == 0); }", forms},
		{plain, "linked { ^rt: load(LL); failed(rt == 0); }", forms},
		{plain, "linked { load(LL); failed(^rt != 0); }", forms},
		{plain, "linked { load(LL); failed(^rt == rn); }", forms},
		{plain, "linked { load(LL); failed(^rt == -1); }", forms},
		{plain, "linked { load(LL); failed(^rt == 0x10000000000000000); }", forms},
		{plain, "linked { load(LL); failed(^rn == 0); }", "rn is not a register operand that is written"},
		{plain, "linked { load(LL); failed(^mem == 0); }", "mem is not a register operand that is written"},
		{plain, "linked { load(^SC); failed(rt == 0); }", "linked: SC is linked to a load itself"},
		{"operands { rt: out gpr; }", "linked { load(^LL); failed(rt == 0); }", "linked: SC is no store to the address that one register and a displacement give"},
		{"operands { rt, rn: inout gpr; mem: out; } memory { size(4); reg(rn); post_index; }", "linked { load(^LL); failed(rt == 0); }",
			"linked: SC is no store to the address that one register and a displacement give"},
		{"operands { rt: inout gpr; rn: in gpr; mem: out; } memory { size(8); reg(rn); }", "linked { load(^LL); failed(rt == 0); }",
			"linked: SC stores 8 bytes, and LL loads 4"},
	} {
		_, err := load(t, "SC 00000010 rt:4 rn:4 imm:s16 #! "+c.blocks+"\n#! "+strings.Replace(c.linked, "^", "", 1)+linkedLoad)
		assert.EqualError(t, err, fmt.Sprintf("t.decode:2:%d: %s", 4+strings.Index(c.linked, "^"), c.want), c.linked)
	}
	for want, blocks := range map[string]string{
		"LL writes more than registers":                    "operands { rt: out gpr; rn: in gpr; hi: out; mem: in; } memory { size(4); reg(rn); }",
		"what LL reads must not have to be prepared":       "operands { rt: inout gpr; rn: in gpr; mem: in; } memory { size(4); reg(rn); } inputs { rt: nonzero; }",
		"neither SC nor LL can be a branch":                "operands { rt: out gpr; rn: in gpr; mem: in; } memory { size(4); reg(rn); } branch { offset(4); }",
		"LL is no load from the address that one register": "operands { rt: out gpr; rn: in gpr; mem: inout; } memory { size(4); reg(rn); }",
	} {
		_, err := load(t, "LL 00000001 rt:4 rn:4 imm:s16 #! "+blocks+"\nSC 00000010 rt:4 rn:4 imm:s16 #! "+plain+"linked { load(LL); failed(rt == 0); }\n")
		assert.ErrorContains(t, err, want)
	}
}

// TestAbsentLoad: of several loads of one name the CPU's is taken; where it has none, that is no error.
func TestAbsentLoad(t *testing.T) {
	const memory = "operands { rt: out gpr; rn: in gpr; mem: in; } memory { size(4); reg(rn); } "
	const store = "SC 00000010 rt:4 rn:4 imm:s16 #! operands { rt: inout gpr; rn: in gpr; mem: out; } memory { size(4); reg(rn); } linked { load(LL); failed(rt == 0); }\n"
	s := mustLoad(t, store+"LL 00000001 rt:4 rn:4 imm:s16 #! "+memory+"requires { no; }\nLL 00000011 rt:4 rn:4 imm:s16 #! "+memory+"requires { yes; }\n")
	assert.Same(t, s.ByName("LL")[0], s.ByName("SC")[0].Linked.Load)
	s = mustLoad(t, store+"LL 00000001 rt:4 rn:4 imm:s16 #! "+memory+"requires { no; }\n")
	assert.Nil(t, s.Insns[0].Linked.Load)
}

// TestLinkedByOverlay: the blocks may come from an overlay.
func TestLinkedByOverlay(t *testing.T) {
	spec, err := decodetree.Parse("t.decode", []byte("@m ........ rt:4 rn:4 imm:s16\nLL 00000001 ........................ @m\nSC 00000010 ........................ @m\n"), decodetree.Options{})
	require.NoError(t, err)
	o, err := ParseOverlay("t.overlay", []byte(`
@m: memory { size(4); reg_plus_imm(rn, imm); } operands { rt: out gpr; rn: in gpr; mem: in; }
SC: operands { rt: inout gpr; rn: in gpr; mem: out; } linked { load(LL); failed(rt == 0); }
`))
	require.NoError(t, err)
	s, err := Load([]*decodetree.Spec{spec}, testVocabulary, o)
	require.NoError(t, err)
	assert.Same(t, s.Insns[0], s.Insns[1].Linked.Load)
}
