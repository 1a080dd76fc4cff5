package api

import (
	"context"
	"net/http"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

// Task is a line of a to-do list.
type Task struct {
	Case          string     `json:"case"`
	Task          string     `json:"task"`
	Type          string     `json:"type"`
	Title         string     `json:"title" doc:"Of the type."`
	Number        string     `json:"number,omitempty"`
	RowNo         int        `json:"row_no,omitempty" doc:"Which row of its request the case is for, from 1."`
	RowTurn       int        `json:"row_turn,omitempty" doc:"Which handling of that row it is, from 2."`
	Subject       string     `json:"subject,omitempty"`
	Class         string     `json:"class,omitempty" doc:"A row of the register classes, by its id."`
	Applicant     string     `json:"applicant"`
	ApplicantName string     `json:"applicant_name,omitempty"`
	UnitName      string     `json:"unit_name,omitempty"`
	Parent        string     `json:"parent,omitempty"`
	Step          string     `json:"step,omitempty"`
	StepName      string     `json:"step_name,omitempty"`
	Kind          string     `json:"kind"`
	Why           string     `json:"why,omitempty" doc:"Why this person."`
	Holders       []string   `json:"holders" nullable:"false" doc:"Whom it waits for, by name."`
	For           *Principal `json:"for,omitempty" doc:"The principal, when it comes to the reader as deputy."`
	Reason        string     `json:"reason,omitempty" doc:"Of a return."`
	Waiting       string     `json:"waiting,omitempty" doc:"Whom outside it waits for."`
	Standing      *Standing  `json:"standing,omitempty" doc:"How it stands where an office outside carries it out."`
	Opened        time.Time  `json:"opened"`
	Due           time.Time  `json:"due,omitzero"`
	DueDate       string     `json:"due_date,omitempty" format:"date"`
	Term          string     `json:"term,omitempty"`
	Left          int        `json:"left,omitempty" doc:"Working days left; negative when late."`
	Stopped       bool       `json:"stopped,omitempty" doc:"The clock of its case stands: nobody can do it, and it is not late."`
	StoppedDays   int        `json:"stopped_days,omitempty" doc:"The working days by which a stopped clock has put off what is due; of one that still stands, as if it went on now. The case has the ledger."`
	Chased        int        `json:"chased,omitempty" doc:"How often an officer or a superior has chased those whose turn it is (verb chase)."`
	LastDayOver   string     `json:"last_day_over,omitempty" format:"date" doc:"Of a handover sheet: the last day of who hands over, where it is over."`
	Owed          bool       `json:"owed,omitempty" doc:"A signature is made up for in it, with one's certificate."`
	Batch         bool       `json:"batch,omitempty" doc:"It may be approved together with others of its type and step: POST /tasks/sign."`
	Revision      int64      `json:"revision,omitempty" doc:"With the query's batch: the case's."`
	UnderWay      []UnderWay `json:"under_way,omitzero" nullable:"false" doc:"Only where the query asks for it with under_way: cases that have not ended and would undo what the case of this task is about: an account is not closed while its extension is asked for. A classified case says it only itself."`
}

// Standing is how a task stands that an office outside carries out.
type Standing struct {
	Stage        string    `json:"stage" enum:"unsent,awaited,answered" doc:"unsent: its holder has not sent it yet; awaited: the office has not answered; answered: its holder has not entered the result. When the task is late, this is whose delay it is."`
	Office       string    `json:"office,omitempty"`
	Sent         time.Time `json:"sent,omitzero"`
	ExpectedDate string    `json:"expected_date,omitempty" format:"date" doc:"When the office is expected to answer."`
	Replied      time.Time `json:"replied,omitzero"`
}

func standing(s *ismskit.OutsideStanding, lang string) *Standing {
	if s == nil {
		return nil
	}
	return &Standing{Stage: string(s.Stage), Office: in(s.Office, lang), Sent: s.Sent, ExpectedDate: s.ExpectedDate, Replied: s.Replied}
}

type tasksRequest struct {
	Everybody  bool     `query:"everybody" doc:"The tasks of all, for those who may see the whole; a unit head sees those of his units."`
	Unattended bool     `query:"unattended" doc:"Instead: tasks of people who are away with nobody to act for them, where the caller is the superior who is to name somebody (verb appoint)."`
	Role       string   `query:"role" maxLength:"100" doc:"With everybody: of those who have this role (module/role)."`
	Kind       []string `query:"kind,explode" nullable:"false"`
	Type       []string `query:"type,explode" nullable:"false"`
	Case       string   `query:"case" maxLength:"100"`
	UnderWay   bool     `query:"under_way" doc:"Look up what would undo the case of each task, under_way. It costs a search of the archive for each account on the page."`
	Batch      bool     `query:"batch" doc:"Only those that may be approved together with others, each with its case's revision."`
	Paging
}

func (a *API) taskOperations() {
	add(a, operation{id: "list-tasks", method: http.MethodGet, path: "/tasks", tag: "tasks",
		summary: "Open tasks by due date: one's own, of one's pools and principals, or everybody's", refusals: []int{s404}}, a.listTasks)
}

func (a *API) listTasks(ctx context.Context, in *tasksRequest) (*pageOf[Task], error) {
	after, err := parseCursor(in.After)
	if err != nil {
		return nil, err
	}
	todos, err := a.kit.Tasks(ctx, actor(ctx), ismskit.TodoFilter{
		Everybody: in.Everybody, Unattended: in.Unattended, Role: in.Role, Kinds: in.Kind, Types: in.Type, Case: in.Case, Limit: in.Limit, UnderWay: in.UnderWay, Batch: in.Batch,
		AfterDue: after.At, AfterCase: after.ID, AfterTask: after.Task,
	})
	if err != nil {
		return nil, err
	}
	items := make([]Task, len(todos))
	for i, t := range todos {
		items[i] = taskView(t, langOf(ctx))
		if in.UnderWay { // "none" would be said of what nobody looked up
			items[i].UnderWay = underWay(t.UnderWay, langOf(ctx))
		}
	}
	return page(ctx, items, in.Paging, func(t Task) string { return cursor(mark{At: t.Due, ID: t.Case, Task: t.Task}) }), nil
}

func taskView(t ismskit.Todo, lang string) Task {
	out := Task{
		Case: t.Case, Task: t.Task, Type: t.Type, Title: in(t.Title, lang), Number: t.Number, RowNo: t.RowNo, RowTurn: t.RowTurn, Subject: t.Subject, Class: t.Class,
		Applicant: t.Applicant, ApplicantName: t.Name, UnitName: t.Unit, Parent: t.Parent, Step: t.Step, StepName: in(t.StepName, lang),
		Kind: t.Kind, Why: in(t.Why, lang), Holders: list(t.Holders), Reason: t.Reason, Waiting: t.Waiting, Standing: standing(t.Standing, lang), Opened: t.Opened,
		Due: t.Due, DueDate: t.DueDate, Term: t.Term, Left: t.Left, Batch: t.Batch, Owed: t.Owed, Stopped: t.Stopped, StoppedDays: t.StoppedDays, Chased: t.Chased, Revision: t.Revision,
	}
	if !t.LastDayOver.IsZero() {
		out.LastDayOver = t.LastDayOver.String()
	}
	if t.For != nil {
		p := principal(*t.For)
		out.For = &p
	}
	return out
}
