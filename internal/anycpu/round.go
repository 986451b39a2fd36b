package anycpu

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"

	"github.com/risugen/risugen/arch"
)

// What a [Flip] can change beside a bit of an output.
const (
	Direction = -1 - iota // a branch goes the other way
	Condition             // a prefix takes its condition for the contrary
	Fault                 // the instruction faults where it must not, or does not fault
)

// Flip makes an instruction go wrong whenever it is executed.
type Flip struct {
	Item int
	Use  int  // index into what its word uses, or one of the constants above
	Bit  uint // of the output
}

// CPU runs the blocks of a program.
type CPU struct {
	program *arch.Program
	machine *Machine
	steps   [][]step // by block
	round   round
	pcg     rand.PCG
	rng     *rand.Rand // of pcg
	// Cumulative says that of states which are reset no bit becomes clear.
	Cumulative bool
}

// New makes a processor for a program whose machine is a *[Machine]. Programs with other keys are other processors.
func New(p *arch.Program, key uint64) (*CPU, error) {
	m, ok := p.Machine.(*Machine)
	if !ok {
		return nil, fmt.Errorf("the machine is a %T, of whose glue nothing is known", p.Machine)
	}
	l := m.Layout()
	c := &CPU{program: p, machine: m}
	for b := range p.Blocks {
		c.steps = append(c.steps, decode(p, &p.Blocks[b]))
	}
	c.rng = rand.New(&c.pcg)
	c.round = round{CPU: c, cpu: cpu{l, make([]byte, l.Payload+l.Memory.Bytes())}, hash: fnv.New64a(), key: key}
	return c, nil
}

// Outputs lists what the instructions of a block write.
func (c *CPU) Outputs(block int) []Output {
	var out []Output
	for i := range c.steps[block] {
		out = append(out, c.steps[block][i].outputs...)
	}
	return out
}

// Ran is how far an instruction under test came.
type Ran uint8

const (
	NotRun  Ran = iota // or it did nothing, as a condition had it
	Decided            // a branch or a prefix has decided, and wrote nothing
	Wrote              // it wrote its outputs
	Faulted
)

// Outcome is what came of a round.
type Outcome struct {
	Header  arch.RecordHeader
	Payload []byte // until the next round runs
	Ran     []Ran  // by item
	GaveUp  bool   // the linked store told at each try that it was not done
}

// Run runs one round of a block. flip may be nil. An error says that the program does what it must not.
func (c *CPU) Run(block int, number uint32, flip *Flip) (Outcome, error) {
	r, b := &c.round, &c.program.Blocks[block]
	*r = round{
		CPU: c, cpu: r.cpu, hash: r.hash, key: r.key, behind: r.behind[:0], ran: r.ran[:0],
		block: b, index: block, round: number, steps: c.steps[block], flip: flip,
	}
	r.ran = append(r.ran, make([]Ran, len(b.Items))...)
	r.load(c.program, b, number)
	if err := r.run(); err != nil {
		return Outcome{}, fmt.Errorf("block %d round %d: %w", block, number, err)
	}
	o := Outcome{Header: r.header, Payload: r.bytes[:r.layout.PayloadSize(b)], Ran: r.ran, GaveUp: r.gaveUp}
	o.Header.Block, o.Header.Round, o.Header.Length = uint32(block), number, uint32(len(o.Payload))
	return o, nil
}

// AppendRecord appends the record of a round.
func (c *CPU) AppendRecord(dst []byte, o *Outcome) []byte {
	at := len(dst)
	dst = append(dst, make([]byte, arch.RecordHeaderSize)...)
	o.Header.Put(dst[at:], c.machine.Layout().Order)
	return append(dst, o.Payload...)
}
