package probe

import (
	"errors"
	"fmt"
	"strings"

	"github.com/risugen/risugen/arch"
)

// Case is instructions with their inputs and, where it is to be checked, what must come of it.
type Case struct {
	Name  string
	Pos   string // file and line; "": it comes from no file
	Insn  string // as it was written
	Words []arch.Given
	In    Values
	// What is expected; Expected says whether anything is.
	Expected bool
	Out      Values
	Fault    string // the signal that must be raised; "": none may be

	inNames  []string // as written, in their order
	inValues []string
	notes    []string
}

// CaseError is what is wrong with a case.
type CaseError struct {
	Case *Case
	Err  error
}

// Error names the case and its line.
func (e *CaseError) Error() string {
	var parts []string
	for _, s := range []string{e.Case.Pos, e.Case.Name} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(append(parts, e.Err.Error()), ": ")
}

func (e *CaseError) Unwrap() error { return e.Err }

// Prober makes cases and images for a machine. One goroutine may use it.
type Prober struct {
	m      arch.Machine
	l      *arch.Layout
	Names  *Names
	states *states
	force  bool
}

// New makes a prober. force runs words that the descriptions call unpredictable, too, and words that they call reserved as
// far as the machine's Config asks for these, and lets stores go anywhere.
func New(m arch.Machine, force bool) *Prober {
	return &Prober{m: m, l: m.Layout(), Names: NewNames(m.Layout()), states: newStates(m), force: force}
}

// Machine is what cases run on.
func (p *Prober) Machine() arch.Machine { return p.m }

// NewCase reads the instructions of a case.
func (p *Prober) NewCase(insn string) (*Case, error) {
	words, notes, err := Words(p.m, p.Names, insn)
	return &Case{Insn: insn, Words: words, notes: notes}, err
}

// Set gives an input a value.
func (p *Prober) Set(c *Case, name, value string) error {
	if err := c.In.Set(p.Names, name, value); err != nil {
		return err
	}
	c.inNames, c.inValues = append(c.inNames, name), append(c.inValues, value)
	return nil
}

// SetText is Set for NAME=VALUE.
func (p *Prober) SetText(c *Case, text string) error {
	name, value, ok := strings.Cut(text, "=")
	if !ok || name == "" {
		return fmt.Errorf("%q is not NAME=VALUE", clip(text))
	}
	return p.Set(c, strings.TrimSpace(name), strings.TrimSpace(value))
}

// Expect says what a place must hold afterwards.
func (p *Prober) Expect(c *Case, name, value string) error {
	c.Expected = true
	return c.Out.Set(p.Names, name, value)
}

// ExpectFault says what signal must be raised.
func (p *Prober) ExpectFault(c *Case, signal string) error {
	if _, ok := p.l.Signals[signal]; !ok {
		return fmt.Errorf("%q is no signal that instructions raise: these are %s", clip(signal), strings.Join(signalNames(p.l), ", "))
	}
	c.Expected, c.Fault = true, signal
	return nil
}

// check refuses inputs that no image can begin with.
func (p *Prober) check(c *Case) error {
	if len(c.Words) == 0 {
		return errors.New("there is no instruction")
	}
	for _, place := range c.In.places() {
		if place.Kind != arch.RegisterPlace {
			continue
		}
		class, name := &p.l.Classes[place.Class], p.l.PlaceName(place)
		zero := true
		for _, b := range c.In.cells[place].bytes {
			zero = zero && b == 0
		}
		switch {
		case class.Zero>>place.Num&1 != 0 && !zero:
			return fmt.Errorf("%s reads as zero whatever is written to it", name)
		case class.Never>>place.Num&1 != 0:
			return fmt.Errorf("images leave %s alone, and do not record it", name)
		case int(place.Class) == p.l.AddrClass && int(place.Num) == p.l.StackReg && p.l.StackReg > 0:
			if err := p.checkStack(c.In.number(place), name); err != nil {
				return err
			}
		}
	}
	return p.checkOut(c)
}

// checkOut refuses to expect what is not recorded.
func (p *Prober) checkOut(c *Case) error {
	for _, place := range c.Out.places() {
		if place.Kind == arch.RegisterPlace && p.l.Classes[place.Class].Never>>place.Num&1 != 0 {
			return fmt.Errorf("images do not record %s", p.l.PlaceName(place))
		}
	}
	return nil
}

// checkStack refuses stack pointers that a signal's handler would not survive.
func (p *Prober) checkStack(v uint64, name string) error {
	for _, r := range p.l.Avoid {
		if r.Lo <= v && v < r.Hi {
			return fmt.Errorf("%s cannot hold an address from 0x%x to 0x%x, where the stack of images' signals stands", name, r.Lo, r.Hi-1)
		}
	}
	return nil
}
