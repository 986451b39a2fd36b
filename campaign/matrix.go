package campaign

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// matrixKeys are the keys of the matrix.
func matrixKeys() []string {
	out := []string{"cpus", "abis", "orders", "seeds"}
	for _, a := range axes {
		out = append(out, a.key)
	}
	return out
}

// matrix is what is combined: CPU models, ABIs, byte orders, seeds, and the values of all other keys.
type matrix struct {
	cpus, abis, orders []*choice // nil: the defaults; see expand
	allABIs, allOrders bool
	seeds              []seedRange
	axes               [][]*choice
	filtered           bool // something of it was left out by Input.Only
}

// readMatrices reads the matrix, or a list of them, of which each has its jobs. Options stand in the place of keys of each.
func (s *settings) readMatrices(n node, options []Option) {
	if n.Node == nil || n.Kind != yaml.SequenceNode {
		s.matrices = append(s.matrices, s.readMatrix(n, options))
		return
	}
	for _, e := range n.elements() {
		s.matrices = append(s.matrices, s.readMatrix(e, options))
	}
	if len(s.matrices) == 0 {
		s.errorf(n.at, "the list of matrices is empty")
	}
}

// readMatrix reads a matrix, with options in the place of its keys.
func (s *settings) readMatrix(n node, options []Option) *matrix {
	m := &matrix{}
	values := map[string]node{}
	if n.Node != nil {
		for _, e := range s.mapping(n, "the matrix", matrixKeys()...) {
			values[e.key] = e.value
		}
	}
	for _, o := range options {
		values[o.Key] = o.node()
	}
	for _, a := range axes {
		if v, ok := values[a.key]; ok {
			m.axes = append(m.axes, s.choices(a, v))
		}
	}
	m.seeds = []seedRange{{lo: 1, hi: 1}}
	if v, ok := values["seeds"]; ok {
		if m.seeds = s.reader.seeds(v); len(m.seeds) == 0 && len(s.errs) == 0 {
			s.errorf(v.at, "seeds: the list is empty")
		}
	}
	m.cpus, _ = s.names(values["cpus"], "cpus", "all")
	m.abis, m.allABIs = s.names(values["abis"], "abis", "all")
	m.orders, m.allOrders = s.names(values["orders"], "orders", "all")
	if v, ok := values["cpus"]; !ok {
		at := place{line: max(1, n.at.line)}
		if s.file == "" {
			at = place{option: "cpus"}
		}
		s.errorf(at, "the matrix has no cpus: list CPU models, or all")
	} else if m.cpus == nil {
		m.cpus = []*choice{{at: v.at, text: "all"}}
	}
	return m
}

// names reads a list of names, or the word that stands for all of them.
func (s *settings) names(n node, key, all string) (out []*choice, isAll bool) {
	if n.Node == nil || n.Kind == yaml.ScalarNode && n.Value == all {
		return nil, n.Node != nil
	}
	for _, e := range n.elements() {
		name, ok := s.text(e, "an entry of "+key)
		if ok && slices.ContainsFunc(out, func(c *choice) bool { return strings.EqualFold(c.text, name) }) {
			s.errorf(e.at, "%s has %s twice", key, name)
		}
		out = append(out, &choice{at: e.at, text: name})
	}
	if len(out) == 0 {
		s.errorf(n.at, "%s: the list is empty", key)
	}
	return out, false
}

// node makes of an option what stands for it in a file.
func (o Option) node() node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, v := range o.Values {
		value := &yaml.Node{Kind: yaml.SequenceNode}
		for _, text := range v {
			value.Content = append(value.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text})
		}
		if len(v) == 1 {
			value = value.Content[0]
		}
		list.Content = append(list.Content, value)
	}
	if len(o.Values) == 1 && len(o.Values[0]) == 1 {
		list = list.Content[0]
	}
	return node{list, place{option: o.Key}}
}

// withTargets puts the pair of targets of the command line in the place of those of the file.
func withTargets(n node, in Input) node {
	if in.Master == "" && in.Apprentice == "" {
		return n
	}
	pair := &yaml.Node{Kind: yaml.MappingNode}
	for _, side := range []struct{ key, text string }{{"master", in.Master}, {"apprentice", in.Apprentice}} {
		if side.text != "" {
			pair.Content = append(pair.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: side.key}, &yaml.Node{Kind: yaml.ScalarNode, Value: side.text})
		}
	}
	return node{&yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{pair}}, place{option: "master, --apprentice"}}
}
