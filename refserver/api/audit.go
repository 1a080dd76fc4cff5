package api

import (
	"context"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

type auditRequest struct {
	Body struct {
		Checkpoints []string `json:"checkpoints,omitempty" nullable:"false" maxItems:"100" doc:"Signed checkpoints that were learned earlier, as note of GET /checkpoints has them: only these find a history that was made anew with the server's own key."`
	}
}

// Audit is what a check of all trails, or of a bundle, found.
type Audit struct {
	Result      string         `json:"result" enum:"holds,unvouched,repacked,fails" doc:"holds: nothing was found. fails: something does not hold."`
	Text        string         `json:"text" doc:"The whole report for people."`
	Made        time.Time      `json:"made"`
	Cases       int            `json:"cases"`
	Chains      int            `json:"chains" doc:"Trails that are no case's."`
	Entries     int            `json:"entries"`
	Absent      int            `json:"absent" doc:"Entries whose content was lawfully disposed of, or is hidden from whoever made the bundle."`
	Files       int            `json:"files"`
	Checkpoints int            `json:"checkpoints"`
	Earlier     int            `json:"earlier" doc:"How many of those learned earlier agree."`
	Findings    []AuditFinding `json:"findings" nullable:"false" doc:"What does not hold."`
	Packing     []AuditFinding `json:"packing" nullable:"false" doc:"Of a bundle: where another tool packed it otherwise, the content unchanged."`
	Remarks     []AuditFinding `json:"remarks" nullable:"false" doc:"What else has to be known."`
}

// AuditFinding is one thing that does not hold or has to be known, and where.
type AuditFinding struct {
	Code  string `json:"code"`
	Text  string `json:"text"`
	Case  string `json:"case,omitempty" doc:"Its number."`
	Row   int    `json:"row,omitempty" doc:"Of the request whose number it is, where it is about a row's case."`
	Turn  int    `json:"turn,omitempty" doc:"Which handling of that row, from 2."`
	Chain string `json:"chain,omitempty"`
	Name  string `json:"name,omitempty" doc:"What people call the document whose chain it is."`
	Seq   int64  `json:"seq,omitempty" doc:"Of the entry."`
	To    int64  `json:"to,omitempty" doc:"The last of several."`
}

type auditAnswer struct {
	Body Audit
}

func (a *API) audit(ctx context.Context, in *auditRequest) (*auditAnswer, error) {
	var o evidence.Options
	for _, note := range in.Body.Checkpoints {
		o.Checkpoints = append(o.Checkpoints, []byte(note))
	}
	report, err := a.kit.Evidence().Audit(ctx, actor(ctx), o)
	if err != nil {
		return nil, err
	}
	return auditView(report, langOf(ctx)), nil
}

func auditView(report evidence.Report, lang string) *auditAnswer {
	return &auditAnswer{Body: Audit{
		Result: string(report.Result()), Text: report.Text(lang), Made: report.Made, Cases: report.Cases, Chains: report.Chains, Entries: report.Entries,
		Absent: report.Absent, Files: report.Files, Checkpoints: report.Checkpoints, Earlier: len(report.Earlier),
		Findings: auditFindings(report.Findings, lang), Packing: auditFindings(report.Packing, lang), Remarks: auditFindings(report.Remarks, lang),
	}}
}

func auditFindings(all []evidence.Finding, lang string) []AuditFinding {
	out := make([]AuditFinding, len(all))
	for i, f := range all {
		out[i] = AuditFinding{Code: f.Code, Text: f.Text(lang), Case: f.Case, Row: f.Row, Turn: f.Turn, Chain: f.Chain, Name: f.Name, Seq: f.Seq, To: f.To}
	}
	return out
}
