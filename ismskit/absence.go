package ismskit

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
)

// AbsenceState says where an entry of the list of deputies stands.
type AbsenceState string

// States of an entry.
const (
	AbsenceNow       AbsenceState = "now"
	AbsenceComing    AbsenceState = "coming"
	AbsenceEnded     AbsenceState = "ended"
	AbsenceCancelled AbsenceState = "cancelled" // taken back before it began; it has no To
	AbsenceStanding  AbsenceState = "standing"  // the usual deputies, as long as they are not ended
)

// AbsenceView is an entry of the list of deputies for people.
type AbsenceView struct {
	ID        string
	Principal directory.Holder
	Deputies  []directory.Holder // in order; none: the standing ones act
	From, To  time.Time
	Reason    string
	Scope     string        // in words, as whoever keeps the list wrote them
	Limits    []DeputyLimit // the parts in which the deputies act; none for everything
	State     AbsenceState
	Acting    directory.Holder // who acts now, zero where it is not now or nobody can
	SetBy     directory.Holder
	SetAt     time.Time
	MayEnd    bool
}

// Absences lists the entries of the list of deputies with the people by name:
// those that concern a person, as principal or as deputy, or everybody's for "".
// What is now comes first, then what comes, the standing ones, and what has ended,
// newest first.
func (p People) Absences(ctx context.Context, actor Actor, person string) ([]AbsenceView, error) {
	p.k = p.k.once()
	q := register.Query{List: register.Deputies}
	if person != "" {
		q.Keys = []string{register.Key("principal", person), register.Key("ordered", person)}
	}
	rows, err := p.k.Registers().Rows(ctx, actor, q)
	if err != nil {
		return nil, err
	}
	manages, err := p.MayManage(ctx, actor)
	if err != nil {
		return nil, err
	}
	now := p.k.moment()
	out := make([]AbsenceView, 0, len(rows))
	for _, row := range rows {
		v, err := p.absence(ctx, row, now)
		if err != nil {
			return nil, err
		}
		v.MayEnd = !v.State.Over() && (manages || v.Principal.Person == actor.Person)
		out = append(out, v)
	}
	slices.SortStableFunc(out, func(a, b AbsenceView) int {
		if a.State != b.State {
			return cmp.Compare(a.State.rank(), b.State.rank())
		}
		if a.State.Over() {
			return cmp.Or(b.To.Compare(a.To), b.From.Compare(a.From))
		}
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Principal.Person, b.Principal.Person))
	})
	return out, nil
}

func (s AbsenceState) rank() int {
	return slices.Index([]AbsenceState{AbsenceNow, AbsenceComing, AbsenceStanding, AbsenceEnded, AbsenceCancelled}, s)
}

// Over says whether an entry concerns nobody any more.
func (s AbsenceState) Over() bool { return s == AbsenceEnded || s == AbsenceCancelled }

func (p People) absence(ctx context.Context, row register.Row, now time.Time) (AbsenceView, error) {
	cells, err := p.k.lists.Cells(row)
	if err != nil {
		return AbsenceView{}, err
	}
	v := AbsenceView{ID: row.ID, From: row.From, To: row.To, Reason: cells.Text("reason"), Scope: cells.Text("scope_text"), Limits: limitsIn(cells), State: stateOfAbsence(row, now)}
	if v.Principal, err = p.holder(ctx, cells.ID("principal")); err != nil {
		return AbsenceView{}, err
	}
	for _, id := range cells.IDs("ordered") {
		h, err := p.holder(ctx, id)
		if err != nil {
			return AbsenceView{}, err
		}
		v.Deputies = append(v.Deputies, h)
	}
	if v.SetBy, err = p.holder(ctx, cells.ID("set_by")); err != nil {
		return AbsenceView{}, err
	}
	v.SetAt = row.ChangedAt
	if v.State == AbsenceCancelled {
		v.To = time.Time{}
	}
	if v.State == AbsenceNow {
		v.Acting, err = p.actingFor(ctx, v.Principal.Person, row.ID, within(v.Limits), now)
	}
	return v, err
}

func stateOfAbsence(row register.Row, now time.Time) AbsenceState {
	switch {
	case !row.To.IsZero() && !row.From.Before(row.To):
		return AbsenceCancelled
	case row.Over(now):
		return AbsenceEnded
	case row.From.IsZero():
		return AbsenceStanding
	case now.Before(row.From):
		return AbsenceComing
	}
	return AbsenceNow
}

// actingFor is who may act for a principal now because of an entry, or of his
// standing deputies where the entry names none who is there.
func (p People) actingFor(ctx context.Context, principal, entry string, in directory.Scope, now time.Time) (directory.Holder, error) {
	port, ok := p.k.directory.(Deputising)
	if !ok {
		return directory.Holder{}, nil
	}
	deputies, err := port.Deputies(ctx, principal, now, in)
	if err != nil {
		return directory.Holder{}, fmt.Errorf("ismskit: directory: %w", err)
	}
	i := slices.IndexFunc(deputies, func(d directory.Deputy) bool { return d.Entry == entry })
	if i < 0 {
		i = slices.IndexFunc(deputies, func(d directory.Deputy) bool { return d.Standing })
	}
	if i < 0 {
		return directory.Holder{}, nil
	}
	return deputies[i].Holder, nil
}
