package ismskit

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// refusedForGood tells what a rule forbids, which a second try would only meet again, from
// what went wrong on the way.
func refusedForGood(err error) bool {
	_, invalid := errors.AsType[forms.Invalid](err)
	return invalid || workflow.AsRefusal(err) != nil || errors.Is(err, ErrForbidden) || errors.Is(err, ErrReadOnly)
}

// handTask gives an open task to a successor, in an action of the system on its case. One
// that several people share keeps the others; one of a group that he took for himself goes
// back to the group where nobody was named for it. Where the successor may not act, the
// step finds its people anew: then it is not he who has it.
func (k *Kit) handTask(ctx context.Context, held Holding, from directory.Holder, to string, named bool, reason string) (passed bool, err error) {
	next, err := k.peopleNamed(ctx, []string{to}, k.moment())
	if err != nil {
		return false, err
	}
	verb, back := workflow.VerbReassign, false
	give := func(c caseInHand, w *work) (workflow.Action, bool, error) {
		t, ok := c.state.Task(held.Task)
		taken := t.Holder.Pool != "" && t.Claimed != nil && t.Claimed.Person == from.Person
		if !ok || t.Status != workflow.TaskOpen || !taken && !t.Holder.Has(from.Person) {
			return workflow.Action{}, false, nil
		}
		people := next
		if back = taken && (!named || verb == workflow.VerbSeatAgain); back {
			w.event.Step, w.event.Task = t.Step, t.ID
			return workflow.Action{Verb: workflow.VerbRelease, Task: t.ID, For: t.Claimed, Via: t.Holder.Pool, Comment: reason}, true, nil
		}
		if verb == workflow.VerbReassign && len(t.Holder.Named) > 1 && !t.Given && t.Origin == "" {
			verb = workflow.VerbPassOn
		}
		if verb == workflow.VerbPassOn {
			people = slices.Clone(t.Holder.Named)
			for i, s := range people {
				if s.Person == from.Person {
					people[i] = next[0]
				}
			}
		}
		w.event.Step, w.event.Task = t.Step, t.ID
		return workflow.Action{Verb: verb, Task: t.ID, People: people, Comment: reason}, true, nil
	}
	err = k.systemAct(ctx, held.Case, give)
	if workflow.AsRefusal(err) != nil {
		verb = workflow.VerbSeatAgain
		again := k.systemAct(ctx, held.Case, give)
		if workflow.AsRefusal(again) == nil {
			return false, again
		}
	}
	return err == nil && !back, err
}

// handCase lets a successor go on with somebody's request: what would come to the applicant
// comes to him from now on. The request stays the applicant's.
func (k *Kit) handCase(ctx context.Context, id, to, reason string) error {
	next, err := k.peopleNamed(ctx, []string{to}, k.moment())
	if err != nil {
		return err
	}
	err = k.systemAct(ctx, id, func(c caseInHand, w *work) (workflow.Action, bool, error) {
		if c.state.Phase == workflow.PhaseClosed || c.extra.Heir != nil && c.extra.Heir.Person == to {
			return workflow.Action{}, false, nil
		}
		w.after.extra.Heir, w.after.state.Heir = &next[0], next[0]
		return workflow.Action{Verb: workflow.VerbComment, Comment: reason + k.text("handover.heir", map[string]string{"name": next[0].Name})}, true, nil
	})
	if err != nil {
		return err
	}
	return k.seatApart(ctx, id, to, reason)
}

// seatApart has the steps that whoever goes on with a request now is kept apart from find
// others, where a task lies with him alone. Where nobody else is found it stays, and his
// superior may give it away.
func (k *Kit) seatApart(ctx context.Context, id, heir, reason string) error {
	c, err := k.take(ctx, id)
	if err != nil {
		return err
	}
	for _, t := range c.state.Open() {
		alone := len(t.Holder.Named) == 1 && t.Holder.Has(heir) && t.Origin == "" && !t.Alone
		if !alone || !slices.Contains(c.kind.flow.Excluded(c.state, t.Step), heir) {
			continue
		}
		err := k.systemAct(ctx, id, func(now caseInHand, w *work) (workflow.Action, bool, error) {
			still, ok := now.state.Task(t.ID)
			w.event.Step, w.event.Task = t.Step, t.ID
			return workflow.Action{Verb: workflow.VerbSeatAgain, Task: t.ID, Comment: reason}, ok && still.Status == workflow.TaskOpen, nil
		})
		if workflow.AsRefusal(err) != nil {
			k.log.WarnContext(ctx, "nobody else may act in it", "case", id, "step", t.Step, "why", err.Error())
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// viaHeir: he goes on with the request of an applicant who has handed over his work.
const viaHeir = "heir"

// asHeir is for the verbs of an applicant by who goes on with his request, which he does in
// the applicant's name.
func (c *caseInHand) asHeir(actor Actor, a Action, self workflow.Signer) (auth authority, known bool) {
	if c.extra.Heir == nil || c.extra.Heir.Person != actor.Person || c.row.Parent != "" || !slices.Contains(applicantVerbs, a.Verb) {
		return authority{}, false
	}
	applicant := c.state.Applicant
	return authority{by: self, principal: &applicant, via: viaHeir}, true
}

// own says whether a case is somebody's as its applicant, or as who goes on with it for him.
func (c *caseInHand) own(actor Actor) bool {
	return !actor.system && actor.Person != "" && (actor.Person == c.row.Applicant || actor.Person == c.asked())
}

// asked is who is asked for the applicant of a case: he himself, or who took over from him.
func (c *caseInHand) asked() string {
	if c.extra.Heir != nil {
		return c.extra.Heir.Person
	}
	return c.row.Applicant
}

// fieldPass is a field of a list's row that is to name somebody else.
type fieldPass struct {
	list, row, field string
	from, to         string        // from is "" where nobody stood in, to where nobody follows
	last             calendar.Date // the last day of from
	several          bool          // the field names several
	stays            bool          // from is in the house: what is his from a later day on stays his
	reason           string
}

// handField has a row of a list name a successor, with an entry on the list's trail, and
// says whether there was anything to pass.
func (k *Kit) handField(ctx context.Context, p fieldPass) (bool, error) {
	form, _ := k.lists.Form(p.list)
	field, _ := form.Field(p.field)
	p.several = field.Type == "refs"
	passed := false
	err := k.changeRow(ctx, p.list, p.row, p.reason, func(v forms.Values) bool {
		passed = true
		table, column, inTable := strings.Cut(p.field, ".")
		switch {
		case p.list == register.Deputies:
			p.deputies(v, k.moment())
		case inTable:
			rows, _ := v[table].([]forms.Row)
			next := p.rows(rows, column)
			v[table] = next
			passed = !reflect.DeepEqual(rows, next) // what a try before this one did
		default:
			p.people(v)
		}
		return passed
	})
	return passed, err
}

// deputies ends an entry of somebody's deputies with him, and takes him out of those of
// others. One that names him alone ends as it stands.
func (p fieldPass) deputies(v forms.Values, now time.Time) {
	if ordered, _ := v["ordered"].([]forms.Ref); p.field == "ordered" && len(ordered) > 1 {
		p.people(v)
		return
	}
	v["to"] = now
	if from, dated := v["from"].(time.Time); dated && from.After(now) {
		v["to"] = from
	}
}

// people puts the successor in somebody's place in a field of people; where nobody follows
// it names the others alone.
func (p fieldPass) people(v forms.Values) {
	if !p.several {
		at, _ := v[p.field].(forms.Ref)
		switch {
		case at.ID != p.from: // somebody else by now
		case p.to == "":
			delete(v, p.field)
		default:
			v[p.field] = peopleRef(p.to)
		}
		return
	}
	at, _ := v[p.field].([]forms.Ref)
	var out []forms.Ref
	add := func(r forms.Ref) {
		if r.ID != "" && !slices.ContainsFunc(out, func(o forms.Ref) bool { return o.ID == r.ID }) {
			out = append(out, r)
		}
	}
	for _, r := range at {
		if r.ID == p.from {
			r = peopleRef(p.to)
		}
		add(r)
	}
	if p.from == "" {
		add(peopleRef(p.to))
	}
	delete(v, p.field)
	if len(out) > 0 {
		v[p.field] = out
	}
}

// rows ends somebody's rows of a table with his last day, and begins his successor's on the
// next. Rights of a category have no days.
func (p fieldPass) rows(rows []forms.Row, column string) []forms.Row {
	right := func(row forms.Row, person string) bool {
		return person != "" && row["what"] == "person" && row[column] == person
	}
	// his is also a row that ended with his last day already: somebody still follows.
	names := func(row forms.Row, person string) bool {
		ref, _ := row[column].(forms.Ref)
		to, ends := row["to"].(calendar.Date)
		from, begins := row["from"].(calendar.Date)
		later := p.stays && begins && from.After(p.last)
		return right(row, person) || person != "" && ref.ID == person && (!ends || !to.Before(p.last)) && !later
	}
	// there is a successor whose own row covers the day after.
	there := func(row forms.Row) bool {
		ref, _ := row[column].(forms.Ref)
		from, begins := row["from"].(calendar.Date)
		to, ends := row["to"].(calendar.Date)
		return right(row, p.to) || ref.ID == p.to && (!ends || to.After(p.last)) && (!begins || !from.After(p.last.AddDays(1)))
	}
	follows := p.to != "" && !slices.ContainsFunc(rows, there)
	var out []forms.Row
	for _, row := range rows {
		_, right := row["what"].(string)
		if !names(row, p.from) {
			out = append(out, row)
			continue
		}
		if from, begins := row["from"].(calendar.Date); !right && (!begins || !from.After(p.last)) {
			over := maps.Clone(row)
			over["to"] = p.last
			out = append(out, over)
		}
		if follows {
			follows = false
			out = append(out, p.begun(rows, column, right))
		}
	}
	if follows && p.from == "" {
		out = append(out, p.begun(rows, column, strings.HasSuffix(p.field, ".key")))
	}
	return out
}

// begun is the successor's, until a row of his own begins.
func (p fieldPass) begun(rows []forms.Row, column string, right bool) forms.Row {
	if right {
		return forms.Row{forms.RowID: forms.NewRowID(), "what": "person", column: p.to}
	}
	out := forms.Row{forms.RowID: forms.NewRowID(), column: peopleRef(p.to), "from": p.last.AddDays(1), "basis": p.reason}
	for _, row := range rows {
		ref, _ := row[column].(forms.Ref)
		from, begins := row["from"].(calendar.Date)
		to, ends := out["to"].(calendar.Date)
		if ref.ID == p.to && begins && from.After(p.last.AddDays(1)) && (!ends || !to.Before(from)) {
			out["to"] = from.AddDays(-1)
		}
	}
	return out
}

// storedValues are the fields of a list's row, none where there is no such row.
func (k *Kit) storedValues(ctx context.Context, list, id string) (forms.Values, error) {
	row, err := k.Registers().stored(ctx, list, id)
	if err != nil || row.Revision == 0 {
		return nil, err
	}
	return k.lists.Values(row)
}

// changeRow has the system change a row of a list; change says whether there is anything to
// change.
func (k *Kit) changeRow(ctx context.Context, list, id, reason string, change func(forms.Values) bool) error {
	for range maxRaces {
		row, err := k.Registers().stored(ctx, list, id)
		if err != nil || row.Revision == 0 {
			return err
		}
		values, err := k.lists.Values(row)
		if err != nil {
			return err
		}
		values = values.Clone()
		if !change(values) {
			return nil
		}
		_, err = k.Registers().change(ctx, System("queue"), RowChange{List: list, ID: id, Seen: row.Revision, Values: values, Reason: reason})
		if !isPlainConflict(err) {
			return err
		}
	}
	return ErrConflict
}
