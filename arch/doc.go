// Package arch holds what lies between choosing instructions and emitting them: the Program, the
// scheduler that fills it, the pools its input values come from, and the interface that an
// architecture implements.
//
// # Glossary
//
//   - image: one executable made from a Program; it runs on a target and writes records.
//   - source: a file that describes instructions. An architecture has a [Library] of its own, which reads those
//     of others, too; an image holds all that it was made of.
//   - block: a straight run of instructions between loading all registers and storing all registers.
//   - round: one execution of a block with one set of inputs.
//   - checkpoint: the code after a block that stores every register into a record.
//   - base register: the general register that the harness needs to reach its own memory; it is not an
//     operand in its block, and blocks rotate it so that no register is left out of a program.
//   - glue: words in a block that are not under test. They prepare a register that the next test
//     instruction needs (prepare), copy a result away before the next instruction overwrites it (save),
//     put sticky state back to its initial value (reset), show which way a branch went (mark), keep instructions
//     apart that a CPU does not wait for (space, see [Hazard]), or try a linked store again (restore, retry).
//   - linked store: one that is done only if nothing came between it and a load from the same address. See [Loop].
//   - trap: an exception of arithmetic that a control register enables. That is done in blocks of their own: see
//     [Exceptions].
//   - given word: a word that is not drawn, but comes from a file, and runs as it stands ([GenerateGiven]).
//   - group: a prefix ([constraints.Prefix]) and the instructions under test that stand behind it. Nothing stands between.
//   - hosted image: one that is no program of its own, but run by another one. See Layout.Hosted.
//   - result: the place in a record where the output of one test instruction can be seen.
//
// # The invariant
//
// Every result is seen: nothing in a block writes to a place that holds the result of an earlier
// instruction of the same block. A wrong result therefore stands in the record of its round, and the
// earliest instruction whose result differs is the one to name. See [Program.Results].
//
// Nothing in this package knows of sockets, files or processes, and nothing knows an encoding: words come
// from the sampler of package constraints and from the [Machine].
package arch
