//go:build amd64 || arm64

package browsertest

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/cover"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/regress"
	"github.com/risugen/risugen/report/html"
	"github.com/risugen/risugen/runtime"
)

// visible counts the elements of a selector that nothing hides.
func visible(b *tab, selector string) int {
	return eval[int](b, fmt.Sprintf(`[...document.querySelectorAll(%q)].filter(e => !e.hidden).length`, selector))
}

const (
	patterns    = 1000
	differences = 500
)

// metric is one of the browser's own counts.
func metric(b *tab, name string) float64 {
	for _, m := range call(b, performance.GetMetrics, struct{}{}).Metrics {
		if m.Name == name {
			return m.Value
		}
	}
	b.t.Fatalf("the browser does not count %s", name)
	return 0
}

// TestBigPage: 1,000 patterns and 500 differences are there, quietly, and cost what a page may.
func TestBigPage(t *testing.T) {
	needtool.Slow(t)
	b := newTab(t, desktop, false, true)
	call(b, performance.Enable, performance.EnableParams{})
	b.openAtOnce(bigPage(t, patterns, differences))
	assert.Equal(t, differences, visible(b, ".card"))
	assert.Equal(t, patterns, visible(b, ".cells a"))
	assert.Equal(t, patterns, eval[int](b, `document.querySelectorAll('.panel').length`))
	assert.Zero(t, eval[int](b, `[...document.querySelectorAll('.panel')].filter(e => e.checkVisibility()).length`), "until one asks for one")
	assert.Less(t, eval[int](b, `document.querySelectorAll('*').length`), 140*differences+15*patterns)
	assert.Less(t, metric(b, "JSEventListeners"), 20.0, "not one for each card")
	assert.Less(t, metric(b, "LayoutCount"), 12.0, "the script does not make the browser lay out again and again")
	t.Logf("%d elements, %.0f layouts", eval[int](b, `document.querySelectorAll('*').length`), metric(b, "LayoutCount"))
	b.quiet()
}

// TestFilter: kinds, what is known, states and words choose cards and cells, and the address keeps them.
func TestFilter(t *testing.T) {
	needtool.Slow(t)
	b := newTab(t, desktop, false, true)
	page := bigPage(t, patterns, differences)
	b.open(page, "")

	b.click(`.chip[data-kind=fault]`)
	assert.Equal(t, differences/4, visible(b, ".card"))
	b.click(`.chip[data-kind=undeclared]`)
	assert.Equal(t, differences/2, visible(b, ".card"))
	b.click(`#known`)
	assert.Equal(t, differences/2-differences/20, visible(b, ".card"), "every tenth is known, and of these every second of another kind")
	b.click(`.chip[data-state=never]`)
	assert.Equal(t, eval[int](b, `document.querySelectorAll('.cells .s-never').length`), visible(b, ".cells a"))
	hash := eval[string](b, `location.hash`)
	assert.Equal(t, "#kind=fault&kind=undeclared&state=never&new=1", hash)

	again := newTab(t, desktop, false, true)
	again.open(page, hash)
	assert.Equal(t, visible(b, ".card"), visible(again, ".card"), "an address that was sent to somebody shows the same")
	assert.Equal(t, visible(b, ".cells a"), visible(again, ".cells a"))

	b.click(`#reset`)
	assert.Equal(t, differences, visible(b, ".card"))
	assert.Empty(t, eval[string](b, `location.hash`))
	call(b, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "/", Text: "/"})
	b.do(chromedp.KeyEvent("pattern12 FADD"))
	assert.Equal(t, "pattern12 FADD", eval[string](b, `document.activeElement.value`), "/ goes to the search")
	assert.Equal(t, 11, visible(b, ".card"), "PATTERN12 and 120 to 129: every word is found, in any case")
	assert.Equal(t, 0, visible(b, ".cells a"), "no cell tells of an instruction")
	b.do(chromedp.KeyEvent(kb.Escape))
	assert.Equal(t, differences, visible(b, ".card"))
	b.do(chromedp.KeyEvent("file3.decode"))
	assert.Equal(t, 250, visible(b, ".cells a"))
	assert.Equal(t, 1, visible(b, ".group"), "groups without cells go")
	b.quiet()
}

// TestSort arranges the cards.
func TestSort(t *testing.T) {
	needtool.Slow(t)
	b := newTab(t, desktop, false, true)
	b.open(bigPage(t, 40, 40), "#sort=count")
	counts := `[...document.querySelectorAll('.card')].map(c => Number(c.dataset.count))`
	assert.True(t, eval[bool](b, counts+`.every((n, i, all) => !i || all[i - 1] >= n)`))
	b.do(chromedp.SetValue(chromedp.CSS("#sort"), ""))
	eval[bool](b, `document.querySelector('#sort').dispatchEvent(new Event('change', { bubbles: true }))`)
	assert.Equal(t, "d1", eval[string](b, `document.querySelector('.card').id`))
	assert.True(t, eval[bool](b, `[...document.querySelectorAll('.card')].every((c, i) => c.id === 'd' + (i + 1))`))
	b.quiet()
}

// TestKeyboard opens, closes and goes on without a mouse.
func TestKeyboard(t *testing.T) {
	needtool.Slow(t)
	b := newTab(t, desktop, false, true)
	b.open(bigPage(t, 40, 40), "")
	active := `document.activeElement.closest('.card')?.id ?? ''`
	for _, want := range []string{"d1", "d2", "d3"} {
		b.do(chromedp.KeyEvent("j"))
		assert.Equal(t, want, eval[string](b, active))
	}
	b.do(chromedp.KeyEvent("k"))
	assert.Equal(t, "d2", eval[string](b, active))
	open := `document.getElementById('d2').open`
	was := eval[bool](b, open)
	b.do(chromedp.KeyEvent(kb.Enter))
	assert.NotEqual(t, was, eval[bool](b, open))

	eval[bool](b, `!document.querySelector('.cells a').focus()`)
	b.do(chromedp.KeyEvent(kb.Enter))
	assert.Equal(t, "p1", eval[string](b, `document.querySelector('.panel.shown').id`))
	assert.Equal(t, "#at=p1", eval[string](b, `location.hash`))
	b.do(chromedp.KeyEvent(kb.Escape))
	assert.Zero(t, eval[int](b, `document.querySelectorAll('.shown').length`))
	assert.Equal(t, "#p1", eval[string](b, `document.activeElement.getAttribute('href')`), "back to where one was")
	b.quiet()
}

// TestValues: a pattern shows which values of its fields were seen, as boxes, and as words where no script draws them.
func TestValues(t *testing.T) {
	needtool.Slow(t)
	page := bigPage(t, 5, 0)
	b := newTab(t, desktop, false, true)
	b.open(page, "#p5")
	boxes := func(field int, class string) int {
		return eval[int](b, fmt.Sprintf(`document.querySelectorAll('#p5 .values')[%d].querySelectorAll('.boxes .%s').length`, field, class))
	}
	assert.Equal(t, []int{2, 0, 7, 25, 1, 1}, []int{boxes(0, "seen"), boxes(0, "unseen"), boxes(1, "seen"), boxes(1, "unseen"), boxes(2, "seen"), boxes(2, "unseen")})
	assert.Equal(t, "0 5 10 15 20 25 30", eval[string](b, `[...document.querySelectorAll('#p5 .values')[1].querySelectorAll('.seen')].map(e => e.textContent).join(' ')`))
	b.click(`.chip[data-state=missing]`)
	assert.Equal(t, 5, visible(b, ".cells a"))
	b.quiet()
	b = newTab(t, desktop, false, false)
	b.open(page, "#p5")
	assert.Contains(t, eval[string](b, `document.querySelector('#p5').innerText`), "rd 7 of 32 values seen, not 1..4 6..9 11..14 16..19 21..24 26..29 31")
}

// TestLanes shows registers in lanes of any width, as numbers of any kind, and whole again.
func TestLanes(t *testing.T) {
	needtool.Slow(t)
	b := newTab(t, desktop, false, true)
	b.open(bigPage(t, 4, 1), "#d1")
	lanes := func(place, side int) []string {
		return eval[[]string](b, fmt.Sprintf(`[...document.querySelectorAll('#d1 .reg')[%d].querySelectorAll('.hex')[%d].children].map(e => e.dataset.i + (e.classList.contains('off') ? '!' : ':') + e.textContent)`, place, side))
	}
	whole := eval[string](b, `document.querySelector('#d1 .regs').innerHTML`)
	press := func(n string) { b.click(`#d1 [data-lane="` + n + `"]`) }
	as := func(v string) {
		eval[bool](b, fmt.Sprintf(`(s => { s.value = %q; return s.dispatchEvent(new Event('change', { bubbles: true })); })(document.querySelector('#d1 .as'))`, v))
	}
	press("8")
	assert.Equal(t, []string{"3:01234567", "2:89abcdef", "1!3f800001", "0:7fc00000"}, lanes(3, 1))
	assert.Equal(t, []string{"0:00112233", "1!44556678"}, lanes(5, 1), "memory begins at its lowest address")
	as("f")
	assert.Equal(t, []string{"3:2.99881655e-38", "2:-4.13604116e-33", "1!1.00000012", "0:NaN"}, lanes(3, 1))
	press("16")
	assert.Equal(t, []string{"1:3.512700564088504e-303", "0!0.007812511168594938"}, lanes(3, 1)[:2])
	as("s")
	press("4")
	assert.Equal(t, []string{"7:291", "6:17767", "5:-30293", "4:-12817", "3:16256", "2!1", "1:32704", "0:0"}, lanes(3, 1))
	as("u")
	assert.Equal(t, []string{"0:4352", "1:13090", "2:21828", "3!30822"}, lanes(5, 1), "of a little-endian CPU")
	press("2")
	as("")
	assert.Len(t, lanes(0, 0), 16)
	press("0")
	assert.Equal(t, whole, eval[string](b, `document.querySelector('#d1 .regs').innerHTML.replaceAll('hex vec lane', 'hex vec')`))
	b.quiet()
}

// TestJump: an address leads to its card, which is open then, though what is above was not laid out before.
func TestJump(t *testing.T) {
	needtool.Slow(t)
	for _, size := range [][2]int64{desktop, phone} {
		b := newTab(t, size, false, true)
		b.open(bigPage(t, patterns, differences), "#d400")
		b.await(`(top => top >= 40 && top < 140)(document.querySelector('#d400').getBoundingClientRect().top)`, "it is just below the search")
		assert.True(t, eval[bool](b, `document.querySelector('#d400').open`))
		b.quiet()
	}
}

// TestPhone: nothing is wider than a phone, and nothing is too small to read or to hit.
func TestPhone(t *testing.T) {
	needtool.Slow(t)
	for _, open := range []bool{true, false} {
		b := newTab(t, phone, false, true)
		b.open(bigPage(t, patterns, 60), "")
		if open {
			b.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll('details').forEach(d => { d.open = true; }); document.querySelector('.cells a').click()`))
		}
		assert.LessOrEqual(t, eval[int](b, `document.documentElement.scrollWidth`), int(phone[0]))
		small := `[...document.querySelectorAll('body *')].filter(e => e.checkVisibility({ contentVisibilityAuto: false }) && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) &&
			!e.closest('script, style') && parseFloat(getComputedStyle(e).fontSize) < 12).map(e => e.outerHTML.slice(0, 80))`
		assert.Empty(t, eval[[]string](b, small), "text of less than 12 pixels")
		assert.Empty(t, eval[[]string](b, `[...document.querySelectorAll('.cells a, button, summary')].filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 24).map(e => e.outerHTML.slice(0, 80))`), "too low for a finger")
		words := `[...document.querySelectorAll('.rows th')].filter(e => e.checkVisibility() && (r => { r.selectNodeContents(e); return r.getBoundingClientRect().height; })(document.createRange()) > 60).map(e => e.textContent)`
		assert.Empty(t, eval[[]string](b, words), "words are not cut into letters")
		b.quiet()
	}
}

// TestCampaignPage: that of a campaign fits a phone, too.
func TestCampaignPage(t *testing.T) {
	needtool.Slow(t)
	s := &campaign.Summary{Name: "night.yaml", Jobs: 40, Done: 40, Differs: 40}
	for i := range 40 {
		s.CPUs = append(s.CPUs, &campaign.CPUSummary{CPU: fmt.Sprintf("a-processor-%d", i), Jobs: 1, Differs: 1, Executions: 1 << 40})
		s.Differences = append(s.Differences, &campaign.Difference{
			Kind: "result", Pattern: fmt.Sprintf("PATTERN%d", i), Count: int64(i), Jobs: 1, CPUs: []string{"24Kc"}, Pairs: []string{"a | b"},
			Text: "add $1,$2", First: campaign.First{Job: "0123456789abcdef", Again: "risugen check --cpu 24Kc --seed 1 --master 'qemu-mipsel -cpu 24Kc'"},
		})
	}
	page := filepath.Join(t.TempDir(), "campaign.html")
	require.NoError(t, html.WriteCampaignFile(page, s, html.Options{}))
	b := newTab(t, phone, false, true)
	b.open(page, "#q=pattern7")
	assert.Equal(t, 1, visible(b, ".card"))
	assert.LessOrEqual(t, eval[int](b, `document.documentElement.scrollWidth`), int(phone[0]))
	assert.Contains(t, eval[string](b, `document.querySelector('.card:not([hidden])').textContent`), "risugen check --cpu 24Kc")
	assert.Contains(t, eval[string](b, `document.querySelector('.rows.wide').innerText`), "a-processor-39")
	b.quiet()
}

// gatePage writes the page of a gate with what bigReport has of patterns and differences.
func gatePage(t testing.TB, patterns, differences int) string {
	t.Helper()
	r := bigReport(patterns, differences)
	set := &cover.Set{Arch: "arm", Descriptions: map[string]string{}, Models: map[string]cover.Model{"max lp64": {Images: 1}, "cortex-a72 lp64": {Images: 1}}}
	for i := range r.PatternList {
		p := &r.PatternList[i]
		c := &cover.Pattern{Source: p.Source, Name: p.Pattern, State: p.State, Faults: p.Faults, Models: map[string]int64{"max lp64": p.Executions, "cortex-a72 lp64": 1}}
		for _, f := range p.Fields {
			c.Fields = append(c.Fields, cover.Field{Name: f.Name, Legal: f.Legal, Seen: f.Seen})
		}
		set.Patterns = append(set.Patterns, c)
	}
	s := regress.NewSummary(&campaign.Header{Name: "big", Jobs: 3}, func(*campaign.Params) string { return "risugen check --cpu max -n 200000 --seed 1" }, nil, false)
	s.Set, s.Baseline, s.Candidate = "big", "{emulator}", "build/{emulator}"
	s.Skipped = []regress.Skipped{{What: "max", Why: "there is no program build/qemu-aarch64_be", Jobs: 1}}
	for i, cpu := range []string{"max", "cortex-a72"} {
		res := &campaign.Result{Status: campaign.Differs, Cover: &cover.Packed{Set: set}}
		res.CPU, res.ID, res.Index, res.Order, res.Pair = cpu, fmt.Sprintf("job%d", i), i, []string{"little", "big"}[i], regress.Pair
		for j, m := range r.MismatchList {
			copied := *m
			copied.Known, copied.Pattern, copied.Kind = "", fmt.Sprintf("PATTERN%d", j), runtime.KindResult
			res.Mismatches = append(res.Mismatches, &copied)
		}
		s.Add(res)
	}
	s.Finish()
	path := filepath.Join(t.TempDir(), "gate.html")
	require.NoError(t, html.WriteRegressFile(path, s, html.Options{Tool: "risugen test"}))
	return path
}

// TestGatePage: differences of many jobs are cards with registers, memory in the byte order of their image, and the grid has what all
// jobs have hit; with and without a script, on a phone, too.
func TestGatePage(t *testing.T) {
	needtool.Slow(t)
	page := gatePage(t, 40, 40)
	b := newTab(t, phone, false, true)
	b.open(page, "#d1")
	assert.Equal(t, 40, visible(b, ".card"), "each once, though two jobs have it")
	assert.Equal(t, 40, visible(b, ".cells a"))
	b.click(`#d1 [data-lane="8"]`)
	eval[bool](b, `(s => { s.value = 'u'; return s.dispatchEvent(new Event('change', { bubbles: true })); })(document.querySelector('#d1 .as'))`)
	assert.Equal(t, "857870592", eval[string](b, `document.querySelectorAll('#d1 .reg')[5].querySelector('.hex').children[0].textContent`),
		"00 11 22 33, of a little-endian CPU")
	assert.LessOrEqual(t, eval[int](b, `document.documentElement.scrollWidth`), int(phone[0]))
	b.quiet()
	b = newTab(t, desktop, false, true)
	b.open(page, "#p5")
	assert.Equal(t, 7, eval[int](b, `document.querySelectorAll('#p5 .values')[1].querySelectorAll('.seen').length`))
	assert.Contains(t, eval[string](b, `document.querySelector('#p5').innerText`), "On max lp64 (8), cortex-a72 lp64 (2).")
	b.quiet()
	b = newTab(t, desktop, false, false)
	b.open(page, "#p5")
	assert.Contains(t, eval[string](b, `document.querySelector('#p5').innerText`), "rd 7 of 32 values seen")
	assert.True(t, eval[bool](b, `document.querySelector('.rows.wide').checkVisibility()`))
	b.quiet()
}

// TestWithoutScript: all can be read.
func TestWithoutScript(t *testing.T) {
	needtool.Slow(t)
	page := bigPage(t, 40, 40)
	b := newTab(t, desktop, false, false)
	b.open(page, "#p3")
	shown := func(selector string) bool {
		return eval[bool](b, fmt.Sprintf(`document.querySelector(%q).checkVisibility()`, selector))
	}
	assert.True(t, shown("#p3"), "an address with a pattern shows it")
	assert.False(t, shown("#p4"))
	assert.True(t, shown("noscript p"))
	assert.False(t, shown(".bar"), "what does nothing is not there")
	assert.False(t, shown(".chips"))
	b.quiet()
}

// BenchmarkPage loads the page of 1,000 patterns and 500 differences; its figures are the browser's own.
func BenchmarkPage(b *testing.B) { benchmark(b, bigPage(b, patterns, differences)) }

// BenchmarkGatePage is the same of a gate.
func BenchmarkGatePage(b *testing.B) { benchmark(b, gatePage(b, patterns, differences)) }

func benchmark(b *testing.B, page string) {
	var loaded, painted, filtered float64
	for b.Loop() {
		tab := newTab(b, desktop, false, true)
		tab.open(page, "")
		loaded += eval[float64](tab, `performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd`)
		painted += eval[float64](tab, `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0`)
		filtered += eval[float64](tab, `(() => {
			const q = document.querySelector('#q'), from = performance.now();
			q.value = 'fadd v1'; q.dispatchEvent(new Event('input')); document.body.offsetHeight;
			return performance.now() - from;
		})()`)
	}
	n := float64(b.N)
	b.ReportMetric(loaded/n, "ms-to-loaded")
	b.ReportMetric(painted/n, "ms-to-paint")
	b.ReportMetric(filtered/n, "ms-to-filter")
}
