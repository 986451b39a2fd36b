package html

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/runtime"
)

// sample is a report with one of each.
func sample() *runtime.Report {
	return &runtime.Report{
		CPU: "24Kc", ABI: "o32", ISAs: []string{"base"}, Order: "little", Digest: "00", Seed: 3,
		Targets: runtime.TargetPair{Master: "good", Apprentice: "bad"}, Patterns: 8, Covered: 6, Records: 1234, Executions: 98765,
		Mismatches: 7, KnownMismatches: 2, Again: "risugen check --cpu 24Kc",
		MismatchList: []*runtime.Mismatch{
			{Kind: runtime.KindResult, Count: 2, Known: "old-bug", Where: runtime.Where{Pattern: "OLD", Source: "b.decode:1"}},
			{Kind: runtime.KindResult, Count: 4, Words: 1, Where: runtime.Where{
				Pattern: "ADD", Source: "a.decode:3", Word: 0x00a4, Width: 16, Disassembly: "add r1, r2",
				Arguments: []runtime.Argument{{Name: "rd", Value: 10, Mask: 0xf0}, {Name: "rs", Value: 1, Mask: 0x6}, {Name: "s", Value: 1}},
			}, Inputs: []runtime.Value{{Operand: "rs", Place: "$2", Value: "00000001"}, {Operand: "rt", Place: "$3"}},
				Outputs: []runtime.Difference{{Operand: "rd", Place: "$1", Master: "00000002", Apprentice: "00000302"}}},
			{Kind: runtime.KindUndeclared, Count: 1, Candidates: []string{"SUB", "MUL"}, Where: runtime.Where{Block: 5, Item: -1},
				Outputs: []runtime.Difference{{Place: "mem[0] at 0x10", Master: "0011223344556677", Apprentice: "0011223344556678"}}},
		},
		Findings:  []*runtime.Finding{{Kind: runtime.FindingConstant, Text: "DIV never did", Count: 1, Candidates: []string{"DIV"}}},
		KnownSeen: []*runtime.KnownSeen{{ID: "old-bug", Text: "It is old", See: "https://example.org/bug?a=1&b=2", Count: 2}},
		PatternList: []runtime.PatternState{
			{Pattern: "ADD", Source: "a.decode:3", State: runtime.StateCovered}, {Pattern: "ADD", Source: "a.decode:9", State: runtime.StateCovered},
			{Pattern: "SUB", Source: "a.decode:4", State: runtime.StateCovered}, {Pattern: "DIV", Source: "a.decode:5", State: runtime.StateCompleted},
			{Pattern: "TEQ", Source: "a.decode:6", State: runtime.StateFaulted}, {Pattern: "NOP", Source: "a.decode:7", State: runtime.StateCompleted},
			{Pattern: "B", Source: "a.decode:8", State: runtime.StateNever}, {Pattern: "OLD", Source: "b.decode:1", State: runtime.StateCovered},
		},
		UndrawnList:  []runtime.PatternState{{Pattern: "MSR", Source: "b.decode:2", State: runtime.StateUnrecorded}},
		ReservedList: []runtime.PatternState{{Pattern: "R1", Source: "r.decode:1", State: runtime.StateRefused}, {Pattern: "R2", Source: "r.decode:2", State: runtime.StateRan}},
	}
}

func pageOf(t *testing.T, r *runtime.Report) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, pages.Execute(&b, newPage(r, Options{Tool: "risugen test"})))
	return b.String()
}

// TestCells: a cell says what is worst of its pattern.
func TestCells(t *testing.T) {
	p := newPage(sample(), Options{})
	got := map[string]string{}
	for _, c := range p.Patterns {
		got[c.Name+" "+c.Source] = c.State.Class
	}
	assert.Equal(t, map[string]string{
		"ADD a.decode:3": "differs", "ADD a.decode:9": "clean", "SUB a.decode:4": "suspect", "DIV a.decode:5": "violates",
		"TEQ a.decode:6": "faults", "NOP a.decode:7": "idle", "B a.decode:8": "never", "OLD b.decode:1": "known",
		"MSR b.decode:2": "undrawn", "R1 r.decode:1": "refused", "R2 r.decode:2": "ran",
	}, got)
	symbols := map[string]bool{}
	for _, s := range p.States {
		assert.Equal(t, 1, s.Count, s.Name)
		symbols[s.Symbol] = true
	}
	assert.Len(t, p.States, 11)
	assert.Greater(t, len(symbols), 8, "colour is not all there is to tell them apart")
	require.Len(t, p.Groups, 3)
	assert.Equal(t, "reserved words: r.decode", p.Groups[2].Name)
	for _, g := range p.Groups {
		last := g.Bar[len(g.Bar)-1]
		assert.Equal(t, 1000, last.At+last.Wide, "a bar is as long as its group")
	}
}

// TestEntries: what is new stands before what is known, and knows its pattern.
func TestEntries(t *testing.T) {
	p := newPage(sample(), Options{})
	var names []string
	for _, e := range p.Entries {
		names = append(names, e.ID+" "+e.Name)
	}
	assert.Equal(t, []string{"d1 ADD", "d2 block 5", "d3 DIV", "d4 OLD"}, names)
	assert.Equal(t, "a.decode:3", p.Entries[0].Pattern.Source)
	assert.Nil(t, p.Entries[1].Pattern)
	assert.True(t, p.Entries[1].Lanes)
	assert.Contains(t, p.Entries[0].Text, "again: risugen check --cpu 24Kc\n")
	assert.Equal(t, []kind{{"result", 2}, {"undeclared", 1}, {runtime.FindingConstant, 1}}, p.Kinds)
	assert.Equal(t, differ, p.Verdict)
}

func TestVerdicts(t *testing.T) {
	r := sample()
	r.Mismatches = 2
	assert.Equal(t, wrong, verdictOf(r))
	r.Findings = nil
	assert.Equal(t, agreeAs, verdictOf(r))
	r.KnownSeen = nil
	assert.Equal(t, agree, verdictOf(r))
	r.CutOff = "the trace ends early"
	assert.Equal(t, partly, verdictOf(r))
	r.CutOff, r.Failure, r.Mismatches = "", "a target died", 2
	assert.Equal(t, partly, verdictOf(r))
}

// TestEarly: a page of a run that ended early says so at its top, and how far it came.
func TestEarly(t *testing.T) {
	r := sample()
	assert.NotContains(t, pageOf(t, r), "ended early:")
	r.Failure, r.RecordsLeft = "the <master> died", 6000
	page := pageOf(t, r)
	assert.Contains(t, page, partly.Text+"</p>")
	assert.Contains(t, page, "The run ended early: 6,000 of 7,234 records were not compared, and what follows is of the others. the &lt;master&gt; died</p>")
	assert.Less(t, strings.Index(page, "The run ended early"), strings.Index(page, "<main"))
}

func TestWord(t *testing.T) {
	w := newPage(sample(), Options{}).Entries[0].Word
	assert.Equal(t, "0x00a4", w.Hex)
	assert.Equal(t, []piece{{"", "00000000", 15}, {"rd", "1010", 7}, {"", "0", 3}, {"rs", "10", 2}, {"", "0", 0}}, w.Pieces)
	assert.Equal(t, []fieldOf{{"rd", 10}, {"rs", 1}, {"s", 1}}, w.Fields)
	assert.Nil(t, wordOf(&runtime.Where{Word: 0x12}).Pieces, "of a report that does not tell the width")
}

func TestDigits(t *testing.T) {
	assert.Equal(t, []lane{{{"0123", false}}, {{"4", false}, {"5", true}, {"678", false}, {"9", true}, {"ab", false}}},
		split("0123456789ab", "0123406780ab", false).Lanes, "a register is cut from its least significant digit on")
	assert.Equal(t, []lane{{{"01234567", false}}, {{"89ab", false}}}, split("0123456789ab", "0123456789ab", true).Lanes, "memory from its first byte on")
	assert.Equal(t, []lane{{{"12", false}, {"34", true}}}, split("1234", "12", false).Lanes)
	assert.Nil(t, split("", "12", false).Lanes)
}

func TestValues(t *testing.T) {
	state := runtime.FieldState{Name: "size", Legal: []int64{-2, -1, 0, 1, 5}, Seen: []int64{0, 7}}
	f := fieldState{state}
	assert.Equal(t, "-2..1 5 7", f.Ranges())
	assert.Equal(t, "001001", f.Bits())
	assert.Equal(t, "-2 -1 1 5", f.Unseen())
	assert.Equal(t, []int{2, 6}, []int{f.Hit(), f.Total()})
	share := func(p runtime.PatternState) int { return details{&p}.Share() }
	assert.Equal(t, 1, share(runtime.PatternState{Branches: []runtime.FieldState{state}}))
	assert.Equal(t, 4, share(runtime.PatternState{}))
	assert.Equal(t, 3, share(runtime.PatternState{Fields: []runtime.FieldState{{Seen: []int64{1, 2, 3}}, {Legal: []int64{1}}}}))
	assert.Equal(t, 0, share(runtime.PatternState{Alignments: []runtime.FieldState{{Legal: []int64{1}}}}))
}

// hostile is a text that would like to be more.
const hostile = `</script></style></title><script>document.title='owned'</script><img src="http://127.0.0.1:9/x" onerror="document.title='owned'">"' onclick=x {{.}} javascript:`

// TestHostile: whatever a report's texts are, they are texts.
func TestHostile(t *testing.T) {
	r := sample()
	r.CPU, r.ABI, r.Again, r.Order = hostile, hostile, hostile, hostile
	r.Targets.Master, r.Versions.Apprentice = hostile, hostile
	r.Descriptions = []string{hostile}
	m := r.MismatchList[1]
	m.Kind, m.Known, m.Pattern, m.Source, m.Disassembly, m.Candidates = hostile, "", hostile, hostile, hostile, []string{"a", hostile}
	m.Arguments[0].Name, m.Inputs[0].Place, m.Outputs[0].Via, m.Outputs[0].Master = hostile, hostile, hostile, hostile
	m.Master = &runtime.Fault{Signal: hostile}
	r.Findings[0].Text, r.Findings[0].Kind, r.Findings[0].Place = hostile, hostile, hostile
	r.KnownSeen[0].ID, r.KnownSeen[0].Text, r.KnownSeen[0].See = hostile, hostile, "https://"+hostile
	r.PatternList[0].Pattern, r.PatternList[0].Source, r.PatternList[0].State = hostile, hostile, hostile
	text := pageOf(t, r)
	for tag, n := range map[string]int{"script": 1, "style": 1, "title": 1, "img": 0} {
		assert.Len(t, regexp.MustCompile("(?i)<"+tag+`[\s>]`).FindAllString(text, -1), n, tag)
	}
	unquoted := regexp.MustCompile(`"[^"]*"`).ReplaceAllString(withoutScript(text), "")
	assert.NotRegexp(t, `<[^>]*\son(error|click)=`, unquoted)
	r.KnownSeen[0].See = "javascript:alert(1)"
	assert.NotContains(t, pageOf(t, r), `href="javascript:`)
}

// TestCampaign: the page of a summary has its differences and failures, each with its command, and whatever their texts are.
func TestCampaign(t *testing.T) {
	s := &campaign.Summary{
		Name: hostile, Jobs: 9, Done: 8, Left: 1, Differs: 3, Failed: 1, Clean: 4, Mismatches: 12, Records: 100,
		CPUs: []*campaign.CPUSummary{{CPU: hostile, Jobs: 8, Differs: 3, Failed: 1, Clean: 4}},
		Differences: []*campaign.Difference{
			{Kind: runtime.KindResult, Pattern: "ADD", Count: 12, Jobs: 3, CPUs: []string{"24Kc"}, Pairs: []string{"a | b"}, Text: "add $1,$2", First: campaign.First{Job: "j1", Again: "risugen check 1"}},
			{Kind: runtime.FindingFault, Place: "$3", Target: "both", Count: 1, Jobs: 1, CPUs: []string{hostile}, Pairs: []string{hostile}, Text: hostile, First: campaign.First{Job: "j2", Again: hostile}},
		},
		Failures:  []*campaign.Failure{{Error: hostile, Jobs: 1, CPUs: []string{"24Kc"}, First: campaign.First{Job: "j3", Again: "risugen check 3"}}},
		KnownSeen: []*campaign.KnownSeen{{KnownSeen: runtime.KnownSeen{ID: "k", Text: hostile, See: hostile}}},
	}
	p := campaignPage(s, Options{})
	require.Len(t, p.Entries, 3)
	assert.Equal(t, []string{"ADD", "$3", "24Kc"}, []string{p.Entries[0].Name, p.Entries[1].Name, p.Entries[2].Name})
	assert.Equal(t, []bool{false, true, true}, []bool{p.Entries[0].Violation, p.Entries[1].Violation, p.Entries[2].Violation})
	assert.Equal(t, []segment{{"differs", 0, 375}, {"violates", 375, 125}, {"known", 500, 0}, {"clean", 500, 500}}, p.Models.Rows[0].Bar)
	assert.Equal(t, "They differ, and jobs failed or are missing", p.Verdict.Text)
	var b bytes.Buffer
	require.NoError(t, pages.Execute(&b, campaignPage(s, Options{})))
	assert.Contains(t, b.String(), "<code>risugen check 1</code>")
	assert.Len(t, regexp.MustCompile("(?i)<(script|img)").FindAllString(b.String(), -1), 1)

	s.Differs = 0
	assert.Equal(t, "known", campaignVerdict(s).Class, "jobs are missing")
	s.Failed, s.Left = 0, 0
	assert.Equal(t, agree, campaignVerdict(s))
	s.Known = 1
	assert.Equal(t, agreeAs, campaignVerdict(s))
}

func withoutScript(text string) string {
	at := strings.Index(text, "<script>")
	return text[:at]
}

// TestPolicy: what the policy names is what is in the page, and there is nothing that it forbids.
func TestPolicy(t *testing.T) {
	text := pageOf(t, sample())
	policy := regexp.MustCompile(`http-equiv="Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(text)
	require.NotNil(t, policy)
	allowed := strings.NewReplacer("&#39;", "'", "&#43;", "+").Replace(policy[1])
	assert.Contains(t, allowed, "default-src 'none'")
	for _, tag := range []string{"style", "script"} {
		_, rest, _ := strings.Cut(text, "<"+tag+">")
		inside, _, found := strings.Cut(rest, "</"+tag+">")
		require.True(t, found)
		assert.Contains(t, allowed, tag+"-src "+digest(inside))
	}
	assert.NotContains(t, text, ` style="`, "the policy has no place for it")
	assert.NotRegexp(t, `(src|href)="(http:|//)`, text)
}

// TestWriteFile: a page replaces another one whole, and a page that cannot be written leaves nothing.
func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.html")
	require.NoError(t, os.WriteFile(path, []byte("before"), 0o600))
	require.NoError(t, WriteFile(path, sample(), Options{}))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Regexp(t, `(?s)^<!doctype html>.*</html>\n$`, string(text))
	assert.Error(t, WriteFile(filepath.Join(dir, "none", "out.html"), sample(), Options{}))
	assert.Error(t, WriteFile(dir, sample(), Options{}))
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, files, 1)
	info, err := files[0].Info()
	require.NoError(t, err)
	assert.Zero(t, info.Mode()&0o111, "a page is no program")
}
