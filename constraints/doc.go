// Package constraints is the block language: what the #! comments of a decode file say about its
// patterns. It reads the blocks, resolves them against fields and arguments, and draws words that are
// legal to run, exactly uniformly.
//
// # Blocks
//
// A block is a name and statements in braces, each ended by a semicolon:
//
//	operands      { wd: out vec; ws, wt: in vec; msacsr: inout; mem: out; }
//	memory        { size(16); reg_plus_imm(rs, s10 << df); }
//	constraints   { msb >= lsb; }     the word is this instruction only if all hold
//	reserved      { df == 0; }        the word must raise the reserved-instruction fault when one holds
//	unpredictable { rd == 31; }       never generated when one holds
//	undef         { hi; lo; }         outputs whose value is not defined
//	inputs        { rt: nonzero; }    what a source must hold for the result to be defined
//	faults        { SIGFPE; }         signals that are legitimate results
//	branch        { offset(4 + (s16 << 2)); delay_slot; }
//	groups        { msa, fp; }        names to select by
//	requires      { msa && !r6; }     features the CPU must have
//	asm           { "{name} $w{wd},$w{ws}"; }   assembler text
//
// Blocks are inherited: for each block name the most specific definition that has one wins, in the order
// pattern, format, argument set, file.
//
// # Expressions
//
// C's operators and precedences over 64-bit signed integers, argument names, raw fields (%name) and
// features (true is 1). Arithmetic wraps. Division and remainder by zero give 0; a shift by a negative
// amount or by 64 and more gives 0, or the sign for >> of a negative number. The operator % needs a blank
// after it, since %name is a raw field.
//
// # Drawing
//
// Instruction bits that no constraint mentions are independent and drawn as they are. Bits that a
// constraint ties together form a component; its legal assignments are enumerated once, when the file is
// loaded, and then drawn from by index, so that each is equally likely and none is retried. Enumeration
// is exact and fast up to [MaxComponentBits] bits, far more than constraints on real instruction sets tie
// together; a component that is wider is an error at its position.
package constraints
