package web

import (
	"net/http"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/workflow"
)

// draftLines are the reader's newest drafts, and whether there are more.
func (p *Pages) draftLines(r *http.Request, n int) ([]sentLine, bool, error) {
	cases, err := p.kit.Cases(r.Context(), p.actor(r), ismskit.CaseFilter{Phases: []string{string(workflow.PhaseDraft)}, Limit: n + 1})
	if err != nil {
		return nil, false, err
	}
	more := len(cases) > n
	lines := make([]sentLine, 0, len(cases))
	for _, c := range cases[:min(len(cases), n)] {
		line := p.sentLine(r, c)
		line.Since = c.Changed
		lines = append(lines, line)
	}
	return lines, more, nil
}

// waitingLines are the reader's forms that arrived after his session had ended.
func (p *Pages) waitingLines(r *http.Request) ([]sentLine, error) {
	waiting, err := p.waiting(r)
	if err != nil {
		return nil, err
	}
	var lines []sentLine
	for _, f := range waiting {
		if line, ok := p.waitingLine(r, f); ok {
			lines = append(lines, line)
		}
	}
	return lines, nil
}

// waitingLine is one of them; false where its type is no longer on offer.
func (p *Pages) waitingLine(r *http.Request, f account.Interrupted) (sentLine, bool) {
	line := sentLine{Href: keptPath + f.ID, Subject: first(f.Fields["subject"])}
	if key, isNew := strings.CutPrefix(f.Path, "/apply/"); isNew && strings.TrimSpace(line.Subject) == "" {
		info, _, err := p.kit.Types().Get(r.Context(), p.actor(r), key)
		if err != nil {
			return line, false
		}
		line.Subject = info.Title.In(p.lang(r))
	}
	if line.Subject == "" {
		line.Subject = p.text(r, "kept.act")
	}
	return line, true
}

// otherLine is a field in which the draft that is kept differs from this page.
type otherLine struct {
	Row   string // what its row is called, "" outside of rows
	Label string
	Text  string // as it is kept
}

// otherDraft says in what the draft that was kept in another window differs from
// what this page was sent with, so that whoever overwrites it knows what with.
func (p *Pages) otherDraft(r *http.Request, d draft, f filled) ([]otherLine, error) {
	c, err := p.kit.Case(r.Context(), p.actor(r), d.caseID)
	if err != nil || !c.MayEdit {
		return nil, err
	}
	return p.otherLines(r, c, d, f)
}

// otherLines are the fields in which a case differs from what a page was sent with.
func (p *Pages) otherLines(r *http.Request, c ismskit.Case, d draft, f filled) ([]otherLine, error) {
	mine, err := p.withNames(r, d.form, f.values)
	if err != nil {
		return nil, err
	}
	mine, _ = d.form.Settle(mine)
	var out []otherLine
	// What only the engine sets, or somebody may not see, is no difference.
	for _, change := range c.Form.Diff(c.Fields, c.Form.Merge(c.Fields, c.Form.Whole(mine))) {
		out = append(out, p.otherLine(r, c, change, mine))
	}
	return out, nil
}

// otherLine is a field of a case that differs from what somebody typed.
func (p *Pages) otherLine(r *http.Request, c ismskit.Case, change forms.Change, mine forms.Values) otherLine {
	line := otherLine{Label: change.Label.In(p.lang(r))}
	parts := strings.Split(change.Path, ".")
	if change.Row > 0 {
		line.Row = p.otherRow(r, c.Form, parts[0], parts[1], change.Row, c.Fields, mine)
	}
	switch len(parts) {
	case 1:
		line.Text = c.Form.Format(change.Path, c.Fields[change.Path], p.locale(r))
	case 3:
		row, _ := c.Fields.RowByID(parts[0], parts[1])
		line.Text = c.Form.Format(parts[0]+"."+parts[2], row[parts[2]], p.locale(r))
	default: // a whole row
		if change.From != nil {
			line.Text = p.text(r, "form.other_row")
		}
	}
	return line
}

// otherRow names a row by its number, by what its table calls it, and by the first person
// in it: a number alone says little where rows came and went in two windows. It is looked
// up in the first of several values that has it.
func (p *Pages) otherRow(r *http.Request, form *forms.Form, table, id string, n int, in ...forms.Values) string {
	var names []string
	for _, values := range in {
		row, at := values.RowByID(table, id)
		if row == nil {
			continue
		}
		for _, bad := range form.Titled(forms.Invalid{{Field: table, Row: at}}, values) {
			names = append(names, p.within(r, bad.Title))
		}
		for _, f := range form.Schema().Fields {
			if f.Key == table {
				names = append(names, firstPerson(f, row))
			}
		}
		break
	}
	what := joined(p.text(r, "word.comma"), names...)
	if what == "" {
		return p.text(r, "form.other_at", "N", n)
	}
	return p.text(r, "form.other_at_called", "N", n, "What", what)
}

// firstPerson is the name of the first person that a row names, "" for none.
func firstPerson(table forms.Field, row forms.Row) string {
	for _, column := range table.Fields {
		if who, ok := row[column.Key].(forms.Person); ok && who.Name != "" {
			return who.Name
		}
	}
	return ""
}
