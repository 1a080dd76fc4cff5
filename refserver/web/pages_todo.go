package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// todoPage is the model of todo.html.
type todoPage struct {
	Today   calendar.Date
	First   *todoLine
	Groups  []todoGroup
	Appoint []todoLine // of people who are away with nobody to act for them: he names somebody
	// AppointOf is how many of them stand here where there are more, 0 where all do.
	AppointOf int
	Tabs      []todoTab
	Pages     turning
	Sent      []sentLine
	MoreOf    bool // there is more than is shown of what was sent
	Drafts    []sentLine
	Older     bool       // there are more drafts
	Kept      []sentLine // forms whose session ended
	Acting    []actingLine
	Deputy    []deputyLine // who acts for the reader
	Leads     bool         // he may look at what others have
	Unsent    bool         // no mail leaves this system
	Waiting   bool         // there are tasks, whatever the tab
	Steps     []firstStep  // what the house enters before its first request
	Batch     int          // how many of them may be decided with one act
	Views     viewsPanel
}

type todoGroup struct {
	ID, Label string
	Late      bool
	Lines     []todoLine
}

// todoTab is a link that narrows a list.
type todoTab struct {
	Label, Href string
	Current     bool
}

// todoLine is one task on a list.
type todoLine struct {
	Href, Subject, Number, Title string
	Name, Unit                   string
	Received                     time.Time
	Step, Mine, Why, For         string
	Due                          dueView
	Stopped                      bool // the clock of its case stands: it is not the next to be done
	Kind                         string
	Holders                      string
	Head                         string // what is to be done, and with what
	Standing                     string // with whom it lies where an office outside carries it out
	Returned                     bool   // Why is what somebody wrote: the list begins it, the case has it whole
}

type actingLine struct {
	Name, Reason string
	Scope        string // what of, "" for everything
	Until        calendar.Date
}

type deputyLine struct {
	Names, Reason string
	From, To      calendar.Date
}

// todoKinds are the tabs: each with the kinds of steps it shows.
var todoKinds = []struct {
	name  string
	kinds []string
}{
	{"review", []string{string(workflow.KindReview), string(workflow.KindApprove)}},
	{"consult", []string{string(workflow.KindConsult)}},
	{"handle", []string{string(workflow.KindHandle)}},
	{"question", []string{string(workflow.KindQuestion)}},
	{"confirm", []string{string(workflow.KindConfirm), string(workflow.KindAttest), string(workflow.KindAccept)}},
	{"read", []string{string(workflow.KindRead)}},
	{"correct", []string{ismskit.TaskCorrect}},
	{"late_form", []string{ismskit.TaskLateForm}},
	{"unsent", []string{ismskit.TaskUnsent}},
}

// todoPageSize is how many tasks stand on a page.
const todoPageSize = 50

func (p *Pages) todo(w http.ResponseWriter, r *http.Request) {
	all, err := p.count(r, ismskit.TodoFilter{})
	if err != nil {
		p.fail(w, r, err)
		return
	}
	kind := r.URL.Query().Get("kind")
	if kindsOf(kind) == nil {
		kind = ""
	}
	todos, links, err := p.turnOf(r, all, ismskit.TodoFilter{Kinds: kindsOf(kind)}, todoPageSize, "/", "kind", kind)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	sent, err := p.kit.Queue().Mails(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	unattended, err := p.kit.Tasks(r.Context(), p.actor(r), ismskit.TodoFilter{Unattended: true, Limit: todoPageSize + 1})
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page := todoPage{
		Today: p.today(), Unsent: !sent, Tabs: p.todoTabs(r, all, kind), Waiting: len(all.todos) > 0, Batch: inBatches(all),
		Groups: p.grouped(r, todos, all, kindsOf(kind)), Pages: links,
	}
	if len(page.Groups) > 0 && links.First == "" && !page.Groups[0].Lines[0].Stopped {
		first := page.Groups[0].Lines[0]
		page.First = &first
	}
	if len(unattended) > todoPageSize {
		unattended, page.AppointOf = unattended[:todoPageSize], todoPageSize
	}
	for _, t := range unattended {
		page.Appoint = append(page.Appoint, p.todoLine(r, t))
	}
	if page.Sent, page.MoreOf, err = p.sentLines(r, 5, time.Time{}, ""); err != nil {
		p.fail(w, r, err)
		return
	}
	if page.Drafts, page.Older, err = p.draftLines(r, 5); err != nil {
		p.fail(w, r, err)
		return
	}
	if page.Steps, err = p.firstSteps(r); err != nil {
		p.fail(w, r, err)
		return
	}
	if page.Kept, err = p.waitingLines(r); err != nil {
		p.fail(w, r, err)
		return
	}
	if page.Views, err = p.savedViews(r, "todo"); err != nil {
		p.fail(w, r, err)
		return
	}
	if err := p.besides(r, &page); err != nil {
		p.fail(w, r, err)
		return
	}
	p.page(w, r, "todo", page)
}

// actingLines are for whom the reader acts, each with what he acts in for him.
func (p *Pages) actingLines(r *http.Request, all []directory.Principal) ([]actingLine, error) {
	limits := make([][]ismskit.DeputyLimit, len(all))
	for i, principal := range all {
		limits[i] = ismskit.DeputyLimits(principal.Limits)
	}
	words, err := p.scopesOf(r, limits...)
	if err != nil {
		return nil, err
	}
	var out []actingLine
	for i, principal := range all {
		line := actingLine{Name: principal.Name, Reason: principal.Reason, Scope: p.inWords(r, words, limits[i]), Until: lastDay(principal.To, p.location)}
		if principal.First && !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return out, nil
}

// besides fills what stands beside the list: for whom the reader acts, and who
// acts for him.
func (p *Pages) besides(r *http.Request, page *todoPage) error {
	me, err := p.kit.People().Me(r.Context(), p.actor(r))
	if err != nil {
		return err
	}
	page.Leads = me.Leads
	if page.Acting, err = p.actingLines(r, me.Acting); err != nil {
		return err
	}
	absences, err := p.kit.People().Absences(r.Context(), p.actor(r), me.Person)
	if err != nil {
		return err
	}
	for _, a := range absences {
		if a.Principal.Person != me.Person || a.State.Over() || len(a.Deputies) == 0 {
			continue
		}
		line, err := p.deputyLine(r, a)
		if err != nil {
			return err
		}
		page.Deputy = append(page.Deputy, line)
	}
	return nil
}

func (p *Pages) deputyLine(r *http.Request, a ismskit.AbsenceView) (deputyLine, error) {
	ids := make([]string, len(a.Deputies))
	for i, d := range a.Deputies {
		ids[i] = d.Person
	}
	names, err := p.titles(r, register.People, ids)
	line := deputyLine{Names: strings.Join(names, p.text(r, "word.list")), Reason: a.Reason, To: lastDay(a.To, p.location)}
	if !a.From.IsZero() {
		line.From = calendar.DateOf(a.From.In(p.location))
	}
	return line, err
}

func kindsOf(name string) []string {
	for _, k := range todoKinds {
		if k.name == name {
			return k.kinds
		}
	}
	return nil
}

func (p *Pages) todoTabs(r *http.Request, all counted, chosen string) []todoTab {
	label := func(text string) string { return p.numbered(r, text, all.more) }
	tabs := []todoTab{{Label: label(p.text(r, "todo.all", "N", len(all.todos))), Href: "/", Current: chosen == ""}}
	for _, k := range todoKinds {
		n := all.number(func(t ismskit.Todo) bool { return slices.Contains(k.kinds, t.Kind) })
		if n > 0 || all.more {
			tabs = append(tabs, todoTab{
				Label: label(p.text(r, "todo.tab", "Kind", p.kindWord(r, k.kinds[0]), "N", n)),
				Href:  address("/", "kind", k.name), Current: chosen == k.name,
			})
		}
	}
	return tabs
}

func (p *Pages) todoLine(r *http.Request, t ismskit.Todo) todoLine {
	line := todoLine{
		Href: "/cases/" + t.Case, Subject: p.subject(r, t.Subject, t.SubjectIn), Number: ismskit.RowNumberIn(p.lang(r), t.Number, t.RowNo, t.RowTurn), Title: p.in(r, t.Title),
		Name: t.Name, Unit: p.called(r, t.Unit), Received: t.Opened, Why: p.worded(r, t.Why), Kind: t.Kind,
		Step: p.in(r, t.StepName), Due: p.due(r, t.DueDate, t.Left, t.Late),
		Holders: p.withStandins(r, t.Holders, t.Standins),
	}
	line.Head = line.Subject
	switch {
	case line.Subject == "":
		line.Subject, line.Head = line.Title, line.Step+p.text(r, "shell.colon")+line.Title
	case ismskit.Titled(line.Subject, t.Title):
		line.Title = "" // the subject says it
	default:
		line.Head = line.Step + p.text(r, "shell.colon") + line.Subject
	}
	if t.Waiting != "" {
		line.Mine = p.text(r, "mine.outside")
	}
	if t.Stopped {
		line.Stopped, line.Due, line.Mine = true, dueView{}, p.text(r, "todo.stopped")
	}
	line.Due.Notes = p.dueNotes(r, t)
	line.Standing = p.standing(r, t.Standing, t.Late)
	if t.For != nil {
		line.For = t.For.Name
	}
	if slices.Contains([]string{ismskit.TaskCorrect, ismskit.TaskLateForm, ismskit.TaskUnsent}, t.Kind) {
		line.Href += "/edit"
		if t.Reason != "" {
			line.Why, line.Returned = p.text(r, "todo.returned_why", "Reason", t.Reason), true
		}
	}
	return line
}

// grouped puts the tasks of a page under overdue, today, this week and later, in the
// order the Kit gave them: by due date. Each group says how many there are in all.
func (p *Pages) grouped(r *http.Request, todos []ismskit.Todo, all counted, kinds []string) []todoGroup {
	groups := []todoGroup{{ID: "late", Late: true}, {ID: "today"}, {ID: "week"}, {ID: "later"}}
	for _, t := range todos {
		g := &groups[p.groupOf(t)]
		g.Lines = append(g.Lines, p.todoLine(r, t))
	}
	labels := []string{"todo.late", "todo.today", "todo.week", "todo.later"}
	uncounted := len(groups) // what comes after what was counted
	if all.more {
		uncounted = p.groupOf(all.todos[len(all.todos)-1])
	}
	var out []todoGroup
	for i, g := range groups {
		if len(g.Lines) == 0 {
			continue
		}
		n := all.number(func(t ismskit.Todo) bool {
			return p.groupOf(t) == i && (kinds == nil || slices.Contains(kinds, t.Kind))
		})
		g.Label = p.numbered(r, p.text(r, labels[i], "N", max(n, len(g.Lines))), i >= uncounted)
		out = append(out, g)
	}
	return out
}

// groupOf is the place of a task's group.
func (p *Pages) groupOf(t ismskit.Todo) int {
	today := p.today()
	sunday := today.AddDays((7 - int(today.Weekday())) % 7)
	var due calendar.Date
	err := due.UnmarshalText([]byte(t.DueDate))
	switch {
	case t.Stopped: // nothing can be done
		return 3
	case t.Late:
		return 0
	case err != nil || due.IsZero():
		return 3
	case due == today:
		return 1
	case !due.After(sunday):
		return 2
	}
	return 3
}
