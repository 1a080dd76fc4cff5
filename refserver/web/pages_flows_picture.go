package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// flowBox is a node of a flow as template "flow" draws it: a step, or what holds others.
type flowBox struct {
	ID       string // on the page
	Path     string
	Kind     string // step, parallel, choice, split, repeat, empty
	Name     string
	Word     string // what kind it is: 審核
	Who      []string
	Facts    []print.Fact
	Problems []string
	Lacks    []string // those of them for want of people
	Warnings []string // which keep it from nothing
	Branches []flowBranch
	Tools    *flowTools // nil where it is only looked at
}

// flowBranch is one of the ways within a node.
type flowBranch struct {
	Head  string // when it is taken
	Boxes []flowBox
	Tools *flowTools // of the whole branch, where it is more than one box
}

// flowProblem is something that is wrong with a flow, as a link to where it stands.
type flowProblem struct {
	At   string // id of the box, "" for the flow as a whole
	Text string
}

// picturing is a flow that is being drawn.
type picturing struct {
	p        *Pages
	r        *http.Request
	d        ismskit.Design
	problems map[string][]string // by path of the node
	lacks    map[string][]string // by id of the step
	warns    map[string][]string // likewise
	tools    *flowTools          // with all but the path; nil where it is only looked at
	listed   []flowProblem
}

// picture draws a flow, with what is wrong with it beside the step it is about, and lists
// all that is wrong.
func (p *Pages) picture(r *http.Request, d ismskit.Design, tools *flowTools) ([]flowBox, []flowProblem) {
	v := picturing{p: p, r: r, d: d, problems: map[string][]string{}, lacks: map[string][]string{}, warns: map[string][]string{}, tools: tools}
	paths := nodePaths(d.Flow.Root, "root")
	for _, f := range d.Problems {
		text := p.in(r, f.Text)
		if setting := f.Setting(); setting != "" {
			v.listed = append(v.listed, flowProblem{At: settingID(setting), Text: p.text(r, "flows.at", "Step", p.text(r, settingTexts[setting]), "What", text)})
			continue
		}
		at := nodeAt(paths, f.Path)
		if at == "" {
			v.listed = append(v.listed, flowProblem{Text: text})
			continue
		}
		v.problems[at] = append(v.problems[at], text)
	}
	if d.Unstaffed != nil {
		for _, s := range d.Unstaffed.Steps {
			if s.Escalation || s.Applicant != nil || s.Named != nil {
				v.warns[s.Step] = append(v.warns[s.Step], p.lackLine(r, s))
			} else {
				v.lacks[s.Step] = append(v.lacks[s.Step], p.lackLine(r, s))
			}
		}
	}
	for _, w := range d.Warnings {
		if w.Step != "" {
			v.warns[w.Step] = append(v.warns[w.Step], p.in(r, w.Text))
		}
	}
	boxes := v.boxes(d.Flow.Root, "root")
	return boxes, v.listed
}

// flowWarnings say what is to be looked at in a flow and keeps it from nothing.
func (p *Pages) flowWarnings(r *http.Request, d ismskit.Design) []flowProblem {
	var out []flowProblem
	for _, w := range d.Warnings {
		line := flowProblem{Text: p.in(r, w.Text)}
		if w.Step != "" {
			line.At = boxID(w.Path)
			line.Text = p.text(r, "flows.at", "Step", d.Called(w.Step, p.lang(r)), "What", line.Text)
		}
		out = append(out, line)
	}
	return out
}

// lackLine says what a step lacks in people, and when.
func (p *Pages) lackLine(r *http.Request, s ismskit.UnstaffedStep) string {
	line := p.unstaffedLine(r, s)
	switch {
	case s.Escalation:
		return p.text(r, "flows.no_escalation")
	case s.Applicant != nil:
		return p.text(r, "flows.lacks_for", "Line", line, "Who", p.signer(r, *s.Applicant))
	case s.Named != nil:
		return p.text(r, "flows.lacks_named", "Line", line, "Who", p.signer(r, *s.Named))
	}
	return line
}

// nodePaths are the paths of all nodes of a flow.
func nodePaths(n workflow.Node, path string) []string {
	out := []string{path}
	for i, below := range n.Below() {
		out = append(out, nodePaths(below, path+n.Into(i))...)
	}
	return out
}

// nodeAt is the innermost node that a problem's path leads into, "" for none that is drawn.
func nodeAt(paths []string, path string) string {
	best := ""
	for _, one := range paths {
		rest, in := strings.CutPrefix(path, one)
		if in && (rest == "" || rest[0] == '.' || rest[0] == '[') && len(one) > len(best) {
			best = one
		}
	}
	return best
}

var notInID = strings.NewReplacer("[", "-", "]", "", ".", "-")

// boxID is the id that a node has on the page.
func boxID(path string) string { return "n-" + notInID.Replace(path) }

// boxes draws a node, or those of a sequence one after another.
func (v *picturing) boxes(n workflow.Node, path string) []flowBox {
	sequence := n.Step == nil && n.Parallel == nil && n.Choice == nil && n.Split == nil && n.Repeat == nil
	if !sequence {
		return []flowBox{v.box(n, path)}
	}
	if len(n.Sequence) == 0 {
		box := flowBox{ID: boxID(path), Path: path, Kind: "empty", Name: v.p.text(v.r, "flows.empty")}
		return []flowBox{v.finish(box, path, "")}
	}
	for _, text := range v.problems[path] { // of the row as a whole: it has no box of its own
		v.listed = append(v.listed, flowProblem{Text: text})
	}
	var out []flowBox
	for i, below := range n.Sequence {
		out = append(out, v.boxes(below, path+n.Into(i))...)
	}
	return out
}

func (v *picturing) box(n workflow.Node, path string) flowBox {
	text := func(key string, args ...any) string { return v.p.text(v.r, key, args...) }
	box := flowBox{ID: boxID(path), Path: path}
	switch {
	case n.Step != nil:
		box.Kind, box.Name, box.Word = "step", v.p.in(v.r, n.Step.Name), v.p.kindWord(v.r, string(n.Step.Kind))
		v.stepFacts(*n.Step, &box)
	case n.Parallel != nil:
		box.Kind, box.Word, box.Name = "parallel", text("flows.parallel"), v.p.in(v.r, n.Parallel.Name)
		v.fact(&box, "flows.join", v.join(n.Parallel.Join))
	case n.Choice != nil:
		box.Kind, box.Word = "choice", text("flows.choice")
	case n.Split != nil:
		box.Kind, box.Word, box.Name = "split", text("flows.split"), v.p.in(v.r, n.Split.Name)
		v.fact(&box, "flows.over", v.d.Field(n.Split.Over, v.p.lang(v.r)))
		v.fact(&box, "flows.child", v.d.TypeTitle(n.Split.Type, v.p.lang(v.r)))
		v.fact(&box, "flows.join", v.join(n.Split.Join))
	case n.Repeat != nil:
		box.Kind, box.Word = "repeat", text("flows.repeat")
		v.fact(&box, "flows.until", v.d.When(n.Repeat.Until, v.p.lang(v.r)))
		v.fact(&box, "flows.max", strconv.Itoa(n.Repeat.Max))
		v.fact(&box, "flows.at_max", text(atMaxTexts[n.Repeat.AtMax]))
	}
	for i, below := range n.Below() {
		branch := flowBranch{Boxes: v.boxes(below, path+n.Into(i))}
		if n.Choice != nil {
			branch.Head = v.branchHead(*n.Choice, i)
		}
		if len(below.Sequence) > 1 && n.Repeat == nil {
			branch.Tools = v.toolsAt(path+n.Into(i), branch.Head)
		}
		box.Branches = append(box.Branches, branch)
	}
	return v.finish(box, path, n.ID())
}

// finish adds what is wrong with a node, and what can be done with it.
func (v *picturing) finish(box flowBox, path, id string) flowBox {
	box.Problems = slices.Clone(v.problems[path])
	if box.Kind == "step" {
		box.Lacks = v.lacks[id]
		box.Problems = append(box.Problems, box.Lacks...)
		box.Warnings = v.warns[id]
	}
	for _, text := range box.Problems {
		if box.Name != "" {
			text = v.p.text(v.r, "flows.at", "Step", box.Name, "What", text)
		}
		v.listed = append(v.listed, flowProblem{At: box.ID, Text: text})
	}
	box.Tools = v.toolsAt(path, box.Name)
	if box.Tools != nil {
		box.Tools.Empty = box.Kind == "empty"
		box.Tools.Within = box.Kind == "parallel" || box.Kind == "choice"
	}
	return box
}

// atMaxTexts say what follows when a repeat has not succeeded.
var atMaxTexts = map[workflow.AtMax]string{
	"": "flows.at_max_return", workflow.AtMaxReturn: "flows.at_max_return", workflow.AtMaxReject: "flows.at_max_reject", workflow.AtMaxContinue: "flows.at_max_continue",
}

// branchHead says when a branch of a choice is taken.
func (v *picturing) branchHead(c workflow.Choice, i int) string {
	if i == len(c.Cases) {
		return v.p.text(v.r, "flows.else")
	}
	when := v.d.When(c.Cases[i].When, v.p.lang(v.r))
	if when == "" {
		when = v.p.text(v.r, "flows.when_missing")
	}
	if because := v.p.in(v.r, c.Cases[i].Because); because != "" {
		return v.p.text(v.r, "flows.when_because", "When", when, "Because", because)
	}
	return v.p.text(v.r, "flows.when", "When", when)
}

func (v *picturing) fact(box *flowBox, label, said string) {
	if said != "" {
		box.Facts = append(box.Facts, print.Fact{Label: v.p.text(v.r, label), Text: said})
	}
}

// join says when what runs beside each other is over.
func (v *picturing) join(j workflow.Join) string {
	switch j.Kind {
	case workflow.CountAny:
		return v.p.text(v.r, "flows.join_any")
	case workflow.CountN:
		return v.p.text(v.r, "flows.join_n", "N", j.N)
	}
	return v.p.text(v.r, "flows.join_all")
}

// flowTools is what can be done with a node of a draft.
type flowTools struct {
	Href     string // of the draft
	Revision int64
	Path     string
	Name     string // of what it is done with, for those who only hear it
	Empty    bool   // nothing stands there yet
	Within   bool   // a branch can be added
}

// toolsAt are the tools for the node at a path; nil where the flow is only looked at.
func (v *picturing) toolsAt(path, name string) *flowTools {
	if v.tools == nil {
		return nil
	}
	tools := *v.tools
	tools.Path, tools.Name = path, name
	return &tools
}
