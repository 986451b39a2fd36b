package runtime

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/risugen/risugen/arch"
)

// MachineFunc makes the machine that an image's configuration describes.
type MachineFunc = func(arch.Config) (arch.Machine, error)

// Image is a program as an executable file. Its methods may be called by several goroutines.
type Image struct {
	Program *arch.Program
	Tool    string   // the version of what made it
	Digest  [32]byte // SHA-256 of Data with the digest's own bytes zero; the start record holds it
	Data    []byte   // the ELF file; not to be changed
	Path    string   // the file that holds Data, or ""

	whole *Image // what it was derived from, or nil
	temp  tempFile
}

// Build emits a program and lays it out as an ELF file. The file is a pure function of the program and of
// tool, the version of the tool that made it.
func Build(p *arch.Program, tool string) (*Image, error) {
	if len(p.Blocks) == 0 {
		return nil, errors.New("the program holds no instruction")
	}
	code, err := p.Machine.Emit(p)
	if err != nil {
		return nil, fmt.Errorf("emit the image: %w", err)
	}
	table, err := p.Table()
	if err != nil {
		return nil, fmt.Errorf("write the program table: %w", err)
	}
	w, err := newELFWriter(code, p.Machine.Layout())
	if err != nil {
		return nil, fmt.Errorf("lay out the image: %w", err)
	}
	data, at, err := w.file(table, newImageInfo(p, tool))
	if err != nil {
		return nil, fmt.Errorf("lay out the image: %w", err)
	}
	img := &Image{Program: p, Tool: tool, Data: data}
	img.Digest = digest(data, at)
	copy(data[at:], img.Digest[:])
	return img, nil
}

// digest is the SHA-256 of a file with the DigestSize bytes at an offset taken as zero.
func digest(data []byte, at int) (sum [arch.DigestSize]byte) {
	h := sha256.New()
	h.Write(data[:at])
	h.Write(sum[:])
	h.Write(data[at+arch.DigestSize:])
	h.Sum(sum[:0])
	return sum
}

// Open reads an image from a file, or the image that a trace holds.
func Open(path string, machine MachineFunc) (*Image, error) {
	if isTrace(path) {
		t, img, err := OpenRecording(path, machine)
		if err == nil {
			t.Close()
		}
		return img, err
	}
	data, err := readELF(path)
	if err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, fmt.Errorf("%s: not an image: it is empty", path)
	}
	img, err := Load(data, machine)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	img.Path = path
	return img, nil
}

// readELF reads a file, or only the beginning of one that is no ELF file: it may be endless.
func readELF(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, 64))
	if err != nil || !bytes.HasPrefix(head, []byte(elf.ELFMAG)) {
		return head, err
	}
	return os.ReadFile(path)
}

// WriteFile writes the image to an executable file, as the function of this name does.
func (img *Image) WriteFile(path string) error { return WriteFile(path, img.Data) }

// WriteFile writes data to an executable file. The file appears whole or not at all; a link is followed. What is there and
// is no file, such as a pipe, is written to.
func WriteFile(path string, data []byte) error { return writeFile(path, data, 0o777) }

// WriteDocument writes data to a file that is no program, else as [WriteFile] does. It is on the disk then: an image can be made again, and
// what a run came to may have taken days.
func WriteDocument(path string, data []byte) error { return writeFile(path, data, 0o666) }

func writeFile(path string, data []byte, mode os.FileMode) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	switch info, err := os.Stat(path); {
	case err == nil && info.IsDir():
		return fmt.Errorf("write %s: it is a directory", path)
	case err == nil && !info.Mode().IsRegular():
		return writeInto(path, data)
	}
	temp, err := writeTemp(filepath.Dir(path), "."+filepath.Base(path)+"-", data, mode)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, withoutPath(err))
	}
	if err := os.Rename(temp, path); err != nil {
		os.Remove(temp)
		return fmt.Errorf("write %s: %w", path, withoutPath(err))
	}
	return nil
}

// withoutPath strips the name of a temporary file from an error.
func withoutPath(err error) error {
	if e := (*os.PathError)(nil); errors.As(err, &e) {
		return e.Err
	}
	if e := (*os.LinkError)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}

// writeInto writes to something that exists and is not a file.
func writeInto(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
