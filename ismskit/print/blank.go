package print

import (
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// blank is an empty form for paper.
type blank struct {
	Lang          string
	Agency, Title string
	Class, Form   string
	Fields        []room
	Tables        []blankTable
	Later         []room
	Stamps        [][]string
	Printed, Note string
}

// room is where an answer is written by hand, or the boxes to tick.
type room struct {
	Label, Text, Hint string
	Options           []string
	Items             []blankItem // of a checklist
	Long              bool
	Alone             bool // in its line
}

// blankItem is a line of a checklist with its answers to tick.
type blankItem struct {
	Label   string
	Answers []string
}

// blankTable is a table of the form, each of its rows a block of two fields a
// line: its columns do not fit beside each other on A4.
type blankTable struct {
	Label string
	Rows  []string
	Pairs [][]room
}

// blankRows is how many rows are there to be filled in.
const blankRows = 3

func blankSheet(b ismskit.BlankForm, o ismskit.Imprint) blank {
	p := printer{o: o, in: forms.Locale{Lang: o.Lang, Location: o.Location}}
	out := blank{
		Lang: o.Lang, Agency: o.Agency, Title: b.Kind.Title.In(o.Lang), Class: o.Classes.Name(b.Kind.Class, o.Lang), Note: o.Note,
		Form: p.formLine(b.Kind, false), Printed: p.printed(),
	}
	for _, f := range b.Form.Describe(o.Lang).Fields {
		switch {
		case f.System:
		case f.Later:
			out.Later = append(out.Later, p.room(f))
		case f.Type == "table":
			out.Tables = append(out.Tables, p.blankTable(f))
		default:
			out.Fields = append(out.Fields, p.room(f))
		}
	}
	steps := []string{say(o.Lang, "applicant")}
	for _, s := range b.Kind.Steps {
		steps = append(steps, forms.Text(s).In(o.Lang))
	}
	for line := range slices.Chunk(steps, stampsInLine) {
		out.Stamps = append(out.Stamps, line)
	}
	return out
}

func (p printer) blankTable(f forms.FieldView) blankTable {
	out := blankTable{Label: f.Label}
	for n := range max(blankRows, f.MinRows) {
		out.Rows = append(out.Rows, strconv.Itoa(n+1))
	}
	var open []room
	for _, column := range f.Fields {
		if column.System || column.Later {
			continue
		}
		r := p.room(column)
		if r.Alone {
			if len(open) > 0 {
				open[0].Alone = true
				out.Pairs = append(out.Pairs, open)
				open = nil
			}
			out.Pairs = append(out.Pairs, []room{r})
			continue
		}
		if open = append(open, r); len(open) == 2 {
			out.Pairs = append(out.Pairs, open)
			open = nil
		}
	}
	if len(open) > 0 {
		open[0].Alone = true
		out.Pairs = append(out.Pairs, open)
	}
	return out
}

// wholeList is the list whose rows are the options of a choice, where they are.
func wholeList(from *forms.OptionsFrom) (list string, ok bool) {
	if from == nil {
		return "", false
	}
	need, ok := from.Rows()
	return need.List, ok
}

// manyOptions need a line of their own.
const manyOptions = 4

func (p printer) room(f forms.FieldView) room {
	r := room{Label: f.Label, Hint: f.Help, Long: f.Type == "long_text"}
	if f.Required && f.ShowIf == nil {
		r.Label += say(p.o.Lang, "needed")
	}
	r.Options = labels(f.Options)
	if need, rows := wholeList(f.OptionsFrom); rows && need == register.Classes {
		for _, class := range p.o.Classes.Choices("") {
			r.Options = append(r.Options, class.Title.In(p.o.Lang))
		}
	}
	r.Alone = r.Long || len(r.Options) >= manyOptions
	switch f.Type {
	case "boolean":
		r.Options = []string{say(p.o.Lang, "yes"), say(p.o.Lang, "no")}
	case "date":
		r.Text = say(p.o.Lang, "write_day")
	case "year_month":
		r.Text = say(p.o.Lang, "write_month")
	case "period", "date_range":
		r.Text, r.Alone = say(p.o.Lang, "write_day")+say(p.o.Lang, "until")+say(p.o.Lang, "write_day"), true
		if f.Type == "period" {
			r.Text += say(p.o.Lang, "or_open")
		}
	case "file", "files":
		r.Text = say(p.o.Lang, "attach")
	case "checklist":
		r.Alone, r.Options = true, nil
		for _, item := range f.Options {
			r.Items = append(r.Items, blankItem{item.Label, labels(f.Answers)})
		}
	}
	return r
}

// labels are the words of options.
func labels(options []forms.OptionView) []string {
	out := make([]string, len(options))
	for i, o := range options {
		out[i] = o.Label
	}
	return out
}
