// Package risu reads and writes RISU's .risu files, and converts them to and from annotated decodetree
// files.
//
// RISU (random instruction sequence generator for userspace testing) describes an instruction set by
// flat patterns of bits and fields. What a pattern's words must fulfil, and which address a load
// or store uses, is said in Perl, which its generator risugen evaluates. Here the Perl is parsed:
// nothing of a file is ever run.
//
// # Glossary
//
//   - pattern: one line NAME VARIANT, bits, fields, blocks. It has 16 or 32 bits. Patterns know
//     nothing of each other; a word may be one of several.
//   - field: name:length, an unsigned number. In some modes a name implies registers that are never used.
//   - block: Perl in braces: constraints (named or not), !memory and !post. The value of the last
//     statement decides.
//   - mode: the generator that the file is for, in the .mode line, with rules of its own.
//   - group: names from an @ line, to select patterns by.
//   - loss: something that a conversion leaves out, with its place.
//
// # The way of the data
//
//	.risu ─ Parse ─► File ─ bins, reduce, toBlocks ─► .decode   (ToDecode)
//	.decode ─ decodetree.Parse ─► Spec ─ layout, resolve, toPerl ─► .risu   (FromDecode)
//
// Expressions of both languages have one kind of tree, [Expr]. What they compute differently (signs,
// division, the value of && and ||) the translations spell out, guided by bounds of every value; where
// they cannot, the place is an error or a loss. A translated expression is never merely close.
//
// # From .risu to .decode
//
// Patterns are called NAME_VARIANT. Those that no bit tells apart stand in a group "{ }" in the file's
// order. Values that the mode forbids become constraints. An address becomes a memory block, with
// an operands block for the registers that RISU names there; RISU knows no access sizes, so an upper bound
// stands for them. Assignments are worked into the expressions that use them. Lost are !post, and calls that
// emit code.
//
// # From .decode to .risu
//
// A word is cut where a part of any field begins or ends, and arguments become expressions over the
// pieces. Reserved and unpredictable words are left out, since RISU would run them, as are those that
// earlier members of a group take. Patterns that RISU cannot run (branches) or would find no word of
// become comments, and so do blocks that it has nothing for.
//
// # Questions
//
// Why is `$imm = sextract($imm, 5);` a constraint? Because its value is what the block ends in: a word
// whose imm is 0 is refused.
//
// Why does a pattern in ".mode arm" never use register 13 in a field called rn, but in one called xn?
// RISU's ARM generator goes by the first letter. So does this package: see Options.AllRegisters.
package risu
