package ismskit

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
)

// Held says that somebody had a role on a day, on whose order, and who entered it.
type Held struct {
	directory.Tenure
	// Holder is the person as of that day; zero where the post was vacant.
	Holder directory.Holder
	// Unit is set where he had it as head of a unit.
	Unit string
	// By entered it, at Entered, for Reason, of a unit's head among the holders of his post; all
	// are zero where it rests on no entry of a list, as with a directory of the host's own.
	By      string
	Entered time.Time
	Reason  string
	// Removed is true where the list said so on that day, and says so no longer: the entry
	// has been taken out since, or was given an earlier end.
	Removed bool
}

// HeldOn says who had a role on a day: by the list of today, and by what the list said on
// that day, where an entry has been taken out since. row is Role.Row; ErrNotFound.
func (p People) HeldOn(ctx context.Context, actor Actor, row string, on calendar.Date) ([]Held, error) {
	p.k = p.k.once()
	port, _, err := p.roster(ctx, actor)
	if err != nil {
		return nil, err
	}
	roles, err := port.AllRoles(ctx)
	if err != nil {
		return nil, fmt.Errorf("ismskit: directory: %w", err)
	}
	at := on.Start(p.k.location).Add(12 * time.Hour)
	for _, role := range roles {
		if role.Row == row {
			return p.heldOn(ctx, port, role, at)
		}
	}
	return nil, ErrNotFound
}

func (p People) heldOn(ctx context.Context, port Roster, role directory.Role, at time.Time) ([]Held, error) {
	then, entered, err := p.entered(ctx, register.Roles, role.Row, at)
	if err != nil {
		return nil, err
	}
	var out []Held
	add := func(h Held) error {
		for _, e := range entered {
			if same(e.Tenure, h.Tenure) {
				h.By, h.Entered, h.Reason = e.By, e.Entered, e.Reason
			}
		}
		var err error
		h.Holder, err = p.memberOf(ctx, h.Tenure, at)
		out = append(out, h)
		return err
	}
	for _, t := range role.Members {
		if inForce(t, at) {
			if err := add(Held{Tenure: t}); err != nil {
				return nil, err
			}
		}
	}
	for _, t := range then {
		if inForce(t, at) && !slices.ContainsFunc(out, func(h Held) bool { return same(h.Tenure, t) }) {
			if err := add(Held{Tenure: t, Removed: true}); err != nil {
				return nil, err
			}
		}
	}
	for _, unit := range role.Units {
		heads, _, err := port.HeadOf(ctx, unit, at)
		if err != nil {
			return nil, fmt.Errorf("ismskit: directory: %w", err)
		}
		for _, h := range heads {
			held, err := p.headOn(ctx, h, at)
			if err != nil {
				return nil, err
			}
			held.Unit = unit
			out = append(out, held)
		}
	}
	return out, nil
}

// headOn is who heads a unit, by the post that he had then: on whose order he got it, and who
// entered that.
func (p People) headOn(ctx context.Context, h directory.Holder, at time.Time) (Held, error) {
	out := Held{Tenure: directory.Tenure{Person: h.Person}, Holder: h}
	_, entered, err := p.entered(ctx, register.Posts, h.Post, at)
	for _, e := range entered {
		if e.Person == h.Person && inForce(e.Tenure, at) {
			out.Tenure, out.By, out.Entered, out.Reason = e.Tenure, e.By, e.Entered, e.Reason
		}
	}
	return out, err
}

// tenureTables are the tables of lists that say who has what, for how long and on whose order.
var tenureTables = map[string]string{register.Roles: "members", register.Posts: "holders"}

// entered are the members of a role, or the holders of a post, by the list as it was at a
// moment, and who first entered each that it ever had.
func (p People) entered(ctx context.Context, list, row string, at time.Time) (then []directory.Tenure, first []Held, err error) {
	if _, ok := p.k.lists.List(list); !ok || row == "" {
		return nil, nil, nil
	}
	var history []register.Row
	err = p.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Registers().History(ctx, list, row)
		history = found
		return err
	})
	if err != nil {
		return nil, nil, ignoreNotFound(err)
	}
	for _, revision := range history {
		cells, err := p.k.lists.Cells(revision)
		if err != nil {
			return nil, nil, err
		}
		var now []directory.Tenure
		for _, c := range cells.Rows(tenureTables[list]) {
			t := directory.Tenure{Person: c.ID("person"), Post: c.ID("post"), Basis: c.Text("basis")}
			t.From, t.To = c.Span("from", "to", p.k.location)
			now = append(now, t)
			if slices.ContainsFunc(first, func(h Held) bool { return same(h.Tenure, t) }) {
				continue
			}
			h := Held{Tenure: t, Entered: revision.ChangedAt, Reason: revision.Reason, By: say(p.k.cfg.Lang, "system", nil)}
			if revision.ChangedBy != SystemPerson {
				by, err := p.holder(ctx, revision.ChangedBy)
				if err != nil {
					return nil, nil, err
				}
				h.By = by.Name
			}
			first = append(first, h)
		}
		if !revision.ChangedAt.After(at) {
			then = now
		}
	}
	return then, first, nil
}

// same says whether two are the same entry, whatever its end.
func same(a, b directory.Tenure) bool {
	return a.Person == b.Person && a.Post == b.Post && a.From.Equal(b.From)
}
