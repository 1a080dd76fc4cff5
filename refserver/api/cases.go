package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// CasePath names a case by its id. One that the caller may not read is answered as
// if it were not there.
type CasePath struct {
	ID string `path:"id" maxLength:"100"`
}

type caseAnswer struct {
	ETag string `header:"ETag" doc:"The case's revision, for If-Match."`
	Body Case
}

type openRequest struct {
	Keyed
	Body struct {
		Type      string              `json:"type" maxLength:"100"`
		Applicant string              `json:"applicant,omitempty" maxLength:"100" doc:"Whose request it is, without: the caller's own. Somebody of the applicant's unit or of one above it may fill it in, or a role that the type names; the caller is then its writer."`
		Values    json.RawMessage     `json:"values,omitempty" doc:"The fields as far as they are known, each written as its type is: see the description of the whole. A draft also keeps what cannot be read yet, such as half a date, as it was typed."`
		Submit    bool                `json:"submit,omitempty" doc:"Send it at once; otherwise it is kept as a draft."`
		Chosen    map[string][]string `json:"chosen,omitempty" doc:"The people of later steps, by step, where the applicant chooses them."`
		Shown     map[string][]string `json:"shown,omitempty" maxProperties:"100" doc:"Whom the preview of the route named, by step: what opens for others is told in rerouted."`
	}
}

type draftRequest struct {
	CasePath
	Revised
	Keyed
	Body struct {
		Values json.RawMessage     `json:"values" doc:"The fields that change: a missing one stays as it is, null empties it, and so for the cells of a row that is there already (_row). A table is the list of its rows: one left out is taken out. What cannot be read yet, such as half a date, is kept as it was typed."`
		Shown  map[string][]string `json:"shown,omitempty" maxProperties:"100" doc:"Whom the preview of the route named, by step: what opens for others is told in rerouted."`
		Chosen map[string][]string `json:"chosen,omitempty" maxProperties:"50" doc:"The people of later steps, by step, where the applicant chooses them: a step that is missing stays as it is."`
	}
}

type casesRequest struct {
	Paging
	Phase []string `query:"phase,explode" enum:"draft,running,returned,suspended,closed" nullable:"false" doc:"Only these."`
	Type  []string `query:"type,explode" nullable:"false" doc:"Only these."`
	Begun string   `query:"begun" enum:"person,system" doc:"Only those a person began, or that the system opened."`
}

type trailAnswer struct {
	Body Trail
}

type caseNotices struct {
	Body struct {
		Items []Notice `json:"items" nullable:"false"`
	}
}

func (a *API) caseOperations() {
	add(a, operation{id: "open-case", method: http.MethodPost, path: "/cases", tag: "cases", created: true,
		summary: "Begin a case, as a draft or sent at once", refusals: []int{s404, s409}}, a.openCase)
	add(a, operation{id: "list-cases", method: http.MethodGet, path: "/cases", tag: "cases",
		summary: "One's own cases, and those one filled in for others, newest first"}, a.listCases)
	add(a, operation{id: "get-case", method: http.MethodGet, path: "/cases/{id}", tag: "cases",
		summary: "A case with everything one may see of it", refusals: []int{s404}}, a.getCase)
	add(a, operation{id: "save-draft", method: http.MethodPut, path: "/cases/{id}/draft", tag: "cases",
		summary: "Keep a draft, or a returned case, without sending it", refusals: []int{s404, s409, s412, s428}}, a.saveDraft)
	a.describeMatch(http.MethodPut, "/cases/{id}/draft", "Required (428 without).", true)
	add(a, operation{id: "get-trail", method: http.MethodGet, path: "/cases/{id}/trail", tag: "cases",
		summary: "A case's whole trail, checked", refusals: []int{s404}}, a.getTrail)
	add(a, operation{id: "list-case-notices", method: http.MethodGet, path: "/cases/{id}/notices", tag: "cases",
		summary: "What was told to whom about a case, by which rule, in which words", refusals: []int{s404}}, a.listCaseNotices)
}

func (a *API) openCase(ctx context.Context, in *openRequest) (*openAnswer, error) {
	key, err := in.key()
	if err != nil {
		return nil, err
	}
	_, form, err := a.kit.Types().Get(ctx, actor(ctx), in.Body.Type)
	if err == nil {
		form, err = a.ofPaper(ctx, form, "", in.Body.Values)
	}
	if err != nil {
		return nil, err
	}
	o := ismskit.Opening{Type: in.Body.Type, Submit: in.Body.Submit, Chosen: in.Body.Chosen, Applicant: in.Body.Applicant, Shown: in.Body.Shown, Key: key}
	var invalid forms.Invalid
	if o.Submit {
		o.Values, invalid = decode(ctx, form, in.Body.Values, key)
	} else {
		o.Values, o.Typed, invalid = decodeDraft(ctx, form, in.Body.Values, key)
	}
	if err := a.refused(ctx, form, invalid, ismskit.Preview{Type: in.Body.Type, Applicant: in.Body.Applicant, Values: o.Values, Chosen: in.Body.Chosen}, !o.Submit); err != nil {
		return nil, err
	}
	r, err := a.kit.Open(ctx, actor(ctx), o)
	verb := string(ismskit.VerbSave)
	if in.Body.Submit {
		verb = "submit"
	}
	a.metrics.acted(verb, r, err)
	if err != nil {
		return nil, err
	}
	out := receipt(r, langOf(ctx))
	return &openAnswer{Location: a.o.Base + "/api/v1/cases/" + r.Case, ETag: out.ETag, Body: out.Body}, nil
}

func (a *API) listCases(ctx context.Context, in *casesRequest) (*pageOf[CaseLine], error) {
	after, err := parseCursor(in.After)
	if err != nil {
		return nil, err
	}
	lines, err := a.kit.Cases(ctx, actor(ctx), ismskit.CaseFilter{
		Begun: ismskit.Begun(in.Begun), Phases: in.Phase, Types: in.Type, After: after.At, AfterID: after.ID, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	items := make([]CaseLine, len(lines))
	for i, l := range lines {
		items[i] = caseLine(l, langOf(ctx))
	}
	return page(ctx, items, in.Paging, func(l CaseLine) string { return cursor(mark{At: l.Created, ID: l.ID}) }), nil
}

func (a *API) getCase(ctx context.Context, in *CasePath) (*caseAnswer, error) {
	c, err := a.kit.Case(ctx, actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &caseAnswer{ETag: etag(c.Revision), Body: caseView(c, langOf(ctx))}, nil
}

func (a *API) saveDraft(ctx context.Context, in *draftRequest) (*ReceiptAnswer, error) {
	revision, named, err := in.revision(true)
	if err != nil {
		return nil, err
	}
	key, err := in.key()
	if err != nil {
		return nil, err
	}
	c, err := a.kit.Case(ctx, actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	form, err := a.ofDraft(ctx, c, in.Body.Values)
	if err != nil {
		return nil, err
	}
	values, typed, invalid := decodeDraft(ctx, form, in.Body.Values, key)
	if err := invalid.Err(); err != nil {
		return nil, err
	}
	return a.act(ctx, actor(ctx), in.ID, ismskit.Action{Verb: ismskit.VerbSave, Revision: revision, Values: values, Typed: typed, Chosen: in.Body.Chosen, Shown: in.Body.Shown, Key: key}, named)
}

func (a *API) getTrail(ctx context.Context, in *CasePath) (*trailAnswer, error) {
	entries, err := a.kit.Evidence().Trail(ctx, actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	faults, err := a.kit.Evidence().Verify(ctx, actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := &trailAnswer{Body: Trail{Entries: []TrailLine{}, Faults: []TrailGap{}, Verified: len(faults) == 0}}
	for _, e := range entries {
		out.Body.Entries = append(out.Body.Entries, trailLine(e, langOf(ctx)))
	}
	for _, f := range faults {
		out.Body.Faults = append(out.Body.Faults, TrailGap{Seq: f.Seq, To: f.To, Code: string(f.Code)})
	}
	return out, nil
}

func (a *API) listCaseNotices(ctx context.Context, in *CasePath) (*caseNotices, error) {
	told, err := a.kit.Queue().Of(ctx, actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := &caseNotices{}
	out.Body.Items = []Notice{}
	for _, m := range told {
		out.Body.Items = append(out.Body.Items, noticeView(m))
	}
	return out, nil
}
