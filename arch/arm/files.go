package arm

import "embed"

// files are the descriptions of the instruction sets.
//
//go:embed *.decode
var files embed.FS
