// Package lint checks decode files and their blocks without a CPU model: what is wrong, what cannot be meant
// so, and how many words each pattern has. It is what `risugen lint` prints; docs/language.md lists what it
// looks for.
//
// Files are checked one at a time, each a description of its own, with one vocabulary and the same overlays.
// What a block is good for is judged for all files together: a statement of an overlay that matters in one
// file is not idle because it does not in another, and nor is a format's reserved block that matters to one of
// the format's patterns.
//
// A file with errors has no findings but these. Errors of the decodetree language come before those of blocks,
// and both before constraints that no word satisfies.
//
// # Way of the data
//
//	sources ──► decodetree.Parse ──► constraints.Load, a set for each file ──► findings, sorted
//	                                                          └──────────────► patterns and their words
package lint
