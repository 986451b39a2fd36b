// Package mistakes holds wrong models of MIPS instructions, for package measure, and the right ones beside them.
//
// Files whose names begin with tune have the mistakes that input values may be tuned with, those with held the others.
package mistakes

import (
	"maps"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/semantics"
)

// Tables lists the mistakes by machine.
func Tables() []semantics.Table {
	return []semantics.Table{
		{Config: arch.Config{CPU: "P5600", ISAs: []string{"msa"}}, Right: msaRight(), Mistakes: semantics.Both(msaTune(), msaHeld())},
		{Config: arch.Config{CPU: "P5600", ISAs: []string{"fpu"}}, Right: fpuRight(), Mistakes: semantics.Both(fpuTune(), fpuHeld())},
		{Config: arch.Config{CPU: "24Kc"}, Right: baseRight(), Mistakes: semantics.Both(baseTune(), baseHeld())},
		{Config: arch.Config{CPU: "MIPS64R2-generic"}, Right: base64Right(), Mistakes: semantics.Both(base64Tune(), base64Held())},
		{Config: arch.Config{CPU: "74Kf", ISAs: []string{"dsp"}}, Right: dspRight(), Mistakes: semantics.Both(dspTune(), dspHeld())},
	}
}

// merged joins models of patterns.
func merged(tables ...map[string]semantics.Func) map[string]semantics.Func {
	out := map[string]semantics.Func{}
	for _, t := range tables {
		maps.Copy(out, t)
	}
	return out
}
