package probe

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Limits of a file of cases.
const (
	maxLine     = 1 << 20
	maxMessages = 50 // errors that are listed
)

// member is a key of a JSON object with its value.
type member struct {
	key   string
	value json.RawMessage
}

// object is a JSON object with its members in their order, each key once.
type object []member

// UnmarshalJSON implements json.Unmarshaler.
func (o *object) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	open, err := d.Token()
	if err != nil {
		return err
	}
	if open != json.Delim('{') {
		return errors.New("an object must stand here")
	}
	seen := map[string]bool{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		m := member{key: key.(string)}
		if seen[m.key] {
			return fmt.Errorf("%q is there twice", clip(m.key))
		}
		seen[m.key] = true
		if err := d.Decode(&m.value); err != nil {
			return err
		}
		*o = append(*o, m)
	}
	_, err = d.Token()
	return err
}

// ReadCases reads cases, a JSON object a line: see docs/probe.md. file is for errors, which name a line and are joined.
// With none left out each has an expectation, unless record is set.
func (p *Prober) ReadCases(file string, in io.Reader, record bool) ([]*Case, error) {
	var out []*Case
	var errs []error
	sc := bufio.NewScanner(in)
	sc.Buffer(make([]byte, 0, 1<<16), maxLine)
	n := 0
	for n = 1; sc.Scan(); n++ {
		line := bytes.TrimSpace(sc.Bytes())
		if len(line) == 0 {
			continue
		}
		c, err := p.readCase(line)
		if err == nil && !c.Expected && !record {
			err = errors.New("there is neither out nor fault, so that nothing is checked: --record fills them in")
		}
		if err != nil {
			if errs = append(errs, fmt.Errorf("%s:%d: %w", file, n, err)); len(errs) >= maxMessages {
				return nil, errors.Join(append(errs, errors.New("and perhaps more"))...)
			}
			continue
		}
		c.Pos = fmt.Sprintf("%s:%d", file, n)
		out = append(out, c)
	}
	if err := sc.Err(); err != nil {
		errs = append(errs, fmt.Errorf("%s:%d: %w", file, n, err))
	}
	if len(errs) == 0 && len(out) == 0 {
		errs = append(errs, fmt.Errorf("%s: there is no case", file))
	}
	return out, errors.Join(errs...)
}

// readCase reads one line.
func (p *Prober) readCase(line []byte) (*Case, error) {
	var o object
	if err := json.Unmarshal(line, &o); err != nil {
		return nil, err
	}
	var c *Case
	name, fault := "", ""
	var in, out object
	for _, m := range o {
		var err error
		switch m.key {
		case "name":
			err = json.Unmarshal(m.value, &name)
		case "insn", "word":
			c, err = p.readInsn(c, m)
		case "in":
			err = json.Unmarshal(m.value, &in)
		case "out":
			err = json.Unmarshal(m.value, &out)
		case "fault":
			err = json.Unmarshal(m.value, &fault)
		default:
			err = errors.New("there is no such key: a case has name, insn or word, in, out, fault")
		}
		if err != nil {
			return nil, fmt.Errorf("%q: %w", clip(m.key), plainJSON(err))
		}
	}
	if c == nil {
		return nil, errors.New("there is no instruction: insn or word is missing")
	}
	c.Name = name
	return c, p.readState(c, o, in, out, fault)
}

// readInsn reads the instructions of a case.
func (p *Prober) readInsn(c *Case, m member) (*Case, error) {
	if c != nil {
		return nil, errors.New("insn and word stand for each other: give one of them")
	}
	var text string
	if err := json.Unmarshal(m.value, &text); err != nil {
		return nil, err
	}
	if m.key == "word" && !strings.HasPrefix(strings.ToLower(strings.TrimSpace(text)), "0x") {
		return nil, fmt.Errorf("%q is no word: it begins with 0x", clip(text))
	}
	return p.NewCase(text)
}

// readState reads what a case begins with, and what must come of it.
func (p *Prober) readState(c *Case, o, in, out object, fault string) error {
	each := func(list object, key string, set func(*Case, string, string) error) error {
		for _, m := range list {
			var text string
			if err := json.Unmarshal(m.value, &text); err != nil {
				return fmt.Errorf("%q: %q: %w", key, clip(m.key), plainJSON(err))
			}
			if err := set(c, m.key, text); err != nil {
				return fmt.Errorf("%q: %w", key, err)
			}
		}
		return nil
	}
	if err := each(in, "in", p.Set); err != nil {
		return err
	}
	if err := each(out, "out", p.Expect); err != nil {
		return err
	}
	for _, m := range o {
		c.Expected = c.Expected || m.key == "out"
		if m.key == "fault" {
			if err := p.ExpectFault(c, fault); err != nil {
				return fmt.Errorf("%q: %w", m.key, err)
			}
		}
	}
	return nil
}

// plainJSON says of a value of the wrong type what it must be.
func plainJSON(err error) error {
	if e := (*json.UnmarshalTypeError)(nil); errors.As(err, &e) {
		return fmt.Errorf("a %s stands where a string must", e.Value)
	}
	return err
}

// Recorded is the line of a case with what a target made of it as its expectation.
func (b *Batch) Recorded(i int, o *Outcome) []byte {
	c := b.Cases[i]
	var in, out object
	for k := range c.inNames {
		in = append(in, text(c.inNames[k], c.inValues[k]))
	}
	for _, r := range b.Rows(i, []Outcome{*o}) {
		if r.Note == noteOpen || r.Note == noteMark {
			continue
		}
		v := r.After[0]
		if !strings.HasPrefix(r.Name, "mem") {
			v = "0x" + v
		}
		out = append(out, text(r.Name, v))
	}
	var line object
	if c.Name != "" {
		line = append(line, text("name", c.Name))
	}
	line = append(line, text("insn", c.Insn), member{"in", in.json()})
	if o.Fault != nil {
		line = append(line, text("fault", o.Fault.Signal))
	}
	return append(append(line, member{"out", out.json()}).json(), '\n')
}

// text is a member whose value is a string.
func text(key, value string) member { return member{key, encode(value)} }

// encode writes a string as JSON, with < and > as they are.
func encode(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // strings can be encoded, and a buffer takes them
	return bytes.TrimSpace(b.Bytes())
}

// json writes an object on one line.
func (o object) json() []byte {
	out := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			out = append(out, ", "...)
		}
		out = append(append(append(out, encode(m.key)...), ": "...), m.value...)
	}
	return append(out, '}')
}
