package risu

import (
	"slices"
	"strings"
)

// A mode chooses the generator, and each has rules that no pattern spells out:
//
//	arm, arm.thumb     fields whose name begins with r are never 13 (sp) or 15 (pc); alignment 4
//	arm.aarch64        alignment 16
//	m68k               fields whose name begins with A are never 6 or 7
//	ppc64, loongarch64 alignment 16
//
// Anything after "arm." but aarch64 and thumb is A32.

// forbidden gives the values that the mode keeps a field of this name from having.
func forbidden(mode, field string) []int64 {
	arch, _ := splitMode(mode)
	switch {
	case aarch32(mode) && strings.HasPrefix(field, "r"):
		return []int64{13, 15}
	case arch == "m68k" && strings.HasPrefix(field, "A"):
		return []int64{6, 7}
	}
	return nil
}

// excluded gives those forbidden values that the field is wide enough for.
func (f *Field) excluded(mode string) []int64 {
	var out []int64
	for _, v := range forbidden(mode, f.Name) {
		if uint64(v) <= lowBits(f.Len) {
			out = append(out, v)
		}
	}
	return out
}

// always is the condition code that executes always.
const always = 14

// aarch32 reports whether the mode is A32 or Thumb. There the generator also sets a field called cond to
// always, before it looks at the constraints, unless it is asked for conditional instructions.
func aarch32(mode string) bool {
	arch, sub := splitMode(mode)
	return arch == "arm" && sub != "aarch64"
}

// defaultAlign is the alignment of a memory block that names none.
func defaultAlign(mode string) int64 {
	arch, _ := splitMode(mode)
	switch {
	case aarch32(mode):
		return 4
	case arch == "arm", arch == "ppc64", arch == "loongarch64":
		return 16
	}
	return 1
}

// zeroRegister is the general register that reads as zero, or -1.
func zeroRegister(mode string) int64 {
	if mode == "loongarch64" || strings.HasPrefix(mode, "mips") {
		return 0
	}
	return -1
}

// lacking are the address functions that the mode's generator does not have.
var lacking = map[string][]string{
	"ppc64":       {"reg_minus_imm", "reg_plus_reg_shifted"},
	"loongarch64": {"reg", "reg_minus_imm", "reg_plus_reg_shifted"},
	"m68k":        {"reg", "reg_plus_imm", "reg_minus_imm", "reg_plus_reg", "reg_plus_reg_shifted"},
	"s390x":       {"reg", "reg_plus_imm", "reg_minus_imm", "reg_plus_reg", "reg_plus_reg_shifted"},
}

// lacks reports whether the mode's generator lacks an address function. Of other modes than RISU's nothing
// is known.
func lacks(mode, function string) bool {
	arch, _ := splitMode(mode)
	return slices.Contains(lacking[arch], function)
}
