// Package runtime runs images and compares what they write.
//
// # The way of the data
//
//	arch.Program ──► Image ──► Target ──► Process ──► stream ─┐
//	                   │                                      ├─► comparer ──► Report
//	                   └─────► Target ──► Process ──► stream ─┘
//
// An [Image] is a program as one static ELF file. A [Target] starts it and gives back a [Process], whose
// output is the record stream that package arch describes. A stream is checked record by record: anything
// that is not the next record of this image is a [StreamError], which names the last record that came
// through. A [Recording] is a target, too: it gives the bytes that [Record] kept of another (see package trace), and
// a [Remote] gives those that [Serve] sends from another machine (see package remote). Two streams are compared in
// step; what differs is traced to the instruction that made it.
//
// # Glossary
//
//   - master, apprentice: the target that is taken as right, and the one under test.
//   - finding: something wrong that both sides may agree on: a register that changed although no
//     instruction declares it, a signal that its instruction does not declare, an output that never changed.
//   - undeclared: a difference in a place that no instruction of the block owns.
//   - covered: said of a pattern one of whose instructions ran to its end and changed what it writes.
//
// # What is assumed of the outside
//
// A target's output comes through a pipe and may arrive in pieces of any size. Emulators print messages
// into it, end early, hang, and leave children behind that hold the pipe open. None of this may look like
// agreement, and none may keep a run from ending.
//
// Nothing here knows an encoding or the name of an architecture: registers, records and signals come from
// arch.Layout, instructions from constraints.Insn.
package runtime
