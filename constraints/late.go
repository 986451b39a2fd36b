package constraints

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/risugen/risugen/decodetree"
)

// late is what an instruction gets when it is first asked for: most patterns of a machine are neither drawn nor shown in
// one run of the program.
type late struct {
	sampler   atomic.Pointer[sampler] // of what was drawn, side by side with it: draws are to take one look
	mu        sync.Mutex
	drawn     atomic.Pointer[sampling]
	shown     atomic.Pointer[[]*template]
	legal     atomic.Bool // a word was found that can be drawn
	builder   builder     // that reads the asm block
	unchecked bool        // the asm block has not been read with the others
	once      sync.Map    // of Once
}

// Once returns what a function returned when it was first called for the instruction and a key, which is of a type of the
// caller's own, as those of a context are. The function may be called twice.
func (in *Insn) Once(key any, f func() any) any {
	if v, ok := in.late.once.Load(key); ok {
		return v
	}
	v, _ := in.late.once.LoadOrStore(key, f())
	return v
}

// sampler is what words of the instruction are drawn with; nil: none can be.
func (in *Insn) sampler() *sampler {
	if s := in.late.sampler.Load(); s != nil {
		return s
	}
	return in.sampling().sampler
}

// keep notes how words of the instruction are drawn.
func (l *late) keep(s *sampling) {
	l.sampler.Store(s.sampler)
	l.drawn.Store(s)
}

// sampling is how words of the instruction are drawn.
func (in *Insn) sampling() *sampling {
	if s := in.late.drawn.Load(); s != nil {
		return s
	}
	in.late.mu.Lock()
	defer in.late.mu.Unlock()
	if in.late.drawn.Load() == nil {
		s := in.newSampling()
		in.late.keep(&s)
	}
	return in.late.drawn.Load()
}

// reached reports whether a word that can be drawn is easily found.
func (in *Insn) reached() bool {
	if !in.late.legal.Load() && in.late.drawn.Load() == nil {
		all := make([]uint64, len(in.Operands))
		for i := range all {
			all[i] = ^uint64(0)
		}
		apart := in.clashes()
		drawable := func(e *env) bool { return in.Legal(e.word) && in.provides(e, all, apart) }
		in.late.legal.Store(in.probe(in.drawnBits(), drawable))
	}
	return in.late.legal.Load()
}

// templates are the asm block's strings. Where the block has a fault there are none.
func (in *Insn) templates() []*template {
	if t := in.late.shown.Load(); t != nil {
		return *t
	}
	t, _ := in.late.read(in.blocks.named("asm"))
	return t
}

// read reads the asm block, which may be nil.
func (l *late) read(s *source) ([]*template, error) {
	if s == nil {
		return nil, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	t, err := l.builder.templates(s)
	l.shown.Store(&t)
	return t, err
}

// Check makes what LoadSound leaves until it is asked for, and returns the faults that this shows, as Load does.
func (s *Set) Check() error {
	var errs decodetree.ErrorList
	for _, in := range s.Insns {
		if in.late.unchecked {
			if _, err := in.late.read(in.blocks.named("asm")); err != nil {
				errs = append(errs, err.(*decodetree.Error))
			}
		}
	}
	if errs = append(errs, s.sample()...); len(errs) > 0 {
		return sorted(errs)
	}
	return nil
}

// sample makes all samplers, which finds unsatisfiable constraints.
func (s *Set) sample() decodetree.ErrorList {
	var errs decodetree.ErrorList
	for _, in := range s.Insns {
		if err := in.sampling().err; err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// Sampled lists the instructions that words have been drawn of, or that it was asked of whether they can be.
func (s *Set) Sampled() []*Insn {
	return slices.DeleteFunc(slices.Clone(s.Insns), func(in *Insn) bool { return in.late.drawn.Load() == nil })
}
