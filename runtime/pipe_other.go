//go:build !linux

package runtime

import "os"

// enlargePipe does nothing: only Linux lets a program choose the size of a pipe.
func enlargePipe(*os.File) {}
