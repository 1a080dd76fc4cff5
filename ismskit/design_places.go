package ismskit

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// What is wrong with a flow is said by its place in the flow's JSON. A form says it at the
// field that fills in that place.

// problemsAt are the problems of a node, or of the flow as a whole (root "" and no node), as
// faults of the fields of its form. What no field is about is left out.
func (d Design) problemsAt(form *forms.Form, prefix string, owns func(FlowProblem) bool, control func(nodePlace) string) forms.Invalid {
	var out forms.Invalid
	for _, problem := range d.Problems {
		rest, in := strings.CutPrefix(problem.Path, prefix)
		if !in || !owns(problem) {
			continue
		}
		at := control(placeOf(rest))
		table, rest, _ := strings.Cut(at, ".")
		row, column, _ := strings.Cut(rest, ".")
		fault := forms.Fault{Field: table, Code: "flow", Text: forms.Text(problem.Text)}
		if n, err := strconv.Atoi(row); err == nil {
			if fault.Row = n; column != "" {
				fault.Field += "." + column
			}
		}
		if _, known := form.Field(fault.Field); known {
			out = append(out, fault)
		}
	}
	return form.InOrder(out)
}

// nodeProblems are the problems of the node at a path.
func (d Design) nodeProblems(form *forms.Form, n workflow.Node, path string) forms.Invalid {
	owns := func(p FlowProblem) bool { return p.Step == n.ID() }
	switch {
	case n.Step != nil:
		return d.problemsAt(form, path+".step.", owns, func(at nodePlace) string { return stepControl(*n.Step, at) })
	case n.Parallel != nil:
		return d.problemsAt(form, path+".parallel.", owns, func(at nodePlace) string { return plainControls[at.plain] })
	case n.Choice != nil:
		return d.problemsAt(form, path+".choice.", owns, func(at nodePlace) string {
			if at.table == "cases" {
				return at.row("cases", map[string]string{"": "when", "when": "when"})
			}
			return plainControls[at.plain]
		})
	case n.Split != nil:
		return d.problemsAt(form, path+".split.", owns, func(at nodePlace) string { return plainControls[at.plain] })
	case n.Repeat != nil:
		return d.problemsAt(form, path+".repeat.", owns, func(at nodePlace) string { return plainControls[at.plain] })
	}
	return nil
}

// settingProblems are those of what holds for the whole flow.
func (d Design) settingProblems(form *forms.Form) forms.Invalid {
	return d.problemsAt(form, "", func(p FlowProblem) bool { return p.Setting() != "" }, func(at nodePlace) string {
		switch at.table {
		case "officers", "registry":
			return at.whoRow(at.table, whoAt(map[string][]workflow.Who{"officers": d.Flow.Officers, "registry": d.Flow.Registry}[at.table], at.n), at.n+1)
		case "separate":
			return at.row("separate", map[string]string{"": "apart_steps"})
		case "choose":
			return pickControl("picks", d.Flow.Choose, at)
		case "take_back":
			return "take_back_n"
		}
		return at.plain
	})
}

// nodePlace is a place in a node: "who[2].role" is the table who, its third, and its role.
type nodePlace struct {
	plain  string // without numbers: "remind.before"
	table  string // up to the first number
	n      int    // the number, -1 for none
	within string // what follows it
}

var numberIn = regexp.MustCompile(`\[\d+\]`)

func placeOf(path string) nodePlace {
	out := nodePlace{plain: numberIn.ReplaceAllString(path, ""), table: path, n: -1}
	if table, rest, numbered := strings.Cut(path, "["); numbered {
		number, within, _ := strings.Cut(rest, "]")
		out.table, out.within = table, strings.TrimPrefix(within, ".")
		out.n, _ = strconv.Atoi(number)
	}
	return out
}

// row is the control of a column in the row of a table that the place is about; the table, where
// it is about no column.
func (p nodePlace) row(table string, columns map[string]string) string {
	if p.n < 0 {
		return table
	}
	return inRow(table, p.n+1, columns[placeOf(p.within).plain])
}

func inRow(table string, n int, column string) string {
	if column == "" {
		return table + "." + strconv.Itoa(n)
	}
	return table + "." + strconv.Itoa(n) + "." + column
}

// whoRow is the control of a way to find people, in a row of a table.
func (p nodePlace) whoRow(table string, w workflow.Who, n int) string {
	if p.n < 0 {
		return table
	}
	return inRow(table, n, whoColumn(w, placeOf(p.within).plain))
}

// whoColumn is the column that fills in a member of a way to find people.
func whoColumn(w workflow.Who, member string) string {
	switch member {
	case "ids":
		if w.Kind == workflow.WhoPost {
			return "posts"
		}
		return "persons"
	case "role":
		if w.Kind == workflow.WhoRegisterRole {
			return "row_role"
		}
		return "role"
	case "step":
		return "same_step"
	case "n":
		return "levels"
	case "field", "of", "apart":
		return member
	}
	return "way"
}

func whoAt(all []workflow.Who, i int) workflow.Who {
	if i < 0 || i >= len(all) {
		return workflow.Who{}
	}
	return all[i]
}

// pickControl is the control of a step whose people are chosen, or of among whom.
func pickControl(key string, picks []workflow.Pick, at nodePlace) string {
	if at.n < 0 || at.n >= len(picks) {
		return key
	}
	from := placeOf(at.within)
	if from.table != "from" || from.n < 0 {
		return at.row(key, map[string]string{"step": "chosen_step", "max": "chosen_max"})
	}
	row := from.n + 1
	for _, p := range picks[:at.n] {
		row += len(p.From)
	}
	return from.whoRow(key+"_from", whoAt(picks[at.n].From, from.n), row)
}
