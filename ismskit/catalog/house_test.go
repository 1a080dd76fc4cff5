package catalog

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/kittest"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/sqlite"
	"github.com/ismskit/ismskit/storage/storagetest"
	"github.com/ismskit/ismskit/workflow"
)

// everywhere tells a story on every kind of store, with -short in memory alone: what several do
// at once is for everywhereAlways.
func everywhere(t *testing.T, story func(t *testing.T, o *office)) {
	if testing.Short() {
		t.Run("memory", func(t *testing.T) { story(t, openOffice(t, inMemoryTwice(t))) })
		return
	}
	everywhereAlways(t, story)
}

func everywhereAlways(t *testing.T, story func(t *testing.T, o *office)) {
	t.Run("memory", func(t *testing.T) { story(t, openOffice(t, inMemoryTwice(t))) })
	t.Run("sqlite", func(t *testing.T) { story(t, openOffice(t, inSQLite(t))) })
	t.Run("postgres", func(t *testing.T) { story(t, openOffice(t, inPostgres(t))) })
}

// inMemoryTwice is one whose store runs every closure twice.
func inMemoryTwice(t testing.TB) filled {
	t.Helper()
	h := inMemory(t)
	h.Store = storagetest.Twice(h.Store)
	return h
}

func openSQLite(t testing.TB) *sqlite.Store {
	t.Helper()
	return openSQLiteAt(t, t.TempDir()+"/isms.db")
}

func openSQLiteAt(t testing.TB, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

// office is the demonstration agency on Monday morning, with a clock to move.
type office struct {
	*testing.T
	ctx   context.Context
	kit   *ismskit.Kit
	clock *kittest.Clock
	mails *kittest.Mailbox
	l     *loader
}

func openOffice(t *testing.T, store ismskit.Store) *office { return openOfficeIn(t, store, "") }

// openOfficeIn is one whose notices and mails are in another language.
func openOfficeIn(t *testing.T, store ismskit.Store, lang string) *office {
	t.Helper()
	o := &office{T: t, ctx: t.Context(), clock: kittest.NewClock(monday), mails: &kittest.Mailbox{}}
	if h, is := store.(filled); is {
		store, o.l = h.Store, h.loader(t)
	} else {
		o.l = loaded(t, store, monday)
	}
	cfg := demoConfig(t, store)
	cfg.Rights.ManageDocs, cfg.Rights.ManageRecords = []string{"documents/document_controller"}, []string{"records/records_manager"}
	cfg.Rights.ReadAll = []string{"records/reads_all"}
	cfg.Blobs, cfg.Now, cfg.Notifier, cfg.Lang = o.l.blobs, o.clock.Now, o.mails, lang
	kit, err := ismskit.New(cfg)
	must(t, err)
	must(t, kit.Start(o.ctx))
	o.kit = kit
	return o
}

func (o *office) runTo(at time.Time) { o.clock.RunTo(o.ctx, o, o.kit, at) }

func at(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 0, 0, taipei)
}

func (o *office) as(person string) ismskit.Actor {
	return ismskit.Actor{Person: person, Assurance: "password", Channel: "go"}
}

func (o *office) act(person, id string, a ismskit.Action) ismskit.Receipt {
	o.Helper()
	r, err := o.kit.Act(o.ctx, o.as(person), id, a)
	if err != nil {
		o.Fatalf("%s by %s: %v", a.Verb, person, err)
	}
	must(o, o.kit.RunUntil(o.ctx, o.clock.Now()))
	return r
}

// leave lets people leave: their last day is given.
func (o *office) leave(last calendar.Date, people ...string) {
	o.Helper()
	for _, id := range people {
		row, _, err := o.kit.Registers().Get(o.ctx, loading, register.People, id)
		must(o, err)
		v, err := o.kit.Registers().Fields(o.ctx, ismskit.System("test"), row)
		must(o, err)
		v = v.Clone()
		v["to"] = last
		_, err = o.kit.Registers().Put(o.ctx, loading, ismskit.RowChange{List: register.People, ID: id, Seen: row.Revision, Values: v})
		must(o, err)
	}
}

// move takes a person off the posts he holds and gives him one in another unit.
func (o *office) move(person, unit string) {
	o.Helper()
	system := ismskit.System("test")
	posts, err := o.kit.Registers().Rows(o.ctx, loading, register.Query{List: register.Posts, Keys: []string{register.Key("holders.person", person)}})
	must(o, err)
	for _, row := range posts {
		v, err := o.kit.Registers().Fields(o.ctx, system, row)
		must(o, err)
		v = v.Clone()
		delete(v, "holders")
		_, err = o.kit.Registers().Put(o.ctx, loading, ismskit.RowChange{List: register.Posts, ID: row.ID, Seen: row.Revision, Values: v})
		must(o, err)
	}
	_, err = o.kit.Registers().Put(o.ctx, loading, ismskit.RowChange{List: register.Posts, ID: "T99", Values: forms.Values{
		"title": "科員", "unit": o.l.books.unit(unit), "holders": []forms.Row{{forms.RowID: "r1", "person": o.l.books.ref(register.People, person)}},
	}})
	must(o, err)
	row, _, err := o.kit.Registers().Get(o.ctx, loading, register.People, person)
	must(o, err)
	v, err := o.kit.Registers().Fields(o.ctx, system, row)
	must(o, err)
	v = v.Clone()
	v["unit"], v["post"] = o.l.books.unit(unit), o.l.books.ref(register.Posts, "T99")
	_, err = o.kit.Registers().Put(o.ctx, loading, ismskit.RowChange{List: register.People, ID: person, Seen: row.Revision, Values: v})
	must(o, err)
}

// bring enters a permission that was given before.
func (o *office) bring(id string, from, until calendar.Date) {
	o.Helper()
	b := o.l.books
	g := grant{id: id, values: forms.Values{
		"system": b.ref(register.Systems, "S11"), "items": []string{"read"}, "user": b.person("P18"), "account": "qh-" + id,
		"responsible": b.ref(register.People, "P16"), "applicant": b.ref(register.People, "P17"), "unit": b.unit("U08"),
		"period": forms.Period{From: from, To: until}, "state": grantActive,
	}}
	_, err := o.kit.Registers().Put(o.ctx, loading, ismskit.RowChange{List: register.Grants, ID: id, Values: g.values})
	must(o, err)
	must(o, o.kit.Queue().Plan(o.ctx, loading, g.openings(o.clock.Now(), o.l.days.cal, taipei)...))
}

func (o *office) grant(id string) grant {
	o.Helper()
	row, _, err := o.kit.Registers().Get(o.ctx, loading, register.Grants, id)
	must(o, err)
	v, err := o.kit.Registers().Fields(o.ctx, ismskit.System("test"), row)
	must(o, err)
	return grant{id: id, values: v}
}

// waiting is the open task of a type about a grant, whoever has it.
func (o *office) waiting(typ, grantID string) (ismskit.Todo, bool) {
	o.Helper()
	tasks, err := o.kit.Tasks(o.ctx, loading, ismskit.TodoFilter{Everybody: true, Types: []string{typ}})
	must(o, err)
	for _, task := range tasks {
		c, err := o.kit.Case(o.ctx, loading, task.Case)
		must(o, err)
		if grantOf(c.Cause) == grantID {
			return task, true
		}
	}
	return ismskit.Todo{}, false
}

// request opens a request with one line and takes it to its handler.
func (o *office) request(applicant, head, op string, line forms.Row) (parent, child string) {
	o.Helper()
	line[forms.RowID] = "r1"
	r, err := o.kit.Open(o.ctx, o.as(applicant), ismskit.Opening{Type: TypeAccountRequest, Submit: true, Values: forms.Values{
		"subject": "帳號申請", "op": op, "reason": "業務需要", "lines": []forms.Row{line},
	}})
	must(o, err)
	must(o, o.kit.RunUntil(o.ctx, o.clock.Now()))
	o.act(head, r.Case, ismskit.Action{Verb: workflow.VerbApprove})
	return r.Case, o.line(r.Case)
}

func (o *office) line(parent string) string {
	o.Helper()
	c, err := o.kit.Case(o.ctx, loading, parent)
	must(o, err)
	i := slices.IndexFunc(c.Rows, func(r ismskit.ChildCase) bool { return r.State.Phase != workflow.PhaseClosed })
	if i < 0 {
		o.Fatal("no line is open")
	}
	return c.Rows[i].Case.ID
}

// accounts are the live permissions of an account, as "system: items".
func (o *office) accounts(account string) []string {
	o.Helper()
	rows, err := o.kit.Registers().Rows(o.ctx, loading, register.Query{List: register.Grants, Keys: []string{register.Key("account", account)}})
	must(o, err)
	var out []string
	for _, row := range rows {
		g := o.grant(row.ID)
		if g.text("state") == grantActive {
			line := g.ref("system").ID + ":"
			for _, item := range g.items() {
				line += " " + item
			}
			out = append(out, line)
		}
	}
	slices.Sort(out)
	return out
}
