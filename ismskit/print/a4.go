package print

import (
	"context"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
)

// A4 is the ready-made ismskit.Printer: pages of HTML for A4 paper, each complete
// in one file. Its zero value is ready.
type A4 struct{}

var _ ismskit.Printer = A4{}

// Case lays out the official form of a case.
func (A4) Case(_ context.Context, c ismskit.Case, o ismskit.Imprint) (ismskit.Printout, error) {
	s := Of(c, o)
	return printout("sheet", page{Lang: s.Lang, Title: s.Title, Name: c.Number + " " + s.Title, Sheet: s})
}

// Document lays out a version of a document: its head on every page, the revision
// table, the text.
func (A4) Document(_ context.Context, d ismskit.DocumentReading, o ismskit.Imprint) (ismskit.Printout, error) {
	s := documentSheet(d, o)
	return printout("document", page{Lang: o.Lang, Title: s.Number + " " + s.Title, Name: s.Number + " " + s.Title + " " + s.Version, Sheet: s})
}

// Blank lays out an empty form.
func (A4) Blank(_ context.Context, b ismskit.BlankForm, o ismskit.Imprint) (ismskit.Printout, error) {
	s := blankSheet(b, o)
	title := strings.TrimSpace(b.Kind.FormNo + " " + s.Title)
	name := title + " " + b.Kind.Edition
	if b.Kind.Template { // no file is to pass for the form of that number
		name += say(o.Lang, "template_name")
	}
	return printout("blank", page{Lang: o.Lang, Title: title, Name: name, Sheet: s})
}

// List lays out the 文件一覽表.
func (A4) List(_ context.Context, l ismskit.DocumentList, o ismskit.Imprint) (ismskit.Printout, error) {
	s := listSheet(l, o)
	return printout("list", page{Lang: o.Lang, Title: s.Title + " " + s.On, Name: s.Title + " " + s.On, Sheet: s})
}

// LevelName is a level of documents in words: 一階 to 四階.
func LevelName(lang string, level int) string {
	keys := []string{"level.1", "level.2", "level.3", "level.4"}
	if level < 1 || level > len(keys) {
		return ""
	}
	return say(lang, keys[level-1])
}
