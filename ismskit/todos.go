package ismskit

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// Todo is a line of a to-do list.
type Todo struct {
	TaskRow
	Title    workflow.Text
	StepName workflow.Text
	Why      workflow.Text
	// Holders are the names of those it waits for; Standins, in lists of everybody's
	// tasks, say who acts for one of them today.
	Holders  []string
	Standins []Standin
	// People are the ids of Holders; of a group only in lists of everybody's tasks.
	People []string
	Term   string
	Reason string // of a return
	// SubjectIn is the subject in several languages, for SubjectFor.
	SubjectIn workflow.Text
	// RowNo is which row of its request the case is for, for NumberIn.
	RowNo int
	// RowTurn is 2 where that row is handled for the second time, for RowNumberIn; 0 for the first.
	RowTurn int
	// For is the principal when it comes to the reader as his deputy.
	For *directory.Principal
	// Left is how many working days are left: 0 today, negative when late. It
	// means nothing without a due date.
	Left int
	// Batch: it may be decided together with others of its type and step; see Work.Sign.
	// Revision, with TodoFilter.Batch, is its case's.
	Batch bool
	// Reauth: whoever decides it shows anew who he is; see workflow.Step.
	Reauth bool
	// Owed: he makes up for a signature with his certificate (補簽).
	Owed     bool
	Revision int64
	// Late is true from the instant the task is overdue.
	Late bool
	// Stopped: the clock of its case stands (停止計時), nobody can do it, and it is not late: its
	// deadline moves when the clock runs again.
	Stopped bool
	// StoppedDays are the working days by which stops of the clock (停止計時) have put off what is
	// due: of a clock that still stands, as if it went on now.
	StoppedDays int
	// Chased is how often an officer or a superior has chased those whose turn it is (稽催).
	Chased int
	// LastDayOver is as in Case.
	LastDayOver calendar.Date
	// Standing is how it stands where an office outside carries it out; nil elsewhere.
	Standing *OutsideStanding
	// List is the list of 處置工作 it stands on; see WorkList.
	List string
	// Row is what that list shows of its case, with TodoFilter.Rows; nil where it is
	// not to be shown on a list.
	Row *TodoRow
	// UnderWay are, with TodoFilter.UnderWay, the cases that would undo what its case is
	// about; see Case.UnderWay.
	UnderWay []UnderWay
	body     taskBody
}

// TodoFilter selects tasks.
type TodoFilter struct {
	// Everybody asks for the tasks of all, not only the actor's: for those who may
	// see the whole (Rights.Overview), and unit heads, who see their own units'.
	Everybody bool
	// Unattended asks instead for the tasks of people who are away with nobody to act for
	// them, where the actor is the superior who is to name somebody (U5).
	Unattended bool
	Role       string // with Everybody: only tasks of holders of this "module/role"
	Kinds      []string
	Types      []string
	Case       string
	// Lists are lists of 處置工作, by name (ListInfo); nil means any.
	Lists []string
	// Rows reads what these lists show of each case, as far as the actor may read it.
	Rows bool
	// UnderWay looks up what would undo each, as far as the actor may be told; not where
	// it is confidential, of which no list says anything. A page of n tasks of n accounts
	// costs n statements in the archive, which look at what is open under each, and some
	// more for each case that they find; tasks whose cases nothing can undo cost nothing.
	UnderWay bool
	// Batch keeps those that may be decided together with others, and reads the revision
	// of each.
	Batch bool
	Limit int // 0 means all of them
	// After is the keyset: Due, Case and Task of the last one seen.
	AfterDue             time.Time
	AfterCase, AfterTask string
}

// Tasks lists open tasks by due date: the actor's own, those of his pools, and
// those of the principals he is deputy of at this moment.
func (k *Kit) Tasks(ctx context.Context, actor Actor, f TodoFilter) ([]Todo, error) {
	k = k.once()
	now := k.moment()
	if err := k.freshen(ctx); err != nil {
		return nil, err
	}
	if !actor.system {
		if _, err := k.person(ctx, actor.Person, now); err != nil {
			return nil, err
		}
	}
	q := TaskQuery{Case: f.Case, Kinds: f.Kinds, Types: f.Types, Limit: f.Limit,
		AfterDue: f.AfterDue, AfterCase: f.AfterCase, AfterTask: f.AfterTask}
	var own []string // the keys that are his, before those he is deputy for
	var acting []actingFor
	var err error
	var keep func(TaskRow, taskBody) bool
	if f.Unattended {
		return k.toAppoint(ctx, actor, q, now)
	}
	if f.Everybody {
		if q.Holders, keep, err = k.everybody(ctx, actor, f); err != nil {
			return nil, err
		}
	} else {
		if own, acting, err = k.holderKeys(ctx, actor.Person, now); err != nil {
			return nil, err
		}
		q.Holders = withPrincipals(own, acting)
	}
	instead := &standins{k: k, now: now, asked: map[string][]directory.Deputy{}}
	pools := &pools{k: k, now: now, asked: map[string][]workflow.Signer{}}
	return k.listTasks(ctx, q, func(rows []TaskRow) ([]Todo, error) {
		todos, err := k.todos(rows, actor, own, acting, keep, now)
		if f.Lists != nil {
			todos = slices.DeleteFunc(todos, func(t Todo) bool { return !slices.Contains(f.Lists, t.List) })
		}
		if f.Batch {
			todos = slices.DeleteFunc(todos, func(t Todo) bool { return !t.Batch })
		}
		if standsIn := func(t Todo) bool { return len(own) > 0 && t.body.Appointed == actor.Person }; err == nil && slices.ContainsFunc(todos, standsIn) {
			var away bool
			if away, err = k.isAway(ctx, actor.Person, now); away { // it is for whom the superior names now
				todos = slices.DeleteFunc(todos, standsIn)
			}
		}
		if err == nil {
			err = k.rows(ctx, actor, todos, f, now)
		}
		if err == nil && f.Batch {
			err = k.revisions(ctx, todos)
		}
		if err != nil || !f.Everybody {
			return todos, err
		}
		for i := range todos {
			if err := pools.name(ctx, &todos[i]); err != nil {
				return nil, err
			}
			if todos[i].Standins, err = instead.of(ctx, todos[i].TaskRow, todos[i].body); err != nil {
				return nil, err
			}
		}
		return todos, nil
	})
}

// withPrincipals are the keys under which tasks come to somebody himself and to those
// he is deputy for.
func withPrincipals(own []string, acting []actingFor) []string {
	all := slices.Clone(own)
	for _, a := range acting {
		for _, key := range a.keys {
			if !slices.Contains(all, key) {
				all = append(all, key)
			}
		}
	}
	return all
}

// tasksAtOnce is how many tasks are read at once where all are wanted.
const tasksAtOnce = 500

// listTasks reads on until there are as many as the query wants, or no more: some of
// the rows it finds are not for this reader, such as those a deputy comes second for.
func (k *Kit) listTasks(ctx context.Context, q TaskQuery, choose func([]TaskRow) ([]Todo, error)) ([]Todo, error) {
	var out []Todo
	most := q.Limit
	if most <= 0 {
		q.Limit = tasksAtOnce
	}
	for {
		var rows []TaskRow
		err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Cases().Tasks(ctx, q)
			rows = found
			return err
		})
		if err != nil {
			return nil, err
		}
		todos, err := choose(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, todos...)
		if most > 0 && len(out) >= most {
			return inRequests(out[:most], true), nil
		}
		if len(rows) < q.Limit {
			return inRequests(out, false), nil
		}
		last := rows[len(rows)-1]
		q.AfterDue, q.AfterCase, q.AfterTask = last.Due, last.Case, last.Task
	}
}

// inRequests puts tasks that are due at the same moment by request and row, where the store has
// them in no order that a reader knows. Where more may follow, the last of them stay: the next
// page begins after the very last.
func inRequests(todos []Todo, more bool) []Todo {
	for from := 0; from < len(todos); {
		to := from + 1
		for to < len(todos) && todos[to].Due.Equal(todos[from].Due) {
			to++
		}
		if to < len(todos) || !more {
			slices.SortStableFunc(todos[from:to], func(a, b Todo) int {
				return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.RowNo, b.RowNo))
			})
		}
		from = to
	}
	return todos
}

// everybody is who may see the tasks of others: officers all of them, a head
// those of his units' requests.
func (k *Kit) everybody(ctx context.Context, actor Actor, f TodoFilter) (holders []string, keep func(TaskRow, taskBody) bool, err error) {
	if f.Role != "" {
		if holders, err = k.holdersOfRole(ctx, f.Role); err != nil {
			return nil, nil, err
		}
	}
	if actor.system {
		return holders, nil, nil
	}
	all, err := k.hasRole(ctx, actor.Person, k.cfg.Rights.Overview)
	if err != nil {
		return nil, nil, err
	}
	reader, err := k.reader(ctx, actor.Person, k.moment())
	switch {
	case err != nil:
		return nil, nil, err
	case !leads(all, reader.Units):
		return nil, nil, ErrForbidden
	case all:
		return k.overview(ctx, actor, holders)
	}
	return holders, func(_ TaskRow, body taskBody) bool { return slices.Contains(reader.Units, body.Unit) }, nil
}

// leads says who may see the tasks of others: who has the right to the whole, and
// heads of units.
func leads(overview bool, heads []string) bool { return overview || len(heads) > 0 }

// overview is everybody's tasks; what is confidential only for those who may read
// everything.
func (k *Kit) overview(ctx context.Context, actor Actor, holders []string) ([]string, func(TaskRow, taskBody) bool, error) {
	all, err := k.hasRole(ctx, actor.Person, k.cfg.Rights.ReadAll)
	if err != nil || all {
		return holders, nil, err
	}
	return holders, func(r TaskRow, _ taskBody) bool { return !k.classes().Confidential(r.Class) }, nil
}

func (k *Kit) holdersOfRole(ctx context.Context, role string) ([]string, error) {
	module, key, _ := strings.Cut(role, "/")
	pool := directory.PoolOfRole(module, key, "")
	members, err := k.members(ctx, pool, k.moment())
	if err != nil {
		return nil, err
	}
	holders := []string{pool}
	for _, m := range members {
		holders = append(holders, personKey(m.Person))
	}
	return holders, nil
}

func (k *Kit) todos(rows []TaskRow, actor Actor, own []string, acting []actingFor, keep func(TaskRow, taskBody) bool, now time.Time) ([]Todo, error) {
	out := make([]Todo, 0, len(rows))
	for _, r := range rows {
		body, err := bodyOf(r)
		if err != nil {
			return nil, err
		}
		if keep != nil && !keep(r, body) {
			continue
		}
		t := Todo{TaskRow: r, Title: body.Title, StepName: body.Step, Why: body.Why, Holders: body.Holders, People: body.People, Term: body.Term, RowNo: body.Row, RowTurn: body.Turn, SubjectIn: body.Subject, Reason: body.Reason, Standing: body.With, Batch: body.Batch, Reauth: body.Reauth, Owed: body.Owed, Chased: body.Chased, List: k.kinds.workList(r.Type).List, body: body}
		if len(acting) > 0 {
			mine, principal := forWhom(r, body, actor, own, acting)
			if !mine && principal == nil {
				continue
			}
			t.For = principal
		}
		if len(own) > 0 && body.Appointed == actor.Person && len(body.People) > 0 {
			t.For = &directory.Principal{Holder: directory.Holder{Person: body.People[0], Name: body.Holders[0]}}
		}
		if t.For != nil {
			t.Why = k.becauseDeputy(t.For.Name, t.For.PostTitle, body.MoreTime)
		}
		if len(own) > 0 && t.succeeds(actor) {
			t.Chased = 0
		}
		if t.Left, t.Late, err = k.countdown(body.Unit, r.Due, r.DueDate, now); err != nil {
			return nil, fmt.Errorf("ismskit: task %s of %s: %w", r.Task, r.Case, err)
		}
		t.Stopped, t.Late = body.Stopped, t.Late && !body.Stopped
		t.StoppedDays = k.stoppedIn(body, now)
		last, err := parseISO(body.LastDay)
		if err != nil {
			return nil, fmt.Errorf("ismskit: task %s of %s: %w", r.Task, r.Case, err)
		}
		t.LastDayOver = k.overBy(last, now)
		out = append(out, t)
	}
	return out, nil
}

// succeeds says of a task on somebody's list that it is his, or that of whom he acts for, in the
// place of the one who is named in it, whose post is another's by now.
func (t Todo) succeeds(actor Actor) bool {
	whose := actor.Person
	if t.For != nil {
		whose = t.For.Person
	}
	return len(t.body.People) == 1 && t.body.People[0] != whose
}

// countdown says how many working days of a unit are left until a due date, and
// whether its instant is past.
func (k *Kit) countdown(unit string, due time.Time, date string, now time.Time) (left int, late bool, err error) {
	late = !due.IsZero() && !now.Before(due)
	day, err := parseISO(date)
	if err != nil || day.IsZero() {
		return 0, late, err
	}
	left = k.calendarOf(unit).Workdays(calendar.DateOf(now.In(k.location)), day)
	if now.Before(due) && left < 0 {
		left = 0
	}
	return left, late, nil
}

// forWhom says whether a task is the person's own, else for which principal he
// would do it: he is the first among the deputies present, within the limits, who
// is not barred, as [Kit.Act] asks it.
func forWhom(r TaskRow, body taskBody, actor Actor, own []string, acting []actingFor) (mine bool, principal *directory.Principal) {
	if slices.ContainsFunc(r.Holders, func(h string) bool { return slices.Contains(own, h) }) {
		return true, nil
	}
	if body.InPerson || body.Appointed != "" { // a superior has named who does it
		return false, nil
	}
	may := func(person, whom string, limits directory.Limits, conflict directory.Conflict) bool {
		return limits.Covers(body.Scope) && !body.barsIn(r, person, whom, conflict)
	}
	for i := range acting {
		p := &acting[i].principal
		holds := slices.ContainsFunc(r.Holders, func(h string) bool { return slices.Contains(acting[i].keys, h) })
		if holds && may(actor.Person, p.Person, p.Limits, p.Conflict) && !slices.ContainsFunc(p.Ahead, func(d directory.Ahead) bool {
			return may(d.Person, p.Person, d.Limits, d.Conflict)
		}) {
			return false, p
		}
	}
	return false, nil
}
