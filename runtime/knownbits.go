package runtime

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// knownBits says which bits of a place may differ. A number's bits are those of the register or state, bit 0 the least
// significant one, whatever the byte order.
type knownBits struct {
	place *regexp.Regexp // for the whole name of an operand or a place
	all   bool           // any bit; of memory nothing else can be said
	mask  []byte         // byte 0 holds bits 0 to 7
}

// readBits reads the value of the key bits, which are of results.
func (k *Known) readBits(value *yaml.Node) (err error) {
	if !slices.Equal(k.Kinds, []string{KindResult}) {
		return errors.New("bits are of results: the entry's kinds must be [result]")
	}
	k.bits, err = parseBits(value)
	return err
}

// parseBits reads the value of an entry's key bits: a mask for all places, or a mapping of places to masks.
func parseBits(n *yaml.Node) ([]knownBits, error) {
	switch n.Kind {
	case yaml.ScalarNode:
		b, err := parseMask(".*", n)
		return []knownBits{b}, err
	case yaml.MappingNode:
		var out []knownBits
		for i := 0; i+1 < len(n.Content); i += 2 {
			b, err := parseMask(n.Content[i].Value, resolved(n.Content[i+1]))
			if err != nil {
				return nil, err
			}
			out = append(out, b)
		}
		if len(out) > 0 {
			return out, nil
		}
	}
	return nil, errors.New("bits must be a mask, or a mapping of places to masks")
}

func parseMask(place string, n *yaml.Node) (b knownBits, err error) {
	if b.place, err = regexp.Compile("^(?:" + place + ")$"); err != nil {
		return b, err
	}
	if n.Kind == yaml.ScalarNode && n.Value == "all" {
		b.all = true
		return b, nil
	}
	digits, ok := strings.CutPrefix(n.Value, "0x")
	v, valid := new(big.Int).SetString(strings.ReplaceAll(digits, "_", ""), 16)
	if n.Kind != yaml.ScalarNode || !ok || !valid || v.Sign() <= 0 {
		return b, fmt.Errorf("bits: %q must be a mask such as 0x1f, of one bit at least, or all", n.Value)
	}
	b.mask = v.Bytes()
	for i, j := 0, len(b.mask)-1; i < j; i, j = i+1, j-1 {
		b.mask[i], b.mask[j] = b.mask[j], b.mask[i]
	}
	return b, nil
}

// permits reports whether bits of a place may differ, given by their bytes, the least significant one first. An entry without bits
// permits any.
func (k *Known) permits(names []string, differing []byte, memory bool) bool {
	if len(k.bits) == 0 {
		return true
	}
	for _, b := range k.bits {
		for _, name := range names {
			if b.place.MatchString(name) && (b.all || !memory && b.within(differing)) {
				return true
			}
		}
	}
	return false
}

// anyBits reports whether the entry allows results to differ in whatever bits.
func (k *Known) anyBits() bool { return len(k.bits) == 0 }

// within reports whether all bits lie in the mask.
func (b *knownBits) within(differing []byte) bool {
	for i, d := range differing {
		m := byte(0)
		if i < len(b.mask) {
			m = b.mask[i]
		}
		if d&^m != 0 {
			return false
		}
	}
	return true
}

// bitLists are the entries, by pattern, that may cover a result that differs.
type bitLists struct {
	list  []*Known
	any   bool // some of them have bits
	cache map[int32][]*Known
}

func newBitLists(list []*Known) bitLists {
	b := bitLists{cache: map[int32][]*Known{}}
	for _, k := range list {
		if slices.Contains(k.Kinds, KindResult) && len(k.places) == 0 { // with places it is about reserved words
			b.list = append(b.list, k)
			b.any = b.any || len(k.bits) > 0
		}
	}
	return b
}

// of lists the entries for a pattern.
func (b *bitLists) of(c *comparer, insn int32) []*Known {
	out, ok := b.cache[insn]
	if !ok {
		name := c.prog.Machine.Set().Insns[insn].Name()
		for _, k := range b.list {
			if k.covers(c.report, KindResult, name, "") {
				out = append(out, k)
			}
		}
		b.cache[insn] = out
	}
	return out
}
