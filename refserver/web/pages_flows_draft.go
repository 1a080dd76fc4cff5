package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// designPage is the model of flow_draft.html: a flow that somebody works on.
type designPage struct {
	flowLine
	Next     string // what the draft becomes
	Revision int64
	May      bool
	Try      string // where it is tried out, "" for what is part of another form
	Changed  bool   // by somebody else, since the page was opened
	Problems []flowProblem
	Warnings []flowProblem // of the flow as a whole; they keep it from nothing
	Boxes    []flowBox
	Settings flowSettings
	Posted   map[string]string
	Wrong    map[string]string
	Unread   []string // why a file was not read in
}

// designTry is what somebody tried with a draft, and what came of it.
type designTry struct {
	reason  string
	invalid forms.Invalid
	changed bool
	unread  []string
}

func (p *Pages) flowDraft(w http.ResponseWriter, r *http.Request) {
	p.showDraft(w, r, http.StatusOK, designTry{})
}

func (p *Pages) showDraft(w http.ResponseWriter, r *http.Request, status int, try designTry) {
	d, err := p.kit.Types().Versions().Draft(r.Context(), p.actor(r), r.PathValue("type"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	may, err := p.mayDesign(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page := designPage{
		flowLine: p.flowLine(r, d.Type), Next: d.Next, Revision: d.Draft.Revision, May: may, Changed: try.changed,
		Posted: map[string]string{"reason": try.reason}, Wrong: map[string]string{}, Unread: try.unread,
	}
	if !d.Type.Child {
		page.Try = "/trial?type=" + url.QueryEscape(d.Type.Key) + "&draft=1"
	}
	var tools *flowTools
	if may {
		tools = &flowTools{Href: page.Href + "/draft", Revision: page.Revision}
	}
	page.Boxes, page.Problems = p.picture(r, d, tools)
	page.Warnings = p.flowWarnings(r, d)
	if page.Settings = p.settings(r, d); may {
		page.Settings.Edit = page.Href + "/draft/settings"
	}
	for _, f := range try.invalid {
		page.Wrong[f.Field] = f.Message(p.lang(r))
	}
	p.renderer.Page(w, r, status, "flow_draft", page)
}

// beginDesign makes a draft of a version, or goes on with the one that there is.
func (p *Pages) beginDesign(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	key, flash := r.PathValue("type"), ""
	_, err := p.kit.Types().Versions().Begin(r.Context(), p.actor(r), key, r.PostForm.Get("version"))
	switch {
	case errors.Is(err, ismskit.ErrConflict):
		flash = p.text(r, "flows.begun_already")
	case err != nil:
		p.fail(w, r, err)
		return
	}
	p.done(w, r, flowHref(key)+"/draft", flash)
}

// revisionOf is the draft's revision that the page was made of; a page that says nothing has
// seen nothing.
func revisionOf(r *http.Request) int64 {
	seen, err := strconv.ParseInt(r.Form.Get("revision"), 10, 64)
	if err != nil {
		return -1
	}
	return seen
}

// designed fetches the draft for somebody who may change it.
func (p *Pages) designed(r *http.Request) (ismskit.Design, error) {
	may, err := p.mayDesign(r)
	if err == nil && !may {
		err = ismskit.ErrNotFound
	}
	if err != nil {
		return ismskit.Design{}, err
	}
	return p.kit.Types().Versions().Draft(r.Context(), p.actor(r), r.PathValue("type"))
}

// editFlow moves something in the draft, or adds something to it.
func (p *Pages) editFlow(w http.ResponseWriter, r *http.Request) {
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
	where, kind, _ := strings.Cut(r.PostForm.Get("do"), ":")
	path, to := r.PostForm.Get("path"), flowHref(d.Type.Key)+"/draft"
	added := d.New(kind)
	var flow workflow.Flow
	switch where {
	case "up":
		flow, err = d.Flow.Move(path, -1)
	case "down":
		flow, err = d.Flow.Move(path, 1)
	case "before":
		flow, err = d.Flow.Before(path, added)
	case "after":
		flow, err = d.Flow.After(path, added)
	case "within":
		flow, err = d.Flow.Within(path, workflow.Case{Then: added})
	default:
		err = workflow.ErrNoPlace
	}
	if errors.Is(err, workflow.ErrNoPlace) {
		p.renderer.Refuse(w, r, BadRequest)
		return
	}
	if err == nil {
		err = p.saveFlow(r, d, flow)
	}
	if errors.Is(err, ismskit.ErrConflict) {
		p.showDraft(w, r, http.StatusConflict, designTry{changed: true})
		return
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if where == "up" || where == "down" {
		p.done(w, r, to, p.text(r, "flows.moved"))
		return
	}
	p.done(w, r, to+"/node?id="+url.QueryEscape(added.ID()), p.text(r, "flows.added"))
}

// saveFlow keeps another flow as the draft.
func (p *Pages) saveFlow(r *http.Request, d ismskit.Design, flow workflow.Flow) error {
	_, err := p.kit.Types().Versions().Save(r.Context(), p.actor(r), ismskit.FlowChange{Type: d.Type.Key, Seen: d.Draft.Revision, Flow: flow})
	return err
}

func (p *Pages) exportDraft(w http.ResponseWriter, r *http.Request) {
	d, err := p.kit.Types().Versions().Draft(r.Context(), p.actor(r), r.PathValue("type"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.sendFlow(w, r, d, p.text(r, "flows.file_draft", "Version", d.Next))
}

// publishFlow brings the draft into use.
func (p *Pages) publishFlow(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	key, reason := r.PathValue("type"), r.PostForm.Get("reason")
	v, err := p.kit.Types().Versions().Publish(r.Context(), p.actor(r), ismskit.VersionChange{Type: key, Seen: revisionOf(r), Reason: reason})
	if invalid, ok := errors.AsType[forms.Invalid](err); ok {
		p.showDraft(w, r, http.StatusUnprocessableEntity, designTry{reason: reason, invalid: invalid})
		return
	}
	if _, ok := errors.AsType[*ismskit.Unpublishable](err); ok {
		p.showDraft(w, r, http.StatusUnprocessableEntity, designTry{reason: reason})
		return
	}
	if errors.Is(err, ismskit.ErrConflict) {
		p.showDraft(w, r, http.StatusConflict, designTry{reason: reason, changed: true})
		return
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.done(w, r, flowHref(key), p.text(r, "flows.published", "Version", v.Version))
}
