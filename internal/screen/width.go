package screen

import (
	"io"
	"math"
	"os"

	"golang.org/x/term"
)

// usualWidth is how many columns tables have where there is no screen.
const usualWidth = 120

// Width is how many columns a table may have that is written to w.
func Width(w io.Writer) int {
	if width, ok := terminal(w); ok {
		return width
	}
	return usualWidth
}

// ListWidth is Width for lists that a pipe may take apart by lines: these have each row on one line where there is no screen.
func ListWidth(w io.Writer) int {
	if width, ok := terminal(w); ok {
		return width
	}
	return math.MaxInt
}

// terminal is how many columns w has, if it is a screen.
func terminal(w io.Writer) (int, bool) {
	f, ok := w.(*os.File)
	if !ok {
		return 0, false
	}
	width, _, err := term.GetSize(int(f.Fd()))
	return width, err == nil && width > 0
}
