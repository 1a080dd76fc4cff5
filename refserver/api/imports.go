package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/forms/xlsx"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/intake"
	"github.com/ismskit/ismskit/refserver/handin"
)

const patternImport = "POST /api/v1/imports"

// Import is an existing archive that was handed in.
type Import struct {
	ID      string         `json:"id"`
	Package string         `json:"package" doc:"What was handed in."`
	State   string         `json:"state" enum:"checked,running,stopped,done"`
	By      string         `json:"by" doc:"Whose rights its lines are taken in by."`
	Reason  string         `json:"reason,omitempty"`
	Checked time.Time      `json:"checked"`
	Begun   *time.Time     `json:"begun,omitempty"`
	Ended   *time.Time     `json:"ended,omitempty"`
	Counts  map[string]int `json:"counts" doc:"How many lines are in each state; a list of imports has none."`
	Lines   []ImportLine   `json:"lines" nullable:"false" doc:"A list of imports has none."`
	Unused  []string       `json:"unused" nullable:"false" doc:"Files that no line mentions."`
	Unread  []string       `json:"unread" nullable:"false" doc:"What of the index was not read."`
	Record  string         `json:"record,omitempty" doc:"Under which the report is kept in the archive, once it has ended."`
}

// ImportLine is what becomes of a line of an index.
type ImportLine struct {
	Sheet  string       `json:"sheet"`
	Row    int          `json:"row"`
	State  string       `json:"state" enum:"ready,wrong,known,changed,imported,refused"`
	What   string       `json:"what,omitempty" doc:"record, application or document."`
	Number string       `json:"number,omitempty"`
	Title  string       `json:"title,omitempty"`
	Record string       `json:"record,omitempty" doc:"Of the archive: what it became, or had become before."`
	Faults []SheetFault `json:"faults,omitempty" nullable:"false" doc:"Why it is not taken in."`
	Flags  []SheetFault `json:"flags,omitempty" nullable:"false" doc:"What is to be looked at, though it is taken in."`
}

type importRequest struct {
	Name    string `query:"name" maxLength:"400" doc:"The package's name, where the body is the package itself."`
	request *http.Request
}

// Resolve keeps the request for the handler.
func (r *importRequest) Resolve(ctx huma.Context) []error {
	r.request = note(ctx.Context()).remote
	return nil
}

type importPath struct {
	ID string `path:"id" maxLength:"100"`
}

type importStart struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Reason   string `json:"reason" minLength:"1" maxLength:"400" doc:"Stands on the trail and on the report."`
		Category string `json:"category,omitempty" maxLength:"100" doc:"Under which the report is kept; without it that of the first line."`
	}
}

type importAnswer struct{ Body Import }

type importsAnswer struct {
	Body struct {
		Items []Import `json:"items" nullable:"false"`
	}
}

func (a *API) importOperations() {
	workbook := func(op *huma.Operation) { answersBytes(op, workbookType) }
	add(a, operation{id: "list-imports", method: http.MethodGet, path: "/imports", tag: "records", summary: "Imports of an existing archive: one's own, and all for officers of records", refusals: []int{s404}}, a.imports)
	add(a, operation{id: "get-import-index", method: http.MethodGet, path: "/imports/index", tag: "records", summary: "The blank index of an import as an Excel file", refusals: []int{s404}}, a.importIndex, workbook)
	add(a, operation{id: "check-import", method: http.MethodPost, path: "/imports", tag: "records", created: true,
		summary: "Hand in a ZIP with its index at the top: what would become of each line; nothing is imported before it is begun", refusals: []int{s404}}, a.checkImport)
	add(a, operation{id: "get-import", method: http.MethodGet, path: "/imports/{id}", tag: "records", summary: "An import with what became of each line", refusals: []int{s404}}, a.anImport)
	add(a, operation{id: "get-import-report", method: http.MethodGet, path: "/imports/{id}/report", tag: "records", summary: "What became of each line, as an Excel file", refusals: []int{s404}}, a.importReport, workbook)
	add(a, operation{id: "begin-import", method: http.MethodPost, path: "/imports/{id}/run", tag: "records",
		summary: "Take in the lines that are ready, or go on with those that are left; one that runs or has ended is left alone", refusals: []int{s404}}, a.beginImport)
	add(a, operation{id: "stop-import", method: http.MethodDelete, path: "/imports/{id}/run", tag: "records", summary: "Stop an import before its next line", refusals: []int{s404}}, a.stopImport)
	a.huma.OpenAPI().Paths["/api/v1/imports"].Post.RequestBody = fileBody()
}

func (a *API) imports(ctx context.Context, _ *struct{}) (*importsAnswer, error) {
	all, err := a.kit.Records().Intake().List(ctx, actor(ctx))
	if err != nil {
		return nil, err
	}
	out := &importsAnswer{}
	out.Body.Items = make([]Import, len(all))
	for i, one := range all {
		out.Body.Items[i] = importView(langOf(ctx), one)
	}
	return out, nil
}

func (a *API) importIndex(ctx context.Context, _ *struct{}) (*download, error) {
	form, choices, err := a.kit.Records().Intake().Form(ctx, actor(ctx), langOf(ctx))
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	if err := xlsx.Blank(&file, xlsx.Sheet{Form: form, Lang: langOf(ctx), Choices: choices}); err != nil {
		return nil, err
	}
	return a.send("index.xlsx", workbookType, int64(file.Len()), io.NopCloser(&file)), nil
}

// checkImport asks who it is before the body is read, and reads it into a file of its own.
func (a *API) checkImport(ctx context.Context, in *importRequest) (answer *importAnswer, err error) {
	form, _, err := a.kit.Records().Intake().Form(ctx, actor(ctx), langOf(ctx))
	if err != nil {
		return nil, err
	}
	name, body, err := uploaded(in.request, in.Name)
	if err != nil {
		return nil, err
	}
	if name == "" {
		name = "package.zip" // it stands on the report, and on each record that comes of it
	}
	file, done, err := passing("ismskit-import-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, done()) }()
	size, err := io.Copy(file, &faithful{r: body})
	if err != nil {
		return nil, err
	}
	pkg, found, err := handin.Read(form, handin.File{Name: name, Body: file, Size: size}, nil)
	if err != nil {
		return nil, importFault(err)
	}
	for _, c := range found.Unread {
		pkg.Notes = append(pkg.Notes, c.Field+"!"+c.At+" "+c.Text)
	}
	pkg.Notes = append(pkg.Notes, found.Skipped...)
	report, err := a.kit.Records().Intake().Check(ctx, actor(ctx), pkg)
	if err != nil {
		return nil, err
	}
	return &importAnswer{importView(langOf(ctx), report)}, nil
}

// importFault says what is wrong with a package as a whole.
func importFault(err error) error {
	text := func(say func(string) string) forms.Text { return forms.Text{"zh-TW": say("zh-TW"), "en": say("en")} }
	if bad, ok := errors.AsType[*intake.Error](err); ok {
		return forms.Invalid{{Field: "file", Code: bad.Code, Text: text(bad.Text)}}
	}
	if bad, ok := errors.AsType[*xlsx.Error](err); ok {
		return forms.Invalid{{Field: "index", Code: bad.Code, Text: text(bad.Text)}}
	}
	if errors.Is(err, handin.ErrNoIndex) {
		none := &intake.Error{Code: intake.NoIndex}
		return forms.Invalid{{Field: "index", Code: none.Code, Text: text(none.Text)}}
	}
	return err
}

func (a *API) anImport(ctx context.Context, in *importPath) (*importAnswer, error) {
	report, err := a.kit.Records().Intake().Report(ctx, actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &importAnswer{importView(langOf(ctx), report)}, nil
}

func (a *API) importReport(ctx context.Context, in *importPath) (*download, error) {
	report, err := a.kit.Records().Intake().Report(ctx, actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	err = xlsx.WriteList(&file, xlsx.List{Name: say(langOf(ctx), "list.import"), Headings: ismskit.IntakeHeadings(langOf(ctx)), Rows: slices.Values(report.Table(langOf(ctx)))})
	if err != nil {
		return nil, err
	}
	return a.send("import.xlsx", workbookType, int64(file.Len()), io.NopCloser(&file)), nil
}

func (a *API) beginImport(ctx context.Context, in *importStart) (*importAnswer, error) {
	if err := a.kit.Records().Intake().Begin(ctx, actor(ctx), in.ID, ismskit.IntakeStart{Reason: in.Body.Reason, Category: in.Body.Category}); err != nil {
		return nil, err
	}
	return a.anImport(ctx, &importPath{in.ID})
}

func (a *API) stopImport(ctx context.Context, in *importPath) (*importAnswer, error) {
	if err := a.kit.Records().Intake().Stop(ctx, actor(ctx), in.ID); err != nil {
		return nil, err
	}
	return a.anImport(ctx, in)
}

func importView(lang string, r ismskit.IntakeReport) Import {
	at := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		return &t
	}
	faults := func(all []forms.CellFault) []SheetFault {
		var out []SheetFault
		for _, f := range all {
			out = append(out, SheetFault{f.Cell, f.Value, f.Fault.Code, f.Message(lang)})
		}
		return out
	}
	out := Import{ID: r.ID, Package: r.Package, State: r.State, By: r.By.Person, Reason: r.Reason, Checked: r.Checked, Begun: at(r.Begun), Ended: at(r.Ended),
		Counts: r.Counts, Lines: make([]ImportLine, len(r.Lines)), Unused: append([]string{}, r.Unused...), Unread: append([]string{}, r.Notes...), Record: r.Record}
	for i, l := range r.Lines {
		out.Lines[i] = ImportLine{l.Sheet, l.Row, l.State, l.What, l.Number, l.Title, l.Record, faults(l.Faults), faults(l.Flags)}
	}
	return out
}
