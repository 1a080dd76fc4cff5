package api

import (
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
)

func notHanded(all []ismskit.NotHanded, lang string) []NotHanded {
	var out []NotHanded
	for _, n := range all {
		out = append(out, NotHanded{Row: n.Row, What: n.What.In(lang), Why: n.Why.In(lang), Since: n.Since, Again: !n.Over})
	}
	return out
}

func namedGone(all []ismskit.NamedGone) []NamedGone {
	out := make([]NamedGone, len(all))
	for i, g := range all {
		out[i] = NamedGone{Field: g.Field, Person: g.Person, Name: g.Name}
	}
	return out
}

func ending(all []ismskit.Holding, lang string) []EndingHolding {
	var out []EndingHolding
	for _, held := range all {
		out = append(out, EndingHolding{Kind: string(held.Kind), Row: held.Row, Name: held.Name.In(lang)})
	}
	return out
}

func doubled(all []ismskit.Doubled, lang string) []DoubledHolding {
	var out []DoubledHolding
	for _, d := range all {
		one := DoubledHolding{EndingHolding: ending([]ismskit.Holding{d.Holding}, lang)[0], As: string(d.As), People: []Signer{}}
		for _, h := range d.People {
			one.People = append(one.People, signer(h))
		}
		out = append(out, one)
	}
	return out
}

func hints(all []ismskit.Hint, lang string) []Hint {
	var out []Hint
	for _, h := range all {
		out = append(out, Hint{Row: h.Row, RowNo: h.RowNo, Text: h.Text.In(lang)})
	}
	return out
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

func clockStops(all []ismskit.ClockStop) []ClockStop {
	out := make([]ClockStop, len(all))
	for i, s := range all {
		out[i] = ClockStop{From: s.From, To: s.To, By: signer(s.By), Reason: s.Reason, Workdays: s.Workdays}
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
		Unsent: c.Unsent, Typed: c.Typed, Errors: fieldErrors(c.Wrong, lang), Tasks: []MyTask{}, Rows: []ChildCase{}, Files: []CaseFile{}, Links: []CaseLink{}, UnderWay: underWay(c.UnderWay, lang), Gone: namedGone(c.Gone), NotHanded: notHanded(c.NotHanded, lang), Ending: ending(c.Ending, lang), Unreserved: ending(c.Unreserved, lang), Others: []OtherAct{},
		May: May{Edit: c.MayEdit, Withdraw: c.MayWithdraw, Comment: c.MayComment, SetYear: c.MaySetYear}, Year: c.Year, Verified: len(c.Faults) == 0, Stops: clockStops(c.Stops),
		Doubled: doubled(c.Doubled, lang), Hints: hints(c.Hints, lang), Clauses: clauseRefs(c.Clauses, lang),
	}
	out.Imported = c.Imported
	if !c.CorrectBy.IsZero() {
		out.CorrectBy, out.CorrectLate = c.CorrectBy.String(), c.CorrectLate
	}
	if c.Loan != nil {
		loan := loanView(*c.Loan)
		out.Loan = &loan
	}
	if i := c.Issued; i != nil {
		out.Issued = &IssuedVersion{i.Document.ID, i.Document.Number, i.Version.Label, string(i.Version.State), i.Version.Issued}
	}
	if to := c.Reads; to != nil {
		out.Reads = &ReadVersion{to.Document, to.Label, to.Name}
	}
	out.Held = c.Held
	if r := c.Retracted; r != nil {
		out.Retracted = &Retracted{r.At, signer(r.By), r.Reason}
	}
	if d := c.Disposed; d != nil {
		out.Disposed = &DisposedBy{d.Case, d.Number, d.At}
	}
	for step, people := range c.Chosen {
		if out.Chosen == nil {
			out.Chosen = map[string][]Signer{}
		}
		out.Chosen[step] = signers(people)
	}
	if !c.LastDayOver.IsZero() {
		out.LastDayOver = c.LastDayOver.String()
	}
	out.FilledBy = signerOrNil(c.Writer)
	out.Oral = oralApproval(c.Oral)
	if p := c.Paper; p != nil {
		out.Paper = &Paper{Place: p.Place, Keeper: p.Keeper, Lost: p.Lost, LostCase: p.LostCase, Online: p.Online, Handled: p.Handled}
		for _, d := range p.Differs {
			out.Paper.Differs = append(out.Paper.Differs, PaperDifference{Field: d.Path, Label: d.Label.In(lang), Row: d.Row, State: string(d.State)})
		}
	}
	if row := c.PaperRow; row != nil {
		out.PaperRow = &PaperRow{Case: row.Case, Signed: make([]PaperSignature, len(row.Signed))}
		for i, s := range row.Signed {
			out.PaperRow.Signed[i] = PaperSignature{Name: s.Name, Capacity: s.Capacity, Opinion: s.Opinion, Day: s.Day.String()}
		}
	}
	if on := c.OnPaper; on != nil {
		out.OnPaper = &OnPaper{State: paperStates[on.State], Case: on.Case, Void: on.Void, By: on.By, At: on.At, Handled: on.Handled, All: on.AllHandled}
	}
	if c.ReadOnly != nil {
		out.ReadOnly = c.ReadOnly.Text(lang)
	}
	for _, t := range c.Mine {
		out.Tasks = append(out.Tasks, myTask(t, lang))
	}
	for _, r := range c.Rows {
		out.Rows = append(out.Rows, ChildCase{
			CaseHead: caseHead(r.Case, r.RowNo, c.Kind.Title, r.Word, lang), Values: r.Form.EncodeJSON(r.Fields), Result: r.Result, Reason: r.Reason, Turn: r.Turn, Earlier: r.Earlier, Holders: heldBy(r.Waits), Waits: waits(r.Waits), Stops: clockStops(r.Stops),
		})
	}
	for _, f := range c.Files {
		out.Files = append(out.Files, CaseFile{File: fileView(f.File), Field: f.Field, By: f.By, ByName: f.ByName, At: f.At, Words: fileWords(c.Words, f.Digest, lang)})
	}
	for _, o := range c.Others {
		act := OtherAct{Verb: string(o.Verb), Task: o.Task, Step: in(o.Step, lang), Holder: strings.Join(o.Holders, say(lang, "list.between")), Reason: o.Reason, People: o.People, Why: in(o.Why, lang), Fields: o.Edits}
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

// paperStates say of the number of a case that went on on paper how it goes on.
var paperStates = map[string]string{ismskit.NumberFree: "awaited", ismskit.NumberUsed: "entered", ismskit.NumberVoid: "void"}

// list is a list that is never null.
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
