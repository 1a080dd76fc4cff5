package web

import (
	"bytes"
	"net/http"
	"slices"
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

// tabShown is the part of the list that is on a tab other than those of the levels; on a list of a
// level those that were retired stand too, as it says of each.
func tabShown(r *http.Request) ismskit.DocumentsShown {
	shown := ismskit.DocumentsShown(r.URL.Query().Get("tab"))
	if slices.Contains([]ismskit.DocumentsShown{ismskit.ShownLate, ismskit.ShownTwice, ismskit.ShownRetired}, shown) {
		return shown
	}
	return ""
}

// listQuery is what a list on paper or in a file is made of: what was searched for, and the
// level of the tab.
func listQuery(r *http.Request) document.Query {
	q := document.Query{Text: strings.TrimSpace(r.URL.Query().Get("q"))}
	if tab := r.URL.Query().Get("tab"); len(tab) == 1 && tab >= "1" && tab <= formsTab {
		q.Levels = []int{int(tab[0] - '0')}
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
		return p.kit.Documents().Lists().Print(r.Context(), p.actor(r), listQuery(r), tabShown(r), on, o)
	})
}

// documentsSheet gives the same list as an Excel file.
func (p *Pages) documentsSheet(w http.ResponseWriter, r *http.Request) {
	on, day, wrong := p.listDay(r)
	if wrong != "" {
		p.documents(w, r)
		return
	}
	found, err := p.kit.Documents().Lists().Export(r.Context(), p.actor(r), listQuery(r), tabShown(r), on, p.listScope(r))
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
	switch tabShown(r) {
	case ismskit.ShownLate:
		scope[p.text(r, "word.state")] = p.text(r, "documents.late")
	case ismskit.ShownTwice:
		scope[p.text(r, "word.state")] = p.text(r, "documents.twice")
	case ismskit.ShownRetired:
		scope[p.text(r, "word.state")] = p.text(r, "documents.retired")
	}
	return scope
}
