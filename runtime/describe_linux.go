//go:build linux

package runtime

import (
	"strings"

	"golang.org/x/sys/unix"
)

// kernel is the name, release, version and machine of this system's kernel, as uname prints them.
func kernel() string {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return ""
	}
	var parts []string
	for _, field := range [][65]byte{u.Sysname, u.Release, u.Version, u.Machine} {
		parts = append(parts, unix.ByteSliceToString(field[:]))
	}
	return strings.Join(parts, " ")
}
