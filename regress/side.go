package regress

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mattn/go-shellwords"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/campaign"
)

// Pair is the name of the only pair of targets of a gate's jobs: the baseline and the candidate.
const Pair = "regress"

// Side is what one of the two targets of each job is made of.
type Side struct {
	dir      string            // a directory of emulators
	programs map[string]string // paths of emulators, by the name of the program
	command  string            // a command with placeholders
}

// Installed is the emulators that the system finds (PATH).
func Installed() *Side { return &Side{command: "{emulator}"} }

// ParseSide reads what was given for a side: a directory in which emulators have their usual names, emulators, or one
// command, in which {cpu}, {abi}, {order}, {program} and {emulator} stand for those of each job. A directory or an emulator that is
// there is that one, and none that the system would find by its name. program says whether a name is that of a usual emulator.
func ParseSide(given []string, program func(name string) bool) (*Side, error) {
	s := &Side{}
	for _, text := range given {
		info, err := os.Stat(text)
		switch {
		case text == "":
			return nil, fmt.Errorf("it is empty")
		case err == nil && info.IsDir():
			if len(given) > 1 {
				return nil, fmt.Errorf("%s: one directory stands alone", text)
			}
			s.dir = text
		case program(filepath.Base(text)):
			if s.programs == nil {
				s.programs = map[string]string{}
			}
			name := filepath.Base(text)
			if s.programs[name] != "" {
				return nil, fmt.Errorf("%s: a second %s beside %s", text, name, s.programs[name])
			}
			if err == nil && name == text {
				text = "." + string(filepath.Separator) + name
			}
			s.programs[name] = text
		case len(given) > 1:
			return nil, fmt.Errorf("%s: it is no emulator that images usually run on; a command stands alone", text)
		default:
			s.command = text
		}
	}
	return s, nil
}

var placeholders = []string{"{cpu}", "{emulator}"}

// OfOneModel reports whether the side is a command that is the same for all CPU models.
func (s *Side) OfOneModel() bool {
	return s.command != "" && !slices.ContainsFunc(placeholders, func(p string) bool { return strings.Contains(s.command, p) })
}

// Command is the target of a job on this side. ok is false where the side has no emulator for it.
func (s *Side) Command(p *campaign.Params, v arch.Variant) (command string, ok bool) {
	program, options, _ := strings.Cut(v.Emulator, " ")
	path := program
	switch {
	case s.command != "":
		return strings.NewReplacer(
			"{cpu}", p.CPU, "{abi}", p.ABI, "{order}", p.Order, "{emulator}", v.Emulator, "{program}", program,
		).Replace(s.command), true
	case s.dir != "":
		path = s.dir + string(filepath.Separator) + program
	default:
		if path = s.programs[program]; path == "" {
			return "", false
		}
	}
	return Quote(path) + " " + options, true
}

// String is the side as it was given, more or less.
func (s *Side) String() string {
	switch {
	case s.command != "":
		return s.command
	case s.dir != "":
		return filepath.Join(s.dir, "{emulator}")
	}
	var out []string
	for _, path := range s.programs {
		out = append(out, path)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// Quote quotes a word where a shell or a command of a target would take it apart.
func Quote(w string) string {
	words, err := shellwords.Parse(w)
	if err == nil && len(words) == 1 && words[0] == w && !strings.ContainsAny(w, "$&|;<>()`*?[]#~{}\n") {
		return w
	}
	return "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
}
