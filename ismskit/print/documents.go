package print

import (
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// list is the 文件一覽表 or the 表單一覽表 for paper.
type list struct {
	Lang                    string
	Agency, Title, On       string
	Forms                   bool
	Lines                   []listLine
	Count, Gone             string
	Printed, Note           string
	WithReview, WithRemarks bool
}

type listLine struct{ Level, Parent, Number, Title, Version, Issued, Class, Owner, NextReview, Remarks string }

func listSheet(l ismskit.DocumentList, o ismskit.Imprint) list {
	p := printer{o: o, in: forms.Locale{Lang: o.Lang, Location: o.Location}}
	out := list{
		Lang: o.Lang, Agency: o.Agency, Title: DocumentsTitle(o.Lang, l), On: p.day(l.On), Forms: l.Forms, Note: o.Note, Printed: p.printed(),
	}
	counted, gone := l.InForce(), len(l.Entries)-l.InForce()
	if l.Shown == ismskit.ShownRetired { // these alone are what the list is of
		counted, gone = len(l.Entries), 0
	}
	out.Count = say(o.Lang, "documents", "n", strconv.Itoa(counted))
	if gone > 0 {
		out.Gone = say(o.Lang, "documents_gone", "n", strconv.Itoa(gone))
	}
	for _, e := range l.Entries {
		line := lineOf(p, e)
		out.WithReview = out.WithReview || line.NextReview != ""
		out.WithRemarks = out.WithRemarks || line.Remarks != ""
		out.Lines = append(out.Lines, line)
	}
	return out
}

func lineOf(p printer, e ismskit.DocumentEntry) listLine {
	return listLine{
		Level: LevelName(p.o.Lang, e.Level), Parent: e.Parent, Number: e.Number, Title: document.TitleIn(e.Title, p.o.Lang), Version: e.Version.Label,
		Issued: p.isoDay(e.Version.Issued), Class: p.o.Classes.Name(e.Class, p.o.Lang), Owner: e.Owner, NextReview: p.isoDay(e.NextReview), Remarks: p.remarks(e),
	}
}

// remarks are what must be said of a document on the list of a day: that it no longer held, that a
// list of that day which was printed earlier lacks it, and its other numbers.
func (p printer) remarks(e ismskit.DocumentEntry) string {
	var all []string
	switch e.State {
	case document.Retired:
		all = append(all, say(p.o.Lang, "retired_on", "on", p.isoDay(e.Retired)))
	case document.Stopped:
		all = append(all, say(p.o.Lang, "stopped_on", "on", p.isoDay(e.Version.Stopped)))
	}
	if e.Filed != "" {
		all = append(all, say(p.o.Lang, "filed_later", "on", p.isoDay(e.Filed)))
	}
	if e.Late {
		all = append(all, say(p.o.Lang, "review_late"))
	}
	if len(e.FormerNumbers) > 0 {
		all = append(all, say(p.o.Lang, "former_numbers", "numbers", strings.Join(e.FormerNumbers, say(p.o.Lang, "between"))))
	}
	if e.Renumbered != "" {
		all = append(all, say(p.o.Lang, "renumbered", "number", e.Renumbered))
	}
	return strings.Join(all, say(p.o.Lang, "then"))
}

// DocumentsTitle is what a list of documents is called: 文件一覽表, or 文件一覽表（逾審查日） of a part
// of it.
func DocumentsTitle(lang string, l ismskit.DocumentList) string {
	title := say(lang, "document_list")
	var part []string
	if l.Forms {
		title = say(lang, "form_list")
	} else {
		for _, level := range l.Levels {
			part = append(part, LevelName(lang, level))
		}
	}
	if shown := DocumentsPart(lang, l.Shown); shown != "" {
		part = append(part, shown)
	}
	if l.Text != "" {
		part = append(part, say(lang, "documents_has", "text", l.Text))
	}
	if len(part) == 0 {
		return title
	}
	return say(lang, "documents_part", "title", title, "part", strings.Join(part, say(lang, "between")))
}

// DocumentsPart is a part of the list of documents in words, "" of the whole.
func DocumentsPart(lang string, shown ismskit.DocumentsShown) string {
	switch shown {
	case ismskit.ShownInUse:
		return say(lang, "documents_in_use")
	case ismskit.ShownLate:
		return say(lang, "documents_late")
	case ismskit.ShownTwice:
		return say(lang, "documents_twice")
	case ismskit.ShownRetired:
		return say(lang, "documents_retired")
	}
	return ""
}

// DocumentsHeadings are the columns of a list of documents that leaves as a file.
func DocumentsHeadings(lang string) []string {
	return []string{
		say(lang, "level"), say(lang, "doc_no"), say(lang, "name"), say(lang, "parent"), say(lang, "version"), say(lang, "issued"),
		say(lang, "class_head"), say(lang, "owner"), say(lang, "next_review"), say(lang, "records.state"), say(lang, "remarks"),
	}
}

// DocumentsRow is a document of such a list in these columns; state says a state in words.
func DocumentsRow(in forms.Locale, l ismskit.DocumentList, e ismskit.DocumentEntry, state func(string) string) []string {
	line := lineOf(printer{o: ismskit.Imprint{Lang: in.Lang, Classes: l.Classes}, in: in}, e)
	return []string{line.Level, line.Number, line.Title, line.Parent, line.Version, line.Issued, line.Class, line.Owner, line.NextReview, state(string(e.State)), line.Remarks}
}
