package campaign

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// reader takes a campaign's file apart and gathers what is wrong with it. A node without a line stands for an option of
// the command line, which its value names.
type reader struct {
	file string
	errs []error
}

// place is where something stands: a line of the file, or an option of the command line.
type place struct {
	line   int
	option string
}

func (r *reader) errorf(at place, text string, args ...any) {
	err := fmt.Errorf(text, args...)
	if at.option != "" {
		err = fmt.Errorf("--%s: %w", at.option, err)
		if !slices.ContainsFunc(r.errs, func(e error) bool { return e.Error() == err.Error() }) { // it stands in each matrix
			r.errs = append(r.errs, err)
		}
		return
	}
	r.errs = append(r.errs, fmt.Errorf("%s:%d: %w", r.file, at.line, err))
}

// err is all that was wrong, in the order of lines.
func (r *reader) err() error {
	const shown = 20
	if n := len(r.errs) - shown; n > 0 {
		r.errs = append(r.errs[:shown:shown], fmt.Errorf("%s: and %d more errors", r.file, n))
	}
	return errors.Join(r.errs...)
}

// node is a YAML node with its place.
type node struct {
	*yaml.Node
	at place
}

// child is a node within n.
func (n node) child(c *yaml.Node) node {
	for depth := 0; c.Kind == yaml.AliasNode && depth < 10; depth++ {
		c = c.Alias
	}
	at := n.at
	if at.option == "" {
		at.line = c.Line
	}
	return node{c, at}
}

// elements lists what a sequence holds; what is no sequence stands for one of itself.
func (n node) elements() []node {
	if n.Kind != yaml.SequenceNode {
		return []node{n}
	}
	var out []node
	for _, c := range n.Content {
		out = append(out, n.child(c))
	}
	return out
}

// entry is a key of a mapping and its value.
type entry struct {
	key   string
	at    place
	value node
}

// mapping lists the entries of a mapping whose keys must be among those given.
func (r *reader) mapping(n node, what string, keys ...string) []entry {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		r.errorf(n.at, "%s must be a mapping of %s", what, strings.Join(keys, ", "))
		return nil
	}
	var out []entry
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.child(n.Content[i])
		switch {
		case !slices.Contains(keys, k.Value) || k.Kind != yaml.ScalarNode:
			r.errorf(k.at, "%s has no key %q; known are %s", what, k.Value, strings.Join(keys, ", "))
		case slices.ContainsFunc(out, func(e entry) bool { return e.key == k.Value }):
			r.errorf(k.at, "%s has a second %q", what, k.Value)
		default:
			out = append(out, entry{k.Value, k.at, n.child(n.Content[i+1])})
		}
	}
	return out
}

// text is a scalar as it stands, which must not be empty.
func (r *reader) text(n node, what string) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" || strings.TrimSpace(n.Value) == "" {
		r.errorf(n.at, "%s must be a text", what)
		return "", false
	}
	return n.Value, true
}

// texts are the elements of a sequence of texts; a text stands for one of itself.
func (r *reader) texts(n node, what string) []string {
	out := []string{}
	for _, e := range n.elements() {
		if s, ok := r.text(e, what); ok {
			out = append(out, s)
		}
	}
	return out
}

// number is a whole number from least to most.
func (r *reader) number(n node, what string, least, most int) (int, bool) {
	v, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || v < least || v > most {
		r.errorf(n.at, "%s must be a whole number from %d to %d%s", what, least, most, instead(n))
		return 0, false
	}
	return v, true
}

// flag is true or false.
func (r *reader) flag(n node, what string) bool {
	if n.Kind != yaml.ScalarNode || n.Value != "true" && n.Value != "false" {
		r.errorf(n.at, "%s must be true or false%s", what, instead(n))
	}
	return n.Value == "true"
}

// instead says what stands where something else must.
func instead(n node) string {
	switch n.Kind {
	case yaml.ScalarNode:
		return fmt.Sprintf(", not %q", n.Value)
	case yaml.SequenceNode:
		return ", not a list"
	}
	return ""
}
