package forms

// refType points at a row of a register, a document or a case. Parameters: of ("register", "document" or "case"), list (the
// key of the register or case type). A value's List is "register/systems", "document" or "case/finding".
//
// In JSON it is the id as a string, or {"id":…,"name":…}.
type refType struct{}

func (refType) Name() string { return "ref" }

type refParams struct {
	Of   string `json:"of"`
	List string `json:"list"`
}

func (refType) Compile(f Field, r Report) Input {
	var p refParams
	r.Params(f.Params, &p)
	switch p.Of {
	case "document":
		if p.List != "" {
			r.At("params.list").Problem("ref_list_document")
		}
		return refInput{"document"}
	case "register", "case":
		if !validKey(p.List) {
			r.At("params.list").Problem("ref_list")
		}
		return refInput{p.Of + "/" + p.List}
	}
	r.At("params.of").Problem("ref_of")
	return nil
}

// unitType is an organisational unit, a Ref with the list "unit".
type unitType struct{}

func (unitType) Name() string { return "unit" }

func (unitType) Compile(f Field, r Report) Input {
	r.Params(f.Params, &struct{}{})
	return refInput{"unit"}
}

type refInput struct{ list string }

func (t refInput) Decode(in any) (any, *Fault) {
	ref := Ref{List: t.list}
	var bad *Fault
	switch value := in.(type) {
	case string:
		ref.ID, bad = textPart(in)
	case map[string]any:
		for _, key := range sortedKeys(value) {
			switch key {
			case "id":
				ref.ID, bad = textPart(value[key])
			case "name":
				ref.Name, bad = textPart(value[key])
			default:
				bad = fault("unknown_part", "key", key)
			}
			if bad != nil {
				return nil, bad.part(key)
			}
		}
	default:
		return nil, fault("type", "want", "ref")
	}
	return answeredRef(ref), bad
}

func answeredRef(ref Ref) any {
	if ref.ID == "" && ref.Name == "" {
		return nil
	}
	return ref
}

// Parse reads the id from the field itself; a name beside it (part "name") is only for pages that search by script.
func (t refInput) Parse(p Post) (any, *Fault) {
	id, bad := textPart(p.Text(""))
	if bad != nil || id == "" {
		return nil, bad
	}
	return Ref{List: t.list, ID: id}, nil
}

func (t refInput) Check(ctx *CheckContext, v any) *Fault {
	ref, ok := v.(Ref)
	if !ok {
		return fault("type", "want", "ref")
	}
	for _, s := range [...]string{ref.ID, ref.Name} {
		if n, code := kept(s, false); code != "" || n > MaxText {
			return fault("no_such_ref")
		}
	}
	if ref.List != t.list || ref.ID == "" {
		return fault("no_such_ref")
	}
	if ctx.Lookup != nil {
		if _, exists := ctx.Lookup.Name(Need{Kind: NeedRef, List: ref.List, ID: ref.ID}); !exists {
			return fault("no_such_ref")
		}
	}
	return nil
}

func (t refInput) Canonical(v any) any {
	ref, _ := v.(Ref)
	out := map[string]any{"id": ref.ID}
	if ref.Name != "" {
		out["name"] = ref.Name
	}
	return out
}

func (t refInput) Format(v any, _ Locale) string {
	ref, _ := v.(Ref)
	if ref.Name == "" {
		return ref.ID
	}
	return ref.Name
}

func (t refInput) Text(v any, _ Locale, put func(part, text string)) {
	if ref, ok := v.(Ref); ok {
		put("", ref.ID)
	}
}

func (t refInput) Needs(v any, need func(Need)) {
	if ref, ok := v.(Ref); ok {
		need(Need{Kind: NeedRef, List: ref.List, ID: ref.ID})
	}
}

func (t refInput) Named(v any, l Lookup) any {
	ref, ok := v.(Ref)
	if !ok {
		return v
	}
	if name, exists := l.Name(Need{Kind: NeedRef, List: ref.List, ID: ref.ID}); exists {
		ref.Name = name
	}
	return ref
}

func (t refInput) Same(a, b any) bool {
	p, _ := a.(Ref)
	q, _ := b.(Ref)
	return p.List == q.List && p.ID == q.ID
}

// Shape: in expressions a reference is its id.
func (t refInput) Shape() Shape { return Shape{Kind: KindText} }

func (t refInput) Part(v any, _ string) any {
	if ref, ok := v.(Ref); ok {
		return ref.ID
	}
	return nil
}
