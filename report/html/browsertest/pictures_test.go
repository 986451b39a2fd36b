package browsertest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

var (
	pictures = flag.String("pictures", "", "directory to make pictures of pages in")
	pages    = flag.String("pages", "", "pages to make pictures of, with commas between them")
)

// TestPictures makes pictures of pages: on a desktop and on a phone, light and dark.
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("without -pictures there is nothing to do")
	}
	for file := range strings.SplitSeq(*pages, ",") {
		file, fragment, found := strings.Cut(file, "#")
		if found {
			fragment = "#" + fragment
		}
		for name, size := range map[string][2]int64{"": desktop, "-phone": phone} {
			for _, dark := range []bool{false, true} {
				b := newTab(t, size, dark, true)
				b.open(file, fragment)
				png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
				require.NoError(t, err)
				name := name
				if dark {
					name += "-dark"
				}
				base := strings.TrimSuffix(filepath.Base(file), ".html")
				require.NoError(t, os.WriteFile(filepath.Join(*pictures, base+name+".png"), png, 0o644))
			}
		}
	}
}
