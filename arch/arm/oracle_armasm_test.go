package arm

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"golang.org/x/arch/arm/armasm"

	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/internal/oracle"
)

// checkGo32 compares the mnemonics of random legal words of every pattern with those of Go's own disassembler, a second
// oracle, made from the manual of ARMv7 and not from binutils. Conditions are a part of these; aliases has the mnemonics, without
// condition, that it has other names for. Patterns of which it knows no word are to be those whose names unknown has.
func checkGo32(t *testing.T, d *oracle.Dialect, aliases map[string]string, unknown string) {
	needtool.Slow(t)
	cs := d.Cases(d.Set(t).Patterns(), oracle.Words)
	bad, known := map[string]string{}, map[string]bool{}
	compared := 0
	for _, c := range cs {
		name := c.Insn.Name()
		known[name] = known[name] || false
		in, err := armasm.Decode(binary.LittleEndian.AppendUint32(nil, uint32(c.Word)), armasm.ModeARM)
		if err != nil {
			continue
		}
		known[name] = true
		compared++
		ours, _, _ := strings.Cut(strings.ReplaceAll(c.Text, ".", ""), " ")
		for name, other := range aliases {
			if rest, ok := strings.CutPrefix(ours, name); ok {
				ours = other + rest
			}
		}
		if theirs := strings.ToLower(goName.Replace(in.Op.String())); theirs != ours {
			stem, _, _ := strings.Cut(in.Op.String(), ".")
			bad[name+": "+stem] = fmt.Sprintf("%08x: ours %q, Go %q", c.Word, c.Text, armasm.GNUSyntax(in))
		}
	}
	var never []string
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if !known[name] {
			never = append(never, name)
		}
	}
	t.Logf("%d patterns, %d words, %d of them known, %d kinds of disagreement", len(known), len(cs), compared, len(bad))
	for _, kind := range slices.Sorted(maps.Keys(bad)) {
		t.Errorf("%s: %s", kind, bad[kind])
	}
	want := strings.Fields(unknown)
	slices.Sort(want)
	assert.Equal(t, strings.Join(want, " "), strings.Join(never, " "), "patterns that the Go decoder does not know")
}

// goName leaves out dots, and what tells numbers with a fixed point from integers.
var goName = strings.NewReplacer(".FX", "", ".", "")

// TestGoAgreesOnA32 is about all but floating point and Advanced SIMD.
func TestGoAgreesOnA32(t *testing.T) {
	checkGo32(t, a32Old, map[string]string{"stmia": "stm", "pssbb": "dsb", "ssbb": "dsb", "dfb": "dsb"}, `
		CDP CDP2 CPS CRC32B CRC32CB CRC32CH CRC32CW CRC32H CRC32W ERET ESB HINT HVC LDC LDC2 LDMDA_sys LDMDB_sys LDMIB_sys LDM_sys
		MCR MCR2 MCRR MCRR2 MCR_dmb MCR_dsb MCR_isb MCR_tpidrurw MEMHINT_imm MEMHINT_reg MRC MRC2 MRC_tpidrurw MRRC MRRC2
		MRS_bank MRS_spsr MSR_bank MSR_reg_sys RFE SB SETPAN SMC SRS STC STC2 STMDA_sys STMDB_sys STMIB_sys STM_sys UDF`)
}

// TestGoAgreesOnA32VFP: it knows VFPv2 and VFPv3, of doubles and singles.
func TestGoAgreesOnA32VFP(t *testing.T) {
	checkGo32(t, a32VFP, nil, `
		FLDMDBX FLDMIAX FSTMDBX FSTMIAX VABS_h VADD_h VCMPE_h VCMPE_zero_h VCMP_h VCMP_zero_h VCVTA_id VCVTA_ih VCVTA_is
		VCVTB_bs VCVTB_dh VCVTB_hd VCVTM_id VCVTM_ih VCVTM_is VCVTN_id VCVTN_ih VCVTN_is VCVTP_id VCVTP_ih VCVTP_is
		VCVTR_ih VCVTT_bs VCVTT_dh VCVTT_hd VCVT_fixh VCVT_fixh16 VCVT_hfix VCVT_hfix16 VCVT_hi VCVT_ih VDIV_h VDUP_gen
		VFMA_d VFMA_h VFMA_s VFMS_d VFMS_h VFMS_s VFNMA_d VFNMA_h VFNMA_s VFNMS_d VFNMS_h VFNMS_s VINS VJCVT_id VLDMDB_d
		VLDMDB_s VLDMIA_d VLDMIA_s VLDR_h VLDR_lit_h VMAXNM_d VMAXNM_h VMAXNM_s VMINNM_d VMINNM_h VMINNM_s VMLA_h VMLS_h
		VMOVX VMOV_from_gen_d VMOV_from_gen_h VMOV_from_gen_pair VMOV_imm_h VMOV_to_gen_d VMOV_to_gen_h VMOV_to_gen_pair
		VMRS_special VMSR_special VMUL_h VNEG_h VNMLA_h VNMLS_h VNMUL_h VRINTA_d VRINTA_h VRINTA_s VRINTM_d VRINTM_h
		VRINTM_s VRINTN_d VRINTN_h VRINTN_s VRINTP_d VRINTP_h VRINTP_s VRINTR_d VRINTR_h VRINTR_s VRINTX_d VRINTX_h
		VRINTX_s VRINTZ_d VRINTZ_h VRINTZ_s VSEL_d VSEL_h VSEL_s VSQRT_h VSTMDB_d VSTMDB_s VSTMIA_d VSTMIA_s VSTR_h VSUB_h`)
}
