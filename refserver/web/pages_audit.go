package web

import (
	"cmp"
	"errors"
	"io"
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
	auditShown = 200      // of what does not hold
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
	page := p.newAudit()
	var o evidence.Options
	var err error
	if o.Checkpoints, page.Against, page.Wrong, err = p.broughtNotes(r); err != nil {
		p.renderer.Refuse(w, r, BadRequest)
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

// broughtNotes reads the checkpoints that were sent as they come in, of none more than one may
// be long: of another file, however large, nothing is kept. wrong is why they are refused, with
// the form; the error is of what is no form.
func (p *Pages) broughtNotes(r *http.Request) (notes [][]byte, names []string, wrong string, err error) {
	parts, err := r.MultipartReader()
	if errors.Is(err, http.ErrNotMultipart) {
		return nil, nil, "", nil
	}
	for n := 0; err == nil; {
		part, next := parts.NextPart()
		if errors.Is(next, io.EOF) {
			if n > auditFiles && wrong == "" {
				wrong = p.text(r, "audit.too_many", "Max", auditFiles, "N", n)
			}
			return notes, names, wrong, nil
		}
		if err = next; err != nil || part.FormName() != "earlier" || part.FileName() == "" {
			continue
		}
		note, failed := io.ReadAll(io.LimitReader(part, noteRoom+1))
		if failed == nil && len(note) > noteRoom { // read to its end, so that the answer is waited for
			_, failed = io.Copy(io.Discard, part)
		}
		_, over := errors.AsType[*http.MaxBytesError](failed)
		if over || len(note) > noteRoom {
			wrong = cmp.Or(wrong, p.text(r, "audit.too_long", "Name", part.FileName(), "Max", forms.SizeText(noteRoom)))
		}
		if over {
			return nil, nil, wrong, nil
		}
		if n++; n <= auditFiles && wrong == "" {
			notes, names = append(notes, note), append(names, part.FileName())
		}
		err = failed
	}
	return nil, nil, "", err
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
