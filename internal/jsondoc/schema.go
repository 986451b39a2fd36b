package jsondoc

import (
	"encoding"
	"errors"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/risugen/risugen/cover"
	"github.com/risugen/risugen/runtime"
)

// Root is a type that is printed.
type Root struct {
	Type  reflect.Type
	Title string
	// Enums name members of which all values are constants of package runtime: "Mismatch.kind", with the prefixes of the
	// constants' names.
	Enums map[string][]string
}

// Object is a structure as JSON has it.
type Object struct {
	Name    string
	Comment string
	Members []Member
}

// Member is a member of an object.
type Member struct {
	Name, Type, Comment string
	Optional            bool
	Values              []Value
}

// hex is how runtime.Hex is written.
var hex = &jsonschema.Schema{Type: "string", Pattern: "^0x[0-9a-f]{1,16}$"}

// Objects lists the structures of a root, itself first, in the order in which they are referred to.
func (s *Source) Objects(r Root) ([]Object, error) {
	var out []Object
	var missing []error
	for _, t := range structs(r.Type) {
		o := Object{Name: name(t), Comment: s.types[fullName(t)]}
		for _, f := range fields(t) {
			m := Member{Name: f.name, Type: typeName(f.Type), Comment: s.fields[fullName(f.owner)][f.Name], Optional: f.optional}
			if m.Comment == "" {
				missing = append(missing, fmt.Errorf("%s.%s (%s) has no comment that says what it is", fullName(f.owner), f.Name, f.name))
			}
			for _, prefix := range r.Enums[t.Name()+"."+f.name] {
				m.Values = append(m.Values, s.Values("runtime", prefix)...)
			}
			o.Members = append(o.Members, m)
		}
		out = append(out, o)
	}
	return out, errors.Join(missing...)
}

// Schema makes the JSON Schema of a root. Members that are not described are allowed: a later release may have more.
func (s *Source) Schema(r Root) (*jsonschema.Schema, error) {
	objects, err := s.Objects(r)
	if err != nil {
		return nil, err
	}
	all := structs(r.Type)
	known := map[reflect.Type]*jsonschema.Schema{reflect.TypeFor[runtime.Hex](): hex, reflect.TypeFor[cover.Values](): {Type: "string"}}
	for _, t := range all {
		known[t] = &jsonschema.Schema{Ref: "#/$defs/" + name(t)}
	}
	root := &jsonschema.Schema{Schema: "https://json-schema.org/draft/2020-12/schema", Title: r.Title, Defs: map[string]*jsonschema.Schema{}}
	for i, t := range all {
		if root.Defs[name(t)] != nil {
			return nil, fmt.Errorf("two types are named %s", name(t))
		}
		ref := known[t]
		delete(known, t)
		d, err := jsonschema.ForType(t, &jsonschema.ForOptions{TypeSchemas: known})
		known[t] = ref
		if err != nil {
			return nil, err
		}
		describe(d, objects[i])
		root.Defs[name(t)] = d
	}
	root.Ref = "#/$defs/" + name(r.Type)
	return root, nil
}

// describe adds what the comments say.
func describe(d *jsonschema.Schema, o Object) {
	d.Description, d.AdditionalProperties = o.Comment, nil
	for _, m := range o.Members {
		p := d.Properties[m.Name]
		plain(p)
		p.Description = m.Comment
		for _, v := range m.Values {
			p.Enum = append(p.Enum, v.Text)
		}
	}
}

// plain forbids null, which a slice, a map and a pointer of Go could be: what there is nothing of is empty or left out.
func plain(p *jsonschema.Schema) {
	if p == nil {
		return
	}
	p.Types = slices.DeleteFunc(p.Types, func(t string) bool { return t == "null" })
	if len(p.Types) == 1 {
		p.Type, p.Types = p.Types[0], nil
	}
	if len(p.Types) == 0 {
		p.Types = nil
	}
	plain(p.Items)
	plain(p.AdditionalProperties)
}

// field is a field as encoding/json sees it.
type field struct {
	reflect.StructField
	owner    reflect.Type // where it is declared
	name     string
	optional bool
}

// fields are those of a structure, and of the ones embedded in it.
func fields(t reflect.Type) []field {
	var out []field
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous || !f.IsExported() {
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		owner := t
		for _, i := range f.Index[:len(f.Index)-1] {
			owner = owner.Field(i).Type
		}
		out = append(out, field{f, owner, name, slices.Contains(strings.Split(options, ","), "omitempty")})
	}
	return out
}

// structs lists a structure and those that its members are made of.
func structs(t reflect.Type) []reflect.Type {
	out := []reflect.Type{t}
	for i := 0; i < len(out); i++ {
		for _, f := range fields(out[i]) {
			if e := element(f.Type); e.Kind() == reflect.Struct && !slices.Contains(out, e) {
				out = append(out, e)
			}
		}
	}
	return out
}

// element is what a list, a map or a pointer is of, in the end.
func element(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	return t
}

// fullName is a type's name in its package, as Source has it.
func fullName(t reflect.Type) string { return path.Base(t.PkgPath()) + "." + t.Name() }

// name is what documents call a structure: its name, behind that of a package other than runtime, since some are alike.
func name(t reflect.Type) string {
	pkg := path.Base(t.PkgPath())
	if pkg == "runtime" {
		return t.Name()
	}
	return strings.ToUpper(pkg[:1]) + pkg[1:] + t.Name()
}

// typeName is what a table calls a type.
func typeName(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[runtime.Hex]():
		return "hex string"
	case t.Kind() == reflect.Slice && t.Implements(reflect.TypeFor[encoding.TextMarshaler]()):
		return "string"
	case t.Kind() == reflect.Pointer:
		return typeName(t.Elem())
	case t.Kind() == reflect.Slice:
		return "array of " + typeName(t.Elem())
	case t.Kind() == reflect.Map:
		return "object of " + typeName(t.Elem())
	case t.Kind() == reflect.Struct:
		return "[" + name(t) + "](#" + strings.ToLower(name(t)) + ")"
	case t.Kind() == reflect.Float64:
		return "number"
	case t.Kind() == reflect.Bool:
		return "boolean"
	case t.Kind() == reflect.String:
		return "string"
	}
	return "integer"
}
