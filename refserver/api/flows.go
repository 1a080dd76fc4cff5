package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// TypeVersions are the versions of a form type, and which of them is in use.
type TypeVersions struct {
	InUse    string        `json:"in_use" doc:"The version that new requests begin with."`
	Program  string        `json:"program" doc:"The newest version that the program brings."`
	Base     string        `json:"base" doc:"The program's version that the one in use is, or was made from."`
	Decided  bool          `json:"decided" doc:"The house itself decided which version is in use."`
	Draft    *DraftInfo    `json:"draft,omitempty" doc:"Somebody works on another flow."`
	Barred   []string      `json:"barred,omitempty" nullable:"false" doc:"Why no request can begin with the one in use on this server."`
	Versions []TypeVersion `json:"versions" nullable:"false" doc:"Newest first."`
}

// TypeVersion is one published version of a type.
type TypeVersion struct {
	Version string    `json:"version"`
	Since   time.Time `json:"since" doc:"When it was first stored."`
	InUse   bool      `json:"in_use"`
	House   bool      `json:"house" doc:"Made in the house."`
	By      *Signer   `json:"by,omitempty" doc:"Who brought it into use last."`
	Used    time.Time `json:"used,omitzero" doc:"When."`
	Reason  string    `json:"reason,omitempty" doc:"Why."`
}

// DraftInfo says who works on the flow of a type.
type DraftInfo struct {
	Revision int64     `json:"revision" doc:"To be named when it is changed."`
	By       Signer    `json:"by"`
	At       time.Time `json:"at"`
	From     string    `json:"from" doc:"The version whose flow it began as."`
}

// FlowDraft is a flow that somebody works on, with what is wrong with it.
type FlowDraft struct {
	DraftInfo
	Next     string          `json:"next" doc:"The version it becomes when it is published."`
	Blocks   bool            `json:"blocks" doc:"It can't be published as it is."`
	Problems []DraftProblem  `json:"problems" nullable:"false"`
	Flow     json.RawMessage `json:"flow" doc:"The flow as it is exported and read in."`
}

// DraftProblem is one thing that is wrong with a draft.
type DraftProblem struct {
	Step    string `json:"step,omitempty" doc:"The id of the step it is about."`
	Path    string `json:"path,omitempty" doc:"Where in the flow: root.sequence[1].step.who[0]."`
	Message string `json:"message"`
	Blocks  bool   `json:"blocks" doc:"It keeps the draft from being published."`
}

type versionsAnswer struct{ Body TypeVersions }

type flowQuery struct {
	TypePath
	Version string `query:"version" maxLength:"100" doc:"The one in use if it is left out."`
}

type flowAnswer struct {
	ETag string `header:"ETag" doc:"The version."`
	Body json.RawMessage
}

type draftAnswer struct {
	ETag string `header:"ETag"`
	Body FlowDraft
}

type putDraftRequest struct {
	TypePath
	Revised
	Body json.RawMessage
}

type dropDraftRequest struct {
	TypePath
	Revised
}

type publishRequest struct {
	TypePath
	Revised
	Body struct {
		Reason string `json:"reason" maxLength:"2000" doc:"Goes on the record of changes."`
	}
}

type useRequest struct {
	TypePath
	Body struct {
		Version string `json:"version" maxLength:"100" doc:"The version that new requests are to begin with."`
		InUse   string `json:"in_use" maxLength:"100" doc:"The one that was in use when it was looked at; if that has changed since, it is refused."`
		Reason  string `json:"reason" maxLength:"2000" doc:"Goes on the record of changes."`
	}
}

func (a *API) flowOperations() {
	add(a, operation{id: "list-versions", method: http.MethodGet, path: "/types/{type}/versions", tag: "types",
		summary: "The versions of a form type, and which of them is in use", refusals: []int{s404}}, a.listVersions)
	add(a, operation{id: "get-flow", method: http.MethodGet, path: "/types/{type}/flow", tag: "types",
		summary: "The flow of a version as it is exported and read in", refusals: []int{s404}}, a.getFlow)
	add(a, operation{id: "get-flow-draft", method: http.MethodGet, path: "/types/{type}/flow/draft", tag: "types",
		summary: "The flow that somebody works on, with what is wrong with it", refusals: []int{s404}}, a.getDraft)
	add(a, operation{id: "put-flow-draft", method: http.MethodPut, path: "/types/{type}/flow/draft", tag: "types",
		summary: "Keep a flow as the draft, right or wrong; what is published is not touched", refusals: []int{s404, s409, s412, s428}}, a.putDraft)
	a.describeMatch(http.MethodPut, "/types/{type}/flow/draft", "Required, unless there is no draft yet, which is begun then (428 without where there is one).", false)
	add(a, operation{id: "drop-flow-draft", method: http.MethodDelete, path: "/types/{type}/flow/draft", tag: "types",
		summary: "Discard the draft", refusals: []int{s404, s412, s428}}, a.dropDraft)
	a.describeMatch(http.MethodDelete, "/types/{type}/flow/draft", "Required (428 without).", true)
	add(a, operation{id: "try-flow-draft", method: http.MethodPost, path: "/types/{type}/flow/draft/try", tag: "types",
		summary: "What would become of a request by the draft; nothing is written", refusals: []int{s404, s409}}, a.tryDraft)
	add(a, operation{id: "publish-flow-draft", method: http.MethodPost, path: "/types/{type}/flow/draft/publish", tag: "types",
		summary: "Publish the draft as a version of its own, with which new requests begin", refusals: []int{s404, s409, s412, s428}}, a.publishDraft)
	a.describeMatch(http.MethodPost, "/types/{type}/flow/draft/publish", "Required (428 without).", true)
	add(a, operation{id: "use-version", method: http.MethodPut, path: "/types/{type}/in-use", tag: "types",
		summary: "Bring a published version back into use", refusals: []int{s404, s409}}, a.useVersion)
}

func (a *API) versions() ismskit.Versions { return a.kit.Types().Versions() }

func (a *API) listVersions(ctx context.Context, q *TypePath) (*versionsAnswer, error) {
	v, err := a.versions().Get(ctx, actor(ctx), q.Type)
	if err != nil {
		return nil, err
	}
	return &versionsAnswer{Body: typeVersions(v, langOf(ctx))}, nil
}

func typeVersions(v ismskit.VersionedType, lang string) TypeVersions {
	out := TypeVersions{InUse: v.Version, Program: v.Program, Base: v.Base, Decided: v.Decided, Versions: []TypeVersion{}}
	if v.Barred != nil {
		out.Barred = v.Barred.Texts(lang)
	}
	if v.Draft != nil {
		info := draftInfo(*v.Draft)
		out.Draft = &info
	}
	for _, one := range v.All {
		t := TypeVersion{Version: one.Version, Since: one.Since, InUse: one.InUse, House: one.House, Used: one.Used, Reason: one.Reason}
		if !one.Used.IsZero() {
			by := signer(one.By)
			t.By = &by
		}
		out.Versions = append(out.Versions, t)
	}
	return out
}

func draftInfo(d ismskit.FlowDraftInfo) DraftInfo {
	return DraftInfo{Revision: d.Revision, By: signer(d.By), At: d.At, From: d.From}
}

func (a *API) getFlow(ctx context.Context, q *flowQuery) (*flowAnswer, error) {
	d, err := a.versions().Flow(ctx, actor(ctx), q.Type, q.Version)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(d.Flow)
	return &flowAnswer{ETag: `"` + d.Version + `"`, Body: body}, err
}

func (a *API) getDraft(ctx context.Context, q *TypePath) (*draftAnswer, error) {
	d, err := a.versions().Draft(ctx, actor(ctx), q.Type)
	return draftOf(ctx, d, err)
}

func draftOf(ctx context.Context, d ismskit.Design, err error) (*draftAnswer, error) {
	if err != nil {
		return nil, err
	}
	lang := langOf(ctx)
	flow, err := json.Marshal(d.Flow)
	if err != nil {
		return nil, err
	}
	out := FlowDraft{DraftInfo: draftInfo(*d.Draft), Next: d.Next, Blocks: d.Blocks(), Problems: []DraftProblem{}, Flow: flow}
	for _, p := range d.Problems {
		out.Problems = append(out.Problems, DraftProblem{Step: p.Step, Path: p.Path, Message: forms.Text(p.Text).In(lang), Blocks: true})
	}
	if d.Unstaffed != nil {
		for _, s := range d.Unstaffed.Steps {
			out.Problems = append(out.Problems, DraftProblem{Step: s.Step, Message: unstaffedLine(s, lang), Blocks: s.Applicant == nil && s.Named == nil && !s.Escalation})
		}
	}
	for _, w := range d.Warnings {
		out.Problems = append(out.Problems, DraftProblem{Step: w.Step, Path: w.Path, Message: forms.Text(w.Text).In(lang)})
	}
	return &draftAnswer{ETag: etag(d.Draft.Revision), Body: out}, nil
}

func draftErrors(u *ismskit.Unpublishable, lang string) []FieldError {
	var out []FieldError
	for _, p := range u.Problems {
		out = append(out, FieldError{Field: p.Path, Code: "flow", Message: forms.Text(p.Text).In(lang)})
	}
	if u.Unstaffed != nil {
		for _, s := range u.Unstaffed.Steps {
			out = append(out, FieldError{Field: s.Step, Code: "nobody", Message: unstaffedLine(s, lang)})
		}
	}
	return out
}

// seen is the draft's revision that a request names. Where it compares nothing it is the
// one that there is.
func (a *API) seen(ctx context.Context, typ string, r Revised, needed bool) (int64, bool, error) {
	seen, named, err := r.revision(needed)
	if err != nil || !named || seen > 0 {
		return seen, named, err
	}
	d, err := a.versions().Draft(ctx, actor(ctx), typ)
	if err != nil {
		return 0, true, err
	}
	return d.Draft.Revision, true, nil
}

func (a *API) putDraft(ctx context.Context, q *putDraftRequest) (*draftAnswer, error) {
	about, err := a.versions().Get(ctx, actor(ctx), q.Type)
	if err != nil {
		return nil, err
	}
	seen, named, err := a.seen(ctx, q.Type, q.Revised, about.Draft != nil)
	if err != nil {
		return nil, err
	}
	flow, err := workflow.ParseFlow(q.Body)
	if err != nil {
		return nil, err
	}
	change := ismskit.FlowChange{Type: q.Type, Seen: seen, Flow: flow}
	if about.Draft == nil {
		change.From = about.Version
	}
	d, err := a.versions().Save(ctx, actor(ctx), change)
	return draftOf(ctx, d, matched(err, named))
}

func (a *API) dropDraft(ctx context.Context, q *dropDraftRequest) (*struct{}, error) {
	seen, named, err := a.seen(ctx, q.Type, q.Revised, true)
	if err != nil {
		return nil, err
	}
	return nil, matched(a.versions().Discard(ctx, actor(ctx), q.Type, seen), named)
}

func (a *API) tryDraft(ctx context.Context, in *dryRunRequest) (*dryRunAnswer, error) {
	d, err := a.versions().Draft(ctx, actor(ctx), in.Type)
	if err != nil {
		return nil, err
	}
	return a.tried(ctx, in, d.Form, a.versions().Try)
}

func (a *API) publishDraft(ctx context.Context, q *publishRequest) (*versionsAnswer, error) {
	seen, named, err := a.seen(ctx, q.Type, q.Revised, true)
	if err != nil {
		return nil, err
	}
	v, err := a.versions().Publish(ctx, actor(ctx), ismskit.VersionChange{Type: q.Type, Seen: seen, Reason: q.Body.Reason})
	if err != nil {
		return nil, matched(err, named)
	}
	return &versionsAnswer{Body: typeVersions(v, langOf(ctx))}, nil
}

func (a *API) useVersion(ctx context.Context, q *useRequest) (*versionsAnswer, error) {
	v, err := a.versions().Use(ctx, actor(ctx), ismskit.VersionChange{Type: q.Type, Version: q.Body.Version, InUse: q.Body.InUse, Reason: q.Body.Reason})
	if err != nil {
		return nil, err
	}
	return &versionsAnswer{Body: typeVersions(v, langOf(ctx))}, nil
}
