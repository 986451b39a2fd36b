package toy_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/internal/archtest"
)

// TestNoResultIsMasked: with lists and reserved words, and behind prefixes.
func TestNoResultIsMasked(t *testing.T) {
	prefix, err := os.ReadFile("prefix.decode")
	require.NoError(t, err)
	for _, r := range []archtest.MaskingRow{
		{Config: arch.Config{Order: "little", ISAs: []string{"toy", "lists"}, Reserved: true}, Whole: 10},
		{Config: arch.Config{Order: "big", Sources: []arch.Source{{Name: "prefix.decode", Kind: arch.DecodeSource, Text: prefix}}}, Whole: 10},
	} {
		r.Test(t, toy.Arch{})
	}
}
