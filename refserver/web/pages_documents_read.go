package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/print"
)

// documentPage is the model of document.html.
type documentPage struct {
	ID, Number, Title string
	Former            string
	Level             string
	LevelTab          string
	Class             classView
	Owner             string
	Band, Note        string
	Notices           []noticeLine
	State             stateView
	Version           versionLine
	InForce           bool
	NextReview        calendar.Date
	LateBy            string
	Versions          []versionLine
	Twice             []documentLine
	Forms             []documentLine
	Parent            string
	Related           []relationGroup
	Months            int // from one review to the next
	Reviews           []reviewLine
	Review            *reviewForm // nil for who may not note that it was reviewed
	Files             []fileLine
	Chapters          []chapter
	Preamble          []document.Block
	HasText           bool
	Extract           []extractPart // the words of a file, where it has no text of its own
	ExtractCut        bool
	MayFile           bool
	Plain             bool        // versions are filed by hand
	Retire, Stop      string      // where it is retired, or its version in force stopped, without sign-off
	Current           string      // the label of the version in force
	Withdraw          *withdrawal // where this version waits and the person may take it back
	Faults            []faultLink
	NoClause          string   // that the clause asked for is not there, "" where none was or it is
	Year              yearForm // under which it is filed
	Refiled           string   // who filed it under that year, and why; "" where it is its own
	ReadCurrent       string   // the version in force, where another one is shown
	Apply             string   // address of the form to fill in online, "" where there is none
	Blank             string   // address of the same to fill in by hand
	Changing          changing
	Check             ismskit.DocumentCheck
	Touched           []touchLine
	Begun             []begunLine // cases begun on the forms of a version that was stopped
	Stopped           bool
	Readers           *readersPanel
	Loans             *option // to how many it is lent, and the page that says to whom
	Code, CheckAt     string  // the check code of this version, and the page that knows it
	Acts              []actLine
	Ended             *actLine // that retired the document, nil for none
	RetiredOn         calendar.Date
}

// begunLine is one of those cases.
type begunLine struct{ Href, Number, Subject string }

// chapter is a chapter of a text with every clause in it, flat, as it is cited.
type chapter struct {
	*document.Clause
	Clauses []*document.Clause
}

// extractPart is a clause, or what stands before the first, in the words of a file.
type extractPart struct {
	ID, Address string
	Lines       []string
}

func (p *Pages) document(w http.ResponseWriter, r *http.Request) {
	reading, ok := p.readDocument(w, r)
	if !ok {
		return
	}
	missing, went := p.toClause(w, r, reading)
	if went {
		return
	}
	page, ok := p.documentPage(w, r, reading)
	if !ok {
		return
	}
	page.NoClause = missing
	p.page(w, r, "document", page)
}

func (p *Pages) readDocument(w http.ResponseWriter, r *http.Request) (ismskit.DocumentReading, bool) {
	reading, err := p.kit.Documents().Read(r.Context(), p.actor(r), r.PathValue("id"), r.PathValue("label"))
	if err != nil {
		p.fail(w, r, err)
		return reading, false
	}
	return reading, true
}

// documentPage is a document's page, of whatever is then to be said on it.
func (p *Pages) documentPage(w http.ResponseWriter, r *http.Request, d ismskit.DocumentReading) (page documentPage, ok bool) {
	scale, ok := p.scale(w, r)
	if !ok {
		return page, false
	}
	page = p.documentRead(r, scale, d)
	var err error
	if page.Readers, err = p.readersPanel(r, d); err == nil {
		page.Loans, err = p.loansPanel(r, page.ID)
	}
	if err != nil {
		p.fail(w, r, err)
		return page, false
	}
	return page, true
}

// documentRead is what a document's page says of the document itself.
func (p *Pages) documentRead(r *http.Request, scale ismskit.Classes, d ismskit.DocumentReading) documentPage {
	lang := p.lang(r)
	page := documentPage{
		ID: d.Document.ID, Number: d.Document.Number, Current: d.Document.Current, Title: document.TitleIn(d.Title(), lang),
		Former: strings.Join(d.Document.FormerNumbers, p.text(r, "word.list")),
		Level:  print.LevelName(p.lang(r), d.Document.Level), LevelTab: address("/documents", "tab", fmt.Sprint(d.Document.Level)),
		Class: classIn(lang, scale, d.Document.Class), Owner: p.called(r, d.Document.Owner), Band: d.Version.Band, Note: d.Document.Note,
		Notices: p.noticeLines(r, d.Notices), InForce: d.InForce,
		Version: p.versionLine(r, d, d.Version), NextReview: isoDate(d.Document.NextReview), Parent: d.Document.Parent,
		MayFile: d.MayFile, Plain: d.Plain, Check: d.Check, Code: d.Code, CheckAt: codeAddress(d.Document.Number, d.Version.Label, d.Code), Year: yearForm{To: "/documents/" + d.Document.ID + "/year", Now: d.Year, May: d.MaySetYear},
	}
	page.Related, page.Months, page.Reviews, page.Review = p.relationGroups(r, d.Related), d.Document.Months(), reviewLines(d.Document.Reviewed), p.reviewForm(d)
	switch {
	case d.Version.Label == "":
		page.State = p.documentState(r, string(d.Document.State))
	case d.InForce:
		page.State = stateView{Kind: "done", Text: p.text(r, "documents.current_version", "Version", d.Version.Label)}
	default:
		page.State = p.documentState(r, string(d.Version.State))
		page.State.Text = p.text(r, "documents.other_version", "Version", d.Version.Label, "State", page.State.Text)
	}
	if d.Version.Label != "" && d.Document.Current != d.Version.Label {
		page.ReadCurrent = d.Document.Current
	}
	if how := d.Document.Refiled; how != nil && d.Document.YearGiven() != 0 {
		page.Refiled = p.text(r, "year.refiled", "By", how.By, "On", p.dayOf(r, isoDate(how.On)), "Reason", how.Reason)
	}
	if d.Late {
		page.LateBy = p.text(r, "due.late", "N", d.LateDays)
	}
	page.Acts = p.actLines(r, scale, d.Acts)
	page.Versions, page.Changing = p.history(r, d), changingOf(d)
	for i := range page.Versions {
		if !page.Versions[i].StoppedOn.IsZero() {
			page.Versions[i].Stopped = ending(page.Acts, page.Versions[i].Label)
		}
	}
	if d.Document.Retired != "" {
		page.Ended, page.RetiredOn = ending(page.Acts, ""), isoDate(d.Document.Retired)
	}
	if page.Plain {
		page.Retire = endAddress(d.Document.ID, endRetire)
		if d.Document.Current != "" {
			page.Stop = endAddress(d.Document.ID, endStop)
		}
	}
	if d.MayWithdraw {
		page.Withdraw = &withdrawal{To: versionAddress(d.Document.ID, d.Version.Label) + "/withdraw", Label: d.Version.Label, Revision: d.Document.Revision, Token: newToken()}
	}
	for _, other := range d.Twice {
		page.Twice = append(page.Twice, documentLine{ID: other.ID, Number: other.Number, Title: document.TitleIn(other.Title, lang)})
	}
	for _, form := range d.Forms {
		page.Forms = append(page.Forms, documentLine{ID: form.ID, Number: form.Number, Title: document.TitleIn(form.Title, lang), Version: form.Current})
	}
	page.Stopped = d.Version.State == document.Stopped
	page.Touched = p.touchLines(r, d.Touched)
	for _, c := range d.Begun {
		page.Begun = append(page.Begun, begunLine{"/cases/" + c.ID, ismskit.NumberIn(lang, c.Number, 0), c.Subject})
	}
	page.Files = p.fileLines(r, d, d.Version)
	if d.Text != nil {
		page.HasText, page.Preamble, page.Chapters = true, d.Text.Preamble, chapters(d.Text)
	}
	page.ExtractCut = d.ExtractCut
	for i, part := range d.Extract {
		page.Extract = append(page.Extract, extractPart{ID: ismskit.PartAnchor(i), Address: part.Address, Lines: strings.Split(part.Text, "\n")})
	}
	if d.Document.Type != "" && d.InForce {
		page.Apply = "/apply/" + url.PathEscape(d.Document.Type)
	}
	if d.Blank {
		page.Blank = "/apply/" + url.PathEscape(d.Document.Type) + "/blank"
	}
	return page
}

// approvalWays are the ways in which a version was approved.
var approvalWays = map[string]string{document.ByCase: "documents.way_case", document.ByPaper: "documents.way_paper", document.ByRegister: "documents.way_register", document.ByImport: "documents.way_import"}

func (p *Pages) approvalWay(r *http.Request, way string) string {
	if key, ok := approvalWays[way]; ok {
		return p.text(r, key)
	}
	return way // as the document itself says
}

// chapters lists a text chapter by chapter, each with all its clauses in order.
func chapters(tree *document.Tree) []chapter {
	var out []chapter
	tree.Walk(func(c *document.Clause) {
		if c.Depth == document.Chapter {
			out = append(out, chapter{Clause: c})
			return
		}
		if len(out) > 0 {
			out[len(out)-1].Clauses = append(out[len(out)-1].Clauses, c)
		}
	})
	return out
}

// versionAddress is the page of a version; label "" is the one in force.
func versionAddress(id, label string) string {
	if label == "" {
		return "/documents/" + url.PathEscape(id)
	}
	return "/documents/" + url.PathEscape(id) + "/versions/" + url.PathEscape(label)
}
