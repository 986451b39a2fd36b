// Package measure tells how sharp input values are: how many executions it takes until a mistake shows.
//
// A mistake ([semantics.Mistake]) is a wrong model of a pattern's words beside the right one. A program of that pattern alone
// is generated, as an image would hold it, and walked: its blocks, their rounds, the instructions of each round, with
// the registers that the image's harness would load. Nothing is run on an emulator. An execution of a word that the
// mistake concerns counts, until the wrong model writes something else than the right one, into a register or a
// state that the description declares and does not call undefined, or faults where the other one does not.
//
// That is done for many seeds, with the pool that images have and operands drawn as for images, and again with plain
// values: a pool of random bits, and operands that are all equally likely.
package measure
