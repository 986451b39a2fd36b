package risu

import (
	"math/rand/v2"
	"slices"

	"github.com/risugen/risugen/decodetree"
)

// conversion is one pattern on its way to RISU.
type conversion struct {
	w       *risuWriter
	pattern *decodetree.Pattern
	word    *layout
	tests   []Expr // Perl; all must hold
	memory  string
}

func (w *risuWriter) convert(p *decodetree.Pattern) *conversion {
	c := &conversion{w: w, pattern: p, word: newLayout(w.spec, p)}
	c.translate()
	if aarch32(w.opt.Mode) && c.excludes("cond", always) {
		c.word.rename("cond", "xcond")
		c.translate()
	}
	if free := c.freeRegisters(); len(free) > 0 && w.opt.AllRegisters {
		for _, s := range free {
			c.word.rename(s.name, "x"+s.name)
		}
		c.translate()
	} else {
		for _, s := range free {
			w.lose(&w.losses, p.Pos, "%s: %s is never %v in .mode %s", p.Name, s.name, forbidden(w.opt.Mode, s.name), w.opt.Mode)
		}
	}
	c.dropImplied()
	return c
}

func (w *risuWriter) scope(p *decodetree.Pattern, word *layout) *scope {
	return &scope{
		spec: w.spec, pattern: p, word: word, functions: w.functions, features: w.opt.Features, budget: maxExpr,
		absent: func(pos decodetree.Pos, name string) {
			w.lose(&w.losses, pos, "%s is no argument, and is taken for a feature that the CPU lacks", name)
		},
	}
}

func (c *conversion) translate() {
	c.tests, c.memory = nil, ""
	set := c.w.blocks(c.pattern)
	c.add("constraints", c.conditions(c.pattern, set["constraints"], false))
	c.add("reserved", c.conditions(c.pattern, set["reserved"], true))
	c.add("unpredictable", c.conditions(c.pattern, set["unpredictable"], true))
	if !c.w.opt.Independent {
		c.exclude()
	}
	for _, b := range set["memory"] {
		c.access(b)
	}
}

// conditions reads the statements of blocks as expressions over c's word; p is the pattern whose blocks
// they are.
func (c *conversion) conditions(p *decodetree.Pattern, list []*noteBlock, negate bool) []Expr {
	var out []Expr
	for _, b := range list {
		for _, s := range b.stmts() {
			e, err := b.parseExpr(s)
			if err == nil {
				e, err = c.w.scope(p, c.word).resolve(e)
			}
			if err != nil {
				c.w.loseWords(c.pattern, b.name+" block, left out", err)
				continue
			}
			if negate {
				e = &Unary{e.Place(), "!", e}
			}
			out = append(out, e)
		}
	}
	return out
}

// add translates conditions that must hold.
func (c *conversion) add(what string, list []Expr) {
	for _, e := range list {
		t := &toPerl{word: c.word}
		x, err := t.condition(e)
		if err != nil {
			c.w.loseWords(c.pattern, what+" block, left out", err)
			continue
		}
		for _, e := range conjuncts(x) {
			if n, ok := constantOf(e); !ok || n == 0 {
				c.tests = append(c.tests, e)
			}
		}
	}
}

// constantOf evaluates an expression without variables.
func constantOf(e Expr) (int64, bool) {
	free := false
	visit(e, func(x Expr) {
		switch x := x.(type) {
		case *Var, *Raw, *In:
			free = true
		case *Call:
			free = free || !pure(x.Name) || len(x.Args) != arity[x.Name]
		}
	})
	if free {
		return 0, false
	}
	ev := &evaluator{}
	v := ev.expr(e)
	return v.v, ev.err == nil
}

// RISU draws words until one fulfils the constraints, and ends with an error after 10,000 in a row that
// do not.
const (
	triedWords = 20000
	rareWords  = 8
)

// findWords draws words as RISU does and counts those that fulfil the constraints, up to rareWords.
func (c *conversion) findWords() int {
	if len(c.tests) == 0 {
		return rareWords
	}
	rng := rand.New(rand.NewPCG(c.pattern.FixedBits, c.pattern.FixedMask))
	found := 0
	ev := &evaluator{vars: map[string]num{}}
	for range triedWords {
		usual := true
		for _, s := range c.word.segs {
			v := int64(rng.Uint64() & lowBits(s.len))
			usual = usual && !slices.Contains(forbidden(c.w.opt.Mode, s.name), v)
			ev.vars[s.name] = num{v: v}
		}
		if usual && !slices.ContainsFunc(c.tests, func(e Expr) bool { return !ev.truth(e) }) {
			found++
		}
		if found == rareWords {
			break
		}
	}
	return found
}

// constraintText writes the tests, joined by &&.
func (c *conversion) constraintText() string {
	if len(c.tests) == 0 {
		return ""
	}
	all := c.tests[0]
	for _, e := range c.tests[1:] {
		all = &Binary{e.Place(), "&&", all, e}
	}
	return perl.print(all) + ";"
}

// freeRegisters gives the pieces to which the mode forbids values that the pattern allows.
func (c *conversion) freeRegisters() []segment {
	var out []segment
	for _, s := range c.word.segs {
		f := Field{Name: s.name, Len: s.len}
		if slices.ContainsFunc(f.excluded(c.w.opt.Mode), func(v int64) bool { return !c.excludes(s.name, v) }) {
			out = append(out, s)
		}
	}
	return out
}

// excludes reports whether a test that looks at this piece alone fails for the value.
func (c *conversion) excludes(name string, value int64) bool {
	return slices.ContainsFunc(c.tests, func(e Expr) bool { return only(e, name) && !holds(e, name, value) })
}

// only reports whether an expression depends on one piece and no other.
func only(e Expr, name string) bool {
	found, others := false, false
	visit(e, func(x Expr) {
		if v, ok := x.(*Var); ok {
			found, others = found || v.Name == name, others || v.Name != name
		}
	})
	return found && !others
}

func holds(e Expr, name string, value int64) bool {
	ev := &evaluator{vars: map[string]num{name: {v: value}}}
	return ev.truth(e) && ev.err == nil
}

// dropImplied takes out tests that say no more than the mode does.
func (c *conversion) dropImplied() {
	c.tests = slices.DeleteFunc(c.tests, func(e Expr) bool {
		for _, s := range c.word.segs {
			f := Field{Name: s.name, Len: s.len}
			if values := f.excluded(c.w.opt.Mode); len(values) > 0 && s.len <= 8 && only(e, s.name) {
				return implied(e, s, values)
			}
		}
		return false
	})
}

// implied reports whether a test fails for no other value than these.
func implied(e Expr, s segment, values []int64) bool {
	for v := range int64(1) << s.len {
		if !slices.Contains(values, v) && !holds(e, s.name, v) {
			return false
		}
	}
	return true
}
