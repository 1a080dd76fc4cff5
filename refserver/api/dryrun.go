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

type dryRunRequest struct {
	TypePath
	Body struct {
		Values    json.RawMessage `json:"values,omitempty" doc:"The fields as far as they matter; they need not be complete."`
		Applicant string          `json:"applicant,omitempty" maxLength:"100" doc:"Whose request it would be; oneself if it is left out."`
		At        time.Time       `json:"at,omitzero" doc:"When it would be sent; now if it is left out. People, posts and deputies are those of that moment."`
		Absent    []string        `json:"absent,omitempty" maxItems:"50" nullable:"false" doc:"People to be taken as away."`
	}
}

// DryRun is what would become of a request that is not made.
type DryRun struct {
	Applicant Signer    `json:"applicant"`
	At        time.Time `json:"at"`
	Absent    []Signer  `json:"absent" nullable:"false"`
	Route     Route     `json:"route"`
	DeadEnds  []DeadEnd `json:"dead_ends" nullable:"false" doc:"Where it would stop."`
}

// DeadEnd is a step at which a request would stop.
type DeadEnd struct {
	Step     string   `json:"step"`
	Row      string   `json:"row,omitempty" doc:"Title of the row it is about."`
	Possible bool     `json:"possible,omitempty" doc:"Only if it is reached; a field before it is not answered yet."`
	Why      string   `json:"why" enum:"nobody,apart,review,away,few" doc:"Nobody found; separation of duties leaves nobody; nobody to review it; those found are away without a deputy; fewer than it needs."`
	Apart    []string `json:"apart,omitempty" nullable:"false" doc:"The steps, people named in the form and the applicant, whom somebody else must be than."`
	Away     []Signer `json:"away,omitempty" nullable:"false"`
	Asked    []Signer `json:"asked,omitempty" nullable:"false" doc:"With away: the superiors who are to name somebody."`
	Message  string   `json:"message"`
}

type dryRunAnswer struct {
	Body DryRun
}

func (a *API) dryRunOperations() {
	add(a, operation{id: "dry-run", method: http.MethodPost, path: "/types/{type}/dry-run", tag: "types",
		summary: "What would become of a request: the whole way with people, reasons, due dates and dead ends; nothing is written", refusals: []int{s404}}, a.dryRun)
}

func (a *API) dryRun(ctx context.Context, in *dryRunRequest) (*dryRunAnswer, error) {
	form, _, _, err := a.formOf(ctx, in.Type, "", nil)
	if err != nil {
		return nil, err
	}
	return a.tried(ctx, in, form, a.kit.Types().DryRun)
}

// tried works out what would become of a request, by the version in use or by a draft, each
// with its form.
func (a *API) tried(ctx context.Context, in *dryRunRequest, form *forms.Form, try func(context.Context, ismskit.Actor, ismskit.Trial) (ismskit.DryRun, error)) (*dryRunAnswer, error) {
	values, invalid := decode(ctx, form, in.Body.Values, "")
	if len(invalid) > 0 {
		return nil, invalid
	}
	run, err := try(ctx, actor(ctx), ismskit.Trial{
		Type: in.Type, Applicant: in.Body.Applicant, Values: values, At: in.Body.At, Absent: in.Body.Absent,
	})
	if err != nil {
		return nil, err
	}
	lang := langOf(ctx)
	out := DryRun{Applicant: signer(run.Applicant), At: run.At, Absent: signers(run.Absent), Route: route(run.Route, lang), DeadEnds: []DeadEnd{}}
	for _, end := range run.DeadEnds {
		out.DeadEnds = append(out.DeadEnds, deadEnd(end, lang))
	}
	return &dryRunAnswer{Body: out}, nil
}

func deadEnd(end ismskit.DeadEnd, lang string) DeadEnd {
	out := DeadEnd{Step: end.Step, Row: end.Row, Possible: end.Possible, Why: string(end.Why()), Message: deadEndLine(end, lang)}
	for _, apart := range end.Apart {
		out.Apart = append(out.Apart, in(apart.Name, lang))
	}
	if len(end.Away) > 0 {
		out.Away = signers(end.Away)
	}
	if len(end.Asked) > 0 {
		out.Asked = signers(end.Asked)
	}
	return out
}

func signers(all []workflow.Signer) []Signer {
	out := make([]Signer, len(all))
	for i, s := range all {
		out[i] = signer(s)
	}
	return out
}
