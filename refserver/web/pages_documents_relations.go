package web

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
)

// relationFields are the fields that name related documents, by kind.
var relationFields = map[string]string{
	document.References: "rel_references", document.Replaces: "rel_supersedes", document.DerivedFrom: "rel_derived_from", document.BelongsTo: "rel_belongs_to",
}

// retiresField names those superseded documents that are retired with the version's coming into force.
const retiresField = "rel_retires"

// relationWords say of another document what it has to do with this one, and the other way.
var relationWords = map[string][2]string{
	document.References:  {"relations.references", "relations.referred"},
	document.Replaces:    {"relations.supersedes", "relations.superseded"},
	document.DerivedFrom: {"relations.derived_from", "relations.derived"},
	document.BelongsTo:   {"relations.belongs_to", "relations.has"},
}

// relationGroup are the related documents of one kind, for the page of a document.
type relationGroup struct {
	Title     string
	Documents []documentLine
}

func (p *Pages) relationGroups(r *http.Request, all []ismskit.RelatedDocument) []relationGroup {
	var out []relationGroup
	for _, kind := range document.RelationKinds() {
		for way, back := range []bool{false, true} {
			g := relationGroup{Title: p.text(r, relationWords[kind][way])}
			for _, one := range all {
				if one.Kind == kind && one.Back == back {
					g.Documents = append(g.Documents, documentLine{ID: one.Document.ID, Number: one.Document.Number, Title: document.TitleIn(one.Document.Title, p.lang(r)), State: p.documentState(r, string(one.Document.State)), Retires: one.Retires})
				}
			}
			if len(g.Documents) > 0 {
				out = append(out, g)
			}
		}
	}
	return out
}

// relationsPosted are the relations that a page names, by numbers with marks between. What is named
// as retired with the version is superseded by that, wherever else it is named.
func relationsPosted(posted map[string]string) []document.Relation {
	out := []document.Relation{}
	retired := numbersPosted(posted[retiresField])
	for _, kind := range document.RelationKinds() {
		for _, number := range numbersPosted(posted[relationFields[kind]]) {
			if kind != document.Replaces || !namedAmong(retired, number) {
				out = append(out, document.Relation{Kind: kind, Number: number})
			}
		}
	}
	for _, number := range retired {
		out = append(out, document.Relation{Kind: document.Replaces, Number: number, Retires: true})
	}
	return out
}

// numbersPosted are numbers of documents with marks between.
func numbersPosted(text string) (numbers []string) {
	for _, number := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune("、,，;；", c) }) {
		if number = strings.TrimSpace(number); number != "" {
			numbers = append(numbers, number)
		}
	}
	return numbers
}

func namedAmong(numbers []string, number string) bool {
	return slices.ContainsFunc(numbers, func(n string) bool { return document.SameNumber(n, number) })
}

// relationField is the field of a page at which a relation was named that is refused.
func relationField(r *http.Request, refusal *document.Refusal) string {
	kind, number := refusal.Params["kind"], refusal.Params["number"]
	if kind == document.Replaces && number != "" && namedAmong(numbersPosted(r.PostForm.Get(retiresField)), number) {
		return retiresField
	}
	return cmp.Or(relationFields[kind], relationFields[document.References])
}

// postRelations fills in the fields of a page with the relations that there are.
func postRelations(posted map[string]string, all []ismskit.RelatedDocument) {
	for _, one := range all {
		if one.Back {
			continue
		}
		field := relationFields[one.Kind]
		if one.Retires {
			field = retiresField
		}
		if posted[field] != "" {
			posted[field] += "、"
		}
		posted[field] += one.Document.Number
	}
}

// reviewForm is the form by which a review that changes nothing is noted.
type reviewForm struct {
	To, Token, Note, Error string
	Revision               int64
	Months                 int
	Open                   bool
}

func (p *Pages) reviewForm(d ismskit.DocumentReading) *reviewForm {
	if !d.MayReview {
		return nil
	}
	return &reviewForm{To: "/documents/" + d.Document.ID + "/review", Token: newToken(), Revision: d.Document.Revision, Months: d.Document.Months()}
}

// reviewDocument notes that a document was reviewed and stays as it is.
func (p *Pages) reviewDocument(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	asked := ismskit.DocumentReview{Document: r.PathValue("id"), Note: strings.TrimSpace(r.PostForm.Get("note")), Key: r.PostForm.Get("token")}
	if seen, err := strconv.ParseInt(r.PostForm.Get("revision"), 10, 64); err == nil {
		asked.Seen = seen
	}
	err := p.kit.Documents().Lists().Reviewed(r.Context(), p.actor(r), asked)
	if err == nil {
		p.done(w, r, "/documents/"+asked.Document, p.text(r, "documents.reviewed_done"))
		return
	}
	text, status := "", http.StatusUnprocessableEntity
	if refusals, ok := document.AsRefusals(err); ok && len(refusals) > 0 {
		text = refusals[0].Text(p.lang(r)) + p.text(r, "word.stop")
	} else if changed, ok := errors.AsType[*ismskit.DocumentChanged](err); ok {
		text, status = changed.Text(p.lang(r)), http.StatusConflict
	}
	if text == "" {
		p.fail(w, r, err)
		return
	}
	reading, ok := p.readDocument(w, r)
	if !ok {
		return
	}
	page, ok := p.documentPage(w, r, reading)
	if !ok {
		return
	}
	page.Faults = []faultLink{{Field: "rev", Text: text}}
	if page.Review != nil {
		page.Faults[0].Field = "review-note"
		page.Review.Note, page.Review.Error, page.Review.Open = asked.Note, text, true
	}
	p.renderer.Page(w, r, status, "document", page)
}

// monthsPosted is the cycle of reviews that a page names, 0 for none; what is no number is refused.
func monthsPosted(posted map[string]string) int {
	if posted["review_months"] == "" {
		return 0
	}
	n, err := strconv.Atoi(posted["review_months"])
	if err != nil {
		return -1
	}
	return n
}

// cycles are the cycles of reviews to choose from, with the one there is.
func (p *Pages) cycles(r *http.Request, chosen string) (out []option) {
	if chosen == "" {
		chosen = strconv.Itoa(document.HouseMonths)
	}
	months := []string{"6", "12", "24", "36"}
	if !slices.Contains(months, chosen) {
		months = append(months, chosen)
	}
	for _, n := range months {
		out = append(out, option{Value: n, Label: p.text(r, "documents.months", "N", n), Checked: n == chosen})
	}
	return out
}

// reviewLine is a review after which a document stayed as it was.
type reviewLine struct {
	On, Next          calendar.Date
	By, Version, Note string
}

func reviewLines(all []document.Reviewed) (out []reviewLine) {
	for _, r := range all {
		out = append(out, reviewLine{isoDate(r.On), isoDate(r.Next), r.By, r.Version, r.Note})
	}
	return out
}
