package asm

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/risugen/risugen/arch"
)

// About is what the comment at the beginning says beside what the program itself tells. Everything may be left out.
type About struct {
	Name      string   // of the files, without an extension; "test" if there is none
	Title     string   // what it shows, in a line
	Reproduce []string // commands that show the difference without this source
	Run       string   // how an emulator is started; else as images of the machine usually are
	Sides     []Side   // what targets made of it: master and apprentice
	Expected  string   // what must happen: "SIGILL"
	Notes     []string // further lines
	// Places are registers, states and windows of memory that are loaded and printed beside those that the block's items use:
	// such as differ though nothing says that they change.
	Places []arch.Place
	// Only are the places to print, by themselves or by registers that glue copies them to; others that hold results are left
	// out, and those that hold none are as in Places. nil: all results are printed.
	Only []arch.Place
}

// Side is what a target made of the program.
type Side struct {
	Name  string   // "apprentice: qemu-mipsel -cpu 4Kc"
	Lines []string // "$17 = 000bf441"
}

// Write writes a program of one block and one round. The error says what cannot be written, and why, or is the writer's.
func Write(w io.Writer, p *arch.Program, about About) error {
	s, err := newSource(p, about)
	if err != nil {
		return err
	}
	_, err = w.Write(s.text())
	return err
}

// source is a program on its way.
type source struct {
	arch.Assembly
	prog    *arch.Program
	layout  *arch.Layout
	block   *arch.Block
	window  []byte // of the input pool
	about   About
	shell   arch.AsmShell
	addrs   []uint64 // of the items, and behind the last one
	uses    uses
	elsew   bool // the block stands at an address of its own
	beside  []bytesAt
	inputs  []datum
	outputs []output
	windows []int // of memory, ascending
	shown   []int // of these, those that are printed
}

func newSource(p *arch.Program, about About) (*source, error) {
	switch {
	case len(p.Blocks) != 1 || p.Rounds != 1:
		return nil, fmt.Errorf("an assembler source is made of one block and one round, and the program has %d blocks of %d rounds", len(p.Blocks), p.Rounds)
	case p.Machine.Layout().Hosted:
		return nil, errors.New("an assembler source is made of a program of its own, and another one hosts this one")
	}
	machine, ok := p.Machine.(arch.Assembler)
	if !ok {
		return nil, fmt.Errorf("no assembler source can be written for the %s (%s)", p.Machine.Config().CPU, p.Machine.Config().Arch)
	}
	s := &source{prog: p, layout: p.Machine.Layout(), block: &p.Blocks[0], window: p.PoolWindow(&p.Blocks[0], 0), about: about}
	s.about.Places = append(slices.Clip(s.about.Places), s.noResults()...)
	var err error
	if s.Assembly, err = machine.Assembly(p, s.block); err != nil {
		return nil, err
	}
	if err := s.checkPlaces(); err != nil {
		return nil, err
	}
	s.shell = s.Shell()
	s.addresses()
	s.follow()
	s.elsew = s.mustStand()
	if s.beside, err = s.codeBeside(); err != nil {
		return nil, err
	}
	s.elsew = s.elsew || len(s.beside) > 0
	s.plan()
	return s, nil
}

// noResults are the places to print that hold no results.
func (s *source) noResults() []arch.Place {
	results := s.prog.Effects(s.block).Results
	return slices.DeleteFunc(slices.Clone(s.about.Only), func(p arch.Place) bool {
		return slices.ContainsFunc(results, func(r arch.Result) bool { return r.Place == p || r.Wrote == p })
	})
}

// wanted reports whether a result is to be printed.
func (s *source) wanted(r *arch.Result) bool {
	return s.about.Only == nil || slices.Contains(s.about.Only, r.Place) || slices.Contains(s.about.Only, r.Wrote)
}

// checkPlaces refuses places that the machine does not have.
func (s *source) checkPlaces() error {
	for _, p := range s.about.Places {
		ok := false
		switch p.Kind {
		case arch.RegisterPlace:
			ok = int(p.Class) < len(s.layout.Classes) && int(p.Num) < s.layout.Classes[p.Class].Count
		case arch.StatePlace:
			ok = int(p.Num) < len(s.layout.States)
		case arch.MemoryPlace:
			ok = s.block.Memory && int(p.Num) < s.layout.Memory.Windows
		}
		if !ok {
			return fmt.Errorf("there is no such place as %+v in the program", p)
		}
	}
	return nil
}

// addresses finds where the items stand.
func (s *source) addresses() {
	addr := s.block.Addr
	for i := range s.block.Items {
		s.addrs = append(s.addrs, addr)
		addr += uint64(s.block.Items[i].Size)
	}
	s.addrs = append(s.addrs, addr)
}

// end is the address behind the last item.
func (s *source) end() uint64 { return s.addrs[len(s.block.Items)] }

// number reads a number of 4 or 8 bytes.
func (s *source) number(b []byte) uint64 {
	if len(b) == 8 {
		return s.layout.Order.Uint64(b)
	}
	return uint64(s.layout.Order.Uint32(b))
}

// register is what a register holds when the block starts, as bytes.
func (s *source) register(class, num int) []byte {
	c := &s.layout.Classes[class]
	return s.window[c.Pool+num*c.Bytes:][:c.Bytes]
}
