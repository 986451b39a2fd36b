package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/risugen/risugen/runtime"
)

// emulators knows which programs are there, and which CPU models they have. Each is asked once.
type emulators struct {
	paths  map[string]string   // by the name in the command; "" where it is not there
	models map[string][]string // of QEMU's programs, by path; nil: it does not say
}

// commandOf is the words of a target that is a command, or nil.
func commandOf(target string) ([]string, error) {
	t, err := runtime.ParseTarget(target)
	switch t := t.(type) {
	case *runtime.Exec:
		return t.Command, nil
	case *runtime.OneInsn:
		return t.Command, nil
	}
	return nil, err
}

// path is where a program is, or "".
func (e *emulators) path(name string) string {
	if e.paths == nil {
		e.paths, e.models = map[string]string{}, map[string][]string{}
	}
	path, ok := e.paths[name]
	if !ok {
		path, _ = exec.LookPath(name)
		e.paths[name] = path
	}
	return path
}

// programs are the paths of all programs that stand in a target's command: behind a wrapper, or in a shell's script, is the one that
// matters.
func (e *emulators) programs(target string) (out []string) {
	words, err := commandOf(target)
	if err != nil {
		return nil
	}
	for _, word := range words {
		for _, w := range strings.Fields(word) {
			if path := e.path(w); path != "" && !strings.HasPrefix(w, "-") {
				out = append(out, path)
			}
		}
	}
	return out
}

// same reports whether two targets are the same command, of a program of the same path.
func (e *emulators) same(a, b string) bool {
	var commands [2]*runtime.Exec
	for i, text := range []string{a, b} {
		t, _ := runtime.ParseTarget(text)
		command, ok := t.(*runtime.Exec)
		if !ok {
			return false
		}
		commands[i] = command
	}
	x, y := commands[0], commands[1]
	if x.Shared != y.Shared || !slices.Equal(x.Command[1:], y.Command[1:]) {
		return false
	}
	one, err := filepath.Abs(e.path(x.Command[0]))
	other, err2 := filepath.Abs(e.path(y.Command[0]))
	return err == nil && err2 == nil && one == other && e.path(x.Command[0]) != ""
}

// missing says what a target lacks that is a command: its program, or, if that is one of QEMU's, the CPU model. "": nothing
// is known to be missing.
func (e *emulators) missing(target string) (string, error) {
	words, err := commandOf(target)
	if err != nil || words == nil {
		return "", err
	}
	path := e.path(words[0])
	if path == "" {
		return fmt.Sprintf("there is no program %s", words[0]), nil
	}
	at := slices.Index(words, "-cpu")
	if !strings.HasPrefix(filepath.Base(words[0]), "qemu-") || at < 0 || at+1 == len(words) {
		return "", nil
	}
	model, _, _ := strings.Cut(words[at+1], ",")
	if list := e.modelsOf(path); list != nil && !slices.Contains(list, model) {
		return fmt.Sprintf("%s has no CPU model %s", words[0], model), nil
	}
	return "", nil
}

// modelsOf lists the CPU models of one of QEMU's programs, or nil if it does not tell.
func (e *emulators) modelsOf(path string) []string {
	list, ok := e.models[path]
	if !ok {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		cmd := exec.CommandContext(ctx, path, "-cpu", "help")
		cmd.WaitDelay = time.Second
		if out, err := cmd.Output(); err == nil {
			list = cpuModels(string(out))
		}
		e.models[path] = list
	}
	return list
}

// cpuModels reads what QEMU prints for -cpu help: a line for each model, some of them with the architecture before it and the
// name in quotes, and perhaps a heading.
func cpuModels(help string) (out []string) {
	for line := range strings.Lines(help) {
		for word := range strings.FieldsSeq(line) {
			out = append(out, strings.Trim(word, "'"))
		}
	}
	return out
}
