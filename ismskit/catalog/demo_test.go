package catalog

import (
	"bytes"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/storage/sqlite"
	"github.com/ismskit/ismskit/workflow"
)

var taipei = time.FixedZone("Asia/Taipei", 8*3600)

// monday is 115.11.23（一）09:00, the day the agency was written for.
var monday = time.Date(2026, time.November, 23, 9, 0, 0, 0, taipei)

func demoConfig(t testing.TB, store ismskit.Store) ismskit.Config {
	t.Helper()
	types, err := Types()
	must(t, err)
	return ismskit.Config{
		Store: store, Blobs: memory.NewBlobs(), Types: types, Hooks: Hooks(), Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// loaded is the demonstration as it stands at start, with what went wrong in the
// queue on the way there.
func loaded(t testing.TB, store ismskit.Store, start time.Time) *loader {
	t.Helper()
	d, err := ReadDemo(Options{})
	must(t, err)
	var log bytes.Buffer
	cfg := demoConfig(t, store)
	cfg.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	l, err := d.loader(cfg, start)
	must(t, err)
	must(t, l.plan(t.Context()))
	must(t, l.play(t.Context(), start))
	if log.Len() > 0 {
		t.Errorf("the queue complained:\n%s", log.String())
	}
	return l
}

func TestTheDemonstrationStandsWhereItsStoriesSay(t *testing.T) {
	stores := map[string]func(t *testing.T) ismskit.Store{
		"memory": func(*testing.T) ismskit.Store { return memory.New() },
		"sqlite": func(t *testing.T) ismskit.Store {
			s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "isms.db"), sqlite.Options{})
			must(t, err)
			t.Cleanup(func() { must(t, s.Close()) })
			return s
		},
	}
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			begun := time.Now()
			l := loaded(t, open(t), monday)
			t.Logf("loaded in %v", time.Since(begun))
			for _, s := range l.demo.agency.Stories {
				t.Run(s.name(), func(t *testing.T) { l.expect(t, s) })
			}
			for _, s := range l.demo.agency.History {
				t.Run(s.name(), func(t *testing.T) { l.ended(t, s) })
			}
			l.everyChainHolds(t)
		})
	}
}

// expect holds a story to what its script says of the end.
func (l *loader) expect(t *testing.T, s story) {
	ctx, want := t.Context(), s.Expect
	c, err := l.kit.Case(ctx, loading, l.cases[s.name()])
	must(t, err)
	if string(c.Flow.Phase) != want.Phase {
		t.Errorf("phase %s, not %s", c.Flow.Phase, want.Phase)
	}
	if number := strings.ReplaceAll(s.Number, "{roc}", "115"); c.Number != number {
		t.Errorf("number %s, not %s", c.Number, number)
	}
	done := 0
	for _, row := range c.Rows {
		if row.State.Phase == workflow.PhaseClosed {
			done++
		}
	}
	if done != want.DoneRows || want.Rows != 0 && len(c.Rows) != want.Rows {
		t.Errorf("%d of %d rows, not %d of %d", done, len(c.Rows), want.DoneRows, want.Rows)
	}
	l.expectOpen(t, s, c)
	if want.Phase == "draft" {
		_, invalid, err := l.kit.Types().Validate(ctx, ismskit.Actor{Person: s.Applicant}, c.Type, c.ID, c.Fields, false)
		must(t, err)
		var missing []string
		for _, f := range invalid {
			missing = append(missing, strings.ReplaceAll(f.Path(), ".", "/"))
		}
		if !slices.Equal(missing, want.Missing) {
			t.Errorf("missing %v, not %v", missing, want.Missing)
		}
	}
}

// expectOpen compares the open tasks of a case and its rows.
func (l *loader) expectOpen(t *testing.T, s story, c ismskit.Case) {
	tasks, err := l.kit.Tasks(t.Context(), loading, ismskit.TodoFilter{Everybody: true})
	must(t, err)
	var open []ismskit.Todo
	for _, task := range tasks {
		if task.Case == c.ID || task.Parent == c.ID {
			open = append(open, task)
		}
	}
	if len(open) != len(s.Expect.Open) {
		t.Fatalf("%d open tasks, not %d", len(open), len(s.Expect.Open))
	}
	for _, want := range s.Expect.Open {
		at := c.ID
		if want.Row > 0 {
			i := slices.IndexFunc(c.Rows, func(r ismskit.ChildCase) bool { return r.Row == rowName(want.Row-1) })
			at = c.Rows[i].Case.ID
		}
		i := slices.IndexFunc(open, func(o ismskit.Todo) bool { return o.Case == at })
		if i < 0 {
			t.Errorf("nothing is open at %s %d", want.Step, want.Row)
			continue
		}
		got := open[i]
		if step := want.Step; step != workflow.Applicant && got.Step != step || step == workflow.Applicant && got.Task != ismskit.TaskCorrect {
			t.Errorf("step %s, not %s", got.Step, step)
		}
		if name := l.books.person(want.Holder).Name; !slices.Contains(got.Holders, name) {
			t.Errorf("it waits for %v, not %s", got.Holders, name)
		}
		if day, err := l.days.date(want.Due); err != nil || !want.Due.none() && got.DueDate != day.String() {
			t.Errorf("due %s, not %s (%v)", got.DueDate, day, err)
		}
		if office := l.books.names[register.Offices+"/"+want.WaitingFor]; got.Waiting != office {
			t.Errorf("waits for %q, not %q", got.Waiting, office)
		}
		for _, deputy := range want.Acting {
			l.sees(t, deputy, want.Holder, at)
		}
	}
}

// sees: a deputy finds the case on his own list, for his principal.
func (l *loader) sees(t *testing.T, deputy, principal, id string) {
	mine, err := l.kit.Tasks(t.Context(), ismskit.Actor{Person: deputy}, ismskit.TodoFilter{})
	must(t, err)
	i := slices.IndexFunc(mine, func(o ismskit.Todo) bool { return o.Case == id })
	if i < 0 || mine[i].For == nil || mine[i].For.Person != principal {
		t.Errorf("%s does not find it on the list for %s: %+v", deputy, principal, mine)
	}
}

// ended compares a request of the past with how it ended.
func (l *loader) ended(t *testing.T, s story) {
	c, err := l.kit.Case(t.Context(), loading, l.cases[s.name()])
	must(t, err)
	want := map[string]workflow.Outcome{
		"completed": workflow.OutcomeDone, "partly_completed": workflow.OutcomeDone, "rejected": workflow.OutcomeRejected,
		"withdrawn": workflow.OutcomeWithdrawn, "lapsed": workflow.OutcomeLapsed,
	}[s.Outcome]
	if c.Flow.Phase != workflow.PhaseClosed || c.Flow.Outcome != want {
		t.Errorf("%s %s, not closed %s", c.Flow.Phase, c.Flow.Outcome, want)
	}
	if c.Number != s.Number {
		t.Errorf("number %s", c.Number)
	}
	if unit := l.books.unit(s.Unit); c.Unit != s.Unit || c.UnitName != unit.Name {
		t.Errorf("unit %s %s, not %s", c.Unit, c.UnitName, unit.Name)
	}
	if last := s.Script[0].moment(); !c.Submitted.IsZero() {
		if at, err := l.days.time(last, ""); err != nil || c.Submitted.Before(at) {
			t.Errorf("submitted %v before %v (%v)", c.Submitted, at, err)
		}
	}
	unable := slices.ContainsFunc(c.Rows, func(r ismskit.ChildCase) bool { return r.State.Outcome == workflow.OutcomeUnable })
	if unable != (s.Outcome == "partly_completed") {
		t.Errorf("%s, but a row unable: %v", s.Outcome, unable)
	}
}

func (l *loader) everyChainHolds(t *testing.T) {
	records, err := l.kit.Records().Query(t.Context(), loading, record.Query{Limit: 1000})
	must(t, err)
	checked := 0
	for _, r := range records {
		if r.Case == "" {
			continue
		}
		faults, err := l.kit.Evidence().Verify(t.Context(), loading, r.Case)
		must(t, err)
		if len(faults) > 0 {
			t.Errorf("%s %s: %v", r.Number, r.Subject, faults)
		}
		checked++
	}
	if checked < 30 {
		t.Errorf("only %d chains were there to check", checked)
	}
}

func TestTheDemonstrationsGrants(t *testing.T) {
	l := loaded(t, memory.New(), monday)
	rows, err := l.kit.Registers().Rows(t.Context(), loading, register.Query{List: register.Grants})
	must(t, err)
	for _, r := range rows {
		v, err := l.kit.Registers().Fields(r)
		must(t, err)
		t.Log(r.ID, v["system"], v["items"], v["user"], v["account"], v["period"], v["state"], v["request"], r.Revision)
	}
	tasks, err := l.kit.Tasks(t.Context(), loading, ismskit.TodoFilter{Everybody: true})
	must(t, err)
	for _, o := range tasks {
		t.Log(o.Type, o.Number, o.Subject, o.Step, o.Holders, o.DueDate, o.Left, o.Opened.In(taipei))
	}
	_ = calendar.Date{}
	docs, err := l.kit.Documents().List(t.Context(), loading, document.Query{})
	must(t, err)
	for _, d := range docs {
		t.Log(d.Number, d.State, d.Current, d.NextReview)
	}
}
