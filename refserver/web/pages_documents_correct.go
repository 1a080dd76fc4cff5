package web

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
)

// correctionFields are the fields by which what is said of a document is corrected, in the
// order of the page.
var correctionFields = []string{"number", "level", "title", "title_en", "owner", "parent", "class", "note", "reason", "number_anyway",
	"rel_references", "rel_supersedes", "rel_retires", "rel_derived_from", "rel_belongs_to", "next_review", "review_months"}

// toCorrect is a document that the person may correct; it answers by itself where he may not.
func (p *Pages) toCorrect(w http.ResponseWriter, r *http.Request) (ismskit.DocumentView, bool) {
	if !p.mayFile(w, r) {
		return ismskit.DocumentView{}, false
	}
	d, err := p.kit.Documents().Get(r.Context(), p.actor(r), r.PathValue("id"))
	if err != nil {
		p.fail(w, r, err)
	}
	return d, err == nil
}

func (p *Pages) correctionPage(r *http.Request, d ismskit.DocumentView) filingPage {
	page := filingPage{
		ID: d.ID, Number: d.Number, Title: document.TitleIn(d.Title, p.lang(r)), To: "/documents/" + d.ID + "/correct", Revision: d.Revision, Token: newToken(),
		Posted: map[string]string{
			"number": d.Number, "level": strconv.Itoa(d.Level), "title": d.Title["zh-TW"], "title_en": d.Title["en"],
			"owner": documentOwner(d.Document), "parent": d.Parent, "class": d.Class, "note": d.Note,
			"next_review": isoDate(d.NextReview).ROC(), "review_months": strconv.Itoa(d.Months()),
		},
	}
	postRelations(page.Posted, d.Related)
	return page
}

// correctDocument asks for what is said of a document beside its versions.
func (p *Pages) correctDocument(w http.ResponseWriter, r *http.Request) {
	if d, ok := p.toCorrect(w, r); ok {
		p.showFiled(w, r, http.StatusOK, "document_correct", p.correctionPage(r, d))
	}
}

func (p *Pages) putCorrection(w http.ResponseWriter, r *http.Request) {
	d, ok := p.toCorrect(w, r)
	if !ok || !p.parse(w, r) {
		return
	}
	page := p.correctionPage(r, d)
	for _, name := range correctionFields {
		page.Posted[name] = strings.TrimSpace(r.PostForm.Get(name))
	}
	page.Token = r.PostForm.Get("token")
	f := ismskit.Filing{Document: d.Document, Reason: page.Posted["reason"], Key: page.Token, NumberAnyway: page.Posted["number_anyway"] != ""}
	if seen, err := strconv.ParseInt(r.PostForm.Get("revision"), 10, 64); err == nil {
		f.Seen = seen
	}
	level, err := strconv.Atoi(page.Posted["level"])
	if err != nil {
		level = 0 // none of the four: the Kit says so
	}
	f.Document.Number, f.Document.Level, f.Document.Class = page.Posted["number"], level, page.Posted["class"]
	setOwner(&f.Document, page.Posted["owner"])
	f.Document.Parent, f.Document.Note = page.Posted["parent"], page.Posted["note"]
	f.Document.Relations, f.Document.ReviewMonths = relationsPosted(page.Posted), monthsPosted(page.Posted)
	var unread []faultLink
	if typed := page.Posted["next_review"]; typed != "" {
		day, err := calendar.ParseDate(typed)
		if err != nil {
			unread = append(unread, p.unread(r, "next_review", filingDates["next_review"], err))
			f.Dry = true
		} else {
			f.Document.NextReview = day.String()
		}
	}
	f.Document.Title = maps.Clone(d.Title)
	for name, lang := range map[string]string{"title": "zh-TW", "title_en": "en"} {
		if f.Document.Title[lang] = page.Posted[name]; page.Posted[name] == "" {
			delete(f.Document.Title, lang)
		}
	}
	_, err = p.kit.Documents().Put(r.Context(), p.actor(r), f)
	if changed, ok := errors.AsType[*ismskit.DocumentChanged](err); ok {
		page.Revision = changed.Revision // who has been told may send again
		page.Faults = []faultLink{{Field: "number", Text: changed.Text(p.lang(r))}}
		p.showFiled(w, r, http.StatusConflict, "document_correct", page)
		return
	}
	if err != nil || len(unread) > 0 {
		page.Unfit = unfitNumber(err)
		if page.Faults = asOnPage(append(unread, p.filingFaults(r, err)...)); page.Faults == nil {
			p.fail(w, r, err)
			return
		}
		p.showFiled(w, r, http.StatusUnprocessableEntity, "document_correct", page)
		return
	}
	p.done(w, r, "/documents/"+d.ID, p.text(r, "documents.corrected", "Number", cmp.Or(f.Document.Number, d.Number)))
}
