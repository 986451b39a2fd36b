package probe

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

// TestCasesOnQEMU: what instructions of each kind make of chosen inputs, as their manuals have it.
func TestCasesOnQEMU(t *testing.T) {
	needtool.Slow(t)
	for _, c := range []struct {
		machine
		insn string
		set  []string
		want map[string]string // by place: what it holds afterwards; all that changes or is an output
	}{
		{dsp, "ADDQ_S_W rd=2 rs=4 rt=5", []string{"a0=0x7fffffff", "a1=1"}, map[string]string{"$2": "7fffffff", "dspcontrol": "00100000"}},
		{dsp, "EXTR_W rt=2 ac=1 shift=4", []string{"ac1=0x1_2345_6789"}, map[string]string{"$2": "12345678", "dspcontrol": "00000000"}},
		{dsp, "BEQ rs=4 rt=5; ADDIU rt=4 rs=4 imm=1", nil, map[string]string{"$4": "00000001"}},
		{p5600, "SAT_S df=2 wd=1 ws=2 m=7", []string{"w2=w:300,-300,5"}, map[string]string{"$w1": "0000000000000005ffffff800000007f"}},
		{p5600, "CTCMSA cd=1 rs=4; FADD df=1 wd=1 ws=2 wt=3", []string{"a0=2", "w2=f64:1", "w3=f64:0x1p-80"}, map[string]string{"$w1": "00000000000000003ff0000000000001", "msacsr": "00001006"}},
		{p5600, "FADD df=1 wd=1 ws=2 wt=3", []string{"msacsr=2", "w2=f64:1", "w3=f64:0x1p-80"}, map[string]string{"$w1": "00000000000000003ff0000000000001", "msacsr": "00001006"}},
		{n64, "DSUBU rd=2 rs=4 rt=5", []string{"a0=1", "a1=2"}, map[string]string{"$2": "ffffffffffffffff"}},
		{n64, "LD rt=2 base=4 offset=-8", []string{"$4=mem+16", "mem[0]=0000000000000000_0102030405060708"}, map[string]string{"$2": "0102030405060708"}},
		{n64, "SD rt=5 base=4 offset=1", []string{"$4=mem+7", "$5=0x0102030405060708"}, map[string]string{"mem+0": "00000000000000000102030405060708"}},
		{a64, "ADCS sf=1 rd=0 rn=1 rm=2", []string{"x1=-1", "nzcv=0x20000000"}, map[string]string{"x0": "0000000000000000", "nzcv": "60000000"}},
		{a64, "SQADD_v q=1 size=0 rd=0 rn=1 rm=2", []string{"v1=b:127,-128", "d2=b:1,-1"}, map[string]string{"v0": "0000000000000000000000000000807f", "fpsr": "08000000"}},
		{a64, "STR_imm_post rt=3 rn=sp imm9=-16", []string{"w3=0x12345678"}, map[string]string{"x31": "000000002ffffff0", "mem+0": "78563412000000000000000000000000"}},
		{a32, "QADD cond=14 rd=0 rn=1 rm=2", []string{"r1=0x7fffffff", "r2=1"}, map[string]string{"r0": "7fffffff", "q": "08000000"}},
		{a32, "ADD_imm cond=0 s=0 rd=0 rn=1 imm12=4", []string{"nzcv=0"}, map[string]string{"r0": "00000000"}},
		{a32, "VADD_i_q size=2 qd=0 qn=1 qm=2 odd=0", []string{"q1=w:1,2,3,4", "s8=1", "s11=-4"}, map[string]string{"d0": "0000000200000002", "d1": "0000000000000003"}},
		{thumb, "IT firstcond=0 mask=8; ADD_imm8 rdn=3 imm8=5", []string{"nzcv=0x40000000"}, map[string]string{"r3": "00000005"}},
		{thumb, "IT firstcond=0 mask=8; ADD_imm8 rdn=3 imm8=5", []string{"r3=1"}, map[string]string{"r3": "00000001"}},
	} {
		p := c.prober(t)
		b, outs := outcomes(t, p, []*Case{toyCase(t, p, c.insn, c.set...)}, target(t, &c.machine, p))
		got := map[string]string{}
		for name, r := range values(b, 0, outs[0]) {
			if r.Note != noteMark {
				got[name] = r.After[0]
				assert.Empty(t, r.Note, "%s: %s", c.insn, name)
			}
		}
		assert.Equal(t, c.want, got, c.insn)
	}
}

// TestBranchesShowTheirWay: the register that shows it holds one number where a branch is taken, and another where it is not.
func TestBranchesShowTheirWay(t *testing.T) {
	needtool.Slow(t)
	for _, c := range []struct {
		machine
		insn, taken string
	}{
		{p5600, "BNE rs=4 rt=0", "a0=1"}, {n64, "BGTZ rs=4", "a0=1"}, {a64, "CBNZ sf=1 rt=4", "x4=1"},
		{a32, "B cond=0", "nzcv=0x40000000"}, {thumb, "B_cond cond=0", "nzcv=0x40000000"},
	} {
		p := c.prober(t)
		b, outs := outcomes(t, p, []*Case{toyCase(t, p, c.insn), toyCase(t, p, c.insn, c.taken)}, target(t, &c.machine, p))
		var marks []string
		for i := range outs {
			require.Nil(t, outs[i][0].Fault)
			place, ok := b.mark(i)
			require.True(t, ok, c.insn)
			marks = append(marks, values(b, i, outs[i])[p.l.PlaceName(place)].After[0])
		}
		assert.NotEqual(t, marks[0], marks[1], c.insn)
	}
}
