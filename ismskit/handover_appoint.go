package ismskit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
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
	if errors.Is(err, errHandsOverFirst) {
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

// errHandsOverFirst: who holds the post hands it over by a sheet that is due at the same
// moment.
var errHandsOverFirst = errors.New("ismskit: the holder's sheet comes first")

// exchangePause is how long an appointment lets such a sheet go first.
const exchangePause = time.Minute

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
		first, err := k.handsOverBefore(ctx, holder, a.From)
		if err == nil && first {
			err = errHandsOverFirst
		}
		return false, err
	})
	if err == nil {
		err = faults.Err()
	}
	if err == nil && a.Post != "" {
		err = k.giveNewPost(ctx, a, reason)
	}
	if err != nil {
		return Standing{}, err
	}
	now := Standing{}
	err = k.changeRow(ctx, register.People, a.Person, reason, func(v forms.Values) bool {
		if now = standingOf(v); a.overtaken(now) {
			return false // between the look above and now
		}
		before := now
		switch {
		case a.Post != "":
			now.Post = a.Post
		case a.Was == nil || now.Post == a.Was.Post && now.Unit != a.Unit:
			now.Post = "" // of the unit he leaves
		}
		now.Unit = a.Unit
		v["unit"] = forms.Ref{List: "unit", ID: now.Unit}
		if delete(v, "post"); now.Post != "" {
			v["post"] = forms.Ref{List: "register/" + register.Posts, ID: now.Post}
		}
		return now != before
	})
	return now, err
}

// giveNewPost puts somebody among the holders of his new post, unless he holds it on the
// day already.
func (k *Kit) giveNewPost(ctx context.Context, a Appoint, reason string) error {
	return k.changeRow(ctx, register.Posts, a.Post, reason, func(v forms.Values) bool {
		rows, _ := v["holders"].([]forms.Row)
		there := func(row forms.Row) bool {
			ref, _ := row["person"].(forms.Ref)
			from, begins := row["from"].(calendar.Date)
			to, ends := row["to"].(calendar.Date)
			return ref.ID == a.Person && (!begins || !from.After(a.From)) && (!ends || !to.Before(a.From))
		}
		if slices.ContainsFunc(rows, there) {
			return false
		}
		v["holders"] = append(slices.Clone(rows), forms.Row{forms.RowID: forms.NewRowID(), "person": peopleRef(a.Person), "from": a.From, "basis": reason})
		return true
	})
}
