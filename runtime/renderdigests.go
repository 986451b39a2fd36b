package runtime

import (
	"fmt"
	"strings"
)

// sentence says how a side was compared that sent digests.
func (d *Digests) sentence() string {
	parts := []string{
		fmt.Sprintf("of each %s from the %s", d.Per, d.Side),
		comma(d.Equal) + " records are equal by them",
	}
	if d.Again > 0 {
		parts = append(parts, fmt.Sprintf("%s run again in full", plural(int64(d.Again), "block")))
	}
	if d.NotAgain > 0 {
		parts = append(parts, fmt.Sprintf("%s differ and were not run again", plural(int64(d.NotAgain), "block")))
	}
	if d.Unsteady > 0 {
		parts = append(parts, fmt.Sprintf("%s not the same when run again", plural(d.Unsteady, "digest")))
	}
	return strings.Join(parts, "; ")
}

// notAgain says that records may also be missing since blocks were not run again.
func (r *Report) notAgain() string {
	if r.Digests == nil || r.Digests.NotAgain == 0 {
		return ""
	}
	return ", or that were not run again"
}
