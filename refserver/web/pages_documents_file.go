package web

import (
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
	Revision          int64  // of the document that the page shows
	Token             string // the same page sent twice is one filing
}

// filingFields are the fields of the page, as they are posted.
var filingFields = []string{"number", "title", "title_en", "level", "class", "owner", "parent", "band", "note", "version", "issued", "approved",
	"next_review", "reviser", "description", "approver", "approval_way", "approval_no", "list_only"}

// filingDates are the names of the fields that hold a day.
var filingDates = map[string]string{"issued": "documents.issued", "approved": "documents.approved", "next_review": "documents.next_review"}

// mayFile answers by itself when the person may not file documents.
func (p *Pages) mayFile(w http.ResponseWriter, r *http.Request) bool {
	may, err := p.kit.Documents().MayFile(r.Context(), p.actor(r))
	if err == nil && !may {
		err = ismskit.ErrForbidden
	}
	if err != nil {
		p.fail(w, r, err)
	}
	return err == nil
}

func (p *Pages) newDocument(w http.ResponseWriter, r *http.Request) {
	if p.mayFile(w, r) {
		page := filingPage{Posted: map[string]string{"level": "2", "class": ismskit.ClassInternal, "version": "1.0"}, To: "/documents/new", Token: newToken()}
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
		Posted: map[string]string{"next_review": isoDate(d.NextReview).ROC(), "note": d.Note, "class": d.Class},
	}
	if last, ok := document.Last(d.Versions); ok {
		page.Last = last.Label
		page.Posted["reviser"], page.Posted["approver"] = last.Reviser, last.Approver
		if label, err := document.ParseLabel(last.Label); err == nil {
			page.Posted["version"] = label.Next(document.Minor).String()
		}
	} else {
		page.Posted["version"] = document.FirstLabel.String()
	}
	return page
}

func (p *Pages) showFiling(w http.ResponseWriter, r *http.Request, status int, page filingPage) {
	for level := 1; level <= 4; level++ {
		key := strconv.Itoa(level)
		page.Levels = append(page.Levels, option{Value: key, Label: print.LevelName(p.lang(r), level), Checked: page.Posted["level"] == key})
	}
	for _, class := range []string{ismskit.ClassGeneral, ismskit.ClassInternal, ismskit.ClassConfidential, ismskit.ClassSecret} {
		page.Classes = append(page.Classes, option{Value: class, Label: print.ClassName(p.lang(r), class), Checked: page.Posted["class"] == class})
	}
	for _, way := range []string{"paper", "case"} {
		page.Ways = append(page.Ways, option{Value: way, Label: p.approvalWay(r, way), Checked: page.Posted["approval_way"] == way})
	}
	page.Wrong = map[string]string{}
	for _, f := range page.Faults {
		page.Wrong[f.Field] = f.Text
		if f.Field == "file" {
			page.Kept = nil // another one is to be chosen
		}
	}
	p.renderer.Page(w, r, status, "document_file", page)
}

func (p *Pages) fileDocument(w http.ResponseWriter, r *http.Request) {
	if p.mayFile(w, r) && p.parse(w, r) {
		p.file(w, r, filingPage{To: "/documents/new"}, document.Document{})
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
	kept, err := p.received(r)
	if err != nil {
		fault := p.filingFaults(r, err)
		if fault == nil {
			p.fail(w, r, err)
			return
		}
		faults = append(faults, fault...)
	}
	if page.Kept = kept; kept != nil {
		filing.Version.Files = []document.File{{Name: kept.Name, Size: kept.Size, MediaType: kept.MediaType, Digest: kept.Digest, Main: true}}
	}
	if len(faults) > 0 {
		page.Faults = faults
		p.showFiling(w, r, http.StatusUnprocessableEntity, page)
		return
	}
	filing.Key = page.Token
	if seen, err := strconv.ParseInt(r.PostForm.Get("revision"), 10, 64); err == nil {
		filing.Seen = seen
	}
	id, err := p.kit.Documents().Put(r.Context(), p.actor(r), filing)
	if changed, ok := errors.AsType[*ismskit.DocumentChanged](err); ok {
		page.Revision = changed.Revision // who has been told may send again
		page.Faults = []faultLink{{Field: "version", Text: changed.Text(p.lang(r))}}
		p.showFiling(w, r, http.StatusConflict, page)
		return
	}
	if refusal, ok := errors.AsType[*document.Refusal](err); ok {
		if label, asks := refusal.Replaces(); asks { // nothing is wrong, and one thing to be said
			page.Replaces, page.Confirm = label, refusal.Text(p.lang(r))+p.text(r, "word.stop")
			p.showFiling(w, r, http.StatusOK, page)
			return
		}
	}
	if err != nil {
		if page.Faults = p.filingFaults(r, err); page.Faults == nil {
			p.fail(w, r, err)
			return
		}
		p.showFiling(w, r, http.StatusUnprocessableEntity, page)
		return
	}
	p.done(w, r, "/documents/"+id, p.text(r, "documents.filed", "Number", filing.Document.Number, "Version", filing.Version.Label))
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
	f := ismskit.Filing{Document: doc, Supersedes: confirmed(r, posted), ListOnly: posted["list_only"] != "", Version: document.Version{
		Label: posted["version"], Issued: date("issued"), Approved: date("approved"), Reviser: posted["reviser"],
		Description: posted["description"], Approver: posted["approver"], ApprovalWay: posted["approval_way"], ApprovalNo: posted["approval_no"], Band: posted["band"],
	}}
	if posted["version"] == "" {
		faults = append(faults, faultLink{Field: "version", Text: p.text(r, "documents.need_version")})
	}
	f.Document.NextReview = date("next_review")
	f.Document.Note, f.Document.Class = posted["note"], posted["class"]
	if doc.ID == "" {
		level, err := strconv.Atoi(posted["level"])
		if err != nil {
			level = 0 // none of the four: the Kit says so
		}
		f.Document.Number, f.Document.Level = posted["number"], level
		f.Document.Owner, f.Document.Parent = posted["owner"], posted["parent"]
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

// received is the file that comes with the page, or that came with it before; nil where
// there is none.
func (p *Pages) received(r *http.Request) (*forms.File, error) {
	upload := uploaded(r, "file")
	if upload == nil {
		if r.PostForm.Get("kept_digest") == "" {
			return nil, nil
		}
		return &forms.File{Name: r.PostForm.Get("kept_name"), Digest: r.PostForm.Get("kept_digest")}, nil
	}
	body, err := upload.Open()
	if err != nil {
		return nil, err
	}
	file, err := p.kit.Files().Upload(r.Context(), p.actor(r), upload.Filename, body)
	if err = errors.Join(err, body.Close()); err != nil {
		return nil, err
	}
	return &file, nil
}

// refusedAt are the fields at which a refusal of document control stands.
var refusedAt = map[string]string{
	"number_needed": "number", "number_taken": "number", "title_needed": "title", "level": "level",
	"label_form": "version", "label_used": "version", "label_order": "version", "version_waiting": "version", "already_retired": "version",
	"issued_needed": "issued", "issued_order": "issued", "approved_order": "approved", "approved_future": "approved", "date_form": "issued", "file_digest": "file", "file_gone": "file", "file_needed": "file", "file_kind": "file",
	"main_file":  "file",
	"way_needed": "approval_way", "way_unknown": "approval_way", "approval_no_needed": "approval_no", "case_no_needed": "approval_no",
	"approved_needed": "approved", "approver_needed": "approver", "supersedes_none": "version",
}

// filingFaults says at its field what a filing was refused for; nil where that is at none.
func (p *Pages) filingFaults(r *http.Request, err error) []faultLink {
	refusals, several := errors.AsType[document.Refusals](err)
	if refusal, one := errors.AsType[*document.Refusal](err); one && !several {
		refusals = document.Refusals{refusal}
	}
	var out []faultLink
	for _, refusal := range refusals {
		field, known := refusedAt[refusal.Code]
		if !known {
			return nil
		}
		out = append(out, faultLink{Field: field, Text: refusal.Text(p.lang(r)) + p.text(r, "word.stop")})
	}
	if infected, ok := errors.AsType[*ismskit.Infected](err); ok {
		out = append(out, faultLink{Field: "file", Text: p.text(r, "trouble.infected", "Name", infected.Name)})
	}
	if large, ok := errors.AsType[*ismskit.TooLarge](err); ok {
		out = append(out, faultLink{Field: "file", Text: large.Text(p.lang(r))})
	}
	return out
}
