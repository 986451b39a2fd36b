package arch

import (
	"errors"
	"fmt"

	"github.com/risugen/risugen/constraints"
)

// Given is an instruction word that is to be run as it stands, instead of one drawn at random.
type Given struct {
	Word   uint64
	Size   uint8  // in bytes; 0: as many as its instruction has
	Offset uint64 // where it stands in what it was read from, in bytes
	// Unlinked: a linker is still to change it, so that it is not the word that was meant. That is no matter
	// where the part that the linker changes is replaced anyway: see GenerateGiven.
	Unlinked bool
	// Case is what the word belongs to that runs without being given what it needs; nil: it is given that.
	Case *Case
}

// GenerateGiven makes a program of given words, in their order. Of the options only Seed, BlockLen, Rounds
// and MisalignedShare count. It is a pure function of its arguments.
//
// Nothing of a word is changed but the distance of a branch and of an access at a distance from the program
// counter: these get one that the word's place in the image needs. What the description asks for is arranged
// around the words as it is around drawn ones, but for those of a Case. Words that cannot be run are left out, and told
// in the result.
func GenerateGiven(m Machine, o Options, words []Given) (*Program, Refusals, error) {
	var refused Refusals
	o.Count, o.EdgeShare, o.Reserved, o.TrapShare = max(1, len(words)), 0, 0, 0
	if err := o.Check(); err != nil {
		return nil, refused, err
	}
	p := &Program{Machine: m, Seed: o.Seed, Rounds: o.Rounds}
	defer o.makePool(p)()
	s := newScheduler(p, o)
	s.given = &given{}
	s.judgeAll(words, &refused)
	s.given.joinCases()
	s.open() // with a base register that suits the first word
	for i := 0; i < len(s.given.words); {
		s.given.at = i
		end := i + 1 + s.given.words[i].behind
		if err := s.putGiven(); err != nil {
			for _, w := range s.given.words[i:end] {
				refused.add(Refusal{w.Given, CannotSchedule, err.Error()})
			}
		}
		i = end
	}
	s.close()
	refused.sort()
	if len(p.Blocks) == 0 {
		return nil, refused, errors.New("there is no word that can be run")
	}
	return p, refused, nil
}

// given is what a scheduler knows of words that are not drawn. Its methods may be called without one.
type given struct {
	words  []givenWord
	at     int // of the word that is being placed, or of its prefix
	member int // of the words of a group, the one that is being placed
}

// givenWord is a word with its instruction, and the address registers that it names; a prefix with those of its group, and how many
// words stand behind it.
type givenWord struct {
	Given
	in       *constraints.Insn
	touched  uint64
	behind   int
	reserved bool // it must fault
}

// touched is the set of address registers that the word names which is being placed: glue that serves others is
// to leave them alone.
func (g *given) touched() uint64 {
	if g == nil || g.at >= len(g.words) {
		return 0
	}
	return g.words[g.at].touched
}

// spare leaves out of some registers those that glue has given values to, in which a result cannot be told from what
// stood there before: drawn words come again elsewhere. It also leaves out, unless none is left then, those that one
// of the next given words names: these would find results there that they must not overwrite.
func (s *scheduler) spare(registers uint64) uint64 {
	if s.given == nil {
		return registers
	}
	registers &^= s.preparedSince(0)
	named, words := uint64(0), s.given.words
	for i := s.given.at + 1; i < min(s.given.at+s.limit, len(words)); i++ {
		named |= words[i].touched
	}
	if registers&^named == 0 {
		return registers
	}
	return registers &^ named
}

// touched is the set of address registers that a word names.
func (s *scheduler) touched(in *constraints.Insn, word uint64) uint64 {
	var m uint64
	s.args = in.Pattern.Extract(word, s.args[:0])
	s.uses = in.Uses(s.uses[:0], word, s.args)
	for i := range s.uses {
		if u := &s.uses[i]; u.Kind == constraints.UseRegister && int(u.Class) == s.layout.AddrClass {
			m |= 1 << u.Num
		}
	}
	return m
}

// putGiven puts the next word into the open block or, where that has no room for it or is of another view, into
// a new one.
func (s *scheduler) putGiven() error {
	s.startCase()
	if w := &s.given.words[s.given.at]; w.reserved {
		s.putReserved(w)
		return nil
	}
	if s.given.words[s.given.at].behind > 0 {
		return s.putGroup()
	}
	in := s.given.words[s.given.at].in
	if want := s.views[in.Index]; want != 0 && s.view != 0 && want != s.view {
		s.close()
	}
	return s.put(in)
}

// nextBase is the base register of the next block: the next in turn. Where words are given it is the next one
// of those that the most of the words to come let be, for a word cannot go to a block whose harness needs a
// register of it.
func (s *scheduler) nextBase() int {
	n := len(s.layout.Bases)
	next := (s.base + 1) % n
	if s.given == nil {
		return next
	}
	best, longest := next, -1
	for i := range n {
		base := (next + i) % n
		if run := s.given.run(s.layout.harness(base), s.limit); run > longest {
			best, longest = base, run
		}
	}
	return best
}

// run counts how many words from the next one on, up to a limit, name none of some registers.
func (g *given) run(registers uint64, limit int) int {
	rest := g.words[g.at:]
	rest = rest[:min(limit, len(rest))]
	for i := range rest {
		if rest[i].touched&registers != 0 {
			return i
		}
	}
	return len(rest)
}

// harness is the set of address registers that are no operands in blocks of a base.
func (l *Layout) harness(base int) uint64 {
	m := uint64(1) << l.Bases[base]
	for _, k := range l.KeepsOf(base) {
		m |= 1 << k
	}
	return m
}

// pick finds the word of an instruction: the given one, or one that is drawn.
func (s *scheduler) pick(pl *placement, disp int64) (uint64, error) {
	if s.given != nil {
		return s.fit(pl, disp)
	}
	s.makeOffers(pl)
	word, ok := s.draw(pl.in, disp, pl.alone)
	if !ok {
		return 0, errNoRoom
	}
	return word, nil
}

// fit makes the given word go where a branch must, and asks whether the open block can take it.
func (s *scheduler) fit(pl *placement, disp int64) (uint64, error) {
	in, word := pl.in, s.given.words[s.given.at+s.given.member].Word
	if br := in.Branch; br != nil && !br.Absolute {
		var ok bool
		if word, ok = in.Retarget(word, disp); !ok || !in.Legal(word) {
			return 0, fmt.Errorf("it cannot be made to branch over %d bytes", disp)
		}
	}
	bare := s.given.bare()
	if bare && s.given.touched()&s.layout.harness(s.base) != 0 {
		return 0, errNoRoom
	}
	args := in.Pattern.Extract(word, s.args[len(s.args):])
	uses := in.Uses(s.uses[len(s.uses):], word, args)
	for i := range uses {
		u := &uses[i]
		if u.Kind != constraints.UseRegister {
			continue
		}
		results := s.written(int(u.Class), pl) &^ s.layout.Classes[u.Class].Zero
		if bare {
			results = 0
		}
		if s.barred[u.Class]>>u.Num&1 != 0 || results>>u.Num&1 != 0 && (u.Role.Writes() || s.of(in).operands[u.Operand].prepared) {
			return 0, errNoRoom
		}
	}
	return word, nil
}
