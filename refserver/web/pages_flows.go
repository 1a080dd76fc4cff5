package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

// registerFlows puts the pages on which the ways of forms are looked at and changed on a mux.
func (p *Pages) registerFlows(mux *http.ServeMux) {
	mux.HandleFunc("GET /flows", p.flows)
	mux.HandleFunc("GET /flows/{type}", p.flow)
	mux.HandleFunc("GET /flows/{type}/export", p.exportFlow)
	mux.HandleFunc("POST /flows/{type}/begin", p.beginDesign)
	mux.HandleFunc("GET /flows/{type}/use", p.askUse)
	mux.HandleFunc("POST /flows/{type}/use", p.useVersion)
	mux.HandleFunc("GET /flows/{type}/draft", p.flowDraft)
	mux.HandleFunc("POST /flows/{type}/draft", p.editFlow)
	mux.HandleFunc("GET /flows/{type}/draft/node", p.flowNode)
	mux.HandleFunc("POST /flows/{type}/draft/node", p.fillNode)
	mux.HandleFunc("GET /flows/{type}/draft/settings", p.flowWhole)
	mux.HandleFunc("POST /flows/{type}/draft/settings", p.fillWhole)
	mux.HandleFunc("GET /flows/{type}/draft/remove", p.askRemove)
	mux.HandleFunc("POST /flows/{type}/draft/remove", p.removeNode)
	mux.HandleFunc("GET /flows/{type}/draft/discard", p.askDiscard)
	mux.HandleFunc("POST /flows/{type}/draft/discard", p.discardFlow)
	mux.HandleFunc("GET /flows/{type}/draft/export", p.exportDraft)
	mux.HandleFunc("POST /flows/{type}/draft/import", p.importFlow)
	mux.HandleFunc("POST /flows/{type}/draft/publish", p.publishFlow)
}

// flowsPage is the model of flows.html.
type flowsPage struct{ Lines []flowLine }

// flowLine is a form with the version of its flow that is in use.
type flowLine struct {
	Href, Title, FormNo string
	Version             string
	Child               bool   // of the rows of another form
	Ours                bool   // the house made it
	Newer               string // the program's version, where the one in use rests on an older one
	Draft               string // who works on another flow, since when
	Barred              bool   // no case begins with it here: its page says why
}

func (p *Pages) flows(w http.ResponseWriter, r *http.Request) {
	all, err := p.kit.Types().Versions().List(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	var page flowsPage
	for _, v := range all {
		page.Lines = append(page.Lines, p.flowLine(r, v))
	}
	p.page(w, r, "flows", page)
}

func (p *Pages) flowLine(r *http.Request, v ismskit.VersionedType) flowLine {
	line := flowLine{
		Href: flowHref(v.Key), Title: v.Title.In(p.lang(r)), FormNo: v.FormNo, Version: v.Version, Child: v.Child, Ours: v.Version != v.Base,
		Barred: v.Barred != nil,
	}
	if v.Behind() {
		line.Newer = v.Program
	}
	if v.Draft != nil {
		line.Draft = p.draftLine(r, *v.Draft)
	}
	return line
}

// draftLine says who changed a draft last, and when.
func (p *Pages) draftLine(r *http.Request, d ismskit.FlowDraftInfo) string {
	return p.text(r, "flows.draft_by", "Who", p.signer(r, d.By), "At", p.moment(r, d.At))
}

func flowHref(key string) string { return "/flows/" + url.PathEscape(key) }

// flowPage is the model of flow.html: the flow of one version.
type flowPage struct {
	flowLine
	Key      string
	Shown    string // the version that is drawn, where it is not the one in use
	May      bool   // the reader may change it
	Problems []flowProblem
	Warnings []flowProblem
	Boxes    []flowBox
	Settings flowSettings
	Versions []flowVersion
}

// flowVersion is a version in the table below the picture.
type flowVersion struct {
	Version  string
	Since    time.Time
	InUse    bool
	Ours     bool
	By       string
	Used     time.Time
	Reason   string
	Look     string
	Export   string
	Use      string // "" for who may not, and of the one in use
	Standing bool   // drawn above
}

func (p *Pages) flow(w http.ResponseWriter, r *http.Request) {
	d, err := p.kit.Types().Versions().Flow(r.Context(), p.actor(r), r.PathValue("type"), r.URL.Query().Get("version"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	may, err := p.mayDesign(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page := flowPage{flowLine: p.flowLine(r, d.Type), Key: d.Type.Key, May: may}
	if d.Version != d.Type.Version {
		page.Shown = d.Version
	}
	page.Boxes, page.Problems = p.picture(r, d, nil)
	page.Settings, page.Warnings = p.settings(r, d), p.flowWarnings(r, d)
	for _, v := range d.Type.All {
		href := flowHref(d.Type.Key)
		query := "?version=" + url.QueryEscape(v.Version)
		line := flowVersion{
			Version: v.Version, Since: v.Since, InUse: v.InUse, Ours: v.House, Used: v.Used, Reason: v.Reason,
			Look: href + query, Export: href + "/export" + query, Standing: v.Version == d.Version,
		}
		if !v.Used.IsZero() {
			line.By = p.signer(r, v.By)
		}
		if may && !v.InUse {
			line.Use = href + "/use" + query
		}
		page.Versions = append(page.Versions, line)
	}
	p.page(w, r, "flow", page)
}

// mayDesign says whether the reader may change the flows of forms.
func (p *Pages) mayDesign(r *http.Request) (bool, error) {
	me, err := p.kit.People().Me(r.Context(), p.actor(r))
	return me.Rights["manage_types"], err
}

// exportFlow gives the flow of a version as a file that can be read in again.
func (p *Pages) exportFlow(w http.ResponseWriter, r *http.Request) {
	d, err := p.kit.Types().Versions().Flow(r.Context(), p.actor(r), r.PathValue("type"), r.URL.Query().Get("version"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.sendFlow(w, r, d, d.Version)
}

func (p *Pages) sendFlow(w http.ResponseWriter, r *http.Request, d ismskit.Design, version string) {
	body, err := json.MarshalIndent(d.Flow, "", " ")
	if err != nil {
		p.fail(w, r, err)
		return
	}
	head := w.Header()
	head.Set("Content-Type", "application/json; charset=utf-8")
	head.Set("Content-Disposition", attachment(p.text(r, "flows.file", "Type", d.Type.Key, "Version", version)+".json"))
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "private, no-store")
	if _, err := w.Write(body); err != nil {
		p.renderer.logQuietly(r.Context(), "export of a flow", err)
	}
}
