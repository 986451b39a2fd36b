package runtime

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/risugen/risugen/arch"
)

// The image's note segment holds two ELF notes:
//
//	type 1  the program table (see arch.Program.MarshalTable)
//	type 2  an imageInfo in JSON, for tools that read records without this package
const (
	noteOwner     = "risugen"
	noteTypeTable = 1
	noteTypeInfo  = 2
)

// imageInfo describes an image. Nothing in it depends on when or where the image was made.
type imageInfo struct {
	Tool         string      `json:"tool"`
	DigestOffset int         `json:"digest_offset"` // in the file; the digest itself cannot stand in what it covers
	Order        string      `json:"order"`
	Rounds       int         `json:"rounds"`
	Blocks       int         `json:"blocks"`
	HeaderBytes  int         `json:"header_bytes"`
	PayloadBytes int         `json:"payload_bytes"` // without memory
	MemoryAddr   uint64      `json:"memory_addr"`
	MemoryBytes  int         `json:"memory_bytes"` // at the end of the payload in blocks that touch memory
	Classes      []infoClass `json:"classes"`
	States       []infoState `json:"states"`
}

// infoClass is a register class; register i stands at Offset + i*Bytes in a payload.
type infoClass struct {
	Name   string `json:"name"`
	Prefix string `json:"prefix"`
	Count  int    `json:"count"`
	Bytes  int    `json:"bytes"`
	Offset int    `json:"offset"`
}

type infoState struct {
	Name   string `json:"name"`
	Bytes  int    `json:"bytes"`
	Offset int    `json:"offset"`
}

func newImageInfo(p *arch.Program, tool string) *imageInfo {
	l := p.Machine.Layout()
	info := &imageInfo{
		Tool: tool, Order: arch.OrderName(l.Order), Rounds: p.Rounds, Blocks: len(p.Blocks),
		HeaderBytes: arch.RecordHeaderSize, PayloadBytes: l.Payload,
		MemoryAddr: l.Memory.Addr, MemoryBytes: l.Memory.Bytes(),
	}
	for _, c := range l.Classes {
		info.Classes = append(info.Classes, infoClass{c.Name, c.Prefix, c.Count, c.Bytes, c.Record})
	}
	for _, s := range l.States {
		info.States = append(info.States, infoState{s.Name, s.Bytes, s.Record})
	}
	return info
}

// describes reports whether an image's records are laid out as this version reads them.
func (i *imageInfo) describes(p *arch.Program) bool {
	want := newImageInfo(p, i.Tool)
	want.DigestOffset = i.DigestOffset
	return reflect.DeepEqual(i, want)
}

// contents is what a note holds.
type contents interface {
	Bound() int // how many bytes, about
	Append(dst []byte) []byte
}

// plainContents are contents that are there.
type plainContents []byte

func (c plainContents) Bound() int               { return len(c) }
func (c plainContents) Append(dst []byte) []byte { return append(dst, c...) }

// appendNote appends an ELF note: three words (length of the owner's name with its zero, length of the
// contents, type), name, contents; both padded to words.
func appendNote(b []byte, order arch.ByteOrder, typ uint32, c contents) []byte {
	b = order.AppendUint32(b, uint32(len(noteOwner)+1))
	length := len(b)
	b = order.AppendUint32(b, 0) // not known yet
	b = order.AppendUint32(b, typ)
	b = padWord(append(append(b, noteOwner...), 0))
	start := len(b)
	b = c.Append(b)
	order.PutUint32(b[length:], uint32(len(b)-start))
	return padWord(b)
}

func padWord(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

// notes returns the contents of our notes in a segment by their types. Notes of others are left out.
func notes(b []byte, order binary.ByteOrder) (map[uint32][]byte, error) {
	out := map[uint32][]byte{}
	for len(b) >= 12 {
		name, desc, typ := uint64(order.Uint32(b)), uint64(order.Uint32(b[4:])), order.Uint32(b[8:])
		start := 12 + (name+3)&^3
		end := start + desc
		if end > uint64(len(b)) {
			return nil, errors.New("a note reaches over the end of its segment")
		}
		if string(b[12:12+name]) == noteOwner+"\x00" {
			out[typ] = b[start:end]
		}
		b = b[min((end+3)&^3, uint64(len(b))):]
	}
	return out, nil
}

// parseInfo reads the description of an image from its notes.
func parseInfo(ns map[uint32][]byte, size int) (*imageInfo, error) {
	if ns[noteTypeTable] == nil || ns[noteTypeInfo] == nil {
		return nil, errors.New("not an image: there is no note of risugen's")
	}
	var info imageInfo
	if err := json.Unmarshal(ns[noteTypeInfo], &info); err != nil {
		return nil, fmt.Errorf("the image's description is damaged: %w", err)
	}
	if info.DigestOffset < 0 || info.DigestOffset > size-arch.DigestSize {
		return nil, errors.New("the image's digest lies outside the file")
	}
	return &info, nil
}
