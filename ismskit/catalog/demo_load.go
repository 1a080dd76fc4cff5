package catalog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// loader is one loading on its way.
type loader struct {
	demo    Demo
	kit     *ismskit.Kit
	clock   *clock
	cfg     ismskit.Config
	blobs   ismskit.Blobs
	days    almanac
	books   *books
	renamed string
	events  []event
	cases   map[string]string // story → case
}

// event is something that happened at a moment.
type event struct {
	at   time.Time
	name string
	do   func(ctx context.Context) error
}

func (d Demo) loader(cfg ismskit.Config, start time.Time) (*loader, error) {
	if cfg.Blobs == nil {
		return nil, errors.New("the documents need Config.Blobs")
	}
	if cfg.Calendar == nil {
		cfg.Calendar = calendar.Taiwan()
	}
	if cfg.Location == nil {
		office, err := time.LoadLocation(d.agency.TimeZone)
		if err != nil {
			office = time.FixedZone(d.agency.TimeZone, 8*3600) // a host without time zone data
		}
		cfg.Location = office
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	l := &loader{
		demo: d, clock: newClock(start), cfg: cfg, blobs: cfg.Blobs, renamed: d.renamed,
		days: almanacOf(start, cfg.Calendar, cfg.Location), cases: map[string]string{},
	}
	l.cfg.Now, l.cfg.Notifier, l.cfg.Directory = l.clock.now, nil, nil
	l.books = newBooks(d.agency, l.days)
	kit, err := ismskit.New(l.cfg)
	l.kit = kit
	return l, err
}

func (l *loader) empty(ctx context.Context) error {
	people, err := l.kit.Registers().Rows(ctx, loading, register.Query{List: register.People, Limit: 1})
	if err == nil && len(people) > 0 {
		err = ErrNotEmpty
	}
	return err
}

func (l *loader) parameters() map[string]string {
	out := map[string]string{}
	for key, text := range l.demo.agency.Parameters {
		out[key] = text["zh-TW"]
	}
	return out
}

// at plans something for a moment. What is planned for the same moment happens in
// the order of planning.
func (l *loader) at(at time.Time, do func(context.Context) error, name string, args ...any) {
	l.events = append(l.events, event{at: at, do: do, name: fmt.Sprintf(name, args...)})
}

// plan puts everything that happened into the order of time: the lists come first
// of all, before the first document was issued.
func (l *loader) plan(ctx context.Context) error {
	if err := l.documents(ctx); err != nil {
		return err
	}
	first := l.events[0].at
	for _, e := range l.events {
		if e.at.Before(first) {
			first = e.at
		}
	}
	if err := l.lists(first.Add(-time.Hour)); err != nil {
		return err
	}
	for _, g := range l.books.Grants {
		if err := l.grant(g); err != nil {
			return fmt.Errorf("grant %s: %w", g.ID, err)
		}
	}
	for _, s := range slices.Concat(l.demo.agency.History, l.demo.agency.Stories) {
		if err := l.story(s); err != nil {
			return fmt.Errorf("%s: %w", s.name(), err)
		}
	}
	slices.SortStableFunc(l.events, func(a, b event) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	return nil
}

// lists enters the living lists on the first day, and deputies when they were set.
func (l *loader) lists(first time.Time) error {
	rows, err := l.books.all()
	if err != nil {
		return err
	}
	changes := make([]ismskit.RowChange, 0, len(rows))
	for _, r := range rows {
		changes = append(changes, ismskit.RowChange{List: r.list, ID: r.id, Values: r.values})
	}
	for _, d := range l.books.Deputies {
		r, set, err := l.books.deputy(d)
		if err != nil {
			return err
		}
		change := ismskit.RowChange{List: r.list, ID: r.id, Values: r.values}
		if set.none() {
			changes = append(changes, change)
			continue
		}
		at, err := l.days.time(set, "09:00")
		if err != nil {
			return err
		}
		l.at(at, func(ctx context.Context) error {
			_, err := l.kit.Registers().Put(ctx, loading, change)
			return err
		}, "deputies of %s", d.Principal)
	}
	l.at(first, func(ctx context.Context) error { return l.kit.Registers().Import(ctx, loading, changes) }, "lists")
	return nil
}

// grant enters a permission on its first day with what its end will open, and what
// was answered since.
func (l *loader) grant(row grantRow) error {
	g, from, err := l.books.grant(row)
	if err != nil {
		return err
	}
	if from.IsZero() {
		from = l.days.cal.AddWorkdays(l.days.zero, -1).To // found when accounts were compared
	}
	l.at(l.morning(from), func(ctx context.Context) error {
		_, err := l.kit.Registers().Put(ctx, loading, ismskit.RowChange{List: register.Grants, ID: g.id, Values: g.values})
		if err != nil || g.text("state") != grantActive {
			return err
		}
		return l.kit.Queue().Plan(ctx, loading, g.openings(l.clock.now(), l.days.cal, l.days.office)...)
	}, "grant %s", g.id)
	for _, s := range row.Script {
		if err := l.after(s, func() string { return g.id }); err != nil {
			return err
		}
	}
	return nil
}

// play lets everything happen in the order of time, with what comes due between.
func (l *loader) play(ctx context.Context, start time.Time) error {
	for _, e := range l.events {
		if e.at.After(start) {
			return fmt.Errorf("%s lies after the start", e.name)
		}
		if err := l.moveTo(ctx, e.at); err != nil {
			return err
		}
		if err := e.do(ctx); err != nil {
			return fmt.Errorf("%s at %s: %w", e.name, e.at.In(l.days.office).Format("2006-01-02 15:04"), err)
		}
	}
	if err := l.settle(ctx); err != nil {
		return err
	}
	return l.moveTo(ctx, start)
}

// moveTo carries out what is due up to a moment and sets the clock.
func (l *loader) moveTo(ctx context.Context, at time.Time) error {
	if err := l.kit.RunUntil(ctx, at); err != nil {
		return err
	}
	l.clock.set(at)
	return nil
}

// settle marks what people have been told so far as read: it is history when the
// demonstration begins, and no mail of it shall leave.
func (l *loader) settle(ctx context.Context) error {
	if err := l.kit.RunUntil(ctx, l.clock.now()); err != nil {
		return err
	}
	for _, p := range l.demo.agency.People {
		if err := l.read(ctx, ismskit.Actor{Person: p.ID, Channel: loading.Channel}); err != nil {
			return fmt.Errorf("notices of %s: %w", p.ID, err)
		}
	}
	return nil
}

func (l *loader) read(ctx context.Context, who ismskit.Actor) error {
	const page = 200
	f := ismskit.NoticeFilter{Limit: page}
	for {
		notices, err := l.kit.Queue().Notices(ctx, who, f)
		if err != nil || len(notices) == 0 {
			return err
		}
		ids := make([]string, len(notices))
		for i, n := range notices {
			ids[i] = n.ID
		}
		if err := l.kit.Queue().Read(ctx, who, ids...); err != nil {
			return err
		}
		last := notices[len(notices)-1]
		f.After, f.AfterID = last.Created, last.ID
	}
}
