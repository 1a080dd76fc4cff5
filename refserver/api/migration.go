package api

import (
	"context"
	"net/http"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
)

type migrationQuery struct {
	TypePath
	To    string `query:"to" maxLength:"100" doc:"The version the cases would go on by; the newest if it is left out."`
	From  string `query:"from" maxLength:"100" doc:"Only cases that run by this version."`
	After string `query:"after" maxLength:"400" doc:"Where the page begins: next of the page before."`
	Limit int    `query:"limit" minimum:"1" maximum:"50" default:"50" doc:"How many cases at most."`
}

// Migration says what would become of running cases that another version of their type
// took over.
type Migration struct {
	To       string          `json:"to" doc:"The version they would go on by."`
	Versions []VersionInUse  `json:"versions" nullable:"false" doc:"The versions by which cases run now, the newest first."`
	Cases    []MigrationCase `json:"cases" nullable:"false" doc:"Newest first."`
	Partly   bool            `json:"partly,omitempty" doc:"Only the newest 5,000 cases that have not ended were counted: versions says nothing of older ones."`
	Next     string          `json:"next,omitempty" doc:"Give it as after to get the following cases; missing on the last page. A page may have fewer cases than asked for, or none, and go on all the same."`
}

// VersionInUse says how many cases run by a version.
type VersionInUse struct {
	Version    string `json:"version"`
	Cases      int    `json:"cases" doc:"Counted up to 1,000."`
	More       bool   `json:"more,omitempty" doc:"That many cases and more."`
	Drafts     int    `json:"drafts" doc:"Not sent yet: they stay until they are. Counted up to 1,000."`
	MoreDrafts bool   `json:"more_drafts,omitempty" doc:"That many drafts and more."`
}

// MigrationCase is a case that could be moved.
type MigrationCase struct {
	Case     string    `json:"case"`
	Number   string    `json:"number,omitempty"`
	Subject  string    `json:"subject,omitempty" doc:"Of those that the reader may read."`
	Version  string    `json:"version" doc:"By which it runs."`
	Revision int64     `json:"revision" doc:"To be named when it is moved."`
	Created  time.Time `json:"created"`
	State    string    `json:"state"`
	Step     string    `json:"step,omitempty" doc:"Where it stands."`
	Stands   []string  `json:"stands" nullable:"false" doc:"What keeps it where it is, a sentence each; empty if it can be moved."`
}

type migrationAnswer struct {
	Body Migration
}

// MigrateRequest moves running cases to another version of their type.
type MigrateRequest struct {
	To     string        `json:"to,omitempty" maxLength:"100" doc:"The version they go on by; the newest if it is left out."`
	Cases  []MigrateItem `json:"cases" nullable:"false" minItems:"1" maxItems:"50"`
	Reason string        `json:"reason" minLength:"1" maxLength:"2000" doc:"Goes on the trail of each."`
}

// MigrateItem is one of the cases.
type MigrateItem struct {
	Case     string `json:"case" maxLength:"100"`
	Revision int64  `json:"revision" minimum:"1" doc:"As it was looked at: if the case has changed since, this one is refused."`
}

// MigrateOutcome is what became of one of the cases.
type MigrateOutcome struct {
	Case    string   `json:"case"`
	Already bool     `json:"already,omitempty" doc:"It went on by that version before: nothing was done."`
	Receipt *Receipt `json:"receipt,omitempty"`
	Problem *Problem `json:"problem,omitempty" doc:"Why this one was refused; the others stand."`
}

type migrateRequest struct {
	Keyed
	TypePath
	Body MigrateRequest
}

// MigrateAnswer is what became of each, in the order of the request.
type MigrateAnswer struct {
	Body struct {
		Cases []MigrateOutcome `json:"cases" nullable:"false"`
	}
}

func (a *API) migrationOperations() {
	add(a, operation{id: "preview-migration", method: http.MethodGet, path: "/types/{type}/migration", tag: "types",
		summary: "Which running cases can go on by another version of their type, and what keeps the others; nothing is written", refusals: []int{s404}}, a.previewMigration)
	add(a, operation{id: "migrate-cases", method: http.MethodPost, path: "/types/{type}/migration", tag: "types",
		summary: "Move running cases to another version of their type, each with an entry on its trail; what was signed stays signed", refusals: []int{s404, s409}}, a.migrateCases)
}

func (a *API) previewMigration(ctx context.Context, q *migrationQuery) (*migrationAnswer, error) {
	after, err := parseCursor(q.After)
	if err != nil {
		return nil, err
	}
	m, err := a.kit.Records().Migration(ctx, actor(ctx), ismskit.MigrationQuery{
		Type: q.Type, To: q.To, From: q.From, After: after.At, AfterID: after.ID, Limit: q.Limit,
	})
	if err != nil {
		return nil, err
	}
	lang := langOf(ctx)
	out := Migration{To: m.To.Version, Partly: m.Partly, Versions: []VersionInUse{}, Cases: []MigrationCase{}}
	if m.More {
		out.Next = cursor(mark{At: m.Next, ID: m.NextID})
	}
	for _, v := range m.Versions {
		out.Versions = append(out.Versions, VersionInUse(v))
	}
	for _, c := range m.Cases {
		one := MigrationCase{
			Case: c.Case, Number: ismskit.NumberIn(lang, c.Number, c.RowNo), Version: c.Version, Revision: c.Revision, Created: c.Created,
			Subject: ismskit.SubjectFor(lang, c.Subject, c.SubjectIn), State: record.Word(c.Word, lang), Step: in(c.Step, lang), Stands: []string{},
		}
		for _, text := range c.Stands {
			one.Stands = append(one.Stands, forms.Text(text).In(lang))
		}
		out.Cases = append(out.Cases, one)
	}
	return &migrationAnswer{Body: out}, nil
}

func (a *API) migrateCases(ctx context.Context, q *migrateRequest) (*MigrateAnswer, error) {
	key, err := q.key()
	if err != nil {
		return nil, err
	}
	m := ismskit.Migrate{Type: q.Type, To: q.Body.To, Reason: q.Body.Reason, Key: key}
	for _, item := range q.Body.Cases {
		m.Cases = append(m.Cases, ismskit.MigrateItem(item))
	}
	results, err := a.kit.Records().Migrate(ctx, actor(ctx), m)
	if err != nil {
		return nil, err
	}
	out := &MigrateAnswer{}
	out.Body.Cases = make([]MigrateOutcome, len(results))
	for i, r := range results {
		a.metrics.acted(string(ismskit.VerbMigrate), r.Receipt, r.Err)
		out.Body.Cases[i] = MigrateOutcome{Case: r.Case, Already: r.Already}
		if r.Err != nil {
			out.Body.Cases[i].Problem = a.problem(ctx, matched(r.Err, true))
			continue
		}
		done := receipt(r.Receipt, langOf(ctx)).Body
		out.Body.Cases[i].Receipt = &done
	}
	return out, nil
}
