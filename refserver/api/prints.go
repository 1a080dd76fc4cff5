package api

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ismskit/ismskit/ismskit"
)

// sheet is a print on its way out.
type sheet struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Options     string `header:"X-Content-Type-Options"`
	Policy      string `header:"Content-Security-Policy"`
	Body        func(huma.Context)
}

type printVersionPath struct {
	DocumentPath
	Version string `path:"version" maxLength:"40"`
}

func (a *API) printOperations() {
	add(a, operation{id: "print-case", method: http.MethodGet, path: "/cases/{id}/print", tag: "cases",
		summary: "The case as the official form, on A4, as far as one may see it", refusals: []int{s404}}, a.printCase, answersSheet)
	add(a, operation{id: "print-document", method: http.MethodGet, path: "/documents/{id}/versions/{version}/print", tag: "documents",
		summary: "A version of a document for paper, marked where it is no longer in force", refusals: []int{s404}}, a.printDocument, answersSheet)
	add(a, operation{id: "print-blank", method: http.MethodGet, path: "/types/{type}/blank", tag: "types",
		summary: "A form to be filled in by hand, for those who may open one; none of a form that was abolished", refusals: []int{s404, s409}}, a.printBlank, answersSheet)
}

// answersSheet describes an answer that is a print.
func answersSheet(op *huma.Operation) {
	op.Responses["200"] = &huma.Response{
		Description: "The print as the server's printer makes it: with the ready-made one a file of HTML complete in itself, with its styles and " +
			"without script, to be shown, kept or made into a PDF as it is.",
		Content: map[string]*huma.MediaType{
			"text/html": {Schema: &huma.Schema{Type: huma.TypeString}},
			"*/*":       {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
		},
	}
}

func (a *API) printCase(ctx context.Context, in *CasePath) (*sheet, error) {
	return a.printed(a.kit.Records().Print(ctx, actor(ctx), in.ID, a.o.Imprint(ctx, langOf(ctx))))
}

func (a *API) printDocument(ctx context.Context, in *printVersionPath) (*sheet, error) {
	return a.printed(a.kit.Documents().Print(ctx, actor(ctx), in.ID, in.Version, a.o.Imprint(ctx, langOf(ctx))))
}

func (a *API) printBlank(ctx context.Context, in *TypePath) (*sheet, error) {
	return a.printed(a.kit.Types().Blank(ctx, actor(ctx), in.Type, a.o.Imprint(ctx, langOf(ctx))))
}

// printed hands a print over. It holds no script and is allowed none.
func (a *API) printed(p ismskit.Printout, err error) (*sheet, error) {
	if err != nil {
		return nil, err
	}
	d := a.send(p.Name, p.MediaType, int64(len(p.Body)), io.NopCloser(bytes.NewReader(p.Body)))
	return &sheet{
		Type: d.Type, Disposition: d.Disposition, Options: d.Options, Body: d.Body, Policy: "default-src 'none'; style-src 'unsafe-inline'; sandbox",
	}, nil
}
