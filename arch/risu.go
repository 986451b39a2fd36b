package arch

// RISUOp is what a word of a RISU image asks of RISU's program. Such a word raises SIGILL, which the program handles.
type RISUOp uint8

// What RISU can be asked for. A value is that of the word's lowest bits, on every architecture that RISU knows.
const (
	RISUCompare       RISUOp = iota // compare all registers with the other side's
	RISUEnd                         // the same, and end
	RISUSetMemory                   // memory is where register 0 points
	RISUGetMemory                   // add the address of memory to register 0
	RISUCompareMemory               // compare all of memory with the other side's
)

// RISUMemory is the size of RISU's memory block, in bytes.
const RISUMemory = 8192

// RISUWriter is implemented by machines that RISU's images can be made for and read by.
type RISUWriter interface {
	// RISU returns the machine for such images. It is an error where RISU has no such configuration.
	RISU() (RISUMachine, error)
	// RISUForm tells how RISU's own generator writes images of the architecture; false: it writes none for the
	// configuration.
	RISUForm() (RISUForm, bool)
}

// RISUMachine makes RISU's images: raw code and data, entered at its first byte, wherever that stands. Its layout is
// Hosted, with RISUMemory bytes of memory, and has those registers and states alone that RISU compares. Emit, which makes
// images of the usual kind, is an error.
type RISUMachine interface {
	Machine
	// RISUOp is the word that asks for something.
	RISUOp(RISUOp) Word
	// RISUStart appends what an image begins with: the memory block, and the code that tells RISU of it. Registers may hold
	// anything then.
	RISUStart(image, memory []byte) ([]byte, error)
	// RISULoad appends data and code that gives every register its value in a window of the input pool, and every state,
	// by its index in the layout, one of values.
	RISULoad(image, window []byte, values []uint64) ([]byte, error)
}

// RISUForm is how RISU's own generator writes images of an architecture, for those who look for the instructions under
// test among its words.
type RISUForm struct {
	// Key is RISU's words but for what they ask for, which is in the lowest bits.
	Key uint64
	// Jump tells how far an unconditional branch goes from its own address, in bytes: data are jumped over.
	Jump func(word uint64) (bytes int64, ok bool)
	// Load reports whether a word is the first of code that loads registers.
	Load func(word uint64) bool
	// Barrier stands before and behind an access to memory; 0: nothing does.
	Barrier uint64
	// SetUp is how the code is written that loads registers and sets memory up, with which an image begins, where that is of
	// another instruction set. nil: of the same.
	SetUp *RISUSetUp
}

// RISUSetUp is code of another instruction set, whose words have 32 bits, and how one goes from each set to the other.
type RISUSetUp struct {
	Form  RISUForm // only Key and Jump count
	Order ByteOrder
	Leave []uint64 // what set-up code ends with
	Clear uint64   // the first word behind it, which clears what Leave used
	Enter []uint64 // what comes before set-up code
}
