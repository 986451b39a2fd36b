/*
 * ADC in an IT block
 * ite lt: 0xbfb4, pattern IT, t16.decode:290
 * adc.w r4, r3, r8, lsr #6: 0xeb431498, pattern ADC_reg, t32.decode:224
 * adc r2, r5: 0x416a, pattern ADC_reg, t16.decode:164
 *
 * It prints what it computes; a fault ends it by a signal:
 *   arm-linux-gnueabihf-as -o adc.o adc.s
 *   arm-linux-gnueabihf-ld -o adc adc.o
 *   qemu-arm -cpu cortex-a15 ./adc
 *
 * Expected: the flags are left alone
 */
        .syntax unified
        .arch   armv7-a
        .fpu    neon
        .thumb

        .text
        .globl  _start
        .thumb_func
_start:
        ldr     r0,=0x30000000          @ nzcv
        msr     CPSR_f,r0
        ldr     r4,=0xe0001681          @ rd
        ldr     r3,=0xff800000          @ rn
        ldr     r8,=0xee92a282          @ rm
        ldr     r2,=0x3fffffff          @ rdn
        ldr     r5,=0xe0001681          @ rm

/* Under test: IT */
        .inst.n 0xbfb4                  @ ite lt

/* Under test: ADC_reg */
        .inst.w 0xeb431498              @ adc.w r4, r3, r8, lsr #6

/* Under test: ADC_reg */
        .inst.n 0x416a                  @ adc r2, r5

/* Results */
        ldr     r0,=values
        str     r4,[r0,#12]
        str     r2,[r0,#8]

        ldr     r0,=text
        ldr     r1,=values+15
        mov     r4,#-1
        bl      print
        mov     r0,#0
        mov     r7,#248                 @ exit_group
        svc     #0

/* print: writes a text to standard output, with numbers in the place of its dots */
print:  ldr     r8,=digits
        mov     r2,r0
1:      ldrb    r3,[r2],#1
        cmp     r3,#0
        beq     2f                      @ the end of the text
        cmp     r3,#'.'
        bne     1b
        ldrb    r3,[r1]
        add     r1,r1,r4
        lsr     r6,r3,#4
        and     r3,r3,#15
        ldrb    r6,[r8,r6]
        ldrb    r3,[r8,r3]
        strb    r6,[r2,#-1]
        strb    r3,[r2]
        b       1b
2:      sub     r2,r2,r0
        sub     r2,r2,#1
        mov     r1,r0
        mov     r0,#1                   @ standard output
        mov     r7,#4                   @ write
        svc     #0
        bx      lr

        .data
digits: .ascii  "0123456789abcdef"
text:   .ascii  "r4 = ........\n"
        .asciz  "r2 = ........\n"
        .balign 16
values: .skip   16
