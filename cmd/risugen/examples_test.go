package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/internal/needtool"
)

const examples = "../../examples/"

// documents reads all documents of a YAML file.
func documents(t *testing.T, file string) (out []map[string]any) {
	t.Helper()
	dec := yaml.NewDecoder(bytes.NewReader(read(t, examples+file)))
	for {
		var d map[string]any
		err := dec.Decode(&d)
		if errors.Is(err, io.EOF) {
			return out
		}
		require.NoError(t, err)
		out = append(out, d)
	}
}

// at looks a value up: keys of mappings and indexes of lists.
func at(t *testing.T, v any, path ...any) any {
	t.Helper()
	for _, key := range path {
		switch k := key.(type) {
		case string:
			m, ok := v.(map[string]any)
			require.True(t, ok, "%v in %v", key, path)
			require.Contains(t, m, k)
			v = m[k]
		case int:
			l, ok := v.([]any)
			require.True(t, ok, "%v in %v", key, path)
			require.Less(t, k, len(l))
			v = l[k]
		}
	}
	return v
}

// shell runs a script in a directory in which risugen is the program that is tested, and returns what it printed.
func shell(t *testing.T, dir string, env []string, args ...string) result {
	t.Helper()
	needtool.Path(t, "sh")
	cmd := exec.Command("sh", args...)
	var out, errs bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &errs
	cmd.Env = append(append(os.Environ(), "TMPDIR="+t.TempDir()), env...)
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// TestExampleCampaign: the example's plan can be made, and so can that of what stands in it as comments.
func TestExampleCampaign(t *testing.T) {
	needtool.Slow(t)
	r := command("", "campaign", examples+"campaign.yaml", "--list", "--json")
	require.Equal(t, 0, r.code, r.err)
	assert.Greater(t, strings.Count(r.out, "\n"), 1000)
	dir := t.TempDir()
	put(t, dir, "our-known.yaml", "")
	text := regexp.MustCompile(`(?m)^# (- name| +apprentice| +master| +cpus|known:)`).ReplaceAllString(string(read(t, examples+"campaign.yaml")), "  $1")
	text = strings.Replace(text, "\n  known:", "\nknown:", 1)
	r = command("", "campaign", put(t, dir, "c.yaml", text), "--cpus", "P5600", "--list", "--json")
	require.Equal(t, 0, r.code, r.err)
	pairs := map[string]campaign.Job{}
	for line := range strings.Lines(r.out) {
		var j campaign.Job
		require.NoError(t, json.Unmarshal([]byte(line), &j))
		pairs[j.Pair+" "+j.Order] = j
	}
	assert.Equal(t, "/opt/qemu-new/bin/qemu-mips -cpu P5600", pairs["release big"].Apprentice)
	assert.Equal(t, "board-run {}", pairs["board little"].Master)
}

// TestExampleScripts: a shell takes them.
func TestExampleScripts(t *testing.T) {
	scripts, err := filepath.Glob(examples + "*.sh")
	require.NoError(t, err)
	require.Len(t, scripts, 2)
	for _, s := range scripts {
		r := shell(t, ".", nil, "-n", s)
		assert.Equal(t, result{}, r, s)
		r = shell(t, ".", nil, s)
		assert.Contains(t, r.err, "usage: ", s)
		assert.NotZero(t, r.code)
	}
}

// small is a campaign of eight jobs, of which those of one CPU model differ.
const small = `
matrix: {cpus: [4Kc, 24Kc], seeds: 1-4, numinsns: 60, rounds: 2, patterns: "ADDU|SEB"}
targets: [{apprentice: "sh -c 'exec qemu-mipsel -cpu 4Kc $0' {}"}]
`

// TestExampleParallel runs the script with a stub for GNU parallel, which runs what it is given one after another: twice,
// since the second time there is nothing left to do.
func TestExampleParallel(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	bin, dir := commandDir(t), filepath.Join(t.TempDir(), "a place")
	require.NoError(t, os.Mkdir(dir, 0o700))
	stub := `#!/bin/sh
while [ "$1" != risugen ]; do echo "$1" >>options; shift; done
while read -r i; do
	for w; do
		shift
		set -- "$@" "$(printf %s "$w" | sed "s/{}/$i/g")"
	done
	"$@" || true
	set -- $(echo "$@" | sed "s|--shard $i/|--shard {}/|")
done
exit 3
`
	require.NoError(t, os.WriteFile(filepath.Join(bin, "parallel"), []byte(stub), 0o700))
	put(t, dir, "c.yaml", small)
	script, err := filepath.Abs(examples + "parallel.sh")
	require.NoError(t, err)
	path := []string{"PATH=" + bin + ":" + os.Getenv("PATH")}
	for range 2 {
		r := shell(t, dir, path, script, "c.yaml", "3", "--sshloginfile", "hosts")
		assert.Equal(t, 1, r.code, "differences: "+r.err)
		assert.Contains(t, r.out, "8 of 8 done: 4 clean, 0 known, 4 differ, 0 failed")
		assert.Len(t, results(t, filepath.Join(dir, "c.all.jsonl")), 8)
	}
	assert.Contains(t, string(read(t, filepath.Join(dir, "options"))), "--sshloginfile\nhosts\n")
	r := shell(t, dir, path, script, "c.yaml", "1")
	assert.Equal(t, 1, r.code, r.err)
	assert.FileExists(t, filepath.Join(dir, "c.jsonl"), "one shard is the whole")
}

// TestExampleSlurm runs the tasks of the array as Slurm would.
func TestExampleSlurm(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	bin, dir := commandDir(t), t.TempDir()
	put(t, dir, "c.yaml", small)
	script, err := filepath.Abs(examples + "slurm.sh")
	require.NoError(t, err)
	text := string(read(t, script))
	head, _, _ := strings.Cut(text, "\nset -eu")
	assert.Contains(t, head, "#SBATCH --array=1-", "shards are numbered from 1")
	assert.Equal(t, strings.Count(text, "\n#SBATCH"), strings.Count(head, "\n#SBATCH"), "Slurm reads none behind the first command")
	for i := range 2 {
		r := shell(t, dir, []string{
			"PATH=" + bin + ":" + os.Getenv("PATH"), fmt.Sprintf("SLURM_ARRAY_TASK_ID=%d", i+1), "SLURM_ARRAY_TASK_COUNT=2",
			"SLURM_CPUS_PER_TASK=3", "SLURM_TMPDIR=" + t.TempDir(),
		}, script, "c.yaml")
		assert.LessOrEqual(t, r.code, 1, r.err)
	}
	r := command("", "merge", filepath.Join(dir, "c.1-of-2.jsonl"), filepath.Join(dir, "c.2-of-2.jsonl"))
	assert.Equal(t, 1, r.code, r.err)
	assert.Contains(t, r.out, "8 of 8 done")
}

// TestExampleKubernetes: names fit, and each completion runs a shard of its own.
func TestExampleKubernetes(t *testing.T) {
	docs := documents(t, "kubernetes.yaml")
	require.Len(t, docs, 3)
	job := docs[1]
	assert.Equal(t, "Job", job["kind"])
	assert.Equal(t, "Indexed", at(t, job, "spec", "completionMode"))
	pod := at(t, job, "spec", "template", "spec")
	assert.Equal(t, "Never", at(t, pod, "restartPolicy"), "backoffLimitPerIndex wants it")
	container := at(t, pod, "containers", 0)
	env := at(t, container, "env", 0)
	assert.Equal(t, "SHARDS", at(t, env, "name"))
	assert.Equal(t, fmt.Sprint(at(t, job, "spec", "completions")), at(t, env, "value"))
	claim := at(t, docs[0], "metadata", "name")
	assert.Equal(t, claim, at(t, pod, "volumes", 1, "persistentVolumeClaim", "claimName"))
	merge := at(t, docs[2], "spec", "jobTemplate", "spec", "template", "spec")
	assert.Equal(t, claim, at(t, merge, "volumes", 0, "persistentVolumeClaim", "claimName"))

	// The command, with something that tells its arguments in the place of risugen.
	script := at(t, container, "args", 0).(string)
	for code, want := range map[int]int{0: 0, 1: 0, 2: 1} {
		bin := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(bin, "risugen"), fmt.Appendf(nil, "#!/bin/sh\necho \"$@\"\nexit %d\n", code), 0o700))
		r := shell(t, ".", []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "JOB_COMPLETION_INDEX=15", "SHARDS=16"}, "-c", script)
		assert.Equal(t, want, r.code)
		assert.Equal(t, "campaign /campaign/campaign.yaml --shard 16/16 --retry-failed -j 2 --every 5m\n", r.out)
	}
	assertMerges(t, at(t, merge, "containers", 0, "args", 0).(string), "campaign.1-of-16.jsonl")
}

// assertMerges makes sure that a command joins a shard's results.
func assertMerges(t *testing.T, script, shard string) {
	t.Helper()
	dir, bin := t.TempDir(), commandDir(t)
	p := mustPlan(t)
	s, _, err := campaign.OpenStore(filepath.Join(dir, shard), p, campaign.StoreOptions{}, nil)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	script = strings.ReplaceAll(script, `"$(go env GOPATH)/bin/risugen"`, "risugen")
	r := shell(t, dir, []string{"PATH=" + bin + ":" + os.Getenv("PATH")}, "-c", script)
	assert.Equal(t, 2, r.code, "it has no results: "+r.err)
	assert.Contains(t, r.out, "0 of 1 done")
}

// mustPlan is the header of a campaign of one job.
func mustPlan(t *testing.T) campaign.Header {
	t.Helper()
	f := campaignFlags{given: func(string) bool { return false }}
	c, err := f.campaign([]string{put(t, t.TempDir(), "c.yaml", "matrix: {cpus: 4Kc}\n")})
	require.NoError(t, err)
	return c.header
}

// TestExampleMatrix: each job of the matrix runs a shard of its own, and all of them are joined.
func TestExampleMatrix(t *testing.T) {
	docs := documents(t, "github-matrix.yaml")
	require.Len(t, docs, 1)
	jobs := at(t, docs[0], "jobs")
	list := at(t, jobs, "shard", "strategy", "matrix", "shard").([]any)
	for i, v := range list {
		assert.Equal(t, i+1, v)
	}
	assert.Equal(t, "shard", at(t, jobs, "merge", "needs"))
	expression := regexp.MustCompile(`\$\{\{ *([a-z.-]+) *\}\}`)
	ran, merged := false, false
	for _, job := range []string{"shard", "merge"} {
		for _, step := range at(t, jobs, job, "steps").([]any) {
			script, ok := step.(map[string]any)["run"].(string)
			if !ok {
				continue
			}
			script = expression.ReplaceAllStringFunc(script, func(e string) string {
				return map[string]string{"matrix.shard": "3", "strategy.job-total": fmt.Sprint(len(list))}[expression.FindStringSubmatch(e)[1]]
			})
			r := shell(t, ".", nil, "-n", "-c", script)
			assert.Equal(t, result{}, r, script)
			ran = ran || strings.Contains(script, "--shard 3/8") && strings.Contains(script, "-o shard-3.jsonl")
			if strings.Contains(script, " merge ") {
				merged = true
				assertMerges(t, script, "shard-3.jsonl")
			}
		}
	}
	assert.True(t, ran)
	assert.True(t, merged)
}
