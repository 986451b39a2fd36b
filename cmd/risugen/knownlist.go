package main

import (
	"fmt"
	"slices"
	"sync"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime"
)

// knownLists are the lists of known differences, by architecture, each read once.
type knownLists struct {
	mu   sync.Mutex
	list map[string]func() ([]*runtime.Known, error)

	without []string // files that say nothing, of which that is still to be told
}

// of returns what read makes of an architecture's name, the first time.
func (l *knownLists) of(archName string, read func(string) ([]*runtime.Known, error)) ([]*runtime.Known, error) {
	l.mu.Lock()
	if l.list == nil {
		l.list = map[string]func() ([]*runtime.Known, error){}
	}
	list := l.list[archName]
	if list == nil {
		list = sync.OnceValues(func() ([]*runtime.Known, error) { return read(archName) })
		l.list[archName] = list
	}
	l.mu.Unlock()
	return list()
}

// look finds out whether a file says nothing.
func (l *knownLists) look(file string, text []byte) {
	if saysNothing(file, text) {
		l.mu.Lock()
		defer l.mu.Unlock()
		if !slices.Contains(l.without, file) {
			l.without = append(l.without, file)
		}
	}
}

// saysNothing reports whether a list of known differences is empty but for comments: whoever gave it may not know that.
func saysNothing(file string, text []byte) bool {
	list, err := runtime.ParseKnown(file, text)
	return err == nil && list == nil
}

// noEntries is what is said of a list that says nothing.
func noEntries(file string) string {
	return "note: " + file + ": no entries of known differences ([] says that there are none)\n"
}

// tellKnown tells, once, of lists that say nothing.
func (a *app) tellKnown(l *knownLists) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, file := range l.without {
		fmt.Fprint(a.stderr, noEntries(file))
	}
	l.without = nil
}

// beginKnown reads the lists of known differences beside what is done until they are asked for.
func (f *runFlags) beginKnown(config arch.Config) {
	if a := archOf(config); a != nil {
		go f.knownList(a.Name())
	}
}

// knownList returns the known differences of an architecture.
func (f *runFlags) knownList(archName string) ([]*runtime.Known, error) {
	return f.lists.of(archName, f.readLists)
}

// readLists reads the lists of known differences.
func (f *runFlags) readLists(archName string) ([]*runtime.Known, error) {
	var out []*runtime.Known
	add := func(file string, text []byte) error {
		list, err := runtime.ParseKnown(file, text)
		out = append(out, list...)
		return err
	}
	read := f.readKnown
	if read == nil {
		read = readText
	}
	for _, file := range f.known {
		text, err := read(file)
		if err == nil {
			err = add(file, text)
			f.lists.look(file, text)
		}
		if err != nil {
			return nil, err
		}
	}
	for _, a := range arches {
		if a.Name() == archName && !f.noKnown {
			if err := add(a.Known()); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
