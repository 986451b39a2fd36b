package runtime

import (
	"bytes"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// Records that may differ without a mistake. There are few ways in which they may, so that it can be found out from a
// digest which it was.

// clearedCauses looks whether a digest is that of the same trap but for cause bits, which a kernel clears: there are few
// that they can be of, which are all tried. It returns the record, or nil.
func (d *digester) clearedCauses(p *plan, rec []byte, sum arch.Digest) []byte {
	c := d.s.comparer
	h, _ := arch.ParseRecordHeader(rec, c.layout.Order)
	item, ok := p.test(h.PC)
	if !sum.Fault() || !ok {
		return nil
	}
	s := c.trapped(p, item, &h)
	if s < 0 {
		return nil
	}
	other := bytes.Clone(rec)
	st := &c.layout.States[s]
	e, now := &st.Exceptions, c.stateValue(s, rec[arch.RecordHeaderSize:])
	for causes := e.Causes; ; causes = (causes - 1) & e.Causes {
		v := now&^e.Causes | causes
		if v != now && (e.ClearedFrom(v, now) || e.ClearedFrom(now, v)) {
			putNumber(other[arch.RecordHeaderSize+st.Record:][:st.Bytes], v, c.layout.Order)
			if arch.DigestOf(other, c.layout.Order) == sum {
				return other
			}
		}
		if causes == 0 {
			return nil
		}
	}
}

// gaveUp looks whether a digest is that of a round in which a linked store was not done, while it was on the side that
// writes records: then memory is as it was, and the register that tells of it holds something else. It returns the
// record, or nil.
func (d *digester) gaveUp(p *plan, round uint32, rec []byte, sum arch.Digest) []byte {
	c, k := d.s.comparer, &p.linked
	if k.store < 0 || arch.IsFault(rec, c.layout.Order) || k.gaveUp(rec[arch.RecordHeaderSize:], c.layout.Order) {
		return nil
	}
	other := bytes.Clone(rec)
	payload := other[arch.RecordHeaderSize:]
	putNumber(payload[k.flag.record:][:k.flag.n], k.failed, c.layout.Order)
	stored := window(int(p.block.Items[k.store].Window))
	at, n := c.layout.Span(stored)
	copy(payload[at:at+n], initial(c.layout, stored, c.prog.PoolWindow(p.block, round)))
	if arch.DigestOf(other, c.layout.Order) != sum {
		return nil
	}
	return other
}

// oneRan recognises a round in which an instruction ran on one side alone whose work an operating system may do. What comes
// before it in the block is to be compared all the same, which takes both records.
func (d *digester) oneRan(p *plan, round uint32, rec []byte, sum arch.Digest) (bool, error) {
	c := d.s.comparer
	if p.trap.item < 0 || p.trap.must != constraints.UnlessEmulated || arch.IsFault(rec, c.layout.Order) == sum.Fault() {
		return false, nil
	}
	o, err := c.outcome(p, round, rec, d.s.sides[1-d.side])
	if err != nil {
		return false, err
	}
	r := &pairing{plan: p, number: round, input: c.prog.PoolWindow(p.block, round)}
	c.findStray(r, &o)
	return c.ran(r, &o) == sum.Fault(), nil
}

// explained reports whether all that differs in a block may differ without a mistake.
func (x *doubt) explained() bool {
	for _, s := range x.sums {
		if !s.oneRan {
			return false
		}
	}
	return true
}
