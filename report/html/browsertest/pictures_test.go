//go:build amd64 || arm64

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
	pages    = flag.String("pages", "", "pages to make pictures of, with commas between them; a fragment may follow each")
	looks    = flag.String("looks", ",-phone,-dark,-phone-dark", "what the pictures show, as their names end")
)

// TestPictures makes pictures of pages: on a desktop and on a phone, light and dark.
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("without -pictures there is nothing to do")
	}
	for page := range strings.SplitSeq(*pages, ",") {
		file, fragment, found := strings.Cut(page, "#")
		if found {
			fragment = "#" + fragment
		}
		for look := range strings.SplitSeq(*looks, ",") {
			size := desktop
			if strings.Contains(look, "phone") {
				size = phone
			}
			b := newTab(t, size, strings.Contains(look, "dark"), true)
			b.open(file, fragment)
			_, err := chromedp.Run(b.ctx, chromedp.Evaluate[int](`new Promise(done => setTimeout(() => done(0), 300))`, chromedp.EvalAwaitPromise))
			require.NoError(t, err)
			png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
			require.NoError(t, err)
			name := strings.TrimSuffix(filepath.Base(file), ".html") + look + ".png"
			require.NoError(t, os.WriteFile(filepath.Join(*pictures, name), png, 0o644))
		}
	}
}
