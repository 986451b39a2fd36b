package arch

import "github.com/risugen/risugen/constraints"

// Case is what given words belong to that are to run as they stand, one behind the other, in a block of their own: nothing
// prepares their registers, which hold what the round's inputs hold, or what a word before them left there; nothing keeps
// results that a later word overwrites, and nothing overwrites what the manual leaves open. Glue stands around branches
// alone, and where a CPU must wait.
//
// A block of a case has a Memory flag where one of its words accesses memory by way of a register. Its addresses
// are those of the inputs: that they lie in the memory block is for whoever chooses these.
type Case struct {
	// Keep is the set of address registers that neither the harness nor glue is to use, beside those that the words name.
	Keep uint64
	// Force runs words that the descriptions call unpredictable, too, and those that they call reserved as words that must
	// fault (kind Reserved), for which the machine's Config must ask.
	Force bool
}

func (c *Case) forced() bool { return c != nil && c.Force }

// joinCases has the words of a case keep the registers of all of them.
func (g *given) joinCases() {
	for i := 0; i < len(g.words); {
		c, m, j := g.words[i].Case, uint64(0), i
		for j < len(g.words) && (j == i || c != nil && g.words[j].Case == c) {
			m |= g.words[j].touched
			j++
		}
		for ; i < j; i++ {
			if c != nil {
				g.words[i].touched = m | c.Keep
			}
		}
	}
}

// bare reports whether the word that is being placed is of a case.
func (g *given) bare() bool { return g != nil && g.at < len(g.words) && g.words[g.at].Case != nil }

// begins reports whether the word that is next begins a case, or stands behind one.
func (g *given) begins() bool {
	return g.at > 0 && g.words[g.at].Case != g.words[g.at-1].Case
}

// startCase closes the open block where another case begins, and forgets what a block otherwise keeps account of.
func (s *scheduler) startCase() {
	if s.given.begins() {
		s.close()
	}
	if s.given.bare() {
		for i := range s.pending {
			s.pending[i] = -1
		}
	}
}

// bareAddress is prepareAddress for a word of a case.
func (s *scheduler) bareAddress(pl *placement) (uint8, error) {
	switch {
	case pl.in.Memory == nil:
		return NoWindow, nil
	case pl.in.Memory.Base < 0:
		return NoWindow, s.prepareLiteral(pl)
	}
	s.memory = true
	if pl.stores() {
		return 0, nil // the first one that it may hit: nobody asks
	}
	return NoWindow, nil
}

// reservedWord finds what makes a word of a forced case reserved; nil: nothing does.
func (s *scheduler) reservedWord(w Given) *constraints.Insn {
	fits := func(in *constraints.Insn) bool {
		return (w.Size == 0 || in.Pattern.Width == 8*int(w.Size)) && in.Pattern.Matches(w.Word) && in.Accepts(w.Word)
	}
	if in := s.set.Decode(w.Word); in != nil && !in.InGroup(reservedGroup) {
		if in.Reserved(w.Word) && fits(in) {
			return in
		}
		return nil
	}
	for _, in := range s.set.Patterns() {
		if in.InGroup(reservedGroup) && fits(in) {
			return in
		}
	}
	return nil
}

// putReserved puts a reserved word into a block of its own, as addReserved does.
func (s *scheduler) putReserved(w *givenWord) {
	if s.tests > 0 {
		s.close()
	}
	s.push(Item{Word: w.Word, Insn: int32(w.in.Index), Kind: Reserved, Size: uint8(w.in.Pattern.Width / 8), Window: NoWindow})
	s.tests++
	s.close()
	s.prog.Blocks[len(s.prog.Blocks)-1].Flush = true
}
