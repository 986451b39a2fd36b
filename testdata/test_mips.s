# A smoke test of MIPS instructions for user programs, for `risugen check --code`: each instruction once or a few
# times, by group. It is a list and no program: risugen gives registers their values, makes addresses and branches
# go where they may, and compares what each instruction writes. Registers named here are those that run.
#
# Assemble it for one CPU, with a symbol for each thing that the CPU has beside the release 2 of MIPS32:
#
#   24Kc              -mips32r2
#   24Kf              -mips32r2               --defsym FPU=1
#   74Kf              -mips32r2 -mdspr2       --defsym FPU=1 --defsym DSP=1
#   P5600             -mips32r5 -mfp64 -mmsa  --defsym FPU=1 --defsym FR1=1 --defsym MSA=1
#   mips32r6-generic  -mips32r6               --defsym R6=1 --defsym FPU=1 --defsym FR1=1
#   5KEc              -mips64r2 -64           --defsym GP64=1
#   MIPS64R2-generic  -mips64r2 -64 -mips3d   --defsym GP64=1 --defsym FPU=1 --defsym FR1=1 --defsym PS=1
#   I6400             -mips64r6 -64 -mmsa     --defsym GP64=1 --defsym R6=1 --defsym FPU=1 --defsym FR1=1 --defsym MSA=1
#   Loongson-2F       -march=loongson2f -64   --defsym GP64=1 --defsym OLD=1 --defsym FPU=1 --defsym FR1=1 --defsym LOONGSON2F=1
#   Loongson-3A4000   -march=gs464e -64 -mmsa --defsym GP64=1 --defsym FPU=1 --defsym FR1=1 --defsym MSA=1 --defsym LOONGSON3A=1
#
# and with -EL or -EB:
#
#   mips-linux-gnu-as -EL -mips32r2 -o test.o testdata/test_mips.s
#   risugen check --cpu 24Kf --code test.o
#
# GP64: general registers have 64 bits. FR1: floating-point registers have, which are always so on such CPUs. PS: paired
# single and MIPS-3D. OLD: MIPS III, before MIPS32 and MIPS64.

        .set    noreorder               # as it stands: delay slots are written out
        .set    noat
        .set    nomacro                 # each line is one instruction, and not what it might stand for
        .text

# Instructions that differ in their names alone: the operands, then the names.
        .macro  each operands, names:vararg
        .irp    name, \names
        \name   \operands
        .endr
        .endm

# ---------------------------------------------------------------------------------------------------------------
# Arithmetic and logic. Results go to $8 on, sources are $2 to $7; so a block of many instructions can be made.

arithmetic:
        addu    $8, $2, $3
        subu    $9, $4, $5
        addiu   $10, $6, -32768
        addiu   $11, $7, 32767
        add     $12, $2, $3             # these trap on overflow
        sub     $13, $4, $5
        and     $8, $2, $3
        or      $9, $3, $4
        xor     $10, $4, $5
        nor     $11, $5, $6
        andi    $12, $6, 0xffff
        ori     $13, $7, 0x8001
        xori    $14, $2, 0x5a5a
        lui     $15, 0x8000
        slt     $8, $2, $3
        sltu    $9, $2, $3
        slti    $10, $4, -1
        sltiu   $11, $5, -1             # the immediate is sign-extended, and then compared without a sign
        addu    $0, $2, $3              # nothing may change
        addu    $8, $8, $8              # one register three times
        subu    $9, $9, $9

        .ifndef R6
        addi    $14, $6, 0x7fff
        .else
        aui     $14, $6, 0x8001
        lsa     $15, $2, $3, 1
        lsa     $24, $2, $3, 4
        seleqz  $8, $2, $3
        selnez  $9, $2, $3
        seleqz  $10, $4, $0
        selnez  $11, $4, $0
        addiupc $12, 0
        addiupc $13, -4
        auipc   $14, 0x7fff
        aluipc  $15, 0x8000
        .endif

shifts:
        sll     $8, $2, 0
        sll     $9, $3, 31
        srl     $10, $4, 1
        srl     $11, $5, 31
        sra     $12, $6, 1
        sra     $13, $7, 31
        sllv    $14, $2, $3             # five bits of $3 count
        srlv    $15, $4, $5
        srav    $24, $6, $7
        nop

        .ifndef OLD
        rotr    $8, $2, 1
        rotr    $9, $3, 31
        rotrv   $10, $4, $5
        clz     $11, $6
        clo     $12, $7
        wsbh    $13, $2
        seb     $14, $3
        seh     $15, $4
        ext     $8, $2, 0, 32
        ext     $9, $3, 31, 1
        ext     $10, $4, 5, 13
        ins     $11, $5, 0, 32
        ins     $12, $6, 31, 1
        ins     $13, $7, 7, 11
        .endif

        .ifdef  R6
        bitswap $8, $2
        align   $9, $3, $4, 0
        align   $10, $4, $5, 1
        align   $11, $5, $6, 3
        .endif

# ---------------------------------------------------------------------------------------------------------------
# Multiplication and division.

multiply:
        .ifndef R6
        mult    $2, $3                  # HI and LO are copied away before the next one
        mfhi    $8
        mflo    $9
        multu   $4, $5
        mfhi    $10
        mflo    $11
        mult    $6, $6
        mthi    $7
        mtlo    $2
        mfhi    $12
        mflo    $13
        div     $0, $2, $3              # no division by zero: risugen sees to it
        divu    $0, $4, $5
        .ifndef OLD
        mul     $14, $6, $7
        madd    $2, $3
        maddu   $4, $5
        msub    $6, $7
        msubu   $2, $4
        mfhi    $8
        mflo    $9
        .endif
        .else
        mul     $8, $2, $3
        muh     $9, $2, $3
        mulu    $10, $4, $5
        muhu    $11, $4, $5
        div     $12, $2, $3
        mod     $13, $2, $3
        divu    $14, $4, $5
        modu    $15, $4, $5
        .endif

        .ifndef R6
        .ifndef OLD
moves:
        movz    $8, $2, $3
        movn    $9, $4, $5
        movz    $10, $6, $0             # always
        movn    $11, $7, $0             # never
        .endif
        .endif

# ---------------------------------------------------------------------------------------------------------------
# Memory. The base register is given an address such that the access, displacement included, hits the window of
# memory that is compared. Ends of the displacement's range, and odd displacements.

memory:
        lb      $8, 0($2)
        lbu     $9, -32768($3)
        lh      $10, 32766($4)
        lhu     $11, -2($5)
        lw      $12, 32764($6)
        lw      $7, 4($7)               # the base is the destination
        lw      $0, 0($2)
        sb      $8, 32767($2)
        sh      $9, -32768($3)
        sw      $10, 32764($4)
        sw      $5, -4($5)              # the base is what is stored
        sw      $0, 0($6)

        .ifndef R6
        lwl     $8, 0($2)
        lwl     $9, 3($3)
        lwr     $10, 1($4)
        lwr     $11, -2($5)
        swl     $12, 2($6)
        swr     $13, 1($7)
        .else
        lwpc    $8, memory              # the distance is replaced by one to code that is there
        .endif

# ---------------------------------------------------------------------------------------------------------------
# Branches. Where they go is replaced, too; what they test is not. A conditional one must be seen both ways: with
# one register twice, or with register 0, it goes one way for sure.

branches:
        beq     $2, $3, branches
        nop
        beq     $4, $4, branches
        nop
        bne     $2, $3, branches
        nop
        bne     $5, $5, branches
        nop
        .irp    r, 0, 2, 3, 4, 5        # several, for random values to be seen both ways
        blez    $\r, branches
        nop
        bgtz    $\r, branches
        nop
        bltz    $\r, branches
        nop
        bgez    $\r, branches
        nop
        .endr
        bal     branches
        nop
        j       branches
        nop
        jal     branches
        nop
        jalr    $2                      # the register is given the target's address
        nop
        jalr    $8, $3
        nop
        jr      $31
        nop
        .ifndef OLD
        jr.hb   $4
        nop
        jalr.hb $9, $5
        nop
        .endif

        .ifndef R6
        beql    $2, $3, branches        # likely: what follows counts only where they branch
        nop
        beql    $4, $4, branches
        nop
        bnel    $2, $3, branches
        nop
        bnel    $5, $5, branches
        nop
        .irp    r, 0, 2, 3, 4, 5
        blezl   $\r, branches
        nop
        bgtzl   $\r, branches
        nop
        bltzl   $\r, branches
        nop
        bgezl   $\r, branches
        nop
        bltzal  $\r, branches          # these link whether they branch or not
        nop
        bgezal  $\r, branches
        nop
        bltzall $\r, branches
        nop
        bgezall $\r, branches
        nop
        .endr
        .else
compact:                                # without a delay slot; what follows must be no branch
        nal
        nop
        bc      compact
        nop
        balc    compact
        nop
        jic     $2, 0x7ffc
        nop
        jialc   $3, -32768
        nop
        xor     $7, $7, $7              # zero is rare
        .irp    r, 2, 3, 4, 5, 6, 7
        beqzc   $\r, compact
        nop
        bnezc   $\r, compact
        nop
        beqzalc $\r, compact
        nop
        bnezalc $\r, compact
        nop
        .endr
        .irp    r, 2, 3, 4, 5, 6
        blezc   $\r, compact
        nop
        bgezc   $\r, compact
        nop
        bgtzc   $\r, compact
        nop
        bltzc   $\r, compact
        nop
        blezalc $\r, compact
        nop
        bgezalc $\r, compact
        nop
        bgtzalc $\r, compact
        nop
        bltzalc $\r, compact
        nop
        bgec    $\r, $7, compact
        nop
        bltc    $\r, $7, compact
        nop
        bgeuc   $\r, $7, compact
        nop
        bltuc   $\r, $7, compact
        nop
        beqc    $\r, $7, compact
        nop
        bnec    $\r, $7, compact
        nop
        bovc    $\r, $7, compact
        nop
        bnvc    $\r, $7, compact
        nop
        .endr
        .endif

# ---------------------------------------------------------------------------------------------------------------
# Traps. A fault is a result like others.

traps:
        tge     $2, $3
        tgeu    $2, $3
        tlt     $4, $5
        tltu    $4, $5
        teq     $6, $6
        teq     $6, $7
        tne     $2, $2
        tne     $2, $3
        break
        break   7                       # division by zero, to Linux
        break   0x123, 0x45
        syscall                         # of a number that there is not
        syscall 0x12345
        .ifndef R6
        tgei    $2, 1
        tgeiu   $3, -1
        tlti    $4, -1
        tltiu   $5, -1
        teqi    $6, 0
        tnei    $0, 0
        tnei    $7, 0
        .else
        sigrie  0
        .endif

# ---------------------------------------------------------------------------------------------------------------
# Registers of 64 bits. risugen makes 32-bit numbers of what the instructions above want so.

        .ifdef  GP64
        .balign 8                       # for LDPC
double:
        daddu   $8, $2, $3
        dsubu   $9, $4, $5
        daddiu  $10, $6, -32768
        dadd    $11, $2, $3
        dsub    $12, $4, $5
        dsll    $13, $2, 31
        dsll32  $14, $3, 31
        dsrl    $15, $4, 1
        dsrl32  $24, $5, 0
        dsra    $8, $6, 31
        dsra32  $9, $7, 31
        dsllv   $10, $2, $3
        dsrlv   $11, $4, $5
        dsrav   $12, $6, $7
        ld      $8, -8($2)
        lwu     $9, 32764($3)
        sd      $10, -32768($4)
        .ifndef R6
        daddi   $13, $7, 0x7fff
        dmult   $2, $3
        mfhi    $8
        mflo    $9
        dmultu  $4, $5
        ddiv    $0, $2, $3
        ddivu   $0, $4, $5
        ldl     $10, 1($2)
        ldr     $11, -3($3)
        sdl     $12, 5($4)
        sdr     $13, 7($5)
        .else
        dlsa    $13, $7, $2, 2
        daui    $14, $6, 0x8001
        dahi    $15, $15, 0x7fff
        dati    $24, $24, 0x8000
        dbitswap $8, $2
        dalign  $9, $3, $4, 0
        dalign  $10, $4, $5, 7
        dmul    $11, $2, $3
        dmuh    $12, $2, $3
        dmulu   $13, $4, $5
        dmuhu   $14, $4, $5
        ddiv    $15, $2, $3
        dmod    $8, $2, $3
        ddivu   $9, $4, $5
        dmodu   $10, $4, $5
        lwupc   $11, double
        ldpc    $12, double
        .endif
        .ifndef OLD
        drotr   $8, $2, 1
        drotr32 $9, $3, 31
        drotrv  $10, $4, $5
        dclz    $11, $6
        dclo    $12, $7
        dsbh    $13, $2
        dshd    $14, $3
        dext    $8, $2, 31, 32          # the field begins and ends below bit 32,
        dextm   $9, $3, 0, 64           # ends above it,
        dextu   $10, $4, 63, 1          # begins above it
        dins    $11, $5, 7, 11
        dinsm   $12, $6, 1, 40
        dinsu   $13, $7, 33, 31
        .endif
        .endif

# ---------------------------------------------------------------------------------------------------------------
# Floating point. Even registers, of which there are doubles in all modes. FCSR is read after each instruction that
# can set a flag of it, and put back.

        .ifdef  FPU
float:
        .irp    f, s, d
        add.\f   $f8, $f2, $f4
        sub.\f   $f10, $f4, $f6
        mul.\f   $f12, $f2, $f4
        div.\f   $f14, $f4, $f6
        sqrt.\f  $f16, $f2
        abs.\f   $f18, $f4
        neg.\f   $f20, $f6
        mov.\f   $f22, $f2
        round.w.\f $f8, $f2
        trunc.w.\f $f10, $f4
        ceil.w.\f $f12, $f6
        floor.w.\f $f14, $f2
        cvt.w.\f $f16, $f4
        .ifndef OLD
        recip.\f $f18, $f6
        rsqrt.\f $f20, $f2
        .endif
        .ifdef  FR1
        round.l.\f $f8, $f2
        trunc.l.\f $f10, $f4
        ceil.l.\f $f12, $f6
        floor.l.\f $f14, $f2
        cvt.l.\f $f16, $f4
        cvt.\f\().l $f18, $f6
        .endif
        cvt.\f\().w $f24, $f2
        .endr
        cvt.s.d $f8, $f2
        cvt.d.s $f10, $f4

        .ifndef R6
        .irp    c, f, un, eq, ueq, olt, ult, ole, ule, sf, ngle, seq, ngl, lt, nge, le, ngt
        c.\c\().s $f2, $f4
        c.\c\().d $f4, $f6
        .endr
        c.eq.s  $f6, $f6                # equal, unless it is no number
        c.eq.d  $f6, $f6
        .irp    i, 1, 2, 3, 4           # FCSR's condition bit comes from random values
        bc1f    float
        nop
        bc1t    float
        nop
        bc1fl   float
        nop
        bc1tl   float
        nop
        .endr
        .endif

        .ifndef R6
        .ifndef OLD
        bc1t    $fcc7, float
        nop
        .irp    f, s, d
        madd.\f  $f8, $f2, $f4, $f6
        msub.\f  $f10, $f2, $f4, $f6
        nmadd.\f $f12, $f2, $f4, $f6
        nmsub.\f $f14, $f2, $f4, $f6
        movf.\f  $f16, $f2, $fcc0
        movf.\f  $f26, $f4, $fcc7
        movt.\f  $f18, $f4, $fcc3
        movt.\f  $f28, $f6, $fcc4
        movz.\f  $f20, $f6, $2
        movn.\f  $f22, $f2, $3
        movz.\f  $f24, $f4, $0
        c.lt.\f  $fcc5, $f2, $f4
        .endr
        movf    $8, $2, $fcc1
        movf    $9, $3, $fcc2
        movt    $10, $4, $fcc6
        movt    $11, $5, $fcc7
        lwxc1   $f8, $2($3)
        ldxc1   $f10, $4($5)
        swxc1   $f12, $6($7)
        sdxc1   $f14, $2($4)
        .ifdef  FR1
        luxc1   $f16, $2($3)            # the address is rounded down
        suxc1   $f18, $4($5)
        .endif
        .endif
        .else
        .irp    f, s, d
        maddf.\f $f8, $f2, $f4
        msubf.\f $f10, $f4, $f6
        min.\f   $f12, $f2, $f4
        mina.\f  $f14, $f2, $f4
        max.\f   $f16, $f4, $f6
        maxa.\f  $f18, $f4, $f6
        rint.\f  $f20, $f2
        class.\f $f22, $f4
        sel.\f   $f8, $f2, $f4
        seleqz.\f $f10, $f4, $f6
        selnez.\f $f12, $f6, $f2
        .endr
        .irp    c, af, un, eq, ueq, lt, ult, le, ule, saf, sun, seq, sueq, slt, sult, sle, sule, or, une, ne, sor, sune, sne
        cmp.\c\().s $f14, $f2, $f4
        cmp.\c\().d $f16, $f4, $f6
        .endr
        .irp    r, 2, 3, 4, 5           # the lowest bit counts
        bc1eqz  $f\r, float
        nop
        bc1nez  $f\r, float
        nop
        .endr
        .endif

        mfc1    $8, $f2
        mtc1    $2, $f8
        lwc1    $f10, -4($2)
        ldc1    $f12, 32760($3)
        swc1    $f14, 4($4)
        sdc1    $f16, -8($5)
        cfc1    $9, $31
        ctc1    $3, $31                 # bits that stop programs are left out
        .ifndef OLD
        mfhc1   $10, $f4
        mthc1   $4, $f18
        .endif
        .ifdef  GP64
        dmfc1   $11, $f5
        dmtc1   $5, $f19
        .endif
        .endif

        .ifdef  PS
paired:                                 # two single-precision numbers in one register
        add.ps  $f8, $f2, $f4
        sub.ps  $f9, $f3, $f5
        mul.ps  $f10, $f2, $f3
        abs.ps  $f11, $f4
        neg.ps  $f12, $f5
        mov.ps  $f13, $f6
        madd.ps $f14, $f2, $f3, $f4
        msub.ps $f15, $f2, $f3, $f4
        nmadd.ps $f16, $f2, $f3, $f4
        nmsub.ps $f17, $f2, $f3, $f4
        movf.ps $f18, $f2, $fcc0
        movt.ps $f19, $f3, $fcc2
        movz.ps $f20, $f4, $2
        movn.ps $f21, $f5, $3
        movz.ps $f22, $f6, $0
        alnv.ps $f23, $f2, $f3, $4
        alnv.ps $f24, $f2, $f3, $5
        cvt.ps.s $f8, $f2, $f3
        cvt.s.pl $f9, $f4
        cvt.s.pu $f10, $f5
        pll.ps  $f11, $f2, $f3
        plu.ps  $f12, $f2, $f3
        pul.ps  $f13, $f2, $f3
        puu.ps  $f14, $f2, $f3
        c.lt.ps $fcc2, $f2, $f3
        c.ueq.ps $f4, $f5
        addr.ps $f8, $f2, $f3           # MIPS-3D
        mulr.ps $f9, $f3, $f4
        cvt.pw.ps $f10, $f4
        cvt.ps.pw $f11, $f5
        .irp    f, s, d, ps
        recip1.\f $f12, $f2
        recip2.\f $f13, $f3, $f4
        rsqrt1.\f $f14, $f2
        rsqrt2.\f $f15, $f3, $f4
        cabs.le.\f $fcc4, $f2, $f3
        .endr
        .irp    i, 1, 2, 3, 4
        bc1any2f $fcc2, paired
        nop
        bc1any2t $fcc2, paired
        nop
        bc1any4f $fcc4, paired
        nop
        bc1any4t $fcc4, paired
        nop
        .endr
        .endif

# ---------------------------------------------------------------------------------------------------------------
# The DSP module, revisions 1 and 2. DSPControl is treated like FCSR; accumulators like HI and LO, which are the
# first of them.

        .ifdef  DSP
dsp:
        each    "$8, $2, $3", addu.qb, addu_s.qb, subu.qb, subu_s.qb, addu.ph, addu_s.ph, subu.ph, subu_s.ph
        each    "$8, $2, $3", addq.ph, addq_s.ph, subq.ph, subq_s.ph, addq_s.w, subq_s.w, addsc, addwc, modsub
        each    "$8, $2, $3", adduh.qb, adduh_r.qb, subuh.qb, subuh_r.qb, addqh.ph, addqh_r.ph, subqh.ph
        each    "$8, $2, $3", subqh_r.ph, addqh.w, addqh_r.w, subqh.w, subqh_r.w
        # HI and LO are not defined afterwards
        each    "$9, $4, $5", muleu_s.ph.qbl, muleu_s.ph.qbr, muleq_s.w.phl, muleq_s.w.phr, mulq_s.ph, mulq_rs.ph
        each    "$9, $4, $5", mul.ph, mul_s.ph, mulq_s.w, mulq_rs.w
        each    "$2, $3", cmpu.eq.qb, cmpu.lt.qb, cmpu.le.qb, cmp.eq.ph, cmp.lt.ph, cmp.le.ph
        cmpu.eq.qb $4, $4
        each    "$10, $6, $7", cmpgu.eq.qb, cmpgu.lt.qb, cmpgu.le.qb, cmpgdu.eq.qb, cmpgdu.lt.qb, cmpgdu.le.qb
        each    "$10, $6, $7", pick.qb, pick.ph, precrq.qb.ph, precr.qb.ph, precrqu_s.qb.ph, precrq.ph.w
        each    "$10, $6, $7", precrq_rs.ph.w, packrl.ph
        each    "$11, $2", raddu.w.qb, preceq.w.phl, preceq.w.phr, precequ.ph.qbl, precequ.ph.qbr, precequ.ph.qbla
        each    "$11, $2", precequ.ph.qbra, preceu.ph.qbl, preceu.ph.qbr, preceu.ph.qbla, preceu.ph.qbra, replv.qb
        each    "$11, $2", replv.ph, absq_s.qb, absq_s.ph, absq_s.w, bitrev
        .irp    r, 2, 3, 4, 5, 6, 7     # which bits, DSPControl says: often none. One register, so that each has rounds
        insv    $11, $\r                # of its own
        .endr
        precr_sra.ph.w $12, $3, 31
        precr_sra_r.ph.w $13, $4, 1
        repl.qb $14, 0xfe
        repl.ph $15, -512
        each    "$8, $5, 0", shll.qb, shrl.qb, shra.qb, shra_r.qb, shll.ph, shll_s.ph, shrl.ph, shra.ph, shra_r.ph
        each    "$8, $5, 0", shll_s.w, shra_r.w
        each    "$9, $6, 7", shll.qb, shrl.qb, shra.qb, shra_r.qb, shll.ph, shll_s.ph, shrl.ph, shra.ph, shra_r.ph
        each    "$9, $6, 7", shll_s.w, shra_r.w
        each    "$10, $7, $2", shllv.qb, shrlv.qb, shrav.qb, shrav_r.qb, shllv.ph, shllv_s.ph, shrlv.ph, shrav.ph
        each    "$10, $7, $2", shrav_r.ph, shllv_s.w, shrav_r.w
        append  $11, $3, 31
        prepend $12, $4, 1
        balign  $13, $5, 1
        balign  $14, $6, 3
accumulators:
        each    "$ac0, $2, $3", dpau.h.qbl, dpau.h.qbr, dpa.w.ph, dpax.w.ph, mulsa.w.ph, dpaq_s.w.ph, dpaqx_s.w.ph
        each    "$ac0, $2, $3", dpaqx_sa.w.ph, dpaq_sa.l.w, mulsaq_s.w.ph, maq_s.w.phl, maq_s.w.phr, maq_sa.w.phl
        each    "$ac0, $2, $3", maq_sa.w.phr
        # others: what one adds another would take away
        each    "$ac0, $4, $5", dpsu.h.qbl, dpsu.h.qbr, dps.w.ph, dpsx.w.ph, dpsq_s.w.ph, dpsqx_s.w.ph
        each    "$ac0, $4, $5", dpsqx_sa.w.ph, dpsq_sa.l.w
        each    "$ac3, $5, $6", dpau.h.qbl, dpau.h.qbr, dpa.w.ph, dpax.w.ph, mulsa.w.ph, dpaq_s.w.ph, dpaqx_s.w.ph
        each    "$ac3, $5, $6", dpaqx_sa.w.ph, dpaq_sa.l.w, mulsaq_s.w.ph, maq_s.w.phl, maq_s.w.phr, maq_sa.w.phl
        each    "$ac3, $5, $6", maq_sa.w.phr
        each    "$ac3, $6, $7", dpsu.h.qbl, dpsu.h.qbr, dps.w.ph, dpsx.w.ph, dpsq_s.w.ph, dpsqx_s.w.ph
        each    "$ac3, $6, $7", dpsqx_sa.w.ph, dpsq_sa.l.w
        each    "$ac1, $6, $7", mult, multu, madd, maddu, msub, msubu
        each    "$8, $ac0, 0", extr.w, extr_r.w, extr_rs.w, extr_s.h, extp, extpdp
        each    "$9, $ac2, 31", extr.w, extr_r.w, extr_rs.w, extr_s.h, extp, extpdp
        each    "$10, $ac1, $2", extrv.w, extrv_r.w, extrv_rs.w, extrv_s.h, extpv, extpdpv
        shilo   $ac0, 31
        shilo   $ac1, -32
        shilov  $ac2, $3
        mthlip  $4, $ac3
        mfhi    $11, $ac1
        mflo    $12, $ac2
        mthi    $5, $ac3
        mtlo    $6, $ac1
        rddsp   $13, 0x3f
        rddsp   $14, 1
        rddsp   $15, 0
        wrdsp   $7, 0x3f
        wrdsp   $2, 0x10
        wrdsp   $2, 0
        lbux    $8, $2($3)
        lhx     $9, $4($5)
        lwx     $10, $6($7)
        lwx     $11, $6($6)             # an address that is twice a register
        .irp    i, 1, 2, 3
        bposge32 dsp
        nop
        .endr
        .endif

# ---------------------------------------------------------------------------------------------------------------
# MSA. The vector registers' lower halves are floating-point registers: a block is of one kind or the other.

        .ifdef  MSA
        .macro  b name, last
        \name\().b $w8, $w2, \last
        .endm
        .macro  v name, last
        \name\().v $w9, $w3, \last
        .endm
        .macro  hw name, last
        \name\().h $w10, $w2, \last
        \name\().w $w11, $w3, \last
        .endm
        .macro  wd name, last
        \name\().w $w12, $w4, \last
        \name\().d $w13, $w5, \last
        .endm
        .macro  hwd name, last
        \name\().h $w14, $w2, \last
        \name\().w $w15, $w3, \last
        \name\().d $w16, $w4, \last
        .endm
        .macro  bhwd name, last
        \name\().b $w17, $w2, \last
        \name\().h $w18, $w3, \last
        \name\().w $w19, $w4, \last
        \name\().d $w20, $w5, \last
        .endm
        .macro  unary name, format
        \name\().\format $w21, $w2
        .endm
# Vector instructions: of which formats of elements, the last operand, and names.
        .macro  vector formats, last, names:vararg
        .irp    name, \names
        \formats \name, \last
        .endr
        .endm

msa:
        vector  bhwd, $w6, add_a, adds_a, adds_s, adds_u, addv, asub_s, asub_u, ave_s, ave_u, aver_s, aver_u, bclr
        vector  bhwd, $w6, binsl, binsr, bneg, bset, ceq, cle_s, cle_u, clt_s, clt_u, div_s, div_u, ilvev, ilvl, ilvod
        vector  bhwd, $w6, ilvr, maddv, max_a, max_s, max_u, min_a, min_s, min_u, mod_s, mod_u, msubv, mulv, pckev
        vector  bhwd, $w6, pckod, sll, sra, srar, srl, srlr, subs_s, subs_u, subsus_u, subsuu_s, subv, vshf
        vector  hwd, $w6, dotp_s, dotp_u, dpadd_s, dpadd_u, dpsub_s, dpsub_u, hadd_s, hadd_u, hsub_s, hsub_u
        vector  hw, $w6, mul_q, madd_q, msub_q, mulr_q, maddr_q, msubr_q
        vector  v, $w6, and, or, nor, xor, bmnz, bmz, bsel
        vector  b, 0x81, andi, ori, nori, xori, bmnzi, bmzi, bseli
        vector  bhwd, 31, addvi, subvi, maxi_u, mini_u, clti_u, clei_u
        vector  bhwd, -16, maxi_s, mini_s, ceqi, clti_s, clei_s
        vector  bhwd, 7, bclri, binsli, binsri, bnegi, bseti, sat_s, sat_u, slli, srai, srari, srli, srlri
        ldi.b   $w8, -128
        ldi.h   $w9, 511
        ldi.w   $w10, -512
        ldi.d   $w11, 1
        shf.b   $w12, $w2, 0x1b
        shf.h   $w13, $w3, 0x4e
        shf.w   $w14, $w4, 0xb1
        sld.b   $w15, $w5[$2]
        sld.d   $w16, $w6[$3]
        sldi.h  $w17, $w2[7]
        splat.h $w18, $w3[$4]
        splat.w $w19, $w4[$5]
        splati.b $w20, $w5[15]
        splati.d $w21, $w6[1]
        copy_s.b $8, $w2[15]
        copy_s.w $9, $w3[0]
        copy_u.b $10, $w4[7]
        copy_u.h $11, $w5[1]
        insert.b $w22[15], $2
        insert.h $w23[0], $3
        insert.w $w24[3], $4
        insve.b $w25[15], $w2[0]
        insve.d $w26[1], $w3[0]
        fill.b  $w27, $5
        fill.h  $w28, $6
        fill.w  $w29, $7
        move.v  $w30, $w4
        pcnt.b  $w8, $w2
        pcnt.d  $w9, $w3
        nloc.h  $w10, $w4
        nlzc.w  $w11, $w5
        lsa     $8, $2, $3, 3

        vector  wd, $w6, fadd, fsub, fmul, fdiv, fmadd, fmsub, fexp2, fmax, fmax_a, fmin, fmin_a, fcaf, fcun, fceq
        vector  wd, $w6, fcueq, fclt, fcult, fcle, fcule, fsaf, fsun, fseq, fsueq, fslt, fsult, fsle, fsule, fcor, fcune
        vector  wd, $w6, fcne, fsor, fsune, fsne
        vector  unary, w, fclass, ftrunc_s, ftrunc_u, fsqrt, frsqrt, frcp, frint, flog2, fexupl, fexupr, ffql, ffqr
        vector  unary, d, fclass, ftrunc_s, ftrunc_u, fsqrt, frsqrt, frcp, frint, flog2, fexupl, fexupr, ffql, ffqr
        vector  unary, w, ftint_s, ftint_u, ffint_s, ffint_u
        vector  unary, d, ftint_s, ftint_u, ffint_s, ffint_u
        fexdo.h $w16, $w2, $w3
        fexdo.w $w17, $w3, $w4
        ftq.h   $w18, $w4, $w5
        ftq.w   $w19, $w5, $w6

        ld.b    $w8, -512($2)
        ld.h    $w9, 1022($3)
        ld.w    $w10, 4($4)
        ld.d    $w11, -8($5)
        st.b    $w12, 511($2)
        st.h    $w13, -1024($3)
        st.w    $w14, 2044($4)
        st.d    $w15, 0($5)
        cfcmsa  $9, $1
        ctcmsa  $1, $6
        .irp    r, 2, 3, 4, 5           # where no element is zero, or any; several, as for other branches
        bz.b    $w\r, msa
        nop
        bz.w    $w\r, msa
        nop
        bnz.b   $w\r, msa
        nop
        bnz.d   $w\r, msa
        nop
        bz.v    $w\r, msa
        nop
        bnz.v   $w\r, msa
        nop
        .endr
        xor.v   $w7, $w7, $w7           # zero, for the branches that ask for it
        bz.v    $w7, msa
        nop
        bnz.v   $w7, msa
        nop
        .ifdef  GP64
        copy_s.d $8, $w2[1]
        copy_u.w $9, $w3[3]
        insert.d $w8[0], $2
        fill.d  $w9, $3
        .ifdef  R6
        dlsa    $10, $2, $3, 4
        .endif
        .endif
        .endif

# ---------------------------------------------------------------------------------------------------------------
# Loongson: integer instructions, which the 2F and the 3A encode in different ways, and its multimedia instructions, on
# floating-point registers.

        .ifdef  LOONGSON2F
        each    "$8, $2, $3", mult.g, multu.g, dmult.g, dmultu.g, div.g, divu.g, ddiv.g, ddivu.g, mod.g, modu.g
        each    "$8, $2, $3", dmod.g, dmodu.g
        .endif

        .ifdef  LOONGSON3A
        each    "$8, $2, $3", gsmult, gsmultu, gsdmult, gsdmultu, gsdiv, gsdivu, gsddiv, gsddivu, gsmod, gsmodu
        each    "$8, $2, $3", gsdmod, gsdmodu
        gslq    $8, $9, 16($2)          # two registers
        gssq    $10, $11, -16($3)
        gslqc1  $f8, $f9, 32($4)
        gssqc1  $f10, $f11, 0($5)
        each    "$f12, 3($2)", gslwlc1, gslwrc1, gsldlc1, gsldrc1, gsswlc1, gsswrc1, gssdlc1, gssdrc1
        each    "$12, 8($2, $3)", gslbx, gslhx, gslwx, gsldx, gssbx, gsshx, gsswx, gssdx
        each    "$f13, -8($4, $5)", gslwxc1, gsldxc1, gsswxc1, gssdxc1
        .endif

        .macro  multimedia
        each    "$f8, $f2, $f3", paddb, paddsb, paddusb, paddh, paddsh, paddush, paddw, paddd, psubb, psubsb
        each    "$f8, $f2, $f3", psubusb, psubh, psubsh, psubush, psubw, psubd, pandn, pavgb, pavgh, pcmpeqb
        each    "$f8, $f2, $f3", pcmpeqh, pcmpeqw, pcmpgtb, pcmpgth, pcmpgtw, pextrh, pinsrh_0, pinsrh_1, pinsrh_2
        each    "$f8, $f2, $f3", pinsrh_3, pmaddhw, pmaxsh, pmaxub, pminsh, pminub, pmulhh, pmulhuh, pmullh
        each    "$f8, $f2, $f3", pmuluw, pasubub, pshufh, psllh, psllw, psrah, psraw, psrlh, psrlw, packsshb
        each    "$f8, $f2, $f3", packsswh, packushb, punpckhbh, punpckhhw, punpckhwd, punpcklbh, punpcklhw
        each    "$f8, $f2, $f3", punpcklwd, xor, nor, and, or, add, addu, dadd, sub, subu, dsub, sll, srl, sra
        each    "$f8, $f2, $f3", dsll, dsrl, dsra
        pmovmskb $f9, $f4
        biadd   $f10, $f5
        each    "$f2, $f3", seq, slt, sle, sequ, sltu, sleu
        .endm
        .ifdef  LOONGSON2F
        multimedia
        .endif
        .ifdef  LOONGSON3A
        multimedia
        .endif
