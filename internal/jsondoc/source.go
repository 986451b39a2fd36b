package jsondoc

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
)

// Source is what the comments of packages say of their types' members.
type Source struct {
	types  map[string]string            // by type: its doc comment
	fields map[string]map[string]string // by type and field
	values map[string][]Value           // constants, by the prefix of their names
}

// Value is a string constant.
type Value struct{ Name, Text, Comment string }

// Read reads the Go files of folders. Types of one name in two of them are an error: a schema has one namespace.
func Read(dirs ...string) (*Source, error) {
	s := &Source{map[string]string{}, map[string]map[string]string{}, map[string][]Value{}}
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			return nil, fmt.Errorf("no Go files in %s", dir)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			for _, d := range f.Decls {
				if g, ok := d.(*ast.GenDecl); ok {
					s.declaration(f.Name.Name, g)
				}
			}
		}
	}
	return s, nil
}

func (s *Source) declaration(pkg string, g *ast.GenDecl) {
	for _, spec := range g.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if st, ok := spec.Type.(*ast.StructType); ok {
				name := pkg + "." + spec.Name.Name
				s.types[name] = sentence(first(spec.Doc, g.Doc))
				s.fields[name] = members(st)
			}
		case *ast.ValueSpec:
			if g.Tok == token.CONST && len(spec.Names) == 1 && len(spec.Values) == 1 {
				s.constant(pkg, spec)
			}
		}
	}
}

func first(groups ...*ast.CommentGroup) *ast.CommentGroup {
	for _, g := range groups {
		if g != nil {
			return g
		}
	}
	return nil
}

// members are the comments of a structure's fields, those above and those behind them.
func members(st *ast.StructType) map[string]string {
	out := map[string]string{}
	for _, f := range st.Fields.List {
		text := sentence(first(f.Comment, f.Doc))
		for _, name := range f.Names {
			out[name.Name] = text
		}
	}
	return out
}

// constant keeps an exported string constant.
func (s *Source) constant(pkg string, spec *ast.ValueSpec) {
	lit, ok := spec.Values[0].(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING || !spec.Names[0].IsExported() {
		return
	}
	text, err := strconv.Unquote(lit.Value)
	if err != nil {
		return
	}
	s.values[pkg] = append(s.values[pkg], Value{spec.Names[0].Name, text, sentence(first(spec.Comment, spec.Doc))})
}

// sentence makes one line of a comment.
func sentence(g *ast.CommentGroup) string {
	if g == nil {
		return ""
	}
	return strings.Join(strings.Fields(g.Text()), " ")
}

// Values are the constants of a package whose names begin with a prefix and go on with a capital letter.
func (s *Source) Values(pkg, prefix string) []Value {
	var out []Value
	for _, v := range s.values[pkg] {
		if rest, ok := strings.CutPrefix(v.Name, prefix); ok && rest != "" && 'A' <= rest[0] && rest[0] <= 'Z' {
			out = append(out, v)
		}
	}
	return out
}
