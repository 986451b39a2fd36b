package arch

import (
	"errors"
	"fmt"
	"slices"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/random"
)

// Options say what a program is to hold.
type Options struct {
	Seed     uint64
	Count    int // instructions under test
	BlockLen int // instructions under test in a block, at most MaxBlockLen
	Rounds   int // executions of each block, each with other inputs
	Select   Selection
	// EdgeShare is the share of words, from 0 to 1, that are drawn with operands at which instructions go
	// wrong: see constraints.Insn.DrawEdge. With 0 all words are equally likely. DefaultEdgeShare is what a
	// command should choose unless told otherwise.
	EdgeShare float64
	// CondShare is the share of words, from 0 to 1, that may do nothing, where an instruction has such words and
	// others: see constraints.Insn.Half. DefaultCondShare is what a command should choose unless told otherwise.
	CondShare float64
	// MisalignedShare is the share of accesses that must be aligned, from 0 to 1, that are not.
	MisalignedShare float64
	// Reserved is the number of reserved words beside Count: see reserved.go. The machine's Config must ask for them.
	Reserved int
	// TrapShare is the share of blocks, from 0 to 1, in which exceptions are enabled: see Exceptions.
	TrapShare float64
	// Pool makes the input pool; nil: NewPool.
	Pool PoolFunc
}

// DefaultMisalignedShare is one access in 32: each ends its block.
const DefaultMisalignedShare = 1.0 / 32

// DefaultEdgeShare is one draw in four.
const DefaultEdgeShare = 1.0 / 4

// DefaultCondShare is one draw in four.
const DefaultCondShare = 1.0 / 4

// MaxBlockLen bounds a block: every instruction needs a result of its own, and no architecture has many
// more registers than this.
const MaxBlockLen = 256

// Check reports the first option that is out of range.
func (o Options) Check() error {
	switch {
	case o.Count < 0 || o.Count > 100_000_000 || o.Count == 0 && o.Reserved == 0:
		return fmt.Errorf("number of instructions %d is out of range (1 to 100000000, or 0 beside reserved words)", o.Count)
	case !(o.MisalignedShare >= 0 && o.MisalignedShare <= 1):
		return fmt.Errorf("share of misaligned accesses %v is out of range (0 to 1)", o.MisalignedShare)
	case o.Reserved < 0 || o.Reserved > 10_000_000:
		return fmt.Errorf("number of reserved words %d is out of range (0 to 10000000)", o.Reserved)
	case o.BlockLen < 1 || o.BlockLen > MaxBlockLen:
		return fmt.Errorf("block length %d is out of range (1 to %d)", o.BlockLen, MaxBlockLen)
	case !(o.EdgeShare >= 0 && o.EdgeShare <= 1):
		return fmt.Errorf("share of edge operands %v is out of range (0 to 1)", o.EdgeShare)
	case !(o.CondShare >= 0 && o.CondShare <= 1):
		return fmt.Errorf("share of conditional instructions %v is out of range (0 to 1)", o.CondShare)
	case !(o.TrapShare >= 0 && o.TrapShare <= 1):
		return fmt.Errorf("share of blocks with traps %v is out of range (0 to 1)", o.TrapShare)
	case o.Rounds < 1 || o.Rounds > 1<<20:
		return fmt.Errorf("number of rounds %d is out of range (1 to %d)", o.Rounds, 1<<20)
	}
	return nil
}

// Generate makes a program. It is a pure function of its arguments.
func Generate(m Machine, o Options) (*Program, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	choice, err := o.Select.choose(m)
	if err != nil {
		return nil, err
	}
	p := &Program{Machine: m, Seed: o.Seed, Rounds: o.Rounds}
	defer o.makePool(p)()
	s := newScheduler(p, o)
	if choice, err = s.group(choice, o); err != nil {
		return nil, err
	}
	for _, in := range choice {
		if maySlot(in) {
			s.fillers = append(s.fillers, in)
		}
		if violates(in) && p.Machine.Layout().ReservedFault != "" {
			s.violators = append(s.violators, in)
		}
	}
	if o.TrapShare > 0 {
		if s.trappers, err = trapping(choice, p.Machine.Layout()); err != nil {
			return nil, err
		}
	}
	if err := s.fill(choice, o.Count); err != nil {
		return nil, err
	}
	if err := s.finish(); err != nil {
		return nil, err
	}
	return p, s.addReserved(o.Reserved, o.Select.NotPatterns)
}

// fill draws as many instructions as are asked for.
func (s *scheduler) fill(choice []*constraints.Insn, count int) error {
	drawn := make([]int32, len(choice))
	for i, in := range choice {
		drawn[i] = int32(in.Index)
	}
	for s.count, s.left = count, count; s.left > 0; s.left-- {
		if s.owesTrap() {
			if err := s.putTrap(); err != nil {
				return err
			}
			continue
		}
		t := s.numbered(int(drawn[s.rng.IntN(len(drawn))]))
		done, err := s.addQuickly(t)
		if !done && err == nil {
			err = s.add(t.in)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// scheduleStream separates the scheduler's random numbers from the pool's.
const scheduleStream = 0x7363686564756c65

// scheduler fills blocks. What must never happen is that an item writes to a place which holds the
// result of an earlier item: busy and pending keep account of these.
type scheduler struct {
	prog   *Program
	set    *constraints.Set
	layout *Layout
	usable []uint64   // per class: its registers
	zeros  []uint64   // per class: those that read as zero
	traits []traits   // by the instructions' numbers: see of
	glue   Glue       // as the machine has it
	usual  Glue       // the same, with what it remembers
	placed PlacedGlue // the same, where its words depend on where they stand; else nil
	rng    *random.Rand
	limit  int    // instructions in a block
	reach  int    // instructions back that the machine's hazards reach
	edges  uint32 // EdgeShare as a share of all 32-bit numbers
	skew   uint32 // MisalignedShare, likewise
	conds  uint32 // CondShare, likewise

	given *given // words that are not drawn, or nil
	aimed *aimed // what the instruction is aimed at that is placed, or nil

	fillers   []*constraints.Insn // what may stand in delay slots
	violators []*constraints.Insn // what must not stand in forbidden slots
	groups    groups
	ended     bool   // nothing may follow in the open block
	count     int    // instructions that are to be drawn
	left      int    // of these, those that still are
	addr      uint64 // of the open block, where the layout says where blocks stand

	trappers  []*constraints.Insn // what blocks with traps are drawn from; none where no block has them
	trapShare float64             // of all blocks
	trapped   int                 // blocks with traps
	traps     bool                // the open block has traps

	items       []Item                // of the open block; those of others may follow, see keep
	bytes       uint64                // of these
	tests       int                   // instructions in the open block
	memory      bool                  // the open block touches memory
	base        int                   // index into layout.Bases of the open block
	view        int                   // of the open block; 0 until an instruction asks for one
	views       []int                 // per instruction: the view that it needs, or 0
	later       [][]*constraints.Insn // per view: instructions that wait for a block of their view
	busy        []uint64              // per class: registers that hold results
	barred      []uint64              // per class: registers that are no operands in this block
	pending     []int                 // per state: the item whose result it holds, or -1
	windows     int                   // memory windows that stores have used
	single      placement             // scratch
	offer       []uint64              // scratch: per operand
	words       []Word                // scratch
	landed      Landing               // scratch
	loop        Loop                  // scratch
	used        []uint64              // scratch: per class
	targets     []uint64              // scratch
	busyCopy    []uint64              // scratch: see attempt
	pendingCopy []int                 // scratch
	saves       []copied              // scratch: of what is being placed, see take
	args        []int64               // scratch, likewise
	uses        []constraints.Use     // scratch, likewise
}

func newScheduler(p *Program, o Options) *scheduler {
	l := p.Machine.Layout()
	s := &scheduler{
		prog: p, set: p.Machine.Set(), layout: l, glue: p.Machine.Glue(), limit: o.BlockLen,
		rng:    random.New(o.Seed, scheduleStream),
		busy:   make([]uint64, len(l.Classes)),
		barred: make([]uint64, len(l.Classes)),
	}
	s.trapShare = o.TrapShare
	s.edges, s.skew, s.conds = share(o.EdgeShare), share(o.MisalignedShare), share(o.CondShare)
	if l.AlignFault == "" {
		s.skew = 0
	}
	s.pending = make([]int, len(l.States))
	s.busyCopy, s.pendingCopy = make([]uint64, len(s.busy)), make([]int, len(s.pending))
	s.reach = reachOf(l.Hazards)
	for i := range l.Classes {
		s.usable, s.zeros = append(s.usable, all(&l.Classes[i])), append(s.zeros, l.Classes[i].Zero)
	}
	s.traits = make([]traits, len(s.set.Insns))
	s.usual = s.glue
	if placed, ok := s.glue.(PlacedGlue); ok {
		s.placed = placed
	} else if !l.Hosted { // whose glue is a Locator
		s.usual = newMemoGlue(s.glue)
	}
	s.views, s.later = viewsOf(s.set, l), make([][]*constraints.Insn, l.Views+1)
	s.base, s.addr = -1, l.CodeAddr
	s.open()
	return s
}

// share is a share of all 32-bit numbers.
func share(of float64) uint32 { return uint32(min(of*(1<<32), 1<<32-1)) }

// open starts a block.
func (s *scheduler) open() {
	s.items, s.bytes, s.tests, s.windows, s.memory, s.view, s.ended = s.items[:0], 0, 0, 0, false, 0, false
	s.base = s.nextBase()
	s.groups.blocks++
	for i := range s.busy {
		s.busy[i], s.barred[i] = 0, s.layout.Classes[i].Never
	}
	s.barred[s.layout.AddrClass] |= s.layout.harness(s.base)
	for i := range s.pending {
		s.pending[i] = -1
	}
}

// close ends the open block, if it holds anything.
func (s *scheduler) close() {
	if s.tests > 0 {
		s.growBlocks()
		span := uint32(s.prog.PoolSpan)
		align := uint32(s.layout.PoolAlign)
		s.prog.Blocks = append(s.prog.Blocks, Block{
			Addr:   s.addr,
			Base:   s.base,
			View:   min(max(s.view, 1), s.layout.Views),
			Start:  s.rng.Uint32N(span/align) * align,
			Stride: (s.rng.Uint32N(span/align)/2*2 + 1) * align, // odd, so that rounds meet every offset
			Memory: s.memory,
			Traps:  s.traps,
			Items:  s.keep(),
		})
		s.addr = s.layout.nextBlock(s.here())
		if s.traps {
			s.trapped++
		}
	}
	s.open()
}

// growBlocks makes room for another block, and where there is none for as many as what is left to be drawn will take at
// this rate: to double the room again and again would take more memory than the blocks do.
func (s *scheduler) growBlocks() {
	n := len(s.prog.Blocks)
	if n < cap(s.prog.Blocks) {
		return
	}
	more := 16 + n/16
	if drawn := s.count - s.left; drawn > 0 {
		more += n * s.left / drawn
	}
	s.prog.Blocks = slices.Grow(s.prog.Blocks, more)
}

// arenaItems is how many items are allocated at a time, and arenaLeft with how many left the next are: most blocks are shorter.
const (
	arenaItems = 1 << 14
	arenaLeft  = 1 << 8
)

// keep leaves a finished block's items where they are, and takes what is behind them for the next block.
func (s *scheduler) keep() []Item {
	n := len(s.items)
	kept := s.items[:n:n]
	if s.items = s.items[n:]; cap(s.items) < arenaLeft {
		s.items = make([]Item, 0, arenaItems)
	}
	return kept
}

// errNoRoom says that the open block cannot take the instruction: it has no free register left.
var errNoRoom = errors.New("the block has no room")

// errUnsuitable says that the word, as it was drawn, cannot be given what it needs, in no block: no value of an aligned
// base makes an aligned address, what tells whether a linked store was done is lost, or a hosted image cannot hold it.
var errUnsuitable = fmt.Errorf("the word cannot be given what it needs: %w", errNoRoom)

// maxRedraws is how often another word is drawn then.
const maxRedraws = 64

// stackLost reports whether the open block has a result where a signal would look for the stack.
func (s *scheduler) stackLost() bool {
	return s.layout.StackReg > 0 && s.busy[s.layout.AddrClass]>>s.layout.StackReg&1 != 0
}

// put puts one instruction under test into the open block or, where that has no room, into the next.
func (s *scheduler) put(in *constraints.Insn) error {
	s.drawLength(in)
	if s.tests >= s.limit || in.Linked != nil && s.tests > 0 && s.tests+2 > s.limit || s.groupTooLong() || in.MayFault() && s.stackLost() && !s.given.bare() {
		if err := s.next(); err != nil {
			return err
		}
	}
	for range s.layout.Bases {
		err := s.place(in)
		for n := 0; err != nil && n < maxRedraws && s.given == nil && errors.Is(err, errUnsuitable); n++ {
			err = s.place(in)
		}
		if err == nil {
			s.view = max(s.view, s.views[in.Index])
			if in.MayFault() && !s.given.bare() || in.Linked != nil || s.traps || s.ended {
				s.close()
			}
			return nil
		}
		if !errors.Is(err, errNoRoom) {
			return fmt.Errorf("%s: %w", in, err)
		}
		// An empty block is not kept, but the base register moves on: it may be the one needed.
		if err := s.next(); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s fits no block: it needs more registers than there are", in)
}
