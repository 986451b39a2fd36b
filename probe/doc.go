// Package probe runs instructions with chosen inputs on any targets, and checks cases from files.
//
// # Glossary
//
//   - case: a few instructions, one behind the other, what registers, states and memory hold before them, and
//     perhaps what these must hold afterwards.
//   - place: a register, a state or a part of memory, named as reports name it ("$w2", "msacsr") or as its
//     manual does ("sp", "q3"); see [Names].
//   - batch: cases that run as the blocks of one image; see [Prober.Build].
//   - outcome: what a target made of a case.
//
// # The way of the data
//
// [Words] makes instruction words of text, [Values] keeps what places are to hold. Each case becomes a block of one round
// ([arch.Case]), which reads a window of the input pool that is its own. Nothing is put into registers by code: what is in
// the window is what the first instruction finds. So control registers can hold only what images can begin a round with,
// which [arch.Machine.InitialState] tells; what cannot be had exactly is an error. Afterwards everything that the
// target recorded is compared with the window, whether an instruction declares that it writes there or not.
package probe
