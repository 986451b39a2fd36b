/*
 * STP with post-index: memory differs
 *
 * stp x16, x8, [x15], #-336: 0xa8ab21f0, pattern STP_post, a64ldst.decode:423
 *
 *   aarch64-linux-gnu-as -o stp.o stp.s
 *   aarch64-linux-gnu-ld --section-start=.memory=0x30000000 -o stp stp.o
 *   qemu-aarch64 -cpu cortex-a72 ./stp
 *
 * It prints what it computes; a fault ends it by a signal.
 */
        .equ    SYS_write,64
        .equ    SYS_exit_group,94

        .text
        .globl  _start
_start:
        ldr     x16,=0x7fff00ff00ff7fff // rt
        ldr     x8,=0x7fffffff008000ff  // rt2

/* x15 for what follows */
        .inst   0xd280018f              // movz x15, #0xc
        .inst   0xf2a6000f              // movk x15, #0x3000, lsl #16

/* Under test: STP_post */
        .inst   0xa8ab21f0              // stp x16, x8, [x15], #-336

/* Results */
        ldr     x0,=values
        str     x15,[x0,#0]

        ldr     x0,=text
        ldr     x1,=values
        bl      print
        ldr     x0,=text0
        ldr     x1,=window0
        bl      print
        mov     x0,#0
        mov     x8,#SYS_exit_group
        svc     #0

/* print: writes a text to standard output, with numbers in the place of its dots */
print:  ldr     x7,=digits
        mov     x2,x0
1:      ldrb    w3,[x2],#1
        cbz     w3,4f                   // the end of the text
        cmp     w3,#'.'
        b.ne    1b
        sub     x4,x2,#1                // where the dots begin
2:      ldrb    w3,[x2],#1
        cmp     w3,#'.'
        b.eq    2b
        sub     x5,x2,#1                // and end: the lowest byte goes there
3:      ldrb    w3,[x1],#1
        lsr     w6,w3,#4
        and     w3,w3,#15
        ldrb    w6,[x7,x6]
        ldrb    w3,[x7,x3]
        strb    w3,[x5,#-1]!
        strb    w6,[x5,#-1]!
        cmp     x5,x4
        b.ne    3b
        b       1b
4:      sub     x2,x2,x0
        sub     x2,x2,#1
        mov     x1,x0
        mov     x0,#1                   // standard output
        mov     x8,#SYS_write
        svc     #0
        ret

        .data
digits: .ascii  "0123456789abcdef"
text:   .ascii  "x15 = ................\n"
        .byte   0
text0:  .ascii  "0x30000000: .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. ..\n"
        .ascii  "0x30000010: .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. ..\n"
        .ascii  "0x30000020: .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. ..\n"
        .ascii  "0x30000030: .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. ..\n"
        .byte   0
        .balign 16
values: .skip   8

/* Memory at 0x30000000 */
        .section .memory,"aw"
window0:
        .byte   0x00,0x00,0x00,0x20,0x00,0x00,0x00,0x00,0x00,0x00,0x00,0x00,0x00,0x00,0x00,0x00
        .byte   0x00,0x00,0x00,0x00,0x00,0x00,0x00,0x80,0x00,0x00,0x00,0x00,0x00,0x00,0x00,0x00
        .byte   0x00,0x00,0x00,0x00,0x00,0x00,0x00,0x80,0x00,0x00,0x00,0x80,0x00,0x00,0x00,0x00
        .byte   0x8a,0x40,0x4e,0x83,0x10,0x54,0x83,0x0c,0x00,0x00,0x00,0x00,0xff,0xff,0xff,0xff
