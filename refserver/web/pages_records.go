package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/record"
)

// registerRecords puts the page of 作業紀錄 on a mux.
func (p *Pages) registerRecords(mux *http.ServeMux) {
	mux.HandleFunc("GET /records", p.records)
	mux.HandleFunc("GET /records/retention", p.retention)
	mux.HandleFunc("POST /records/retention/list", p.listOverdue)
	mux.HandleFunc("POST /records/sheet", p.recordsSheet)
}

// recordsPerPage is how many records one page lists.
const recordsPerPage = 25

// recordsPage is the model of records.html.
type recordsPage struct {
	Query        string
	Days         []dayAsked
	ByDay        bool // days were asked for
	Faults       []faultLink
	Total        int
	AtLeast      bool // counting stopped at Total
	Within       int  // how many of the newest the facets count; 0 where that is all
	Chosen       []chip
	Clear        string
	Facets       []facetView
	Rows         []recordLine
	First, Last  int
	Newer, Older string
	Newest       string
	WithRows     bool // the rows of requests are listed beside the requests
	ToggleRows   string
	InRows       int           // where nothing is found without the rows of requests, how many are with them
	Bundle       string        // address that makes a bundle of what is found
	Sheet        string        // address that gives it as an Excel file
	Hidden       []hiddenField // what the search form keeps
	Anything     bool          // something was asked for
	Paper        bool          // the reader keeps numbers and papers
	Files        string        // address of the form by which he files records, "" where he does not
	Import       bool          // an existing archive can be taken in
	Views        viewsPanel
}

// dayAsked is a day that the search is asked to begin or end with.
type dayAsked struct{ Name, Label, Typed, Echo, Wrong string }

type hiddenField struct{ Name, Value string }

// chip is one condition that can be taken away.
type chip struct{ Text, Remove string }

// facetView is a property with its values and how many records have each.
type facetView struct {
	Name   string
	Values []facetValue
	More   []facetValue
}

type facetValue struct {
	Text, Note string
	Href       string
	Count      int
	AtLeast    bool
	Chosen     bool
}

// recordLine is a record in the list, its words cut at what was looked for.
type recordLine struct {
	Href     string
	Subject  []mark
	Number   []mark
	Form     string
	Version  string // of a document
	Unit     []mark
	Name     []mark
	Filed    time.Time
	Day      string // what day that is: of application, or of issue
	Issued   bool   // the latter
	State    stateView
	Origin   string
	Original []mark
	Within   bool // the words are in the text, not in what is shown here
}

// mark is a piece of text that was looked for, or not.
type mark struct {
	Text string
	Hit  bool
}

func (p *Pages) records(w http.ResponseWriter, r *http.Request) {
	p.showRecords(w, r, readAsked(r.URL.Query(), p.location))
}

// dayTexts are what the days of a search are called.
var dayTexts = []struct{ name, text string }{{"from", "records.from"}, {"to", "records.to"}}

// askedDays puts the days into the page as they were read, and what could not be read.
func (p *Pages) askedDays(r *http.Request, a asked, page *recordsPage) {
	wrong := map[string]string{}
	for _, bad := range a.wrong {
		text, field := p.text(r, bad.text, "Name", bad.name, "Value", bad.value), "q"
		for _, d := range dayTexts {
			if d.name == bad.name {
				field, wrong[bad.name] = d.name, text
			}
		}
		page.Faults = append(page.Faults, faultLink{Field: field, Text: text})
	}
	read := map[string]calendar.Date{"from": a.first, "to": a.last}
	for _, d := range dayTexts {
		line := dayAsked{Name: d.name, Label: p.text(r, d.text), Typed: a.days()[d.name], Wrong: wrong[d.name]}
		if day := read[d.name]; !day.IsZero() {
			line.Echo = p.dayWeek(r, day)
			without := a
			if d.name == "from" {
				without.from = ""
			} else {
				without.to = ""
			}
			page.Chosen = append(page.Chosen, chip{Text: p.text(r, "records.chosen", "Facet", line.Label, "Values", line.Echo), Remove: without.href(nil)})
		}
		page.ByDay = page.ByDay || line.Typed != ""
		page.Days = append(page.Days, line)
	}
	page.Anything = page.Anything || page.ByDay
}

// showRecords lists what is found, under what else has to be said of it.
func (p *Pages) showRecords(w http.ResponseWriter, r *http.Request, a asked, faults ...faultLink) {
	page := recordsPage{Query: a.text, WithRows: a.rows, Clear: "/records", Anything: a.words() != ""}
	me, err := p.kit.People().Me(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page.Paper = me.Rights["manage_records"]
	types, err := p.kit.Types().List(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if i := slices.IndexFunc(types, func(t ismskit.TypeInfo) bool { return t.Filing }); i >= 0 {
		page.Files = "/apply/" + types[i].Key
	}
	if page.Import, err = p.kit.Records().Intake().May(r.Context(), p.actor(r)); err != nil {
		p.fail(w, r, err)
		return
	}
	if page.Views, err = p.savedViews(r, "records"); err != nil {
		p.fail(w, r, err)
		return
	}
	page.Bundle = "/records/bundle" + strings.TrimPrefix(a.href(nil), "/records")
	page.Sheet = "/records/sheet" + strings.TrimPrefix(a.href(nil), "/records")
	flipped := a
	flipped.rows = !a.rows
	page.ToggleRows = flipped.href(nil)
	q := a.query()
	q.Limit = recordsPerPage + 1
	if n := len(a.cursors); n > 0 {
		q.After = readCursor(a.cursors[n-1])
	}
	look, err := p.kit.Records().Find(r.Context(), p.actor(r), q, facetsAndTotal()...)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	a = a.presentForms(look.FormOf)
	names, err := p.facets(r, a, look, &page)
	if err == nil {
		err = p.found(r, a, look, names, &page)
	}
	if err == nil && len(page.Rows) == 0 && !a.rows && page.Anything {
		page.InRows, err = p.inRows(r, flipped)
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.askedDays(r, a, &page)
	page.Faults = append(page.Faults, faults...)
	status := http.StatusOK
	if len(page.Faults) > 0 {
		status = http.StatusUnprocessableEntity
	}
	p.renderer.Page(w, r, status, "records", page)
}

// inRows is how many are found with the rows of requests: whoever handles rows may search for
// what he did by the request's number, which is not his to find.
func (p *Pages) inRows(r *http.Request, with asked) (int, error) {
	q := with.query()
	q.Limit = 1
	look, err := p.kit.Records().Find(r.Context(), p.actor(r), q, record.ByAll)
	if err != nil || len(look.Counts[record.ByAll]) == 0 {
		return 0, err
	}
	return look.Counts[record.ByAll][0].Count, nil
}

// found fills in the page of records.
func (p *Pages) found(r *http.Request, a asked, look ismskit.Finding, names facetNames, page *recordsPage) error {
	if total := look.Counts[record.ByAll]; len(total) > 0 {
		page.Total, page.AtLeast = total[0].Count, total[0].More
	}
	records := look.Records
	if len(records) > recordsPerPage {
		records = records[:recordsPerPage]
		page.Older = a.href(append(slices.Clone(a.cursors), cursor(records[recordsPerPage-1])))
	}
	if n := len(a.cursors); n > 0 {
		page.Newer, page.Newest = a.href(a.cursors[:n-1]), a.href(nil)
	}
	page.First = len(a.cursors)*recordsPerPage + 1
	page.Last = page.First + len(records) - 1
	words := searched(a.words())
	for _, rec := range records {
		page.Rows = append(page.Rows, p.recordLine(r, rec, look, names, words))
	}
	return nil
}

// originTexts name the ways in which something came into the archive.
var originTexts = map[string]string{"online": "records.online", "uploaded": "records.uploaded", "paper": "records.paper", "imported": "records.imported"}

func (p *Pages) originName(r *http.Request, origin string) string {
	if key, ok := originTexts[origin]; ok {
		return p.text(r, key)
	}
	return origin
}

func (p *Pages) recordLine(r *http.Request, rec record.Record, look ismskit.Finding, names facetNames, words []string) recordLine {
	line := recordLine{
		Href: "/cases/" + rec.Case, Subject: cut(p.subject(r, rec.Subject, look.SubjectIn[cmp.Or(rec.Case, rec.ID)]), words), Number: cut(ismskit.RowNumberIn(p.lang(r), rec.Number, look.RowNos[rec.Case], look.RowTurns[rec.Case]), words), Form: names.form[rec.Form],
		Unit: cut(p.called(r, rec.UnitName), words), Name: cut(rec.Name, words), Filed: rec.Filed, State: p.state(r, rec.State, 0, 0),
		Origin: p.originName(r, rec.Origin), Day: p.text(r, "records.filed"),
	}
	if rec.Kind == ismskit.RecordDocument {
		id, version, _ := ismskit.DocumentOf(rec.ID)
		if line.Href = "/documents/" + id; version != "" {
			line.Href += "/versions/" + version
		}
		if version = look.Versions[rec.ID]; version != "" {
			line.Version = p.text(r, "documents.version_no", "Version", version)
		}
		line.Day, line.Issued = p.text(r, "documents.issued"), true
		line.State, line.Form = p.documentState(r, rec.State), p.text(r, "records.document")
	}
	original := rec.Original
	if original == "" {
		original = p.text(r, "records.original_electronic")
	}
	line.Original = cut(original, words)
	line.Within = len(words) > 0
	for _, shown := range [][]mark{line.Subject, line.Number, line.Unit, line.Name, line.Original} {
		if slices.ContainsFunc(shown, func(m mark) bool { return m.Hit }) {
			line.Within = false
		}
	}
	return line
}

// searched are the words somebody looked for.
func searched(text string) []string {
	return strings.FieldsFunc(record.Fold(text), func(c rune) bool { return unicode.IsSpace(c) || c == '　' })
}

// cut marks where the words occur in a text, whatever their case or width.
func cut(text string, words []string) []mark {
	runes := []rune(text)
	hit := make([]bool, len(runes))
	for i := range runes {
		for _, word := range words {
			n := len([]rune(word))
			if i+n <= len(runes) && record.Fold(string(runes[i:i+n])) == word {
				for j := i; j < i+n; j++ {
					hit[j] = true
				}
			}
		}
	}
	var out []mark
	for i := 0; i < len(runes); {
		j := i
		for j < len(runes) && hit[j] == hit[i] {
			j++
		}
		out = append(out, mark{Text: string(runes[i:j]), Hit: hit[i]})
		i = j
	}
	return out
}
