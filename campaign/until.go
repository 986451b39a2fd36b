package campaign

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"
)

// Until is what images came to that were aimed at what the jobs of the plan have not hit, and what is left.
type Until struct {
	Rounds     int         `json:"rounds"`            // of aimed images: in each at most one for each model
	Images     int         `json:"images"`            // aimed images with a result
	Executions int64       `json:"executions"`        // of these
	Covered    bool        `json:"covered"`           // everything that images may hit was hit
	Tried      int         `json:"tried"`             // things that were not hit though enough instructions were aimed at them
	Impossible int         `json:"impossible"`        // things that no image can be made for
	Open       int         `json:"open"`              // things that more images might have hit
	Stopped    bool        `json:"stopped,omitempty"` // it was stopped: with --resume it goes on; a merge does not know what is left then
	Left       []*LeftOver `json:"left,omitempty"`    // all these things
	index      map[[3]string]*LeftOver
}

// LeftOver is something that images for a model may hit and that none did.
type LeftOver struct {
	Source  string   `json:"source"`  // file:line of the pattern
	Pattern string   `json:"pattern"` // its name
	What    string   `json:"what"`    // a signal, a field and its value, or "covered"
	Why     []Reason `json:"why"`     // by model
	tried   bool
	open    bool
}

// Reason says why something was not hit on some models.
type Reason struct {
	Text   string   `json:"text"`   // why
	Models []string `json:"models"` // CPU model and ABI
}

// String is the reason with its models.
func (r Reason) String() string { return r.Text + " (" + some(r.Models) + ")" }

// String says what was not hit, and why.
func (l *LeftOver) String() string {
	var why []string
	for _, r := range l.Why {
		why = append(why, r.String())
	}
	return fmt.Sprintf("%s (%s) %s: %s", l.Pattern, l.Source, l.What, strings.Join(why, "; "))
}

// Add adds what was not hit on a model: why, whether there were instructions for it, and whether there might be more.
func (u *Until) Add(source, pattern, what, model, why string, tried, open bool) {
	key := [3]string{source, pattern, what}
	l := u.index[key]
	if l == nil {
		if u.index == nil {
			u.index = map[[3]string]*LeftOver{}
		}
		l = &LeftOver{Source: source, Pattern: pattern, What: what}
		u.index[key] = l
		u.Left = append(u.Left, l)
	}
	at := slices.IndexFunc(l.Why, func(r Reason) bool { return r.Text == why })
	if at < 0 {
		at = len(l.Why)
		l.Why = append(l.Why, Reason{Text: why})
	}
	l.Why[at].Models = append(l.Why[at].Models, model)
	l.tried, l.open = l.tried || tried, l.open || open
}

// Finish counts what is left.
func (u *Until) Finish() {
	for _, l := range u.Left {
		switch {
		case l.open:
			u.Open++
		case l.tried:
			u.Tried++
		default:
			u.Impossible++
		}
	}
	u.Covered = len(u.Left) == 0
}

// sentence says what it came to.
func (u *Until) sentence() string {
	text := fmt.Sprintf("%s in %s, %s executions: ", Plural(u.Images, "aimed image"), Plural(u.Rounds, "round"), humanize.Comma(u.Executions))
	if u.Covered {
		return text + "everything that images may hit was hit"
	}
	if u.Stopped && len(u.Left) == 0 {
		return text + "it was stopped, and what is left to hit is not known (--resume --until-covered goes on)"
	}
	var parts []string
	add := func(n int, what string) {
		if n > 0 {
			parts = append(parts, comma(n)+" "+what)
		}
	}
	add(u.Tried, "in spite of enough tries")
	add(u.Impossible, "that no image can be made for")
	if u.Stopped {
		add(u.Open, "when it was stopped")
	} else {
		add(u.Open, "when there were no more images (--max-images)")
	}
	return text + Plural(len(u.Left), "thing") + " not hit: " + strings.Join(parts, ", ")
}

// write lists what was not hit.
func (u *Until) write(b *strings.Builder) {
	const shown = 50
	for _, l := range u.Left[:min(shown, len(u.Left))] {
		fmt.Fprintf(b, "not hit: %s\n", l)
	}
	if n := len(u.Left) - shown; n > 0 {
		fmt.Fprintf(b, "and %s things more; --json has them all.\n", comma(n))
	}
	if len(u.Left) > 0 {
		b.WriteString("\n")
	}
}
