package web

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// taskBox is 我要做的事: one open task of the reader's.
type taskBox struct {
	ID, Case, Title  string
	Due              dueView
	DueLine          string
	Why, Counted     string
	For, Away        string // principal, when the reader acts as deputy
	ForID            string
	Mine             string // my own part in words
	Main             *verbForm
	Second           []verbForm // in the same form as the main one
	Others           []verbForm // each with a form of its own
	Rare             []verbForm
	Results          []option
	ResultError      string
	Fields           []fieldView
	HasFiles         bool
	Edit             string // the fields' paths
	Comment, Error   string
	CommentLabel     string
	CommentHint      string
	WithComment      bool
	To               []option
	Outside, Answer  *outsideForm
	Number           *outsideForm // 受理號, asked for with the result while it is not known
	Later            bool         // the main one comes after what an office outside does first
	LaterOpen        bool
	Choose           []*fieldView // people of later steps
	Handle, Returned bool
	ResultLabel      string
	Contact          string       // whom to turn to at the office outside
	Lapse            string       // what happens where nobody answers
	ReplyLate        string       // that its reply is expected too late
	Standing         string       // with whom it lies, and since when
	NextOutside      string       // what is to be done about the office outside
	Outcomes         []contentRow // what became of the rows that are to be confirmed
}

// verbForm is one thing that can be done.
type verbForm struct {
	Verb, Label, Title, ReasonLabel, Hint string
	Reason                                bool
	Open                                  bool
	Comment, Error, TermError             string
	Task                                  string     // in forms that are no part of the reader's own task
	People                                *fieldView // whom it names
	Term, Unit                            string     // more time
	Planned                               string     // who would sign afterwards and is taken away
}

// outsideForm is 登錄外部送件 or 登錄外部回復.
type outsideForm struct {
	Open                              bool
	Office, How, Number               string
	Sent, Expected, Replied           string
	Text, Reply, ReplyNumber          string
	Errors                            map[string]string
	Note                              []print.Fact // what was sent already
	SentEcho, ExpectedEcho, ReplyEcho string
	OfficeKnown                       bool
	Verb, Label                       string
	Lead                              bool        // it is what is expected now
	Example                           string      // how a day is typed, as an example
	Proof                             []fieldView // files that may come with the answer
	NumberID                          string      // of the control: two forms may ask for it, and a refusal leads to one
}

func (p *Pages) taskBox(r *http.Request, c ismskit.Case, t ismskit.MyTask, a attempt) (taskBox, error) {
	mine := a.task == t.ID
	box := taskBox{
		ID: t.ID, Case: c.ID, Title: p.in(r, t.Name), Why: p.worded(r, t.Why), Due: p.due(r, t.DueDate, t.Left, t.Late),
		Handle: t.Kind == workflow.KindHandle,
	}
	if !t.CountedFrom.IsZero() {
		box.Counted = p.counted(r, t.Term, t.Counted)
	}
	if c.Parent != "" {
		box.Title = p.text(r, "case.row_step", "Step", box.Title, "Row", p.called(r, c.RowTitle))
	}
	if box.Counted != "" && strings.HasSuffix(t.Term, "wd") {
		box.Counted = p.text(r, "case.counted_from", "Counted", box.Counted, "From", p.dayOf(r, calendar.DateOf(t.CountedFrom.In(p.location))))
	}
	if !box.Due.Date.IsZero() {
		box.DueLine = p.text(r, "case.due_line", "Date", p.dayWeek(r, box.Due.Date), "Left", box.Due.Left)
	}
	if t.For != nil {
		box.For, box.ForID, box.Away = p.signer(r, *t.For), t.For.Person, t.Away
	}
	if t.Waits {
		box.Mine = p.text(r, "mine.outside_row")
	}
	if l := t.Lapse; l != nil {
		key := "case.lapse_continue"
		if l.Closes {
			key = "case.lapse_close"
		}
		box.Lapse = p.text(r, key, "Date", p.dayWeek(r, l.Last), "Reason", p.in(r, l.Reason))
	}
	box.Contact = p.contact(r, t)
	box.Standing, box.NextOutside = p.standing(r, t.Standing, t.Late), p.nextOutside(r, t)
	if t.ReplyLate {
		if day, err := calendar.ParseDate(t.Task.Outside.ExpectedDate); err == nil {
			box.ReplyLate = p.text(r, "outside.reply_late", "Expected", p.dayWeek(r, day), "Due", p.dayWeek(r, box.Due.Date))
		}
	}
	if t.Kind == workflow.KindConfirm {
		for _, child := range c.Rows {
			line := contentRow{Row: print.Row{ID: child.Row, Cells: []string{p.called(r, child.Title)}}}
			p.rowResult(r, child, &line)
			box.Outcomes = append(box.Outcomes, line)
		}
	}
	posted := forms.Posted{}
	if mine {
		posted = a.posted
	}
	p.offers(r, c, t, posted, a, &box)
	if err := p.taskFields(r, c, t, a, &box); err != nil {
		return box, err
	}
	if mine {
		p.taskTrouble(r, a, &box)
	}
	return box, nil
}

// contact is whom to turn to at the office outside, as far as is known.
func (p *Pages) contact(r *http.Request, t ismskit.MyTask) string {
	if !t.Outside || t.Contact.Name == nil {
		return ""
	}
	parts := []string{p.in(r, t.Contact.Name)}
	if t.Contact.Phone != "" {
		parts = append(parts, p.text(r, "outside.phone", "Phone", t.Contact.Phone))
	}
	if t.Contact.Email != "" {
		parts = append(parts, t.Contact.Email)
	}
	return p.text(r, "outside.contact", "Office", p.in(r, t.OutsideTo), "Who", strings.Join(parts, p.text(r, "word.comma")))
}

// offers puts the verbs of a task where the page has them: the expected one first,
// its counterpart beside it, the rest under 更多.
func (p *Pages) offers(r *http.Request, c ismskit.Case, t ismskit.MyTask, posted forms.Posted, a attempt, box *taskBox) {
	box.Comment = posted.Get(commentName)
	box.WithComment = t.Kind != workflow.KindHandle && t.Kind != workflow.KindQuestion
	box.ResultLabel = p.text(r, "case.result")
	if t.Kind == workflow.KindQuestion {
		box.ResultLabel = p.text(r, "case.answer")
	}
	box.CommentLabel, box.CommentHint = p.text(r, "case.opinion"), p.commentHint(r, t)
	box.Later = t.Next == workflow.VerbSendOut || t.Next == workflow.VerbAnswer
	for _, o := range t.Offers {
		v := verbForm{
			Verb: string(o.Verb), Reason: o.Reason, Label: p.button(r, o.Verb, t), Title: p.decided(r, o.Verb, t.Kind, t.Origin, ""),
			ReasonLabel: p.text(r, "case.reason", "Verb", p.decided(r, o.Verb, t.Kind, t.Origin, "")), Hint: p.verbHint(r, o.Verb),
		}
		if a.task == t.ID && a.verb == o.Verb {
			v.Open = true
		}
		v.Comment = posted.Get(ownComment(o.Verb))
		if v.Open {
			v.Comment = commentOf(posted, o.Verb)
		}
		if !v.Reason {
			v.ReasonLabel = p.text(r, "case.remark")
		}
		p.needs(r, t, o, a, &v)
		v.Open = v.Open || v.typedIn()
		switch o.Verb {
		case workflow.VerbApprove, workflow.VerbRecord:
			box.Main, box.LaterOpen = &v, a.task == t.ID && a.verb == o.Verb || posted.Get("result") != "" || posted.Get(resultNumber) != ""
			box.Choose = p.chooseFields(r, c, t, o, a)
			box.Number = p.numberMissing(r, t, a)
			for _, res := range o.Results {
				only := len(o.Results) == 1 // there is nothing to choose
				box.Results = append(box.Results, option{Value: res.Key, Label: p.in(r, res.Text), Checked: only || posted.Get("result") == res.Key})
			}
		case workflow.VerbReturn:
			box.Second = append(box.Second, v)
			box.To = p.returnTargets(r, c, o.To, posted.Get("to"))
		case workflow.VerbUnable:
			box.Others = append(box.Others, v)
		case workflow.VerbSendOut:
			box.Outside = p.sendOut(r, t, posted, a.task == t.ID && a.verb == o.Verb, v.Label)
			box.Outside.Lead = t.Next == workflow.VerbSendOut
			if decided := a.task == t.ID && decides(a.verb); a.task == t.ID && a.verb == o.Verb || decided && t.Task.Outside.Sent.IsZero() {
				box.Outside.Errors = outsideErrors(a.invalid, p.lang(r))
			}
		case workflow.VerbAnswer:
			box.Answer = p.answer(r, t, posted, a.task == t.ID && a.verb == o.Verb, v.Label)
			box.Answer.Lead = t.Next == workflow.VerbAnswer
			if a.task == t.ID && a.verb == o.Verb {
				box.Answer.Errors = outsideErrors(a.invalid, p.lang(r))
			}
		default:
			box.Rare = append(box.Rare, v)
		}
	}
}

// returnTargets are where it may be returned to; a single one needs no choice.
func (p *Pages) returnTargets(r *http.Request, c ismskit.Case, to []string, chosen string) []option {
	if len(to) < 2 {
		return nil
	}
	names := map[string]string{workflow.Applicant: p.text(r, "word.applicant")}
	for _, s := range c.Way.Steps {
		names[s.ID] = p.in(r, s.Name)
	}
	out := make([]option, len(to))
	for i, id := range to {
		out[i] = option{Value: id, Label: names[id], Checked: id == chosen || chosen == "" && i == 0}
		if out[i].Label == "" {
			out[i].Label = id
		}
	}
	return out
}

// button is what a button says: what it does.
func (p *Pages) button(r *http.Request, verb workflow.Verb, t ismskit.MyTask) string {
	if verb == workflow.VerbApprove && t.Kind == workflow.KindConsult && t.Origin != workflow.OriginDelegate {
		return p.text(r, "button.consult")
	}
	return p.decided(r, verb, t.Kind, t.Origin, "")
}

func (p *Pages) commentHint(r *http.Request, t ismskit.MyTask) string {
	if t.Kind == workflow.KindConsult {
		return p.text(r, "case.opinion_consult")
	}
	if slices.ContainsFunc(t.Offers, func(o workflow.Offer) bool { return o.Verb == workflow.VerbReturn }) {
		if t.Kind == workflow.KindAttest {
			return p.text(r, "case.opinion_dispute")
		}
		return p.text(r, "case.opinion_return")
	}
	return ""
}

func (p *Pages) verbHint(r *http.Request, verb workflow.Verb) string {
	switch verb {
	case workflow.VerbReject:
		return p.text(r, "case.hint_reject")
	case workflow.VerbUnable:
		return p.text(r, "case.hint_unable")
	case workflow.VerbToPaper:
		return p.text(r, "case.hint_to_paper")
	}
	return ""
}

// taskFields draws the fields that the step may edit.
func (p *Pages) taskFields(r *http.Request, c ismskit.Case, t ismskit.MyTask, a attempt, box *taskBox) error {
	if len(t.Edit)+len(t.Require) == 0 {
		return nil
	}
	shown := c.Fields.Clone()
	maps.Copy(shown, t.Proposed)
	s := sheet{
		form: c.Form, posted: c.Form.ToText(shown, p.locale(r)), values: shown,
		rights: forms.Rights{Edit: slices.Concat([]string{}, t.Edit), Require: t.Require, Hide: t.Hide},
	}
	if a.task == t.ID && a.filled.posted != nil {
		s.posted, s.values, s.invalid, s.pick, s.blank = a.filled.posted, laidOver(c.Fields, a.filled.values, t.Edit), a.invalid, a.filled.pick, a.filled.blank
	}
	box.Edit = strings.Join(slices.Concat(t.Edit, t.Require), ",")
	box.LaterOpen = box.LaterOpen || retyped(c.Form.ToText(shown, p.locale(r)), s.posted, t.Edit)
	var err error
	box.Fields, err = p.fields(r, s)
	p.neededFor(r, t, a, box)
	isFiles := func(f fieldView) bool { return f.Widget == "files" }
	box.HasFiles = slices.ContainsFunc(box.Fields, isFiles)
	if box.Answer != nil && box.Answer.Lead { // proof comes with the answer, or at the latest with the result
		for _, f := range box.Fields {
			if isFiles(f) {
				if f.Required {
					f.Required, f.Need = false, p.text(r, "outside.with_result")
				}
				box.Answer.Proof = append(box.Answer.Proof, f)
			}
		}
		box.Fields = slices.DeleteFunc(box.Fields, isFiles)
	}
	return err
}

// neededFor marks the fields that a result requires: as soon as it is chosen, until then
// with which result it would be.
func (p *Pages) neededFor(r *http.Request, t ismskit.MyTask, a attempt, box *taskBox) {
	chosen := ""
	if a.task == t.ID {
		chosen = a.posted.Get("result")
	}
	for _, o := range t.Offers {
		for i := range box.Fields {
			f := &box.Fields[i]
			var keys, names []string
			required := false
			for _, res := range o.Results {
				if slices.Contains(res.Require, f.Name) {
					keys, names = append(keys, res.Key), append(names, p.in(r, res.Text))
					required = required || res.Key == chosen
				}
			}
			switch {
			case f.Required || len(keys) == 0:
			case len(keys) == len(o.Results):
				f.Required, f.Need = true, p.text(r, "field.required")
			case required:
				f.NeedFor, f.Need = strings.Join(keys, " "), p.text(r, "field.required")
			default:
				f.NeedFor, f.Need = strings.Join(keys, " "), p.text(r, "field.required_for", "Results", strings.Join(names, p.text(r, "word.list")))
			}
		}
	}
}

// retyped says whether something else was typed into fields than what stands there.
func retyped(before, after forms.Posted, fields []string) bool {
	for name, texts := range after {
		key, _, _ := strings.Cut(name, ".")
		if slices.Contains(fields, key) && last(texts) != last(before[name]) {
			return true
		}
	}
	return false
}

// taskTrouble puts a refusal beside what it is about.
func (p *Pages) taskTrouble(r *http.Request, a attempt, box *taskBox) {
	comment := a.said(p.lang(r), ismskit.FieldComment)
	for _, list := range [][]verbForm{box.Others, box.Rare} {
		for i := range list {
			if list[i].Verb == string(a.verb) {
				list[i].Error = comment
				return
			}
		}
	}
	switch a.verb {
	case workflow.VerbRecord:
		box.ResultError = a.said(p.lang(r), ismskit.FieldResult)
	case workflow.VerbApprove, workflow.VerbReturn:
		box.Error = comment
	}
}

// outsideErrors are the messages for what was typed about an office outside, by
// the control's name.
func outsideErrors(invalid forms.Invalid, lang string) map[string]string {
	out := map[string]string{}
	for _, f := range invalid {
		if strings.HasPrefix(f.Field, "outside.") {
			out[f.Field] = f.Message(lang)
		}
	}
	return out
}

// numberMissing asks for 受理號 together with the result, nil where it is known or
// nothing has gone out.
func (p *Pages) numberMissing(r *http.Request, t ismskit.MyTask, a attempt) *outsideForm {
	note := t.Task.Outside
	if note == nil || note.Sent.IsZero() || !slices.Contains(note.Missing(nil), workflow.NeedsNumber) {
		return nil
	}
	f := &outsideForm{NumberID: "number-result"}
	if a.task == t.ID && decides(a.verb) {
		f.NumberID, f.Errors = numberID, outsideErrors(a.invalid, p.lang(r))
		f.Errors[resultNumber] = f.Errors[numberID]
	}
	if a.task == t.ID {
		f.Number = a.posted.Get(resultNumber)
	}
	return f
}

// decides says whether a verb needs what an office outside did.
func decides(verb workflow.Verb) bool {
	return verb == workflow.VerbRecord || verb == workflow.VerbApprove
}

// numberID is the id of 受理號 that a refusal leads to.
const numberID = "outside.number"

func (p *Pages) sendOut(r *http.Request, t ismskit.MyTask, posted forms.Posted, open bool, label string) *outsideForm {
	f := &outsideForm{Example: p.example(r), Verb: string(workflow.VerbSendOut), Label: label, NumberID: numberID}
	if decides(workflow.Verb(posted.Get("do"))) {
		f.NumberID = "number-sent"
	}
	f.Office, f.Sent = p.in(r, t.OutsideTo), p.typedDay(r, p.today())
	if note := t.Task.Outside; note != nil && !note.Sent.IsZero() {
		f.Note = print.Outside(*note, p.locale(r))
		f.Number, f.How, f.Text = note.Number, note.How, note.Text
		if note.To != "" {
			f.Office = note.To
		}
		f.Sent = p.typedDay(r, calendar.DateOf(note.Sent.In(p.location)))
		if day, err := calendar.ParseDate(note.ExpectedDate); err == nil {
			f.Expected = p.typedDay(r, day)
		}
	}
	f.Open = f.retype(posted, map[string]*string{
		"to": &f.Office, "how": &f.How, "number": &f.Number, "sent": &f.Sent, "expected": &f.Expected, "text": &f.Text,
	}) || open
	return f
}

func (p *Pages) answer(r *http.Request, t ismskit.MyTask, posted forms.Posted, open bool, label string) *outsideForm {
	f := &outsideForm{Example: p.example(r), Verb: string(workflow.VerbAnswer), Label: label, Replied: p.typedDay(r, p.today())}
	if note := t.Task.Outside; note != nil {
		f.Note = print.Outside(*note, p.locale(r))
	}
	f.Open = f.retype(posted, map[string]*string{
		"replied": &f.Replied, "reply_number": &f.ReplyNumber, "reply": &f.Reply,
	}) || open || t.Waits
	return f
}

// retype puts what was typed over what a part of the form began with, and says whether
// that is something else.
func (f *outsideForm) retype(posted forms.Posted, texts map[string]*string) bool {
	other := false
	for name, text := range texts {
		if typed, sent := posted["outside."+name]; sent && last(typed) != *text {
			*text, other = last(typed), true
		}
	}
	return other
}

// typedDay writes a day into a box, as it can be read again.
func (p *Pages) typedDay(r *http.Request, d calendar.Date) string { return p.locale(r).TypedDay(d) }

// example says in an empty box how a day is typed: in words, for a day would look as if
// it had been filled in.
func (p *Pages) example(r *http.Request) string { return p.text(r, "field.example") }

// laidOver lays what a step sent over the values that were there.
func laidOver(old, sent forms.Values, edit []string) forms.Values {
	out := old.Clone()
	for _, path := range edit {
		if strings.Contains(path, ".") {
			continue
		}
		if v, ok := sent[path]; ok {
			out[path] = v
		} else {
			delete(out, path)
		}
	}
	return out
}
