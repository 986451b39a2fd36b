package constraints

import (
	"path"

	"github.com/risugen/risugen/decodetree"
)

// overlays is the overlays of one load.
type overlays []*overlayEntry

func joinOverlays(all []*Overlay) overlays {
	var out overlays
	for _, o := range all {
		for _, e := range o.entries {
			entry := *e // each load notes for itself what was used
			entry.used = e.kind == 'f'
			out = append(out, &entry)
		}
	}
	return out
}

// selected returns the blocks of the entries that match.
func (o overlays) selected(match func(*overlayEntry) bool) []*source {
	var out []*source
	for _, e := range o {
		if match(e) {
			e.used = true
			out = append(out, e.sources...)
		}
	}
	return out
}

// pattern returns the blocks that overlays have for a pattern.
func (o overlays) pattern(p *decodetree.Pattern) []*source {
	return o.selected(func(e *overlayEntry) bool {
		return e.kind == 0 && glob(e.glob, p.Name) && (!e.exact || e.bits == p.FixedBits && e.mask == p.FixedMask)
	})
}

// named returns the blocks for a format ('@'), an argument set ('&') or a field ('%').
func (o overlays) named(kind byte, name string) []*source {
	if name == "" {
		return nil // inferred
	}
	return o.selected(func(e *overlayEntry) bool { return e.kind == kind && glob(e.glob, name) })
}

func (o overlays) file() []*source {
	return o.selected(func(e *overlayEntry) bool { return e.kind == 'f' })
}

// blocks returns all blocks of a name.
func (o overlays) blocks(name string) []*source {
	var out []*source
	for _, e := range o {
		for _, s := range e.sources {
			if s.block.Name == name {
				out = append(out, s)
			}
		}
	}
	return out
}

// mark notes the entries that select something in a spec.
func (o overlays) mark(spec *decodetree.Spec) {
	for _, p := range spec.Patterns {
		o.pattern(p)
	}
	for _, f := range spec.Formats {
		o.named('@', f.Name)
	}
	for _, a := range spec.ArgSets {
		o.named('&', a.Name)
	}
	for _, f := range spec.Fields {
		o.named('%', f.Name)
	}
}

// unused is an error for each entry that selects nothing in any of the specs.
func (o overlays) unused() decodetree.ErrorList {
	var errs decodetree.ErrorList
	for _, e := range o {
		if !e.used {
			errs = append(errs, &decodetree.Error{Pos: e.pos, Msg: "nothing is selected: no definition has this name"})
		}
	}
	return errs
}

// For returns the part of an overlay that selects something in a spec.
func (o *Overlay) For(spec *decodetree.Spec) *Overlay {
	out := &Overlay{}
	all := joinOverlays([]*Overlay{o})
	all.mark(spec)
	for i, e := range all {
		if e.used {
			out.entries = append(out.entries, o.entries[i])
		}
	}
	return out
}

// Unselected lists, as errors, the entries that select nothing in any of some specs.
func (o *Overlay) Unselected(specs []*decodetree.Spec) decodetree.ErrorList {
	all := joinOverlays([]*Overlay{o})
	for _, spec := range specs {
		all.mark(spec)
	}
	return all.unused()
}

func glob(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return ok && err == nil
}
