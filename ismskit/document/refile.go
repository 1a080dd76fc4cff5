package document

import "context"

// Refiling says under which working year (作業年度) a document is filed other than that of
// its day, who did it, when and why.
type Refiling struct {
	// Version is the one that was in force then: the next one is filed under its own day.
	Version string
	Year    int    // Minguo; 0: that of its day again
	On      string // ISO date
	Person  string // id of who did it
	By      string // and name then
	Reason  string
}

// YearGiven is the working year that somebody filed a document under, 0 for that of its day.
func (d Document) YearGiven() int {
	if d.Refiled == nil || d.Refiled.Version != d.Current {
		return 0
	}
	return d.Refiled.Year
}

// YearGiven is the working year that somebody filed a former version under, 0 for that of its day.
func (v Version) YearGiven() int {
	if v.Refiled == nil {
		return 0
	}
	return v.Refiled.Year
}

// keepsYear is a version that is in force no more, with the year it was filed under.
func (d Document) keepsYear(v Version) Version {
	if d.Refiled != nil && d.Refiled.Version == v.Label {
		v.Refiled = d.Refiled
	}
	return v
}

// Refile files a document under another working year, or its own again.
func (l Library) Refile(ctx context.Context, id string, how Refiling) error {
	d, err := l.document(ctx, id)
	if err != nil {
		return err
	}
	how.Version = d.Current
	d.Refiled = &how
	d.Revision++
	return l.store.PutDocument(ctx, d)
}
