package ismskit

import (
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// The forms of what holds steps: which parts it has is the picture's to show and to change;
// a form says by which rule they are taken.

// join asks when what runs beside each other is over, in the ways that Compile takes there.
func (b *nodeBuilder) join(j workflow.Join, kinds ...string) []forms.Field {
	var options []forms.Option
	for _, kind := range kinds {
		options = append(options, forms.Option{Key: kind, Label: allText("flow.opt.join." + kind)})
	}
	out := []forms.Field{b.pick("join", "choice", "", options, orWord(j.Kind, workflow.CountAll))}
	switch counts := j.Kind == workflow.CountN || slices.Contains(kinds, string(workflow.CountN)); {
	case counts:
		out = append(out, b.number("join_n", 1, b.orHeld("join == 'n'", j.N != 0 && j.Kind != workflow.CountN)))
	case j.N != 0:
		out = append(out, b.number("join_n", 1, ""))
	}
	return out
}

func joinValues(a answers, j workflow.Join) {
	a["join"] = orWord(j.Kind, workflow.CountAll)
	a.number("join_n", j.N)
}

func joinOf(f filledIn, j workflow.Join) workflow.Join {
	return workflow.Join{Kind: word(f, "join", j.Kind, workflow.CountAll), N: f.number("join_n")}
}

func (b *nodeBuilder) parallel(p workflow.Parallel) {
	b.group("main", append([]forms.Field{b.name("name_zh", false), b.name("name_en", false)}, b.join(p.Join, "all", "any", "n")...)...)
}

func parallelValues(p workflow.Parallel) forms.Values {
	a := answers{}
	a.words("name", p.Name)
	joinValues(a, p.Join)
	return forms.Values(a)
}

func parallelOf(p workflow.Parallel, v forms.Values) workflow.Parallel {
	p.Name, p.Join = filledIn(v).words("name", p.Name), joinOf(filledIn(v), p.Join)
	return p
}

// choice asks by which condition each branch is taken, a row for each: rows are neither
// added nor taken away here, for with a branch goes what is in it.
func (b *nodeBuilder) choice() {
	b.group("main", b.field("cases", "table", func(f *forms.Field) {
		f.MaxRows = workflow.MaxNodes
		f.Fields = append(b.condition("cases", "when", ""), b.line("because_zh", ""), b.line("because_en", ""))
	}))
}

func choiceValues(c workflow.Choice) forms.Values {
	a := answers{}
	var all []forms.Row
	for i, one := range c.Cases {
		row := answers{forms.RowID: keptRow(i)}
		row.text("when", one.When)
		row.words("because", one.Because)
		all = append(all, forms.Row(row))
	}
	a.rows("cases", all)
	return forms.Values(a)
}

// choiceOf takes the conditions of the branches there are. A row more is a branch more, of
// nothing yet; one that is missing leaves its branch as it is.
func choiceOf(c workflow.Choice, v forms.Values) workflow.Choice {
	table, _ := v["cases"].([]forms.Row)
	said := map[string]filledIn{}
	var more []filledIn
	for _, row := range table {
		id, _ := row[forms.RowID].(string)
		said[id] = filledIn(row)
	}
	was := map[string]bool{}
	cases := make([]workflow.Case, len(c.Cases))
	for i, one := range c.Cases {
		was[keptRow(i)] = true
		if row, ok := said[keptRow(i)]; ok {
			one.When, one.Because = row.text("when"), row.words("because", one.Because)
		}
		cases[i] = one
	}
	for _, row := range table {
		if id, _ := row[forms.RowID].(string); !was[id] {
			more = append(more, filledIn(row))
		}
	}
	for _, row := range more {
		cases = append(cases, workflow.Case{When: row.text("when"), Because: row.words("because", nil), Then: workflow.Node{Sequence: []workflow.Node{}}})
	}
	c.Cases = cases
	return c
}

func (b *nodeBuilder) split(s workflow.Split) {
	var types []forms.Option
	for _, key := range b.d.names.kinds.keys {
		if kind, ok := b.d.names.kinds.broughtBy(key); ok && kind.Flow.Child && kind.PaperOf == "" {
			types = append(types, forms.Option{Key: key, Label: inEach(func(lang string) string { return b.d.TypeTitle(key, lang) })})
		}
	}
	tables := b.formFields(false, func(i workflow.FieldInfo) bool { return i.Table })
	b.group("main", append([]forms.Field{b.name("name_zh", true), b.name("name_en", false),
		b.pick("over", "choice", "", tables, s.Over), b.pick("type", "choice", "", types, s.Type)}, b.join(s.Join, "all")...)...)
}

func splitValues(s workflow.Split) forms.Values {
	a := answers{}
	a.words("name", s.Name)
	a.text("over", s.Over)
	a.text("type", s.Type)
	joinValues(a, s.Join)
	return forms.Values(a)
}

func splitOf(s workflow.Split, v forms.Values) workflow.Split {
	f := filledIn(v)
	s.Name, s.Over, s.Type, s.Join = f.words("name", s.Name), f.text("over"), f.text("type"), joinOf(f, s.Join)
	if s.Over == noOption {
		s.Over = ""
	}
	if s.Type == noOption {
		s.Type = ""
	}
	return s
}

func (b *nodeBuilder) repeat() {
	b.group("main", append(b.condition("", "until", ""), b.number("passes", 1, ""), b.choose("at_max", "at_max", "", "return", "reject", "continue"))...)
}

func repeatValues(r workflow.Repeat) forms.Values {
	a := answers{"at_max": orWord(r.AtMax, workflow.AtMaxReturn)}
	a.text("until", r.Until)
	a.number("passes", r.Max)
	return forms.Values(a)
}

func repeatOf(r workflow.Repeat, v forms.Values) workflow.Repeat {
	f := filledIn(v)
	r.Until, r.Max, r.AtMax = f.text("until"), f.number("passes"), word(f, "at_max", r.AtMax, workflow.AtMaxReturn)
	return r
}
