package web

import (
	"bytes"
	"cmp"
	"errors"
	"mime/multipart"
	"net/http"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/forms/xlsx"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// registerSheets puts the pages on which lists come in and go out as Excel files on a mux.
func (p *Pages) registerSheets(mux *http.ServeMux) {
	mux.HandleFunc("GET /lists/{list}/sheet", p.sheetPage)
	mux.HandleFunc("GET /lists/{list}/sheet.xlsx", p.sheetFile)
	mux.HandleFunc("POST /lists/{list}/sheet", p.sendSheet)
}

// sheetLists are lists that have no page of their own and come in as files all the same, each with
// the page that leads to it.
var sheetLists = map[string]string{register.Grants: "/systems", register.Externals: "/people", register.Offices: "/systems"}

// sheetPage is the model of sheet.html: a file to be chosen, or what would become of its lines.
type sheetPage struct {
	List, Title string
	Back        string
	Faults      []faultLink
	WrongFile   string
	Tried       *sheetTried
	Reason      string
	WrongReason string
	WrongPartly string
	Partly      bool
	Most        int
}

// sheetTried is what would become of the lines of a file.
type sheetTried struct {
	Name                      string
	Lines                     string // packed, for the act itself
	Mark                      string
	New, Changed, Same, Wrong int
	Remarked                  int
	// Noted are those to look at before they are imported, which stand below once more among what
	// becomes of them.
	Noted, Bad, Mods, Added []sheetLine
	More                    string // how many lines are not listed
	Notes                   []string
}

// sheetLine is a line of the file in the dry run.
type sheetLine struct {
	At, Title string
	Remark    string
	Faults    []string
	Changes   []ismskit.RowDifference
}

// sheetShown is how many lines of each kind are listed; all are counted.
const sheetShown = 200

// sheetOf is the page of a list, for whoever may bring a file for it.
func (p *Pages) sheetOf(r *http.Request) (sheetPage, *forms.Form, error) {
	list := r.PathValue("list")
	back, known := enteredLists[list]
	if !known {
		back, known = sheetLists[list]
	}
	if !known {
		return sheetPage{}, nil, ismskit.ErrNotFound
	}
	about, form, err := ismskit.SheetsOf(p.kit).Form(r.Context(), p.actor(r), list)
	return sheetPage{List: list, Title: about.Title.In(p.lang(r)), Back: back, Most: ismskit.MaxSheetLines}, form, err
}

func (p *Pages) sheetPage(w http.ResponseWriter, r *http.Request) {
	page, _, err := p.sheetOf(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.page(w, r, "sheet", page)
}

// sheetFile is a workbook to be filled in, with the current rows where they are asked for.
func (p *Pages) sheetFile(w http.ResponseWriter, r *http.Request) {
	page, form, err := p.sheetOf(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	var lines []forms.SheetLine
	var choices map[string][]string
	whole := r.URL.Query().Get("rows") != ""
	if whole {
		lines, choices, err = ismskit.SheetsOf(p.kit).Lines(r.Context(), p.actor(r), page.List, p.lang(r), map[string]string{p.text(r, "changes.list"): page.Title})
	} else {
		choices, err = ismskit.SheetsOf(p.kit).Choices(r.Context(), p.actor(r), page.List, p.lang(r))
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	sheet := xlsx.Sheet{Form: form, Lang: p.lang(r), IDs: true, Choices: choices}
	name := p.text(r, "sheet.file_blank", "Title", page.Title)
	if whole {
		name = p.text(r, "sheet.file_rows", "Title", page.Title)
		sheet.Rows = func(yield func(forms.SheetLine, error) bool) {
			for _, line := range lines {
				if !yield(line, nil) {
					return
				}
			}
		}
	}
	var file bytes.Buffer // whole before it is sent: half a workbook opens as a damaged one
	if err := xlsx.Blank(&file, sheet); err != nil {
		p.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", attachment(name+".xlsx"))
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(file.Bytes())
	p.renderer.logQuietly(r.Context(), "workbook not sent whole", err)
}

// sendSheet tries a file out, or imports what was tried.
func (p *Pages) sendSheet(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	page, form, err := p.sheetOf(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	in := ismskit.SheetImport{List: page.List}
	var notes []string
	name := r.PostForm.Get("name")
	if r.PostForm.Get("do") == "import" {
		if in.Lines, err = unpackLines(r.PostForm.Get("lines")); err != nil {
			p.renderer.Refuse(w, r, BadRequest)
			return
		}
		notes = r.PostForm["note"]
	} else {
		var found xlsx.Sheets
		if in.Lines, found, name, err = p.readSheet(r, form); err == nil {
			notes = p.sheetNotes(r, found)
		}
	}
	if refused, ok := errors.AsType[*xlsx.Error](err); ok {
		page.WrongFile = refused.Text(p.lang(r))
	} else if errors.Is(err, http.ErrMissingFile) {
		page.WrongFile = p.text(r, "sheet.file_missing")
	} else if err != nil {
		p.fail(w, r, err)
		return
	}
	if page.WrongFile != "" {
		page.Faults = []faultLink{{Field: "file", Text: page.WrongFile}}
		p.renderer.Page(w, r, http.StatusUnprocessableEntity, "sheet", page)
		return
	}
	if r.PostForm.Get("do") == "import" {
		p.importSheet(w, r, page, in, name, notes)
		return
	}
	p.showTried(w, r, http.StatusOK, page, in, name, notes)
}

// readSheet reads the file that came with a form.
func (p *Pages) readSheet(r *http.Request, form *forms.Form) (lines []forms.SheetLine, found xlsx.Sheets, name string, err error) {
	if r.MultipartForm == nil || len(r.MultipartForm.File["file"]) == 0 {
		return nil, found, "", http.ErrMissingFile
	}
	var header *multipart.FileHeader = r.MultipartForm.File["file"][0]
	body, err := header.Open()
	if err != nil {
		return nil, found, "", err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	found, err = xlsx.Read(body, header.Size, xlsx.Wanted{Form: form, Limits: xlsx.Limits{Rows: ismskit.MaxSheetLines}}, func(l forms.SheetLine) error {
		lines = append(lines, l)
		return nil
	})
	return lines, found, header.Filename, err
}

// sheetNotes say what of the file was not read, so that nobody takes it for done.
func (p *Pages) sheetNotes(r *http.Request, found xlsx.Sheets) []string {
	var out []string
	for _, c := range found.Unread {
		out = append(out, p.text(r, "sheet.no_field", "Sheet", c.Field, "Cell", c.At, "Heading", c.Text))
	}
	for _, name := range found.Skipped {
		out = append(out, p.text(r, "sheet.skipped", "Sheet", name))
	}
	return out
}

// showTried shows what would become of the lines.
func (p *Pages) showTried(w http.ResponseWriter, r *http.Request, status int, page sheetPage, in ismskit.SheetImport, name string, notes []string) {
	out, err := ismskit.SheetsOf(p.kit).Try(r.Context(), p.actor(r), in)
	if invalid, ok := errors.AsType[forms.Invalid](err); ok {
		page.WrongFile = invalid[0].Message(p.lang(r))
		page.Faults = []faultLink{{Field: "file", Text: page.WrongFile}}
		p.renderer.Page(w, r, http.StatusUnprocessableEntity, "sheet", page)
		return
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	packed, err := packLines(in.Lines)
	if errors.Is(err, errTooPacked) {
		page.WrongFile = p.text(r, "sheet.too_long")
		page.Faults = []faultLink{{Field: "file", Text: page.WrongFile}}
		p.renderer.Page(w, r, http.StatusUnprocessableEntity, "sheet", page)
		return
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	tried := &sheetTried{Name: name, Lines: packed, Mark: out.Mark, New: out.New, Changed: out.Changed, Same: out.Same, Wrong: out.Wrong, Remarked: out.Remarked, Notes: notes}
	left := 0
	for _, line := range out.Lines {
		if line.Remark != nil && len(tried.Noted) < sheetShown {
			tried.Noted = append(tried.Noted, p.sheetLine(r, line))
		}
		into := map[string]*[]sheetLine{ismskit.LineWrong: &tried.Bad, ismskit.LineChanged: &tried.Mods, ismskit.LineNew: &tried.Added}[line.State]
		switch {
		case into == nil:
		case len(*into) >= sheetShown:
			left++
		default:
			*into = append(*into, p.sheetLine(r, line))
		}
	}
	if left > 0 {
		tried.More = p.text(r, "sheet.more", "N", left)
	}
	page.Tried = tried
	p.renderer.Page(w, r, status, "sheet", page)
}

func (p *Pages) sheetLine(r *http.Request, line ismskit.LineOutcome) sheetLine {
	lang := p.lang(r)
	out := sheetLine{At: p.text(r, "sheet.line", "Sheet", line.Sheet, "Row", line.Row), Title: line.Title.In(lang), Remark: line.Remark.In(lang)}
	for _, f := range line.Faults {
		out.Faults = append(out.Faults, f.Message(lang))
	}
	for _, c := range line.Changes {
		out.Changes = append(out.Changes, ismskit.RowDifference{Label: c.Label.In(lang), From: c.From.In(lang), To: c.To.In(lang)})
	}
	return out
}

// importSheet carries out what was tried.
func (p *Pages) importSheet(w http.ResponseWriter, r *http.Request, page sheetPage, in ismskit.SheetImport, name string, notes []string) {
	page.Reason, page.Partly = r.PostForm.Get("reason"), r.PostForm.Get("partly") != ""
	in.Reason, in.Whole, in.Seen = page.Reason, !page.Partly, cmp.Or(r.PostForm.Get("mark"), "none")
	out, err := ismskit.SheetsOf(p.kit).Import(r.Context(), p.actor(r), in)
	status := http.StatusUnprocessableEntity
	invalid, refused := errors.AsType[forms.Invalid](err)
	switch {
	case refused && invalid[0].Field == "reason":
		page.WrongReason = invalid[0].Message(p.lang(r))
		page.Faults = []faultLink{{Field: "reason", Text: page.WrongReason}}
	case refused:
		for _, bad := range invalid {
			page.Faults = append(page.Faults, faultLink{Field: "tried", Text: bad.Message(p.lang(r))})
		}
	case errors.Is(err, ismskit.ErrConflict):
		status = http.StatusConflict
		page.Faults = []faultLink{{Field: "tried", Text: p.text(r, "sheet.changed")}}
	case err != nil:
		p.fail(w, r, err)
		return
	case !out.Done && out.New+out.Changed > 0:
		page.WrongPartly = p.text(r, "sheet.partly_wrong", "N", out.Wrong)
		page.Faults = []faultLink{{Field: "partly", Text: page.WrongPartly}}
	case !out.Done:
		page.Faults = []faultLink{{Field: "tried", Text: p.text(r, "sheet.nothing_right")}}
	}
	if len(page.Faults) > 0 {
		p.showTried(w, r, status, page, in, name, notes)
		return
	}
	flash := p.text(r, "sheet.done", "New", out.New, "Changed", out.Changed)
	if out.New+out.Changed == 0 {
		flash = p.text(r, "sheet.done_same")
	}
	if out.Wrong > 0 {
		flash += p.text(r, "sheet.done_wrong", "N", out.Wrong)
	}
	p.done(w, r, page.Back, flash)
}
