package cover

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"io"
)

// Packed is a set as a text without line breaks, for a file that holds many: what [Set.Write] writes, compressed (RFC 1951), in
// base64. It has a sixth of the bytes.
type Packed struct{ *Set }

// MarshalText implements encoding.TextMarshaler.
func (p Packed) MarshalText() ([]byte, error) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.DefaultCompression)
	if err != nil {
		return nil, err
	}
	if err = p.Write(w); err == nil {
		err = w.Close()
	}
	return base64.StdEncoding.AppendEncode(nil, b.Bytes()), err
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *Packed) UnmarshalText(text []byte) error {
	packed, err := base64.StdEncoding.AppendDecode(nil, text)
	if err != nil {
		return damaged(err)
	}
	p.Set, err = Read(unpacking{flate.NewReader(bytes.NewReader(packed))})
	return err
}

// unpacking says of what cannot be unpacked that it is damaged.
type unpacking struct{ io.Reader }

func (u unpacking) Read(b []byte) (int, error) {
	n, err := u.Reader.Read(b)
	if err != nil && err != io.EOF {
		err = damaged(err)
	}
	return n, err
}
