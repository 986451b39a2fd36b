//go:build linux

package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDrawsWhatWasMeasured: the numbers come back from the file as they were, and each series is in the plot.
func TestDrawsWhatWasMeasured(t *testing.T) {
	dir := t.TempDir()
	var points []point
	for i, s := range allSeries {
		points = append(points, point{s.name, 1000, 0.1, float64(20 + i)}, point{s.name, 1e6, 0.75, float64(30 + i)})
	}
	require.NoError(t, writePoints(filepath.Join(dir, "costs.csv"), points))
	read, err := readPoints(filepath.Join(dir, "costs.csv"))
	require.NoError(t, err)
	assert.Equal(t, points, read)
	require.NoError(t, run("", dir, 0, true))
	svg, err := os.ReadFile(filepath.Join(dir, "costs.svg"))
	require.NoError(t, err)
	for _, s := range allSeries {
		assert.Contains(t, string(svg), s.name)
	}
}

// TestRefusesWhatIsNotMeasured: a damaged file of numbers is named with its line, and there is no plot of it.
func TestRefusesWhatIsNotMeasured(t *testing.T) {
	for name, text := range map[string]string{
		"word":  "series,executions,seconds,megabytes\nMSA,many,1,2\n",
		"short": "series,executions,seconds,megabytes\nMSA,1\n",
		"empty": "series,executions,seconds,megabytes\n",
	} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "costs.csv"), []byte(text), 0o644))
		assert.ErrorContains(t, run("", dir, 0, true), "costs.csv", name)
		assert.NoFileExists(t, filepath.Join(dir, "costs.svg"))
	}
}
