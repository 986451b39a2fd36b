/*
 * FMADD: the result differs
 * fmadd.d $w0,$w18,$w9: 0x7929901b, pattern FMADD, msa.decode:369
 *
 * It prints what it computes; a fault ends it by a signal:
 *   mips-linux-gnu-as -EL -mabi=32 -o fmadd.o fmadd.s
 *   mips-linux-gnu-ld -m elf32ltsmip -o fmadd fmadd.o
 *   qemu-mipsel -cpu P5600 ./fmadd
 *
 * master (qemu-mipsel -cpu P5600): as it is printed here
 * apprentice (other-qemu-mipsel -cpu P5600): another number
 *
 * Again: risugen run fmadd.img --master 'qemu-mipsel -cpu P5600' --apprentice 'other-qemu-mipsel -cpu P5600'
 */
        .module mips32r5
        .module fp=64
        .module msa
        .nan    2008
        .set    noat

        .text
        .globl  __start
__start:
        la      $1,inputs
        ld.d    $w0,0($1)               # wd
        ld.d    $w18,16($1)             # ws
        ld.d    $w9,32($1)              # wt
        li      $1,0x14000              # msacsr
        ctcmsa  $1,$1
        .set    noreorder

/* Under test: FMADD */
        .word   0x7929901b              # fmadd.d $w0,$w18,$w9

/* Results */
        .set    reorder
        la      $1,values
        st.d    $w0,16($1)
        cfcmsa  $2,$1
        sw      $2,12($1)

        la      $4,text
        la      $5,values+31
        li      $7,-1
        jal     print
        li      $4,0
        li      $2,4246                 # exit_group
        syscall

/* print: writes a text to standard output, with numbers in the place of its dots */
print:  la      $13,digits
        li      $9,'.'
        move    $6,$4
1:      lbu     $8,0($6)
        addiu   $6,$6,1
        beqz    $8,2f                   # the end of the text
        bne     $8,$9,1b
        lbu     $8,0($5)
        addu    $5,$5,$7
        srl     $12,$8,4
        andi    $8,$8,15
        addu    $12,$12,$13
        addu    $8,$8,$13
        lbu     $12,0($12)
        lbu     $8,0($8)
        sb      $12,-1($6)
        sb      $8,0($6)
        b       1b
2:      subu    $6,$6,$4
        addiu   $6,$6,-1
        move    $5,$4
        li      $4,1                    # standard output
        li      $2,4004                 # write
        syscall
        jr      $31

        .data
        .balign 16
inputs: .octa   0x400000000020000000007fff00000000 # $w0
        .octa   0x80000000ffff4afb489ea12cffff4afb # $w18
        .octa   0x002000001fffffff0000000000000000 # $w9
digits: .ascii  "0123456789abcdef"
text:   .ascii  "$w0    = ................................\n"
        .asciz  "msacsr = ........\n"
        .balign 16
values: .skip   32
