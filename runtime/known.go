package runtime

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Known is a difference that is understood: a bug of an emulator that has a name, or a result that
// implementations may choose. What it covers is reported in one line and does not fail a run.
type Known struct {
	ID       string   `yaml:"id"`
	CPUs     []string `yaml:"cpus"`     // models; regular expressions for a whole name
	Targets  string   `yaml:"targets"`  // regular expression found in the command of one of the targets, or of what was recorded or runs on a master; of each that a finding is about; empty: any
	Versions string   `yaml:"versions"` // regular expression found in the version of one of them (Report.Versions), likewise; empty: any
	Patterns []string `yaml:"patterns"` // regular expressions for a whole name
	Kinds    []string `yaml:"kinds"`    // of mismatches and findings, as reports name them
	Places   []string `yaml:"places"`   // of findings, of what no instruction declares, and of reserved words: regular expressions for a whole name; none: any
	// Misaligned entries are about accesses at addresses that are no multiple of what the description asks for, and about no others.
	Misaligned bool     `yaml:"misaligned"`
	Signals    []string `yaml:"signals"` // of faults: the names of all that may have been raised, on either side; none: any
	// Overlay is blocks that keep out words which a target does not survive. A command that makes images for a
	// target of the entry adds it to the descriptions.
	Overlay string `yaml:"overlay"`
	Traps   bool   `yaml:"traps"` // the overlay is for images that have blocks with traps
	Text    string `yaml:"text"`  // what is wrong, in a sentence
	See     string `yaml:"see"`   // where there is more
	At      string `yaml:"-"`     // file:line of the entry

	bits                   []knownBits // of results: what may differ; none: anything
	cpus, patterns, places []*regexp.Regexp
	targets, versions      *regexp.Regexp
}

// KnownSeen is an entry of the list that covered something.
type KnownSeen struct {
	ID    string `json:"id"`            // of the entry
	Text  string `json:"text"`          // what is wrong, in a sentence
	See   string `json:"see,omitempty"` // where there is more
	Count int64  `json:"count"`         // records that differ, and findings
}

var knownKinds = []string{
	KindResult, KindFault, KindUndeclared, KindStray, FindingFault, FindingStray, FindingConstant, FindingChange,
	FindingRan, FindingTrapped, FindingNoTrap, FindingDied,
}

// ParseKnown reads a list of known differences, in YAML: a sequence of mappings with the keys id, cpus,
// patterns, kinds and text, and perhaps targets, versions, places, bits, misaligned, signals, overlay, traps and see. Errors name file and line.
//
// Bits are a mask, or a mapping of masks by operand or place (a regular expression for a whole name): the entry covers a result
// only if each bit that differs lies within. "all" allows any; of memory that is all that can be said.
//
// A file that says nothing, or comments alone, has no entries, and the list is nil; [], which says that there are none, is an empty list.
func ParseKnown(file string, text []byte) ([]*Known, error) {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	var nodes []yaml.Node
	if err := dec.Decode(&nodes); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, yamlError(file, err)
	}
	var second yaml.Node
	switch err := dec.Decode(&second); {
	case err == nil:
		return nil, fmt.Errorf("%s:%d: a second document: a list of known differences is one", file, second.Line)
	case !errors.Is(err, io.EOF):
		return nil, yamlError(file, err)
	}
	if nodes == nil { // a document of nothing
		return nil, nil
	}
	out := []*Known{}
	for i := range nodes {
		k, err := parseEntry(&nodes[i])
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, nodes[i].Line, err)
		}
		k.At = fmt.Sprintf("%s:%d", file, nodes[i].Line)
		if slices.ContainsFunc(out, func(o *Known) bool { return o.ID == k.ID }) {
			return nil, fmt.Errorf("%s:%d: a second entry %q", file, nodes[i].Line, k.ID)
		}
		out = append(out, k)
	}
	return out, nil
}

// yamlError makes the library's errors look like ours: it begins them with "yaml: line 3: ".
func yamlError(file string, err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		return fmt.Errorf("%s:%s", file, rest)
	}
	return fmt.Errorf("%s: %s", file, strings.ReplaceAll(text, "\n", " "))
}

// entryText is an entry as it stands in a file. Its bits are read apart; where they come from, an alias or another entry that is
// merged (<<), is for the library to find.
type entryText struct {
	Known `yaml:",inline"`
	Bits  yaml.Node `yaml:"bits"`
}

func parseEntry(node *yaml.Node) (*Known, error) {
	var raw map[string]any
	var text entryText
	if resolved(node).Kind != yaml.MappingNode {
		return nil, errors.New("an entry must be a mapping")
	}
	if err := node.Decode(&raw); err != nil {
		return nil, entryError(err)
	}
	for key := range raw {
		if !slices.Contains([]string{"id", "cpus", "targets", "versions", "patterns", "kinds", "places", "bits", "misaligned", "signals", "overlay", "traps", "text", "see"}, key) {
			return nil, fmt.Errorf("unknown key %q", key)
		}
	}
	if err := node.Decode(&text); err != nil {
		return nil, entryError(err)
	}
	k := &text.Known
	if k.ID == "" || len(k.CPUs) == 0 || len(k.Patterns) == 0 || len(k.Kinds) == 0 && k.Overlay == "" || k.Text == "" {
		return nil, errors.New("an entry needs id, cpus, patterns, text, and kinds or an overlay")
	}
	if _, given := raw["places"]; given && len(k.Places) == 0 {
		return nil, errors.New("places are empty: leave the key out where any place will do")
	}
	for _, kind := range k.Kinds {
		if !slices.Contains(knownKinds, kind) {
			return nil, fmt.Errorf("unknown kind %q; known are %s", kind, strings.Join(knownKinds, ", "))
		}
	}
	if err := k.checkDetails(raw); err != nil {
		return nil, err
	}
	if _, given := raw["bits"]; given {
		if err := k.readBits(resolved(&text.Bits)); err != nil {
			return nil, err
		}
	}
	return k, k.compile()
}

// resolved is the node that an alias stands for.
func resolved(n *yaml.Node) *yaml.Node {
	for depth := 0; n.Kind == yaml.AliasNode && depth < 10; depth++ {
		n = n.Alias
	}
	return n
}

// entryError is an error of the YAML library about an entry, on one line.
func entryError(err error) error {
	text := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "unmarshal errors:\n  ")
	return errors.New(strings.ReplaceAll(text, "\n", " "))
}

func (k *Known) compile() error {
	var err error
	if k.cpus, err = wholeNames(k.CPUs); err != nil {
		return err
	}
	if k.patterns, err = wholeNames(k.Patterns); err != nil {
		return err
	}
	if k.places, err = wholeNames(k.Places); err != nil {
		return err
	}
	if k.targets, err = regexp.Compile(k.Targets); err != nil {
		return err
	}
	k.versions, err = regexp.Compile(k.Versions)
	return err
}

func wholeNames(exprs []string) ([]*regexp.Regexp, error) {
	var out []*regexp.Regexp
	for _, e := range exprs {
		re, err := regexp.Compile("^(?:" + e + ")$")
		if err != nil {
			return nil, err
		}
		out = append(out, re)
	}
	return out, nil
}

func matchesAny(res []*regexp.Regexp, s string) bool {
	return slices.ContainsFunc(res, func(re *regexp.Regexp) bool { return re.MatchString(s) })
}

// covers reports whether the entry explains something of a kind that one pattern did, on a side or both; "": it is not
// known which.
func (k *Known) covers(r *Report, kind, pattern, side string) bool {
	if !slices.Contains(k.Kinds, kind) || !matchesAny(k.patterns, pattern) || !matchesAny(k.cpus, r.CPU) {
		return false
	}
	master := k.explains(r.Targets.Master, r.Recorded.Master, r.Versions.Master)
	apprentice := k.explains(r.Targets.Apprentice, r.Recorded.Apprentice, r.Versions.Apprentice)
	switch side {
	case roleMaster:
		return master
	case roleApprentice:
		return apprentice
	case bothSides:
		return master && apprentice
	}
	return (k.meets(r.Targets) || k.meets(r.Recorded)) && r.Versions.find(k.versions)
}

// explains reports whether the entry is about a target, by its command, that of what was recorded, and the version.
func (k *Known) explains(command, recorded, version string) bool {
	return (k.targets.MatchString(command) || k.targets.MatchString(recorded)) && k.versions.MatchString(version)
}

// KnownOverlay is what the names of overlays begin with that known differences add to descriptions; the entry's id follows.
const KnownOverlay = "known difference "

// LeavesOut reports whether the entry has an overlay that keeps out words of a pattern on a CPU for a pair of
// targets, given by their commands.
func (k *Known) LeavesOut(cpu, pattern string, targets TargetPair) bool {
	return k.Overlay != "" && matchesAny(k.cpus, cpu) && matchesAny(k.patterns, pattern) && k.meets(targets)
}

func (k *Known) meets(t TargetPair) bool { return t.find(k.targets) }

// find reports whether an expression is found in one of the two.
func (t TargetPair) find(re *regexp.Regexp) bool {
	return re.MatchString(t.Master) || re.MatchString(t.Apprentice)
}
