package arm

import "embed"

// files are the descriptions of the instruction sets.
//
//go:embed *.decode
var files embed.FS

// widths are the sizes of words in bits of files whose words do not have 32.
var widths = map[string]int{"t16.decode": 16}
