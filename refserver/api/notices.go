package api

import (
	"context"
	"net/http"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

// Notice is a message to one person, in the words in which it was sent.
type Notice struct {
	ID      string    `json:"id"`
	Person  string    `json:"person"`
	Case    string    `json:"case,omitempty"`
	Task    string    `json:"task,omitempty"`
	Rule    string    `json:"rule" doc:"Which rule caused it."`
	Kind    string    `json:"kind" enum:"action,read,mail" doc:"action is gone when the task is done, read when read, mail is a mail itself."`
	Urgent  bool      `json:"urgent,omitempty"`
	Subject string    `json:"subject"`
	About   string    `json:"about,omitempty" doc:"The subject of a case that has no number to be told by; not among the words that were sent."`
	Body    string    `json:"body,omitempty"`
	Created time.Time `json:"created"`
	Due     time.Time `json:"due,omitzero" doc:"When it was due to be told."`
	Sent    time.Time `json:"sent,omitzero" doc:"When its mail left."`
	Read    time.Time `json:"read,omitzero"`
	Gone    time.Time `json:"gone,omitzero" doc:"When its task was done, or a later one replaced it."`
	Again   int       `json:"again,omitempty" doc:"How many unread ones of the same rule about the same task it has replaced."`
	First   time.Time `json:"first,omitzero" doc:"When the first of those was told."`
}

func noticeView(m ismskit.Told) Notice {
	return Notice{
		ID: m.ID, Person: m.Person, Case: m.Case, Task: m.Task, Rule: m.Rule, Kind: m.Kind, Urgent: m.Urgent, Subject: m.Subject, About: m.About,
		Body: m.Body, Created: m.Created, Due: m.Due, Sent: m.Mailed, Read: m.Read, Gone: m.Gone,
		Again: m.Again, First: m.First,
	}
}

type noticesRequest struct {
	Paging
	Unread bool `query:"unread" doc:"Only notices that are neither read nor gone; a mail is none."`
}

type readRequest struct {
	Body struct {
		IDs []string `json:"ids" nullable:"false" minItems:"1" maxItems:"200"`
	}
}

// DeadJob is something that was given up after several attempts.
type DeadJob struct {
	ID      string    `json:"id"`
	Kind    string    `json:"kind"`
	Subject string    `json:"subject,omitempty" doc:"What it is about."`
	Due     time.Time `json:"due"`
	Attempt int       `json:"attempt"`
	Error   string    `json:"error,omitempty"`
}

type deadRequest struct{ Paging }

type jobPath struct {
	ID string `path:"id" maxLength:"200"`
}

func (a *API) noticeOperations() {
	add(a, operation{id: "list-notices", method: http.MethodGet, path: "/notices", tag: "notices",
		summary: "One's own messages and mails, newest first"}, a.listNotices)
	add(a, operation{id: "read-notices", method: http.MethodPost, path: "/notices/read", tag: "notices",
		summary: "Mark messages as read"}, a.readNotices)
	add(a, operation{id: "list-dead-jobs", method: http.MethodGet, path: "/queue/dead", tag: "notices",
		summary: "What the queue has given up, the one due first first, for those who look after it", refusals: []int{s404}}, a.listDead)
	add(a, operation{id: "redrive-job", method: http.MethodPost, path: "/queue/dead/{id}/redrive", tag: "notices",
		summary: "Let it be tried again now", refusals: []int{s404, s409}}, a.redrive)
}

func (a *API) listNotices(ctx context.Context, in *noticesRequest) (*pageOf[Notice], error) {
	after, err := parseCursor(in.After)
	if err != nil {
		return nil, err
	}
	found, err := a.kit.Queue().Inbox(ctx, actor(ctx), ismskit.NoticeFilter{
		Unread: in.Unread, After: after.At, AfterID: after.ID, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	items := make([]Notice, len(found))
	for i, m := range found {
		items[i] = noticeView(m)
	}
	return page(ctx, items, in.Paging, func(n Notice) string { return cursor(mark{At: n.Created, ID: n.ID}) }), nil
}

func (a *API) readNotices(ctx context.Context, in *readRequest) (*struct{}, error) {
	return nil, a.kit.Queue().Read(ctx, actor(ctx), in.Body.IDs...)
}

func (a *API) listDead(ctx context.Context, in *deadRequest) (*pageOf[DeadJob], error) {
	after, err := parseCursor(in.After)
	if err != nil {
		return nil, err
	}
	jobs, err := a.kit.Queue().Dead(ctx, actor(ctx), ismskit.JobFilter{After: after.At, AfterID: after.ID, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	items := make([]DeadJob, len(jobs))
	for i, j := range jobs {
		items[i] = DeadJob{ID: j.ID, Kind: j.Kind, Subject: j.Subject, Due: j.Due, Attempt: j.Attempt, Error: j.Error}
	}
	return page(ctx, items, in.Paging, func(j DeadJob) string { return cursor(mark{At: j.Due, ID: j.ID}) }), nil
}

func (a *API) redrive(ctx context.Context, in *jobPath) (*struct{}, error) {
	return nil, a.kit.Queue().Redrive(ctx, actor(ctx), in.ID)
}
