//go:build !linux

package runtime

import "os"

// outputPipe is the reading end of a pipe.
type outputPipe = os.File

// newOutputPipe makes a pipe. Only Linux lets a program choose its size.
func newOutputPipe() (*outputPipe, *os.File, error) { return os.Pipe() }
