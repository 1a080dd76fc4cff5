package web

import (
	"cmp"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
)

// printPage is the model of printout.html: a sheet as it will be on paper.
type printPage struct {
	Title          string
	Back, BackText string
	File           string // address of the same as a file to keep
	Sheet          template.HTML
}

// imprint is what the pages say on a print.
func (p *Pages) imprint(r *http.Request) (ismskit.Imprint, error) {
	quiet := r.Clone(r.Context())
	quiet.Header.Set(partHeader, "print") // the message for the next page stays for it
	shell, err := p.renderer.shell(quiet)
	at := r.Host + p.renderer.Href("")
	return ismskit.Imprint{Agency: shell.Agency, Lang: p.lang(r), Check: strings.TrimRight(cmp.Or(p.url, at), "/") + "/check"}, err
}

// showPrint shows what print lays out; with ?as=file, and where the printer has no
// HTML to give, it is handed over as a file.
func (p *Pages) showPrint(w http.ResponseWriter, r *http.Request, page printPage, print func(ismskit.Imprint) (ismskit.Printout, error)) {
	imprint, err := p.imprint(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	out, err := print(imprint)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if r.URL.Query().Get("as") == "file" || out.Part == "" {
		giveFile(w, out)
		return
	}
	query := r.URL.Query()
	query.Set("as", "file")
	page.File = r.URL.Path + "?" + query.Encode()
	page.Title, page.Sheet = out.Title, template.HTML(out.Part) // the printer's, safe by its contract
	p.page(w, r, "printout", page)
}

// giveFile hands over a print to be kept. It holds no script and is allowed none.
func giveFile(w http.ResponseWriter, out ismskit.Printout) {
	head := w.Header()
	head.Set("Content-Type", out.MediaType)
	head.Set("Content-Disposition", attachment(out.Name))
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	head.Set("Cache-Control", "private, no-store")
	head.Set("Content-Length", strconv.Itoa(len(out.Body)))
	_, _ = w.Write(out.Body) // whoever no longer waits for it has gone
}

// printCase shows a case as the official form.
func (p *Pages) printCase(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	page := printPage{Back: "/cases/" + id, BackText: p.text(r, "print.back")}
	p.showPrint(w, r, page, func(o ismskit.Imprint) (ismskit.Printout, error) {
		o.Note = p.text(r, "print.note")
		return p.kit.Records().Print(r.Context(), p.actor(r), id, o)
	})
}

// printDocument shows a version of a document.
func (p *Pages) printDocument(w http.ResponseWriter, r *http.Request) {
	id, label := r.PathValue("id"), r.PathValue("label")
	page := printPage{Back: versionAddress(id, label), BackText: p.text(r, "documents.back")}
	p.showPrint(w, r, page, func(o ismskit.Imprint) (ismskit.Printout, error) {
		return p.kit.Documents().Print(r.Context(), p.actor(r), id, label, o)
	})
}

// printBlank shows a form nobody has filled in.
func (p *Pages) printBlank(w http.ResponseWriter, r *http.Request) {
	key := r.PathValue("type")
	page := printPage{Back: "/apply", BackText: p.text(r, "print.back_apply")}
	p.showPrint(w, r, page, func(o ismskit.Imprint) (ismskit.Printout, error) {
		return p.kit.Types().Blank(r.Context(), p.actor(r), key, o)
	})
}
