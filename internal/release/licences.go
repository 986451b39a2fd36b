package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// addLicences adds the licences of all that is linked into the program: most ask for their text beside binaries.
func (b *builder) addLicences(string) error {
	env, err := environment()
	if err != nil {
		return err
	}
	out, err := output(env, "go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}", "./cmd/risugen")
	if err != nil {
		return err
	}
	modules := map[string]string{} // directories
	for line := range strings.Lines(string(out)) {
		if f := strings.Split(strings.TrimSpace(line), "\t"); len(f) == 3 {
			modules[f[0]+" "+f[1]] = f[2]
		}
	}
	root, err := output(nil, "go", "env", "GOROOT")
	if err != nil {
		return err
	}
	modules["Go's library and runtime"] = strings.TrimSpace(string(root))
	var names []string
	for name := range modules {
		names = append(names, name)
	}
	sort.Strings(names)
	var all bytes.Buffer
	for _, name := range names {
		text, err := licence(modules[name])
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(&all, "== %s\n\n%s\n\n", name, strings.TrimSpace(text))
	}
	b.add("LICENSES-LIBRARIES.txt", all.Bytes())
	return nil
}

// licence reads the licence in a directory.
func licence(dir string) (string, error) {
	var texts []string
	for _, pattern := range []string{"LICEN[CS]E*", "COPYING*", "NOTICE*"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return "", err
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				continue // a directory of licences
			}
			texts = append(texts, string(text))
		}
	}
	if len(texts) == 0 {
		return "", fmt.Errorf("no licence in %s", dir)
	}
	return strings.Join(texts, "\n"), nil
}
