package campaign

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime"
)

// Input is what a plan is made of.
type Input struct {
	// Name and Text are the campaign's file. Without a name there are the options alone.
	Name string
	Text []byte
	// Options stand in the place of keys of the file; an option of the matrix is named as its key is.
	Options []Option
	// Master and Apprentice, if either is given, are the only pair of targets.
	Master, Apprentice string
	// NoTargets is what is said of a file that has targets, where it must not; empty: it may.
	NoTargets string
	// Only says which CPU models, ABIs and byte orders of the matrix to look at; nil: all of them.
	Only func(arch.CPU, arch.Variant) bool
	// Known are further lists of known differences.
	Known   []string
	NoKnown bool
	// ReadFile reads a list of known differences.
	ReadFile func(name string) ([]byte, error)
	Catalog  Catalog
	// Tool is the version of the program, which the plan's digest covers.
	Tool string
}

// Option is a key of the matrix that was given on the command line.
type Option struct {
	Key    string
	Values [][]string // of each value its texts; where values are single ones, one each
}

// settings is the file, read.
type settings struct {
	reader
	matrices []*matrix
	pairs    []pair
	limits   []limit
	known    []KnownList
	noKnown  bool
	details  int
	stall    time.Duration
}

// KnownList is a list of known differences.
type KnownList struct {
	Name string
	Text []byte
}

// fileKeys are the keys of the file.
var fileKeys = []string{"matrix", "targets", "known", "no-known", "details", "stall"}

// What a file need not mention: how many differences a result keeps in full, and how long a target may be silent.
const (
	defaultDetails = 20
	maxDetails     = 1000
	defaultStall   = 20 * time.Second
)

// read reads the file and the options.
func read(in Input) (*settings, error) {
	s := &settings{reader: reader{file: in.Name}, details: defaultDetails, stall: defaultStall, noKnown: in.NoKnown}
	top, err := parseYAML(in.Name, in.Text)
	if err != nil {
		return nil, err
	}
	var matrix, targets node
	var known []node
	for _, e := range s.mapping(top, "a campaign", fileKeys...) {
		switch e.key {
		case "matrix":
			matrix = e.value
		case "targets":
			targets = e.value
		case "known":
			known = e.value.elements()
		case "no-known":
			s.noKnown = s.flag(e.value, "no-known") || s.noKnown
		case "details":
			s.details, _ = s.number(e.value, "details", 1, maxDetails)
		case "stall":
			s.readStall(e.value)
		}
	}
	s.readMatrices(matrix, in.Options)
	if in.NoTargets != "" && targets.Node != nil {
		s.errorf(targets.at, "%s", in.NoTargets)
	}
	s.pairs, s.limits = s.reader.pairs(withTargets(targets, in))
	s.readKnown(known, in)
	return s, s.err()
}

// parseYAML reads the file's only document.
func parseYAML(name string, text []byte) (node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc, second yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return node{&yaml.Node{Kind: yaml.MappingNode}, place{line: 1}}, nil
	case err != nil:
		return node{}, yamlError(name, err)
	}
	switch err := dec.Decode(&second); {
	case err == nil:
		return node{}, fmt.Errorf("%s:%d: a second document: a campaign is one", name, second.Line)
	case !errors.Is(err, io.EOF):
		return node{}, yamlError(name, err)
	}
	root := node{&doc, place{line: 1}}
	return root.child(doc.Content[0]), nil
}

// yamlError makes the library's errors look like ours: it begins them with "yaml: line 3: ".
func yamlError(file string, err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		return fmt.Errorf("%s:%s", file, rest)
	}
	return fmt.Errorf("%s: %s", file, strings.ReplaceAll(text, "\n", " "))
}

func (s *settings) readStall(n node) {
	d, err := time.ParseDuration(n.Value)
	if err != nil || d <= 0 {
		s.errorf(n.at, "stall must be a duration such as 20s%s", instead(n))
		return
	}
	s.stall = d
}

// readKnown reads the lists of known differences. Those that the file names stand where the file does.
func (s *settings) readKnown(nodes []node, in Input) {
	add := func(at place, name string) {
		text, err := in.ReadFile(name)
		if err == nil {
			_, err = runtime.ParseKnown(name, text)
		}
		if err != nil {
			s.errorf(at, "%w", err)
		}
		s.known = append(s.known, KnownList{name, text})
	}
	for _, n := range nodes {
		if name, ok := s.text(n, "a list of known differences"); ok {
			if !filepath.IsAbs(name) {
				name = filepath.Join(filepath.Dir(in.Name), name)
			}
			add(n.at, name)
		}
	}
	for _, name := range in.Known {
		add(place{option: "known"}, name)
	}
}
