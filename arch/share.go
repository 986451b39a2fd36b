package arch

// Shared memory. What an image writes to its standard output is copied into the kernel and out of it again. Where the
// other end is a process on the same machine, its records can go through memory that both have mapped:
//
//   - The image is started with a file of memory as file descriptor ShareFD, ShareSlots slots of ShareSlot bytes, and the
//     reading end of a pipe as CreditFD. The file begins with the image's digest: no other file that happens to be open
//     there does, which is looked at before anything is mapped. Then it says which file the image's standard output must be, by the
//     number of its inode and its device: a script may run an image several times, or read what it writes, and
//     only the one whose handovers are read may use the memory.
//   - The image maps the file in the place of its buffer, and fills one slot after another. For each it writes a handover
//     to its standard output: two words, RecordMagic | RecordHanded and how many bytes of the slot are records, all of them
//     whole. Before it goes on to the next slot it takes a byte from CreditFD.
//   - The other end puts one byte less than there are slots into that pipe, and one for each slot that it has done with.
//
// An image that was not started so, or cannot map the file, writes its records to its standard output, which then begins with a
// start record. Images of digests always do.
//
// Where the file says ShareSpliced the image has its memory for itself and maps nothing. It fills slots of its own buffer, one after
// another, and its standard output, a pipe, gets their pages by vmsplice, which copies nothing. What comes out of the pipe is what an
// image writes that was not started so. Nobody says when a page may be filled again, so the image makes the pipe so small that no
// more than SplicePages pages wait in it: more stand in the slots that are spliced between two fillings of one slot. Where it
// cannot, it writes. A slot of which less than SpliceLeast bytes are full is written, too, and filled again from its beginning, as
// is the rest of one that the kernel does not take. Whoever reads the pipe copies what is in it before the pipe loses it.
const (
	ShareFD    = 3
	CreditFD   = 4
	ShareSlot  = 0x2_0000
	ShareSlots = 16
	// ShareBytes is the size of the buffer, in bytes, for which an image has room at an address that is a multiple of it.
	ShareBytes = ShareSlot * ShareSlots
	// HandoverSize is the size of a handover in bytes.
	HandoverSize = 8
	// ShareHead is the size of what the file begins with, in bytes: the digest, 64 bits of the inode's number, 32 bits each of
	// the device's major and minor number, and of how the memory is shared, in the image's byte order.
	ShareHead = DigestSize + 20
	// ShareHow is where the last of these stands.
	ShareHow = DigestSize + 16
)

// How memory is shared.
const (
	ShareMapped  = 1 // the file is mapped
	ShareSpliced = 2 // pages of the buffer are spliced into standard output
)

// A slot that is spliced has SpliceLeast bytes at least, so that the ShareSlots - 1 others have more pages of SplicePage bytes than
// the pipe, which has SplicePipe bytes.
const (
	SpliceLeast = 0x1_8000
	SplicePage  = 0x1000
	SplicePages = 256
	SplicePipe  = SplicePages * SplicePage
	// SetPipeSize is fcntl's F_SETPIPE_SZ, which returns the size that the pipe has then.
	SetPipeSize = 1031
)

// How an image asks what its standard output is: statx with an empty path, flags and a mask, which fills a structure that is the same
// in all of Linux's ABIs.
const (
	StatxEmptyPath = 0x1000 // AT_EMPTY_PATH
	StatxInode     = 0x100  // STATX_INO
)

// ShareOutput pairs the words of ShareHead that say what standard output must be with those of statx's structure, by their offsets.
var ShareOutput = [...]struct{ Head, Statx int64 }{
	{DigestSize, 0x20}, {DigestSize + 4, 0x24}, {DigestSize + 8, 0x88}, {DigestSize + 12, 0x8c},
}

// PutShareHead writes what the file begins with to memory of ShareHead bytes at least.
func PutShareHead(b []byte, order ByteOrder, digest [DigestSize]byte, inode uint64, major, minor, how uint32) {
	copy(b, digest[:])
	order.PutUint64(b[DigestSize:], inode)
	order.PutUint32(b[DigestSize+8:], major)
	order.PutUint32(b[DigestSize+12:], minor)
	order.PutUint32(b[ShareHow:], how)
}

// Where in the buffer, which is empty yet, an image has statx's structure and an empty path.
const (
	ShareStatx = 0x100
	ShareEmpty = 0x800
)
