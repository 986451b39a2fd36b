//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly || windows)

package filelock

import "os"

// There is nothing to lock with.

func lock(*os.File, bool) error { return ErrNone }

func openDirectory(dir string) (*os.File, error) { return os.Open(dir) }

func waitDirectory(*os.File) error { return ErrNone }
