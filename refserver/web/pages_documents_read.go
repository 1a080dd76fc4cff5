package web

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/refserver/answer"
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

// actLine is something that was done to a document.
type actLine struct {
	ismskit.DocumentAct
	What string
	Who  string   // by whom, and whose deputy he was
	Href string   // of the request by which it was done
	Said []string // what a correction changed
}

// actLines are the acts, newest first.
func (p *Pages) actLines(r *http.Request, scale ismskit.Classes, acts []ismskit.DocumentAct) []actLine {
	var out []actLine
	for _, a := range slices.Backward(acts) {
		line := actLine{DocumentAct: a, What: a.Text(p.lang(r))}
		switch {
		case a.By.Person == ismskit.SystemPerson:
			line.Who = p.text(r, "case.system")
		case a.For != nil:
			line.Who = p.text(r, "documents.act_for", "By", p.signer(r, a.By), "For", p.signer(r, *a.For))
		default:
			line.Who = p.signer(r, a.By)
		}
		if a.Case != "" {
			line.Href = "/cases/" + a.Case
		}
		for _, f := range a.Facts {
			line.Said = append(line.Said, p.factSaid(r, scale, f))
		}
		out = append(out, line)
	}
	return out
}

// begunLine is one of those cases.
type begunLine struct{ Href, Number, Subject string }

// versionLine is a version in the revision table.
type versionLine struct {
	Label        string
	Issued       calendar.Date
	Reviser      string
	Description  string
	Approver     string
	ApprovalWay  string
	ApprovalNo   string
	Approved     calendar.Date
	State        stateView
	SupersededBy string
	Open         bool // the one on this page
	// WithdrawnBy is who took it back, and Why the reason; "" unless it was.
	WithdrawnBy, Why string
	WithdrawnOn      calendar.Date
	StoppedOn        calendar.Date
	Stopped          *actLine // by which it was stopped, nil for none
	// Shadowed are the files of a withdrawn version whose label another one bears, so that it
	// has no page of its own; nil for any other.
	Shadowed []fileLine
	Plain    bool // it has no page of its own
	// ByCase is the page of the request that issued it, and CaseNo its number; "" where the
	// reader may not read it, or none did.
	ByCase, CaseNo string
}

// fileLine is a file one can take away.
type fileLine struct {
	Name, Kind, Size, Href string
	Words                  string // whether its content is found
}

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

// ending is the act that ended the version of a label, the document for "", nil for none.
func ending(acts []actLine, label string) *actLine {
	i := slices.IndexFunc(acts, func(a actLine) bool { return a.Ends && a.Label == label })
	if i < 0 {
		return nil
	}
	return &acts[i]
}

// versionLine is a version for the revision table and the facts above it.
func (p *Pages) versionLine(r *http.Request, d ismskit.DocumentReading, v document.Version) versionLine {
	line := versionLine{
		Label: v.Label, Issued: isoDate(v.Issued), Reviser: p.called(r, v.Reviser), Description: v.Description, Approver: v.Approver,
		ApprovalWay: p.approvalWay(r, v.ApprovalWay), ApprovalNo: v.ApprovalNo, Approved: isoDate(v.Approved),
		State: p.documentState(r, string(v.State)), SupersededBy: v.SupersededBy, Open: v.Label == d.Version.Label && v.Seq == d.Version.Seq,
	}
	if v.Case != "" {
		line.ByCase, line.CaseNo = "/cases/"+v.Case, v.ApprovalNo
	}
	if w := v.Withdrawal; w != nil {
		line.WithdrawnBy, line.WithdrawnOn, line.Why = w.By, isoDate(w.On), w.Reason
	}
	line.StoppedOn = isoDate(v.Stopped)
	return line
}

// history is the revision table. A label that was freed leads to the version that bears it now.
func (p *Pages) history(r *http.Request, d ismskit.DocumentReading) []versionLine {
	lines := make([]versionLine, len(d.Versions))
	for i, v := range d.Versions {
		lines[i] = p.versionLine(r, d, v)
		if slices.ContainsFunc(d.Versions[i+1:], func(later document.Version) bool { return later.Label == v.Label }) {
			lines[i].Plain, lines[i].Shadowed = true, p.fileLines(r, d, v)
		}
	}
	return lines
}

// fileLines are the files of a version to take away.
func (p *Pages) fileLines(r *http.Request, d ismskit.DocumentReading, v document.Version) []fileLine {
	var lines []fileLine
	for _, f := range v.Files {
		line := fileLine{Name: f.Name, Kind: fileKind(f.Name), Size: forms.SizeText(f.Size), Href: fileAddress(v.Document, v.Label, f.Digest)}
		if words, ok := d.Words[f.Digest]; ok {
			line.Words = words.Text(p.lang(r))
		}
		lines = append(lines, line)
	}
	return lines
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

func fileAddress(id, label, digest string) string {
	return versionAddress(id, label) + "/files/" + url.PathEscape(digest)
}

func (p *Pages) downloadDocument(w http.ResponseWriter, r *http.Request) {
	d, err := p.kit.Documents().Download(r.Context(), p.actor(r), r.PathValue("id"), r.PathValue("label"), r.PathValue("digest"), p.lang(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	defer func() { p.renderer.logQuietly(r.Context(), "document file", d.Body.Close()) }()
	handOver(w, d.File.Name, d.File.MediaType, d.Size)
	if _, err := io.Copy(answer.To(w), d.Body); err != nil {
		p.renderer.logQuietly(r.Context(), "document file not received", err)
	}
}

// safeTypes are those a browser is told as they are; everything else is bytes.
var safeTypes = []string{"application/pdf", "text/plain", "text/markdown", "image/png", "image/jpeg"}

// handOver sets the head of a file that is to be kept, never opened as a page of
// ours, whatever is in it.
func handOver(w http.ResponseWriter, name, kind string, size int64) {
	if base, _, err := mime.ParseMediaType(kind); err != nil || !slices.Contains(safeTypes, base) {
		kind = "application/octet-stream"
	}
	if strings.HasPrefix(kind, "text/") {
		kind = "text/plain; charset=utf-8"
	}
	head := w.Header()
	head.Set("Content-Type", kind)
	head.Set("Content-Disposition", attachment(name))
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	head.Set("Cache-Control", "private, no-store")
	if size > 0 {
		head.Set("Content-Length", fmt.Sprint(size))
	}
}

// attachment names a file for keeping, in plain letters for old programs and in
// full for the others (RFC 6266).
func attachment(name string) string {
	plain := strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' || strings.ContainsRune(`"\/;%`, c) {
			return '_'
		}
		return c
	}, name)
	return fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, plain, strings.ReplaceAll(url.QueryEscape(name), "+", "%20"))
}

// fileKind is the kind of a file as people call it, by the end of its name: PDF, ODT.
func fileKind(name string) string {
	return strings.ToUpper(strings.TrimPrefix(path.Ext(name), "."))
}
