package document

import (
	"context"
)

// Release puts a waiting version in force when its day has come. done is false
// where there is nothing to release, so that it can be asked every morning.
func (l Library) Release(ctx context.Context, id, today string) (v Version, done bool, err error) {
	d, versions, err := l.Versions(ctx, id)
	if err != nil {
		return Version{}, false, err
	}
	v, ok := Waits(versions)
	if !ok || v.Issued > today {
		return Version{}, false, nil
	}
	if err := l.enforce(ctx, &d, versions, &v); err != nil {
		return Version{}, false, err
	}
	v.Revision++
	d.Revision++
	if err := l.store.PutVersion(ctx, v); err != nil {
		return Version{}, false, err
	}
	return v, true, l.store.PutDocument(ctx, d)
}

// Stop ends a wrongly issued version (停止適用, U7): the one before it is in force
// again at once and is returned, zero where there is none. The stopped label stays
// used. One that still waits for its day is withdrawn instead.
func (l Library) Stop(ctx context.Context, id, label, today string) (Version, error) {
	if !validDate(today) {
		return Version{}, refuse("date_form", "date", today)
	}
	d, versions, err := l.Versions(ctx, id)
	if err != nil {
		return Version{}, err
	}
	v, ok := find(versions, label)
	if !ok {
		return Version{}, refuse("no_such_version", "label", label)
	}
	switch v.State {
	case Current:
	case Waiting:
		return Version{}, refuse("stop_waiting", "label", label)
	default:
		return Version{}, refuse("not_current", "label", label)
	}
	v = d.keepsYear(v)
	v.State, v.Stopped = Stopped, today
	v.Revision++
	if err := l.store.PutVersion(ctx, v); err != nil {
		return Version{}, err
	}
	was := d
	d.Current, d.State = "", Stopped
	again, ok := Replaced(versions, label)
	if ok {
		again.State, again.SupersededBy, d.Refiled = Current, "", again.Refiled
		again.Revision++
		if err := l.store.PutVersion(ctx, again); err != nil {
			return Version{}, err
		}
		d.Current, d.State = again.Label, Current
		if review, known := d.reviewUnder(again.Label); known {
			d.NextReview = review
		}
	}
	d.Earlier = d.keeps(was, today)
	d.Revision++
	return again, l.store.PutDocument(ctx, d)
}

// Replaced is the version that label superseded, of those of one document: the one that is in
// force again if label is stopped; false where it superseded none.
func Replaced(versions []Version, label string) (Version, bool) {
	for _, v := range versions {
		if v.State == Superseded && v.SupersededBy == label {
			return v, true
		}
	}
	return Version{}, false
}

// Retire abolishes a document (廢止) on the ISO date of how; its versions stay readable. It
// is called on that day, not before: the document is retired at once. A version that waits
// for its day never comes into force, and is withdrawn as how says.
func (l Library) Retire(ctx context.Context, id string, how Withdrawal) error {
	if !validDate(how.On) {
		return refuse("date_form", "date", how.On)
	}
	d, versions, err := l.Versions(ctx, id)
	if err != nil {
		return err
	}
	if d.Retired != "" {
		return refuse("already_retired")
	}
	for _, v := range versions {
		switch v.State {
		case Current:
			v.State = Retired
		case Waiting:
			v.State, v.Withdrawal = Withdrawn, &how
		default:
			continue
		}
		v.Revision++
		if err := l.store.PutVersion(ctx, v); err != nil {
			return err
		}
	}
	was := d
	d.State, d.Current, d.Retired = Retired, "", how.On
	d.Earlier = d.keeps(was, how.On)
	d.Revision++
	return l.store.PutDocument(ctx, d)
}

// Retirable is what Retire would refuse of a document.
func Retirable(d Document) Refusals {
	if d.Retired != "" {
		return Refusals{refuse("already_retired")}
	}
	return nil
}

// Stoppable is what Stop would refuse of the version of a document that is in force.
func Stoppable(d Document, versions []Version) Refusals {
	v, ok := find(versions, d.Current)
	switch {
	case d.Retired != "":
		return Refusals{refuse("already_retired")}
	case d.Current == "" || !ok:
		return Refusals{refuse("not_issued")}
	case v.State != Current:
		return Refusals{refuse("not_current", "label", d.Current)}
	}
	return nil
}
