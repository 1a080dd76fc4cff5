package ismskit

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// VerbSetYear files a record under another working year (變更作業年度).
const VerbSetYear workflow.Verb = "set_year"

// viaRecords lets somebody file records otherwise: he takes no part in them by it.
const viaRecords = "records"

// FieldYear is where an Invalid about the year of a YearChange stands.
const FieldYear = "year"

// YearChange files a request or a document under another working year (作業年度) than that
// of its day.
type YearChange struct {
	Record string // its id in the archive, record.Record.ID: "case/…", "document/…"
	Year   int    // Minguo; that of its own day gives it back
	Reason string // needed, of at most MaxComment characters; it stands on the trail
}

// YearNote is what an entry of a trail says of a YearChange.
type YearNote struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// SetYear files a record under another working year, with an entry on its trail; the rows
// of a request go with it, and rows of theirs, each with an entry of its own. Where it is filed
// so already nothing is done. For Rights.ManageRecords, of what the actor may read (ErrNotFound
// otherwise). Refused is forms.Invalid at FieldYear or FieldComment, workflow.ErrPhase of a
// draft, and *ReadOnly where it or a row of it can only be read.
func (r Records) SetYear(ctx context.Context, actor Actor, c YearChange) error {
	r.k = r.k.once()
	return r.k.refused(ctx, actor, r.k.setYear(ctx, actor, c))
}

func (k *Kit) setYear(ctx context.Context, actor Actor, c YearChange) error {
	if err := k.allow(ctx, actor, k.cfg.Rights.ManageRecords); err != nil {
		return err
	}
	invalid := k.yearFaults(&c)
	if id, ok := strings.CutPrefix(c.Record, documentRecord("")); ok {
		return Documents{k}.setYear(ctx, actor, id, c, invalid)
	}
	id, ok := strings.CutPrefix(c.Record, recordID(""))
	if !ok {
		return ErrNotFound
	}
	request, err := k.take(ctx, id)
	if err != nil {
		return err
	}
	if _, err := k.mayRead(ctx, actor, request, k.moment()); err != nil {
		return err
	}
	switch {
	case request.state.Phase == workflow.PhaseDraft:
		return refusal(workflow.ErrPhase)
	case request.row.Parent != "":
		invalid = append(k.yearFault("year.row", nil), invalid...)
	}
	if err := invalid.Err(); err != nil {
		return err
	}
	if err := k.allWritable(ctx, request); err != nil {
		return err
	}
	return k.setYearFrom(ctx, actor, id, c)
}

// allWritable refuses where a case, one of its rows or a row of those can only be read:
// before anything of it is written.
func (k *Kit) allWritable(ctx context.Context, c caseInHand) error {
	if err := c.writable(); err != nil {
		return err
	}
	children, err := k.children(ctx, c.row.ID)
	if err != nil {
		return err
	}
	for _, child := range children {
		if err := k.allWritable(ctx, child); err != nil {
			return err
		}
	}
	return nil
}

// setYearFrom does it to the rows of a case, to theirs, and to the case. It comes after them:
// where one of its rows could not be written, it is not said to be filed anew, and whoever
// tries again goes on with the rows that are left. From then on rows open in the new year;
// those that opened until then, while it was being done, are done as well.
func (k *Kit) setYearFrom(ctx context.Context, actor Actor, id string, c YearChange) error {
	below := func(all bool) error {
		children, err := k.children(ctx, id)
		if err != nil {
			return err
		}
		for _, child := range children {
			if all || k.yearOf(child.row.Submitted, child.extra.Year) != c.Year {
				if err := k.setYearFrom(ctx, actor, child.row.ID, c); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if err := below(true); err != nil {
		return err
	}
	if err := k.setYearOf(ctx, actor, id, c); err != nil {
		return err
	}
	return below(false)
}

// yearFaults are what is wrong with a year and a reason; the reason is cleaned.
func (k *Kit) yearFaults(c *YearChange) (invalid forms.Invalid) {
	next := record.WorkingYear(k.moment(), k.location) + 1
	if c.Year < 1 || c.Year > next {
		invalid = k.yearFault("year.range", map[string]string{"last": strconv.Itoa(next)})
	}
	reason, wrong := forms.CleanText(FieldComment, forms.Text(k.texts("comment")), c.Reason, MaxComment)
	switch c.Reason = reason; {
	case wrong != nil:
		invalid = append(invalid, *wrong)
	case reason == "":
		invalid = append(invalid, forms.Fault{Field: FieldComment, Code: "year.reason", Text: forms.Text(k.texts("year.reason"))})
	}
	return invalid
}

func (k *Kit) yearFault(code string, params map[string]string) forms.Invalid {
	return forms.Invalid{{Field: FieldYear, Code: code, Text: sayAll(code, func(string) map[string]string { return params })}}
}

// setYearOf does it to one case.
func (k *Kit) setYearOf(ctx context.Context, actor Actor, id string, change YearChange) error {
	by, err := k.byline(ctx, actor)
	if err != nil {
		return err
	}
	for range maxRaces {
		err = k.setYearOnce(ctx, actor, by, id, change)
		var again bool
		if again, err = k.anew(ctx, actor, "", err); !again {
			break
		}
	}
	return err
}

func (k *Kit) setYearOnce(ctx context.Context, actor Actor, by workflow.Signer, id string, change YearChange) error {
	c, err := k.takeToWork(ctx, id)
	if err != nil {
		return err
	}
	was := k.yearOf(c.row.Submitted, c.extra.Year)
	if was == change.Year {
		return nil
	}
	w := newWork(k, c, actor, authority{by: by, via: viaRecords}, k.moment())
	w.event.Verb, w.event.Comment, w.event.Year = VerbSetYear, change.Reason, &YearNote{From: was, To: change.Year}
	w.after.extra.Year = k.notOwn(c.row.Submitted, change.Year)
	_, err = w.commit(ctx)
	return err
}

// yearOf is the working year under which something of a day is filed: that which was
// given to it, or else its day's.
func (k *Kit) yearOf(day time.Time, given int) int {
	if given != 0 {
		return given
	}
	return record.WorkingYear(day, k.location)
}

// notOwn is a year as it is kept: 0 where it is that of the day itself.
func (k *Kit) notOwn(day time.Time, year int) int {
	if year == record.WorkingYear(day, k.location) {
		return 0
	}
	return year
}

// mayFileAnew says whether somebody may file under another year what he may read.
func (k *Kit) mayFileAnew(ctx context.Context, actor Actor) (bool, error) {
	if actor.system {
		return true, nil
	}
	return k.hasRole(ctx, actor.Person, k.cfg.Rights.ManageRecords)
}

// setYear is SetYear of a document.
func (d Documents) setYear(ctx context.Context, actor Actor, id string, c YearChange, invalid forms.Invalid) error {
	view, err := d.Get(ctx, actor, id)
	if err != nil {
		return err
	}
	if err := invalid.Err(); err != nil {
		return err
	}
	if view.Year == c.Year {
		return nil
	}
	e := Event{Verb: VerbSetYear, Comment: c.Reason, Year: &YearNote{}}
	return d.controlled(ctx, actor, view.ID, e, func(ctx context.Context, t controlling) error {
		doc, versions, err := t.lib.Versions(ctx, view.ID)
		if err != nil {
			return err
		}
		filed := d.filedOn(versions, doc)
		e.Year.From, e.Year.To = d.k.yearOf(filed, doc.YearGiven()), c.Year
		note := document.Refiling{Year: d.k.notOwn(filed, c.Year), On: t.today, Person: t.by.Person, By: t.by.Name, Reason: c.Reason}
		return t.lib.Refile(ctx, view.ID, note)
	})
}

// filedOn is the day under which a document is filed: that of the version in force, of one
// that waits where there is none, and zero for one that was never issued.
func (d Documents) filedOn(versions []document.Version, doc document.Document) (filed time.Time) {
	for _, v := range document.History(versions) {
		if v.State == document.Withdrawn || (v.State == document.Waiting || v.State == document.Stopped) && doc.Current != "" {
			continue // filed under its own day once that has come; one that was stopped gave it back
		}
		if day, err := parseISO(v.Issued); err == nil && !day.IsZero() {
			filed = day.Start(d.k.location).UTC()
		}
	}
	return filed
}
