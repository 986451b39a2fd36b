@ A smoke test of Thumb instructions for user programs, for `risugen check --code`: each of the 16-bit ones that images hold, and
@ some of those of 32 bits. It is a list and no program, as test_mips.s is. Data and A32 code between them, which the assembler
@ marks by symbols, are not taken.
@
@   arm-linux-gnueabihf-as -march=armv8-a+crc -mfpu=crypto-neon-fp-armv8 -o test.o testdata/test_thumb.s
@   risugen check --cpu max --abi thumb --code test.o
@
@ With --defsym T16=1 it has instructions of 16 bits alone, those of ARMv6, which every CPU has but the arm926:
@
@   arm-linux-gnueabihf-as -march=armv6 --defsym T16=1 -o test.o testdata/test_thumb.s
@   risugen check --cpu arm1176 --abi thumb --code test.o

        .syntax unified
        .thumb
        .text

@ Instructions that differ in their names alone: the operands, then the names.
        .macro  each operands, names:vararg
        .irp    name, \names
        \name   \operands
        .endr
        .endm

@ ---------------------------------------------------------------------------------------------------------------
@ Arithmetic and logic of 16 bits

        each    "r0, r1", movs, mvns, tst, cmp, cmn
        rsbs    r0, r1, #0
        each    "r2, r3, #5", lsls, lsrs, asrs
        each    "r4, r5, r6", adds, subs
        each    "r7, r0, #3", adds, subs
        each    "r1, #200", movs, cmp, adds, subs
        each    "r2, r3", ands, eors, lsls, lsrs, asrs, adcs, sbcs, rors, orrs, muls, bics
        each    "r8, r9", add, cmp, mov
        each    "r10, r3", add, cmp, mov
        each    "r4, r11", add, cmp, mov
        each    "r5, r6", sxth, sxtb, uxth, uxtb, rev, rev16, revsh
        add     r6, sp, #64
        add     sp, #8
        sub     sp, #8
        nop

@ Addresses

        adr     r7, 1f
        ldr     r0, 1f
        b       2f
        .balign 4
1:      .word   0xffffffff              @ no instruction: data
        .ascii  "data"
        .arm
        ldr     r0, [r1, r2, lsl #2]!   @ nor are these of Thumb
        blx     r3
        .thumb
2:
        each    "r1, [r2, #4]", ldr, str
        each    "r3, [r4, #6]", ldrh, strh
        each    "r5, [r6, #7]", ldrb, strb
        each    "r7, [r0, r1]", ldr, str, ldrh, strh, ldrb, strb, ldrsh, ldrsb
        each    "r2, [sp, #16]", ldr, str
        push    {r0, r3, r7, lr}
        pop     {r1, r2}
        each    "r4!, {r0, r5, r6}", ldmia, stmia

@ Branches

1:      b       1b
        .irp    cond, eq, ne, cs, cc, mi, pl, vs, vc, hi, ls, ge, lt, gt, le
        b\cond  2f
        .endr
2:      bx      r4
        mov     pc, r7
        blx     r5

        .ifndef T16
        .irp    hint, yield, sev, sevl, nop
        \hint
        .endr
        .inst.n 0xbf70                  @ hint 7, which no one has
3:      cbz     r6, 4f
        cbnz    r6, 4f
        nop
4:
        ite     ne
        addne   r0, r1, r2              @ which sets no flags there
        subeq   r3, r4, r5
        itt     hi
        ldrhi   r6, [r7, #8]
        bhi     4b
@ ---------------------------------------------------------------------------------------------------------------
@ 32 bits

        each    "r0, r8, r9", adds.w, sub.w, and.w, orn, eors.w, bic.w, adc.w, sbcs.w
        each    "r1, r2, r3, lsl #7", add.w, rsb.w, orrs.w
        each    "r4, r5, #0x00ff00ff", add.w, sub.w, and.w, orr.w, eor.w
        each    "r6, r7, #0xabc", addw, subw
        movw    r8, #0x1234
        movt    r8, #0x5678
        each    "r9, r10, r11", sdiv, udiv, mul, qadd, sadd8, uhsub16, sel, lsl.w, ror.w
        each    "r0, r1, r2, r3", mla, mls, umull, smull, umlal, smlabb, usada8
        each    "r4, r5", clz, rbit, rev.w, sxtb16
        each    "r6, r7, #3, #9", ubfx, sbfx, bfi
        ssat    r8, #7, r9
        usat    r8, #7, r9, asr #3
        bfc     r10, #4, #8
        each    "r11, [r0, #0x123]", ldr.w, str.w, ldrb.w, strb.w, ldrh.w, strh.w, ldrsh.w
        each    "r1, [r2, #-5]!", ldr, strb
        each    "r3, [r4], #9", ldr, strh
        each    "r5, [r6, r7, lsl #2]", ldr.w, str.w
        each    "r8, r9, [r10, #16]", ldrd, strd
        each    "r0!, {r1, r8, lr}", ldmia.w, stmdb
        each    "r11, [r3]", ldrex, lda, stl
        ldr.w   r2, 5f
        beq.w   5f
        b.w     5f
        bl      4b
        .balign 4
5:      vadd.f32        s0, s1, s2
        vmla.f64        d3, d4, d5
        vcvt.s32.f64    s6, d7
        vldr            d8, [r4, #24]
        vadd.i16        q8, q9, q10
        vmul.f32        d22, d23, d24
        vld1.32         {d25, d26}, [r5]!
        vmrs            r6, fpscr
        aese.8          q0, q1
        crc32b          r7, r8, r9
        .endif
