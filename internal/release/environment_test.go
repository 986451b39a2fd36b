package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEnvironment: neither the environment nor settings of the user's choose what programs are built for; where modules come from they do.
func TestEnvironment(t *testing.T) {
	names := []string{"GOAMD64", "GOARM64", "GOARM", "GOMIPS", "GOMIPS64", "GOEXPERIMENT", "GOFLAGS", "GOWORK", "GOFIPS140", "CGO_ENABLED"}
	seen := func() string {
		env, err := environment()
		require.NoError(t, err)
		out, err := output(env, "go", append([]string{"env"}, names...)...)
		require.NoError(t, err)
		return string(out)
	}
	usual := "v1\nv8.0\n5\nsoftfloat\nsoftfloat\n\n\noff\noff\n0\n"
	assert.Equal(t, usual, seen())
	other := map[string]string{
		"GOAMD64": "v3", "GOARM64": "v9.0", "GOARM": "7", "GOMIPS": "hardfloat", "GOMIPS64": "hardfloat", "GOEXPERIMENT": "fieldtrack",
		"GOFLAGS": "-tags=other", "GOFIPS140": "latest", "CGO_ENABLED": "1",
	}
	var settings strings.Builder
	for name, value := range other {
		t.Setenv(name, value)
		settings.WriteString(name + "=" + value + "\n")
	}
	assert.Equal(t, usual, seen(), "the environment")
	for name := range other {
		require.NoError(t, os.Unsetenv(name)) // which Setenv puts back
	}
	settings.WriteString("GOPRIVATE=example.org/ours\n")
	file := filepath.Join(t.TempDir(), "env")
	require.NoError(t, os.WriteFile(file, []byte(settings.String()), 0o600))
	t.Setenv("GOENV", file)
	assert.Equal(t, usual, seen(), "go env -w")
	env, err := environment()
	require.NoError(t, err)
	assert.Contains(t, env, "GOPRIVATE=example.org/ours")
}

// TestTargetsSayWhatTheyAre: what a target is built for comes behind what is fixed.
func TestTargetsSayWhatTheyAre(t *testing.T) {
	for _, name := range []string{"linux/arm", "linux/mips"} {
		to, ok := find(name)
		require.True(t, ok)
		assert.Subset(t, fixed, to.env, "%s", name)
	}
}
