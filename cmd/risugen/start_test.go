package main

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/risugen/risugen/decodetree"
)

// Commands that need no machine parse no description.
func TestNothingIsParsedInVain(t *testing.T) {
	for _, args := range []string{
		"--version", "--help", "gen --help", "list --cpus", "list --cpus --json", "gen --cpu nosuch", "gen --cpu P5600 --isa nosuch", "check --cpu cortex-a15 --abi nosuch",
	} {
		before := decodetree.Parses()
		run(strings.Fields(args), strings.NewReader(""), io.Discard, io.Discard)
		assert.Equal(t, before, decodetree.Parses(), args)
	}
}
