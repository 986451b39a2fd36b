// Package mistakes holds wrong models of ARM instructions, for package measure, and the right ones beside them.
//
// Files whose names begin with tune have the mistakes that input values may be tuned with, those with held the others.
package mistakes

import (
	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/semantics"
)

var a64 = arch.Config{CPU: "cortex-a76", ABI: "lp64"}

// Tables lists the mistakes by machine.
func Tables() []semantics.Table {
	return []semantics.Table{
		{Config: a64, Right: a64Right(), Mistakes: semantics.Both(a64Tune(), a64Held())},
		{Config: a64, Right: simdRight(), Mistakes: semantics.Both(simdTune(), simdHeld())},
		{Config: a64, Right: fpRight(), Mistakes: semantics.Both(fpTune(), fpHeld())},
		{Config: arch.Config{CPU: "cortex-a15", ABI: "eabi"}, Right: a32Right(), Mistakes: semantics.Both(a32Tune(), a32Held())},
	}
}
