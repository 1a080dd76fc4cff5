package print

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"strings"
	"sync"

	"github.com/ismskit/ismskit/ismskit"
)

//go:embed *.html
var sheetFiles embed.FS

//go:embed sheet.css
var sheetStyle string

var sheetTemplates = sync.OnceValues(func() (*template.Template, error) {
	return template.New("sheets").Funcs(template.FuncMap{
		"say": say,
		"add": func(a, b int) int { return a + b },
	}).ParseFS(sheetFiles, "*.html")
})

// page is a sheet with what a file of its own needs.
type page struct {
	Lang, Title string
	Name        string // of the file, without its ending
	Sheet       any
}

// printout makes of a sheet a part of a page, for those that have the styles of
// sheet.css or their own for the same classes, and a whole file.
func printout(kind string, p page) (ismskit.Printout, error) {
	t, err := sheetTemplates()
	if err != nil {
		return ismskit.Printout{}, fmt.Errorf("print: %w", err)
	}
	var part strings.Builder
	if err := t.ExecuteTemplate(&part, kind, p.Sheet); err != nil {
		return ismskit.Printout{}, fmt.Errorf("print: %w", err)
	}
	whole := struct {
		page
		Body  template.HTML
		Style template.CSS
	}{p, template.HTML(part.String()), template.CSS(sheetStyle)} // both our own
	var body bytes.Buffer
	if err := t.ExecuteTemplate(&body, "file", whole); err != nil {
		return ismskit.Printout{}, fmt.Errorf("print: %w", err)
	}
	return ismskit.Printout{
		Name: fileName(p.Name) + ".html", MediaType: "text/html; charset=utf-8", Body: body.Bytes(), Part: part.String(), Title: p.Title,
	}, nil
}

// fileName takes out what no file system likes.
func fileName(s string) string {
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		if c < ' ' || strings.ContainsRune(`<>:"/\|?*`, c) {
			return '-'
		}
		return c
	}, s))
}
