package runtime

import (
	"io"
	"os"

	"golang.org/x/term"
)

// usualWidth is how many columns tables have where there is no screen.
const usualWidth = 120

// screenWidth is how many columns what is written to w may have.
func screenWidth(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			return width
		}
	}
	return usualWidth
}
