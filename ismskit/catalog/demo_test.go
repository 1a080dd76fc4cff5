package catalog

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/kittest"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/storage/postgres"
	"github.com/ismskit/ismskit/storage/storagetest/postgrestest"
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
		Store: store, Blobs: memory.NewBlobs(), Types: types, Hooks: Hooks(), Concerns: Concerns(), Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
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
		"memory":   func(*testing.T) ismskit.Store { return memory.New() },
		"sqlite":   func(t *testing.T) ismskit.Store { return openSQLite(t) },
		"postgres": func(t *testing.T) ismskit.Store { return postgrestest.Open(t, postgres.Options{}) },
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
		_, invalid, err := l.kit.Types().Validate(ctx, ismskit.Actor{Person: s.Applicant}, ismskit.Preview{Case: c.ID, Values: c.Fields}, false)
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

// G01's end has passed: it is chased every working day. G02 is asked about. G10
// was asked about, and the question went when the extension was handled.
func TestTheDemonstrationsPermissions(t *testing.T) {
	o := openOffice(t, inMemory(t))
	closing, ok := o.waiting(TypeGrantClosure, "G01")
	if !ok || closing.Left >= 0 || !slices.Equal(closing.Holders, []string{"方冠宇"}) {
		t.Errorf("G01: %+v", closing)
	}
	told, err := o.kit.Queue().Of(t.Context(), loading, closing.Case)
	must(t, err)
	chased := 0
	for _, m := range told {
		if m.Rule == "overdue" && m.Person == "P06" {
			chased++
		}
	}
	if chased != 6 { // 115.11.16 to 115.11.23
		t.Errorf("G01 was chased %d times", chased)
	}
	if asked, ok := o.waiting(TypeGrantExtension, "G02"); !ok || !slices.Equal(asked.Holders, []string{"鍾明哲"}) {
		t.Errorf("G02: %+v", asked)
	}
	if asked, ok := o.waiting(TypeGrantExtension, "G10"); ok {
		t.Errorf("G10 is still asked about: %+v", asked)
	}
	if last, _ := o.grant("G10").until(); last != calendar.DateOf(monday).AddDays(391) {
		t.Errorf("G10 ends on %v", last)
	}
	for id, state := range map[string]string{"G03": grantActive, "G09": "unrequested"} {
		if got := o.grant(id).text("state"); got != state {
			t.Errorf("%s is %s", id, got)
		}
	}
}

// What was told while the past was played has been read, and no mail of it leaves.
func TestNoMailOfThePastLeaves(t *testing.T) {
	o := openOffice(t, inMemory(t))
	o.runTo(at(time.November, 23, 18, 0))
	for _, mail := range o.mails.Mails() {
		t.Errorf("a mail left: %s %s", mail.Person, mail.Subject)
	}
	o.runTo(at(time.November, 24, 9, 0))
	mails := o.mails.To("P13")
	for _, mail := range mails {
		if strings.Contains(mail.Body, "112-") || strings.Contains(mail.Body, "114-") {
			t.Errorf("%s\n%s", mail.Subject, mail.Body)
		}
	}
}

// The agency can be started on any day, also on a day off, in the night, over the
// turn of a year.
func TestTheDemonstrationStartsOnAnyDay(t *testing.T) {
	for _, start := range []time.Time{
		time.Date(2026, time.November, 22, 16, 34, 0, 0, taipei), // a Sunday
		time.Date(2026, time.November, 24, 0, 5, 0, 0, taipei),
		time.Date(2027, time.January, 4, 9, 0, 0, 0, taipei),
		time.Date(2027, time.February, 15, 9, 0, 0, 0, taipei), // after the new year's holidays
		time.Date(2028, time.May, 1, 23, 59, 0, 0, taipei),
	} {
		t.Run(start.Format(time.DateOnly), func(t *testing.T) {
			l := loaded(t, memory.New(), start)
			for _, s := range l.demo.agency.Stories {
				c, err := l.kit.Case(t.Context(), loading, l.cases[s.name()])
				must(t, err)
				if string(c.Flow.Phase) != s.Expect.Phase {
					t.Errorf("%s is %s", s.name(), c.Flow.Phase)
				}
			}
			l.sees(t, "P12", "P11", l.cases["C02"])
		})
	}
}

func TestTheDemonstrationIsLoadedOnce(t *testing.T) {
	d, err := ReadDemo(Options{})
	must(t, err)
	cfg := demoConfig(t, memory.New())
	must(t, d.Load(t.Context(), cfg, monday))
	if err := d.Load(t.Context(), cfg, monday); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("a second time: %v", err)
	}
}

func TestTheAgencysNameIsAParameter(t *testing.T) {
	d, err := ReadDemo(Options{Agency: "雲頂縣政府民政處", AgencyEN: "Civil Affairs, Yunding County"})
	must(t, err)
	cfg := demoConfig(t, memory.New())
	must(t, d.Load(t.Context(), cfg, monday))
	cfg.Now = func() time.Time { return monday }
	kit, err := ismskit.New(cfg)
	must(t, err)
	row, _, err := kit.Registers().Get(t.Context(), loading, register.Units, "U00")
	must(t, err)
	if name, err := kit.Registers().Titles(t.Context(), ismskit.System("test"), "zh-TW", row); err != nil || name[0] != "雲頂縣政府民政處" {
		t.Errorf("%s, %v", name, err)
	}
	view, err := kit.Documents().Get(t.Context(), ismskit.Actor{Person: "P13"}, "IS-02-008")
	must(t, err)
	version := view.Versions[3]
	text, err := kit.Documents().Download(t.Context(), ismskit.Actor{Person: "P13"}, view.ID, version.Label, version.Files[0].Digest, "zh-TW")
	must(t, err)
	defer text.Body.Close()
	b, err := io.ReadAll(text.Body)
	must(t, err)
	if !strings.Contains(string(b), "雲頂縣政府民政處") || strings.Contains(string(b), "晴海市") || strings.Contains(string(b), "{{") {
		t.Error("the procedure speaks of another agency")
	}
	if strings.Contains(version.Approver, "民政局") {
		t.Errorf("approved by %s", version.Approver)
	}
}

func TestTheProcedureHasItsFourRevisions(t *testing.T) {
	l := loaded(t, memory.New(), monday)
	view, err := l.kit.Documents().Get(t.Context(), ismskit.Actor{Person: "P13"}, "IS-02-008")
	must(t, err)
	if view.Class != ismskit.ClassInternal || view.Level != 2 || view.Current != "1.3" || !strings.Contains(view.Versions[3].Band, "示範改寫本") {
		t.Errorf("%+v", view.Document)
	}
	var labels, states []string
	for _, v := range view.Versions {
		labels, states = append(labels, v.Label+" "+v.Issued), append(states, string(v.State))
		if v.Reviser == "" || v.Description == "" || v.Approver == "" {
			t.Errorf("%s: who, what, by whom: %+v", v.Label, v)
		}
	}
	if want := []string{"1.0 2020-07-01", "1.1 2021-12-07", "1.2 2022-11-17", "1.3 2024-08-05"}; !slices.Equal(labels, want) {
		t.Errorf("%v", labels)
	}
	if want := []string{"superseded", "superseded", "superseded", "current"}; !slices.Equal(states, want) {
		t.Errorf("%v", states)
	}
	if len(view.Forms) != 4 {
		t.Errorf("%d forms belong to it", len(view.Forms))
	}
	retired, err := l.kit.Documents().Get(t.Context(), ismskit.Actor{Person: "P13"}, "IS-02-014")
	must(t, err)
	if retired.State != document.Retired || retired.Retired != "2025-04-18" {
		t.Errorf("%+v", retired.Document)
	}
	twice, err := l.kit.Documents().List(t.Context(), ismskit.Actor{Person: "P13"}, document.Query{Numbers: []string{"IS-04-004"}})
	must(t, err)
	if len(twice) != 2 {
		t.Errorf("a number used twice finds %d documents", len(twice))
	}
}

func TestTheHouseKeepsTheContractOfADirectory(t *testing.T) {
	store := memory.New()
	loaded(t, store, monday)
	lists, err := register.BuiltIn()
	must(t, err)
	registry, err := register.New(register.Config{Lists: lists})
	must(t, err)
	kittest.CheckDirectory(t, ismskit.DirectoryIn(store, registry, func() time.Time { return monday }), kittest.House{
		At: monday.AddDate(0, 1, 0), Person: "P13", Left: "P15", Unit: "U06", Head: "P11", Member: "P13",
		Module: "access", Role: "module_manager", RoleHolder: "P07",
		Register: register.Systems, Row: "S01", Field: "admins", RowPerson: "P05",
	})
}
