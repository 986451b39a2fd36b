package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// file is a file of an archive.
type file struct {
	name string // with slashes
	data []byte
	exec bool
}

// builder has what is the same in all archives.
type builder struct {
	temp    string
	version string
	when    time.Time // of the commit
	files   []file
}

// shells are those that there are completions for, and what the file of one is called.
var shells = []struct{ name, file string }{
	{"bash", "risugen.bash"}, {"zsh", "_risugen"}, {"fish", "risugen.fish"}, {"powershell", "risugen.ps1"},
}

// newBuilder builds the program for this machine, and has it write manual pages and completions.
func newBuilder(temp string) (*builder, error) {
	b := &builder{temp: temp}
	if err := b.readTime(); err != nil {
		return nil, err
	}
	here, err := b.program(target{os: runtime.GOOS, arch: runtime.GOARCH})
	if err != nil {
		return nil, err
	}
	said, err := output(nil, here, "--version")
	if err != nil {
		return nil, err
	}
	words := strings.Fields(string(said))
	if len(words) < 3 {
		return nil, fmt.Errorf("the program gives no version: %q", said)
	}
	b.version = strings.Trim(words[2], "()") // (devel) where Go finds no repository, as in a second work tree of one
	for _, add := range []func(string) error{b.addTexts, b.addLicences, b.addManual, b.addCompletions} {
		if err := add(here); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// readTime finds the time that all files have: that of the commit, or what SOURCE_DATE_EPOCH says.
func (b *builder) readTime() error {
	text := os.Getenv("SOURCE_DATE_EPOCH")
	if text == "" {
		out, err := output(nil, "git", "log", "-1", "--format=%ct")
		if err != nil {
			return fmt.Errorf("the time of the commit (SOURCE_DATE_EPOCH says it where there is no repository): %w", err)
		}
		text = string(out)
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		return fmt.Errorf("the time of the commit: %w", err)
	}
	b.when = time.Unix(seconds, 0).UTC()
	return nil
}

// program builds the program for a target.
func (b *builder) program(t target) (string, error) {
	name := filepath.Join(b.temp, "risugen-"+t.os+"-"+t.arch)
	vcs := "-buildvcs=true"
	if os.Getenv("SOURCE_DATE_EPOCH") != "" {
		vcs = "-buildvcs=auto"
	}
	env, err := environment()
	if err != nil {
		return "", err
	}
	env = append(append(env, "GOOS="+t.os, "GOARCH="+t.arch), t.env...)
	_, err = output(env, "go", "build", "-trimpath", vcs, "-ldflags=-s -w -buildid=", "-o", name, "./cmd/risugen")
	return name, err
}

// output runs a command and returns what it prints.
func output(env []string, name string, args ...string) ([]byte, error) {
	var said bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, said.Bytes())
	}
	return out, nil
}

func (b *builder) add(name string, data []byte) {
	b.files = append(b.files, file{name: name, data: data})
}

func (b *builder) addTexts(string) error {
	for _, name := range []string{"LICENSE", "README.md", "CHANGELOG.md"} {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		b.add(name, data)
	}
	return nil
}

func (b *builder) addManual(here string) error {
	dir := filepath.Join(b.temp, "man1")
	if _, err := output(nil, here, "man", dir); err != nil {
		return err
	}
	pages, err := filepath.Glob(filepath.Join(dir, "*.1"))
	if err != nil {
		return err
	}
	for _, p := range pages {
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		b.add("man/man1/"+filepath.Base(p), data)
	}
	return nil
}

func (b *builder) addCompletions(here string) error {
	for _, s := range shells {
		script, err := output(nil, here, "completion", s.name)
		if err != nil {
			return err
		}
		b.add("completions/"+s.file, script)
	}
	return nil
}
