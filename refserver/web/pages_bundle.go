package web

import (
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/refserver/answer"
)

// registerEvidence puts bundles (封存檔) on a mux: making one, and checking one.
func (p *Pages) registerEvidence(mux *http.ServeMux) {
	mux.HandleFunc("POST /cases/{id}/bundle", p.bundleCase)
	mux.HandleFunc("POST /records/bundle", p.bundleRecords)
	mux.HandleFunc("GET /bundle", p.bundlePage)
	mux.HandleFunc("POST /bundle", p.checkBundle)
}

// bundleCase gives a case as a bundle.
func (p *Pages) bundleCase(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	c, err := p.kit.Case(r.Context(), p.actor(r), id)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.giveBundle(w, r, ismskit.NumberIn(p.lang(r), c.Number, c.RowNo), ismskit.Export{Cases: []string{id}, Scope: map[string]string{"case": id}})
}

// bundleRecords gives what the archive finds as a bundle.
func (p *Pages) bundleRecords(w http.ResponseWriter, r *http.Request) {
	a := readAsked(r.URL.Query(), p.location)
	if len(a.wrong) > 0 {
		p.showRecords(w, r, a) // a bundle of something else than was asked for would be taken for it
		return
	}
	p.giveBundle(w, r, "", ismskit.Export{Query: a.query(), Scope: p.scopeOf(r)})
}

// scopeOf says what was asked for as the address has it.
func (p *Pages) scopeOf(r *http.Request) map[string]string {
	scope := map[string]string{}
	for key, values := range r.URL.Query() {
		if key == "after" || len(values) == 0 {
			continue
		}
		scope[key] = strings.Join(values, p.text(r, "word.list"))
	}
	return scope
}

// giveBundle gives a bundle, named by the number of the one case that it is of, and by
// the minute: those of one day are told apart.
func (p *Pages) giveBundle(w http.ResponseWriter, r *http.Request, number string, x ismskit.Export) {
	var err error
	if x.Imprint, err = p.imprint(r); err != nil {
		p.fail(w, r, err)
		return
	}
	x.Imprint.Note, x.Decision = p.text(r, "print.note"), print.DecisionOf
	write, err := p.kit.Evidence().Export(r.Context(), p.actor(r), x)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.stream(w, r, p.text(r, "bundle.name", "Number", number, "Date", p.dayShort(r, p.today()), "Time", p.now().In(p.location).Format("1504"))+".zip", write)
}

// stream hands over a file that is made while it is sent. One that breaks off must
// not pass for a whole one.
func (p *Pages) stream(w http.ResponseWriter, r *http.Request, name string, write func(context.Context, io.Writer) error) {
	head := w.Header()
	head.Set("Content-Type", "application/zip")
	head.Set("Content-Disposition", attachment(name))
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "private, no-store")
	if err := write(r.Context(), answer.To(w)); err != nil {
		p.renderer.logQuietly(r.Context(), "bundle broken off", err)
		panic(http.ErrAbortHandler)
	}
}

// bundleView is the model of bundle.html.
type bundleView struct {
	Wrong                    string
	Checked                  bool
	Result                   evidence.Result
	Name, Verdict            string
	Findings, Lines, Remarks []string
	RemarksHead              string // above the packing and the remarks, where there are any
	PackingLine              string // that the packing isn't as it was made; Packing says where
	Packing                  []string
}

func (p *Pages) bundlePage(w http.ResponseWriter, r *http.Request) {
	p.page(w, r, "bundle", bundleView{})
}

// checkBundle checks a bundle that somebody brings.
func (p *Pages) checkBundle(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	file, head, err := r.FormFile("file")
	if err != nil {
		p.renderer.Page(w, r, http.StatusUnprocessableEntity, "bundle", bundleView{Wrong: p.text(r, "bundle.file_missing")})
		return
	}
	defer file.Close() // only read
	var earlier [][]byte
	for _, one := range r.MultipartForm.File["earlier"] {
		b, err := contentOf(one)
		if err != nil {
			p.fail(w, r, err)
			return
		}
		earlier = append(earlier, b)
	}
	report, err := p.kit.Evidence().VerifyBundle(r.Context(), p.actor(r), file, head.Size, earlier...)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.page(w, r, "bundle", bundleOf(report, head.Filename, p.lang(r)))
}

func contentOf(one *multipart.FileHeader) ([]byte, error) {
	f, err := one.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	return io.ReadAll(io.LimitReader(f, noteRoom))
}

func bundleOf(report evidence.Report, name, lang string) bundleView {
	v := bundleView{Checked: true, Result: report.Result(), Name: name, Lines: report.Lines(lang)}
	_, v.Verdict, _ = strings.Cut(report.Verdict(lang), " ") // without its mark: the page has its own
	for _, f := range report.Findings {
		v.Findings = append(v.Findings, f.Text(lang))
	}
	v.PackingLine = report.PackingLine(lang)
	for _, f := range report.Packing {
		v.Packing = append(v.Packing, f.Text(lang))
	}
	for _, f := range report.Remarks {
		v.Remarks = append(v.Remarks, f.Text(lang))
	}
	if len(v.Packing)+len(v.Remarks) > 0 {
		v.RemarksHead = evidence.RemarksHead(lang)
	}
	return v
}
