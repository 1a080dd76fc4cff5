package document

import (
	"context"
	"regexp"
	"slices"
)

// Issue is a version to be issued.
type Issue struct {
	// Version carries dates, reviser, description, approval, files. Its label may
	// be set once for the first version, or for each when an existing history is
	// entered; otherwise Bump makes it.
	Version
	// Named says that the label is to be given: without one the version is refused
	// rather than numbered by Bump.
	Named bool
	Bump  Bump
	// Today is the ISO date on which this happens: a version issued for a later
	// day waits, and the old one stays in force until then.
	Today string
}

// Issue adds the next version of a document and returns it as stored. A version
// whose day has come is in force at once and supersedes the one before it, in the
// same transaction (B1.4). What is not accepted is Refusals, all of them.
func (l Library) Issue(ctx context.Context, id string, in Issue) (Version, error) {
	d, versions, err := l.Versions(ctx, id)
	if err != nil {
		return Version{}, err
	}
	v, refused := next(d, versions, in)
	if len(refused) > 0 {
		return Version{}, refused
	}
	d.Revision++
	if v.Issued > in.Today {
		v.State = Waiting
		if d.Current == "" {
			d.State = Waiting
		}
	} else if err := l.enforce(ctx, &d, versions, &v); err != nil {
		return Version{}, err
	}
	if err := l.store.PutVersion(ctx, v); err != nil {
		return Version{}, err
	}
	return v, l.store.PutDocument(ctx, d)
}

// Refused is what Issue would refuse, also of a document that is not there yet.
func (l Library) Refused(ctx context.Context, id string, in Issue) (Refusals, error) {
	d, versions, err := l.asStored(ctx, id)
	if err != nil {
		return nil, err
	}
	_, refused := next(d, versions, in)
	return refused, nil
}

// asStored is a document with its versions as they are stored; nothing of one that is not there yet.
func (l Library) asStored(ctx context.Context, id string) (d Document, versions []Version, err error) {
	d, found, err := l.store.Document(ctx, id)
	if err == nil && found {
		versions, err = l.store.Versions(ctx, id)
	}
	return d, versions, err
}

// RefusedInTurn is what Issue would refuse of versions that are issued one after another, none of
// them later than today; one that is refused leaves the next ones as if it were not there.
func (l Library) RefusedInTurn(ctx context.Context, id string, all []Issue) ([]Refusals, error) {
	d, versions, err := l.asStored(ctx, id)
	if err != nil {
		return nil, err
	}
	versions = slices.Clone(versions)
	out := make([]Refusals, len(all))
	for i, in := range all {
		v, refused := next(d, versions, in)
		if out[i] = refused; len(refused) > 0 {
			continue
		}
		for at := range versions {
			if versions[at].State == Current {
				versions[at].State, versions[at].SupersededBy = Superseded, v.Label
			}
		}
		v.State, d.Current = Current, v.Label
		versions = append(slices.DeleteFunc(versions, func(old Version) bool { return old.Label == v.Label }), v)
	}
	return out, nil
}

// enforce makes v the version in force; the caller writes v and d.
func (l Library) enforce(ctx context.Context, d *Document, versions []Version, v *Version) error {
	for _, old := range versions {
		if old.State == Current && old.Label != v.Label {
			old = d.keepsYear(old)
			old.State, old.SupersededBy = Superseded, v.Label
			old.Revision++
			if err := l.store.PutVersion(ctx, old); err != nil {
				return err
			}
		}
	}
	was := *d
	v.State, v.Title, d.Current, d.State = Current, d.Title, v.Label, Current
	if v.NextReview != "" {
		d.NextReview = v.NextReview
	}
	if was.Current != "" {
		d.Earlier = d.keeps(was, v.Issued)
	}
	return nil
}

// next is the version as it would be stored, and everything for which it would not.
func next(d Document, versions []Version, in Issue) (Version, Refusals) {
	v := in.Version
	if d.Retired != "" {
		return v, Refusals{refuseAt(FieldLabel, "already_retired")}
	}
	var out Refusals
	label, wrong := labelFor(versions, in)
	if w, ok := Waits(versions); ok && (wrong == nil || wrong.Code != "label_used") { // one that is there is no further one
		out = append(out, refuseAt(FieldLabel, "version_waiting", "label", w.Label))
	} else if wrong != nil {
		out = append(out, wrong)
	}
	v.Document, v.Label, v.Seq, v.Revision = d.ID, label.String(), 1, 1
	v.Filed, v.Title, v.SupersededBy, v.Stopped, v.Withdrawal, v.Earlier = in.Today, d.Title, "", "", nil, nil
	for _, old := range versions {
		v.Seq = max(v.Seq, old.Seq+1)
	}
	if old, ok := find(versions, v.Label); ok { // a withdrawn one, whose label is free again
		v.Revision, v.Earlier = old.Revision+1, append(old.Earlier, alone(old))
	}
	out = append(append(out, checkDates(versions, v, in.Today)...), versionLengths(v)...)
	return v, append(out, checkFiles(v.Files)...)
}

func labelFor(versions []Version, in Issue) (Label, *Refusal) {
	last, any := highest(versions)
	if in.Label == "" {
		if in.Named {
			return Label{}, refuseAt(FieldLabel, "label_needed")
		}
		if !any {
			return FirstLabel, nil
		}
		return last.Next(in.Bump), nil
	}
	label, wrong := parseLabel(in.Label)
	if wrong != nil {
		return Label{}, wrong
	}
	if old, used := find(versions, in.Label); used && old.State != Withdrawn {
		return Label{}, refuseAt(FieldLabel, "label_used", "label", in.Label)
	}
	if any && label.Compare(last) < 0 {
		return Label{}, refuseAt(FieldLabel, "label_order", "label", in.Label, "last", last.String())
	}
	return label, nil
}

// checkDates is what is wrong with the days of a version: each by itself, then what they
// say of one another.
func checkDates(versions []Version, v Version, today string) Refusals {
	var out Refusals
	if v.Issued == "" {
		out = append(out, refuseAt(FieldIssued, "issued_needed"))
	}
	for _, day := range []struct{ field, date string }{{FieldIssued, v.Issued}, {FieldApproved, v.Approved}, {FieldNextReview, v.NextReview}} {
		if day.date != "" && !validDate(day.date) {
			out = append(out, refuseAt(day.field, "date_form", "date", day.date))
		}
	}
	if !validDate(today) {
		out = append(out, refuse("date_form", "date", today))
	}
	readable := validDate(v.Issued)
	if readable && validDate(today) && v.Issued > farFrom(today) {
		out = append(out, refuseAt(FieldIssued, "issued_far", "date", v.Issued))
	} else if readable && validDate(today) && validDate(v.NextReview) {
		out = append(out, ReviewFar(v.NextReview, max(v.Issued, today))...)
	}
	switch {
	case !validDate(v.Approved) || !validDate(today):
	case v.Approved > today:
		out = append(out, refuseAt(FieldApproved, "approved_future", "approved", v.Approved))
	case readable && v.Approved > v.Issued:
		out = append(out, refuseAt(FieldApproved, "approved_order", "approved", v.Approved, "date", v.Issued))
	}
	last := ""
	for _, old := range versions {
		if old.State != Withdrawn {
			last = max(last, old.Issued)
		}
	}
	if readable && last > v.Issued {
		out = append(out, refuseAt(FieldIssued, "issued_order", "date", v.Issued, "last", last))
	}
	return out
}

var sha256Hex = regexp.MustCompile(`^[0-9a-f]{64}$`)

func checkFiles(files []File) Refusals {
	var out Refusals
	main := 0
	for _, f := range files {
		if f.Name == "" || f.Size < 0 || !sha256Hex.MatchString(f.Digest) {
			out = append(out, refuseAt(FieldFiles, "file_digest", "name", f.Name))
		}
		if f.Main {
			main++
		}
	}
	if main > 1 {
		out = append(out, refuseAt(FieldFiles, "main_file"))
	}
	return out
}
