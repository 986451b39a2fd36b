// Package asm writes a program of one block as source for GNU's assembler: a standalone program that loads what the block's
// instructions read, runs the block once, and prints what they wrote. It is what a report of a bug holds for those who have
// no risugen.
//
// The block's words stand in it as numbers, since no assembler is at hand that could say whether it makes the same words of
// the mnemonics, which stand beside them. Glue is written, too: it is part of what ran.
//
// What is loaded: registers and states that an item of the block reads, and those that an instruction under test writes, so
// that a result which is not written can be told. Other registers hold what a program starts with or the source left there.
// [About.Places] adds more.
//
// What is printed: one line for each result (see arch.Program.Results), "$17 = 1b0bf441", numbers with the most significant
// digit first; and of memory that the block stores to whole windows, "0x30000040: 00 01 …", bytes in the order of their addresses.
// A fault ends the program by its signal, and nothing is printed.
//
// Most blocks run at any address. One whose results depend on where it stands is placed by an option of the linker; so is
// memory. The commands are in the comment at the beginning.
package asm
