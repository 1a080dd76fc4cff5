package forms

import "github.com/ismskit/ismskit/ismskit/calendar"

// personType is a person. Parameters: external (someone from outside, by name and organisation, may be named), expected
// (someone not in the directory yet, by name and expected day, may be named).
//
// In JSON a person of the directory is the id as a string or {"kind":"person","id":…}; others are
// {"kind":"external","name":…,"org":…} and {"kind":"expected","name":…,"expected":…}.
type personType struct{}

func (personType) Name() string { return "person" }

func (personType) Compile(f Field, r Report) Input {
	var in personInput
	r.Params(f.Params, &in)
	return in
}

type personInput struct {
	External bool `json:"external"`
	Expected bool `json:"expected"`
}

func (t personInput) Decode(in any) (any, *Fault) {
	if _, ok := in.(string); ok {
		id, bad := textPart(in)
		return answeredPerson(Person{Kind: InDirectory, ID: id}), bad
	}
	object, ok := in.(map[string]any)
	if !ok {
		return nil, fault("type", "want", "person")
	}
	p := Person{Kind: InDirectory}
	for _, key := range sortedKeys(object) {
		value := object[key]
		var bad *Fault
		switch key {
		case "kind":
			var kind string
			kind, bad = textPart(value)
			p.Kind = PersonKind(kind)
		case "id":
			p.ID, bad = textPart(value)
		case "name":
			p.Name, bad = textPart(value)
		case "org":
			p.Org, bad = textPart(value)
		case "expected":
			p.Expected, bad = periodInput{}.day(value)
		default:
			bad = fault("unknown_part", "key", key)
		}
		if bad != nil {
			return nil, bad.part(key)
		}
	}
	return answeredPerson(p), nil
}

// Parse reads the parts kind, id, name, org and expected; the id may also stand in the field itself. Without a kind it
// is a person of the directory.
func (t personInput) Parse(post Post) (any, *Fault) {
	p := Person{Kind: PersonKind(post.Text("kind"))}
	if p.Kind == "" {
		p.Kind = InDirectory
	}
	texts := [...]struct {
		part string
		kind PersonKind
		into *string
	}{{"", InDirectory, &p.ID}, {"id", InDirectory, &p.ID}, {"name", "", &p.Name}, {"org", External, &p.Org}}
	for _, text := range texts {
		s, code := clean(post.Text(text.part), false)
		if code != "" {
			return nil, fault(code).part(text.part)
		}
		if s != "" && (text.kind == p.Kind || text.kind == "" && p.Kind != InDirectory) {
			*text.into = s
		}
	}
	if p.Kind == Arriving {
		v, bad := dateInput{}.Parse(post.Part("expected"))
		if bad != nil {
			return nil, bad.part("expected")
		}
		p.Expected, _ = v.(calendar.Date)
	}
	return answeredPerson(p), nil
}

// answeredPerson is nil where nothing was said. That somebody is not of the house is
// said already by choosing so: the name can still be asked for, and a draft keeps it.
func answeredPerson(p Person) any {
	if p.Kind == InDirectory && p.ID == "" && p.Name == "" && p.Org == "" && p.Expected.IsZero() {
		return nil
	}
	return p
}

func (t personInput) Check(ctx *CheckContext, v any) *Fault {
	p, ok := v.(Person)
	if !ok {
		return fault("type", "want", "person")
	}
	for _, text := range [...]struct{ part, s string }{{"id", p.ID}, {"name", p.Name}, {"org", p.Org}} {
		n, code := kept(text.s, false)
		if code != "" {
			return fault(code).part(text.part)
		}
		if n > DefaultText {
			return fault("too_long", "max", DefaultText, "length", n).part(text.part)
		}
	}
	switch {
	case p.Kind == InDirectory:
		return t.checkDirectory(ctx, p)
	case p.Kind == External && t.External:
		return t.checkExternal(ctx, p)
	case p.Kind == Arriving && t.Expected:
		return t.checkArriving(ctx, p)
	}
	return fault("person_kind").part("kind")
}

func (t personInput) checkDirectory(ctx *CheckContext, p Person) *Fault {
	if p.ID == "" || p.Org != "" || !p.Expected.IsZero() {
		return fault("person_mixed")
	}
	if ctx.Lookup != nil {
		if _, exists := ctx.Lookup.Name(Need{Kind: NeedPerson, ID: p.ID}); !exists {
			return fault("no_such_person")
		}
	}
	return nil
}

func (t personInput) checkExternal(ctx *CheckContext, p Person) *Fault {
	switch {
	case p.ID != "" || !p.Expected.IsZero():
		return fault("person_mixed")
	case p.Name == "" && !ctx.Draft:
		return fault("person_name").part("name")
	case p.Org == "" && !ctx.Draft:
		return fault("person_org").part("org")
	}
	return nil
}

// further is what is wrong or missing beside the name.
func (t personInput) further(ctx *CheckContext, v any, first *Fault) *Fault {
	p, _ := v.(Person)
	if first.Part != "name" || p.Kind == InDirectory {
		return nil
	}
	if p.Name != "" { // it is wrong, not missing: with a name that is right the rest is as it is
		p.Name = "-"
		return t.Check(ctx, p)
	}
	switch {
	case ctx.Draft:
	case p.Kind == External && p.Org == "":
		return fault("person_org").part("org")
	case p.Kind == Arriving && p.Expected.IsZero():
		return fault("person_expected").part("expected")
	}
	return nil
}

func (t personInput) checkArriving(ctx *CheckContext, p Person) *Fault {
	switch {
	case p.ID != "" || p.Org != "":
		return fault("person_mixed")
	case p.Name == "" && !ctx.Draft:
		return fault("person_name").part("name")
	case p.Expected.IsZero() && !ctx.Draft:
		return fault("person_expected").part("expected")
	case !p.Expected.IsZero() && !p.Expected.Valid():
		return fault("date_no_such_day").part("expected")
	}
	return nil
}

func (t personInput) Canonical(v any) any {
	p, _ := v.(Person)
	out := map[string]any{"kind": string(p.Kind)}
	for key, s := range map[string]string{"id": p.ID, "name": p.Name, "org": p.Org} {
		if s != "" {
			out[key] = s
		}
	}
	if !p.Expected.IsZero() {
		out["expected"] = p.Expected.String()
	}
	return out
}

func (t personInput) Format(v any, in Locale) string {
	p, _ := v.(Person)
	params := map[string]any{"name": p.Name, "org": p.Org, "date": in.Day(p.Expected)}
	switch {
	case p.Kind == External && p.Org != "":
		return say(in.Lang, "show_external", params, nil)
	case p.Kind == Arriving && !p.Expected.IsZero():
		return say(in.Lang, "show_expected", params, nil)
	case p.Name == "":
		return p.ID
	}
	return p.Name
}

func (t personInput) Text(v any, in Locale, put func(part, text string)) {
	p, _ := v.(Person)
	put("kind", string(p.Kind))
	for _, text := range [...]struct{ part, s string }{
		{"id", p.ID}, {"name", p.Name}, {"org", p.Org}, {"expected", in.TypedDay(p.Expected)}} {
		if text.s != "" {
			put(text.part, text.s)
		}
	}
}

func (t personInput) Needs(v any, need func(Need)) {
	if p, ok := v.(Person); ok && p.Kind == InDirectory {
		need(Need{Kind: NeedPerson, ID: p.ID})
	}
}

func (t personInput) Named(v any, l Lookup) any {
	p, ok := v.(Person)
	if !ok || p.Kind != InDirectory {
		return v
	}
	if name, exists := l.Name(Need{Kind: NeedPerson, ID: p.ID}); exists {
		p.Name = name
	}
	return p
}

func (t personInput) Same(a, b any) bool {
	p, _ := a.(Person)
	q, _ := b.(Person)
	if p.Kind == InDirectory && q.Kind == InDirectory {
		return p.ID == q.ID
	}
	return p == q
}

func (t personInput) Shape() Shape {
	text := Shape{Kind: KindText}
	kinds := map[string]int{string(InDirectory): 0}
	if t.External {
		kinds[string(External)] = 1
	}
	if t.Expected {
		kinds[string(Arriving)] = 2
	}
	return Shape{Kind: KindRecord, Parts: map[string]Shape{"kind": {Kind: KindText, Options: kinds},
		"id": text, "name": text, "org": text, "expected": {Kind: KindDate}}}
}

func (t personInput) Part(v any, name string) any {
	p, ok := v.(Person)
	switch {
	case !ok:
		return nil
	case name == "kind":
		return string(p.Kind)
	case name == "id":
		return p.ID
	case name == "name":
		return p.Name
	case name == "org":
		return p.Org
	case name == "expected" && !p.Expected.IsZero():
		return p.Expected
	}
	return nil
}
