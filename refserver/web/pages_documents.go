package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// registerDocuments puts the pages of ISMS 文件 on a mux.
func (p *Pages) registerDocuments(mux *http.ServeMux) {
	mux.HandleFunc("GET /documents", p.documents)
	mux.HandleFunc("GET /documents/print", p.printDocuments)
	mux.HandleFunc("POST /documents/sheet", p.documentsSheet)
	mux.HandleFunc("GET /documents/new", p.newDocument)
	mux.HandleFunc("POST /documents/new", p.fileDocument)
	mux.HandleFunc("GET /documents/{id}", p.document)
	mux.HandleFunc("GET /documents/{id}/readers", p.documentReaders)
	mux.HandleFunc("GET /documents/{id}/loans", p.documentLoans)
	mux.HandleFunc("POST /documents/{id}/loans/{loan}/end", p.endLoan)
	mux.HandleFunc("GET /documents/{id}/print", p.printDocument)
	mux.HandleFunc("GET /documents/{id}/file", p.newVersion)
	mux.HandleFunc("POST /documents/{id}/file", p.fileVersion)
	mux.HandleFunc("GET /documents/{id}/end", p.endDocument)
	mux.HandleFunc("POST /documents/{id}/end", p.putEnd)
	mux.HandleFunc("GET /documents/{id}/correct", p.correctDocument)
	mux.HandleFunc("POST /documents/{id}/correct", p.putCorrection)
	mux.HandleFunc("POST /documents/{id}/review", p.reviewDocument)
	mux.HandleFunc("GET /documents/{id}/versions/{label}", p.document)
	mux.HandleFunc("GET /documents/{id}/versions/{label}/print", p.printDocument)
	mux.HandleFunc("POST /documents/{id}/versions/{label}/withdraw", p.withdrawVersion)
	mux.HandleFunc("GET /documents/{id}/versions/{label}/files/{digest}", p.downloadDocument)
}

// documentsPage is the model of documents.html.
type documentsPage struct {
	Day     calendar.Date // of the list
	On      string        // the day asked for, as it was typed
	Wrong   string        // what is wrong with it
	Then    bool          // it is the list of that day; otherwise today's
	Print   string        // address of the list on paper, "" where there is nothing on it
	Sheet   string        // and as an Excel file
	Forms   bool          // it is the 表單一覽表
	OfForms string        // address of that of the same day
	Query   string
	Tabs    []listTab
	// Elsewhere are the tabs that have what was searched for, where the chosen one has none.
	Elsewhere []listTab
	Rows      []documentLine
	All       int            // as many as may be read, whatever was searched for
	MayFile   bool           // without sign-off
	Manages   bool           // the reader looks after numbering and classes
	Signing   string         // where it is set whether documents change by sign-off alone, "" for who does not
	Borrow    string         // where a document is asked for that the reader may not read, "" where he can't
	Letter    string         // where one that was approved outside is entered, "" where the reader may not
	Review    []documentLine // that are not there yet: requests for them are on their way
	Ask       string         // where a new document is asked for, "" where the reader may not
	// Late and Twice are what the document controller has to look after.
	Late  *documentLine
	Lates int
	Twice string // address of the documents that share a number, "" for none
	Pairs int
}

// listTab is one of several lists of a page, with how long it is.
type listTab struct {
	Text    string
	Href    string
	Count   int
	Current bool
}

// documentLine is a document in a list.
type documentLine struct {
	ID, Number, Former string
	Renumbered         string // its number now, where it stands under a former one
	Title              string
	Level              string
	Version            string
	Issued, NextReview calendar.Date
	Filed              calendar.Date // of its version, on the list of an earlier day
	Class              classView
	Owner              string
	State              stateView
	Twice              bool
	LateBy             string
	Retires            bool   // superseded, and retired with the version's coming into force
	Copy               string // address of the version as a file, "" where it has none
}

func (p *Pages) documents(w http.ResponseWriter, r *http.Request) {
	query := strings.TrimSpace(r.URL.Query().Get("q"))
	on, day, wrong := p.listDay(r)
	entries, err := p.kit.Documents().Lists().Entries(r.Context(), p.actor(r), document.Query{Text: query}, on)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	mayFile, err := p.kit.Documents().MayFile(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	tab := tabOf(r)
	typed := strings.TrimSpace(r.URL.Query().Get("on"))
	then := "" // the day of the list, in links
	if on != "" {
		then = typed
	}
	page := documentsPage{
		Day: day, On: typed, Wrong: wrong, Then: on != "", Query: query, All: len(entries), MayFile: mayFile.May && mayFile.Plain, Manages: mayFile.May,
		Forms: tab.level == ismskit.LevelForm, OfForms: address("/documents", "q", query, "on", then, "tab", formsTab),
	}
	if page.Borrow, err = p.loanForm(r); err != nil {
		p.fail(w, r, err)
		return
	}
	if may, err := p.kit.Registers().MayChange(r.Context(), p.actor(r), register.Settings, ismskit.SettingSigned); err != nil {
		p.fail(w, r, err)
		return
	} else if may {
		page.Signing = "/lists/" + register.Settings + "/" + ismskit.SettingSigned
	}
	if page.Ask, page.Letter, err = p.newDocumentForms(r); err != nil {
		p.fail(w, r, err)
		return
	}
	review, err := p.kit.Documents().List(r.Context(), p.actor(r), document.Query{Text: query, States: []document.State{document.InReview}})
	if err != nil {
		p.fail(w, r, err)
		return
	}
	for _, d := range review {
		if d.Request != "" && on == "" {
			page.Review = append(page.Review, documentLine{ID: d.Request, Number: d.Number, Title: document.TitleIn(d.Title, p.lang(r)), State: p.documentState(r, string(d.State))})
		}
	}
	scale, ok := p.scale(w, r)
	if !ok {
		return
	}
	page.Tabs = p.documentTabs(r, entries, query, then, tab)
	for _, e := range entries {
		line := p.documentLine(r, scale, e)
		if tab.onScreen(e) {
			page.Rows = append(page.Rows, line)
		}
		if e.Late && on == "" {
			page.Lates++
			if page.Late == nil || line.NextReview.Before(page.Late.NextReview) {
				page.Late = &line
			}
		}
	}
	if !mayFile.May {
		page.Late = nil
	}
	if len(page.Rows) == 0 && query != "" {
		page.Elsewhere = slices.DeleteFunc(slices.Clone(page.Tabs), func(t listTab) bool { return t.Count == 0 })
	}
	if slices.ContainsFunc(entries, tab.onSheet) {
		page.Print = address("/documents/print", "q", query, "on", then, "tab", tab.name)
		page.Sheet = address("/documents/sheet", "q", query, "on", then, "tab", tab.name)
	}
	if page.Pairs = pairs(entries); page.Pairs > 0 {
		page.Twice = "/documents?tab=twice"
	}
	status := http.StatusOK
	if wrong != "" {
		status = http.StatusUnprocessableEntity
	}
	p.renderer.Page(w, r, status, "documents", page)
}

// listDay is the day whose list is asked for: the ISO date for the Kit, "" for
// today; wrong says what cannot be read, and the list is today's.
func (p *Pages) listDay(r *http.Request) (on string, day calendar.Date, wrong string) {
	typed := strings.TrimSpace(r.URL.Query().Get("on"))
	if typed == "" {
		return "", p.today(), ""
	}
	day, err := calendar.ParseDate(typed)
	if err != nil {
		return "", p.today(), p.unread(r, "on", "documents.day", err).Text
	}
	return day.String(), day, ""
}

// pairs counts the numbers that more than one document has or had.
func pairs(entries []ismskit.DocumentEntry) int {
	n := map[string]int{}
	for _, e := range entries {
		for _, number := range e.Numbers() {
			n[number]++
		}
	}
	count := 0
	for _, times := range n {
		if times > 1 {
			count++
		}
	}
	return count
}

func (p *Pages) documentTabs(r *http.Request, entries []ismskit.DocumentEntry, query, on string, chosen documentsTab) []listTab {
	var tabs []listTab
	for _, t := range documentsTabs {
		n := 0
		for _, e := range entries {
			if t.onScreen(e) {
				n++
			}
		}
		if n == 0 && t.name != "" && t != chosen {
			continue
		}
		tabs = append(tabs, listTab{Text: p.tabText(r, t), Href: address("/documents", "q", query, "on", on, "tab", t.name), Count: n, Current: t == chosen})
	}
	return tabs
}

func (p *Pages) tabText(r *http.Request, t documentsTab) string {
	switch t.shown {
	case ismskit.ShownLate:
		return p.text(r, "documents.late")
	case ismskit.ShownTwice:
		return p.text(r, "documents.twice")
	case ismskit.ShownRetired:
		return p.text(r, "documents.retired")
	}
	if t.level > 0 {
		return print.LevelName(p.lang(r), t.level)
	}
	return p.text(r, "documents.all")
}

// address is a path with the parameters that are not empty.
func address(path string, pairs ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

func (p *Pages) documentLine(r *http.Request, scale ismskit.Classes, e ismskit.DocumentEntry) documentLine {
	line := documentLine{
		ID: e.ID, Number: e.Number, Former: strings.Join(e.FormerNumbers, p.text(r, "word.list")), Renumbered: e.Renumbered,
		Title: document.TitleIn(e.Title, p.lang(r)), Level: print.LevelName(p.lang(r), e.Level),
		Version: e.Version.Label, Issued: isoDate(e.Version.Issued), NextReview: isoDate(e.NextReview), Filed: isoDate(e.Filed),
		Class: classIn(p.lang(r), scale, e.Class), Owner: p.called(r, e.Owner), Twice: e.Twice,
		State: p.documentState(r, string(e.State)),
	}
	if e.Retired != "" {
		line.NextReview = calendar.Date{} // it is looked at no more
	}
	if file, onScreen, has := e.Copy(); onScreen {
		line.Copy = versionAddress(e.ID, e.Version.Label) + "/print?as=file"
	} else if has {
		line.Copy = fileAddress(e.ID, e.Version.Label, file.Digest)
	}
	if e.Late {
		line.State = stateView{Kind: "late", Text: p.text(r, "documents.late")}
		line.LateBy = p.text(r, "due.late", "N", e.LateDays)
	}
	return line
}

// documentMarks are the marks of a document's or version's states.
var documentMarks = map[string]string{
	record.StateCurrent: "done", record.StateWaiting: "wait", record.StateInReview: "wait",
	record.StateSuperseded: "void", record.StateStopped: "no", record.StateRetired: "no", record.StateDraft: "void", record.StateKept: "done", record.StateRetracted: "void", record.StateDisposed: "void",
	string(document.Withdrawn): "void",
}

func (p *Pages) documentState(r *http.Request, state string) stateView {
	if state == string(document.Withdrawn) { // a case's word is another one
		return stateView{Kind: documentMarks[state], Text: p.text(r, "documents.withdrawn")}
	}
	if state == string(document.InReview) {
		return stateView{Kind: documentMarks[state], Text: p.text(r, "documents.in_review")}
	}
	return stateView{Kind: documentMarks[state], Text: record.Word(state, p.lang(r))}
}

// isoDate reads a date as documents keep it; what is none is the zero date.
func isoDate(iso string) calendar.Date {
	var d calendar.Date
	if d.UnmarshalText([]byte(iso)) != nil {
		return calendar.Date{}
	}
	return d
}

// noticeLine is what must be said of a version, and how loudly.
type noticeLine struct{ Kind, Text string }

// noticeKinds are the classes of bands.
var noticeKinds = map[string]string{
	"superseded": "band--old", "retired": "band--gone", "stopped": "band--gone", "stopped_alone": "band--gone", "withdrawn": "band--gone", "withdrawn_alone": "band--gone",
	"withdrawn_again": "band--gone", "withdrawn_before_it": "band--old",
	"waiting": "band--old", "waiting_alone": "band--old", "not_issued": "band--old", "waiting_next": "band--old",
	"named_now": "band--old", "issued_as": "band--old",
}

func (p *Pages) noticeLines(r *http.Request, notices []document.Notice) []noticeLine {
	var lines []noticeLine
	for _, n := range document.NoticesIn(notices, p.lang(r)) {
		lines = append(lines, noticeLine{Kind: noticeKinds[n.Code], Text: n.Text(p.lang(r))})
	}
	slices.SortStableFunc(lines, func(a, b noticeLine) int { return strings.Compare(b.Kind, a.Kind) })
	return lines
}
