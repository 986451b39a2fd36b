package mistakes

import sem "github.com/risugen/risugen/arch/semantics"

func a32Held() []sem.Mistake {
	return []sem.Mistake{
		{
			Name: "ORRS with ROR by a multiple of 32 keeps C", Kind: sem.Carry, Pattern: "ORR_rsr", Where: setsFlags,
			Wrong: orrRSR(func(v, by uint32, kind int64, carry uint64) (uint32, uint64) {
				r, c := byAmount(v, by, kind, carry)
				if kind == 3 && by%32 == 0 {
					c = carry
				}
				return r, c
			}),
		},
		{
			Name: "AND with ASR by 32 shifts by none", Kind: sem.Amount, Pattern: "AND_reg",
			Wrong: logicReg(and, func(v uint32, imm, kind int64, carry uint64) (uint32, uint64) {
				if kind == 2 && imm == 0 {
					return v, carry
				}
				return byImmediate32(v, imm, kind, carry)
			}),
		},
		{
			Name: "RSC has V of the difference without the borrow", Kind: sem.Flags, Pattern: "RSC_reg", Where: setsFlags,
			Wrong: carryReg(func(a, b, c uint64) (uint64, uint64) {
				v, f := rsc32(a, b, c)
				_, plain := rsc32(a, b, 1)
				return v, f&^flagV | plain&flagV
			}),
		},
		{
			Name: "QDADD sets no Q for the doubling", Kind: sem.Flags, Pattern: "QDADD",
			Wrong: sat32(func(n, m sem.Wide) (uint64, bool) {
				d, _ := n.Shl(1).SatS(32)
				return m.Add(signed(d, 32)).SatS(32)
			}),
		},
		{
			Name: "QSUB negates INT_MIN and adds", Kind: sem.Overflow, Pattern: "QSUB",
			Wrong: sat32(func(n, m sem.Wide) (uint64, bool) {
				if n == sem.SI(-1<<31) {
					return qadd(n, m)
				}
				return qsub(n, m)
			}),
		},
		{
			Name: "SMUAD sets no Q", Kind: sem.Flags, Pattern: "SMUAD",
			Wrong: sticky(4, func(x *sem.Exec) (uint64, bool) {
				v, _ := smuad(x)
				return v, false
			}),
		},
		{
			Name: "SMLABB saturates", Kind: sem.Saturation, Pattern: "SMLABB",
			Wrong: sticky(5, func(x *sem.Exec) (uint64, bool) {
				return signed(x.In[2].Lo, 16).Mul(signed(x.In[3].Lo, 16)).Add(signed(x.In[4].Lo, 32)).SatS(32)
			}),
		},
		{
			Name: "SSAT with ASR by 32 shifts by none", Kind: sem.Amount, Pattern: "SSAT",
			Wrong: saturate(ssat, func(v uint32, imm, kind int64, carry uint64) (uint32, uint64) {
				if imm == 0 {
					return v, 0
				}
				return byImmediate32(v, imm, kind, carry)
			}),
		},
		{
			Name: "USAT16 lets the power of two wrap", Kind: sem.Saturation, Pattern: "USAT16",
			Wrong: saturate16(func(v sem.Wide, sat int) (uint64, bool) {
				if v == sem.SI(1).Shl(sat) {
					return 0, false
				}
				return usat(v, sat)
			}),
		},
		{
			Name: "SADD16 has no GE for a sum of zero", Kind: sem.Flags, Pattern: "SADD16",
			Wrong: parallel(16, func(a, b uint64) (uint64, bool) {
				v, ge := sadd16(a, b)
				return v, ge && sem.Sext(a, 16)+sem.Sext(b, 16) != 0
			}),
		},
		{
			Name: "UQADD8 lets 256 wrap", Kind: sem.Saturation, Pattern: "UQADD8",
			Wrong: lanes32(8, func(a, b uint64) uint64 {
				if a+b == 256 {
					return 0
				}
				return uqadd8(a, b)
			}),
		},
		{
			Name: "QSUB16 negates -32768 and adds", Kind: sem.Overflow, Pattern: "QSUB16",
			Wrong: lanes32(16, func(a, b uint64) uint64 {
				if b == 1<<15 {
					v, _ := signed(a, 16).Add(signed(b, 16)).SatS(16)
					return v
				}
				return qsub16(a, b)
			}),
		},
		{
			Name: "SMLALD adds the products in 32 bits", Kind: sem.Overflow, Pattern: "SMLALD",
			Wrong: accumulated(func(hi, lo, a, b uint64) uint64 { return hi<<32 + lo + uint64(sem.Sext(dual(a, b).Lo, 32)) }),
		},
		{
			Name: "SMMLAR carries no rounding into a lower half of ones", Kind: sem.Rounding, Pattern: "SMMLAR",
			Wrong: upper(func(p, ra sem.Wide) sem.Wide {
				if r := ra.Add(p); r.Lo>>31&1 == 1 && r.Lo&sem.Mask(31) == 0 {
					return r
				}
				return ra.Add(p).Add(sem.SI(1 << 31))
			}),
		},
		{
			Name: "SBFX of 32 bits is zero", Kind: sem.Amount, Pattern: "SBFX",
			Wrong: sbfx(func(v uint64, lsb, width int) uint64 {
				if width == 32 {
					return 0
				}
				return signedField(v, lsb, width)
			}),
		},
		{
			Name: "SDIV of A32 saturates INT_MIN / -1", Kind: sem.Overflow, Pattern: "SDIV",
			Wrong: rrr32(func(a, b uint32) uint32 {
				if a == 1<<31 && b == 1<<32-1 {
					return 1<<31 - 1
				}
				return uint32(sdiv(32, uint64(a), uint64(b)))
			}),
		},
	}
}
