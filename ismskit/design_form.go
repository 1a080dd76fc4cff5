package ismskit

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// NodeForm is a node of a flow as a form: whoever designs fills it in as others fill in
// theirs. Filling it in and reading it back without a change changes nothing.
type NodeForm struct {
	Path   string
	ID     string
	Form   *forms.Form
	Values forms.Values
	Groups []NodeGroup
	// Problems are what is wrong with it in the flow, at the fields it is about: a draft may be
	// wrong in any way, so they keep it from nothing but being published.
	Problems    forms.Invalid
	whole       bool // what it asks for is not asked for elsewhere: a gap is wrong
	conditions  []conditionAt
	comparables []comparable
	design      Design
}

// NodeGroup are fields that belong together.
type NodeGroup struct {
	Title   workflow.Text
	Fields  []string
	Setting string // of the whole flow (FlowSettings) that they are, "" in the form of a node
}

// NodeForm returns the form of the node at a path. Where the flow has been changed since the
// path was read, id finds it: the node's id, "" for whatever stands there. ErrNotFound where
// there is none, and for a sequence, which has nothing to be filled in.
func (d Design) NodeForm(path, id string) (NodeForm, error) {
	n, path, err := d.node(path, id)
	if err != nil {
		return NodeForm{}, err
	}
	b := &nodeBuilder{d: d, path: path}
	out := NodeForm{Path: path, ID: n.ID(), Values: forms.Values{}}
	switch {
	case n.Step != nil:
		b.step(*n.Step)
		out.Values = d.stepValues(*n.Step)
	case n.Parallel != nil:
		b.parallel(*n.Parallel)
		out.Values = parallelValues(*n.Parallel)
	case n.Choice != nil:
		b.choice()
		out.Values = choiceValues(*n.Choice)
	case n.Split != nil:
		b.split(*n.Split)
		out.Values = splitValues(*n.Split)
	case n.Repeat != nil:
		b.repeat()
		out.Values = repeatValues(*n.Repeat)
	}
	out, err = b.done(out)
	if err == nil {
		out.Problems = d.nodeProblems(out.Form, n, path)
	}
	return out, err
}

// done makes the form of what was gathered.
func (b *nodeBuilder) done(out NodeForm) (NodeForm, error) {
	form, err := forms.Compile(forms.Schema{Key: "flow_node", Version: "1", Title: allText("flow.form.title"), Fields: b.fields}, forms.StandardTypes())
	out.Groups, out.Form = b.groups, form
	out.conditions, out.comparables, out.design = b.conditions, b.comparables, b.d
	return out, err
}

// Wrong is what of a filled-in form its fields don't take, such as a deadline below zero. Gaps
// are none in a node: a draft may have them, and they are said beside it.
func (n NodeForm) Wrong(v forms.Values) forms.Invalid {
	v, _, unbuilt := n.Built(v)
	settled, invalid := n.Form.Settle(v)
	invalid = invalid.With(unbuilt)
	invalid = invalid.With(n.Form.Check(forms.CheckContext{Draft: !n.whole}, settled))
	var results []workflow.Result
	if at, _, err := n.design.node(n.Path, n.ID); err == nil && at.Step != nil {
		results = at.Step.Results
	}
	return n.Form.InOrder(invalid.With(weightFaults(settled)).With(n.design.resultFaults(settled, results)))
}

// Fill puts what was filled in into the node that NodeForm gave. It is asked once Wrong found
// nothing: what that names, such as a comparison that isn't chosen to its end, is left out.
func (d Design) Fill(path, id string, v forms.Values) (workflow.Flow, error) {
	v, n, path, err := d.built(path, id, v)
	if err != nil {
		return workflow.Flow{}, err
	}
	switch {
	case n.Step != nil:
		step := stepOf(*n.Step, v)
		n.Step = &step
	case n.Parallel != nil:
		parallel := parallelOf(*n.Parallel, v)
		n.Parallel = &parallel
	case n.Choice != nil:
		choice := choiceOf(*n.Choice, v)
		n.Choice = &choice
	case n.Split != nil:
		split := splitOf(*n.Split, v)
		n.Split = &split
	case n.Repeat != nil:
		repeat := repeatOf(*n.Repeat, v)
		n.Repeat = &repeat
	}
	return d.Flow.Put(path, n)
}

// node is the node at a path, or wherever the one with the id stands now.
func (d Design) node(path, id string) (workflow.Node, string, error) {
	n, err := d.Flow.At(path)
	if id != "" && (err != nil || n.ID() != id) {
		path = pathOf(d.Flow.Root, "root", id)
		n, err = d.Flow.At(path)
	}
	if errors.Is(err, workflow.ErrNoPlace) || err == nil && n.ID() == "" && n.Step == nil && n.Parallel == nil && n.Choice == nil && n.Split == nil && n.Repeat == nil {
		return n, "", fmt.Errorf("%w: node %s of the flow", ErrNotFound, path)
	}
	return n, path, err
}

// pathOf is where the node with an id stands, "" for nowhere.
func pathOf(n workflow.Node, path, id string) string {
	if n.ID() == id {
		return path
	}
	for i, below := range n.Below() {
		if found := pathOf(below, path+n.Into(i), id); found != "" {
			return found
		}
	}
	return ""
}

// nodeBuilder gathers the fields of a node's form.
type nodeBuilder struct {
	d      Design
	path   string
	fields []forms.Field
	groups []NodeGroup

	conditions  []conditionAt
	comparables []comparable // fetched where there is a condition
}

// allText is one of the Kit's texts in every language.
func allText(key string) forms.Text {
	return sayAll(key, func(string) map[string]string { return nil })
}

// help are the fields that need more said than their label.
var help = map[string]bool{
	"kind": true, "who": true, "in_order": true, "edit": true, "material": true, "results": true, "result_key": true, "result_if": true, "if_when": true, "alone": true, "outside_when": true, "when": true, "until": true,
	"timeout_then": true, "cases": true, "over": true, "type": true, "choose": true, "not_same_as": true, "posts": true, "escalate": true,
	"weights": true, "need_n": true, "extend": true, "tiers": true, "withdraw": true, "take_back": true, "officers": true, "registry": true, "separate": true, "picks": true, "picks_from": true, "choose_from": true, "correct": true, "keep_deadlines": true, "number_at": true,
}

func (b *nodeBuilder) field(key, kind string, more func(*forms.Field)) forms.Field {
	f := forms.Field{Key: key, Type: kind, Label: allText("flow.form." + key)}
	if help[key] {
		f.Help = allText("flow.hint." + key)
	}
	if more != nil {
		more(&f)
	}
	return f
}

func (b *nodeBuilder) group(title string, fields ...forms.Field) {
	g := NodeGroup{Title: workflow.Text(allText("flow.group." + title))}
	for _, f := range fields {
		g.Fields = append(g.Fields, f.Key)
	}
	b.fields, b.groups = append(b.fields, fields...), append(b.groups, g)
}

// more adds fields to the group that was begun last.
func (b *nodeBuilder) more(fields ...forms.Field) {
	g := &b.groups[len(b.groups)-1]
	for _, f := range fields {
		g.Fields = append(g.Fields, f.Key)
	}
	b.fields = append(b.fields, fields...)
}

// shownIf sets the condition under which a field is asked for.
func shownIf(condition string) func(*forms.Field) {
	return func(f *forms.Field) { f.ShowIf = condition }
}

// choose is a field with options in words of the Kit's own: flow.opt.<name>.<value>.
func (b *nodeBuilder) choose(key, name, condition string, values ...string) forms.Field {
	return b.field(key, "choice", func(f *forms.Field) {
		f.ShowIf = condition
		for _, v := range values {
			f.Options = append(f.Options, forms.Option{Key: v, Label: allText("flow.opt." + name + "." + v)})
		}
	})
}

// pick is a field with the options that the flow itself offers; where it offers none, there
// is one that says so. What is named already and is no option any more stays one, as it is
// written, so that it can be seen and taken away.
func (b *nodeBuilder) pick(key, kind, condition string, options []forms.Option, named ...string) forms.Field {
	for _, v := range named {
		if v != "" && !slices.ContainsFunc(options, func(o forms.Option) bool { return o.Key == v }) {
			options = append(options, forms.Option{Key: v, Label: inEach(func(string) string { return v })})
		}
	}
	return b.field(key, kind, func(f *forms.Field) {
		f.ShowIf, f.Options = condition, options
		if len(options) == 0 {
			f.Options = []forms.Option{{Key: noOption, Label: allText("flow.opt.none")}}
		}
	})
}

// noOption stands in a list that has nothing to choose from.
const noOption = "-"

func inEach(say func(lang string) string) forms.Text { return forms.Text(inEveryLanguage(say)) }

// formFields are the fields of the form that a test holds for, columns among them.
func (b *nodeBuilder) formFields(columns bool, fits func(workflow.FieldInfo) bool) []forms.Option {
	var out []forms.Option
	vocabulary := vocabulary{kind: b.d.names.form}
	add := func(path string) {
		if info, ok := vocabulary.Field(path); ok && fits(info) {
			out = append(out, forms.Option{Key: path, Label: inEach(func(lang string) string { return b.d.names.field(path, lang) })})
		}
	}
	for _, f := range b.d.names.form.Form.Fields {
		add(f.Key)
		if !columns {
			continue
		}
		for _, c := range f.Fields {
			add(f.Key + "." + c.Key)
		}
		for _, variant := range f.Variants {
			for _, c := range variant.Fields {
				if path := f.Key + "." + c.Key; !slices.ContainsFunc(out, func(o forms.Option) bool { return o.Key == path }) {
					add(path)
				}
			}
		}
	}
	return out
}

// steps are the nodes of the flow that can be named elsewhere: before or after the one of
// this form, or all but it.
func (b *nodeBuilder) steps(before, after, splits bool) []forms.Option {
	var out []forms.Option
	past := false
	var see func(n workflow.Node, path string)
	see = func(n workflow.Node, path string) {
		id := n.ID()
		switch {
		case path == b.path:
			past = true
		case n.Step != nil || splits && n.Split != nil:
			if id != "" && (past && after || !past && before) {
				out = append(out, forms.Option{Key: id, Label: inEach(func(lang string) string { return b.d.names.step(id, lang) })})
			}
		}
		for i, below := range n.Below() {
			see(below, path+n.Into(i))
		}
	}
	see(b.d.Flow.Root, "root")
	seen := map[string]bool{} // a draft may have an id twice
	return slices.DeleteFunc(out, func(o forms.Option) bool {
		twice := seen[o.Key]
		seen[o.Key] = true
		return twice
	})
}

func (b *nodeBuilder) applicant() forms.Option {
	return forms.Option{Key: workflow.Applicant, Label: allText("flow.applicant")}
}
