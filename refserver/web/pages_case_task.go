package web

import (
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
	Form             string // the id of its form, of the first one
	ID, Case, Title  string
	Due              dueView
	DueLine          string
	Why, Counted     string
	Asked            string // what whoever gave it to him wrote with it
	Chased           string // who chased him last, when and with what words
	SentBack         string // that it was returned to this step, by whom and why
	For, Away        string // principal, when the reader acts as deputy
	ForID            string
	Mine             string // my own part in words
	Main             *verbForm
	Next             string     // what the button says that opens the next one afterwards
	Second           []verbForm // in the same form as the main one
	Others           []verbForm // each with a form of its own
	Rare             []verbForm
	Results          []option
	ResultError      string
	Fields           []fieldView
	HasFiles         bool
	Attach           *fieldView // files that come with what is said
	Edit             string     // the fields' paths
	Comment, Error   string
	CommentLabel     string
	CommentHint      string
	WithComment      bool
	Sign             *signBox // it is signed with a certificate
	Proof            bool     // it asks for the password when it is decided
	ProofError       string
	To               []option
	Outside, Answer  *outsideForm
	Unasked          *outsideForm // why the office was not asked this time
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
	Told             string       // what was filled in for him
	Hold             bool         // what is filled in can be kept before it is done
	HeldSeen         string       // which of what was kept for it the page shows
	Held             *heldView    // what he kept
	Outcomes         []contentRow // what became of the rows that are to be confirmed
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
	if b := t.SentBack; b != nil {
		box.SentBack = p.text(r, "form.returned_by", "By", p.signer(r, *b.By), "At", dates{lang: p.lang(r), zone: p.location}.moment(b.Closed), "Reason", b.Comment)
	}
	if chase := t.Chase; chase != nil {
		box.Chased = p.text(r, "case.chased", "By", p.signer(r, chase.By), "At", dates{lang: p.lang(r), zone: p.location}.moment(chase.At), "N", chase.Times)
		if chase.Comment != "" {
			box.Chased += p.text(r, "shell.colon") + chase.Comment
		}
	}
	if t.Asked != "" {
		box.Asked = p.text(r, "case.asked", "Text", t.Asked)
	}
	box.Contact = p.contact(r, t)
	box.Standing, box.NextOutside = p.standing(r, t.Standing, t.Late), p.nextOutside(r, t)
	if t.ReplyLate {
		if day, err := calendar.ParseDate(t.Task.Outside.ExpectedDate); err == nil {
			expected, due := p.dayWeek(r, day), p.dayWeek(r, box.Due.Date)
			if slices.ContainsFunc(t.Offers, func(o workflow.Offer) bool { return o.Verb == workflow.VerbExtend }) {
				box.ReplyLate = p.text(r, "outside.reply_late_extend", "Expected", expected, "Due", due)
			} else {
				box.ReplyLate = p.text(r, "outside.reply_late", "Expected", expected, "Due", due)
			}
		}
	}
	if t.Kind == workflow.KindConfirm {
		for _, child := range c.Counts() {
			line := contentRow{Row: print.Row{ID: child.Row, Cells: []string{p.childCalled(r, child)}}}
			p.rowResult(r, child, &line)
			box.Outcomes = append(box.Outcomes, line)
		}
	}
	posted := forms.Posted{}
	if mine {
		posted = a.posted
	}
	p.offers(r, c, t, posted, a, &box)
	if box.Sign = p.signBox(r, c, t, a); box.Sign != nil && box.Main != nil {
		box.Main.Label = p.text(r, "certificate.main", "Verb", box.Main.Label)
	}
	if box.Proof = t.Reauth; mine {
		box.ProofError = a.message(p.lang(r), ismskit.FieldReauth)
	}
	if err := p.taskFields(r, c, t, a, &box); err != nil {
		return box, err
	}
	if attaches(t, box) {
		var err error
		if box.Attach, err = p.attachField(r, t.ID, a, mine); err != nil {
			return box, err
		}
	}
	if mine {
		p.taskTrouble(r, a, &box)
	}
	more, err := p.another(r, c, t)
	if more && box.Main != nil && box.Sign == nil { // a signature with a card is made by itself
		box.Next = p.text(r, "case.and_next", "Verb", box.Main.Label)
	}
	return box, err
}

// taskFields draws the fields that the step may edit.
func (p *Pages) taskFields(r *http.Request, c ismskit.Case, t ismskit.MyTask, a attempt, box *taskBox) error {
	if len(t.Edit)+len(t.Require) == 0 {
		return nil
	}
	shown := shownIn(c, t)
	s := sheet{
		form: c.Form, posted: c.Form.ToText(shown, p.locale(r)), values: shown,
		rights: forms.Rights{Edit: slices.Concat([]string{}, t.Edit), Require: t.Require, Hide: t.Hide},
		caseID: c.ID,
	}
	if a.task == t.ID && a.filled.posted != nil {
		s.posted, s.values, s.invalid, s.pick, s.blank = a.filled.posted, laidOver(c.Fields, a.filled.values, t.Edit), a.invalid, a.filled.pick, a.filled.blank
	}
	box.Edit = strings.Join(slices.Concat(t.Edit, t.Require), ",")
	box.Hold = p.keeper != nil && len(t.Edit) > 0
	if a.task == t.ID {
		box.Told, box.Held = a.filled.told, a.held
	}
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
