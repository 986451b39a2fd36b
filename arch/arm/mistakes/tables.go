// Package mistakes holds wrong models of ARM instructions, for package measure, and the right ones beside them.
//
// Files whose names begin with tune have the mistakes that input values may be tuned with, those with held the others.
package mistakes

import "github.com/risugen/risugen/arch/semantics"

// Tables lists the mistakes by machine.
func Tables() []semantics.Table { return nil }
