package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// archive builds for a target and writes its archive, whose name it returns: a zip for Windows, else a packed tar.
func (b *builder) archive(t target, out string) (string, error) {
	program, err := b.program(t)
	if err != nil {
		return "", err
	}
	data, err := os.ReadFile(program)
	if err != nil {
		return "", err
	}
	base := fmt.Sprintf("risugen-%s-%s-%s", b.version, t.os, t.arch)
	name, pack, write := "risugen", ".tar.gz", writeTar
	if t.os == "windows" {
		name, pack, write = "risugen.exe", ".zip", writeZip
	}
	files := append([]file{{name, data, true}}, b.files...)
	slices.SortFunc(files, func(x, y file) int { return strings.Compare(x.name, y.name) })
	packed, err := write(base, files, b.when)
	if err != nil {
		return "", err
	}
	return base + pack, writeWhole(filepath.Join(out, base+pack), packed)
}

// writeWhole writes a file that appears whole or not at all.
func writeWhole(path string, data []byte) error {
	temp := path + ".part"
	if err := os.WriteFile(temp, data, 0o644); err != nil {
		return err
	}
	return os.Rename(temp, path)
}

func (f *file) mode() int64 {
	if f.exec {
		return 0o755
	}
	return 0o644
}

func writeTar(dir string, files []file, when time.Time) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	w := tar.NewWriter(z)
	for i := range files {
		f := &files[i]
		h := tar.Header{Name: dir + "/" + f.name, Mode: f.mode(), Size: int64(len(f.data)), ModTime: when, Format: tar.FormatUSTAR}
		if err := w.WriteHeader(&h); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	err = z.Close()
	return b.Bytes(), err
}

func writeZip(dir string, files []file, when time.Time) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := range files {
		f := &files[i]
		h := zip.FileHeader{Name: dir + "/" + f.name, Method: zip.Deflate, Modified: when}
		h.SetMode(os.FileMode(f.mode()))
		e, err := w.CreateHeader(&h)
		if err != nil {
			return nil, err
		}
		if _, err := e.Write(f.data); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}

// writeSums writes the checksums of archives as sha256sum -c reads them.
func writeSums(out string, names []string) error {
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(data), name)
	}
	return writeWhole(filepath.Join(out, "SHA256SUMS"), []byte(b.String()))
}
