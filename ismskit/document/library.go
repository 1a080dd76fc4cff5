package document

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// Library applies the rules of document control to a Store. It is as short-lived
// and as little safe for concurrent use as the transaction the Store belongs to.
type Library struct {
	store Store
	names func(Document) bool
}

// In returns the library of one transaction. What it refuses names no other document: see
// Naming.
func In(store Store) Library { return Library{store, func(Document) bool { return false }} }

// Naming is the library for somebody who may read what may says: a refusal names such a
// document to him. That others are there he hears of none.
func (l Library) Naming(may func(Document) bool) Library { return Library{l.store, may} }

// Add registers a document without a version. The number must be free, among
// present and former ones, unless duplicate is set: an import keeps both of a
// number used twice and flags them (U13).
func (l Library) Add(ctx context.Context, d Document, duplicate bool) error {
	_, found, err := l.store.Document(ctx, d.ID)
	if err != nil {
		return err
	}
	if found {
		return refuse("id_taken")
	}
	wrong, err := l.unfit(ctx, d, duplicate)
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		return wrong
	}
	if d.State == "" {
		d.State = Draft
	}
	d.Revision, d.Current, d.Retired, d.Earlier, d.Reviewed = 1, "", "", nil, nil
	return l.store.PutDocument(ctx, d)
}

// unfit is what is wrong with a document that is not there yet; as a duplicate it may have another's number.
func (l Library) unfit(ctx context.Context, d Document, duplicate bool) (Refusals, error) {
	wrong := check(d, Document{})
	if !duplicate && strings.TrimSpace(d.Number) != "" {
		taken := l.free(ctx, d.Number, d.ID)
		refusals, ok := AsRefusals(taken)
		if taken != nil && !ok {
			return nil, taken
		}
		wrong = append(wrong, refusals...)
	}
	unrelated, err := l.related(ctx, d, Document{})
	return append(wrong, unrelated...), err
}

// check is what is wrong with a document, beside the one that is stored.
func check(d, stored Document) Refusals {
	var out Refusals
	if d.ID == "" {
		out = append(out, refuse("id_needed"))
	}
	if strings.TrimSpace(d.Number) == "" {
		out = append(out, refuseAt(FieldNumber, "number_needed"))
	}
	if len(d.Title) == 0 {
		out = append(out, refuseAt(FieldTitle, "title_needed"))
	}
	if d.Level < 1 || d.Level > 4 {
		out = append(out, refuseAt(FieldLevel, "level"))
	}
	if d.NextReview != "" && !validDate(d.NextReview) {
		out = append(out, refuseAt(FieldNextReview, "date_form", "date", d.NextReview))
	}
	if d.ReviewMonths < 0 || d.ReviewMonths > MaxMonths {
		out = append(out, refuseAt(FieldMonths, "review_months", "most", strconv.Itoa(MaxMonths)))
	}
	return append(out, documentLengths(d, stored)...)
}

// free refuses a number that another document has or had.
func (l Library) free(ctx context.Context, number, id string) error {
	others, err := l.Find(ctx, number)
	if err != nil {
		return err
	}
	var refused error
	for _, o := range others {
		if o.ID == id {
			continue
		}
		if l.names(o) {
			return refuseAt(FieldNumber, "number_taken", "number", number, "title", TitleIn(o.Title, "zh-TW"))
		}
		refused = refuseAt(FieldNumber, "number_kept", "number", number)
	}
	return refused
}

// Change replaces what may change without a new version: title, class, owner,
// relations, review date, band, note. Number, state and versions stay. What was said until
// today, an ISO date, is kept for StandingOn.
func (l Library) Change(ctx context.Context, d Document, today string) error {
	stored, err := l.document(ctx, d.ID)
	if err != nil {
		return err
	}
	d.Number, d.FormerNumbers = stored.Number, stored.FormerNumbers
	if SameNumber(d.Parent, stored.Parent) {
		d.Parent = stored.Parent
	}
	unrelated, err := l.related(ctx, d, stored)
	if err != nil {
		return err
	}
	wrong := append(check(d, stored), unrelated...)
	if d.NextReview != stored.NextReview && validDate(d.NextReview) && validDate(today) {
		wrong = append(wrong, ReviewFar(d.NextReview, today)...)
	}
	if len(wrong) > 0 {
		return wrong
	}
	d.Reviewed = stored.Reviewed
	d.State, d.Current, d.Retired, d.Refiled = stored.State, stored.Current, stored.Retired, stored.Refiled
	d.Earlier = d.keeps(stored, today)
	d.Revision = stored.Revision + 1
	return l.store.PutDocument(ctx, d)
}

// Renumber gives a document another number from today on, an ISO date; the old one stays
// findable (曾用編號). One that is stored in another writing, such as with full-width brackets,
// stays as it is printed.
func (l Library) Renumber(ctx context.Context, id, number, today string) error {
	d, err := l.document(ctx, id)
	if err != nil {
		return err
	}
	if strings.TrimSpace(number) == "" {
		return refuseAt(FieldNumber, "number_needed")
	}
	if SameNumber(number, d.Number) {
		return nil
	}
	if long := checkLengths(limited{FieldNumber, number, MaxNumber}); long != nil {
		return long
	}
	if err := l.free(ctx, number, id); err != nil {
		return err
	}
	former := slices.DeleteFunc(slices.Clone(d.FormerNumbers), func(n string) bool { return SameNumber(n, number) })
	if !slices.Contains(former, d.Number) {
		former = append(former, d.Number)
	}
	old := d
	d.FormerNumbers, d.Number = former, number
	d.Earlier = d.keeps(old, today)
	d.Revision++
	return l.store.PutDocument(ctx, d)
}

// Find returns every document that has or had a number; more than one where a
// number was used twice.
func (l Library) Find(ctx context.Context, number string) ([]Document, error) {
	return l.store.Documents(ctx, Query{Numbers: []string{number}})
}

// Read returns a version as a reader gets it; see Read.
func (l Library) Read(ctx context.Context, id, label string) (Reading, error) {
	d, err := l.document(ctx, id)
	if err != nil {
		return Reading{}, err
	}
	versions, err := l.store.Versions(ctx, id)
	if err != nil {
		return Reading{}, err
	}
	return Read(d, versions, label)
}

// Versions returns a document with all its versions in the order of issue.
func (l Library) Versions(ctx context.Context, id string) (Document, []Version, error) {
	d, err := l.document(ctx, id)
	if err != nil {
		return Document{}, nil, err
	}
	versions, err := l.store.Versions(ctx, id)
	return d, versions, err
}

// Entry is a line of the 文件一覽表.
type Entry struct {
	Document Document
	Version  Version // the one in force on the day
}

// List returns the documents of a query that were in force on an ISO date, each
// with the version of that day. An empty page does not mean the end where some
// documents were not in force; the second result is the cursor for Query.After,
// "" at the end.
func (l Library) List(ctx context.Context, q Query, date string) ([]Entry, string, error) {
	if !validDate(date) {
		return nil, "", refuse("date_form", "date", date)
	}
	documents, err := l.store.Documents(ctx, q)
	if err != nil {
		return nil, "", err
	}
	var entries []Entry
	for _, d := range documents {
		versions, err := l.store.Versions(ctx, d.ID)
		if err != nil {
			return nil, "", err
		}
		if v, ok := AsOf(d, versions, date); ok {
			entries = append(entries, Entry{d, v})
		}
	}
	if q.Limit == 0 || len(documents) < q.Limit {
		return entries, "", nil
	}
	return entries, Cursor(documents[len(documents)-1]), nil
}

// Cursor returns the keyset cursor after a document, for Query.After.
func Cursor(d Document) string { return d.Number + "\x00" + d.ID }

// TitleIn returns a title in a language, else in zh-TW, else in any.
func TitleIn(title map[string]string, lang string) string {
	for _, l := range []string{lang, "zh-TW", "en"} {
		if t := title[l]; t != "" {
			return t
		}
	}
	first := ""
	for l, t := range title {
		if t != "" && (first == "" || l < first) {
			first = l
		}
	}
	return title[first]
}

func (l Library) document(ctx context.Context, id string) (Document, error) {
	d, found, err := l.store.Document(ctx, id)
	if err != nil {
		return Document{}, err
	}
	if !found {
		return Document{}, refuse("not_found")
	}
	return d, nil
}

// Addable is what Add would refuse of a document that is not there yet, with an id or without.
func (l Library) Addable(ctx context.Context, d Document, duplicate bool) (Refusals, error) {
	if d.ID == "" {
		d.ID = "new" // it gets one of its own
	}
	return l.unfit(ctx, d, duplicate)
}
