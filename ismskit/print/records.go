package print

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
)

// RecordsTitle is what a list of records is called.
func RecordsTitle(lang string) string { return say(lang, "records.title") }

// RecordsHeadings are the columns of a list of records that leaves as a file.
func RecordsHeadings(lang string) []string {
	return []string{
		say(lang, "records.number"), say(lang, "records.form"), say(lang, "records.subject"), say(lang, "records.version"), say(lang, "records.unit"), say(lang, "records.name"),
		say(lang, "records.filed"), say(lang, "records.closed"), say(lang, "records.state"), say(lang, "records.class"), say(lang, "records.year"),
		say(lang, "records.category"), say(lang, "records.kind"), say(lang, "records.system"),
		say(lang, "records.origin"), say(lang, "records.original"),
	}
}

// RecordsRow is a record of what was found in these columns.
func RecordsRow(in forms.Locale, found ismskit.Finding, r record.Record) []string {
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return in.Day(calendar.DateOf(t.In(in.Location)))
	}
	subject := r.Subject
	if text := found.SubjectIn[cmp.Or(r.Case, r.ID)].In(in.Lang); text != "" {
		subject = text
	}
	state := record.Word(r.State, in.Lang)
	if r.Kind == ismskit.RecordDocument && r.State == string(document.Withdrawn) { // a case's word is another one
		state = say(in.Lang, "records.withdrawn")
	}
	original := r.Original
	if original == "" {
		original = say(in.Lang, "records.electronic")
	}
	named := func(id string, names map[string]forms.Text) string { return cmp.Or(names[id].In(in.Lang), id) }
	systems := make([]string, len(r.Systems))
	for i, id := range r.Systems {
		systems[i] = named(id, found.SystemNames)
	}
	return []string{
		ismskit.RowNumberIn(in.Lang, r.Number, found.RowNos[r.Case], found.RowTurns[r.Case]), r.Form, subject, found.Versions[r.ID], r.UnitName, r.Name,
		day(r.Filed), day(r.Closed), state, found.Classes.Name(r.Class, in.Lang), recordsYear(in, r.Year),
		named(r.Category, found.CategoryNames), named(r.DocKind, found.KindNames), strings.Join(systems, say(in.Lang, "list")), recordsOrigin(in.Lang, r.Origin), original,
	}
}

// recordsYear is a working year as it is counted where the list is read.
func recordsYear(in forms.Locale, year int) string {
	switch {
	case year == 0:
		return ""
	case in.Minguo():
		return strconv.Itoa(year)
	}
	return strconv.Itoa(year + 1911)
}

func recordsOrigin(lang, origin string) string {
	if key, known := map[string]string{
		"online": "records.online", "uploaded": "records.uploaded", "paper": "records.paper", "imported": "records.imported",
	}[origin]; known {
		return say(lang, key)
	}
	return origin
}
