package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConvertThereAndBack(t *testing.T) {
	dir := t.TempDir()
	decode, back := filepath.Join(dir, "a32.decode"), filepath.Join(dir, "a32.risu")
	r := command("", "convert", "../../risu/testdata/a32.risu", decode)
	require.Equal(t, 0, r.code, r.err)
	r = command("", "decode", decode, "e0800000")
	assert.Equal(t, 0, r.code, r.err)
	r = command("", "convert", decode, back, "--mode", "arm.a32")
	require.Equal(t, 0, r.code, r.err)
	r = command("", "convert", back, "-")
	assert.Equal(t, 0, r.code, r.err)
	assert.Contains(t, r.out, "#! ")
}

func TestConvertOurFiles(t *testing.T) {
	for _, file := range []string{"msa", "mips32r5"} {
		r := command("", "convert", "../../arch/mips/"+file+".decode", "-", "--mode", "mips", "--lossy")
		assert.Equal(t, 0, r.code, r.err)
		assert.Contains(t, r.out, ".mode mips")
	}
}

func TestConvertErrors(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.decode")
	for _, args := range [][]string{
		{"convert", "../../risu/testdata/lossy.risu", out}, // something would be lost
		{"convert", "../../risu/testdata/a32.risu", filepath.Join(dir, "x.txt")},
		{"convert", "none.risu", out},
		{"convert", "../../arch/mips/msa.decode", filepath.Join(dir, "x.risu")}, // no mode
		{"convert", "../../risu/testdata/a32.risu", filepath.Join(dir, "no", "dir.decode")},
		{"convert", "a.risu"},
	} {
		r := command("", args...)
		assert.Equal(t, 2, r.code, args)
		assert.NotEmpty(t, r.err)
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left, "nothing is half written")
	r := command("", "convert", "../../risu/testdata/lossy.risu", out, "--lossy")
	assert.Equal(t, 0, r.code, r.err)
	assert.Contains(t, r.err, "lossy.risu:")
}
