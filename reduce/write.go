package reduce

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime"
)

// Writer writes what became of a run's differences to a directory.
type Writer struct {
	Dir      string // is made where it is not there
	Original string // the command that showed the differences first; may be empty
	// Targets are master and apprentice as a command line names them. It is to work from Dir.
	Targets runtime.TargetPair
	NoKnown bool // the built-in list of known differences was left out
	// Assembly makes a source for the usual cross assembler of a case's program, which has one block and one round; again is the
	// command that shows the case. nil: there are no sources. An error says why there is none, and the report then says so.
	Assembly func(p *arch.Program, c *Case, again string) (string, error)
}

// Files are the files of a case, by their names in the directory; empty: there is none.
type Files struct {
	Report  string `json:"report"`
	Image   string `json:"image,omitempty"`
	Source  string `json:"source,omitempty"`
	dir     string
	command string
}

// Write writes all cases and returns their files. Each appears whole or not at all.
func (w *Writer) Write(out *Outcome) ([]Files, error) {
	if len(out.Cases) == 0 {
		return nil, nil
	}
	if err := os.MkdirAll(w.Dir, 0o755); err != nil {
		return nil, err
	}
	var files []Files
	var failed error
	for _, c := range out.Cases {
		f, err := w.one(out, c)
		files, failed = append(files, f), errors.Join(failed, err)
	}
	return files, failed
}

func (w *Writer) one(out *Outcome, c *Case) (Files, error) {
	f := Files{Report: c.Name + ".md", dir: w.Dir}
	var note string
	if c.Image != nil {
		f.Image = c.Name + ".img"
		f.command = w.Command(c, f)
		if err := c.Image.WriteFile(filepath.Join(w.Dir, f.Image)); err != nil {
			return f, err
		}
		if w.Assembly != nil && !c.Whole {
			source, err := w.Assembly(c.Image.Program, c, f.command)
			if err != nil {
				note = fmt.Sprintf("There is no assembler source: %v.", err)
			} else {
				f.Source = c.Name + ".s"
				if err := runtime.WriteDocument(filepath.Join(w.Dir, f.Source), []byte(source)); err != nil {
					return f, err
				}
			}
		}
	}
	return f, runtime.WriteDocument(filepath.Join(w.Dir, f.Report), []byte(w.markdown(out, c, f, note)))
}
