package forms

// FormView is a form as clients see it: a plain tree, in one language, that goes out as JSON and fills page templates.
type FormView struct {
	Key     string      `json:"key"`
	Version string      `json:"version"`
	Title   string      `json:"title"`
	Fields  []FieldView `json:"fields"`
	Rules   []RuleView  `json:"rules,omitempty"`
}

// FieldView is a field, or a column, of a FormView. Limits are in the value's canonical writing.
type FieldView struct {
	Key      string `json:"key"`
	Path     string `json:"path"`
	Type     string `json:"type"`
	Label    string `json:"label"`
	Help     string `json:"help,omitempty"`
	Required bool   `json:"required,omitempty"`
	Later    bool   `json:"later,omitempty"`
	System   bool   `json:"system,omitempty"` // shown, never typed

	Min         string `json:"min,omitempty"`
	Max         string `json:"max,omitempty"`
	MinLength   int    `json:"min_length,omitempty"`
	MaxLength   int    `json:"max_length,omitempty"`
	Pattern     string `json:"pattern,omitempty"`
	PatternText string `json:"pattern_text,omitempty"`

	Options     []OptionView   `json:"options,omitempty"`
	Answers     []OptionView   `json:"answers,omitempty"` // of a checklist
	OptionsFrom *OptionsFrom   `json:"options_from,omitempty"`
	Fact        *OptionFact    `json:"fact,omitempty"`
	ShowIf      *ConditionView `json:"show_if,omitempty"`
	RequireIf   *ConditionView `json:"require_if,omitempty"`
	Params      map[string]any `json:"params,omitempty"`

	Fields    []FieldView `json:"fields,omitempty"`
	VariantBy string      `json:"variant_by,omitempty"`
	Variant   string      `json:"variant,omitempty"` // a column of only this variant of a row
	RowTitle  string      `json:"row_title,omitempty"`
	MinRows   int         `json:"min_rows,omitempty"`
	MaxRows   int         `json:"max_rows,omitempty"`
}

// OptionView is an option in one language.
type OptionView struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	Help  string `json:"help,omitempty"`
}

// RuleView is a rule across fields in one language.
type RuleView struct {
	Key     string   `json:"key"`
	Message string   `json:"message"`
	Fields  []string `json:"fields"`
}

// Describe gives the form in lang.
func (f *Form) Describe(lang string) FormView {
	out := FormView{Key: f.schema.Key, Version: f.schema.Version, Title: f.schema.Title.In(lang), Fields: describeAll(f.fields, lang)}
	for _, r := range f.schema.Rules {
		message := r.Message
		if r.Rows != nil {
			message = naming(message, []Text{{"zh-TW": say("zh-TW", "row_names", nil, nil), "en": say("en", "row_names", nil, nil)}})
		}
		out.Rules = append(out.Rules, RuleView{r.Key, message.In(lang), r.Fields})
	}
	return out
}

func describeAll(fields []*field, lang string) []FieldView {
	out := make([]FieldView, len(fields))
	for i, fl := range fields {
		out[i] = fl.describe(lang)
	}
	return out
}

func (fl *field) describe(lang string) FieldView {
	v := FieldView{
		Key: fl.Key, Path: fl.path, Type: fl.Type, Label: fl.Label.In(lang), Help: fl.Help.In(lang),
		Required: fl.Required || fl.MinRows > 0, Later: fl.Later, System: fl.system,
		Min: string(fl.Min), Max: string(fl.Max), MinLength: fl.MinLength, MaxLength: fl.MaxLength,
		PatternText: fl.PatternText.In(lang), Options: describeOptions(fl.Options, lang), OptionsFrom: fl.OptionsFrom, Fact: fl.Fact,
		ShowIf: fl.show.describe(), RequireIf: fl.require.describe(), Params: fl.Params,
		VariantBy: fl.VariantBy, Variant: fl.variant, RowTitle: fl.RowTitle, MinRows: fl.MinRows, MaxRows: fl.MaxRows,
	}
	if fl.Type != "serial" {
		v.Pattern = fl.Pattern
	}
	switch in := fl.input.(type) {
	case textInput:
		v.MaxLength = in.max
	case checkedText:
		v.MaxLength = in.max
	case checklistInput:
		v.Answers = describeOptions(in.answers.list, lang)
	}
	if fl.isTable {
		v.Fields = describeAll(fl.columns, lang)
	}
	return v
}

func describeOptions(list []Option, lang string) []OptionView {
	if list == nil {
		return nil
	}
	out := make([]OptionView, len(list))
	for i, o := range list {
		out[i] = OptionView{o.Key, o.Label.In(lang), o.Help.In(lang)}
	}
	return out
}

// FieldInfo says what a flow must know about a field it names.
type FieldInfo struct {
	Path    string
	Type    string
	Label   Text
	Table   bool     // it is a table
	Column  bool     // it is a column of one
	Later   bool     // it belongs to a step that names it
	System  bool     // only the engine sets it
	List    string   // of a ref or unit: what it points into ("register/systems")
	Options []string // of a choice with its own options
	// Wanted says that it has to be answered as the form is filled in, by itself or by its
	// condition. Only Shown knows; what a step requires beyond it is Rights.Require.
	Wanted bool
}

// Field tells about the field or column at path ("reason", "lines.system").
func (f *Form) Field(path string) (FieldInfo, bool) {
	fl := f.find(path)
	if fl == nil {
		return FieldInfo{}, false
	}
	info := FieldInfo{Path: fl.path, Type: fl.Type, Label: fl.Label, Table: fl.isTable, Column: fl.table != nil,
		Later: fl.Later, System: fl.system, List: listOf(fl.input)}
	for _, o := range fl.Options {
		info.Options = append(info.Options, o.Key)
	}
	return info, true
}

func listOf(in Input) string {
	switch in := in.(type) {
	case refInput:
		return in.list
	case manyInput[Ref]:
		return listOf(in.of)
	}
	return ""
}

// Format writes the value v of the field or column at path as people read it; "" where there is none.
func (f *Form) Format(path string, v any, in Locale) string {
	fl := f.find(path)
	if fl == nil || fl.input == nil || v == nil {
		return ""
	}
	return fl.input.Format(v, in)
}

// Shown lists the fields (or, with a row, the columns of its table) that belong to the form as it is filled in, in order:
// what a page or a print shows. v must be settled for values to stand only where they are shown.
func (f *Form) Shown(v Values, table string, row Row) []FieldInfo {
	fields := f.fields
	if fl := f.byKey[table]; fl != nil {
		fields = fl.columns
	}
	c := checking{ctx: &CheckContext{}, top: v, frame: frame{top: v}}
	var out []FieldInfo
	for _, fl := range fields {
		if c.shown(fl, row) {
			info, _ := f.Field(fl.path) // it is one of the form's own
			info.Wanted = !fl.system && c.wanted(fl, row)
			out = append(out, info)
		}
	}
	return out
}
