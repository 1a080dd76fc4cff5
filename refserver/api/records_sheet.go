package api

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/forms/xlsx"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/print"
)

// workbookType is what an Excel file is sent as.
const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

type recordsSheetRequest struct {
	RecordFilter
	inWords
}

// inWords keeps what was asked for in the words of the request, for the entry on the trail.
type inWords struct{ asked url.Values }

// Resolve implements huma.Resolver for the requests that it is part of.
func (r *inWords) Resolve(ctx huma.Context) []error {
	u := ctx.URL()
	r.asked = u.Query()
	return nil
}

func (a *API) recordsSheetOperation() {
	add(a, operation{id: "export-records-sheet", method: http.MethodPost, path: "/records/sheet", tag: "records",
		summary:  "What the archive finds as an Excel file of at most " + strconv.Itoa(ismskit.MaxListed) + " lines; that it was taken is an entry on the trail",
		refusals: []int{s404}}, a.recordsSheet, func(op *huma.Operation) { answersBytes(op, workbookType) })
}

// scopeOf says what was asked for.
func scopeOf(ctx context.Context, asked url.Values) map[string]string {
	scope := map[string]string{}
	for key, values := range asked {
		scope[key] = strings.Join(values, say(langOf(ctx), "list.between"))
	}
	return scope
}

func (a *API) recordsSheet(ctx context.Context, in *recordsSheetRequest) (*download, error) {
	q, err := a.query(ctx, in.RecordFilter)
	if err != nil {
		return nil, err
	}
	found, err := a.kit.Records().Export(ctx, actor(ctx), q, scopeOf(ctx, in.asked))
	if err != nil {
		return nil, err
	}
	lang := langOf(ctx)
	locale := forms.Locale{Lang: lang, Location: a.o.Location}
	list := xlsx.List{Name: print.RecordsTitle(lang), Headings: print.RecordsHeadings(lang), Rows: func(yield func([]string) bool) {
		for _, r := range found.Records {
			if !yield(print.RecordsRow(locale, found, r)) {
				return
			}
		}
	}}
	var file bytes.Buffer // whole before it is sent: half a workbook opens as a damaged one
	if err := xlsx.WriteList(&file, list); err != nil {
		return nil, err
	}
	at := a.o.Now().In(a.o.Location)
	name := say(lang, "list.records", "what", locale.Day(calendar.DateOf(at))+" "+at.Format("1504")) + ".xlsx"
	return a.send(name, workbookType, int64(file.Len()), io.NopCloser(&file)), nil
}
