package arch

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
)

// SourceKind says what a description file is.
type SourceKind string

const (
	DecodeSource  SourceKind = "decode"  // a decodetree file; its comments may hold blocks
	OverlaySource SourceKind = "overlay" // a file of blocks alone, for decode files that have none
)

// Source is a file that describes instructions. The sources of a machine are stored in its images.
type Source struct {
	Name string // as positions in errors and reports show it
	Kind SourceKind
	Text []byte
}

// Limits of the sources of one machine: far beyond any instruction set, and small enough to be unpacked
// from a damaged image without harm.
const (
	MaxSources     = 64
	MaxSourceBytes = 32 << 20 // of all texts together
	maxSourceName  = 4096
)

// checkSources makes sure that sources can be stored, and their names printed and told apart.
func checkSources(sources []Source) error {
	if len(sources) > MaxSources {
		return fmt.Errorf("%d description files are more than %d", len(sources), MaxSources)
	}
	seen := map[string]bool{}
	size := 0
	for _, s := range sources {
		switch size += len(s.Text); {
		case s.Kind != DecodeSource && s.Kind != OverlaySource:
			return fmt.Errorf("a description file is of the unknown kind %q", s.Kind)
		case s.Name == "" || len(s.Name) > maxSourceName || !utf8.ValidString(s.Name) || strings.ContainsFunc(s.Name, unicode.IsControl):
			return fmt.Errorf("%.200q will not do as a description file's name: positions could not be shown", s.Name)
		case seen[s.Name]:
			return fmt.Errorf("%s: the description file is given twice", s.Name)
		case size > MaxSourceBytes:
			return fmt.Errorf("%s: the description files have more than %d bytes together", s.Name, MaxSourceBytes)
		}
		seen[s.Name] = true
	}
	return nil
}

// Replaced reports whether sources take the place of an architecture's own decode files: whether there is a
// decode file among them.
func Replaced(sources []Source) bool { return hasKind(sources, DecodeSource) }

// hasKind reports whether a source of a kind is among some.
func hasKind(sources []Source, k SourceKind) bool {
	return slices.ContainsFunc(sources, func(s Source) bool { return s.Kind == k })
}

// Library is an architecture's own decode files. Each is parsed once, however many machines use it.
type Library struct {
	files fs.FS
	mu    sync.Mutex
	specs map[string]*ownSpec
}

type ownSpec struct {
	once sync.Once
	text []byte
	spec *decodetree.Spec
	err  error
}

// NewLibrary returns the library of the decode files in a file system, as a rule an embedded one.
func NewLibrary(files fs.FS) *Library { return &Library{files: files, specs: map[string]*ownSpec{}} }

// own parses one of the library's files, the first time that it is asked for.
func (l *Library) own(name string) (*ownSpec, error) {
	l.mu.Lock()
	o := l.specs[name]
	if o == nil {
		o = &ownSpec{}
		l.specs[name] = o
	}
	l.mu.Unlock()
	o.once.Do(func() {
		if o.text, o.err = fs.ReadFile(l.files, name); o.err == nil {
			o.spec, o.err = decodetree.Parse(name, o.text, decodetree.Options{})
		}
	})
	return o, o.err
}

// Begin parses the library's own files of these names beside what is done until they are asked for.
func (l *Library) Begin(names ...string) {
	for _, n := range names {
		go l.own(n)
	}
}

// Specs returns the library's own files of these names, parsed, for what a harness encodes and
// disassembles by.
func (l *Library) Specs(names ...string) ([]*decodetree.Spec, error) {
	l.Begin(names...)
	var out []*decodetree.Spec
	for _, n := range names {
		o, err := l.own(n)
		if err != nil {
			return nil, err
		}
		out = append(out, o.spec)
	}
	return out, nil
}

// Encoder returns an encoder for the patterns of the library's own files of these names.
func (l *Library) Encoder(names ...string) (*Encoder, error) {
	specs, err := l.Specs(names...)
	if err != nil {
		return nil, err
	}
	for _, s := range specs {
		if err := constraints.DefineFunctions(s); err != nil {
			return nil, err
		}
	}
	return NewEncoder(specs...), nil
}

// Sources returns the description files of a machine: those given and, unless there is a decode file among
// them, the library's own of these names.
func (l *Library) Sources(given []Source, names ...string) ([]Source, error) {
	if Replaced(given) {
		return given, nil
	}
	l.Begin(names...)
	var out []Source
	for _, n := range names {
		o, err := l.own(n)
		if err != nil {
			return nil, err
		}
		out = append(out, Source{n, DecodeSource, o.text})
	}
	return append(out, given...), nil
}

// LoadSpecs reads description files: the one way from texts to the instructions of a machine, whose names
// v has and whose registers the layout. Errors of the texts are a decodetree.ErrorList.
func (l *Library) LoadSpecs(sources []Source, v constraints.Vocabulary, layout *Layout) (*constraints.Set, error) {
	if err := checkSources(sources); err != nil {
		return nil, err
	}
	r := sourceReader{library: l, overlaid: hasKind(sources, OverlaySource), sound: true}
	for _, s := range sources {
		if err := r.read(s); err != nil {
			return nil, err
		}
	}
	if len(r.errs) > 0 {
		return nil, r.errs
	}
	set, err := r.load(v)
	if err != nil {
		return nil, err
	}
	if errs := badNumbers(set, layout); len(errs) > 0 {
		return nil, errs
	}
	return set, nil
}

// sourceReader parses sources and collects the errors of all of them.
type sourceReader struct {
	library  *Library
	overlaid bool
	sound    bool // all are the library's own, which tests have checked
	specs    []*decodetree.Spec
	overlays []*constraints.Overlay
	errs     decodetree.ErrorList
}

func (r *sourceReader) read(s Source) error {
	var err error
	if s.Kind == OverlaySource {
		var o *constraints.Overlay
		o, err = constraints.ParseOverlay(s.Name, s.Text)
		r.overlays = append(r.overlays, o)
	} else {
		var spec *decodetree.Spec
		spec, err = r.parse(s)
		r.specs = append(r.specs, spec)
	}
	var list decodetree.ErrorList
	if errors.As(err, &list) {
		r.errs = append(r.errs, list...)
		return nil
	}
	return err
}

// parse parses a decode file. The library's own are at hand, unless overlays are to define functions on them,
// which others that share them would then have, too.
func (r *sourceReader) parse(s Source) (*decodetree.Spec, error) {
	if !r.overlaid {
		if o := r.library.known(s); o != nil {
			return o.spec, nil
		}
	}
	r.sound = false
	return decodetree.Parse(s.Name, s.Text, decodetree.Options{})
}

// load interprets what was read.
func (r *sourceReader) load(v constraints.Vocabulary) (*constraints.Set, error) {
	if r.sound {
		return constraints.LoadSound(r.specs, v)
	}
	return constraints.Load(r.specs, v, r.overlays...)
}

// known returns what the library has of a source, if that is one of its own.
func (l *Library) known(s Source) *ownSpec {
	if f, err := fs.Stat(l.files, s.Name); err != nil || f.Size() != int64(len(s.Text)) {
		return nil
	}
	o, err := l.own(s.Name)
	if err != nil || !bytes.Equal(o.text, s.Text) {
		return nil
	}
	return o
}

// badNumbers finds operands that are a register beyond the last of its class. That a class or a state is not
// there at all is no error: a vocabulary names what is not on every model. Such patterns are not drawn.
func badNumbers(set *constraints.Set, l *Layout) decodetree.ErrorList {
	var errs decodetree.ErrorList
	seen := map[decodetree.Pos]bool{} // an operand of a format is one of all its patterns
	check := func(op *constraints.Operand, class, num int) {
		if class < len(l.Classes) && num >= l.Classes[class].Count && !seen[op.Pos] {
			c := &l.Classes[class]
			seen[op.Pos] = true
			errs = append(errs, &decodetree.Error{Pos: op.Pos, Msg: fmt.Sprintf("there is no register %s(%d): this CPU has %d", c.Name, num, c.Count)})
		}
	}
	for _, in := range set.Insns {
		for i := range in.Operands {
			op := &in.Operands[i]
			if op.Kind == constraints.FixedRegister {
				check(op, op.Class, op.Reg)
			}
			for _, m := range op.Members {
				if m.Kind == constraints.MemberRegister {
					check(op, m.Class, m.Num)
				}
			}
		}
	}
	slices.SortStableFunc(errs, func(a, b *decodetree.Error) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col))
	})
	return errs
}
