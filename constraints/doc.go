// Package constraints is the block language: what the #! comments of a decode file say about its
// patterns. It reads the blocks, resolves them against fields and arguments, and draws words that are
// legal to run, exactly uniformly. The language's reference page is docs/language.md.
//
// # Way of the data
//
//	#! comments ──► blocks (package syntax) ──► the blocks of one pattern (inherit.go, overlay.go)
//	           ──► Insn: operands, memory, conditions as trees (…block.go, resolve.go)
//	           ──► sampler: what must be drawn together (ties.go, component.go) ──► Draw
//
// # Blocks
//
// A block is a name and statements in braces, each ended by a semicolon:
//
//	operands      { wd: out vec; ws, wt: in vec; msacsr: inout; mem: out; pair(rt): out gpr; }
//	memory        { size(16); reg_plus_imm(rs, s10 << df); post_index; }
//	constraints   { msb >= lsb; }     the word is this instruction only if all hold
//	reserved      { df == 0; }        the word must raise the reserved-instruction fault when one holds
//	unpredictable { rd == 31; }       never generated when one holds
//	conditional   { cond != 14; }     the word may do nothing when one holds
//	undef         { hi; lo when b; }  outputs whose value is not defined
//	trash         { rn; }             sources that hold anything afterwards
//	inputs        { rt: nonzero; }    what a source must hold for the result to be defined
//	faults        { SIGFPE; }         signals that are legitimate results
//	prefix        { it: 1 + (n & 3); }  features that the next instructions have
//	branch        { offset(4 + (s16 << 2)); delay_slot; }
//	functions     { f(x) = x + 1; }   definitions of !functions
//	groups        { msa, fp; }        names to select by
//	requires      { msa && !r6; }     features the CPU must have
//	asm           { "{name} $w{wd},$w{ws}"; }   assembler text
//
// Blocks are inherited: for each block name the most specific definition that has one wins, in the order
// pattern, format, argument set, field, file.
//
// # Drawing
//
// Bits of the word that nothing restricts are drawn as they are. Bits that conditions or operands tie
// together form a component, and components are independent of each other. The assignments of a component
// that satisfy its conditions are counted, and one is chosen by its number: nothing is drawn and thrown
// away.
//
// Counting is done on a decision diagram, made when a component is first drawn from. The conditions are
// turned into a binary diagram bit by bit (vector.go, blast.go, bdd.go). It is then cut in two: the upper
// part decides on register operands, a whole register number at a time, and the weight of an edge is the
// number of its registers that are offered (diagram.go, count.go); the counts of the lower part are fixed.
// A draw adds up the upper part, some tens of edges, and walks down once.
//
// When a file is loaded a component is only probed with a few assignments; a diagram is made at once where
// none of these is legal, or where so many bits are tied together that the diagram may become too large.
// That, and no legal word, are errors at the position of the component's first condition.
//
// Measured on one core (BenchmarkCount), time until a component can be drawn from:
//
//	bits  condition               diagram  all tried  rudd
//	   6  a != b                     3 µs       3 µs   0.12 ms
//	   8  a + b < 9                  4 µs       8 µs   0.13 ms
//	  10  a + b < 31                 5 µs      27 µs   0.14 ms
//	  15  a != b && b != c          10 µs     0.8 ms   0.14 ms
//	  20  a * 1024 + b == 777777    12 µs      26 ms   0.16 ms
//	  20  a * b == 30030                -      23 ms   725 ms
//	  24  a + b < 40                11 µs          -   0.17 ms
//	  24  a != 0                    16 µs          -   0.18 ms
//
// So all assignments are tried up to 6 bits and, where a diagram of 2^18 nodes does not suffice, up to 20.
// The library (github.com/dalzilio/rudd, fed by the same code) spends its time on setting up tables for
// each diagram; it has no way to weight by what is offered, so its nodes would have to be copied anyway.
// Hence the hundred lines of bdd.go. A draw takes 60 ns without conditions, 80 ns for a sum, 0.5 µs for
// rd != rs && rs != rt among registers offered, 2 µs for a list of 16 registers without its base
// (BenchmarkDraw).
//
// [Insn.Half] has its own diagrams: of the words that are conditional, and of those that are not.
//
// [Insn.DrawEdge] changes a word drawn so towards operands at which instructions go wrong.
package constraints
