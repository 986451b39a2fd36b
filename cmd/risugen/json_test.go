package main

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/jsondoc"
	"github.com/risugen/risugen/internal/needtool"
)

// TestJSONSchema: what commands print is what docs/json.md says.
func TestJSONSchema(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	needtool.Path(t, "qemu-aarch64")
	schema := read(t, "../../docs/report.schema.json")
	dir := t.TempDir()
	img, trace := filepath.Join(dir, "a.img"), filepath.Join(dir, "a.trace")
	require.Equal(t, 0, command("", "gen", "--cpu", "24Kf", "-n", "300", "--rounds", "4", "--seed", "1", "-o", img).code)
	require.Equal(t, 0, command("", "record", img, "-o", trace).code)
	other := "qemu-mipsel -cpu 4Kc"
	for name, args := range map[string][]string{
		"differs":    {"check", "--cpu", "24Kc", "--pattern", "ADDU,SLTU,ROTR,SEB", "-n", "200", "--seed", "1", "--apprentice", other},
		"agrees":     {"check", "--cpu", "P5600", "-n", "2000", "--rounds", "8", "--seed", "7"},
		"traps":      {"check", "--cpu", "24Kf", "-n", "1000", "--rounds", "4", "--seed", "1", "--fp-traps", "0.3"},
		"reserved":   {"check", "--cpu", "4Kc", "-n", "0", "--reserved", "2000", "--rounds", "1", "--seed", "3"},
		"overlay":    {"check", "--decode", "testdata/bare.decode", "--overlay", "testdata/bare.overlay", "-n", "100", "--seed", "1"},
		"trace":      {"replay", trace},
		"digests":    {"run", img, "--digest", "block", "--master", "qemu-mipsel -cpu 24Kf", "--apprentice", "one-insn:qemu-mipsel -cpu 24Kf"},
		"everything": {"check", "--cpu", "24Kc", "-n", "400", "--rounds", "4", "--seed", "2", "--apprentice", other, "--no-known", "--details", "500"},
	} {
		r := command("", append(args, "--json")...)
		require.LessOrEqual(t, r.code, 1, name+": "+r.err)
		assert.NoError(t, jsondoc.Validate(schema, []byte(r.out)), name)
		assert.Error(t, jsondoc.Validate(schema, []byte(strings.Replace(r.out, `"cpu":`, `"unknown":1,"cpu":`, 1))), "%s: a member that is not described", name)
		assert.Error(t, jsondoc.Validate(schema, []byte(strings.Replace(r.out, `"findings":`, `"findingz":`, 1))), "%s: one is missing", name)
		assert.Error(t, jsondoc.Validate(schema, []byte(strings.Replace(r.out, `"state":"`, `"state":"un`, 1))), "%s: a state that there is not", name)
	}
	r := command("", "check", "--decode", "testdata/bare.decode", "--overlay", "testdata/bare.overlay", "-n", "100", "--seed", "1", "--json")
	assert.Contains(t, r.out, `"pattern":"BZ","source":"bare.decode:23","state":"not described"`)
	campaign := put(t, dir, "c.yaml", small)
	r = command("", "campaign", campaign, "-o", filepath.Join(dir, "c.jsonl"), "--json", "--quiet")
	require.Equal(t, 1, r.code, r.err)
	summary := read(t, "../../docs/summary.schema.json")
	assert.NoError(t, jsondoc.Validate(summary, []byte(r.out)))
	t.Chdir(dir) // images that differ are kept
	r = command("", "campaign", campaign, "-o", filepath.Join(dir, "u.jsonl"), "--json", "--quiet", "--until-covered", "--max-images", "1")
	require.Equal(t, 1, r.code, r.err)
	assert.Contains(t, r.out, `"left":[{"source":`)
	assert.Contains(t, r.out, `"legal":"0..25 28..31"`)
	assert.NoError(t, jsondoc.Validate(summary, []byte(r.out)))
}

// TestJSONOfOthers: docs/json.md has every member of what gen and record print, and no other; all are told what made them.
func TestJSONOfOthers(t *testing.T) {
	_, section, found := strings.Cut(string(read(t, "../../docs/json.md")), "## What gen, record and probe print")
	require.True(t, found)
	said := map[string][]string{}
	for line := range strings.Lines(section) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || !strings.Contains(cells[1], "`") {
			continue
		}
		for _, of := range strings.Split(cells[2], ",") {
			for i, part := range strings.Split(cells[1], "`") {
				if i%2 == 1 {
					said[strings.TrimSpace(of)] = append(said[strings.TrimSpace(of)], part)
				}
			}
		}
	}
	members := func(v any) (out []string) {
		for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
				out = append(out, name)
			}
		}
		return out
	}
	assert.ElementsMatch(t, members(imageInfo{}), said["gen"])
	assert.ElementsMatch(t, members(recordedInfo{}), said["record"])
	assert.Subset(t, append(said["gen"], "format"), members(risuInfo{}))

	needtool.Path(t, "qemu-mipsel")
	t.Chdir(t.TempDir())
	for _, args := range [][]string{
		{"gen", "-n", "20", "-o", "a.img"}, {"gen", "-n", "20", "--cpu", "max", "--format", "risu", "-o", "b.img"}, {"record", "a.img", "-o", "a.trace"},
		{"probe", "--cpu", "24Kc", "SEB rd=4 rt=5"},
	} {
		r := command("", append(args, "--json")...)
		require.Zero(t, r.code, r.err)
		var info struct{ Tool string }
		require.NoError(t, json.Unmarshal([]byte(r.out), &info))
		assert.Equal(t, toolName(), info.Tool, args)
	}
}
