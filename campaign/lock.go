package campaign

import "errors"

// errLocked says that another process holds a file's lock.
var errLocked = errors.New("another process holds the lock")

// errNoLocks says that the file's system cannot lock.
var errNoLocks = errors.New("its file system has no locks")
