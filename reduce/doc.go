// Package reduce makes of a mismatching run the smallest images that still show its differences.
//
// # Glossary
//
//   - group: all differences of one kind that are laid at one pattern, or at one place where no pattern is to blame. Four
//     thousand records that differ because of one bug are one group.
//   - goal: what a group looks like to the comparison: kind, pattern and place. A candidate holds if a run of it shows that.
//   - example: a round of a block of the original image in which the group was seen.
//   - candidate: a block, which is an example's with some instructions taken out, and the input of its only round.
//   - unit: an instruction under test with the glue that serves it, or several that only make sense together: a prefix and
//     what stands behind it, a load and the store that is linked to it.
//   - cell: a register, a state, or a byte of memory, as it stands in a round's window of the input pool.
//   - case: what became of a group.
//
// # The way of a group
//
// The targets are the judge: nothing is assumed of what they should do, a candidate is run on both. A run has a price, the
// start of two processes at least, so that many candidates stand in one image: those that differ in their inputs are the rounds
// of one block, those that differ in their instructions are blocks.
//
//  1. The example's block alone, with one round. What its instructions read then is noted.
//  2. Units are taken out, by delta debugging (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input",
//     2002): words that do nothing take their places, so that branches keep their distances. A register that an
//     instruction reads and that is no longer written before gets the value that it had, from the pool: so what one
//     instruction computed for another does not keep the first one in.
//  3. Modes (rounding, flushing), which come from the window's place in the pool, are made those of its beginning.
//  4. What did nothing is taken out where the block does not depend on where it stands.
//  5. Registers, states and bytes are made zero, then single bits, by delta debugging again, until none can be
//     cleared. Then bits are moved down as far as they go.
//  6. Words are made simpler: other legal words of the same patterns, with glue made anew. The rounds and blocks that other
//     values and words are judged in hold copies of what there is, which tell whether the difference comes and goes.
//  7. The image is built, read back and run alone, several times.
//
// Where the block shows it with all its rounds alone, rounds are taken off both ends, and then units out, in place.
//
// What the description asks for stays as it is: glue that makes a divisor non-zero or points a base register into memory belongs
// to its instruction, since without it the difference might be one that the manual allows.
//
// A candidate that a target dies of, or that makes it hang, does not hold, unless that is the goal: the others of its
// image are judged without it.
package reduce
