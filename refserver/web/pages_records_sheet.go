package web

import (
	"bytes"
	"errors"
	"net/http"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/forms/xlsx"
	"github.com/ismskit/ismskit/ismskit/print"
)

// recordsSheet gives what the archive finds as an Excel file.
func (p *Pages) recordsSheet(w http.ResponseWriter, r *http.Request) {
	a := readAsked(r.URL.Query(), p.location)
	if len(a.wrong) > 0 {
		p.showRecords(w, r, a) // a list of something else than was asked for would be taken for it
		return
	}
	found, err := p.kit.Records().Export(r.Context(), p.actor(r), a.query(), p.scopeOf(r))
	if invalid, ok := errors.AsType[forms.Invalid](err); ok {
		p.showRecords(w, r, a, faultLink{Field: "q", Text: invalid[0].Message(p.lang(r))})
		return
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	lang := p.lang(r)
	in := forms.Locale{Lang: lang, Location: p.location}
	list := xlsx.List{Name: print.RecordsTitle(lang), Headings: print.RecordsHeadings(lang), Rows: func(yield func([]string) bool) {
		for _, rec := range found.Records {
			if !yield(print.RecordsRow(in, found, rec)) {
				return
			}
		}
	}}
	var file bytes.Buffer // whole before it is sent: half a workbook opens as a damaged one
	if err := xlsx.WriteList(&file, list); err != nil {
		p.fail(w, r, err)
		return
	}
	name := p.text(r, "records.export_name", "Date", p.dayShort(r, p.today()), "Time", p.now().In(p.location).Format("1504"))
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", attachment(name+".xlsx"))
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(file.Bytes())
	p.renderer.logQuietly(r.Context(), "workbook not sent whole", err)
}
