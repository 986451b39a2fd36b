package risu

import (
	"fmt"
	"slices"
)

// addressModes are the ways to an address that both languages have, with the number of operands that
// belong to the address. RISU's functions take the registers that the instruction overwrites after them.
var addressModes = map[string]int{
	"reg": 1, "reg_plus_imm": 2, "reg_minus_imm": 2, "reg_plus_reg": 2, "reg_plus_reg_shifted": 3,
}

const (
	// accessSize stands for the size of an access, which RISU does not say: its memory block has so many
	// bytes of room on both sides of an address instead.
	accessSize = 256
	// registerClass is what RISU's modes know: general registers.
	registerClass = "gpr"
)

// memory writes the memory block, and an operands block for the registers that make the address and for
// those that RISU is told to be overwritten.
func (w *decodeWriter) memory(p *Pattern, indent string, rename map[string]string) {
	if p.Memory == nil {
		return
	}
	r, err := reduceBlock(p.Memory)
	if err != nil {
		w.lose(place(err, p.Memory.Pos), "%s: !memory: %s", p.FullName(), message(err))
		return
	}
	for _, l := range r.losses {
		w.lose(l.Pos, "%s: %s in !memory", p.FullName(), l.What)
	}
	t := &toBlocks{pattern: p, rename: rename}
	var align Expr = &Number{Value: defaultAlign(w.file.Mode)}
	for i, c := range r.calls {
		mode := addressModes[c.Name]
		switch {
		case c.Name == "align" && len(c.Args) == 1:
			align, _ = t.operand(c.Args[0])
		case mode > 0 && i == len(r.calls)-1 && len(c.Args) >= mode:
			w.access(p, indent, t, align, c)
		default:
			w.lose(c.Pos, "%s: code emitted by %s in !memory", p.FullName(), c.Name)
		}
	}
}

// access translates the call that names the address.
func (w *decodeWriter) access(p *Pattern, indent string, t *toBlocks, align Expr, c *Call) {
	call := &Call{Pos: c.Pos, Name: c.Name}
	for _, a := range c.Args {
		x, _ := t.operand(a)
		call.Args = append(call.Args, x)
	}
	n := addressModes[c.Name]
	overwritten := call.Args[n:]
	call.Args = call.Args[:n]
	if c.Name == "reg_plus_reg" {
		call = withoutZero(call, w.file.Mode)
	}
	operands := addressOperands(t, call, overwritten)
	if t.err != nil {
		w.lose(place(t.err, c.Pos), "%s: !memory: %s", p.FullName(), message(t.err))
		return
	}
	w.block(indent, "operands", operands)
	w.block(indent, "memory", []string{
		fmt.Sprintf("size(%d)", accessSize), "align(" + blocks.print(align) + ")", blocks.print(call),
	})
}

// withoutZero leaves out an index that is the register of value zero.
func withoutZero(c *Call, mode string) *Call {
	if n, ok := c.Args[1].(*Number); ok && n.Value == zeroRegister(mode) {
		return &Call{Pos: c.Pos, Name: "reg", Args: c.Args[:1]}
	}
	return c
}

// addressOperands declares the registers of an address, which are read, and those overwritten.
func addressOperands(t *toBlocks, c *Call, overwritten []Expr) []string {
	read := c.Args[:1]
	if c.Name == "reg_plus_reg" || c.Name == "reg_plus_reg_shifted" {
		read = c.Args[:2]
	}
	in, out := t.fields(read), t.fields(overwritten)
	var stmts []string
	for _, name := range in {
		role := "in"
		if slices.Contains(out, name) {
			role = "inout"
		}
		stmts = append(stmts, fmt.Sprintf("%s: %s %s", name, role, registerClass))
	}
	for _, name := range out {
		if !slices.Contains(in, name) {
			stmts = append(stmts, fmt.Sprintf("%s: out %s", name, registerClass))
		}
	}
	return stmts
}

// fields gives the names of arguments that must be plain fields, each once.
func (t *toBlocks) fields(list []Expr) []string {
	var out []string
	for _, e := range list {
		v, ok := e.(*Var)
		if !ok {
			t.fail(e, "a register of the address is no field")
			continue
		}
		if !slices.Contains(out, v.Name) {
			out = append(out, v.Name)
		}
	}
	return out
}
