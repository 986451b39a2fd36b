package campaign

import (
	"bytes"
	"errors"
	"slices"

	"github.com/risugen/risugen/cover"
)

// Chase is what a results file says of images that are aimed at what was missing, beside their results: a line when they begin, and one
// when there are no more to be made. Where the second is not there, or does not count all of the file's, they were cut off.
type Chase struct {
	Begun bool           `json:"begun,omitempty"`
	Hit   []cover.Packed `json:"hit,omitempty"` // when they began: what was hit elsewhere, and is not aimed at
	End   *Until         `json:"end,omitempty"` // what they came to
}

// chaseHead is what a line begins with that holds a [Chase].
const chaseHead = `{"chase":`

// chaseLine is such a line.
type chaseLine struct {
	Chase *Chase `json:"chase"`
}

// readChase takes a line of a chase in.
func (c *Chase) readChase(line []byte) error {
	l := chaseLine{&Chase{}}
	if err := unseal(line, &l); err != nil {
		return &lineError{err}
	}
	switch {
	case l.Chase == nil:
		return errors.New("a line of aimed images says nothing")
	case slices.ContainsFunc(l.Chase.Hit, func(p cover.Packed) bool { return p.Set == nil }):
		return errors.New("a list of what was hit elsewhere has a null in it")
	case l.Chase.End != nil && slices.Contains(l.Chase.End.Left, nil):
		return errors.New("a list of what was not hit has a null in it")
	case l.Chase.End != nil:
		c.End = l.Chase.End
	case !c.Begun:
		c.Begun, c.Hit = true, l.Chase.Hit
	}
	return nil
}

// isChase reports whether a line holds a [Chase].
func isChase(line []byte) bool { return bytes.HasPrefix(line, []byte(chaseHead)) }

// lines are those that hold it.
func (c *Chase) lines() (out []chaseLine) {
	if c.Begun {
		out = append(out, chaseLine{&Chase{Begun: true, Hit: c.Hit}})
	}
	if c.End != nil {
		out = append(out, chaseLine{&Chase{End: c.End}})
	}
	return out
}

// mergedChase is the chase of one of several files, with the aimed images that the file has results of.
type mergedChase struct {
	Chase
	ids    map[string]bool
	rounds int
}

// whole reports whether all aimed images have a result that there were to be.
func (c *mergedChase) whole() bool { return c.End != nil && c.End.Images == len(c.ids) }

// chased finds out what aimed images came to. It is known if one of the files has all of them, and their end.
func (m *Merged) chased(files []mergedChase) {
	all, rounds := map[string]bool{}, 0
	begun := false
	for _, f := range files {
		for id := range f.ids {
			all[id] = true
		}
		rounds = max(rounds, f.rounds)
		begun = begun || f.Begun || len(f.ids) > 0
	}
	if !begun {
		return
	}
	var best *mergedChase
	for i := range files {
		if f := &files[i]; best == nil || f.better(best, len(all)) {
			best = f
		}
	}
	if m.chase = best.Chase; best.whole() && len(best.ids) == len(all) {
		m.Summary.Until = best.End
		return
	}
	m.chase.End = nil
	m.Summary.Until = &Until{Rounds: rounds, Images: len(all), Executions: m.aimed, Stopped: true}
}

// better reports whether a file says more than another one of what all of them came to. The order of the files does not matter.
func (c *mergedChase) better(than *mergedChase, all int) bool {
	a, b := c.whole() && len(c.ids) == all, than.whole() && len(than.ids) == all
	switch {
	case a != b:
		return a
	case a:
		return c.End.Open < than.End.Open
	case c.Begun != than.Begun:
		return c.Begun
	}
	return len(c.ids) > len(than.ids)
}
