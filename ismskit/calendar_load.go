package ismskit

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// definitionLoaded are the days of calendars that officers loaded, counted from 1.
const definitionLoaded = "calendar_days"

// CalendarInForce is what the office's calendar holds.
type CalendarInForce struct {
	Version string
	Last    int // the last year, AD, of which it holds every day; 0 for none
	// Wanted is the year that should be loaded by now and is not, 0 for none: terms
	// that reach into it are estimates (暫估, U12).
	Wanted int
}

// LoadedDays is what loading a calendar would change.
type LoadedDays struct {
	Moves
	// Days are those that differ from what counts now, in order: a year that is new
	// differs in all of its days.
	Days []calendar.Day
}

// Calendar says what the office's calendar holds, for everybody in the house.
func (c Closures) Calendar(ctx context.Context, actor Actor) (CalendarInForce, error) {
	c.k = c.k.once()
	if err := c.k.Registers().mayRead(ctx, actor, register.Calendars); err != nil {
		return CalendarInForce{}, err
	}
	if err := c.k.freshen(ctx); err != nil {
		return CalendarInForce{}, err
	}
	known, _, _ := c.k.office.states()
	base := known.last().base
	return CalendarInForce{Version: base.Version(), Last: base.Last(), Wanted: base.Wanted(calendar.DateOf(c.k.moment().In(c.k.location)))}, nil
}

// PreviewLoad says what loading a calendar would change: an uploaded file, as the
// personnel administration publishes it (calendar.ReadCSV, calendar.ReadJSON). What is
// wrong with it is forms.Invalid at file, with the line.
func (c Closures) PreviewLoad(ctx context.Context, actor Actor, file forms.File) (LoadedDays, error) {
	c.k = c.k.once()
	if err := c.allow(ctx, actor); err != nil {
		return LoadedDays{}, err
	}
	days, err := c.daysOf(ctx, actor, file)
	if err != nil {
		return LoadedDays{}, err
	}
	out := LoadedDays{}
	out.Moves, err = c.moves(ctx, actor, func(last *calendarState) (*calendarState, error) {
		if out.Days = last.base.Differing(days); len(out.Days) == 0 {
			return nil, numberFault("file", "calendar.same", nil)
		}
		base, err := withDays(last.base, days, 1)
		return &calendarState{n: last.n + 1, base: base, closed: last.closed}, err
	})
	return out, err
}

// Load lays the days of a file over the office's calendar, and has what PreviewLoad
// showed carried out. seen is Moves.Seen; where the calendar has changed since it is
// ErrConflict. A calendar that a later program brings counts for the days that nobody
// loaded.
func (c Closures) Load(ctx context.Context, actor Actor, file forms.File, seen int) error {
	c.k = c.k.once()
	if err := c.allow(ctx, actor); err != nil {
		return err
	}
	by, err := c.k.byline(ctx, actor)
	if err != nil {
		return err
	}
	days, err := c.daysOf(ctx, actor, file)
	if err != nil {
		return err
	}
	k, now := c.k, c.k.moment()
	err = k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		if err := alone(ctx, tx, aloneClosures); err != nil {
			return err
		}
		base, err := k.baseInForce(ctx, tx)
		if err != nil {
			return err
		}
		if len(base.Differing(days)) == 0 {
			return nil // a double click, or an answer that was lost
		}
		if err := sees(ctx, tx, seen); err != nil {
			return err
		}
		loaded, err := loadedDays(ctx, tx)
		if err != nil {
			return err
		}
		if err := putDays(ctx, tx, definitionLoaded, officeKey, strconv.Itoa(len(loaded)+1), days, now); err != nil {
			return err
		}
		issue, err := withDays(base, days, len(loaded)+1)
		if err != nil {
			return err
		}
		reason := k.text("redate.reissued", map[string]string{"version": issue.Version()})
		return k.issue(ctx, tx, issue, rowChange{reason: reason, by: by, via: actor.Channel, at: now})
	})
	if err == nil {
		k.forget()
		k.wakeAt(now) // deadlines move with it
	}
	return err
}

// daysOf reads an uploaded calendar.
func (c Closures) daysOf(ctx context.Context, actor Actor, file forms.File) (days []calendar.Day, err error) {
	found := false
	err = c.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		file, found, err = uploadOf(ctx, tx, actor, file.Digest, c.k.moment())
		return err
	})
	if err != nil {
		return nil, err
	}
	if !found || c.k.cfg.Blobs == nil {
		return nil, numberFault("file", "calendar.no_file", nil)
	}
	body, err := c.k.cfg.Blobs.Open(ctx, file.Digest)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	text := bufio.NewReader(body)
	head, err := text.Peek(64)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	read := calendar.ReadCSV
	if bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n"), []byte("{")) {
		read = calendar.ReadJSON
	}
	days, err = read(text)
	if fault, ok := errors.AsType[*calendar.SourceError](err); ok {
		return nil, sourceFault(fault)
	}
	return days, err
}

// sourceFault says where a calendar can't be read.
func sourceFault(fault *calendar.SourceError) error {
	return forms.Invalid{{Field: "file", Code: fault.Code, Text: sayAll(fault.Code, func(lang string) map[string]string {
		params := map[string]string{"text": fault.Text, "at": ""}
		if fault.Line > 0 {
			params["at"] = say(lang, "calendar.at", map[string]string{"line": strconv.Itoa(fault.Line)})
		}
		return params
	})}}
}

// baseInForce is the calendar that counts, without closures.
func (k *Kit) baseInForce(ctx context.Context, tx Tx) (*calendar.Calendar, error) {
	n, err := countStates(ctx, tx)
	if err != nil || n == 0 {
		return k.cfg.Calendar, err
	}
	last, err := readState(ctx, tx, n-1)
	if err != nil {
		return nil, err
	}
	return k.issued(ctx, tx, last, nil)
}

// loadedDays are the lists that officers loaded, oldest first.
func loadedDays(ctx context.Context, tx Tx) ([][]calendar.Day, error) {
	stored, err := tx.Definitions().List(ctx, definitionLoaded, officeKey)
	if err != nil {
		return nil, err
	}
	out := make([][]calendar.Day, len(stored))
	for i := range stored {
		d, err := tx.Definitions().Get(ctx, definitionLoaded, officeKey, strconv.Itoa(i+1))
		if err != nil {
			return nil, fmt.Errorf("loaded calendar %d: %w", i+1, err)
		}
		if err := json.Unmarshal(d.Body, &out[i]); err != nil {
			return nil, fmt.Errorf("loaded calendar %d: %w", i+1, err)
		}
	}
	return out, nil
}

// withDays lays days over a calendar; n counts what was loaded up to then and is part of
// the issue's version.
func withDays(base *calendar.Calendar, days []calendar.Day, n int) (*calendar.Calendar, error) {
	version, _, _ := strings.Cut(base.Version(), "+")
	return calendar.New(base.Key(), version+"+"+strconv.Itoa(n), calendar.Merge(base.Days(), days))
}

func putDays(ctx context.Context, tx Tx, kind, key, version string, days []calendar.Day, now time.Time) error {
	body, err := json.Marshal(days)
	if err != nil {
		return err
	}
	return tx.Definitions().Put(ctx, Definition{Kind: kind, Key: key, Version: version, Digest: digestOf(body), Body: body, Created: now})
}

// calendarWanted tells those who look after the calendar, once a month, that a year is
// missing (U12).
func (k *Kit) calendarWanted(ctx context.Context, at time.Time) error {
	known, _, _ := k.office.states()
	today := calendar.DateOf(at.In(k.location))
	year := known.last().base.Wanted(today)
	if year == 0 {
		return nil
	}
	list, _ := k.lists.List(register.Calendars)
	var roles []string
	for _, role := range list.Owner.Roles {
		roles = append(roles, role.Module+"/"+role.Role)
	}
	shown := year
	if k.locale().Minguo() {
		shown = calendar.Date{Year: year}.ROCYear()
	}
	params := map[string]string{"year": strconv.Itoa(shown)}
	return k.tellRoles(ctx, roles, ruleCalendar, fmt.Sprintf("%d|%04d-%02d", year, today.Year, today.Month), params, at)
}
