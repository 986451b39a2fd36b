package codefile

import (
	"cmp"
	"debug/elf"
	"errors"
	"fmt"
	"slices"
)

// marked finds where code of a kind stands in a section by the symbols that mark it. Where none does, and before the first one,
// all is code.
func marked(f *elf.File, section, size int, marks func(string) (code, known bool)) ([]span, error) {
	all := []span{{0, size}}
	if marks == nil {
		return all, nil
	}
	symbols, err := f.Symbols()
	if errors.Is(err, elf.ErrNoSymbols) {
		return all, nil
	}
	if err != nil {
		return nil, fmt.Errorf("its symbols cannot be read: %w", err)
	}
	begin := uint64(0) // symbols of object files count from their section's begin
	if f.Type != elf.ET_REL {
		begin = f.Sections[section].Addr
	}
	changes := []change{{0, true}}
	for _, s := range symbols {
		if int(s.Section) != section || elf.ST_BIND(s.Info) != elf.STB_LOCAL || s.Value-begin > uint64(size) {
			continue
		}
		if code, known := marks(s.Name); known {
			changes = append(changes, change{int(s.Value - begin), code})
		}
	}
	slices.SortStableFunc(changes, func(a, b change) int { return cmp.Compare(a.at, b.at) })
	return spans(append(changes, change{size, false})), nil
}

// change is an offset from which on code stands, or something else.
type change struct {
	at   int
	code bool
}

// spans are the code between changes, of which the later of two at one offset counts.
func spans(changes []change) []span {
	var out []span
	for i, c := range changes[:len(changes)-1] {
		to := changes[i+1].at
		switch n := len(out); {
		case !c.code || c.at == to:
		case n > 0 && out[n-1].to == c.at:
			out[n-1].to = to
		default:
			out = append(out, span{c.at, to})
		}
	}
	return out
}
