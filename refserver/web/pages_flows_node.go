package web

import (
	"errors"
	"net/http"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// nodePage is the model of flow_node.html: a node of a draft as a form.
type nodePage struct {
	flowLine
	Path, ID string
	Called   string
	Revision int64
	Groups   []nodeGroup
	Kept     []string
	Problems []string // what is wrong with it as it was kept
	Faults   []faultLink
	Changed  bool // by somebody else meanwhile
}

type nodeGroup struct {
	Title  string
	Fields []fieldView
}

// inForm is the form that comes back in another language with what was typed into it.
func (p nodePage) inForm() string { return "form" }

// node is a node of the draft with its form, in the language of the request.
type flowNodeForm struct {
	d    ismskit.Design
	form ismskit.NodeForm
	page nodePage
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
	page := nodePage{flowLine: p.flowLine(r, d.Type), Path: form.Path, ID: form.ID, Revision: d.Draft.Revision}
	boxes, _ := p.picture(r, d, nil)
	if box := boxAt(boxes, form.Path); box != nil {
		page.Called, page.Problems = box.Name, append(box.Problems, box.Warnings...)
		if page.Called == "" {
			page.Called = box.Word
		}
	}
	for _, text := range form.Kept {
		page.Kept = append(page.Kept, p.in(r, text))
	}
	return flowNodeForm{d, form, page}, nil
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

func (p *Pages) flowNode(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	n, err := p.nodeForm(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.showNode(w, r, http.StatusOK, n, filled{posted: n.form.Form.ToText(n.form.Values, p.locale(r)), values: n.form.Values})
}

func (p *Pages) showNode(w http.ResponseWriter, r *http.Request, status int, n flowNodeForm, f filled) {
	page := n.page
	page.Faults = p.faultLinks(r, f.invalid)
	fields, err := p.fields(r, sheet{form: n.form.Form, posted: f.posted, values: f.values, invalid: f.invalid, blank: f.blank, pick: f.pick})
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
		for _, key := range g.Fields {
			if field, ok := byName[key]; ok {
				group.Fields = append(group.Fields, field)
			}
		}
		page.Groups = append(page.Groups, group)
	}
	p.renderer.Page(w, r, status, "flow_node", page)
}

// fillNode keeps what was filled in in the draft, whether it makes a flow or not: what is wrong
// with that is said beside it in the picture. What its field doesn't take is refused there.
func (p *Pages) fillNode(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	n, err := p.nodeForm(r)
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
		if n, err = p.nodeForm(in); err != nil {
			p.fail(w, r, err)
			return
		}
		r = in
	}
	n.page.Changed = revisionOf(r) != n.d.Draft.Revision
	if f.do == "save" {
		f.invalid = n.form.Form.InOrder(f.invalid.With(n.form.Wrong(f.values)))
	}
	switch {
	case f.do != "save":
		if n.page.Changed { // it is said when it is to be saved: the page is still the one that was opened
			n.page.Revision, n.page.Changed = revisionOf(r), false
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
	if flow, err = n.d.Fill(n.form.Path, n.form.ID, f.values); err == nil {
		err = p.saveFlow(r, n.d, flow)
	}
	if errors.Is(err, ismskit.ErrConflict) {
		if n, err = p.nodeForm(r); err == nil {
			n.page.Changed = true
			p.showNode(w, r, http.StatusConflict, n, f)
			return
		}
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.done(w, r, flowHref(n.d.Type.Key)+"/draft#"+boxID(n.form.Path), p.text(r, "flows.saved"))
}
