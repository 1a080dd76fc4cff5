package print

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"
)

//go:embed sheet.html
var sheetFile string

//go:embed sheet.css
var sheetStyle string

var sheetTemplate = sync.OnceValues(func() (*template.Template, error) {
	return template.New("sheet").Funcs(template.FuncMap{
		"say": say,
		"add": func(a, b int) int { return a + b },
	}).Parse(sheetFile)
})

// HTML is the sheet as a part of a page that has the styles of Document, or its
// own for the same classes.
func (s Sheet) HTML() (template.HTML, error) {
	t, err := sheetTemplate()
	if err != nil {
		return "", fmt.Errorf("print: %w", err)
	}
	var b strings.Builder
	if err := t.ExecuteTemplate(&b, "sheet", s); err != nil {
		return "", fmt.Errorf("print: %w", err)
	}
	return template.HTML(b.String()), nil // made by html/template
}

// Document writes the sheet as a page of its own with its styles, for a host
// without pages, or for a machine that makes a PDF of it.
func (s Sheet) Document(w io.Writer) error {
	body, err := s.HTML()
	if err != nil {
		return err
	}
	t, err := sheetTemplate()
	if err != nil {
		return fmt.Errorf("print: %w", err)
	}
	page := struct {
		Sheet
		Body  template.HTML
		Style template.CSS
	}{s, body, template.CSS(sheetStyle)}
	if err := t.ExecuteTemplate(w, "document", page); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}
