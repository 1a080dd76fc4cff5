package web

import (
	"bytes"
	"errors"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/forms/xlsx"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/intake"
	"github.com/ismskit/ismskit/refserver/handin"
)

const intakePath = "/records/import"

// registerIntake puts the pages on which an existing archive is taken in (匯入既有檔案) on a mux.
func (p *Pages) registerIntake(mux *http.ServeMux) {
	mux.HandleFunc("GET "+intakePath, p.intakePage)
	mux.HandleFunc("POST "+intakePath, p.intakeCheck)
	mux.HandleFunc("GET "+intakePath+"/index.xlsx", p.intakeBlank)
	mux.HandleFunc("GET "+intakePath+"/{id}", p.intakeReport)
	mux.HandleFunc("GET "+intakePath+"/{id}/report.xlsx", p.intakeExport)
	mux.HandleFunc("POST "+intakePath+"/{id}/begin", p.intakeBegin)
	mux.HandleFunc("POST "+intakePath+"/{id}/stop", p.intakeStop)
}

// intakeView is the model of intake.html: what to send, and what was sent before.
type intakeView struct {
	Faults                []faultLink
	WrongFile, WrongIndex string
	Size                  string
	MostFiles, MostLines  int
	Before                []intakeBefore
}

type intakeBefore struct {
	Href, Name, By, State string
	Checked               time.Time
}

func (p *Pages) intakePage(w http.ResponseWriter, r *http.Request) {
	p.showIntake(w, r, http.StatusOK, intakeView{})
}

func (p *Pages) showIntake(w http.ResponseWriter, r *http.Request, status int, page intakeView) {
	all, err := p.kit.Records().Intake().List(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	limits := handin.Limits()
	page.Size, page.MostFiles, page.MostLines = forms.SizeText(limits.Size), limits.Files, ismskit.MaxIntakeLines
	for _, one := range all {
		page.Before = append(page.Before, intakeBefore{Href: intakePath + "/" + one.ID, Name: one.Package, By: one.By.Name, State: ismskit.IntakeWord(one.State, p.lang(r)), Checked: one.Checked})
	}
	p.renderer.Page(w, r, status, "intake", page)
}

// intakeBlank is the index to be filled in.
func (p *Pages) intakeBlank(w http.ResponseWriter, r *http.Request) {
	form, choices, err := p.kit.Records().Intake().Form(r.Context(), p.actor(r), p.lang(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	var file bytes.Buffer // whole before it is sent: half a workbook opens as a damaged one
	if err := xlsx.Blank(&file, xlsx.Sheet{Form: form, Lang: p.lang(r), Choices: choices}); err != nil {
		p.fail(w, r, err)
		return
	}
	p.giveSheet(w, r, p.text(r, "import.blank_name"), file.Bytes())
}

func (p *Pages) giveSheet(w http.ResponseWriter, r *http.Request, name string, file []byte) {
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", attachment(name+".xlsx"))
	w.Header().Set("Cache-Control", "no-store")
	_, err := w.Write(file)
	p.renderer.logQuietly(r.Context(), "workbook not sent whole", err)
}

// intakeCheck checks what was sent; whoever may not import anything is told so before it is read.
func (p *Pages) intakeCheck(w http.ResponseWriter, r *http.Request) {
	form, _, err := p.kit.Records().Intake().Form(r.Context(), p.actor(r), p.lang(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if !p.parse(w, r) {
		return
	}
	in, found, closing, err := readHandedIn(r, form)
	defer func() { p.renderer.logQuietly(r.Context(), "package", closing()) }()
	var report ismskit.IntakeReport
	if err == nil {
		in.Notes = p.sheetNotes(r, found)
		report, err = p.kit.Records().Intake().Check(r.Context(), p.actor(r), in)
	}
	var page intakeView
	invalid, refused := errors.AsType[forms.Invalid](err)
	bad, broken := errors.AsType[*intake.Error](err)
	book, unread := errors.AsType[*xlsx.Error](err)
	switch {
	case err == nil:
		p.done(w, r, intakePath+"/"+report.ID, "")
		return
	case errors.Is(err, http.ErrMissingFile):
		page.WrongFile = p.text(r, "import.package_missing")
	case errors.Is(err, handin.ErrNoIndex):
		page.WrongIndex = p.text(r, "import.index_missing")
	case refused && invalid[0].Field == "package":
		page.WrongFile = invalid[0].Message(p.lang(r))
	case refused:
		page.WrongIndex = invalid[0].Message(p.lang(r))
	case broken:
		page.WrongFile = bad.Text(p.lang(r))
	case unread:
		page.WrongIndex = book.Text(p.lang(r))
	default:
		p.fail(w, r, err)
		return
	}
	if page.WrongFile != "" {
		page.Faults = append(page.Faults, faultLink{Field: "package", Text: page.WrongFile})
	}
	if page.WrongIndex != "" {
		page.Faults = append(page.Faults, faultLink{Field: "index", Text: page.WrongIndex})
	}
	p.showIntake(w, r, http.StatusUnprocessableEntity, page)
}

// readHandedIn opens the files of a form; what it gives is good until closing.
func readHandedIn(r *http.Request, form *forms.Form) (in ismskit.IntakePackage, found xlsx.Sheets, closing func() error, err error) {
	var open []multipart.File
	closing = func() error {
		var failed error
		for _, f := range open {
			failed = errors.Join(failed, f.Close())
		}
		return failed
	}
	sent := func(name string) (*handin.File, error) {
		if r.MultipartForm == nil || len(r.MultipartForm.File[name]) == 0 {
			return nil, nil
		}
		header := r.MultipartForm.File[name][0]
		if header.Filename == "" {
			return nil, nil
		}
		body, err := header.Open()
		if err != nil {
			return nil, err
		}
		open = append(open, body)
		return &handin.File{Name: header.Filename, Body: body, Size: header.Size}, nil
	}
	pkg, err := sent("package")
	if err == nil && pkg == nil {
		err = http.ErrMissingFile
	}
	if err != nil {
		return in, found, closing, err
	}
	index, err := sent("index")
	if err != nil {
		return in, found, closing, err
	}
	in, found, err = handin.Read(form, *pkg, index)
	return in, found, closing, err
}

// intakeReportView is the model of intake_report.html.
type intakeReportView struct {
	ID, Name, State, Word   string
	By, Reason              string
	Checked                 time.Time
	Faults                  []faultLink
	Wrong                   map[string]string
	Posted                  map[string]string
	Counts                  []string
	Changed                 bool
	Problems, Flagged, Rest []intakeRow
	More                    int
	Unused, Notes           []string
	UnusedMore              int
	Ready                   int
	AllKnown                bool // nothing is left, for all was taken in before
	Mine                    bool
	Categories              []option
	Record                  string
}

type intakeRow struct {
	Place, Number, Title, State, Href string
	Said                              []string
}

// intakeCounts are the states of lines in the order in which they are counted.
var intakeCounts = []struct{ state, text string }{
	{ismskit.IntakeImported, "import.imported"}, {ismskit.IntakeReady, "import.ready"}, {ismskit.IntakeWrong, "import.wrong"}, {ismskit.IntakeRefused, "import.refused"},
	{ismskit.IntakeChanged, "import.changed"}, {ismskit.IntakeKnown, "import.known"},
}

// intakeShown is how many rows of each kind are listed; all are counted, and in the file.
const intakeShown = 200

func (p *Pages) intakeReport(w http.ResponseWriter, r *http.Request) {
	p.showIntakeReport(w, r, http.StatusOK, nil)
}

func (p *Pages) showIntakeReport(w http.ResponseWriter, r *http.Request, status int, wrong forms.Invalid) {
	report, err := p.kit.Records().Intake().Report(r.Context(), p.actor(r), r.PathValue("id"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	lang := p.lang(r)
	page := intakeReportView{
		ID: report.ID, Name: report.Package, State: report.State, Word: ismskit.IntakeWord(report.State, lang), By: report.By.Name, Reason: report.Reason, Checked: report.Checked,
		Ready: report.Left(), AllKnown: report.AllKnown(), Mine: report.By.Person == p.actor(r).Person, Notes: report.Notes, Unused: report.Unused, Wrong: map[string]string{},
		Posted: map[string]string{"reason": r.PostForm.Get("reason")}, Record: recordHref(report.Record), Changed: report.Counts[ismskit.IntakeChanged] > 0,
	}
	if n := len(page.Unused); n > intakeShown {
		page.Unused, page.UnusedMore = page.Unused[:intakeShown], n-intakeShown
	}
	for _, one := range intakeCounts {
		if n := report.Counts[one.state]; n > 0 {
			page.Counts = append(page.Counts, p.text(r, one.text, "N", n))
		}
	}
	if report.Flagged > 0 {
		page.Counts = append(page.Counts, p.text(r, "import.flagged", "N", report.Flagged))
	}
	for _, l := range report.Lines {
		into := &page.Rest
		switch {
		case l.State == ismskit.IntakeWrong || l.State == ismskit.IntakeRefused || l.State == ismskit.IntakeChanged:
			into = &page.Problems
		case l.Flagged():
			into = &page.Flagged
		}
		if len(*into) >= intakeShown {
			page.More++
			continue
		}
		row := intakeRow{Place: p.text(r, "sheet.line", "Sheet", l.Sheet, "Row", l.Row), Number: l.Number, Title: l.Title, State: ismskit.IntakeWord(l.State, lang), Href: recordHref(l.Record)}
		for _, f := range slices.Concat(l.Faults, l.Flags) {
			row.Said = append(row.Said, f.Cell+p.text(r, "shell.colon")+f.Fault.Message(lang))
		}
		*into = append(*into, row)
	}
	for _, f := range wrong {
		text := f.Message(lang)
		field := f.Field
		if field != "reason" && field != "category" {
			field = "begin"
		}
		page.Faults, page.Wrong[field] = append(page.Faults, faultLink{Field: field, Text: text}), text
	}
	named, err := p.titles(r, "categories", report.Categories)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	for i, id := range report.Categories {
		page.Categories = append(page.Categories, option{Value: id, Label: named[i], Checked: id == r.PostForm.Get("category")})
	}
	p.renderer.Page(w, r, status, "intake_report", page)
}

// recordHref is where something of the archive is read.
func recordHref(id string) string {
	if doc, version, ok := ismskit.DocumentOf(id); ok {
		return versionAddress(doc, version)
	}
	if id, ok := strings.CutPrefix(id, "case/"); ok {
		return "/cases/" + id
	}
	return ""
}

func (p *Pages) intakeBegin(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	id := r.PathValue("id")
	err := p.kit.Records().Intake().Begin(r.Context(), p.actor(r), id, ismskit.IntakeStart{Reason: r.PostForm.Get("reason"), Category: r.PostForm.Get("category")})
	if invalid, ok := errors.AsType[forms.Invalid](err); ok {
		p.showIntakeReport(w, r, http.StatusUnprocessableEntity, invalid)
		return
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.done(w, r, intakePath+"/"+id, p.text(r, "import.begun"))
}

func (p *Pages) intakeStop(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	id := r.PathValue("id")
	if err := p.kit.Records().Intake().Stop(r.Context(), p.actor(r), id); err != nil {
		p.fail(w, r, err)
		return
	}
	p.done(w, r, intakePath+"/"+id, "")
}

// intakeExport is what becomes of each line, as a file.
func (p *Pages) intakeExport(w http.ResponseWriter, r *http.Request) {
	report, err := p.kit.Records().Intake().Report(r.Context(), p.actor(r), r.PathValue("id"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	var file bytes.Buffer
	err = xlsx.WriteList(&file, xlsx.List{Name: p.text(r, "import.title"), Headings: ismskit.IntakeHeadings(p.lang(r)), Rows: slices.Values(report.Table(p.lang(r)))})
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.giveSheet(w, r, p.text(r, "import.file_name", "Date", p.dayShort(r, p.today())), file.Bytes())
}
