package screen

import (
	"fmt"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// Table is a table that is made no wider than a screen, if it can be.
type Table struct {
	table.Writer
	widths  []int // of the columns
	configs []table.ColumnConfig
	wrapped []Wrapped
}

// Wrapped is a column whose text may stand on several lines.
type Wrapped struct {
	Number int // from 1
	Least  int // columns of the screen that it has at least, unless all of its text is shorter
}

// NewTable returns a table with lines around its cells, and a header as it is written.
func NewTable(wrapped ...Wrapped) *Table {
	t := &Table{Writer: table.NewWriter(), wrapped: wrapped}
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header, t.Style().Format.Footer = text.FormatDefault, text.FormatDefault
	return t
}

// NewList returns a table without lines, which a pipe can take apart.
func NewList(wrapped ...Wrapped) *Table {
	t := &Table{Writer: table.NewWriter(), wrapped: wrapped}
	s := table.StyleDefault
	s.Options = table.OptionsNoBordersAndSeparators
	s.Box.PaddingLeft, s.Box.PaddingRight = "", "  "
	t.SetStyle(s)
	return t
}

// AppendHeader implements [table.Writer].
func (t *Table) AppendHeader(row table.Row, configs ...table.RowConfig) {
	t.measure(row)
	t.Writer.AppendHeader(row, configs...)
}

// AppendRow implements [table.Writer].
func (t *Table) AppendRow(row table.Row, configs ...table.RowConfig) {
	t.measure(row)
	t.Writer.AppendRow(row, configs...)
}

// AppendFooter implements [table.Writer].
func (t *Table) AppendFooter(row table.Row, configs ...table.RowConfig) {
	t.measure(row)
	t.Writer.AppendFooter(row, configs...)
}

// SetColumnConfigs implements [table.Writer]. How wide columns are is not for them to say.
func (t *Table) SetColumnConfigs(configs []table.ColumnConfig) { t.configs = configs }

func (t *Table) measure(row table.Row) {
	for i, cell := range row {
		if i == len(t.widths) {
			t.widths = append(t.widths, 0)
		}
		t.widths[i] = max(t.widths[i], text.LongestLineLen(fmt.Sprint(cell)))
	}
}

// In renders the table for so many columns of a screen: wrapped columns get narrower, the widest first, where that is not
// enough without the blanks around cells. A table of numbers that is too wide even so stays so: no digit is cut off.
func (t *Table) In(width int) string {
	narrow, fits := t.narrow(width)
	if s := t.Style(); !fits && s.Options.SeparateColumns {
		s.Box.PaddingLeft, s.Box.PaddingRight = "", ""
		narrow, _ = t.narrow(width)
	}
	configs := slices.Clone(t.configs)
	for number, least := range narrow {
		i := slices.IndexFunc(configs, func(c table.ColumnConfig) bool { return c.Number == number })
		if i < 0 {
			i, configs = len(configs), append(configs, table.ColumnConfig{Number: number})
		}
		configs[i].WidthMax, configs[i].WidthMaxEnforcer = least, Wrap
	}
	t.Writer.SetColumnConfigs(configs)
	return t.Render()
}

// frame is how many columns stand around and between cells.
func (t *Table) frame() int {
	s, n := t.Style(), len(t.widths)
	all := n * (len(s.Box.PaddingLeft) + len(s.Box.PaddingRight))
	if s.Options.SeparateColumns {
		all += n - 1
	}
	if s.Options.DrawBorder {
		all += 2
	}
	return all
}

// narrow says how wide wrapped columns are to be so that the table has so many columns, and whether that will do.
func (t *Table) narrow(width int) (out map[int]int, fits bool) {
	over := t.frame() - width
	for _, n := range t.widths {
		over += n
	}
	out = map[int]int{}
	for ; over > 0; over-- {
		best, room := 0, 0
		for _, w := range t.wrapped {
			if w.Number > len(t.widths) {
				continue
			}
			now := t.widths[w.Number-1]
			if n, ok := out[w.Number]; ok {
				now = n
			}
			if now > max(w.Least, 1) && now > room {
				best, room = w.Number, now
			}
		}
		if best == 0 {
			break
		}
		out[best] = room - 1
	}
	return out, over <= 0
}
