//go:build !unix

package archtest

import "time"

// cpuTime is not known here.
func cpuTime() time.Duration { return 0 }
