package document

import "maps"

// Facts are what is said of a document beside its versions, as it was until a day.
type Facts struct {
	Until         string // ISO date: the first day on which it was no more so
	Current       string // label of the version in force when it was changed
	Number        string
	FormerNumbers []string `json:",omitempty"`
	Title         map[string]string
	Level         int
	Class         string
	Owner, Unit   string
	Parent        string
	NextReview    string
}

// facts are what is said of a document now.
func (d Document) facts() Facts {
	return Facts{Current: d.Current, Number: d.Number, FormerNumbers: d.FormerNumbers, Title: d.Title, Level: d.Level, Class: d.Class, Owner: d.Owner, Unit: d.Unit, Parent: d.Parent, NextReview: d.NextReview}
}

// keeps is what was said of a document before, with what was said until a day and is said no
// more. What changed more than once on a day was never the state of a day, and the first of it
// stays.
func (d Document) keeps(old Document, until string) []Facts {
	was, is := old.facts(), d.facts()
	n := len(old.Earlier)
	same := was.Current == is.Current && was.Number == is.Number && maps.Equal(was.Title, is.Title) && was.Level == is.Level && was.Class == is.Class &&
		was.Owner == is.Owner && was.Unit == is.Unit && was.Parent == is.Parent && was.NextReview == is.NextReview
	if same || n > 0 && old.Earlier[n-1].Until >= until {
		return old.Earlier
	}
	was.Until = until
	return append(old.Earlier[:n:n], was)
}

// reviewUnder is the day of the next review that a document had while a version was in force;
// ok is false where that was not kept.
func (d Document) reviewUnder(label string) (day string, ok bool) {
	for _, f := range d.Earlier {
		if f.Current == label {
			day, ok = f.NextReview, true
		}
	}
	return day, ok
}

// Standing is how a document stood on a day.
type Standing struct {
	// Document has number, title, level, class, owner and day of review as they were, as far as
	// changes of them were kept (Document.Earlier), and the State of the day.
	Document Document
	// Version is the one in force that day; where none was, the one that was retired or stopped.
	Version Version
	// Renumbered is the number it has now, "" where that is the one of the day.
	Renumbered string
}

// InForce says whether the document held on the day.
func (s Standing) InForce() bool { return s.Document.State == Current }

// StandingOn is how a document stood, or will stand, on an ISO date: Current with the version
// of AsOf, Retired from the day of its retirement with the version that held last, Stopped
// where the only versions issued by then had been stopped as wrongly issued. ok is false before
// the first issue.
func StandingOn(d Document, versions []Version, date string) (s Standing, ok bool) {
	v, in := AsOf(d, versions, date)
	s = Standing{Document: d, Version: v}
	switch {
	case in:
		s.Document.State = Current
	case d.Retired != "" && date >= d.Retired:
		s.Document.State = Retired
		unretired := d
		unretired.Retired = ""
		if s.Version, ok = AsOf(unretired, versions, d.Retired); !ok {
			s.Version, ok = stoppedBy(versions, d.Retired)
		}
		if !ok {
			return Standing{}, false
		}
	default:
		if s.Version, ok = stoppedBy(versions, date); !ok {
			return Standing{}, false
		}
		s.Document.State = Stopped
	}
	f := d.facts()
	for _, earlier := range d.Earlier {
		if earlier.Until > date {
			f = earlier
			break
		}
	}
	s.Document.Number, s.Document.FormerNumbers, s.Document.Title, s.Document.Level = f.Number, f.FormerNumbers, f.Title, f.Level
	s.Document.Class, s.Document.Owner, s.Document.Unit, s.Document.Parent = f.Class, f.Owner, f.Unit, f.Parent
	s.Document.Current, s.Document.NextReview = "", ""
	if s.InForce() {
		s.Document.Current, s.Document.NextReview = s.Version.Label, reviewOf(versions, s.Version, f)
	}
	if s.Document.State != Retired {
		s.Document.Retired = ""
	}
	if !SameNumber(f.Number, d.Number) {
		s.Renumbered = d.Number
	}
	return s, true
}

// stoppedBy is the last version issued by a day that had been stopped by then.
func stoppedBy(versions []Version, date string) (v Version, ok bool) {
	for _, one := range versions {
		if one.State == Stopped && one.Issued <= date && one.Stopped <= date && (!ok || one.Seq > v.Seq) {
			v, ok = one, true
		}
	}
	return v, ok
}

// reviewOf is the day of the next review while a version was in force: what was said of the
// document if it was said while that version was, else what the version or the last one
// before it that named a day brought with it.
func reviewOf(versions []Version, v Version, f Facts) string {
	if v.Label == f.Current {
		return f.NextReview
	}
	review, seq := "", 0
	for _, one := range versions {
		unissued := one.State == Withdrawn || one.State == Draft || one.State == InReview || one.State == Stopped && one.Label != v.Label
		if !unissued && one.NextReview != "" && one.Seq <= v.Seq && one.Seq > seq {
			review, seq = one.NextReview, one.Seq
		}
	}
	if now, known := find(versions, f.Current); known && now.Seq < v.Seq && seq <= now.Seq {
		return f.NextReview // a later version that names no day leaves it
	}
	return review
}
