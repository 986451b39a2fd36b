//go:build linux

package runtime

import (
	"os"
	goruntime "runtime"

	"golang.org/x/sys/unix"

	"github.com/risugen/risugen/arch"
)

// newSplice returns a file that lets an image splice its records into a pipe, see arch.ShareSpliced. Nil: it writes them.
//
// What is read of the pipe must be copied out of it, as outputPipe does; whoever splices it on would see what comes later.
func newSplice(img *Image, output *os.File) *os.File {
	if img.Program.Output != arch.FullRecords || !canSplice() {
		return nil
	}
	inode, major, minor, ok := fileIdentity(output)
	if !ok {
		return nil
	}
	fd, err := unix.MemfdCreate("risugen", unix.MFD_CLOEXEC)
	if err != nil {
		return nil
	}
	f := os.NewFile(uintptr(fd), "splice")
	head := make([]byte, arch.ShareHead)
	arch.PutShareHead(head, img.Program.Machine.Layout().Order, img.Digest, inode, major, minor, arch.ShareSpliced)
	if _, err := f.Write(head); err != nil {
		f.Close()
		return nil
	}
	return f
}

// canSplice reports whether this machine's pages have the size that images count on, and its caches show the kernel what a program
// has written, and the other way round, wherever in memory each has it mapped.
func canSplice() bool {
	return os.Getpagesize() == arch.SplicePage && (goruntime.GOARCH == "amd64" || goruntime.GOARCH == "arm64")
}
