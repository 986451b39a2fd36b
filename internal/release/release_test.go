package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

// all has all programs for Linux run, not those alone that differ most from the machines that this is developed on.
var all = flag.Bool("all", false, "run the programs for all processors")

// emulators are those of the processors that there is a release for, where it is not that of this machine.
var emulators = map[string]string{
	"mips": "qemu-mips", "mipsle": "qemu-mipsel", "mips64": "qemu-mips64", "mips64le": "qemu-mips64el", "arm": "qemu-arm", "arm64": "qemu-aarch64",
}

// build builds archives of the repository.
func build(t *testing.T, only string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	require.NoError(t, release(dir, only))
	return dir
}

// unpack unpacks the only archive of a kind in a directory.
func unpack(t *testing.T, dir, kind string) map[string]*tar.Header {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*-"+kind+".tar.gz"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	f, err := os.Open(files[0])
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	out := map[string]*tar.Header{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		require.NoError(t, err)
		top, name, ok := strings.Cut(h.Name, "/")
		require.True(t, ok)
		require.Equal(t, strings.TrimSuffix(filepath.Base(files[0]), ".tar.gz"), top)
		out[name] = h
		path := filepath.Join(dir, kind, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		data, err := io.ReadAll(r)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, data, os.FileMode(h.Mode)))
	}
}

// TestArchives: what is in an archive, that it is the same when it is built again, and that its checksum is right.
func TestArchives(t *testing.T) {
	needtool.Slow(t)
	t.Chdir("../..")
	first := build(t, "linux/mips,linux/amd64")
	for _, name := range []string{"GOAMD64=v3", "GOMIPS=hardfloat", "GOEXPERIMENT=fieldtrack", "GOFLAGS=-tags=other"} {
		name, value, _ := strings.Cut(name, "=")
		t.Setenv(name, value)
	}
	again := build(t, "linux/mips,linux/amd64")
	sums, err := os.ReadFile(filepath.Join(first, "SHA256SUMS"))
	require.NoError(t, err)
	for _, i := range []int{1, 3} {
		name := strings.Fields(string(sums))[i]
		one, err := os.ReadFile(filepath.Join(first, name))
		require.NoError(t, err)
		two, err := os.ReadFile(filepath.Join(again, name))
		require.NoError(t, err)
		assert.True(t, bytes.Equal(one, two), "%s: the same bytes", name)
	}
	check := exec.Command(needtool.Path(t, "sha256sum"), "-c", "SHA256SUMS")
	check.Dir = first
	said, err := check.CombinedOutput()
	assert.NoError(t, err, string(said))
	files := unpack(t, first, "linux-mips")
	for _, want := range []string{
		"risugen", "LICENSE", "LICENSES-LIBRARIES.txt", "README.md", "CHANGELOG.md", "man/man1/risugen.1", "man/man1/risugen-check.1",
		"completions/risugen.bash", "completions/_risugen", "completions/risugen.fish", "completions/risugen.ps1",
	} {
		require.Contains(t, files, want)
		assert.Positive(t, files[want].Size, want)
		assert.Equal(t, want == "risugen", files[want].Mode&0o111 != 0, want)
		assert.Equal(t, files["risugen"].ModTime, files[want].ModTime, want)
	}
	licences, err := os.ReadFile(filepath.Join(first, "linux-mips/LICENSES-LIBRARIES.txt"))
	require.NoError(t, err)
	assert.Contains(t, string(licences), "== github.com/spf13/cobra v")
	assert.NotContains(t, string(licences), "testify", "only what is linked")
	left, err := filepath.Glob(filepath.Join(first, ".*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

// TestOnOtherProcessors: the programs for boards run, and make, list and compare what this machine's program does, byte for byte:
// also where the byte order is the other one, and where an int has 32 bits.
func TestOnOtherProcessors(t *testing.T) {
	needtool.Slow(t)
	t.Chdir("../..")
	b := builder{temp: t.TempDir()}
	here, err := b.program(target{os: runtime.GOOS, arch: runtime.GOARCH})
	require.NoError(t, err)
	work := t.TempDir()
	record(t, here, work)
	archs := []string{"mips", "arm"}
	if *all {
		archs = nil
		for a := range emulators {
			archs = append(archs, a)
		}
	}
	for _, arch := range archs {
		t.Run(arch, func(t *testing.T) {
			emulator := needtool.Path(t, emulators[arch])
			to, ok := find("linux/" + arch)
			require.True(t, ok)
			there, err := b.program(to)
			require.NoError(t, err)
			alike(t, work, []string{here}, []string{emulator, there})
			// It records what it runs, too; the same comes out.
			spoken(t, work, 0, []string{emulator, there, "record", "a.img", "--target", "qemu-mipsel -cpu 24Kc", "-o", arch + ".trace"})
			spoken(t, work, 0, []string{here, "run", "a.img", "--master", "trace:" + arch + ".trace", "--apprentice", "trace:24Kc.trace"})
		})
	}
}

// record makes traces of a program on two targets that differ.
func record(t *testing.T, here, work string) {
	t.Helper()
	needtool.Path(t, "qemu-mipsel")
	said := spoken(t, work, 0, []string{here, "gen", "--cpu", "24Kc", "-n", "200", "--rounds", "8", "--seed", "1", "-o", "a.img"})
	require.NotEmpty(t, said)
	for _, cpu := range []string{"24Kc", "4Kc"} {
		spoken(t, work, 0, []string{here, "record", "a.img", "--target", "qemu-mipsel -cpu " + cpu, "-o", cpu + ".trace"})
	}
}

// alike compares two builds of the program. What a command prints is the same, but for times.
func alike(t *testing.T, work string, here, there []string) {
	t.Helper()
	for _, c := range []struct {
		code int
		args string
	}{
		{0, "--version"},
		{0, "list --cpus"},
		{0, "list --cpu P5600"},
		{0, "list a.img"},
		{0, "gen --cpu P5600 -n 300 --seed 7 -o x.img"},
		{0, "gen --cpu 24Kf --order big -n 300 --seed 7 --fp-traps 0.3 -o x.img"},
		{0, "gen --cpu I6400 -n 200 --reserved 100 --seed 7 -o x.img"},
		{0, "gen --cpu cortex-a72 -n 300 --seed 7 -o x.img"},
		{0, "gen --cpu max --abi thumb -n 300 --seed 7 -o x.img"},
		{0, "trace info 24Kc.trace"},
		{0, "run a.img --master trace:24Kc.trace --apprentice trace:24Kc.trace"},
		{1, "run a.img --master trace:24Kc.trace --apprentice trace:4Kc.trace"},
		{1, "run a.img --json --master trace:24Kc.trace --apprentice trace:4Kc.trace"},
	} {
		args := strings.Fields(c.args)
		want := spoken(t, work, c.code, append(here[:len(here):len(here)], args...))
		image, _ := os.ReadFile(filepath.Join(work, "x.img"))
		assert.Equal(t, want, spoken(t, work, c.code, append(there[:len(there):len(there)], args...)), c.args)
		other, _ := os.ReadFile(filepath.Join(work, "x.img"))
		assert.True(t, bytes.Equal(image, other), "%s: the same image", c.args)
	}
}

// takes are what a report says of times and rates.
var takes = regexp.MustCompile(`(?m)^│ time .*$|^[┌├└].*$|"seconds":[^,}]*|"[a-z_]*per_second":[^,}]*|[ ]+│$`)

// spoken runs a command in a directory, and returns what it prints but for times.
func spoken(t *testing.T, dir string, code int, args []string) string {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	require.Equal(t, code, cmd.ProcessState.ExitCode(), "%s: %s", strings.Join(args, " "), said.String())
	return takes.ReplaceAllString(said.String(), "")
}

// TestZip: what Windows gets is read back as it was.
func TestZip(t *testing.T) {
	when := time.Unix(1_700_000_000, 0).UTC()
	files := []file{{"a/b", []byte("text"), false}, {"risugen.exe", []byte("program"), true}}
	data, err := writeZip("top", files, when)
	require.NoError(t, err)
	again, err := writeZip("top", files, when)
	require.NoError(t, err)
	assert.Equal(t, data, again)
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	require.Len(t, r.File, 2)
	for i, f := range r.File {
		assert.Equal(t, "top/"+files[i].name, f.Name)
		assert.True(t, when.Equal(f.Modified))
		assert.Equal(t, files[i].exec, f.Mode()&0o111 != 0)
	}
}

// TestTargets: those that are asked for are built, and no others are known.
func TestTargets(t *testing.T) {
	chosen, err := choose("linux/mips,windows/arm64")
	require.NoError(t, err)
	require.Len(t, chosen, 2)
	assert.Equal(t, "windows/arm64", chosen[1].String())
	_, err = choose("linux/mips,plan9/386")
	assert.ErrorContains(t, err, "no release for plan9/386")
	everything, err := choose("")
	require.NoError(t, err)
	assert.Equal(t, targets, everything)
}
