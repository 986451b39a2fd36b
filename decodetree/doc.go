// Package decodetree reads instruction-set descriptions in the language of
// QEMU's "Decodetree Specification" (docs/devel/decodetree.rst in QEMU) and
// decodes and encodes instruction words by them.
//
// # Glossary
//
//   - word: one instruction, a number of [Options.InsnWidth] bits. Bit 0 is the
//     least significant one. The package knows no byte order: whoever reads
//     memory makes the word.
//   - field (%name): some bits of the word, joined to one number, most
//     significant part first. A part may also be the low bits of another
//     argument ("named" part), and the number may go through a !function.
//   - argument set (&name): the names an instruction's operands go by.
//   - argument: one member of a set. It gets its value from a field, or from a
//     constant in the definition; the [Binding] says which.
//   - format (@name): fixed bits and bindings shared by several patterns.
//   - pattern: one instruction: fixed bits (those under FixedMask must equal
//     FixedBits), undefined bits ('-', the processor ignores them), arguments.
//   - group: "{ }" holds members that overlap, tried in order; "[ ]" and the
//     file itself hold members no two of which may match the same word.
//   - note: a comment that begins with "#!". Its text is kept with its position
//     and handed on; what it means is the business of other packages.
//
// # The way of the data
//
//	source ─ parse ─► []statement ─ resolve ─► Spec ─ check ─► Spec, ready
//
// parse knows lines, tokens and grammar (participle does the lexing and the
// parsing), resolve knows names and lays out bits, check knows what makes a set
// of patterns sound. Each step goes on after an error, so one run reports all
// that it can, and a definition that was refused does not make those that use it
// look wrong too.
//
// A file without faults comes to no grammar: a quick reader (quick.go) makes the same statements of it, and hands them to the
// resolver one by one. It reports nothing; what it does not understand is parsed from the beginning.
//
// # What is refused
//
// All that QEMU's own script refuses, which includes sets of patterns that are
// disjoint but share no bit to begin telling them apart by. Beyond it: empty
// names, fields of no bits, constants that do not fit 64 bits, a continuation at
// the end of the file, and sizes that no instruction set has (see limits.go).
//
// A word of variable width (Options.VarInsnWidth) is left-aligned: its first
// byte is in the most significant byte of the InsnWidth-bit word, as in the
// decoders that QEMU generates.
package decodetree
