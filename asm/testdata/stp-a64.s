/*
 * STP with post-index: memory differs
 * stp w4, w2, [x9], #-64: 0x28b80924, pattern STP_post, a64ldst.decode:423
 *
 * It prints what it computes; a fault ends it by a signal:
 *   aarch64-linux-gnu-as -o stp.o stp.s
 *   aarch64-linux-gnu-ld --section-start=.memory=0x30000000 -o stp stp.o
 *   qemu-aarch64 -cpu cortex-a72 ./stp
 */

        .text
        .globl  _start
_start:
        ldr     x4,=0x2580000000        // rt
        ldr     x2,=0xffffffff80000000  // rt2

/* x9 for what follows */
        .inst   0xd28002c9              // movz x9, #0x16
        .inst   0xf2a60009              // movk x9, #0x3000, lsl #16

/* Under test: STP_post */
        .inst   0x28b80924              // stp w4, w2, [x9], #-64

/* Results */
        ldr     x0,=values
        str     x9,[x0,#8]

        ldr     x0,=text
        ldr     x1,=values+15
        mov     x4,#-1
        bl      print
        ldr     x0,=text0
        ldr     x1,=window0
        mov     x4,#1
        bl      print
        mov     x0,#0
        mov     x8,#94                  // exit_group
        svc     #0

/* print: writes a text to standard output, with numbers in the place of its dots */
print:  ldr     x7,=digits
        mov     x2,x0
1:      ldrb    w3,[x2],#1
        cbz     w3,2f                   // the end of the text
        cmp     w3,#'.'
        b.ne    1b
        ldrb    w3,[x1]
        add     x1,x1,x4
        lsr     w6,w3,#4
        and     w3,w3,#15
        ldrb    w6,[x7,x6]
        ldrb    w3,[x7,x3]
        sturb   w6,[x2,#-1]
        strb    w3,[x2]
        b       1b
2:      sub     x2,x2,x0
        sub     x2,x2,#1
        mov     x1,x0
        mov     x0,#1                   // standard output
        mov     x8,#64                  // write
        svc     #0
        ret

        .data
digits: .ascii  "0123456789abcdef"
text:   .asciz  "x9 = ................\n"
text0:  .ascii  "0x30000000: .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. ..\n"
        .ascii  "0x30000010: .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. ..\n"
        .ascii  "0x30000020: .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. ..\n"
        .asciz  "0x30000030: .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. ..\n"
        .balign 16
values: .skip   16

/* Memory at 0x30000000 */
        .section .memory,"aw"
window0:
        .byte   0x00,0x00,0x00,0x00,0x00,0x00,0x40,0x00,0xff,0xff,0xfd,0xfd,0xff,0xff,0xff,0xff
        .byte   0x07,0x07,0xbc,0x3d,0x9d,0x1d,0xc3,0x81,0x00,0x00,0x00,0x00,0x00,0x00,0x00,0x00
        .byte   0x00,0x00,0x00,0x00,0x00,0x00,0x00,0x80,0x40,0x00,0x00,0x00,0x00,0x00,0x00,0x00
        .byte   0xff,0xff,0xff,0xff,0xff,0xff,0xff,0xff,0xff,0xff,0xff,0xff,0xff,0xff,0xff,0xff
