package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// askPage is the model of flow_ask.html: what is asked once more before it is done.
type askPage struct {
	Href, Form      string
	Title, Text, Do string
	Action, Cancel  string
	Hidden          [][2]string
	Reason          bool // it takes one
	Posted, Wrong   map[string]string
	Changed         bool
	Barred          []flowProblem // why nothing could begin with it
}

// askRemove asks whether a node is to go, with all that is in it.
func (p *Pages) askRemove(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	d, err := p.designed(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	path := r.Form.Get("path")
	boxes, _ := p.picture(r, d, nil)
	name := p.text(r, "flows.a_branch")
	if box := boxAt(boxes, path); box != nil {
		if name = box.Name; name == "" {
			name = box.Word
		}
	} else if _, err := d.Flow.At(path); err != nil {
		p.fail(w, r, ismskit.ErrNotFound)
		return
	}
	href := flowHref(d.Type.Key) + "/draft"
	p.page(w, r, "flow_ask", askPage{
		Href: flowHref(d.Type.Key), Form: d.Type.Title.In(p.lang(r)), Title: p.text(r, "flows.remove_title", "Step", name), Text: p.text(r, "flows.remove_text"), Do: p.text(r, "flows.remove"),
		Action: href + "/remove", Cancel: href + "#" + boxID(path), Hidden: [][2]string{{"path", path}, {"revision", r.Form.Get("revision")}},
	})
}

func (p *Pages) removeNode(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	d, err := p.designed(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if revisionOf(r) != d.Draft.Revision {
		p.showDraft(w, r, http.StatusConflict, designTry{changed: true})
		return
	}
	flow, err := d.Flow.Without(r.PostForm.Get("path"))
	if err != nil {
		p.renderer.Refuse(w, r, BadRequest)
		return
	}
	switch err = p.saveFlow(r, d, flow); {
	case errors.Is(err, ismskit.ErrConflict):
		p.showDraft(w, r, http.StatusConflict, designTry{changed: true})
	case err != nil:
		p.fail(w, r, err)
	default:
		p.done(w, r, flowHref(d.Type.Key)+"/draft", p.text(r, "flows.removed"))
	}
}

func (p *Pages) askDiscard(w http.ResponseWriter, r *http.Request) {
	d, err := p.designed(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	href := flowHref(d.Type.Key) + "/draft"
	p.page(w, r, "flow_ask", askPage{
		Href: flowHref(d.Type.Key), Form: d.Type.Title.In(p.lang(r)), Title: p.text(r, "flows.discard_title"), Text: p.text(r, "flows.discard_text", "Draft", p.draftLine(r, *d.Draft)), Do: p.text(r, "flows.discard"),
		Action: href + "/discard", Cancel: href, Hidden: [][2]string{{"revision", strconv.FormatInt(d.Draft.Revision, 10)}},
	})
}

func (p *Pages) discardFlow(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	key := r.PathValue("type")
	switch err := p.kit.Types().Versions().Discard(r.Context(), p.actor(r), key, revisionOf(r)); {
	case errors.Is(err, ismskit.ErrConflict):
		p.showDraft(w, r, http.StatusConflict, designTry{changed: true})
	case err != nil:
		p.fail(w, r, err)
	default:
		p.done(w, r, flowHref(key), p.text(r, "flows.discarded"))
	}
}

// askUse asks why another version is to come into use.
func (p *Pages) askUse(w http.ResponseWriter, r *http.Request) {
	p.showUse(w, r, http.StatusOK, r.URL.Query().Get("version"), "", nil, false)
}

func (p *Pages) showUse(w http.ResponseWriter, r *http.Request, status int, version, reason string, invalid forms.Invalid, changed bool) {
	d, err := p.kit.Types().Versions().Flow(r.Context(), p.actor(r), r.PathValue("type"), version)
	if err == nil {
		var may bool
		if may, err = p.mayDesign(r); err == nil && !may {
			err = ismskit.ErrNotFound
		}
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page := askPage{
		Href: flowHref(d.Type.Key), Form: d.Type.Title.In(p.lang(r)), Title: p.text(r, "flows.use_title", "Version", d.Version), Text: p.text(r, "flows.use_text", "Version", d.Type.Version), Do: p.text(r, "flows.use"),
		Action: flowHref(d.Type.Key) + "/use", Cancel: flowHref(d.Type.Key), Hidden: [][2]string{{"version", d.Version}, {"in_use", d.Type.Version}},
		Reason: true, Posted: map[string]string{"reason": reason}, Wrong: map[string]string{}, Changed: changed,
	}
	_, page.Barred = p.picture(r, d, nil)
	if d.Unstaffed != nil {
		for _, s := range d.Unstaffed.Steps {
			if s.Applicant == nil && s.Named == nil && !s.Escalation {
				page.Barred = append(page.Barred, flowProblem{Text: p.lackLine(r, s)})
			}
		}
	}
	for _, f := range invalid {
		page.Wrong[f.Field] = f.Message(p.lang(r))
	}
	p.renderer.Page(w, r, status, "flow_ask", page)
}

func (p *Pages) useVersion(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	c := ismskit.VersionChange{Type: r.PathValue("type"), Version: r.PostForm.Get("version"), InUse: r.PostForm.Get("in_use"), Reason: r.PostForm.Get("reason")}
	v, err := p.kit.Types().Versions().Use(r.Context(), p.actor(r), c)
	if invalid, ok := errors.AsType[forms.Invalid](err); ok {
		p.showUse(w, r, http.StatusUnprocessableEntity, c.Version, c.Reason, invalid, false)
		return
	}
	if _, ok := errors.AsType[*ismskit.Unpublishable](err); ok {
		p.showUse(w, r, http.StatusUnprocessableEntity, c.Version, c.Reason, nil, false)
		return
	}
	if errors.Is(err, ismskit.ErrConflict) {
		p.showUse(w, r, http.StatusConflict, c.Version, c.Reason, nil, true)
		return
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.done(w, r, flowHref(c.Type), p.text(r, "flows.used_now", "Version", v.Version))
}
