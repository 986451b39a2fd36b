//go:build amd64 || arm64

// What speaks the protocol is large, and is not to be compiled where tests are only looked at.

package browsertest

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

// Sizes of windows, in CSS pixels.
var (
	desktop = [2]int64{1280, 900}
	phone   = [2]int64{375, 740}
)

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if browser != nil { // its directory is removed when it has ended
		ctx, cancel := context.WithTimeout(browser, time.Minute)
		if err := chromedp.Cancel(ctx); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		cancel()
	}
	os.Exit(code)
}

// browser is the process, which all tests of the package share.
var browser context.Context

// start starts the browser once. Containers run as root and may have no name spaces of users, so that there is no sandbox.
func start(t testing.TB) context.Context {
	t.Helper()
	program := needtool.AnyPath(t, "chromium-headless-shell", "google-chrome", "chromium")
	if browser == nil {
		options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU,
			chromedp.WSURLReadTimeout(5*time.Minute)) // a browser that is read from a slow disk
		ctx, _ := chromedp.NewExecAllocator(context.Background(), options...)
		ctx, _ = chromedp.NewContext(ctx)
		require.NoError(t, chromedp.Do(ctx))
		browser = ctx
	}
	return browser
}

// tab is a page that is open, and what it did.
type tab struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	requests []string // but for the page itself
	problems []string // of the console, exceptions, and of the policy
}

// newTab opens a window, on a light or dark screen.
func newTab(t testing.TB, size [2]int64, dark, script bool) *tab {
	t.Helper()
	ctx, end := chromedp.NewContext(start(t))
	t.Cleanup(end)
	b := &tab{t: t, ctx: ctx}
	require.NoError(t, chromedp.Listen(ctx, b.hear))
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	call(b, network.Enable, network.EnableParams{})
	call(b, log.Enable, cdp.Empty{})
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: size[0], Height: size[1], DeviceScaleFactor: 1, Mobile: size[0] < 600,
	})
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !script})
	return b
}

// call sends a command of the protocol.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	result, err := chromedp.Call(b.ctx, command, params)
	require.NoError(b.t, err)
	return result
}

// hear notes what a page must not do.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err != nil || u.Scheme != "data" && e.Type != network.ResourceTypeDocument {
			b.requests = append(b.requests, e.Request.URL)
		}
	case *log.EventEntryAdded:
		b.problems = append(b.problems, e.Entry.Text)
	case *runtime.EventConsoleAPICalled:
		b.problems = append(b.problems, fmt.Sprint(e.Type, e.Args))
	case *runtime.EventExceptionThrown:
		b.problems = append(b.problems, fmt.Sprint(e.ExceptionDetails))
	}
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b.ctx, actions...))
}

// open shows a file. The fragment begins with # or is empty.
func (b *tab) open(file, fragment string) {
	b.t.Helper()
	path, err := filepath.Abs(file)
	require.NoError(b.t, err)
	b.do(chromedp.Navigate((&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()+fragment), chromedp.WaitReady(chromedp.CSS("footer")))
}

// openAtOnce shows a file whose text comes in one piece. A browser that reads a file lays out what it has so far, and how often depends
// on the machine.
func (b *tab) openAtOnce(file string) {
	b.t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(b.t, err)
	b.do(chromedp.Navigate("about:blank"))
	frame := call(b, page.GetFrameTree, cdp.Empty{}).FrameTree.Frame.ID
	call(b, page.SetDocumentContent, page.SetDocumentContentParams{FrameID: frame, HTML: string(text)})
	b.await(`document.readyState === 'complete' && !!document.querySelector('footer')`, "the page")
}

// await waits until a condition in JavaScript holds, and gives up after a time that is long on any machine.
func (b *tab) await(condition, what string) {
	b.t.Helper()
	for range 6000 {
		if eval[bool](b, condition) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	require.Fail(b.t, "it does not come", what)
}

// eval evaluates an expression of JavaScript in a page.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	out, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	require.NoError(b.t, err)
	return out
}

// click clicks an element that is in sight and that nothing covers. All of it is done in one turn of the page's script: what the
// page lays out later may move an element away from where a mouse would be sent.
func (b *tab) click(selector string) {
	b.t.Helper()
	require.Equal(b.t, "clicked", eval[string](b, fmt.Sprintf(`(e => {
		e.scrollIntoView({ block: 'center' });
		const r = e.getBoundingClientRect(), hit = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
		if (!e.contains(hit)) return (hit ? hit.outerHTML.slice(0, 80) : 'nothing') + ' is in its place';
		e.click();
		return 'clicked';
	})(document.querySelector(%q))`, selector)), selector)
}

// quiet makes sure that the page asked for nothing and complained of nothing.
func (b *tab) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	require.Empty(b.t, b.requests, "a page needs nothing but itself")
	require.Empty(b.t, b.problems)
}
