package ismskit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// Definitions of calendars: each issue with its days, and each state of the office's
// calendar, which names an issue and says which closures counted.
const (
	definitionCalendar = "calendar"
	definitionOffice   = "office_calendar"
	officeKey          = "office"
)

// storedState is a state as its definition has it.
type storedState struct {
	Key     string      `json:"key"` // of the issue, with its version
	Version string      `json:"version"`
	Closed  []closedDay `json:"closed"`
	made    time.Time
}

// calendarStates reads the states that are not known yet.
func (k *Kit) calendarStates(ctx context.Context, tx Tx, known []*calendarState) ([]*calendarState, error) {
	n, err := countStates(ctx, tx)
	if err != nil || n == 0 {
		return known, err
	}
	// The first may have been supposed before anything was stored.
	all := slices.Clone(known)
	if len(all) <= 1 {
		all = nil
	}
	for i := len(all); i < n; i++ {
		stored, err := readState(ctx, tx, i)
		if err != nil {
			return nil, err
		}
		base, err := k.issued(ctx, tx, stored, all)
		if err != nil {
			return nil, err
		}
		all = append(all, &calendarState{n: i, base: base, closed: stored.Closed, since: stored.made})
	}
	return all, nil
}

func countStates(ctx context.Context, tx Tx) (int, error) {
	stored, err := tx.Definitions().List(ctx, definitionOffice, officeKey)
	return len(stored), err
}

func readState(ctx context.Context, tx Tx, n int) (storedState, error) {
	var s storedState
	d, err := tx.Definitions().Get(ctx, definitionOffice, officeKey, strconv.Itoa(n))
	if err != nil {
		return s, fmt.Errorf("state %d: %w", n, err)
	}
	if err := json.Unmarshal(d.Body, &s); err != nil {
		return s, fmt.Errorf("state %d: %w", n, err)
	}
	s.made = d.Created
	return s, nil
}

// issued is the issue of a calendar that a state names: the one this server was
// started with, one already read, or as it was stored.
func (k *Kit) issued(ctx context.Context, tx Tx, s storedState, known []*calendarState) (*calendar.Calendar, error) {
	is := func(c *calendar.Calendar) bool { return c.Key() == s.Key && c.Version() == s.Version }
	if is(k.cfg.Calendar) {
		return k.cfg.Calendar, nil
	}
	for _, earlier := range known {
		if is(earlier.base) {
			return earlier.base, nil
		}
	}
	d, err := tx.Definitions().Get(ctx, definitionCalendar, s.Key, s.Version)
	if err != nil {
		return nil, fmt.Errorf("issue %s %s: %w", s.Key, s.Version, err)
	}
	var days []calendar.Day
	if err := json.Unmarshal(d.Body, &days); err != nil {
		return nil, fmt.Errorf("issue %s %s: %w", s.Key, s.Version, err)
	}
	return calendar.New(s.Key, s.Version, days)
}

// startCalendar notes the issue of the calendar that this server was started with.
// One that nobody has seen yet counts from now on for everybody, and moves what is
// open; a server that still has an older one goes on with what counts. Where several
// servers start with it at once, one notes it and the others find it noted.
func (k *Kit) startCalendar(ctx context.Context, now time.Time) error {
	body, err := json.Marshal(k.cfg.Calendar.Days())
	if err != nil {
		return fmt.Errorf("calendar: %w", err)
	}
	for range maxRaces {
		if err = k.noteCalendar(ctx, body, now); !errors.Is(err, ErrConflict) {
			break
		}
	}
	if err == nil {
		k.forget()
		k.wakeAt(now)
	}
	return err
}

func (k *Kit) noteCalendar(ctx context.Context, body []byte, now time.Time) error {
	issue := k.cfg.Calendar
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		stored, err := tx.Definitions().Get(ctx, definitionCalendar, issue.Key(), issue.Version())
		switch {
		case err == nil && stored.Digest != digestOf(body):
			return fmt.Errorf("calendar %s: version %s is in force with other days; give the change a new version", issue.Key(), issue.Version())
		case err == nil:
			return nil
		case !errors.Is(err, ErrNotFound):
			return err
		}
		loaded, err := loadedDays(ctx, tx)
		if err != nil {
			return err
		}
		if len(loaded) > 0 { // what officers loaded counts beside it, and before it
			if err := putDays(ctx, tx, definitionCalendar, issue.Key(), issue.Version(), issue.Days(), now); err != nil {
				return err
			}
			for _, days := range loaded {
				if issue, err = withDays(issue, days, len(loaded)); err != nil {
					return err
				}
			}
		}
		brought := Changed{Name: ChangedCalendar + k.cfg.Calendar.Key(), From: "", To: k.cfg.Calendar.Version() + " " + hexDigest(digestOf(body))}
		event := Event{Verb: VerbPublished, Type: "system", By: k.systemSigner(), Via: viaSystem, Changes: []Changed{brought}}
		if err := k.appendEvent(ctx, tx, settingsChain, event, now); err != nil {
			return err
		}
		reason := k.text("redate.reissued", map[string]string{"version": issue.Version()})
		return k.issue(ctx, tx, issue, rowChange{reason: reason, by: k.systemSigner(), via: viaSystem, at: now})
	})
}

// issue puts an issue of the calendar in force, and has the open deadlines counted anew.
func (k *Kit) issue(ctx context.Context, tx Tx, issue *calendar.Calendar, ch rowChange) error {
	if err := putDays(ctx, tx, definitionCalendar, issue.Key(), issue.Version(), issue.Days(), ch.at); err != nil {
		return err
	}
	n, err := countStates(ctx, tx)
	if err != nil {
		return err
	}
	if n > 0 || ch.by.Person != SystemPerson {
		if err := k.noteIssue(ctx, tx, issue, ch); err != nil {
			return err
		}
	}
	return k.changeCalendar(ctx, tx, issue, ch.at)
}

// noteIssue enters in the list of calendars on which issue the office's rests: that
// is the entry on its trail, and tells the other servers.
func (k *Kit) noteIssue(ctx context.Context, tx Tx, issue *calendar.Calendar, ch rowChange) error {
	row, err := k.calendarRow(ctx, tx, "")
	if err != nil {
		return err
	}
	values, err := k.rowOrNew(row)
	if err != nil {
		return err
	}
	values["base"] = issue.Key() + " " + issue.Version()
	next, err := k.lists.Apply(row, register.Change{
		List: register.Calendars, ID: row.ID, Seen: row.Revision, Values: values, At: ch.at, By: ch.by.Person, Reason: ch.reason,
	})
	if err != nil || next.Revision == row.Revision {
		return err
	}
	return k.storeRow(ctx, tx, row, next, ch)
}

// calendarRow is the row of an agency in the list of calendars, of the house where it
// is "": one that is stored, or a new one.
func (k *Kit) calendarRow(ctx context.Context, tx Tx, agency string) (register.Row, error) {
	rows, err := tx.Registers().Rows(ctx, register.Query{List: register.Calendars})
	if err != nil {
		return register.Row{}, err
	}
	taken := map[string]bool{}
	for _, row := range rows {
		cells, err := k.lists.Cells(row)
		if err != nil {
			return register.Row{}, err
		}
		if cells.ID("agency") == agency {
			return row, nil
		}
		taken[row.ID] = true
	}
	id := officeKey
	if agency != "" {
		id = agency
	}
	for taken[id] {
		id += ".1"
	}
	return register.Row{List: register.Calendars, ID: id}, nil
}

// rowOrNew are the fields of a row, or those that a new one begins with.
func (k *Kit) rowOrNew(row register.Row) (forms.Values, error) {
	if row.Revision > 0 {
		return k.lists.Values(row)
	}
	title := k.texts("calendar.title")
	return forms.Values{"title": title["zh-TW"], "title_en": title["en"]}, nil
}

// changeCalendar makes a further state of the office's calendar of what the list of
// calendars now says, and has the open deadlines counted anew, in one transaction
// with what changed it. Where nothing that counts has changed it does nothing. A nil
// issue leaves that as it is.
func (k *Kit) changeCalendar(ctx context.Context, tx Tx, issue *calendar.Calendar, now time.Time) error {
	n, err := countStates(ctx, tx)
	if err != nil {
		return err
	}
	last := storedState{Key: k.cfg.Calendar.Key(), Version: k.cfg.Calendar.Version()}
	if n > 0 {
		if last, err = readState(ctx, tx, n-1); err != nil {
			return err
		}
	} else if err := k.putState(ctx, tx, 0, last, now); err != nil {
		return err
	} else {
		n = 1
	}
	next := last
	if issue != nil {
		next.Key, next.Version = issue.Key(), issue.Version()
	}
	if next.Closed, err = k.closedDays(ctx, tx); err != nil {
		return err
	}
	if next.Key == last.Key && next.Version == last.Version && slices.Equal(next.Closed, last.Closed) {
		return nil
	}
	if err := k.putState(ctx, tx, n, next, now); err != nil {
		return err
	}
	return enqueue(ctx, tx, now, redateJobs(n, now)...)
}

func (k *Kit) putState(ctx context.Context, tx Tx, n int, s storedState, now time.Time) error {
	body, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return tx.Definitions().Put(ctx, Definition{
		Kind: definitionOffice, Key: officeKey, Version: strconv.Itoa(n), Digest: digestOf(body), Body: body, Created: now,
	})
}
