// Package trace keeps what an image wrote on a target, to be compared later as if that target still stood there.
//
// docs/trace-format.md describes the format byte by byte. In short: a trace is a description, the image, frames of
// records, an index of these frames, and an end. It is written and read from front to back, so that it may come
// through a pipe. Every frame has checksums; what was cut off can be read up to its last whole frame.
//
// # How records become small
//
//	records ──► less what the image foretells ──► columns ──► zstd ──► frame
//
// Most of a record is the round's input, which the image holds: a block writes as many places as it has
// instructions, and the rest must be as it was. A predictor makes the record that a round would leave if its
// block did nothing, and only the words that differ from it are kept. They stand column by column: an
// instruction's results of all rounds are neighbours, which are more alike than the results of one round.
//
// Measured on 20,000 instructions and 64 rounds, in bytes for each instruction that ran (zstd's fastest level in
// all of them):
//
//	                       raw   zstd alone   xor and zstd   this
//	P5600, MSA alone      37.0         18.0           13.4    7.5
//	P5600                 95.0         31.4           11.0    5.4
//	24Kf                 105.6         32.0            6.8    2.6
//	24Kf, integer alone  157.1         45.2            6.3    1.8
//
// It is also the fastest of them, since zstd sees 5 to 40 % of the data. Storing words as they are is better than
// storing how they differ from the prediction: results are often small, zero or alike. The next level of zstd
// makes traces 1 to 2 % smaller and takes twice its time.
//
// Nothing here knows of processes or files; package runtime records and replays.
package trace
