// Package rates holds benchmarks of whole verifications: an image runs on two releases of QEMU at once and what they write
// is compared. Figures of one machine say little about another one, so each stands beside what bare emulation takes.
//
// What is ours is all processor time but the emulators' for the instructions in blocks: loading registers, dumping them,
// writing, reading, comparing. Two emulators and the comparison share the processors, so that each second of it is lost
// for the emulators. Reading and comparing is what this process uses, writing what the emulators use in the kernel. Load and dump
// are found with a second image, whose blocks are empty: it has the same number of blocks and rounds, differs in nothing else,
// and writes to /dev/null. The start of the emulators and the translation of the harness and of each block's end count as ours. Bare
// execution is the rest. All of it is taken of runs of both sides at once, since two emulators at once slow each other down.
package rates
