package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestEndlessFiles: a file without end is an error that names it, and not all of the machine's memory.
func TestEndlessFiles(t *testing.T) {
	const endless = "/dev/zero"
	for _, args := range []string{
		"campaign " + endless, "regress " + endless, "report " + endless, "run " + endless, "decode " + endless + " 0", "convert " + endless + " -",
		"check --cpu 4Kc -n 1 --known " + endless, "campaign --cpus 4Kc --list --known " + endless,
	} {
		r := command("", strings.Fields(args)...)
		assert.Equal(t, 2, r.code, args)
		if !strings.HasPrefix(args, "convert") { // which asks for the file's kind
			assert.Contains(t, r.err, endless, args)
		}
	}
}
