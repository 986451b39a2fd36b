package arch

// Shared memory. What an image writes to its standard output is copied into the kernel and out of it again. Where the
// other end is a process on the same machine, its records can go through memory that both have mapped:
//
//   - The image is started with a file of memory as file descriptor ShareFD, ShareSlots slots of ShareSlot bytes, and the
//     reading end of a pipe as CreditFD. The file begins with the image's digest: no other file that happens to be open
//     there does, which is looked at before anything is mapped.
//   - The image maps the file in the place of its buffer, and fills one slot after another. For each it writes a handover
//     to its standard output: two words, RecordMagic | RecordHanded and how many bytes of the slot are records, all of them
//     whole. Before it goes on to the next slot it takes a byte from CreditFD.
//   - The other end puts one byte less than there are slots into that pipe, and one for each slot that it has done with.
//
// An image that was not started so, or cannot map the file, writes its records to its standard output, which then begins with a
// start record. Images of digests always do.
const (
	ShareFD    = 3
	CreditFD   = 4
	ShareSlot  = 0x2_0000
	ShareSlots = 8
	// ShareBytes is the size of the buffer, in bytes, for which an image has room at an address that is a multiple of it.
	ShareBytes = ShareSlot * ShareSlots
	// HandoverSize is the size of a handover in bytes.
	HandoverSize = 8
)
