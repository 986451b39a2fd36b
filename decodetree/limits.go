package decodetree

// Sizes beyond which an input is refused instead of worked on. The largest
// file in QEMU has 80 kB, lines of 150 bytes, nesting of 3 and sets of 12
// arguments.
const (
	maxSource  = 16 << 20 // bytes of one file
	maxLine    = 64 << 10 // bytes of one physical line
	maxNesting = 256      // open groups
	maxArgs    = 256      // arguments of one set or bindings of one definition
	maxParts   = 256      // parts of one field
	maxErrors  = 500      // after which a run stops collecting
)
