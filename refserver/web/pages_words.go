package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// decided is a decision in the office's words, which depend on the kind of step.
func (p *Pages) decided(r *http.Request, verb workflow.Verb, kind workflow.Kind, origin workflow.Origin, comment string) string {
	return print.Decision(p.lang(r), verb, kind, origin, comment)
}

// kindWord names the kind of a step.
func (p *Pages) kindWord(r *http.Request, kind string) string {
	if key, ok := kindTexts[kind]; ok {
		return p.text(r, key)
	}
	return kind
}

var kindTexts = map[string]string{
	string(workflow.KindReview):   "kind.review",
	string(workflow.KindApprove):  "kind.approve",
	string(workflow.KindConsult):  "kind.consult",
	string(workflow.KindHandle):   "kind.handle",
	string(workflow.KindQuestion): "kind.question",
	string(workflow.KindConfirm):  "kind.confirm",
	string(workflow.KindRead):     "kind.read",
	string(workflow.KindAttest):   "kind.attest",
	string(workflow.KindAccept):   "kind.accept",
	ismskit.TaskCorrect:           "kind.correct",
	ismskit.TaskLateForm:          "kind.late_form",
	ismskit.TaskUnsent:            "kind.unsent",
}

// stateView is the state of a whole case as template "state" takes it.
type stateView struct{ Kind, Text string }

// stateKinds are the marks of states; see stateClasses.
var stateKinds = map[string]string{
	record.StateConsulting: "wait", record.StateAsking: "wait", record.StateOutside: "wait", record.StateConfirming: "wait", record.StateReading: "wait",
	record.StateReturned: "back", record.StateSuspended: "stop",
	record.StateApproved: "done", record.StateClosed: "done",
	record.StateRejected: "no", record.StateUnable: "no",
	record.StateWithdrawn: "void", record.StateVoid: "void", record.StatePaper: "void", record.StateLapsed: "void", record.StateUnanswered: "void", record.StateDraft: "void", record.StateRetracted: "void", record.StateDisposed: "void",
}

// state is a state in words; where several rows are on their way, with how many
// have ended.
func (p *Pages) state(r *http.Request, word string, done, of int) stateView {
	v := stateView{Kind: stateKinds[word], Text: record.Word(word, p.lang(r))}
	if of > 1 {
		v.Text = p.text(r, "state.of", "State", v.Text, "Done", done, "Of", of)
	}
	return v
}

// dueView is a due date as template "due" takes it.
type dueView struct {
	Date calendar.Date
	Kind string // "late", "today", "stop" or ""
	Left string
	// Notes are what else there is to say of it: by how much a stopped clock put it off, and how often it was chased.
	Notes []string
}

// due says when something is due and how long there is.
func (p *Pages) due(r *http.Request, iso string, left int, late bool) dueView {
	var date calendar.Date
	if iso == "" || date.UnmarshalText([]byte(iso)) != nil {
		return dueView{}
	}
	v := dueView{Date: date}
	switch {
	case late && left < 0:
		v.Kind, v.Left = "late", p.text(r, "due.late", "N", -left)
	case late:
		v.Kind, v.Left = "late", p.text(r, "due.late_now")
	case date == p.today():
		v.Kind, v.Left = "today", p.text(r, "due.today")
	case left == 0:
		v.Left = p.text(r, "due.before_next")
	default:
		v.Left = p.text(r, "due.left", "N", left)
	}
	return v
}

// dueNotes are what a list says of a due date beside how long there is.
func (p *Pages) dueNotes(r *http.Request, t ismskit.Todo) []string {
	var out []string
	switch {
	case t.StoppedDays > 0 && t.Stopped:
		out = append(out, p.text(r, "todo.stops", "N", t.StoppedDays))
	case t.StoppedDays > 0:
		out = append(out, p.text(r, "todo.stopped_days", "N", t.StoppedDays))
	}
	if t.Chased > 0 {
		out = append(out, p.text(r, "todo.chased", "N", t.Chased))
	}
	if !t.LastDayOver.IsZero() {
		out = append(out, p.text(r, "handing.last_over", "Date", p.dayOf(r, t.LastDayOver)))
	}
	return out
}

// term is a length of time in words: 3 個工作天.
func (p *Pages) term(r *http.Request, term string) string {
	t, err := calendar.ParseTerm(term)
	if err != nil {
		return term
	}
	n := t.N
	switch t.Unit {
	case calendar.WorkingDays:
		return p.text(r, "term.working_days", "N", n)
	case calendar.Hours:
		return p.text(r, "term.hours", "N", n)
	case calendar.Days:
		if n == 0 {
			return p.text(r, "term.same_day")
		}
		return p.text(r, "term.days", "N", n)
	case calendar.Weeks:
		return p.text(r, "term.weeks", "N", n)
	case calendar.Months:
		return p.text(r, "term.months", "N", n)
	case calendar.Years:
		return p.text(r, "term.years", "N", n)
	}
	return term
}

// counted says how a due date came about: 3 個工作天，11.28、11.29 不計.
func (p *Pages) counted(r *http.Request, term string, due calendar.Due) string {
	parts := []string{p.term(r, term)}
	if term == "" {
		return ""
	}
	if days := p.skipped(r, due.Skipped); days != "" {
		if due.Moved {
			parts = append(parts, p.text(r, "due.moved", "Days", days))
		} else {
			parts = append(parts, p.text(r, "due.skipped", "Days", days))
		}
	}
	if due.Estimated {
		parts = append(parts, p.text(r, "due.estimated"))
	}
	return strings.Join(parts, p.text(r, "word.comma"))
}

// skipped names days that were not counted: holidays by name, runs of days off
// by their first and last.
func (p *Pages) skipped(r *http.Request, days []calendar.Day) string {
	const most = 6
	var parts []string
	for i := 0; i < len(days); {
		j := i
		for j+1 < len(days) && days[j+1].Date == days[j].Date.AddDays(1) && days[j+1].Name == days[i].Name {
			j++
		}
		text := p.shortDay(r, days[i].Date)
		if j > i {
			text += "–" + p.shortDay(r, days[j].Date)
		}
		if days[i].Name != "" {
			text += " " + days[i].NameIn(p.lang(r))
		}
		parts = append(parts, text)
		i = j + 1
	}
	if len(parts) > most {
		parts = append(parts[:most], "…")
	}
	return strings.Join(parts, p.text(r, "word.list"))
}

// shortDay is a day without its year: 11.28, 28 Nov.
func (p *Pages) shortDay(r *http.Request, d calendar.Date) string {
	day := time.Date(2000, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	if p.locale(r).Minguo() {
		return day.Format("1.2")
	}
	return day.Format("2 Jan")
}

// signer is a person with his post, as he stood on the record.
func (p *Pages) signer(r *http.Request, s workflow.Signer) string {
	return strings.TrimSpace(s.Name + " " + p.called(r, s.PostTitle))
}

// onPage is a signer with what his post and unit are called on the page.
func (p *Pages) onPage(r *http.Request, s *workflow.Signer) *workflow.Signer {
	if s == nil {
		return nil
	}
	shown := *s
	shown.PostTitle, shown.UnitName = p.called(r, s.PostTitle), p.called(r, s.UnitName)
	return &shown
}

// in is a text of a definition in the reader's language.
func (p *Pages) in(r *http.Request, t map[string]string) string { return forms.Text(t).In(p.lang(r)) }

// entryLine is one line of a trail for people.
type entryLine struct {
	Seq      int64
	At       time.Time
	Step     string
	Who      workflow.Signer
	For      *workflow.Signer
	Decision string
	Result   string
	Comment  string
	Took     string // from receiving it to acting
	Disposed bool
	Unread   bool // its content cannot be read
	System   bool
	Notes    []string // of an office outside, and of changed fields
	Filled   bool     // by Who for For, who is the applicant
}

// entries are the lines of a trail.
func (p *Pages) entries(r *http.Request, trail []ismskit.Entry) []entryLine {
	out := make([]entryLine, 0, len(trail))
	for _, e := range trail {
		line := entryLine{
			Seq: e.Seq, At: e.At, Step: p.in(r, e.StepName), Who: *p.onPage(r, &e.By), For: p.onPage(r, e.For), Disposed: e.Disposed, Unread: e.Malformed,
			Decision: print.DecisionOf(p.lang(r), e), Result: p.in(r, e.ResultText), Comment: e.Comment,
			System: e.By.Person == ismskit.SystemPerson,
		}
		if line.System && e.Verb == workflow.VerbSubmit && !e.Filed {
			line.Decision = p.text(r, "case.opened")
		}
		switch {
		case e.Via == ismskit.ViaWriter: // also of a record: he wrote for somebody, and is nobody's deputy
			line.Step, line.Filled = p.text(r, "word.writer"), true
		case line.Step == "" && e.Imported:
			line.Step = p.text(r, "import.by")
		case line.Step == "" && e.Filed:
			line.Step = p.text(r, "word.filed_by")
		case line.Step == "" && e.Via == "applicant":
			line.Step = p.text(r, "word.applicant")
		}
		if !e.Received.IsZero() && e.Verb != workflow.VerbLapse {
			line.Took = p.took(r, e.Workdays)
		}
		out = append(out, line)
	}
	return out
}

// took is how long something lay with somebody, in working days.
func (p *Pages) took(r *http.Request, workdays int) string {
	if workdays <= 0 {
		return p.text(r, "took.same_day")
	}
	return p.text(r, "term.working_days", "N", workdays)
}

// moment writes a day with its time.
func (p *Pages) moment(r *http.Request, t time.Time) string {
	return dates{lang: p.lang(r), zone: p.location}.moment(t)
}
