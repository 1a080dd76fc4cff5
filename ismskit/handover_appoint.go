package ismskit

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
)

// appoint carries an appointment out. What has been written is there already in a second
// try.
func (k *Kit) appoint(ctx context.Context, job Job) error {
	var a Appoint
	if err := json.Unmarshal(job.Payload, &a); err != nil {
		return fmt.Errorf("ismskit: job %s: %w", job.Key, err)
	}
	sheet, err := k.take(ctx, job.Subject)
	if err != nil {
		return err
	}
	who, err := k.anybody(ctx, a.Person)
	if err != nil {
		return err
	}
	reason := k.text("handover.reason", map[string]string{"number": sheet.row.Number, "name": who.Name})
	stands, err := k.appointNow(ctx, a, reason)
	if errors.Is(err, errLookAgain) {
		return k.again(ctx, job, k.moment().Add(exchangePause))
	}
	if err == nil && stands.Post == "" {
		unit, err := k.Registers().stored(ctx, register.Units, a.Unit)
		if err != nil {
			return err
		}
		name, err := k.lists.Title(unit, k.cfg.Lang)
		if err != nil {
			return err
		}
		params := map[string]string{"name": who.Name, "number": sheet.row.Number, "unit": name}
		if err := k.tellRoles(ctx, k.cfg.Rights.ManagePeople, rulePostWanted, sheet.row.ID, params, k.moment()); err != nil {
			return err
		}
	}
	var left []NotHanded
	if refusedForGood(err) {
		left, err = []NotHanded{{
			Key: keyMove, What: sayAll("handover.move", func(string) map[string]string { return map[string]string{"name": who.Name} }), Why: whyNot(err),
			Over: forGood(err),
		}}, nil
	}
	if err != nil {
		return err
	}
	return k.noteNotHanded(ctx, sheet.row.ID, tried{part: isMove, left: left, passed: map[string]bool{keyMove: true}, settle: k.sheetSettled(job, left)})
}

// errLookAgain: who holds the post hands it over by a sheet that is due at the same moment,
// or has come to it since it was looked at.
var errLookAgain = errors.New("ismskit: the post is another's for the moment")

// An appointment lets such a sheet go first, and looks again after exchangePause. One that
// fails and is not tried within exchangeWait is not waited for: why nobody is appointed
// is told.
const (
	exchangePause = time.Minute
	exchangeWait  = time.Hour
)

// Faults of an appointment that no later day mends.
const (
	moverGone      = "handover.not_here"
	moverElsewhere = "handover.elsewhere"
)

// forGood says whether an appointment was refused for a reason that stays.
func forGood(err error) bool {
	invalid, _ := errors.AsType[forms.Invalid](err)
	return slices.ContainsFunc(invalid, func(f forms.Fault) bool { return f.Code == moverGone || f.Code == moverElsewhere })
}

func moveFault(code string) error {
	return forms.Invalid{{Code: code, Text: sayAll(code, func(string) map[string]string { return nil })}}
}

// appointNow enters somebody in his unit and post, with an entry in the history of each, and
// returns where he is then.
func (k *Kit) appointNow(ctx context.Context, a Appoint, reason string) (Standing, error) {
	if _, err := k.person(ctx, a.Person, k.moment()); errors.Is(err, ErrForbidden) {
		return Standing{}, moveFault(moverGone)
	} else if err != nil {
		return Standing{}, err
	}
	mover, err := k.Registers().stored(ctx, register.People, a.Person)
	if err != nil {
		return Standing{}, err
	}
	values, err := k.lists.Values(mover)
	if err != nil {
		return Standing{}, err
	}
	if a.overtaken(standingOf(values)) {
		return Standing{}, moveFault(moverElsewhere)
	}
	faults, err := k.appointFaults(ctx, a, func(holder string) (bool, error) {
		first, err := k.handsOverBefore(ctx, holder, a.From, k.moment().Add(exchangeWait))
		if err == nil && first {
			err = errLookAgain
		}
		return false, err
	})
	if err = cmp.Or(err, faults.Err()); err != nil {
		return Standing{}, err
	}
	now, err := k.enter(ctx, a, reason)
	if err == nil && a.Post != "" {
		err = k.giveNewPost(ctx, a, reason)
	}
	return now, err
}

// enter puts somebody in his unit and post in the list of people. It comes before the post
// has him: who was entered elsewhere in between has it not.
func (k *Kit) enter(ctx context.Context, a Appoint, reason string) (Standing, error) {
	now, elsewhere := Standing{}, false
	var failed error
	err := k.changeRow(ctx, register.People, a.Person, reason, func(v forms.Values) bool {
		now = standingOf(v)
		before := now
		if elsewhere = a.overtaken(now); elsewhere {
			return false
		}
		now.Unit = a.Unit
		if a.Post != "" {
			now.Post = a.Post
		} else if now.Post, failed = k.postIn(ctx, now.Post, a.Unit); failed != nil {
			return false
		}
		v["unit"] = forms.Ref{List: "unit", ID: now.Unit}
		if delete(v, "post"); now.Post != "" {
			v["post"] = forms.Ref{List: "register/" + register.Posts, ID: now.Post}
		}
		return now != before
	})
	if elsewhere {
		failed = moveFault(moverElsewhere)
	}
	return now, cmp.Or(failed, err)
}

// postIn is a post where it is one of a unit, else none: nobody keeps one of the unit he
// leaves.
func (k *Kit) postIn(ctx context.Context, post, unit string) (string, error) {
	if post == "" {
		return "", nil
	}
	row, err := k.Registers().stored(ctx, register.Posts, post)
	if err != nil || row.Revision == 0 {
		return "", err
	}
	cells, err := k.lists.Cells(row)
	if err != nil || cells.ID("unit") != unit {
		return "", err
	}
	return post, nil
}

// giveNewPost puts somebody among the holders of his new post, unless he holds it on the
// day already. One that heads a unit is not given beside somebody who came to it since it
// was looked at: the next try tells.
func (k *Kit) giveNewPost(ctx context.Context, a Appoint, reason string) error {
	post, err := k.Registers().stored(ctx, register.Posts, a.Post)
	if err != nil {
		return err
	}
	unit, err := k.Registers().stored(ctx, register.Units, a.Unit)
	if err != nil {
		return err
	}
	heads, err := k.headsUnit(post, unit)
	if err != nil {
		return err
	}
	var failed error
	err = k.changeRow(ctx, register.Posts, a.Post, reason, func(v forms.Values) bool {
		rows, _ := v["holders"].([]forms.Row)
		var holders []string
		for _, row := range rows {
			ref, _ := row["person"].(forms.Ref)
			if d := daysOf(row); !d.from.After(a.From) && (d.to.IsZero() || !d.to.Before(a.From)) {
				holders = append(holders, ref.ID)
			}
		}
		if slices.Contains(holders, a.Person) {
			return false
		}
		if heads {
			others, err := k.othersThere(ctx, holders, a.Person, a.From.Start(k.location))
			if failed = err; err == nil && others {
				failed = errLookAgain
			}
			if failed != nil {
				return false
			}
		}
		v["holders"] = append(slices.Clone(rows), forms.Row{forms.RowID: forms.NewRowID(), "person": peopleRef(a.Person), "from": a.From, "basis": reason})
		return true
	})
	return cmp.Or(failed, err)
}
