package runtime

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/risugen/risugen/arch"
)

// SubImage makes an image of some blocks of another one, which are named by their numbers there, ascending. Every block
// stands where it stood, begins each round with the same values, and finds the code that it reads. Blocks are
// numbered anew in records; the program's Part says which they were.
func SubImage(img *Image, blocks []int) (*Image, error) { return derive(img, variant{blocks: blocks}) }

// DigestImage makes an image that runs the same program as another one and writes digests.
func DigestImage(img *Image, output arch.Output) (*Image, error) {
	return derive(img, variant{output: output})
}

// variant says how an image differs from the one that it is derived from.
type variant struct {
	blocks []int // of these; nil: all
	output arch.Output
	flush  int // so many of the first blocks write what they have at once
}

// derive makes a variant of an image.
func derive(img *Image, v variant) (*Image, error) {
	f, err := openELF(img.Data)
	if err != nil {
		return nil, err
	}
	p := *img.Program
	p.Output = v.output
	if v.blocks != nil {
		if err := part(&p, img.Program, v.blocks, f.memory); err != nil {
			return nil, fmt.Errorf("make an image of %d blocks: %w", len(v.blocks), err)
		}
	} else if p.Part != nil {
		return nil, errors.New("the image is a part of another one: use that")
	}
	if v.flush > 0 {
		p.Blocks = slices.Clone(p.Blocks)
		for i := range p.Blocks[:min(v.flush, len(p.Blocks))] {
			p.Blocks[i].Flush = true
		}
	}
	out, err := Build(&p, img.Tool)
	if err != nil {
		return nil, err
	}
	out.whole = img
	return out, sameCode(out, f.memory)
}

// part makes a program one of some blocks of a whole.
func part(p, whole *arch.Program, blocks []int, mem arch.MemoryReader) error {
	if whole.Part != nil {
		return errors.New("the image is a part of another one: use that")
	}
	p.Part = &arch.Part{Blocks: blocks, Traps: whole.HasTraps()}
	p.Blocks = make([]arch.Block, len(blocks))
	p.Pool = make([]byte, len(whole.Pool))
	for i, n := range blocks {
		if n < 0 || n >= len(whole.Blocks) || i > 0 && n <= blocks[i-1] {
			return fmt.Errorf("block %d is not there, or not behind the one before", n)
		}
		b := &whole.Blocks[n]
		p.Blocks[i] = *b
		copyPool(p, b, whole.Pool)
		for _, r := range whole.CodeReads(b) {
			code, ok := mem(r.Lo, int(r.Hi-r.Lo))
			if !ok {
				return fmt.Errorf("block %d reads code at %#x, which is not there", n, r.Lo)
			}
			p.Part.Code = append(p.Part.Code, arch.Piece{Addr: r.Lo, Data: code})
		}
	}
	return nil
}

// copyPool copies what rounds of a block read. The rest of the pool stays zero, which costs next to nothing to send.
func copyPool(p *arch.Program, b *arch.Block, pool []byte) {
	l := p.Machine.Layout()
	n := l.Window
	if b.Memory {
		n = l.Memory.Pool + l.Memory.Bytes()
	}
	for round := range p.Rounds {
		at := p.PoolOffset(b, uint32(round))
		if round > 0 && at == p.PoolOffset(b, 0) {
			return // from here on they come again
		}
		copy(p.Pool[at:at+n], pool[at:at+n])
	}
}

// sameCode makes sure that blocks are, word for word, what they are in the image that they come from: another version
// of this tool may end them in another way, and some instructions read code.
func sameCode(img *Image, mem arch.MemoryReader) error {
	f, err := openELF(img.Data)
	if err != nil {
		return err
	}
	p := img.Program
	for i := range p.Blocks {
		b := &p.Blocks[i]
		n := int(p.Machine.Layout().BlockSize(b))
		got, ok := f.memory(b.Addr, n)
		want, ok2 := mem(b.Addr, n)
		if !ok || !ok2 || !bytes.Equal(got, want) {
			return fmt.Errorf("the image was made by %s, whose blocks are not this version's: make it again", img.Tool)
		}
	}
	return nil
}
