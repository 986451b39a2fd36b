package risu

import (
	"fmt"
	"slices"
	"strings"
)

// access translates a memory block. Write-back matters only where the displacement is added after the
// access: risugen turns whatever the base register holds afterwards into an offset.
func (c *conversion) access(b *noteBlock) {
	align, mode := "align(1)", (*Call)(nil)
	var after Expr // when the displacement is added after the access
	for _, s := range b.stmts() {
		text, when := splitWhen(s.text)
		e, err := b.parseExpr(stmt{s.offset, text})
		name, args := callOf(e)
		switch {
		case name == "size" || name == "pre_index" || name == "post_index" && len(args) > 0:
		case name == "post_index":
			after = &Number{Pos: e.Place(), Value: 1}
			if when != "" {
				after, err = b.parseExpr(stmt{s.offset + strings.Index(s.text, when), when})
			}
		case name == "align" && len(args) == 1:
			align = c.callText(e.(*Call))
		case addressModes[name] > 0 && len(args) == addressModes[name]:
			mode = e.(*Call)
		default:
			c.w.lose(&c.w.losses, b.note.At(b.body+s.offset), "memory: %s has no counterpart in RISU", text)
		}
		if err != nil {
			c.w.lose(&c.w.losses, place(err, b.pos()), "%s", message(err))
		}
	}
	if mode != nil {
		c.address(align, mode, after)
	}
}

// splitWhen takes the condition off a statement.
func splitWhen(text string) (stmt, when string) {
	for _, word := range []string{" when ", " if "} {
		if stmt, when, ok := strings.Cut(text, word); ok {
			return strings.TrimSpace(stmt), strings.TrimSpace(when)
		}
	}
	return text, ""
}

// callOf gives the name and arguments of a call or of a plain word.
func callOf(e Expr) (string, []Expr) {
	switch e := e.(type) {
	case *Call:
		return e.Name, e.Args
	case *Var:
		return e.Name, nil
	}
	return "", nil
}

// address writes the block. An address that is the plain base under a condition gets a displacement of
// zero then.
func (c *conversion) address(align string, mode *Call, after Expr) {
	out := &Call{Pos: mode.Pos, Name: mode.Name, Args: slices.Clone(mode.Args)}
	always, constant := after.(*Number)
	switch {
	case after == nil:
	case constant && always.Value != 0 || mode.Name == "reg":
		out.Name, out.Args = "reg", out.Args[:1]
	case mode.Name == "reg_plus_imm" || mode.Name == "reg_minus_imm":
		out.Args[1] = &Cond{mode.Pos, after, &Number{Pos: mode.Pos}, out.Args[1]}
	default:
		c.w.lose(&c.w.losses, mode.Pos, "memory: %s after the access, under a condition, has no counterpart in RISU", mode.Name)
		return
	}
	spell(out, c.w.opt.Mode)
	if lacks(c.w.opt.Mode, out.Name) {
		c.w.lose(&c.w.losses, mode.Pos, "memory: %s has no counterpart in .mode %s", out.Name, c.w.opt.Mode)
		return
	}
	out.Args = append(out.Args, c.overwritten(mode.Args[0])...)
	if text := c.callText(out); text != "" {
		c.memory = align + "; " + text + ";"
	}
}

// spell says an address by a displacement where the mode's generator has nothing simpler.
func spell(c *Call, mode string) {
	if !lacks(mode, c.Name) || lacks(mode, "reg_plus_imm") {
		return
	}
	switch c.Name {
	case "reg":
		c.Name, c.Args = "reg_plus_imm", append(c.Args, &Number{Pos: c.Pos})
	case "reg_minus_imm":
		c.Name, c.Args[1] = "reg_plus_imm", &Unary{c.Pos, "-", c.Args[1]}
	}
}

// callText translates the arguments of a call and writes it.
func (c *conversion) callText(call *Call) string {
	var args []string
	for _, a := range call.Args {
		t := &toPerl{word: c.word}
		x, err := c.w.scope(c.pattern, c.word).resolve(a)
		if err == nil {
			x, err = t.operand(x)
		}
		if err != nil {
			c.w.lose(&c.w.losses, place(err, call.Pos), "memory: %s", message(err))
			return ""
		}
		args = append(args, perl.print(x))
	}
	return fmt.Sprintf("%s(%s)", call.Name, strings.Join(args, ", "))
}

// overwritten lists the registers that are written and of the base register's class: RISU wants to know
// whether the base survives.
func (c *conversion) overwritten(base Expr) []Expr {
	class, written := "", map[string]string{}
	pairs := map[string]bool{}
	name, _ := callOf(base)
	for _, b := range c.w.blocks(c.pattern)["operands"] {
		for _, s := range b.stmts() {
			names, what, _ := strings.Cut(s.text, ":")
			words := strings.FieldsFunc(what, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' || r == '\n' })
			if len(words) < 2 {
				continue
			}
			for operand := range strings.SplitSeq(names, ",") {
				operand = strings.TrimSpace(operand)
				if pair, ok := strings.CutPrefix(operand, "pair("); ok {
					operand = strings.TrimSuffix(pair, ")")
					pairs[operand] = true
				}
				if operand == name {
					class = words[1]
				}
				if words[0] == "out" || words[0] == "inout" && operand != name {
					written[operand] = words[1]
				}
			}
		}
	}
	var out []Expr
	for _, a := range c.pattern.Args {
		if class == "" || written[a.Name] != class {
			continue
		}
		first := &Var{base.Place(), a.Name}
		out = append(out, first)
		if pairs[a.Name] {
			out = append(out, &Binary{base.Place(), "+", first, &Number{Pos: base.Place(), Value: 1}})
		}
	}
	return out
}
