package arm

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
)

// TestFilesLoad: each file is valid by itself, for a CPU that has every feature.
func TestFilesLoad(t *testing.T) {
	names, err := fs.Glob(files, "*.decode")
	require.NoError(t, err)
	for _, name := range names {
		src, err := files.ReadFile(name)
		require.NoError(t, err)
		spec, err := decodetree.Parse(name, src, decodetree.Options{})
		require.NoError(t, err)
		set, err := constraints.Load([]*decodetree.Spec{spec}, namesOf(name).all())
		require.NoError(t, err)
		none, err := constraints.Load([]*decodetree.Spec{spec}, namesOf(name).complete(constraints.Vocabulary{}, nil))
		require.NoError(t, err)
		for _, p := range set.Absent { // for CPUs without a feature
			assert.NotEmpty(t, append(set.ByName(p.Name), none.ByName(p.Name)...), "%s (%s)", p.Name, p.Pos)
		}
		for _, in := range set.Patterns() {
			assert.True(t, in.Described || in.InGroup("reserved") || strings.HasPrefix(in.Name(), "OTHER_"), "%s has no operands block", in)
		}
	}
}

// TestFeaturesFit: a set that stands for many CPUs has room for 64 features.
func TestFeaturesFit(t *testing.T) {
	assert.LessOrEqual(t, len(knownFeatures), 64)
	assert.LessOrEqual(t, len(knownFeatures32), 64)
}
