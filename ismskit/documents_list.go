package ismskit

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
)

// DocumentLists are the 文件一覽表 and the 表單一覽表 of any day, on screen, on paper and as a
// file.
type DocumentLists struct{ k *Kit }

// Lists are the lists of documents.
func (d Documents) Lists() DocumentLists { return DocumentLists(d) }

// DocumentEntry is a line of the 文件一覽表.
type DocumentEntry struct {
	document.Document
	// Version is the one in force, or the last that was; zero before the first issue.
	Version document.Version
	// Listed says that a version of it had been issued by the day of the list. One that is not
	// there yet is seen by whoever looks today, and is on no list on paper or in a file.
	Listed bool
	// Renumbered is, on the list of a day, the number the document has had since, "" where it
	// is the same.
	Renumbered string
	// Filed is, on the list of a day, the ISO date on which its Version was filed where that was
	// later: a list that was printed before has another version, or none. "" otherwise, and where
	// that was not kept.
	Filed string
	// Twice says that another document has or had the same number (U13).
	Twice bool
	// Late says that the day of the next review has passed, by so many working days.
	Late     bool
	LateDays int
}

// Copy is the file in which the version stands, false where it has none. Of one that is
// read on screen, Documents.Print lays out the copy to take away.
func (e DocumentEntry) Copy() (file document.File, onScreen, ok bool) {
	file, ok = e.Version.Main()
	return file, ok && readsOnScreen(file), ok
}

// DocumentList is the 文件一覽表 of a day on paper or in a file, or a part of it: what is called
// the list must not pass for the whole where it is not.
type DocumentList struct {
	On      calendar.Date
	Entries []DocumentEntry
	// Shown is the part of the list that it is, Levels those that were asked for, nil for all, and
	// Text what was searched for.
	Shown  DocumentsShown
	Levels []int
	Text   string
	// Forms says that only forms were asked for: it is the 表單一覽表.
	Forms bool
	// Classes are the house's scale, for what the classes are called.
	Classes Classes
}

// DocumentsShown are parts of the 文件一覽表 that are shown by themselves.
type DocumentsShown string

const (
	ShownAll     DocumentsShown = ""        // the whole list
	ShownInUse   DocumentsShown = "in_use"  // all but those that were retired
	ShownLate    DocumentsShown = "late"    // those whose review is late
	ShownTwice   DocumentsShown = "twice"   // those whose number another has or had
	ShownRetired DocumentsShown = "retired" // those that were retired
)

// Of says whether a document belongs to such a part.
func (s DocumentsShown) Of(e DocumentEntry) bool {
	switch s {
	case ShownInUse:
		return e.State != document.Retired
	case ShownLate:
		return e.Late
	case ShownTwice:
		return e.Twice
	case ShownRetired:
		return e.State == document.Retired
	}
	return true
}

// OnSheet says whether such a part has a document on it that is printed or leaves as a file: of what
// the screen shows of today, all but those that are not there yet.
func (s DocumentsShown) OnSheet(e DocumentEntry) bool { return e.Listed && s.Of(e) }

// InForce are how many documents of the list held on its day.
func (l DocumentList) InForce() int {
	n := 0
	for _, e := range l.Entries {
		if e.State == document.Current {
			n++
		}
	}
	return n
}

// LevelForm is the level of forms and records, of which the 表單一覽表 is made.
const LevelForm = 4

// Entries returns the documents the actor may read, each with its version in
// force, by number. What he may not read counts nowhere, not even as a duplicate.
// With an ISO date, on, it is the list as it was on that day, or will be as things
// stand: every document issued by then as document.StandingOn says. Who may read one
// follows from the class it has now, and the query's words, classes and other conditions go by
// what it is called and is today, all but its levels; so does Twice. A *document.Refusal where it is no date.
func (l DocumentLists) Entries(ctx context.Context, actor Actor, q document.Query, on string) ([]DocumentEntry, error) {
	l.k = l.k.once()
	d := Documents(l)
	day, err := parseISO(on)
	if err != nil || on != "" && day.String() != on {
		return nil, document.RefuseDate(on)
	}
	if on == "" {
		day = calendar.DateOf(d.k.moment().In(d.k.location))
	}
	reach, err := d.reach(ctx, actor)
	if err != nil {
		return nil, err
	}
	q.Reach = reach
	levels := q.Levels
	if on != "" {
		q.Levels = nil // that of the day may have been another
	}
	var out []DocumentEntry
	err = d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		all, err := tx.Documents().Documents(ctx, document.Query{Reach: reach})
		if err != nil {
			return err
		}
		twice := usedTwice(all)
		found, err := listedBy(ctx, tx, q)
		if err != nil {
			return err
		}
		entries := make([]DocumentEntry, 0, len(found))
		for _, doc := range found {
			versions, err := tx.Documents().Versions(ctx, doc.ID)
			if err != nil {
				return err
			}
			e := DocumentEntry{Document: doc, Twice: slices.ContainsFunc(doc.Numbers(), func(n string) bool { return twice[n] > 1 })}
			if on == "" {
				_, e.Listed = document.StandingOn(doc, versions, day.String())
				if r, err := document.Read(doc, versions, ""); err == nil {
					e.Version = r.Version
				}
			} else {
				stood, issued := document.StandingOn(doc, versions, on)
				if !issued || levels != nil && !slices.Contains(levels, stood.Document.Level) {
					continue
				}
				e.Document, e.Version, e.Listed, e.Renumbered = stood.Document, stood.Version, true, stood.Renumbered
				if e.Version.Filed > on {
					e.Filed = e.Version.Filed
				}
			}
			e.Version = caseless(e.Version)
			e.Late, e.LateDays = d.reviewLate(e.Document, day)
			entries = append(entries, e)
		}
		if on != "" { // by the numbers of the day
			slices.SortStableFunc(entries, func(a, b DocumentEntry) int {
				return strings.Compare(document.Cursor(a.Document), document.Cursor(b.Document))
			})
		}
		out = entries
		return nil
	})
	if err != nil || on != "" {
		return out, err
	}
	docs := make([]document.Document, len(out))
	for i, e := range out {
		docs[i] = e.Document
	}
	err = d.onTheWay(ctx, docs) // as its page says
	for i := range out {
		out[i].State = docs[i].State
	}
	return out, err
}

func usedTwice(docs []document.Document) map[string]int {
	n := map[string]int{}
	for _, doc := range docs {
		for _, number := range doc.Numbers() {
			n[number]++
		}
	}
	return n
}

// of is the list of an ISO date, "" for today, or the part of it that is shown.
func (l DocumentLists) of(ctx context.Context, actor Actor, q document.Query, shown DocumentsShown, on string) (DocumentList, error) {
	if on == "" {
		on = calendar.DateOf(l.k.moment().In(l.k.location)).String()
	}
	entries, err := l.Entries(ctx, actor, q, on)
	if err != nil {
		return DocumentList{}, err
	}
	entries = slices.DeleteFunc(entries, func(e DocumentEntry) bool { return !shown.OnSheet(e) })
	scale, err := l.k.classesNow(ctx)
	if err != nil {
		return DocumentList{}, err
	}
	day, err := parseISO(on)
	return DocumentList{On: day, Entries: entries, Shown: shown, Levels: q.Levels, Text: q.Text, Forms: slices.Equal(q.Levels, []int{LevelForm}), Classes: scale}, err
}

// Print lays out the list of an ISO date, "" for today, as Entries gives it, or the part of it that is shown.
func (l DocumentLists) Print(ctx context.Context, actor Actor, q document.Query, shown DocumentsShown, on string, o Imprint) (Printout, error) {
	l.k = l.k.once()
	o, err := l.k.imprint(ctx, actor, o)
	if err != nil {
		return Printout{}, err
	}
	list, err := l.of(ctx, actor, q, shown, on)
	if err != nil {
		return Printout{}, err
	}
	return l.k.cfg.Printer.List(ctx, list, o)
}

// ExportedDocuments is the Type of an Event that is a list of documents taken out of the
// house; its Number is how many there were.
const ExportedDocuments = "documents"

// Export gives the list of an ISO date, "" for today, or the part of it that is shown, for a file. That somebody took it is an
// entry on the trail before he has it, with scope, as of Records.Export; one with no document
// on it is ErrNotFound.
func (l DocumentLists) Export(ctx context.Context, actor Actor, q document.Query, shown DocumentsShown, on string, scope map[string]string) (DocumentList, error) {
	l.k = l.k.once()
	k := l.k
	now := k.moment()
	by, err := Documents{k}.signer(ctx, actor, now)
	if err != nil {
		return DocumentList{}, err
	}
	list, err := l.of(ctx, actor, q, shown, on)
	if err != nil {
		return DocumentList{}, err
	}
	if len(list.Entries) == 0 {
		return DocumentList{}, ErrNotFound
	}
	err = k.tookList(ctx, actor, Event{Type: ExportedDocuments, Number: strconv.Itoa(len(list.Entries)), By: by}, scope, now)
	return list, err
}
