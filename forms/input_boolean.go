package forms

// booleanType is yes or no. Parameters: yes, no (the words for it).
type booleanType struct{}

func (booleanType) Name() string { return "boolean" }

func (booleanType) Compile(f Field, r Report) Input {
	in := booleanInput{Yes: Text{"zh-TW": "是", "en": "Yes"}, No: Text{"zh-TW": "否", "en": "No"}}
	r.Params(f.Params, &in)
	return in
}

type booleanInput struct {
	Yes Text `json:"yes"`
	No  Text `json:"no"`
}

func (booleanInput) Decode(in any) (any, *Fault) {
	if _, ok := in.(bool); !ok {
		return nil, fault("type", "want", "boolean")
	}
	return in, nil
}

// Parse reads "true" and "false". An unticked box sends nothing: a page that means "no" by it sends a hidden "false"
// before the box.
func (booleanInput) Parse(p Post) (any, *Fault) {
	switch p.Text("") {
	case "":
		return nil, nil
	case "true", "on":
		return true, nil
	case "false":
		return false, nil
	}
	return nil, fault("type", "want", "boolean")
}

func (booleanInput) Check(_ *CheckContext, v any) *Fault {
	if _, ok := v.(bool); !ok {
		return fault("type", "want", "boolean")
	}
	return nil
}

func (booleanInput) Canonical(v any) any      { return v }
func (booleanInput) Shape() Shape             { return Shape{Kind: KindBoolean} }
func (booleanInput) Part(v any, _ string) any { return v }

func (t booleanInput) Format(v any, in Locale) string {
	yes, ok := v.(bool)
	switch {
	case !ok:
		return ""
	case yes:
		return t.Yes.In(in.Lang)
	}
	return t.No.In(in.Lang)
}

func (booleanInput) Text(v any, _ Locale, put func(part, text string)) {
	if yes, ok := v.(bool); ok && yes {
		put("", "true")
	} else if ok {
		put("", "false")
	}
}
