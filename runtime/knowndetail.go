package runtime

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/risugen/risugen/arch"
)

// Details of what one instruction did, which entries of lists of known differences may be about: how its access lay, and the
// signals that it raised.

// accessKinds are the kinds of what one instruction did, of which it is known how its access lay; signalKinds those of faults.
var (
	accessKinds = []string{KindResult, KindFault, FindingRan, FindingFault}
	signalKinds = []string{KindFault, FindingFault}
)

// checkDetails checks the keys misaligned and signals; given tells which keys the entry has.
func (k *Known) checkDetails(given map[string]any) error {
	if _, ok := given["misaligned"]; ok {
		if !k.Misaligned {
			return errors.New("misaligned must be true, or not be there: without it an entry is about all accesses")
		}
		if err := k.needKinds("misaligned is of instructions that are known to have made a difference", accessKinds); err != nil {
			return err
		}
	}
	if _, ok := given["signals"]; ok {
		if len(k.Signals) == 0 {
			return errors.New("signals must be a list of names, such as [SIGILL]")
		}
		return k.needKinds("signals are of faults", signalKinds)
	}
	return nil
}

// needKinds reports an error unless the entry has kinds, all of a list.
func (k *Known) needKinds(what string, list []string) error {
	if len(k.Kinds) == 0 || slices.ContainsFunc(k.Kinds, func(kind string) bool { return !slices.Contains(list, kind) }) {
		return fmt.Errorf("%s: kinds must be some of %s", what, strings.Join(list, ", "))
	}
	return nil
}

// detail is what differences and findings of one pattern are told apart by, where an entry asks. One example does not decide for
// others.
type detail struct {
	misaligned bool   // the access was misaligned: the image says so, since it chose the address
	signals    string // with which it faulted, on either side; separated by spaces
}

// within reports whether an entry is about it.
func (k *Known) within(d detail) bool {
	if k.Misaligned && !d.misaligned {
		return false
	}
	return len(k.Signals) == 0 || d.signals != "" &&
		!slices.ContainsFunc(strings.Fields(d.signals), func(s string) bool { return !slices.Contains(k.Signals, s) })
}

// askers are the entries that ask for details, by instruction.
type askers struct {
	list  []*Known
	cache map[int32]asker
}

// asker says what is asked of an instruction.
type asker struct{ misaligned, signals bool }

func newAskers(list []*Known) askers {
	return askers{
		list:  slices.DeleteFunc(slices.Clone(list), func(k *Known) bool { return !k.Misaligned && len(k.Signals) == 0 }),
		cache: map[int32]asker{},
	}
}

// detail is what is asked of an item that made a difference. Signals are those that it raised.
func (c *comparer) detail(p *plan, item int, signals ...string) (d detail) {
	it := &p.block.Items[item]
	a := c.asked(it.Insn)
	d.misaligned = a.misaligned && it.Kind == arch.Misaligned
	if a.signals {
		slices.Sort(signals)
		d.signals = strings.TrimSpace(strings.Join(slices.Compact(signals), " "))
	}
	return d
}

func (c *comparer) asked(insn int32) asker {
	a, ok := c.askers.cache[insn]
	if !ok {
		name := c.prog.Machine.Set().Insns[insn].Name()
		for _, k := range c.askers.list {
			if matchesAny(k.patterns, name) {
				a.misaligned = a.misaligned || k.Misaligned
				a.signals = a.signals || len(k.Signals) > 0
			}
		}
		c.askers.cache[insn] = a
	}
	return a
}

// faultSignals are the signals that the sides raised at the item where the first of them ended; "" for one that did not.
func (c *comparer) faultSignals(r *pairing) []string {
	var out []string
	for i := range r.sides {
		if o := &r.sides[i]; o.faulted() && o.stop == r.limit {
			out = append(out, c.signal(o.header.Signal))
		}
	}
	return out
}

// knownAlready names the entry that covers a difference that an instruction is known to have made; "": none does.
func (c *comparer) knownAlready(r *pairing, key mismatchKey, item int) string {
	if len(c.known) == 0 || item < 0 || key.kind != KindResult && key.kind != KindFault {
		return ""
	}
	it := &r.block.Items[item]
	m := &Mismatch{
		Kind: key.kind, Where: Where{Item: item, Pattern: c.prog.Machine.Set().Insns[it.Insn].Name()}, bits: key.known, opcode: key.opcode,
		detail: key.detail, reserved: it.Kind == arch.Reserved,
	}
	return new(Report).about(c.report).explainMismatch(c.known, m)
}

// about is a report of the same run, in which nothing was seen.
func (r *Report) about(of *Report) *Report {
	r.CPU, r.Targets, r.Recorded, r.Versions = of.CPU, of.Targets, of.Recorded, of.Versions
	return r
}
