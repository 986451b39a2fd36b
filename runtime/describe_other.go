//go:build !linux

package runtime

import "runtime"

// kernel names this system.
func kernel() string { return runtime.GOOS + " " + runtime.GOARCH }
