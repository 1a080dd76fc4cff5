package web

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/forms/xlsx"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/ismskit/record"
)

// formsTab is the tab on which the list of documents is the 表單一覽表.
const formsTab = "4"

// documentsTab is a tab of the list: of all documents, of those of a level, or of another part.
type documentsTab struct {
	name  string // as in the address, "" for all
	level int    // 0 for every one
	// shown is the part of the list that the tab is on paper and in a file. On those of all and of
	// a level those that were retired stand too, each with its day: paper has no tab of its own for
	// them, as the screen has, and an auditor asks where a number went.
	shown ismskit.DocumentsShown
}

// tabOf is the tab of an address; one that is not known is that of all.
func tabOf(r *http.Request) documentsTab {
	name := r.URL.Query().Get("tab")
	for _, tab := range documentsTabs {
		if tab.name == name {
			return tab
		}
	}
	return documentsTab{}
}

var documentsTabs = []documentsTab{
	{}, {name: "1", level: 1}, {name: "2", level: 2}, {name: "3", level: 3}, {name: formsTab, level: ismskit.LevelForm},
	{name: "late", shown: ismskit.ShownLate}, {name: "twice", shown: ismskit.ShownTwice}, {name: "retired", shown: ismskit.ShownRetired},
}

// onScreen says whether a document belongs to a tab.
func (t documentsTab) onScreen(e ismskit.DocumentEntry) bool {
	shown := t.shown
	if shown == ismskit.ShownAll {
		shown = ismskit.ShownInUse
	}
	return t.ofLevel(e) && shown.Of(e)
}

// onSheet says whether a document is on the list that the tab is on paper and in a file.
func (t documentsTab) onSheet(e ismskit.DocumentEntry) bool {
	return t.ofLevel(e) && t.shown.OnSheet(e)
}

func (t documentsTab) ofLevel(e ismskit.DocumentEntry) bool {
	return t.level == 0 || e.Level == t.level
}

// listQuery is what a list on paper or in a file is made of: what was searched for, and the
// level of the tab.
func listQuery(r *http.Request) document.Query {
	q := document.Query{Text: strings.TrimSpace(r.URL.Query().Get("q"))}
	if level := tabOf(r).level; level > 0 {
		q.Levels = []int{level}
	}
	return q
}

// printDocuments shows the 文件一覽表, of today or of another day.
func (p *Pages) printDocuments(w http.ResponseWriter, r *http.Request) {
	on, _, wrong := p.listDay(r)
	if wrong != "" { // the list itself says so
		p.documents(w, r)
		return
	}
	query := r.URL.Query()
	page := printPage{Back: address("/documents", "q", query.Get("q"), "on", query.Get("on"), "tab", query.Get("tab")), BackText: p.text(r, "documents.back_list")}
	p.showPrint(w, r, page, func(o ismskit.Imprint) (ismskit.Printout, error) {
		return p.kit.Documents().Lists().Print(r.Context(), p.actor(r), listQuery(r), tabOf(r).shown, on, o)
	})
}

// documentsSheet gives the same list as an Excel file.
func (p *Pages) documentsSheet(w http.ResponseWriter, r *http.Request) {
	on, day, wrong := p.listDay(r)
	if wrong != "" {
		p.documents(w, r)
		return
	}
	found, err := p.kit.Documents().Lists().Export(r.Context(), p.actor(r), listQuery(r), tabOf(r).shown, on, p.listScope(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	lang := p.lang(r)
	title := print.DocumentsTitle(lang, found) + " " + p.dayShort(r, day)
	list := xlsx.List{Name: title, Headings: print.DocumentsHeadings(lang), Rows: func(yield func([]string) bool) {
		in := forms.Locale{Lang: lang, Location: p.location}
		for _, e := range found.Entries {
			if !yield(print.DocumentsRow(in, found, e, func(state string) string { return record.Word(state, lang) })) {
				return
			}
		}
	}}
	var file bytes.Buffer // whole before it is sent: half a workbook opens as a damaged one
	if err := xlsx.WriteList(&file, list); err != nil {
		p.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", attachment(title+".xlsx"))
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(file.Bytes())
	p.renderer.logQuietly(r.Context(), "workbook not sent whole", err)
}

// listScope says in the words of the page which list was asked for.
func (p *Pages) listScope(r *http.Request) map[string]string {
	_, day, _ := p.listDay(r)
	scope := map[string]string{p.text(r, "documents.day"): p.dayShort(r, day)}
	q := listQuery(r)
	if q.Text != "" {
		scope[p.text(r, "documents.search")] = q.Text
	}
	for _, level := range q.Levels {
		scope[p.text(r, "documents.level")] = print.LevelName(p.lang(r), level)
	}
	if part := print.DocumentsPart(p.lang(r), tabOf(r).shown); part != "" {
		scope[p.text(r, "documents.part")] = part
	}
	return scope
}
