package api

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// CaseHead is a case as lists show it.
type CaseHead struct {
	ID            string    `json:"id"`
	Revision      int64     `json:"revision" doc:"As in ETag and If-Match."`
	Type          string    `json:"type"`
	Version       string    `json:"version" doc:"Of the type: form and flow stay what they were."`
	Title         string    `json:"title" doc:"Of the type."`
	Number        string    `json:"number,omitempty"`
	Subject       string    `json:"subject,omitempty"`
	Class         string    `json:"class,omitempty"`
	Phase         string    `json:"phase" enum:"draft,running,returned,suspended,closed"`
	Outcome       string    `json:"outcome,omitempty" doc:"How it ended."`
	State         string    `json:"state" doc:"Where it stands, as a key."`
	StateText     string    `json:"state_text" doc:"Where it stands, for people."`
	Applicant     string    `json:"applicant"`
	ApplicantName string    `json:"applicant_name,omitempty"`
	Writer        string    `json:"writer,omitempty" doc:"Who filled it in for the applicant."`
	Unit          string    `json:"unit,omitempty"`
	UnitName      string    `json:"unit_name,omitempty"`
	Parent        string    `json:"parent,omitempty" doc:"The case of which this is one row."`
	Row           string    `json:"row,omitempty" doc:"Which row."`
	RowNo         int       `json:"row_no,omitempty" doc:"Its place in the request, from 1."`
	Created       time.Time `json:"created"`
	Submitted     time.Time `json:"submitted,omitzero"`
	Changed       time.Time `json:"changed,omitzero"`
	Closed        time.Time `json:"closed,omitzero"`
	Due           time.Time `json:"due,omitzero" doc:"Of the earliest open task."`
}

// CaseLine is a case on the list of one's own.
type CaseLine struct {
	CaseHead
	Step    string    `json:"step,omitempty" doc:"Where it stands."`
	Holders []string  `json:"holders" nullable:"false" doc:"Whom it waits for, itself or in its rows, by name."`
	Waits   []Waiting `json:"waits" nullable:"false" doc:"The same with since when, and which offices outside have not answered yet."`
	Since   time.Time `json:"since,omitzero"`
	Rows    int       `json:"rows,omitempty" doc:"How many rows it was split into."`
	Ended   int       `json:"ended,omitempty" doc:"How many of them have ended."`
}

// Waiting is whom a case or some of its rows wait for.
type Waiting struct {
	Holders []string  `json:"holders" nullable:"false"`
	Outside bool      `json:"outside,omitempty" doc:"An office outside has not answered yet."`
	Office  string    `json:"office,omitempty" doc:"Which."`
	Since   time.Time `json:"since" doc:"When the oldest came to them, or went out."`
	Tasks   int       `json:"tasks" doc:"How many they are."`
}

// Case is a case with everything the reader may see of it.
type Case struct {
	CaseHead
	FilledBy *Signer             `json:"filled_by,omitempty" doc:"Who filled it in for the applicant, as on the record."`
	Paper    *Paper              `json:"paper,omitempty" doc:"Where the original lies of what was signed on paper and entered afterwards."`
	Oral     *OralApproval       `json:"oral,omitempty" doc:"The approval by word of mouth that came before the form."`
	Values   json.RawMessage     `json:"values" doc:"The form's fields, by key, as GET /types/{type} describes them."`
	Typed    forms.Posted        `json:"typed,omitempty" doc:"For its writer: what was typed into a draft and cannot be read as values, by field, table.row.column and part."`
	Chosen   map[string][]Signer `json:"chosen,omitempty" nullable:"false" doc:"For its writer: the people chosen for later steps so far."`
	Errors   []FieldError        `json:"errors,omitempty" nullable:"false" doc:"For its writer: what must be mended in a draft before it is sent."`
	Tasks    []MyTask            `json:"tasks" nullable:"false" doc:"What the reader may do in it now."`
	Route    Route               `json:"route"`
	Rows     []ChildCase         `json:"rows" nullable:"false" doc:"Child cases, by row."`
	Files    []CaseFile          `json:"files" nullable:"false"`
	Links    []CaseLink          `json:"links" nullable:"false"`
	UnderWay []UnderWay          `json:"under_way" nullable:"false" doc:"Cases that have not ended and would undo what this one is about."`
	May      May                 `json:"may"`
	Others   []OtherAct          `json:"others" nullable:"false" doc:"What the reader may do beside tasks of his own."`
	ReadOnly string              `json:"read_only,omitempty" doc:"Why nothing can be done with it."`
	Verified bool                `json:"verified" doc:"The check of its trail found nothing wrong."`
}

// Paper is where the original of a case lies that was signed on paper.
type Paper struct {
	Place    string `json:"place"`
	Keeper   string `json:"keeper"`
	Lost     bool   `json:"lost,omitempty"`
	LostCase string `json:"lost_case,omitempty" doc:"The case about its loss."`
}

// OralApproval is an approval by word of mouth, with its three times.
type OralApproval struct {
	Approver    string    `json:"approver,omitempty" doc:"As the form names him."`
	Approved    time.Time `json:"approved,omitzero"`
	Done        time.Time `json:"done,omitzero"`
	Written     time.Time `json:"written,omitzero" doc:"When the form was first sent."`
	Due         string    `json:"due,omitempty" format:"date" doc:"The day by which it had to be."`
	Late        bool      `json:"late,omitempty"`
	Reason      string    `json:"reason,omitempty" doc:"Why it came late."`
	Confirmed   *Signer   `json:"confirmed,omitempty" doc:"The approver, once he has confirmed it in person."`
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"`
}

// May says what the reader may do beside tasks.
type May struct {
	Edit     bool `json:"edit"`
	Withdraw bool `json:"withdraw"`
	Comment  bool `json:"comment"`
}

// OtherAct is an act on a case, or on somebody's task, that is not one's turn.
type OtherAct struct {
	Verb   string `json:"verb"`
	Task   string `json:"task,omitempty" doc:"The task it is about; missing for the whole case."`
	Step   string `json:"step,omitempty"`
	Holder string `json:"holder,omitempty" doc:"Whose task that is."`
	Reason bool   `json:"reason,omitempty" doc:"A reason must be given."`
	People bool   `json:"people,omitempty" doc:"It names people."`
	Person string `json:"person,omitempty" doc:"Whom remove_signer is to name in people: he would sign after that task."`
	Name   string `json:"name,omitempty" doc:"His name."`
}

// MyTask is an open task the reader may do, with what he may do in it.
type MyTask struct {
	ID        string    `json:"id"`
	Step      string    `json:"step"`
	Name      string    `json:"name,omitempty"`
	Kind      string    `json:"kind"`
	Why       string    `json:"why,omitempty" doc:"Why the reader."`
	For       *Signer   `json:"for,omitempty" doc:"The principal, when as deputy."`
	Away      string    `json:"away,omitempty" doc:"Why the principal is away."`
	Offers    []Offer   `json:"offers" nullable:"false" doc:"The verbs to choose from."`
	Edit      []string  `json:"edit" nullable:"false" doc:"Fields that may be changed."`
	Require   []string  `json:"require" nullable:"false" doc:"Fields that must be answered."`
	Opened    time.Time `json:"opened"`
	Due       time.Time `json:"due,omitzero"`
	DueDate   string    `json:"due_date,omitempty" format:"date"`
	Term      string    `json:"term,omitempty"`
	Counted   time.Time `json:"counted_from,omitzero" doc:"From when the due date was counted; missing where it was not, as when more time was granted."`
	Left      int       `json:"left,omitempty" doc:"Working days left; negative when late."`
	Outside   bool      `json:"outside,omitempty" doc:"An office without accounts carries it out; the reader enters what was sent and what came back."`
	OutsideTo string    `json:"outside_to,omitempty"`
	Waits     bool      `json:"waits,omitempty" doc:"It was sent out and no answer has come."`
	Standing  *Standing `json:"standing,omitempty" doc:"How it stands where an office outside carries it out."`
	Next      string    `json:"next,omitempty" doc:"The verb that is expected of the reader."`
}

// Offer is a verb that a task offers.
type Offer struct {
	Verb    string   `json:"verb"`
	Reason  bool     `json:"reason,omitempty" doc:"A reason must be given."`
	To      []string `json:"to,omitempty" nullable:"false" doc:"Where it may be returned to."`
	Results []Result `json:"results,omitempty" nullable:"false" doc:"To choose from, for record."`
	Detour  bool     `json:"detour,omitempty" doc:"It decides nothing yet."`
	People  bool     `json:"people,omitempty" doc:"It names people."`
	Choose  []Pick   `json:"choose,omitempty" nullable:"false" doc:"Later steps whose people come with the decision."`
}

// Pick is a later step whose people somebody chooses.
type Pick struct {
	Step string `json:"step"`
	Max  int    `json:"max,omitempty" doc:"At most so many; missing for no limit but that of people in one act."`
}

// Result is one outcome of handling.
type Result struct {
	Key     string   `json:"key"`
	Text    string   `json:"text"`
	Require []string `json:"require,omitempty" nullable:"false" doc:"Fields that it asks for."`
}

// ChildCase is a row of a case with its own handler.
type ChildCase struct {
	CaseHead
	Values  json.RawMessage `json:"values"`
	Result  string          `json:"result,omitempty" doc:"What the handler recorded."`
	Holders []string        `json:"holders" nullable:"false"`
	Waits   []Waiting       `json:"waits" nullable:"false"`
}

// CaseFile is a file of a case.
type CaseFile struct {
	File
	Field  string    `json:"field"`
	By     string    `json:"by"`
	ByName string    `json:"by_name,omitempty"`
	At     time.Time `json:"at"`
}

// UnderWay is a case that has not ended and would undo what this one is about.
type UnderWay struct {
	Kind      string `json:"kind" enum:"extension,closure" doc:"What it is for: more time, or to close it."`
	Case      string `json:"case,omitempty" doc:"Its id, where the reader may open it."`
	Unsent    bool   `json:"unsent,omitempty" doc:"It is a draft that was put before somebody and that he has not sent; nothing else is said of it to whoever may not open it."`
	Number    string `json:"number,omitempty"`
	Title     string `json:"title,omitempty"`
	StateText string `json:"state_text,omitempty"`
	Step      string `json:"step,omitempty"`
}

func underWay(all []ismskit.UnderWay, lang string) []UnderWay {
	out := make([]UnderWay, len(all))
	for i, u := range all {
		out[i] = UnderWay{Kind: u.Kind, Case: u.Case, Unsent: u.Unsent, Number: u.Number, Title: u.Type.Title.In(lang), Step: in(u.Step, lang)}
		if u.Word != "" {
			out[i].StateText = record.Word(u.Word, lang)
		}
	}
	return out
}

// CaseLink is another case that one came from or led to.
type CaseLink struct {
	Kind string `json:"kind"`
	Case string `json:"case"`
}

func oralApproval(o *ismskit.OralApproval) *OralApproval {
	if o == nil {
		return nil
	}
	out := &OralApproval{
		Approver: o.Approver, Approved: o.Approved, Done: o.Done, Written: o.Written, Late: o.Late, Reason: o.Reason,
		Confirmed: signerOrNil(o.Confirmed), ConfirmedAt: o.ConfirmedAt,
	}
	if !o.Due.Date.IsZero() {
		out.Due = o.Due.Date.String()
	}
	return out
}

func caseHead(row ismskit.CaseRow, rowNo int, title forms.Text, word, lang string) CaseHead {
	return CaseHead{
		ID: row.ID, Revision: row.Revision, Type: row.Type, Version: row.Version, Title: title.In(lang), Number: row.Number,
		Subject: row.Subject, Class: row.Class, Phase: row.Phase, Outcome: row.Outcome, State: word, StateText: record.Word(word, lang),
		Applicant: row.Applicant, ApplicantName: row.ApplicantName, Writer: row.Writer, Unit: row.Unit, UnitName: row.UnitName,
		Parent: row.Parent, Row: row.ParentRow, RowNo: rowNo, Created: row.Created, Submitted: row.Submitted, Changed: row.Changed,
		Closed: row.Closed, Due: row.Due,
	}
}

func waits(all []ismskit.Waiting) []Waiting {
	out := make([]Waiting, len(all))
	for i, w := range all {
		out[i] = Waiting{Holders: list(w.Holders), Outside: w.Outside, Office: w.Office, Since: w.Since, Tasks: w.Tasks}
	}
	return out
}

// heldBy are the names of those whom a case waits for, each once.
func heldBy(all []ismskit.Waiting) []string {
	out := []string{}
	for _, w := range all {
		for _, name := range w.Holders {
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

func caseLine(l ismskit.CaseLine, lang string) CaseLine {
	return CaseLine{
		CaseHead: caseHead(l.CaseRow, 0, l.Kind.Title, l.Word, lang), Step: in(l.Step, lang), Holders: heldBy(l.Waits), Waits: waits(l.Waits),
		Since: l.Since, Rows: l.Of, Ended: l.Done,
	}
}

func caseView(c ismskit.Case, lang string) Case {
	out := Case{
		CaseHead: caseHead(c.CaseRow, c.RowNo, c.Kind.Title, c.Word, lang), Values: c.Form.EncodeJSON(c.Fields), Route: route(c.Way, lang),
		Typed: c.Typed, Errors: fieldErrors(c.Wrong, lang), Tasks: []MyTask{}, Rows: []ChildCase{}, Files: []CaseFile{}, Links: []CaseLink{}, UnderWay: underWay(c.UnderWay, lang), Others: []OtherAct{},
		May: May{Edit: c.MayEdit, Withdraw: c.MayWithdraw, Comment: c.MayComment}, Verified: len(c.Faults) == 0,
	}
	for step, people := range c.Chosen {
		if out.Chosen == nil {
			out.Chosen = map[string][]Signer{}
		}
		out.Chosen[step] = signers(people)
	}
	out.FilledBy = signerOrNil(c.Writer)
	out.Oral = oralApproval(c.Oral)
	if p := c.Paper; p != nil {
		out.Paper = &Paper{Place: p.Place, Keeper: p.Keeper, Lost: p.Lost, LostCase: p.LostCase}
	}
	if c.ReadOnly != nil {
		out.ReadOnly = c.ReadOnly.Text(lang)
	}
	for _, t := range c.Mine {
		out.Tasks = append(out.Tasks, myTask(t, lang))
	}
	for _, r := range c.Rows {
		out.Rows = append(out.Rows, ChildCase{
			CaseHead: caseHead(r.Case, r.RowNo, c.Kind.Title, r.Word, lang), Values: r.Form.EncodeJSON(r.Fields), Result: r.Result, Holders: heldBy(r.Waits), Waits: waits(r.Waits),
		})
	}
	for _, f := range c.Files {
		out.Files = append(out.Files, CaseFile{File: fileView(f.File), Field: f.Field, By: f.By, ByName: f.ByName, At: f.At})
	}
	for _, o := range c.Others {
		act := OtherAct{Verb: string(o.Verb), Task: o.Task, Step: in(o.Step, lang), Holder: strings.Join(o.Holders, say(lang, "list.between")), Reason: o.Reason, People: o.People}
		if o.Planned != nil {
			act.Person, act.Name = o.Planned.Person, o.Planned.Name
		}
		out.Others = append(out.Others, act)
	}
	for _, l := range c.Links {
		out.Links = append(out.Links, CaseLink(l))
	}
	return out
}

func myTask(t ismskit.MyTask, lang string) MyTask {
	out := MyTask{
		ID: t.ID, Step: t.Step, Name: in(t.Name, lang), Kind: string(t.Kind), Why: in(t.Why, lang), For: signerOrNil(t.For), Away: t.Away,
		Offers: []Offer{}, Edit: list(t.Edit), Require: list(t.Require), Opened: t.Opened, Due: t.Due, DueDate: t.DueDate,
		Term: t.Term, Counted: t.CountedFrom, Left: t.Left, Outside: t.Outside, OutsideTo: in(t.OutsideTo, lang), Waits: t.Waits, Standing: standing(t.Standing, lang), Next: string(t.Next),
	}
	for _, o := range t.Offers {
		out.Offers = append(out.Offers, offer(o, lang))
	}
	return out
}

func offer(o workflow.Offer, lang string) Offer {
	out := Offer{Verb: string(o.Verb), Reason: o.Reason, To: o.To, Detour: o.Detour, People: o.People}
	for _, p := range o.Choose {
		out.Choose = append(out.Choose, Pick{Step: p.Step, Max: p.Max})
	}
	for _, r := range o.Results {
		out.Results = append(out.Results, Result{Key: r.Key, Text: in(r.Text, lang), Require: r.Require})
	}
	return out
}

// list is a list that is never null.
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
