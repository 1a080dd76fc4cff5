package ismskit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// Whoever a document is distributed to (list Distributions) is asked to read each version
// that comes into force: by a sheet (Type.Reading) on which everybody has a task of his own,
// with its deadline, reminders and entry, so that who has read what stands on the trail. A
// sheet is opened when a version comes into force, when the audience changes, and each night
// for those who have joined it since.

// distributeLater arms the asking, for one document.
func distributeLater(ctx context.Context, tx Tx, id, by string, now time.Time) error {
	return enqueue(ctx, tx, now, Job{Key: jobDistribute + "|" + id, Kind: jobDistribute, Subject: id, Payload: []byte(by), Due: now})
}

// distributeAnew arms it for the document of a changed row, and for the one it was of before.
func (k *Kit) distributeAnew(ctx context.Context, tx Tx, old, row register.Row, now time.Time) error {
	var ids []string
	for _, r := range []register.Row{old, row} {
		if r.ID == "" {
			continue
		}
		cells, err := k.lists.Cells(r)
		if err != nil {
			return err
		}
		if id := cells.ID(ReadingDocument); id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, id := range ids {
		if err := distributeLater(ctx, tx, id, row.ChangedBy, now); err != nil {
			return err
		}
	}
	return nil
}

// markInForce is the version in force as a mark, "" for none.
func markInForce(versions []document.Version) string {
	for _, v := range versions {
		if v.State == document.Current {
			return versionMark(v)
		}
	}
	return ""
}

// distribute asks those who have not been asked yet to read the version in force of the
// document that the job names, or of all that are distributed; and ends what still asks for
// versions that are in force no more.
func (d Documents) distribute(ctx context.Context, job Job) error {
	typ, ok := d.k.readingType()
	if !ok {
		return d.k.finished(ctx, job, nil) // the house has no sheet for it
	}
	audiences, err := d.audiences(ctx, job.Subject)
	if err != nil {
		return err
	}
	house := audienceHouse{k: d.k}
	var failed []error
	if job.Subject == "" {
		failed = append(failed, d.excuseLeavers(ctx, typ))
	}
	for _, id := range slices.Sorted(maps.Keys(audiences)) {
		if err := d.distributeOne(ctx, typ, id, string(job.Payload), audiences[id], &house); err != nil {
			// The others are asked all the same; the job is tried again for this one.
			failed = append(failed, fmt.Errorf("ismskit: distributing document %s: %w", id, err))
		}
	}
	return d.k.finished(ctx, job, errors.Join(failed...))
}

// readingType is the sheet's type.
func (k *Kit) readingType() (string, bool) {
	for key, kind := range k.kinds.inUse() {
		if kind.Reading {
			return key, true
		}
	}
	return "", false
}

// readable says whether there is something to read of a version: nobody can say that he has read
// what lies in a cupboard.
func readable(v document.Version) bool { return len(v.Files) > 0 }

func (d Documents) distributeOne(ctx context.Context, typ, id, by string, keys []string, house *audienceHouse) error {
	doc, versions, err := d.stored(ctx, id)
	if err != nil || doc.ID == "" {
		return err
	}
	var now document.Version
	for _, v := range document.History(versions) {
		if v.State == document.Current {
			now = v
			continue
		}
		if err := d.endReadings(ctx, v, doc.Current); err != nil {
			return err
		}
	}
	if now.Label == "" || !readable(now) {
		return nil
	}
	sheets, err := d.readingsOf(ctx, now)
	if err != nil {
		return err
	}
	here := map[string]bool{}
	for _, c := range sheets { // its class may have been raised
		if err := d.excuseFrom(ctx, c.row.ID, here); err != nil {
			return err
		}
	}
	people, _, err := house.of(ctx, keys, doc.Class)
	if err != nil || len(people) == 0 {
		return err
	}
	if sheets, err = d.readingsOf(ctx, now); err != nil {
		return err
	}
	// Who was asked by a sheet that ended before he had read is asked again: the version is in
	// force after all. So is who had left and is back.
	asked := map[string]bool{}
	for _, c := range sheets {
		for _, t := range c.state.Tasks {
			if !t.Status.Live() && (t.By == nil || t.By.Person == SystemPerson) {
				continue
			}
			for _, s := range t.Holder.Named {
				asked[s.Person] = true
			}
		}
	}
	people = slices.DeleteFunc(slices.Clone(people), func(p houseReader) bool { return asked[p.Holder.Person] })
	round := len(sheets)
	for chunk := range slices.Chunk(people, forms.MaxRows) {
		if err := d.askToRead(ctx, typ, doc, now, by, round, chunk); err != nil {
			return err
		}
		round++
	}
	return nil
}

// readingCause is what opens the sheets of a version, one after the other.
func readingCause(v document.Version, round int) string {
	return "reading/" + v.Document + "/" + versionMark(v) + "/" + strconv.Itoa(round)
}

// readingsOf are the sheets of a version, in the order in which they were opened.
func (d Documents) readingsOf(ctx context.Context, v document.Version) (sheets []caseInHand, err error) {
	for {
		c, err := d.k.take(ctx, idOfCause(readingCause(v, len(sheets))))
		if errors.Is(err, ErrNotFound) {
			return sheets, nil
		}
		if err != nil {
			return nil, err
		}
		sheets = append(sheets, c)
	}
}

// endReadings ends the sheets of a version that is in force no more: nobody is asked to read
// what no longer holds. Who had read it has.
func (d Documents) endReadings(ctx context.Context, v document.Version, current string) error {
	sheets, err := d.readingsOf(ctx, v)
	if err != nil {
		return err
	}
	reason := d.k.text("reading.ended", map[string]string{"label": v.Label})
	switch {
	case v.Stopped != "" && current != "":
		reason = d.k.text("reading.stopped_for", map[string]string{"label": v.Label, "current": current})
	case v.Stopped != "":
		reason = d.k.text("reading.stopped", map[string]string{"label": v.Label})
	case current != "":
		reason = d.k.text("reading.replaced", map[string]string{"label": v.Label, "current": current})
	}
	for _, c := range sheets {
		if c.state.Phase != workflow.PhaseClosed {
			if err := d.k.void(ctx, c.row.ID, reason); err != nil {
				return err
			}
		}
	}
	return nil
}

// askToRead opens a sheet.
func (d Documents) askToRead(ctx context.Context, typ string, doc document.Document, v document.Version, by string, round int, people []houseReader) error {
	officer, err := d.distributor(ctx, by)
	if err != nil {
		return err
	}
	rows := make([]forms.Row, len(people))
	for i, p := range people {
		rows[i] = forms.Row{
			forms.RowID:   "r" + strconv.Itoa(i+1),
			ReadingPerson: forms.Person{Kind: forms.InDirectory, ID: p.Holder.Person, Name: p.Name},
		}
	}
	title := document.TitleIn(doc.Title, d.k.cfg.Lang)
	values := forms.Values{
		ReadingDocument: forms.Ref{ID: doc.ID, Name: title}, ReadingName: doc.Number + " " + title,
		ReadingVersion: v.Label, ReadingReaders: rows,
	}
	if kind, ok := d.k.kinds.inUse()[typ]; ok {
		if class := d.k.classOffered(kind, ChangeOfClass, doc.Class); class != "" {
			values[ChangeOfClass] = class
		}
	}
	if day, err := parseISO(v.Issued); err == nil && !day.IsZero() {
		values[ReadingIssued] = day
	}
	job, err := d.k.openJobOf(OpenLater{Cause: readingCause(v, round), Type: typ, Applicant: officer, Values: values, Submit: true})
	if err != nil {
		return err
	}
	_, err = d.k.openCaused(ctx, job, jobDistribute, nil)
	return err
}

// distributor is in whose name a document is distributed: who put it in force or named the
// audience, while he is here; else one of those who look after documents.
func (d Documents) distributor(ctx context.Context, by string) (string, error) {
	now := d.k.moment()
	if by != "" && by != SystemPerson {
		if _, err := d.k.person(ctx, by, now); err == nil {
			return by, nil
		} else if !errors.Is(err, ErrForbidden) {
			return "", err
		}
	}
	for _, role := range d.k.cfg.Rights.ManageDocs {
		module, key, _ := strings.Cut(role, "/")
		members, err := d.k.members(ctx, directory.PoolOfRole(module, key, ""), now)
		if err != nil {
			return "", err
		}
		if len(members) > 0 {
			return members[0].Person, nil
		}
	}
	return "", errors.New("nobody looks after documents")
}
