package decodetree

import "strconv"

const defaultType = "int"

// number reads decimal digits, which the lexer has seen to be such. It gives
// limit+1 for everything above limit: who asks only wants to know that it is too
// large.
func number(digits string, limit int) int {
	n, err := strconv.Atoi(digits)
	if err != nil || n > limit {
		return limit + 1
	}
	return n
}

// length reads "5" or "s5".
func length(text string) (n int, signed bool) {
	if text[0] == 's' {
		return number(text[1:], maxWidth), true
	}
	return number(text, maxWidth), false
}

func (r *resolver) field(pos Pos, stmt *statement) {
	name := stmt.Field.Name
	if !r.declare("%"+name, pos) {
		return
	}
	r.fields[name] = nil
	f := &Field{Name: name, Pos: pos, Notes: joinNotes(stmt.notes)}
	if r.fieldItems(f, stmt.Field.Items) && r.fieldWhole(f) {
		r.fields[name] = f
		r.spec.Fields = append(r.spec.Fields, f)
	}
}

func (r *resolver) fieldItems(f *Field, items []fieldItem) bool {
	ok := true
	var used uint64
	for _, item := range items {
		pos := r.pos(item.Pos.Line, item.Pos.Column)
		if item.Func != "" {
			if f.Func != "" {
				r.errs.add(pos, "field %%%s has a function already, %s", f.Name, f.Func)
				ok = false
			}
			f.Func = item.Func
			continue
		}
		part, good := r.part(pos, item)
		if good && used&part.mask() != 0 {
			r.errs.add(pos, "part %d:%d covers %s of the field again", part.Pos, part.Len,
				describeBits(used&part.mask(), r.spec.Options.InsnWidth))
			good = false
		}
		used |= part.mask()
		f.Parts = append(f.Parts, part)
		ok = ok && good
	}
	return ok
}

// part reads "3:2", "3:s2" or "other:2".
func (r *resolver) part(pos Pos, item fieldItem) (Part, bool) {
	width := r.spec.Options.InsnWidth
	n, signed := length(item.Len)
	part := Part{Ref: item.Ref, Len: n, Signed: signed}
	if item.Ref == "" {
		part.Pos = number(item.Start, maxWidth)
	}
	switch {
	case n == 0:
		r.errs.add(pos, "part has no bits")
	case part.Pos+n > width && item.Ref == "":
		r.errs.add(pos, "part %s:%s is too large for a word of %d bits", item.Start, item.Len, width)
	case n > width:
		r.errs.add(pos, "part %s:%s is too large for a word of %d bits", item.Ref, item.Len, width)
	default:
		return part, true
	}
	return Part{}, false
}

// fieldWhole checks what can be said of all parts together.
func (r *resolver) fieldWhole(f *Field) bool {
	width := r.spec.Options.InsnWidth
	switch {
	case len(f.Parts) == 0 && f.Func == "":
		r.errs.add(f.Pos, "field %%%s has neither bits nor a function", f.Name)
	case len(f.Parts) > maxParts:
		r.errs.add(f.Pos, "field %%%s has more than %d parts", f.Name, maxParts)
	case f.width() > width:
		r.errs.add(f.Pos, "field %%%s is too large: %d bits in a word of %d", f.Name, f.width(), width)
	default:
		return true
	}
	return false
}

func (r *resolver) argSet(pos Pos, stmt *statement) {
	name := stmt.ArgSet.Name
	if !r.declare("&"+name, pos) {
		return
	}
	r.argSets[name] = nil
	set := &ArgSet{Name: name, Pos: pos, Notes: joinNotes(stmt.notes)}
	seen := map[string]bool{}
	ok := true
	for _, item := range stmt.ArgSet.Items {
		if item.Extern {
			set.Extern = true
			continue
		}
		if seen[item.Name] {
			r.errs.add(r.pos(item.Pos.Line, item.Pos.Column), "duplicate argument %s in &%s", item.Name, name)
			ok = false
		}
		seen[item.Name] = true
		set.Args = append(set.Args, Arg{Name: item.Name, Type: argType(item.Type)})
	}
	if len(set.Args) > maxArgs {
		r.errs.add(pos, "&%s has more than %d arguments", name, maxArgs)
		ok = false
	}
	if ok {
		r.argSets[name] = set
		r.addArgSet(set)
	}
}

func argType(written string) string {
	if written == "" {
		return defaultType
	}
	return written
}
