package web

import (
	"cmp"
	"errors"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/print"
)

// filingPage is the model of document_file.html: a new document, or a further
// version of one.
type filingPage struct {
	ID, Number, Title string // of the document there is; ID empty for a new one
	Last              string // its last version
	LastBand          string // the band of that, which the next does not carry on
	Posted            map[string]string
	Levels            []option
	Classes           []option
	Ways              []option
	Faults            []faultLink
	Wrong             map[string]string // by field
	Kept              *forms.File       // a file that has arrived, and need not be chosen again
	Replaces          string            // the label of the version that this one will replace, to be confirmed
	Confirm           string            // that it will, as a sentence
	To                string
	Cycles, Owners    []option
	Next              string // how a new document would be numbered, "" where the house has no rules
	Unfit             bool   // its number is not as the house numbers its documents, and may be kept
	Revision          int64  // of the document that the page shows
	Token             string // the same page sent twice is one filing
}

// filingFields are the fields of the page in its order, as they are posted.
var filingFields = []string{"number", "level", "title", "title_en", "owner", "parent", "class", "version", "issued", "next_review",
	"reviser", "description", "approver", "approval_way", "approval_no", "approved", "band", "note", "list_only", "reason", "number_anyway",
	"rel_references", "rel_supersedes", "rel_retires", "rel_derived_from", "rel_belongs_to", "review_months"}

// filingDates are the names of the fields that hold a day.
var filingDates = map[string]string{"issued": "documents.issued", "approved": "documents.approved", "next_review": "documents.next_review"}

// mayFile answers by itself when the person may not file documents.
func (p *Pages) mayFile(w http.ResponseWriter, r *http.Request) bool {
	may, err := p.kit.Documents().MayFile(r.Context(), p.actor(r))
	if err == nil && !may.May {
		err = ismskit.ErrForbidden
	}
	if err != nil {
		p.fail(w, r, err)
	}
	return err == nil
}

func (p *Pages) newDocument(w http.ResponseWriter, r *http.Request) {
	if p.mayFile(w, r) {
		page := filingPage{Next: p.nextNumbers(r), Posted: map[string]string{"version": "1.0"}, To: "/documents/new", Token: newToken()}
		p.showFiling(w, r, http.StatusOK, page)
	}
}

func (p *Pages) newVersion(w http.ResponseWriter, r *http.Request) {
	if !p.mayFile(w, r) {
		return
	}
	d, err := p.kit.Documents().Get(r.Context(), p.actor(r), r.PathValue("id"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.showFiling(w, r, http.StatusOK, p.versionPage(r, d))
}

// versionPage asks for a further version, with what is likely to stay.
func (p *Pages) versionPage(r *http.Request, d ismskit.DocumentView) filingPage {
	page := filingPage{
		ID: d.ID, Number: d.Number, Title: document.TitleIn(d.Title, p.lang(r)), To: r.URL.Path, Revision: d.Revision, Token: newToken(),
		Posted: map[string]string{"note": d.Note, "class": d.Class},
	}
	if last, ok := document.Last(d.Versions); ok {
		page.Last, page.LastBand = last.Label, last.Band
		if label, err := document.ParseLabel(last.Label); err == nil {
			page.Posted["version"] = label.Next(document.Minor).String()
		}
	} else {
		page.Posted["version"] = document.FirstLabel.String()
	}
	return page
}

func (p *Pages) showFiling(w http.ResponseWriter, r *http.Request, status int, page filingPage) {
	p.showFiled(w, r, status, "document_file", page)
}

// showFiled shows a page that asks for what is to be filed.
func (p *Pages) showFiled(w http.ResponseWriter, r *http.Request, status int, name string, page filingPage) {
	for level := 1; level <= 4; level++ {
		key := strconv.Itoa(level)
		page.Levels = append(page.Levels, option{Value: key, Label: print.LevelName(p.lang(r), level), Checked: page.Posted["level"] == key})
	}
	scale, ok := p.scale(w, r)
	if !ok {
		return
	}
	if page.ID == "" {
		page.Posted["class"] = cmp.Or(page.Posted["class"], scale.Usual())
	}
	if page.Posted["class"] == "" { // else the browser would send the lowest class of one that has none
		page.Classes = append(page.Classes, option{Checked: true})
	}
	for _, class := range scale.Choices(page.Posted["class"]) {
		page.Classes = append(page.Classes, option{Value: class.ID, Label: class.Title.In(p.lang(r)), Checked: page.Posted["class"] == class.ID})
	}
	may, err := p.kit.Documents().MayFile(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	for _, way := range may.Ways {
		page.Ways = append(page.Ways, option{Value: way, Label: p.approvalWay(r, way), Checked: page.Posted["approval_way"] == way})
	}
	page.Cycles = p.cycles(r, page.Posted["review_months"])
	if page.Owners, err = p.owners(r, page.Posted["owner"]); err != nil {
		p.fail(w, r, err)
		return
	}
	page.Wrong = map[string]string{}
	page.Unfit = page.Unfit || page.Posted["number_anyway"] != ""
	for _, f := range page.Faults {
		page.Wrong[f.Field] = f.Text
	}
	p.renderer.Page(w, r, status, name, page)
}

func (p *Pages) fileDocument(w http.ResponseWriter, r *http.Request) {
	if p.mayFile(w, r) && p.parse(w, r) {
		p.file(w, r, filingPage{To: "/documents/new", Next: p.nextNumbers(r)}, document.Document{})
	}
}

func (p *Pages) fileVersion(w http.ResponseWriter, r *http.Request) {
	if !p.mayFile(w, r) || !p.parse(w, r) {
		return
	}
	d, err := p.kit.Documents().Get(r.Context(), p.actor(r), r.PathValue("id"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.file(w, r, p.versionPage(r, d), d.Document)
}

// file reads what was sent, keeps the file and files the version; what has to be
// mended comes back with everything that was typed.
func (p *Pages) file(w http.ResponseWriter, r *http.Request, page filingPage, doc document.Document) {
	page.Posted = map[string]string{}
	for _, name := range filingFields {
		page.Posted[name] = strings.TrimSpace(r.PostForm.Get(name))
	}
	page.Token = r.PostForm.Get("token")
	filing, faults := p.filing(r, page.Posted, doc)
	before := keptBefore(r)
	file, err := p.received(r)
	if err != nil {
		fault := p.filingFaults(r, err)
		if fault == nil {
			p.fail(w, r, err)
			return
		}
		faults = append(faults, fault...)
	} else if file == nil {
		file = before
	}
	if page.Kept = file; file != nil {
		filing.Version.Files = []document.File{{Name: file.Name, Size: file.Size, MediaType: file.MediaType, Digest: file.Digest, Main: true}}
	}
	if seen, err := strconv.ParseInt(r.PostForm.Get("revision"), 10, 64); err == nil {
		filing.Seen = seen
	}
	if filing.Dry = len(faults) > 0; !filing.Dry { // what can't be read is mended together with the rest
		filing.Key = page.Token
	}
	id, err := p.kit.Documents().Put(r.Context(), p.actor(r), filing)
	if changed, ok := errors.AsType[*ismskit.DocumentChanged](err); ok {
		page.Revision = changed.Revision // who has been told may send again
		page.Faults = asOnPage(append([]faultLink{{Field: "version", Text: changed.Text(p.lang(r))}}, faults...))
		p.showFiling(w, r, http.StatusConflict, page)
		return
	}
	label, text, asks := p.replaces(r, err)
	page.Unfit = unfitNumber(err)
	if err != nil && !asks {
		fault := p.filingFaults(r, err)
		if fault == nil {
			p.fail(w, r, err)
			return
		}
		faults = append(faults, fault...)
	}
	switch {
	case len(faults) > 0:
		if page.Faults = asOnPage(faults); page.wrong("file") { // the one before it, if another was sent
			if page.Kept = nil; before != nil && (file == nil || file.Digest != before.Digest) {
				page.Kept = before
			}
		}
		p.showFiling(w, r, http.StatusUnprocessableEntity, page)
	case asks: // nothing is wrong, and one thing to be said
		page.Replaces, page.Confirm = label, text
		p.showFiling(w, r, http.StatusOK, page)
	default:
		filed, err := p.kit.Documents().Get(r.Context(), p.actor(r), id) // its number may have been given by a rule
		if err != nil {
			p.fail(w, r, err)
			return
		}
		p.done(w, r, "/documents/"+id, p.text(r, "documents.filed", "Number", filed.Number, "Version", filing.Version.Label))
	}
}

// uploaded is the file sent under a name; nil where none was chosen.
func uploaded(r *http.Request, name string) *multipart.FileHeader {
	if r.MultipartForm == nil {
		return nil
	}
	for _, f := range r.MultipartForm.File[name] {
		if f.Filename != "" {
			return f
		}
	}
	return nil
}

// filing makes of what was typed what the Kit is asked to file. doc is the
// document there is, zero for a new one.
func (p *Pages) filing(r *http.Request, posted map[string]string, doc document.Document) (ismskit.Filing, []faultLink) {
	var faults []faultLink
	date := func(name string) string {
		if posted[name] == "" {
			return ""
		}
		d, err := calendar.ParseDate(posted[name])
		if err != nil {
			faults = append(faults, p.unread(r, name, filingDates[name], err))
			return ""
		}
		return d.String()
	}
	f := ismskit.Filing{Document: doc, Supersedes: confirmed(r, posted), ListOnly: posted["list_only"] != "", NumberAnyway: posted["number_anyway"] != "", WithVersion: true, Version: document.Version{
		Label: posted["version"], Issued: date("issued"), Approved: date("approved"), Reviser: posted["reviser"],
		Description: posted["description"], Approver: posted["approver"], ApprovalWay: posted["approval_way"], ApprovalNo: posted["approval_no"], Band: posted["band"],
	}}
	f.Document.NextReview = date("next_review")
	f.Document.Note, f.Document.Class = posted["note"], posted["class"]
	if doc.ID == "" {
		level, err := strconv.Atoi(posted["level"])
		if err != nil {
			level = 0 // none of the four: the Kit says so
		}
		f.Document.Number, f.Document.Level = posted["number"], level
		setOwner(&f.Document, posted["owner"])
		f.Document.Parent = posted["parent"]
		f.Document.Relations, f.Document.ReviewMonths = relationsPosted(posted), monthsPosted(posted)
		f.Document.Title = map[string]string{}
		for name, lang := range map[string]string{"title": "zh-TW", "title_en": "en"} {
			if posted[name] != "" {
				f.Document.Title[lang] = posted[name]
			}
		}
	}
	return f, faults
}

// confirmed is the version that the person has been told will be replaced: by this
// label and on this day, not by one that was typed since.
func confirmed(r *http.Request, posted map[string]string) string {
	if r.PostForm.Get("replaced_by") != replacedBy(posted) {
		return ""
	}
	return r.PostForm.Get("replaces")
}

func replacedBy(posted map[string]string) string { return posted["version"] + " " + posted["issued"] }

// ReplacedBy is what a confirmation holds for.
func (f filingPage) ReplacedBy() string { return replacedBy(f.Posted) }

// keptBefore is the file that came with the page before; nil where there is none.
func keptBefore(r *http.Request) *forms.File {
	if r.PostForm.Get("kept_digest") == "" {
		return nil
	}
	return &forms.File{Name: r.PostForm.Get("kept_name"), Digest: r.PostForm.Get("kept_digest")}
}

// received is the file that comes with the page; nil where there is none.
func (p *Pages) received(r *http.Request) (*forms.File, error) {
	upload := uploaded(r, "file")
	if upload == nil {
		return nil, nil
	}
	body, err := upload.Open()
	if err != nil {
		return nil, err
	}
	file, err := p.kit.Files().Upload(r.Context(), p.actor(r), nameOf(upload), body)
	if err = errors.Join(err, body.Close()); err != nil {
		return nil, err
	}
	return &file, nil
}
