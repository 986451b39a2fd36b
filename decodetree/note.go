package decodetree

import "strings"

// Note is the text of one or several consecutive "#!" comments of one
// definition.
//
// The "#!" itself is replaced by blanks. The first line of Text starts at Pos;
// every later one is padded on the left with blanks, so that a byte's column in
// its line of Text is its column in the file. Lines are joined by "\n".
type Note struct {
	Pos  Pos
	Text string
}

// At gives the place in the file of the byte at offset in n.Text. Offsets
// outside the text are taken as its beginning or end.
func (n Note) At(offset int) Pos {
	offset = min(max(offset, 0), len(n.Text))
	before := n.Text[:offset]
	last := strings.LastIndexByte(before, '\n')
	pos := n.Pos
	if last < 0 {
		pos.Col += offset
		return pos
	}
	pos.Line += strings.Count(before, "\n")
	pos.Col = offset - last
	return pos
}

const noteMark = "#!"

// noteLine is one "#!" comment as found, the mark included.
type noteLine struct {
	pos  Pos
	text string
}

// body gives the text after the mark, with blanks in the mark's place.
func (l noteLine) body() string {
	return strings.Repeat(" ", len(noteMark)) + strings.TrimRight(l.text[len(noteMark):], "\r")
}

// joinNotes makes one Note of each run of comments on consecutive lines.
func joinNotes(lines []noteLine) []Note {
	var notes []Note
	for i := 0; i < len(lines); {
		var text strings.Builder
		text.WriteString(lines[i].body())
		end := i + 1
		for end < len(lines) && lines[end].pos.Line == lines[end-1].pos.Line+1 {
			text.WriteByte('\n')
			text.WriteString(strings.Repeat(" ", lines[end].pos.Col-1))
			text.WriteString(lines[end].body())
			end++
		}
		notes = append(notes, Note{Pos: lines[i].pos, Text: text.String()})
		i = end
	}
	return notes
}
