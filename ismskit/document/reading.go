package document

import (
	"maps"
	"slices"
)

// Reading is a version as a reader gets it, with everything that must be said
// beside it.
type Reading struct {
	Document Document
	Version  Version
	// InForce is false for an old, stopped, waiting or retired one.
	InForce bool
	// Notices go on the page, on the print and into the name of the download (B1.5); who is
	// shown them is shown NoticesIn his language.
	Notices []Notice
}

// Read picks a version for a reader: the one in force for an empty label — or,
// where none is, the last one that was (B1.5) — otherwise the one asked for.
func Read(d Document, versions []Version, label string) (Reading, error) {
	v, ok := pick(d, versions, label)
	if !ok {
		if label == "" {
			return Reading{}, refuse("not_issued")
		}
		return Reading{}, refuse("no_such_version", "label", label)
	}
	return ReadingOf(d, versions, v), nil
}

// ReadingOf is one of the versions as a reader gets it, also a withdrawn one whose label
// another bears now.
func ReadingOf(d Document, versions []Version, v Version) Reading {
	r := Reading{Document: d, Version: v, InForce: v.State == Current && d.Retired == "", Notices: notices(d, versions, v)}
	if len(v.Title) > 0 && !maps.Equal(v.Title, d.Title) {
		other := notice("named_now").of(d.Title, v.Title)
		if r.InForce {
			other = notice("issued_as").of(v.Title, d.Title)
		}
		r.Notices = append(r.Notices, other)
	}
	return r
}

// Title is what the version is called: the one in force as the document is now, any other as it
// was when it was issued. The other name is among Notices.
func (r Reading) Title() map[string]string {
	if r.InForce || len(r.Version.Title) == 0 {
		return r.Document.Title
	}
	return r.Version.Title
}

// Untitled are notices for somebody who may not know what the document is called.
func Untitled(all []Notice) []Notice {
	return slices.DeleteFunc(slices.Clone(all), func(n Notice) bool { return n.Title != nil })
}

func pick(d Document, versions []Version, label string) (Version, bool) {
	if label == "" {
		label = d.Current
	}
	if label != "" {
		return find(versions, label)
	}
	for i := len(versions) - 1; i >= 0; i-- {
		if s := versions[i].State; s == Current || s == Superseded || s == Retired {
			return versions[i], true
		}
	}
	return Version{}, false
}

// find returns the version of a label: the last one of a History.
func find(versions []Version, label string) (v Version, ok bool) {
	for _, one := range versions {
		if one.Label == label {
			v, ok = one, true
		}
	}
	return v, ok
}

func notices(d Document, versions []Version, v Version) []Notice {
	var all []Notice
	if d.Retired != "" {
		all = append(all, notice("retired", "on", d.Retired))
	}
	switch v.State {
	case Superseded:
		by, _ := find(versions, v.SupersededBy)
		all = append(all, notice("superseded", "by", v.SupersededBy, "on", by.Issued))
	case Stopped:
		all = append(all, beside("stopped", d, "on", v.Stopped))
	case Withdrawn:
		if d.Current == v.Label { // which says nothing to whoever holds this one
			again, _ := find(versions, d.Current)
			all = append(all, notice("withdrawn_again", "on", v.Withdrawal.On, "current", d.Current, "issued", again.Issued))
			break
		}
		all = append(all, beside("withdrawn", d, "on", v.Withdrawal.On))
	case Waiting:
		all = append(all, beside("waiting", d, "on", v.Issued))
	case Draft, InReview:
		all = append(all, notice("not_issued"))
	case Current:
		if next, ok := Waits(versions); ok {
			all = append(all, notice("waiting_next", "label", next.Label, "on", next.Issued))
		}
	}
	return all
}

// Namesakes are notices of the versions that bore v's label before it and were withdrawn:
// only the day of issue tells a print of one of them from a print of v.
func Namesakes(versions []Version, v Version) []Notice {
	var all []Notice
	for _, old := range versions {
		if old.Label == v.Label && old.Seq < v.Seq && old.State == Withdrawn {
			all = append(all, notice("withdrawn_before_it", "label", old.Label, "issued", old.Issued, "on", old.Withdrawal.On))
		}
	}
	return all
}

// beside names the version that holds instead, where there is one.
func beside(code string, d Document, params ...string) Notice {
	if d.Current == "" {
		return notice(code+"_alone", params...)
	}
	return notice(code, append(params, "current", d.Current)...)
}

// Waits is the version that is approved and waits for its day of issue; false where none does.
func Waits(versions []Version) (Version, bool) {
	for _, v := range versions {
		if v.State == Waiting {
			return v, true
		}
	}
	return Version{}, false
}

// AsOf returns the version that was (or will be) in force on an ISO date: the
// last one issued by then that had not been stopped by then, nor withdrawn. ok is
// false before the first issue and from the day of retirement.
func AsOf(d Document, versions []Version, date string) (v Version, ok bool) {
	if d.Retired != "" && date >= d.Retired {
		return Version{}, false
	}
	for _, candidate := range versions {
		if candidate.State == Draft || candidate.State == InReview || candidate.State == Withdrawn || candidate.Issued > date {
			continue
		}
		if candidate.Stopped != "" && candidate.Stopped <= date {
			continue
		}
		if !ok || candidate.Seq > v.Seq {
			v, ok = candidate, true
		}
	}
	return v, ok
}

// WasIssued says whether any version had been issued by an ISO date, be the document
// retired since or not. One that was withdrawn, or stopped as wrongly issued by then, was not.
func WasIssued(versions []Version, date string) bool {
	_, was := AsOf(Document{}, versions, date)
	return was
}
