package ismskit

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
)

// Absence names who acts for somebody in a period. Deputies are in order; empty
// ones leave it to the standing deputies, who must be there. A zero period is a
// standing entry.
type Absence struct {
	Principal string   // "" is the actor himself, where nothing is Unread there
	Deputies  []string // "" is a place left empty
	From, To  time.Time
	Reason    string
	// Limits are the parts in which the deputies act; none is everything, and says that the
	// principal is away.
	Limits []DeputyLimit
	// Long says that a period of more than a year is meant: without it such a one is
	// refused at its end, for a year mistyped would let a deputy sign for many.
	Long bool
	// Unread is what of it could not be read, at the fields of the list of deputies
	// (principal, ordered with the place as part, from, to): it is refused together
	// with whatever else is wrong.
	Unread forms.Invalid
}

// named are the deputies without the places left empty.
func (a Absence) named() []string {
	return slices.DeleteFunc(slices.Clone(a.Deputies), func(id string) bool { return id == "" })
}

// placed are faults at deputies by the places they were given in.
func (a Absence) placed(invalid forms.Invalid) forms.Invalid {
	out := slices.Clone(invalid)
	for i, f := range out {
		n, err := strconv.Atoi(f.Part)
		if f.Field != "ordered" || err != nil {
			continue
		}
		for at, id := range a.Deputies {
			if id == "" {
				continue
			}
			if n--; n == 0 {
				out[i].Part = strconv.Itoa(at + 1)
			}
		}
	}
	return out
}

// SetAbsence enters an absence with its deputies: one's own, or anybody's with
// Rights.ManagePeople. The period never begins in the past, and where the Directory
// is no Deputising nobody could act. Everything that is wrong is one forms.Invalid.
func (p People) SetAbsence(ctx context.Context, actor Actor, a Absence) (register.Row, error) {
	p.k = p.k.once()
	switch unread := len(a.Unread.At("principal")) > 0; {
	case unread:
		a.Principal = "" // somebody else, nobody knows who
	case a.Principal == "":
		a.Principal = actor.Person
	}
	if err := p.mayDeputise(ctx, actor, a.Principal); err != nil {
		return register.Row{}, err
	}
	c := RowChange{List: register.Deputies, ID: uuid.Must(uuid.NewV7()).String(), Values: p.absenceValues(actor, a), Reason: a.Reason, Long: a.Long}
	wrong, err := p.absenceWrong(ctx, actor, a, c)
	if err == nil {
		form, _ := p.k.lists.Form(register.Deputies)
		err = form.InOrder(wrong).Err()
	}
	if err != nil {
		return register.Row{}, err
	}
	return p.k.Registers().change(ctx, actor, c)
}

func (p People) absenceValues(actor Actor, a Absence) forms.Values {
	values := forms.Values{"set_at": p.k.moment()}
	if a.Principal != "" {
		values["principal"] = peopleRef(a.Principal)
	}
	if !actor.system {
		values["set_by"] = peopleRef(actor.Person)
	}
	var deputies []forms.Ref
	for _, id := range a.named() {
		deputies = append(deputies, peopleRef(id))
	}
	if len(deputies) > 0 {
		values["ordered"] = deputies
	}
	from, to := a.From, a.To
	// An end that could not be read is taken to fit the other.
	if !from.IsZero() && len(a.Unread.At("to")) > 0 {
		to = from.Add(time.Minute)
	}
	if !to.IsZero() && len(a.Unread.At("from")) > 0 {
		from = to.Add(-time.Minute)
	}
	if len(a.Limits) > 0 {
		values["limits"] = limitRows(a.Limits)
	}
	if !from.IsZero() {
		values["from"] = from.UTC()
	}
	if !to.IsZero() {
		values["to"] = to.UTC()
	}
	if a.Reason != "" {
		values["reason"] = a.Reason
	}
	return values
}

// absenceWrong is everything that is wrong with an absence; nothing is written.
func (p People) absenceWrong(ctx context.Context, actor Actor, a Absence, c RowChange) (forms.Invalid, error) {
	k := p.k
	_, _, _, err := k.Registers().next(ctx, actor, c)
	invalid, refused := errors.AsType[forms.Invalid](err)
	if err != nil && !refused {
		return nil, err
	}
	unknown, err := k.limitsWrong(ctx, a.Limits, nil)
	if err != nil {
		return nil, err
	}
	invalid = invalid.With(unknown)
	wrong := a.Unread.With(a.placed(invalid))
	if len(a.Unread.At("principal")) > 0 {
		return wrong, nil // nobody knows whose others to look at, nor whom deputies are compared with
	}
	now := absence{principal: a.Principal, name: a.Principal, deputies: a.named(), undated: len(a.Unread.At("from"))+len(a.Unread.At("to")) > 0}
	now.long, now.limits = a.Long, a.Limits
	now.row = register.Row{ID: c.ID, From: a.From, To: a.To}
	if who, err := p.holder(ctx, a.Principal); err != nil {
		return nil, err
	} else if who.Name != "" {
		now.name = who.Name
	}
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		beside, err := k.absenceWrong(ctx, tx, now)
		if err == nil {
			wrong = a.Unread.With(a.placed(invalid)).With(a.placed(beside))
		}
		return err
	})
	return wrong, err
}

// EndAbsence ends one now, usual deputies too; one that has not begun never will, and one
// that is over stays as it ended. The state says which of these it came to: ended or
// cancelled. ErrConflict where somebody else changed it at the same moment.
func (p People) EndAbsence(ctx context.Context, actor Actor, id string) (AbsenceState, error) {
	p.k = p.k.once()
	k := p.k
	row, err := k.Registers().stored(ctx, register.Deputies, id)
	if err != nil {
		return "", err
	}
	if row.Revision == 0 {
		return "", ErrNotFound
	}
	values, err := k.lists.Values(row)
	if err != nil {
		return "", err
	}
	principal, _ := values["principal"].(forms.Ref)
	if err := p.mayDeputise(ctx, actor, principal.ID); err != nil {
		return "", err
	}
	now := k.moment()
	if state := stateOfAbsence(row, now); state.Over() {
		return state, nil
	}
	values = values.Clone()
	values["to"] = now
	if from, ok := values["from"].(time.Time); ok && from.After(now) {
		values["to"] = from
	}
	row, err = k.Registers().change(ctx, actor, RowChange{List: register.Deputies, ID: id, Seen: row.Revision, Values: values})
	if err != nil {
		return "", err
	}
	return stateOfAbsence(row, now), nil
}

func (p People) mayDeputise(ctx context.Context, actor Actor, principal string) error {
	if actor.system || actor.Person == principal && actor.Person != "" {
		return nil
	}
	return p.k.allow(ctx, actor, p.k.cfg.Rights.ManagePeople)
}
