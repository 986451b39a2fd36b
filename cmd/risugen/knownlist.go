package main

import (
	"sync"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime"
)

// knownLists are the lists of known differences, by architecture, each read once.
type knownLists struct {
	mu   sync.Mutex
	list map[string]func() ([]*runtime.Known, error)
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
