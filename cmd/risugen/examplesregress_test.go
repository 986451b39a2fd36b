package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

// ciDir is a directory in which examples for CI run: a set in the place of risugen's own ones, a build that is the installed
// emulator, and stand-ins for what installs and builds.
func ciDir(t *testing.T) (dir string, env []string) {
	t.Helper()
	needtool.Slow(t)
	qemu := needtool.Path(t, "qemu-mipsel")
	dir = t.TempDir()
	bin := commandDir(t)
	require.NoError(t, os.Rename(filepath.Join(bin, "risugen"), filepath.Join(bin, "the-risugen")))
	put(t, dir, "small.yaml", rotates)
	require.NoError(t, os.Mkdir(filepath.Join(dir, "build"), 0o700))
	require.NoError(t, os.Symlink(qemu, filepath.Join(dir, "build", "qemu-mipsel")))
	// The sets that are built in take a minute; the one in their place a moment.
	script := `#!/bin/sh
[ "$1" = regress ] || exit 9
shift
case ${1:-} in
quick | nightly) echo "$1" >>sets; shift ;;
esac
exec the-risugen regress small.yaml --quiet "$@"
`
	require.NoError(t, os.WriteFile(filepath.Join(bin, "risugen"), []byte(script), 0o700))
	for _, name := range []string{"sudo", "apt-get", "go", "make"} {
		require.NoError(t, os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\necho "+name+" \"$@\" >>said\n"), 0o700))
	}
	put(t, dir, "configure", "#!/bin/sh\necho configure \"$@\" >>../said\n")
	require.NoError(t, os.Chmod(filepath.Join(dir, "configure"), 0o700))
	return dir, []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "CI_PROJECT_DIR=" + dir, "GITHUB_PATH=" + filepath.Join(dir, "path")}
}

// worse puts something that differs in the place of the build.
func worse(t *testing.T, dir string) {
	t.Helper()
	path := filepath.Join(dir, "build", "qemu-mipsel")
	require.NoError(t, os.Remove(path))
	script := "#!/bin/sh\n[ \"$2\" = help ] && exec qemu-mipsel \"$@\"\nshift 2\nexec qemu-mipsel -cpu 4Kc \"$@\"\n"
	require.NoError(t, os.WriteFile(path, []byte(script), 0o700))
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "risugen-results")))
}

// assertBuilds makes sure that a script builds all emulators that images usually run on.
func assertBuilds(t *testing.T, script string) {
	t.Helper()
	_, list, _ := strings.Cut(script, "--target-list=")
	list, _, _ = strings.Cut(list, "\n")
	built := strings.Split(strings.TrimSpace(list), ",")
	for _, a := range arches {
		for _, cpu := range a.CPUs() {
			for _, v := range cpu.Variants {
				program, _, _ := strings.Cut(v.Emulator, " ")
				assert.Contains(t, built, strings.TrimPrefix(program, "qemu-")+"-linux-user")
			}
		}
	}
}

// TestExampleRegressGitHub runs the steps of the workflow.
func TestExampleRegressGitHub(t *testing.T) {
	dir, env := ciDir(t)
	docs := documents(t, "regress-github.yaml")
	require.Len(t, docs, 1)
	steps := at(t, docs[0], "jobs", "regress", "steps").([]any)
	var scripts []string
	uploads := 0
	for _, s := range steps {
		step := s.(map[string]any)
		if script, ok := step["run"].(string); ok {
			scripts = append(scripts, script)
		}
		if uses, _ := step["uses"].(string); strings.Contains(uses, "upload-artifact") || strings.Contains(uses, "junit") {
			uploads++
			assert.Equal(t, "always()", step["if"], "what fails is to be seen")
			assert.Contains(t, textsOf(step["with"]), "risugen.xml")
		}
	}
	assert.Equal(t, 2, uploads)
	require.Len(t, scripts, 3)
	assertBuilds(t, scripts[1])
	env = append(env, "SET=quick")
	for _, script := range scripts {
		r := shell(t, dir, env, "-e", "-c", script)
		require.Equal(t, 0, r.code, script+r.err)
	}
	assert.Equal(t, "quick\n", string(read(t, filepath.Join(dir, "sets"))))
	assert.FileExists(t, filepath.Join(dir, "risugen-results", resultsName))
	_, s := readJUnit(t, filepath.Join(dir, "risugen.xml"))
	assert.Zero(t, s.Failures)

	worse(t, dir)
	r := shell(t, dir, env, "-e", "-c", scripts[2])
	assert.Equal(t, 1, r.code, r.err)
	assert.Contains(t, r.out, "new: ROTR: result")
	_, s = readJUnit(t, filepath.Join(dir, "risugen.xml"))
	assert.Equal(t, 1, s.Failures)
	put(t, dir, "risugen-known.yaml", "- {id: a, cpus: [24Kc], patterns: [ROTR], kinds: [result], text: t}\n")
	worse(t, dir)
	r = shell(t, dir, env, "-e", "-c", scripts[2])
	assert.Equal(t, 0, r.code, r.err)
}

func textsOf(v any) string {
	m, _ := v.(map[string]any)
	out := ""
	for _, text := range m {
		s, _ := text.(string)
		out += s + "\n"
	}
	return out
}

// TestExampleRegressGitLab runs the scripts of the pipeline's jobs.
func TestExampleRegressGitLab(t *testing.T) {
	dir, env := ciDir(t)
	docs := documents(t, "regress-gitlab.yaml")
	require.Len(t, docs, 1)
	script := func(job, key string) string {
		var lines []string
		for _, line := range at(t, docs[0], job, key).([]any) {
			lines = append(lines, line.(string))
		}
		return "set -e\n" + strings.Join(lines, "\n")
	}
	assertBuilds(t, script("build", "script"))
	r := shell(t, dir, env, "-c", script("build", "script"))
	assert.Equal(t, 0, r.code, r.err)
	before := strings.Replace(script(".risugen", "before_script"), "$GOPATH", dir, 1) + "\n"
	r = shell(t, dir, env, "-c", before+script("risugen-record", "script"))
	require.Equal(t, 0, r.code, r.err)
	assert.Contains(t, r.out, "risugen-traces: 1 of 1 jobs recorded")
	r = shell(t, dir, env, "-c", before+script("risugen", "script"))
	require.Equal(t, 0, r.code, r.out+r.err)
	artifacts := at(t, docs[0], "risugen", "artifacts")
	assert.Equal(t, "always", at(t, artifacts, "when"))
	file := at(t, artifacts, "reports", "junit").(string)
	_, s := readJUnit(t, filepath.Join(dir, file))
	assert.Zero(t, s.Failures)
	worse(t, dir)
	r = shell(t, dir, env, "-c", before+script("risugen", "script"))
	assert.Equal(t, 1, r.code, r.err)
	for _, c := range at(t, docs[0], ".risugen", "cache").([]any) {
		assert.NotEmpty(t, at(t, c, "key"))
	}
}

// TestExampleKnown: the list can be read, and so can what stands in it as comments.
func TestExampleKnown(t *testing.T) {
	text := string(read(t, examples+"regress-known.yaml"))
	list, err := runtime.ParseKnown("k.yaml", []byte(text))
	require.NoError(t, err)
	require.Len(t, list, 1)
	more, err := runtime.ParseKnown("k.yaml", []byte(strings.ReplaceAll(text, "\n# versions", "\n  versions")))
	require.NoError(t, err)
	assert.NotEmpty(t, more[0].Versions)
	m, err := machineOf(arch.Config{CPU: "24Kf"})
	require.NoError(t, err)
	assert.True(t, slices.ContainsFunc(m.Layout().States, func(s arch.State) bool { return s.Name == "fcsr" }), "bits are of a state that there is")
	for _, p := range list[0].Patterns {
		assert.NotEmpty(t, m.Set().ByName(p))
	}
}
