package decodetree

import "math/bits"

// tree finds the patterns that a word may match: table look-ups on runs of bits
// which tell many patterns apart, down to short lists in file order. A pattern
// that leaves a bit of the run open stands under all its values, so the lists
// never lack a pattern that matches, and what is found is what a search through
// all patterns would find.
type tree struct {
	root  *treeNode
	words int // table entries made so far
}

// treeNode is a table, or, with shift 0 and no next, a list.
type treeNode struct {
	shift    uint8
	mask     uint64
	next     []*treeNode
	patterns []*Pattern
}

const (
	listLength   = 4  // patterns tried one by one rather than told apart further
	maxRun       = 8  // bits looked up at once
	maxDepth     = 12 // tables on the way to a list
	wordsPerPat  = 64 // table entries allowed for a pattern, which bounds memory
	minimumWords = 1 << 12
)

func buildTree(patterns []*Pattern, width int) *tree {
	t := &tree{}
	limit := max(minimumWords, wordsPerPat*len(patterns))
	t.root = t.build(patterns, lowBits(width), limit, maxDepth)
	return t
}

func (t *tree) candidates(word uint64) []*Pattern {
	n := t.root
	for n.next != nil {
		n = n.next[word>>(n.shift&63)&n.mask]
	}
	return n.patterns
}

// build makes the node for list; open marks the bits not looked at yet.
func (t *tree) build(list []*Pattern, open uint64, limit, depth int) *treeNode {
	leaf := &treeNode{patterns: list}
	if len(list) <= listLength || depth == 0 {
		return leaf
	}
	shift, n := bestRun(list, open)
	// A run that most patterns leave open only multiplies them.
	size := 1<<n + spread(list, shift, n)
	if n == 0 || t.words+size > limit {
		return leaf
	}
	t.words += size
	bins := distribute(list, shift, n)
	node := &treeNode{shift: uint8(shift), mask: lowBits(n), next: make([]*treeNode, 1<<n)}
	open &^= lowBits(n) << shift
	for i, bin := range bins {
		node.next[i] = t.build(bin, open, limit, depth-1)
	}
	return node
}

// bestRun gives the run of open bits with the highest sum of weights, no longer
// than maxRun nor than the list asks for; n is 0 if no bit tells anything apart.
func bestRun(list []*Pattern, open uint64) (shift, n int) {
	var weight [maxWidth]int
	for i := range weight {
		if open>>i&1 != 0 {
			weight[i] = bitWeight(list, i)
		}
	}
	longest := min(maxRun, bits.Len(uint(len(list)))+1)
	best := 0
	for at := range weight {
		sum := 0
		for k := 0; k < longest && at+k < maxWidth && open>>(at+k)&1 != 0; k++ {
			sum += weight[at+k]
			if sum > best {
				best, shift, n = sum, at, k+1
			}
		}
	}
	return shift, n
}

// bitWeight counts the patterns that the rarer value of a bit tells apart from
// the others.
func bitWeight(list []*Pattern, bit int) int {
	var count [2]int
	for _, p := range list {
		if p.FixedMask>>bit&1 != 0 {
			count[p.FixedBits>>bit&1]++
		}
	}
	return min(count[0], count[1])
}

// spread gives the number of list entries that distribute would make.
func spread(list []*Pattern, shift, n int) int {
	total := 0
	for _, p := range list {
		total += 1 << bits.OnesCount64(lowBits(n)&^(p.FixedMask>>shift))
	}
	return total
}

// distribute gives for each value of the run the patterns it leaves possible, in
// order.
func distribute(list []*Pattern, shift, n int) [][]*Pattern {
	bins := make([][]*Pattern, 1<<n)
	for _, p := range list {
		want := p.FixedBits >> shift & lowBits(n)
		free := lowBits(n) &^ (p.FixedMask >> shift)
		// Counting through a mask: the borrow skips the bits outside it.
		for sub := uint64(0); ; sub = (sub - free) & free {
			bins[want|sub] = append(bins[want|sub], p)
			if sub == free {
				break
			}
		}
	}
	return bins
}
