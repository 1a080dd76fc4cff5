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
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// Transfer names the fields of a Handover that say where he goes who stays in the house (調任).
type Transfer struct {
	Unit string `json:"unit"` // unit field
	Post string `json:"post"` // ref field into the posts; empty where it is not known yet
	From string `json:"from"` // date field: the day he starts there
}

// Appoint puts somebody who moves into his new unit and post (到職) when the day comes, in
// actions of the system. What stands against it by then is on the sheet's trail, and it is
// tried again every day.
type Appoint struct {
	Person string
	Unit   string
	Post   string        // "" where it is not known yet: whoever keeps the people is told
	From   calendar.Date // the day he starts
	// Was is where the list of people had him when the sheet took effect; somebody who is
	// entered elsewhere by the day is left there. Nil in jobs of older sheets.
	Was *Standing `json:",omitempty"`
}

// Standing is the unit and the main post of somebody in the list of people.
type Standing struct{ Unit, Post string }

func standingOf(v forms.Values) Standing {
	unit, _ := v["unit"].(forms.Ref)
	post, _ := v["post"].(forms.Ref)
	return Standing{Unit: unit.ID, Post: post.ID}
}

// overtaken says that somebody was entered elsewhere by hand since the sheet took effect.
// The post that he had may have passed to his successor meanwhile.
func (a Appoint) overtaken(now Standing) bool {
	if a.Was == nil {
		return false
	}
	return now.Unit != a.Was.Unit && now.Unit != a.Unit || now.Post != "" && now.Post != a.Was.Post && a.Post != "" && now.Post != a.Post
}

func (a Appoint) describe() string {
	return "appoint " + a.Person + " in " + a.Unit + " from " + a.From.String()
}

func (a Appoint) apply(ctx context.Context, w *work, tx Tx) error {
	row, found, err := tx.Registers().Row(ctx, register.People, a.Person)
	if err != nil {
		return err
	}
	if found {
		values, err := w.k.lists.Values(row)
		if err != nil {
			return err
		}
		was := standingOf(values)
		a.Was = &was
	}
	payload, err := json.Marshal(a)
	if err != nil {
		return err
	}
	id := w.after.row.ID
	return enqueue(ctx, tx, w.now, Job{Key: jobAppoint + "|" + id, Kind: jobAppoint, Subject: id, Payload: payload, Due: a.From.Start(w.k.location)})
}

// moveFaults refuses a sheet whose unit or post is not there, or another's, on the day
// somebody is to start. It is asked of who writes the sheet: later steps do not choose it.
func (k *Kit) moveFaults(ctx context.Context, c caseInHand) (forms.Invalid, error) {
	if c.kind.Handover == nil || c.kind.Handover.Move == nil || c.state.Phase != workflow.PhaseDraft && c.state.Phase != workflow.PhaseReturned {
		return nil, nil
	}
	move := c.kind.Handover.Move
	unit, _ := c.values[move.Unit].(forms.Ref)
	post, _ := c.values[move.Post].(forms.Ref)
	from, dated := c.values[move.From].(calendar.Date)
	if unit.ID == "" || !dated {
		return nil, nil
	}
	a := Appoint{Person: c.kind.leaver(c.values), Unit: unit.ID, Post: post.ID, From: from}
	faults, err := k.appointFaults(ctx, a, func(holder string) (bool, error) { return k.leavesBefore(ctx, holder, from) })
	for i, f := range faults {
		faults[i].Field = move.Unit
		if f.Field == register.Posts {
			faults[i].Field = move.Post
		}
	}
	return faults, err
}

// appointFaults are what stands against an appointment, at the list it is about. goes says
// of who holds the post on the day that he will have handed it over.
func (k *Kit) appointFaults(ctx context.Context, a Appoint, goes func(holder string) (bool, error)) (forms.Invalid, error) {
	start := a.From.Start(k.location)
	unit, err := k.Registers().stored(ctx, register.Units, a.Unit)
	if err != nil {
		return nil, err
	}
	if unit.Revision == 0 || !unit.InForce(start) {
		f, err := k.notThere("handover.unit_gone", unit, a.From)
		return forms.Invalid{f}, err
	}
	if a.Post == "" {
		return nil, nil
	}
	post, err := k.Registers().stored(ctx, register.Posts, a.Post)
	if err != nil {
		return nil, err
	}
	if post.Revision == 0 || !post.InForce(start) {
		f, err := k.notThere("handover.post_gone", post, a.From)
		return forms.Invalid{f}, err
	}
	cells, err := k.lists.Cells(post)
	if err != nil {
		return nil, err
	}
	if cells.ID("unit") != a.Unit {
		f, err := k.notThere("handover.post_elsewhere", post, a.From)
		return forms.Invalid{f}, err
	}
	return k.postHeld(ctx, a, post, unit, goes)
}

// notThere is a fault about a row of a list and a day.
func (k *Kit) notThere(code string, row register.Row, day calendar.Date) (forms.Fault, error) {
	name := forms.Text{}
	if row.Revision > 0 {
		var err error
		if name, err = k.titles([]register.Row{row}); err != nil {
			return forms.Fault{}, err
		}
	}
	return forms.Fault{Field: row.List, Code: code, Text: sayAll(code, func(lang string) map[string]string {
		return map[string]string{"name": name.In(lang), "day": forms.Locale{Lang: lang, Location: k.location}.Day(day)}
	})}, nil
}

// postHeld refuses a post that heads a unit, which one person holds, where somebody else
// does on that day and does not hand it over before.
func (k *Kit) postHeld(ctx context.Context, a Appoint, post, unit register.Row, goes func(holder string) (bool, error)) (forms.Invalid, error) {
	cells, err := k.lists.Cells(post)
	if err != nil {
		return nil, err
	}
	headed, err := k.lists.Cells(unit)
	if err != nil {
		return nil, err
	}
	if !cells.Flag("head") && headed.ID("head") != a.Post {
		return nil, nil
	}
	answers, err := k.directory.Resolve(ctx, []directory.Question{{ID: "held", Kind: directory.KindPost, Post: a.Post, At: a.From.Start(k.location)}})
	if err != nil {
		return nil, fmt.Errorf("ismskit: directory: %w", err)
	}
	for _, answer := range answers {
		for _, h := range answer.Holders {
			if h.Person == a.Person {
				continue
			}
			leaves, err := goes(h.Person)
			if err != nil {
				return nil, err
			}
			if !leaves {
				return forms.Invalid{{Field: register.Posts, Code: "handover.post_held", Text: sayAll("handover.post_held", func(string) map[string]string {
					return map[string]string{"name": h.Name, "post": h.PostTitle}
				})}}, nil
			}
		}
	}
	return nil, nil
}

// leavesBefore says whether somebody hands over what he has before a day, by a sheet that
// is on its way or waits for his last day: in an exchange of posts each takes another's.
func (k *Kit) leavesBefore(ctx context.Context, person string, day calendar.Date) (bool, error) {
	for _, key := range k.kinds.keys {
		if kind, ok := k.kinds.latestOf(key); !ok || kind.Handover == nil {
			continue
		}
		_, found, err := k.sheetUnderWay(ctx, key, person, func(c caseInHand) bool {
			last, dated := c.values[c.kind.Handover.LastDay].(calendar.Date)
			return dated && last.Before(day)
		})
		if err != nil || found {
			return found, err
		}
	}
	return k.handsOverBefore(ctx, person, day)
}

// handsOverBefore says whether a sheet that is signed waits for somebody's last day before
// another. One that has been carried out is no promise any more: what is still his then
// could not be passed.
func (k *Kit) handsOverBefore(ctx context.Context, person string, day calendar.Date) (found bool, err error) {
	err = k.eachJob(ctx, JobQuery{Kind: jobHandOver}, func(job Job) error {
		var over HandOver
		if err := json.Unmarshal(job.Payload, &over); err != nil {
			return fmt.Errorf("ismskit: job %s: %w", job.Key, err)
		}
		if found || over.Person != person || !over.LastDay.Before(day) {
			return nil
		}
		sheet, err := k.take(ctx, job.Subject)
		found = err == nil && sheet.extra.Handed.IsZero()
		return err
	})
	return found, err
}

// eachJob goes through the jobs that a query finds, a page at a time.
func (k *Kit) eachJob(ctx context.Context, q JobQuery, do func(Job) error) error {
	q.Limit = heldAtOnce
	for {
		var jobs []Job
		err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Queue().Jobs(ctx, q)
			jobs = found
			return err
		})
		if err != nil {
			return err
		}
		for _, job := range jobs {
			if err := do(job); err != nil {
				return err
			}
		}
		if len(jobs) < heldAtOnce {
			return nil
		}
		q.After, q.AfterID = jobs[len(jobs)-1].Due, jobs[len(jobs)-1].ID
	}
}

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
