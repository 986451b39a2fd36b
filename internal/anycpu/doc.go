// Package anycpu is a processor of which only that is known what its descriptions declare. It runs the blocks of a program and
// makes the records that an image would write. Whatever a wrong result does to what runs behind it, on whatever
// processor, may happen here: a result that is not seen in a record is one that the scheduler has lost.
//
//   - An instruction under test is a function that nobody knows: of its word, of the registers, states and memory that it
//     declares to read, and of its address where it declares to read that. What it writes are as many bits of a hash of all
//     that, and no others. So is whether it branches, faults or does nothing, where its description says that it may.
//   - Glue does what it is for. Its words are not looked at: a [Machine] notes what each was made for.
//   - Registers, states and memory stand where the layout has them in a record. Two classes that stand in the same place are
//     names for the same registers.
//
// A [Flip] makes an instruction go wrong in one bit, at the moment when it writes its result; the block then runs on.
package anycpu
