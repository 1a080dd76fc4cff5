package web

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
)

// Limits of one check of the trails.
const (
	auditFiles = 20       // checkpoints it is held against
	noteRoom   = 64 << 10 // of one of them, in bytes
	auditRoom  = auditFiles*noteRoom + 64<<10
	auditShown = 200 // of what does not hold
)

// auditPage is the model of audit.html: 軌跡查核.
type auditPage struct {
	MaxFiles, MaxSize string
	Wrong             string
	Faults            []faultLink
	Checked           bool
	At                time.Time
	Result            evidence.Result
	Verdict           string
	Against           []string // names of the files it was held against
	Findings          []auditLine
	Files             bool // all that does not hold are files that were brought
	More              int  // that are not shown
	Lines, Remarks    []string
}

// auditLine is one thing that does not hold.
type auditLine struct {
	Text         string
	Number, Href string // of the case, and where it is looked for; "" for none
}

func (p *Pages) newAudit() auditPage {
	return auditPage{MaxFiles: strconv.Itoa(auditFiles), MaxSize: forms.SizeText(noteRoom)}
}

// auditForm asks for the checkpoints to which all trails are held, of those who may read
// what the house has signed.
func (p *Pages) auditForm(w http.ResponseWriter, r *http.Request) {
	if err := p.mayAudit(r); err != nil {
		p.fail(w, r, err)
		return
	}
	p.page(w, r, "audit", p.newAudit())
}

func (p *Pages) mayAudit(r *http.Request) error {
	_, err := p.kit.Evidence().Checkpoints(r.Context(), p.actor(r), ismskit.CheckpointQuery{Limit: 1})
	return err
}

// audit holds all trails, as they stand in the database now, against the log and against the
// checkpoints that somebody brings, and says what holds and what was changed, and where.
func (p *Pages) audit(w http.ResponseWriter, r *http.Request) {
	if err := p.mayAudit(r); err != nil {
		p.fail(w, r, err)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, auditRoom)
	if !p.parse(w, r) {
		return
	}
	page := p.newAudit()
	var o evidence.Options
	var err error
	if o.Checkpoints, page.Against, page.Wrong, err = p.broughtNotes(r); err != nil {
		p.fail(w, r, err)
		return
	}
	if page.Wrong != "" {
		page.Faults = []faultLink{{Field: "earlier", Text: page.Wrong}}
		p.renderer.Page(w, r, http.StatusUnprocessableEntity, "audit", page)
		return
	}
	report, err := p.kit.Evidence().Audit(r.Context(), p.actor(r), o)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.page(w, r, "audit", p.audited(r, page, report))
}

// broughtNotes reads the checkpoints that were sent, none of which is read before it is known
// to be short enough; wrong is why they are refused.
func (p *Pages) broughtNotes(r *http.Request) (notes [][]byte, names []string, wrong string, err error) {
	if r.MultipartForm == nil {
		return nil, nil, "", nil
	}
	files := r.MultipartForm.File["earlier"]
	if len(files) > auditFiles {
		return nil, nil, p.text(r, "audit.too_many", "Max", auditFiles, "N", len(files)), nil
	}
	for _, one := range files {
		if one.Size > noteRoom {
			return nil, nil, p.text(r, "audit.too_long", "Name", one.Filename, "Max", forms.SizeText(noteRoom)), nil
		}
		note, err := contentOf(one)
		if err != nil {
			return nil, nil, "", err
		}
		notes, names = append(notes, note), append(names, one.Filename)
	}
	return notes, names, "", nil
}

// audited puts a report on the page.
func (p *Pages) audited(r *http.Request, page auditPage, report evidence.Report) auditPage {
	lang := p.lang(r)
	page.Checked, page.At, page.Result, page.Lines = true, report.Made, report.Result(), report.Lines(lang)
	_, page.Verdict, _ = strings.Cut(report.Verdict(lang), " ") // without its mark: the page has its own
	page.Files = !slices.ContainsFunc(report.Findings, func(f evidence.Finding) bool { return f.Params["n"] == "" })
	page.More = max(0, len(report.Findings)-auditShown)
	titles := map[string]string{}
	linked := ""
	for _, f := range report.Findings[:len(report.Findings)-page.More] {
		line := auditLine{Text: p.placed(r, f, page.Against, titles).Text(lang)}
		if f.Case != linked && f.Case != "" { // once for several of one case
			line.Number, line.Href = f.Case, address("/records", "q", f.Case)
		}
		linked = f.Case
		page.Findings = append(page.Findings, line)
	}
	for _, f := range report.Remarks {
		page.Remarks = append(page.Remarks, f.Text(lang))
	}
	return page
}

// placed is a finding whose place is called as the pages call it: a checkpoint that was
// brought by its file, a row by its list.
func (p *Pages) placed(r *http.Request, f evidence.Finding, names []string, titles map[string]string) evidence.Finding {
	if n, err := strconv.Atoi(f.Params["n"]); err == nil && n > 0 && n <= len(names) {
		f.File, f.Params = names[n-1], maps.Clone(f.Params)
		delete(f.Params, "n")
	}
	rest, isRow := strings.CutPrefix(f.Chain, "list/")
	list, id, _ := strings.Cut(rest, "/")
	if !isRow {
		return f
	}
	title, known := titles[list]
	if !known {
		if about, _, err := p.kit.Registers().Form(r.Context(), p.actor(r), list); err == nil { // else it is not his to read, and keeps its key
			title = about.Title.In(p.lang(r))
		}
		titles[list] = title
	}
	if title != "" {
		f.Chain = p.text(r, "audit.row", "List", title, "Row", id)
	}
	return f
}
