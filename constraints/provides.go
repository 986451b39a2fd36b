package constraints

// provides reports whether the registers that a word needs can be given to it, where some are offered. The clashes are given.
func (in *Insn) provides(e *env, offer []uint64, apart []tie) bool {
	for i := range in.uses {
		if need, ok := in.needsSoon(i, e); !ok || need&^offer[i] != 0 {
			return false
		}
	}
	for i := range apart {
		if !apart[i].holds(in, e) {
			return false
		}
	}
	return true
}

// needsSoon is needs, for operands that are offered no registers too, without a look at an operand that is the register
// that its argument numbers.
func (in *Insn) needsSoon(i int, e *env) (uint64, bool) {
	if r := &in.uses[i]; r.arg >= 0 {
		if num := uint64(e.args[r.arg]); num < maxRegisters && r.other>>num&1 == 0 {
			return 1 << num, true
		}
	}
	if k := in.Operands[i].Kind; k != RegisterField && k != RegisterList {
		return 0, true
	}
	return in.needs(i, e)
}
