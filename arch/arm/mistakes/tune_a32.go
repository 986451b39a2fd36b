package mistakes

import sem "github.com/risugen/risugen/arch/semantics"

// setsFlags is where an instruction sets the condition flags.
func setsFlags(a []int64) bool { return a[1] == 1 }

func a32Tune() []sem.Mistake {
	return []sem.Mistake{
		{
			Name: "MOVS with LSL by 32 carries nothing", Kind: sem.Carry, Pattern: "MOV_rsr", Where: setsFlags,
			Wrong: moveRSR(func(v, by uint32, kind int64, carry uint64) (uint32, uint64) {
				r, c := byAmount(v, by, kind, carry)
				if kind == 0 && by == 32 {
					c = 0
				}
				return r, c
			}),
		},
		{
			Name: "MOV with LSR by 32 shifts by none", Kind: sem.Amount, Pattern: "MOV_reg",
			Wrong: moveReg(func(v uint32, imm, kind int64, carry uint64) (uint32, uint64) {
				if kind == 1 && imm == 0 {
					return v, carry
				}
				return byImmediate32(v, imm, kind, carry)
			}),
		},
		{
			Name: "ADC loses the carry where rm is all ones", Kind: sem.Carry, Pattern: "ADC_reg",
			Wrong: carryReg(func(a, b, c uint64) (uint64, uint64) { return addFlags(32, a, b+c, 0) }),
		},
		{
			Name: "QADD sets no Q for INT_MIN + INT_MIN", Kind: sem.Flags, Pattern: "QADD",
			Wrong: sat32(func(n, m sem.Wide) (uint64, bool) {
				v, over := qadd(n, m)
				return v, over && n.Add(m) != sem.SI(-1<<32)
			}),
		},
		{
			Name: "SMLAD sets no Q for the sum of the products", Kind: sem.Flags, Pattern: "SMLAD",
			Wrong: sticky(5, func(x *sem.Exec) (uint64, bool) {
				p, _ := wraps(dual(x.In[2].Lo, x.In[3].Lo))
				return wraps(signed(p, 32).Add(signed(x.In[4].Lo, 32)))
			}),
		},
		{
			Name: "SMLAWB adds the lost bits of the product", Kind: sem.Rounding, Pattern: "SMLAWB",
			Wrong: sticky(5, func(x *sem.Exec) (uint64, bool) {
				p := signed(x.In[2].Lo, 32).Mul(signed(x.In[3].Lo, 16))
				if p.Lo&0xffff == 0x8000 {
					p = p.Add(sem.SI(0x8000))
				}
				return wraps(p.Shr(16).Add(signed(x.In[4].Lo, 32)))
			}),
		},
		{
			Name: "USAT sets no Q for INT_MIN", Kind: sem.Flags, Pattern: "USAT",
			Wrong: saturate(func(v sem.Wide, sat int) (uint64, bool) {
				r, over := usat(v, sat)
				return r, over && v != sem.SI(-1<<31)
			}, byImmediate32),
		},
		{
			Name: "SSAT16 stops one above the smallest", Kind: sem.Saturation, Pattern: "SSAT16",
			Wrong: saturate16(func(v sem.Wide, sat int) (uint64, bool) {
				if v == sem.SI(-1<<15) && sat == 15 {
					return 0x8001, true
				}
				return ssat(v, sat)
			}),
		},
		{
			Name: "UADD8 has no GE for a sum of 256", Kind: sem.Flags, Pattern: "UADD8",
			Wrong: parallel(8, func(a, b uint64) (uint64, bool) { return a + b, a+b > 0x100 }),
		},
		{
			Name: "UHADD8 halves 510 as 254", Kind: sem.Carry, Pattern: "UHADD8",
			Wrong: lanes32(8, func(a, b uint64) uint64 {
				if a+b == 510 {
					return 254
				}
				return uhadd8(a, b)
			}),
		},
		{
			Name: "UMAAL carries once", Kind: sem.Carry, Pattern: "UMAAL",
			Wrong: accumulated(func(hi, lo, a, b uint64) uint64 {
				p := a * b
				low := uint64(uint32(p)) + hi + lo
				return p&^sem.Mask(32) + min(low>>32, 1)<<32 + low&sem.Mask(32)
			}),
		},
		{
			Name: "SMMLS subtracts the upper half of the product", Kind: sem.Rounding, Pattern: "SMMLS",
			Wrong: upper(func(p, ra sem.Wide) sem.Wide { return ra.Sub(p.Shr(32).Shl(32)) }),
		},
		{
			Name: "PKHTB with ASR by 32 shifts by none", Kind: sem.Amount, Pattern: "PKHTB",
			Wrong: pkhtb(func(v uint32, imm, kind int64, carry uint64) (uint32, uint64) {
				if imm == 0 {
					return v, 0
				}
				return byImmediate32(v, imm, kind, carry)
			}),
		},
	}
}
