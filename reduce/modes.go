package reduce

import (
	"math/bits"
	"slices"
)

// modes looks for the phase with the fewest bits set in states that holds, and of these the lowest.
func (s *search) modes() error {
	var cands []candidate
	seen := map[string]bool{}
	for phase := range uint32(phases) {
		c := s.at
		c.input.phase = phase
		if k := stateKey(s.states(c)); !seen[k] {
			seen[k] = true
			cands = append(cands, c)
		}
	}
	slices.SortStableFunc(cands, func(a, b candidate) int { return ones(s.states(a)) - ones(s.states(b)) })
	if s.at.form.pinned { // each is an image of its own
		cands = cands[:min(pinnedModes, len(cands))]
	}
	held, err := s.hold(&s.example.goal, cands)
	if err != nil {
		return err
	}
	if i := slices.Index(held, true); i >= 0 {
		s.at = cands[i]
	}
	return nil
}

// pinnedModes is how many modes are tried of a block that has to stay where it stands.
const pinnedModes = 8

// states is what states begin with in a candidate's round.
func (s *search) states(c candidate) []uint64 {
	return statesOf(s.machine(), s.placed(c), c.input.window)
}

func stateKey(states []uint64) string {
	var b []byte
	for _, v := range states {
		for ; v > 0; v >>= 8 {
			b = append(b, byte(v))
		}
		b = append(b, '.')
	}
	return string(b)
}

func ones(states []uint64) int {
	n := 0
	for _, v := range states {
		n += bits.OnesCount64(v)
	}
	return n
}
