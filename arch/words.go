package arch

// WordSizes says how long instruction words are: all are multiples of a unit, the shortest word, and a word's first unit
// tells its size.
type WordSizes struct {
	Unit int                    // bytes
	Of   func(first uint64) int // bytes of the word that begins with a unit; nil: each is one unit
}

// WordSizesOf tells how long a machine's words are. false: they have several sizes, and its layout does not say which has which.
func WordSizesOf(m Machine) (WordSizes, bool) {
	if s := m.Layout().WordSizes; s != nil {
		return *s, true
	}
	bits := 0
	for _, spec := range m.Set().Specs {
		n := spec.Options.InsnWidth
		if spec.Options.VarInsnWidth || bits != 0 && bits != n {
			return WordSizes{}, false
		}
		bits = n
	}
	return WordSizes{Unit: bits / 8}, bits > 0
}

// Next is the word that code begins with. Of one that is cut off only its size is known, or that of its unit; ok is false then.
func (s WordSizes) Next(code []byte, order ByteOrder) (w Word, ok bool) {
	size := s.Unit
	if s.Of != nil && len(code) >= size {
		size = s.Of(GetWord(code[:size], order))
	}
	w.Size = uint8(size)
	if ok = len(code) >= size; ok {
		w.Bits = GetWord(code[:size], order)
	}
	return w, ok
}
