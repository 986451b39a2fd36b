// Package rates holds benchmarks of whole verifications: an image runs on two releases of QEMU at once and what they write
// is compared. Figures of one machine say little about another one, so each stands beside what bare emulation takes.
//
// What is ours is all processor time but the emulators' for the instructions in blocks: loading registers, dumping them,
// writing, reading, comparing. Two emulators and the comparison share the processors, so that each second of it is lost
// for the emulators. It is found with a second image, whose blocks are empty: it has the same number of blocks and rounds,
// and differs in nothing else. What the first image takes beyond that, when both write to /dev/null, is taken as bare
// execution. The start of the emulators and the translation of the harness and of each block's end count as ours.
package rates
