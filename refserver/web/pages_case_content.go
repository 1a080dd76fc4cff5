package web

import (
	"net/http"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// content is what a case says, as template "content" draws it: that of the form,
// with what became of each row.
type content struct {
	Facts []print.Fact
	// Answered is what a question was answered, Handled what other later steps entered.
	Answered, Handled []print.Fact
	Tables            []contentTable
}

type contentTable struct {
	print.Table
	Rows    []contentRow
	Results bool
}

type contentRow struct {
	print.Row
	Called string // its number, in a table where that isn't everywhere its place
	Href   string
	State  *stateView
	Result string
	Waits  []string // whom it waits for
}

// namesIn are the names of options and rows that a form's values refer to.
func (p *Pages) namesIn(r *http.Request, form *forms.Form, values forms.Values) (forms.Lookup, error) {
	return p.kit.Types().Options(r.Context(), p.actor(r), ismskit.Preview{}, form.Needs(values))
}

func (p *Pages) content(r *http.Request, c ismskit.Case) (content, error) {
	lookup, err := p.namesIn(r, c.Form, c.Fields)
	if err != nil {
		return content{}, err
	}
	fields, err := p.kit.Registers().InLanguage(r.Context(), p.actor(r), p.lang(r), c.Fields)
	if err != nil {
		return content{}, err
	}
	written := print.CaseContent(c, fields[0], lookup, p.locale(r))
	out := content{}
	for _, f := range written.Facts {
		switch {
		case !f.Later || c.Entered[f.Path] == "": // what no step enters follows by itself
			out.Facts = append(out.Facts, f)
		case c.Entered[f.Path] == workflow.KindQuestion:
			out.Answered = append(out.Answered, f)
		default:
			out.Handled = append(out.Handled, f)
		}
	}
	counts := c.Counts()
	for _, t := range written.Tables {
		table := contentTable{Table: t}
		table.Results = t.Handled(c)
		apart := slices.ContainsFunc(t.Rows, func(row print.Row) bool {
			hinted := slices.ContainsFunc(c.Hints, func(h ismskit.Hint) bool { return h.RowNo > 0 && h.Row == row.ID })
			return hinted || c.RowNumber(t.Path, row.ID) != row.No
		})
		for _, row := range t.Rows {
			line := contentRow{Row: row}
			if apart {
				line.Called = p.text(r, "case.row_no", "N", c.RowNumber(t.Path, row.ID))
			}
			if i := slices.IndexFunc(counts, func(child ismskit.ChildCase) bool { return child.Row == row.ID }); i >= 0 {
				p.rowResult(r, counts[i], &line)
			}
			if line.Href == "" && t.Path == c.Kind.Disposes {
				line.Href = recordHref(c.Disposes[row.ID])
			}
			table.Rows = append(table.Rows, line)
		}
		out.Tables = append(out.Tables, table)
	}
	return out, nil
}

// rowState is the state of a row: once it is carried out, the result in the step's
// own words.
func (p *Pages) rowState(r *http.Request, child ismskit.ChildCase) stateView {
	state := p.state(r, child.Word, 0, 0)
	if child.Carried && len(child.ResultText) > 0 {
		state.Text = p.in(r, child.ResultText)
	}
	return state
}

// childCalled is what a row is called, and for the how manieth time it is handled.
func (p *Pages) childCalled(r *http.Request, child ismskit.ChildCase) string {
	name := p.called(r, child.Title)
	if child.Turn > 1 {
		return p.text(r, "case.row_turn", "Row", name, "Turn", child.Turn)
	}
	return name
}

// rowResult says what became of a row.
func (p *Pages) rowResult(r *http.Request, child ismskit.ChildCase, line *contentRow) {
	state := p.rowState(r, child)
	line.State, line.Href, line.Waits = &state, "/cases/"+child.Case.ID, p.waits(r, child.Waits)
	in := p.locale(r)
	if line.Result = child.Reason; line.Result != "" {
		return // what was entered before it could not be done is no result
	}
	for _, f := range child.Form.Shown(child.Fields, "", nil) {
		if !f.Later || f.Type == "files" || f.Type == "file" {
			continue
		}
		if text := child.Form.Format(f.Path, child.Fields[f.Path], in); text != "" {
			if line.Result != "" {
				line.Result += p.text(r, "word.comma")
			}
			line.Result += text
		}
	}
}
