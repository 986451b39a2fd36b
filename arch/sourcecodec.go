package arch

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
)

// sourceHead describes a source in a table's head. The texts stand behind the head, in the same order, joined
// and compressed with DEFLATE.
type sourceHead struct {
	Name  string     `json:"name"`
	Kind  SourceKind `json:"kind"`
	Bytes int        `json:"bytes"`
}

// packSources makes the two parts of which unpackSources makes the sources again.
func packSources(sources []Source) ([]sourceHead, []byte, error) {
	if err := checkSources(sources); err != nil {
		return nil, nil, err
	}
	heads := make([]sourceHead, len(sources))
	for i, s := range sources {
		heads[i] = sourceHead{s.Name, s.Kind, len(s.Text)}
	}
	packed, err := packOf(sources).texts()
	return heads, packed, err
}

// pack is the texts of sources, compressed when they are first asked for.
type pack struct {
	sources []Source
	texts   func() ([]byte, error)
}

// lastPack is kept: to compress the descriptions of a machine takes as long as to generate 50,000 instructions, and images are
// made of the same ones in a row.
var lastPack struct {
	sync.Mutex
	*pack
}

// packOf returns the pack of some sources.
func packOf(sources []Source) *pack {
	lastPack.Lock()
	defer lastPack.Unlock()
	same := func(a, b Source) bool { return bytes.Equal(a.Text, b.Text) }
	if lastPack.pack == nil || !slices.EqualFunc(lastPack.sources, sources, same) {
		lastPack.pack = &pack{sources, sync.OnceValues(func() ([]byte, error) { return deflate(sources) })}
	}
	return lastPack.pack
}

// PackAhead begins to compress the description files of a machine for an image that is to be made of them, while
// its program is generated.
func PackAhead(m Machine) { go packOf(m.Config().Sources).texts() }

func deflate(sources []Source) ([]byte, error) {
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	for _, s := range sources {
		if _, err := w.Write(s.Text); err != nil {
			return nil, err
		}
	}
	err = w.Close()
	return packed.Bytes(), err
}

var errSources = errors.New("the image's description files are damaged")

// unpackSources unpacks no more than the head announces, and nothing that announces more than the limits.
func unpackSources(heads []sourceHead, packed []byte) ([]Source, error) {
	if len(heads) > MaxSources {
		return nil, fmt.Errorf("%w: there are %d", errSources, len(heads))
	}
	size := 0
	for _, h := range heads {
		if h.Bytes < 0 || h.Bytes > MaxSourceBytes-size {
			return nil, fmt.Errorf("%w: they have more than %d bytes", errSources, MaxSourceBytes)
		}
		size += h.Bytes
	}
	// Read what there is rather than make room for what is announced.
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), int64(size)+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", errSources, err)
	}
	if len(text) != size {
		return nil, fmt.Errorf("%w: %d bytes are announced and %d there", errSources, size, len(text))
	}
	out := make([]Source, len(heads))
	for i, h := range heads {
		out[i] = Source{h.Name, h.Kind, text[:h.Bytes:h.Bytes]}
		text = text[h.Bytes:]
	}
	if err := checkSources(out); err != nil {
		return nil, fmt.Errorf("%w: %v", errSources, err)
	}
	return out, nil
}
