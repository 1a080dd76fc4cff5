package web

import (
	"errors"
	"net/http"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// nodePage is the model of flow_node.html: a node of a draft, or its settings as a whole, as a
// form.
type nodePage struct {
	flowLine
	Action   string // of the form
	Path, ID string // of the node
	Called   string
	Heading  string
	Sub      string
	Revision int64
	Groups   []nodeGroup
	Problems []flowProblem // what is wrong with it as it was kept
	Faults   []faultLink
	Changed  bool // by somebody else meanwhile
}

type nodeGroup struct {
	Title    string
	Fields   []fieldView
	Problems []string // what is wrong with them as they were kept
	Warnings []string // which keep it from nothing
}

// inForm is the form that comes back in another language with what was typed into it.
func (p nodePage) inForm() string { return "form" }

// flowNodeForm is a part of the draft with its form, in the language of the request.
type flowNodeForm struct {
	d        ismskit.Design
	form     ismskit.NodeForm
	page     nodePage
	settings []settingLine // where it is the settings of the whole
	at       string        // where it stands on the draft's page
	wrong    forms.Invalid // what is wrong with it as it was kept, at its fields
	fill     func(forms.Values) (workflow.Flow, error)
	rules    func(forms.Values) ismskit.TypeRules // of the settings; nil for a node
}

func (p *Pages) nodeForm(r *http.Request) (flowNodeForm, error) {
	d, err := p.designed(r)
	if err != nil {
		return flowNodeForm{}, err
	}
	form, err := d.NodeForm(r.Form.Get("path"), r.Form.Get("id"))
	if err != nil {
		return flowNodeForm{}, err
	}
	page := nodePage{flowLine: p.flowLine(r, d.Type), Path: form.Path, ID: form.ID, Sub: p.text(r, "flows.node_sub"), Revision: d.Draft.Revision}
	page.Action = page.Href + "/draft/node"
	wrong := form.Problems
	boxes, _ := p.picture(r, d, nil)
	if box := boxAt(boxes, form.Path); box != nil {
		wrong = wrong.With(lacksIn(*box))
		for _, text := range append(box.Problems, box.Warnings...) {
			page.Problems = append(page.Problems, flowProblem{At: controlSaying(wrong, text, p.lang(r)), Text: text})
		}
		page.Called = box.Name
		if page.Called == "" {
			page.Called = box.Word
		}
	}
	page.Heading = p.text(r, "flows.node_title", "Step", page.Called)
	fill := func(v forms.Values) (workflow.Flow, error) { return d.Fill(form.Path, form.ID, v) }
	return flowNodeForm{d: d, form: form, page: page, at: boxID(form.Path), fill: fill, wrong: wrong}, nil
}

// wholeForm is the form of what holds for the whole draft.
func (p *Pages) wholeForm(r *http.Request) (flowNodeForm, error) {
	d, err := p.designed(r)
	if err != nil {
		return flowNodeForm{}, err
	}
	form, err := d.SettingsForm()
	if err != nil {
		return flowNodeForm{}, err
	}
	page := nodePage{flowLine: p.flowLine(r, d.Type), Called: p.text(r, "flows.settings"), Heading: p.text(r, "flows.settings_change"), Sub: p.text(r, "flows.settings_sub"), Revision: d.Draft.Revision}
	page.Action = page.Href + "/draft/settings"
	fill := func(v forms.Values) (workflow.Flow, error) { return d.FillSettings(v), nil }
	return flowNodeForm{d: d, form: form, page: page, settings: p.settings(r, d).Lines, at: "settings", fill: fill, rules: d.FillRules, wrong: form.Problems}, nil
}

func boxAt(boxes []flowBox, path string) *flowBox {
	for i := range boxes {
		if boxes[i].Path == path {
			return &boxes[i]
		}
		for _, branch := range boxes[i].Branches {
			if found := boxAt(branch.Boxes, path); found != nil {
				return found
			}
		}
	}
	return nil
}

func (p *Pages) flowNode(w http.ResponseWriter, r *http.Request)  { p.openNode(w, r, p.nodeForm) }
func (p *Pages) fillNode(w http.ResponseWriter, r *http.Request)  { p.keepNode(w, r, p.nodeForm) }
func (p *Pages) flowWhole(w http.ResponseWriter, r *http.Request) { p.openNode(w, r, p.wholeForm) }
func (p *Pages) fillWhole(w http.ResponseWriter, r *http.Request) { p.keepNode(w, r, p.wholeForm) }

func (p *Pages) openNode(w http.ResponseWriter, r *http.Request, open func(*http.Request) (flowNodeForm, error)) {
	if !p.parse(w, r) {
		return
	}
	n, err := open(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.showNode(w, r, http.StatusOK, n, filled{posted: n.form.Form.ToText(n.form.Values, p.locale(r)), values: n.form.Values})
}

func (p *Pages) showNode(w http.ResponseWriter, r *http.Request, status int, n flowNodeForm, f filled) {
	page := n.page
	page.Faults = p.faultLinks(r, f.invalid)
	f.values, _ = n.form.Form.Settle(f.values) // what can't be computed stays empty
	fields, err := p.fields(r, sheet{form: n.form.Form, posted: f.posted, values: f.values, invalid: f.invalid.With(n.stillWrong(f.posted, p.locale(r))), blank: f.blank, pick: f.pick, design: &n.form})
	if err != nil {
		p.fail(w, r, err)
		return
	}
	byName := map[string]fieldView{}
	for _, field := range fields {
		byName[field.Name] = field
	}
	for _, g := range n.form.Groups {
		group := nodeGroup{Title: p.in(r, g.Title)}
		for _, line := range n.settings {
			if line.ID == settingID(g.Setting) {
				group.Problems, group.Warnings = slices.DeleteFunc(slices.Clone(line.Problems), func(text string) bool { return controlSaying(n.wrong, text, p.lang(r)) != "" }), line.Warnings
			}
		}
		for _, key := range g.Fields {
			if field, ok := byName[key]; ok {
				group.Fields = append(group.Fields, field)
			}
		}
		page.Groups = append(page.Groups, group)
	}
	if r.Header.Get(partHeader) != "" {
		p.renderer.Fragment(w, r, http.StatusOK, "flow_node", "node-body", page)
		return
	}
	p.renderer.Page(w, r, status, "flow_node", page)
}

// keepNode keeps what was filled in in the draft, whether it makes a flow or not: what is wrong
// with that is said beside it in the picture. What its field doesn't take is refused there.
func (p *Pages) keepNode(w http.ResponseWriter, r *http.Request, open func(*http.Request) (flowNodeForm, error)) {
	if !p.parse(w, r) {
		return
	}
	n, err := open(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	f, err := p.read(r, n.form.Form)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if in := p.switched(w, r, f); in != r {
		if n, err = open(in); err != nil {
			p.fail(w, r, err)
			return
		}
		r = in
	}
	n.page.Changed = revisionOf(r) != n.d.Draft.Revision
	if f.do == "save" || f.do == doBuild {
		f.invalid = f.invalid.With(n.build(&f))
	}
	if f.do == "save" || f.do == "check" {
		f.invalid = n.form.Form.InOrder(f.invalid.With(n.form.Wrong(f.values)))
	}
	switch {
	case f.do != "save":
		if n.page.Changed { // it is said when it is to be saved: the page is still the one that was opened
			n.page.Revision, n.page.Changed = revisionOf(r), false
		}
		switch f.do {
		case "check":
			f.refused = f.refused.With(leftFaults(r, f.invalid))
		case doBuild:
			f.refused = f.invalid
		}
		f.invalid = f.refused
		p.showNode(w, r, http.StatusOK, n, f)
		return
	case n.page.Changed:
		p.showNode(w, r, http.StatusConflict, n, f)
		return
	case len(f.invalid) > 0:
		p.showNode(w, r, http.StatusUnprocessableEntity, n, f)
		return
	}
	var flow workflow.Flow
	if flow, err = n.fill(f.values); err == nil {
		change := ismskit.FlowChange{Type: n.d.Type.Key, Seen: n.d.Draft.Revision, Flow: flow}
		if n.rules != nil {
			rules := n.rules(f.values)
			change.Rules = &rules
		}
		_, err = p.kit.Types().Versions().Save(r.Context(), p.actor(r), change)
	}
	if errors.Is(err, ismskit.ErrConflict) {
		if n, err = open(r); err == nil {
			n.page.Changed = true
			p.showNode(w, r, http.StatusConflict, n, f)
			return
		}
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.done(w, r, flowHref(n.d.Type.Key)+"/draft#"+n.at, p.text(r, "flows.saved"))
}

// leftFaults are what is wrong with the fields that somebody has just left, or that were marked.
func leftFaults(r *http.Request, invalid forms.Invalid) forms.Invalid {
	var out forms.Invalid
	for _, f := range invalid {
		if slices.ContainsFunc(slices.Concat(r.PostForm["touched"], r.PostForm["marked"]), func(control string) bool { return within(f, control) }) {
			out = append(out, f)
		}
	}
	return out
}
