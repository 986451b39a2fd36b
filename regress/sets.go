package regress

import (
	"embed"
	"io/fs"
	"path"
	"strings"
)

//go:embed sets/*.yaml
var setFiles embed.FS

// Set is a set that is built in.
type Set struct {
	Name  string
	About string // a sentence
	Text  []byte // the file, as it could be given
}

// Default is the name of the set that runs where none is named.
const Default = "quick"

// Sets are the sets that are built in, the default one first.
func Sets() []Set {
	names, err := fs.Glob(setFiles, "sets/*.yaml")
	if err != nil {
		panic(err) // of the pattern alone
	}
	var out []Set
	for _, name := range names {
		text, err := setFiles.ReadFile(name)
		if err != nil {
			panic(err) // it is part of the program
		}
		s := Set{Name: strings.TrimSuffix(path.Base(name), ".yaml"), Text: text}
		s.About = firstSentence(string(text))
		if s.Name == Default {
			out = append([]Set{s}, out...)
		} else {
			out = append(out, s)
		}
	}
	return out
}

// FindSet finds a set that is built in.
func FindSet(name string) (Set, bool) {
	for _, s := range Sets() {
		if s.Name == name {
			return s, true
		}
	}
	return Set{}, false
}

// firstSentence is what the comment that a file begins with says first.
func firstSentence(text string) string {
	var words []string
	for line := range strings.Lines(text) {
		comment, ok := strings.CutPrefix(line, "#")
		if !ok {
			break
		}
		words = append(words, strings.TrimSpace(comment))
	}
	first, _, _ := strings.Cut(strings.Join(words, " "), ". ")
	return strings.TrimSuffix(first, ".")
}
