package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/forms/xlsx"
	"github.com/ismskit/ismskit/ismskit"
)

// maxSheet is how many bytes an Excel file has at most.
const maxSheet = 10 << 20

// Sheet is what becomes of the lines of an Excel file.
type Sheet struct {
	New      int         `json:"new"`
	Changed  int         `json:"changed"`
	Same     int         `json:"same"`
	Wrong    int         `json:"wrong"`
	Remarked int         `json:"remarked" doc:"How many have a remark, whatever becomes of them."`
	Done     bool        `json:"done" doc:"It was written; never by a dry run."`
	Mark     string      `json:"mark" doc:"Stands for what would be written, for the import's parameter seen."`
	Lines    []SheetLine `json:"lines" nullable:"false"`
	Unread   []string    `json:"unread" nullable:"false" doc:"Headings of columns that belong to no field, and sheets without headings: nothing of them was read."`
}

// SheetLine is what becomes of a line.
type SheetLine struct {
	Sheet   string        `json:"sheet"`
	Row     int           `json:"row" doc:"As the sheet counts."`
	State   string        `json:"state" enum:"new,changed,same,wrong"`
	ID      string        `json:"id,omitempty" doc:"Of the list's row; a dry run says none of new ones."`
	Title   string        `json:"title,omitempty"`
	Remark  string        `json:"remark,omitempty" doc:"What to look at before it is imported, such as an id that no row has."`
	Changes []SheetChange `json:"changes,omitempty" nullable:"false"`
	Faults  []SheetFault  `json:"faults,omitempty" nullable:"false"`
}

// SheetChange is a field that a line changes.
type SheetChange struct {
	Field string `json:"field"`
	Label string `json:"label"`
	From  string `json:"from,omitempty"`
	To    string `json:"to,omitempty"`
}

// SheetFault is what has to be mended in a cell.
type SheetFault struct {
	Cell    string `json:"cell" doc:"Such as B7; a number alone is the line as a whole."`
	Value   string `json:"value,omitempty"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// SheetFile is a file for a list.
type SheetFile struct {
	ListPath
	request *http.Request
}

// Resolve keeps the request for the handler.
func (s *SheetFile) Resolve(ctx huma.Context) []error {
	s.request = note(ctx.Context()).remote
	return nil
}

type sheetImportRequest struct {
	SheetFile
	Keyed
	Reason string `query:"reason" required:"true" minLength:"1" maxLength:"400" doc:"Why; it stands on the trail of each row."`
	Whole  bool   `query:"whole" doc:"Nothing is written where a line is wrong; else the right lines are."`
	Seen   string `query:"seen" maxLength:"100" doc:"The mark of the dry run: what would become of the lines otherwise by now is refused (409)."`
}

type sheetAnswer struct{ Body Sheet }

const (
	patternTrySheet    = "POST /api/v1/registers/{list}/sheet/dry-run"
	patternImportSheet = "POST /api/v1/registers/{list}/sheet"
)

func (a *API) sheetOperations() {
	add(a, operation{id: "try-sheet", method: http.MethodPost, path: "/registers/{list}/sheet/dry-run", tag: "registers",
		summary: "What an Excel file would do to a living list, line by line; nothing is written", refusals: []int{s404}}, a.trySheet)
	add(a, operation{id: "import-sheet", method: http.MethodPost, path: "/registers/{list}/sheet", tag: "registers",
		summary: "Import an Excel file into a living list, in one transaction", refusals: []int{s404, s409}}, a.importSheet)
	for _, path := range []string{"/api/v1/registers/{list}/sheet/dry-run", "/api/v1/registers/{list}/sheet"} {
		a.huma.OpenAPI().Paths[path].Post.RequestBody = fileBody()
	}
}

func (a *API) trySheet(ctx context.Context, in *SheetFile) (*sheetAnswer, error) {
	lines, unread, err := a.sheetLines(ctx, in)
	if err != nil {
		return nil, err
	}
	out, err := ismskit.SheetsOf(a.kit).Try(ctx, actor(ctx), ismskit.SheetImport{List: in.List, Lines: lines})
	if err != nil {
		return nil, err
	}
	return sheetView(ctx, out, unread), nil
}

func (a *API) importSheet(ctx context.Context, in *sheetImportRequest) (*sheetAnswer, error) {
	key, err := in.key()
	if err != nil {
		return nil, err
	}
	lines, unread, err := a.sheetLines(ctx, &in.SheetFile)
	if err != nil {
		return nil, err
	}
	out, err := ismskit.SheetsOf(a.kit).Import(ctx, actor(ctx), ismskit.SheetImport{
		List: in.List, Lines: lines, Reason: in.Reason, Whole: in.Whole, Seen: in.Seen, Key: key,
	})
	if err != nil {
		return nil, err
	}
	return sheetView(ctx, out, unread), nil
}

// sheetLines reads the file of a request.
func (a *API) sheetLines(ctx context.Context, in *SheetFile) (lines []forms.SheetLine, unread []string, err error) {
	_, form, err := ismskit.SheetsOf(a.kit).Form(ctx, actor(ctx), in.List)
	if err != nil {
		return nil, nil, err
	}
	_, body, err := uploaded(in.request, "")
	if err != nil {
		return nil, nil, err
	}
	file, err := io.ReadAll(io.LimitReader(&faithful{r: body}, maxSheet+1))
	if err != nil {
		return nil, nil, err
	}
	limits := xlsx.Limits{Size: maxSheet, Rows: ismskit.MaxSheetLines}
	found, err := xlsx.Read(bytes.NewReader(file), int64(len(file)), xlsx.Wanted{Form: form, Limits: limits}, func(l forms.SheetLine) error {
		lines = append(lines, l)
		return nil
	})
	if refused, ok := errors.AsType[*xlsx.Error](err); ok {
		return nil, nil, forms.Invalid{{Field: "file", Code: refused.Code, Text: forms.Text{"zh-TW": refused.Text("zh-TW"), "en": refused.Text("en")}}}
	}
	if err != nil {
		return nil, nil, err
	}
	for _, c := range found.Unread {
		unread = append(unread, c.Field+"!"+c.At+" "+c.Text)
	}
	return lines, append(unread, found.Skipped...), nil
}

func sheetView(ctx context.Context, out ismskit.SheetOutcome, unread []string) *sheetAnswer {
	lang := langOf(ctx)
	view := Sheet{New: out.New, Changed: out.Changed, Same: out.Same, Wrong: out.Wrong, Remarked: out.Remarked, Done: out.Done, Mark: out.Mark,
		Lines: make([]SheetLine, len(out.Lines)), Unread: append([]string{}, unread...)}
	for i, l := range out.Lines {
		line := SheetLine{Sheet: l.Sheet, Row: l.Row, State: l.State, ID: l.ID, Title: l.Title.In(lang), Remark: l.Remark.In(lang)}
		if l.State == ismskit.LineNew && !out.Done {
			line.ID = ""
		}
		for _, c := range l.Changes {
			line.Changes = append(line.Changes, SheetChange{c.Field, c.Label.In(lang), c.From.In(lang), c.To.In(lang)})
		}
		for _, f := range l.Faults {
			line.Faults = append(line.Faults, SheetFault{f.Cell, f.Value, f.Fault.Code, f.Message(lang)})
		}
		view.Lines[i] = line
	}
	return &sheetAnswer{Body: view}
}
