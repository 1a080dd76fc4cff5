package document

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// Withdraw takes back a version that waits for its day (撤回): it never comes into force,
// stays in the history with who did it and why, and its label is free for another.
// One whose day has come is refused, also where it has not been released yet.
func (l Library) Withdraw(ctx context.Context, id, label string, w Withdrawal) error {
	if strings.TrimSpace(w.Reason) == "" {
		return refuseAt(FieldReason, "reason_needed")
	}
	if long := checkLengths(limited{FieldReason, w.Reason, MaxText}); long != nil {
		return long
	}
	if !validDate(w.On) {
		return refuse("date_form", "date", w.On)
	}
	d, versions, err := l.Versions(ctx, id)
	if err != nil {
		return err
	}
	v, ok := find(versions, label)
	switch {
	case !ok:
		return refuse("no_such_version", "label", label)
	case v.State == Withdrawn:
		return refuse("withdrawn_before", "label", label, "by", v.Withdrawal.By, "on", v.Withdrawal.On)
	case v.State != Current && v.State != Waiting:
		return refuse("withdraw_past", "label", label)
	case !Withdrawable(v, w.On):
		return refuse("withdraw_current", "label", label, "on", v.Issued)
	}
	v.State, v.Withdrawal = Withdrawn, &w
	v.Revision++
	if err := l.store.PutVersion(ctx, v); err != nil {
		return err
	}
	if d.State == Waiting {
		d.State = before(versions, v)
	}
	d.Revision++
	return l.store.PutDocument(ctx, d)
}

// Withdrawable says whether a version can still be taken back on an ISO date: it waits, and
// its day has not come.
func Withdrawable(v Version, today string) bool { return v.State == Waiting && v.Issued > today }

// before is the state of a document without a version in force that waited for v alone.
func before(versions []Version, v Version) State {
	for _, old := range versions {
		if old.Label != v.Label && old.State == Stopped {
			return Stopped
		}
	}
	return Draft
}

// History are all versions in the order in which they were entered, those too that were
// withdrawn and whose label another one bears now.
func History(versions []Version) []Version {
	var all []Version
	for _, v := range versions {
		all = append(append(all, v.Earlier...), alone(v))
	}
	slices.SortStableFunc(all, func(a, b Version) int { return cmp.Compare(a.Seq, b.Seq) })
	return all
}

// Last is the newest version that was not withdrawn; ok is false where there is none.
func Last(versions []Version) (v Version, ok bool) {
	for _, one := range versions {
		if one.State != Withdrawn {
			v, ok = one, true
		}
	}
	return v, ok
}

// alone is a version without those that bore its label before.
func alone(v Version) Version {
	v.Earlier = nil
	return v
}
