package workflow_test

import (
	"fmt"
	"slices"

	"github.com/ismskit/ismskit/workflow"
	"pgregory.net/rapid"
)

// forest draws random flow trees.
type forest struct {
	t     *rapid.T
	n     int // names given
	room  int // nodes that may still be drawn
	done  []string
	conds []string
	steps []string // all that were drawn, siblings too
}

func (f *forest) name(prefix string) string {
	f.n++
	return fmt.Sprintf("%s%d", prefix, f.n)
}

func (f *forest) condition() string {
	c := f.name("cond")
	f.conds = append(f.conds, c)
	return c
}

func (f *forest) node(depth int) workflow.Node {
	f.room--
	kind := 0
	if depth < 4 && f.room > 0 {
		kind = rapid.IntRange(0, 9).Draw(f.t, "kind")
	}
	switch kind {
	case 1, 2, 3:
		return f.sequence(depth)
	case 4, 5:
		p := &workflow.Parallel{ID: f.name("p"), Join: f.join()}
		before := slices.Clip(f.done)
		for range 2 + p.Join.N/2 {
			f.done = before // a branch knows nothing of its siblings
			p.Branches = append(p.Branches, f.node(depth+1))
		}
		f.done = before
		return workflow.Node{Parallel: p}
	case 6:
		before := slices.Clip(f.done)
		c := &workflow.Choice{ID: f.name("c"), Cases: []workflow.Case{{When: f.condition(), Then: f.node(depth + 1)}}}
		f.done = before
		if rapid.Bool().Draw(f.t, "else") {
			n := f.node(depth + 1)
			c.Else = &n
		}
		f.done = before
		return workflow.Node{Choice: c}
	case 7:
		return workflow.Node{Repeat: &workflow.Repeat{
			ID: f.name("r"), Body: f.node(depth + 1), Until: f.condition(), Max: rapid.IntRange(1, 3).Draw(f.t, "max"),
			AtMax: rapid.SampledFrom([]workflow.AtMax{"", workflow.AtMaxReject, workflow.AtMaxContinue}).Draw(f.t, "at max"),
		}}
	case 8:
		s := &workflow.Split{ID: f.name("s"), Name: workflow.Text{"en": "s"}, Over: "lines", Type: "account_line"}
		f.done = append(f.done, s.ID)
		return workflow.Node{Split: s}
	}
	return f.step()
}

func (f *forest) sequence(depth int) workflow.Node {
	var n workflow.Node
	for range rapid.IntRange(1, 4).Draw(f.t, "length") {
		n.Sequence = append(n.Sequence, f.node(depth+1))
	}
	return n
}

func (f *forest) join() workflow.Join {
	switch rapid.IntRange(0, 2).Draw(f.t, "join") {
	case 1:
		return workflow.Join{Kind: workflow.CountAny}
	case 2:
		return workflow.Join{Kind: workflow.CountN, N: 2}
	}
	return workflow.Join{}
}

func (f *forest) step() workflow.Node {
	s := &workflow.Step{
		ID: f.name("step"), Name: workflow.Text{"en": "x"},
		Kind: rapid.SampledFrom([]workflow.Kind{workflow.KindReview, workflow.KindApprove, workflow.KindConsult, workflow.KindHandle, workflow.KindConfirm, workflow.KindRead, workflow.KindAttest, workflow.KindAccept, workflow.KindCopy}).Draw(f.t, "step kind"),
		Who:  []workflow.Who{{Kind: workflow.WhoRole, Role: "owner"}},
	}
	if s.Kind == workflow.KindCopy {
		f.done = append(f.done, s.ID)
		return workflow.Node{Step: s}
	}
	if s.Kind == workflow.KindAccept {
		s.Who = []workflow.Who{{Kind: workflow.WhoField, Field: "responsible"}}
	}
	switch rapid.IntRange(0, 6).Draw(f.t, "need") {
	case 1:
		s.Need = workflow.Need{Kind: workflow.CountAll}
	case 2:
		s.Need = workflow.Need{Kind: workflow.CountN, N: 2}
	case 3:
		s.Need = workflow.Need{Kind: workflow.CountAll, InOrder: true}
	case 4:
		s.Need = workflow.Need{Kind: workflow.CountPercent, Percent: 60, InOrder: rapid.Bool().Draw(f.t, "in order")}
	case 5:
		s.Need = workflow.Need{Kind: workflow.CountWeighted, N: rapid.IntRange(1, 5).Draw(f.t, "weight needed"), InOrder: rapid.Bool().Draw(f.t, "in order"),
			Weights: map[string]int{"P1": rapid.IntRange(1, 3).Draw(f.t, "weight"), "P2": rapid.IntRange(1, 3).Draw(f.t, "weight")}}
	}
	s.InPerson = rapid.IntRange(0, 9).Draw(f.t, "in person") == 0
	if rapid.Bool().Draw(f.t, "extend") {
		s.Due = &workflow.Due{Term: "3wd"}
		s.Extend = &workflow.Extend{Max: 2, Tiers: []workflow.Tier{{Who: []workflow.Who{{Kind: workflow.WhoRole, Role: "owner"}}}}}
	}
	s.Certificate = rapid.SampledFrom([]workflow.CertificateRule{"", "", workflow.CertificateMust, workflow.CertificateLater}).Draw(f.t, "certificate")
	if len(f.done) > 0 && rapid.Bool().Draw(f.t, "earlier") {
		earlier := rapid.SampledFrom(f.done).Draw(f.t, "which")
		s.ReturnTo = []string{workflow.Applicant, earlier}
		if earlier[:2] == "st" {
			s.NotSameAs = []string{earlier, workflow.Applicant}
			if s.Kind != workflow.KindAccept && rapid.Bool().Draw(f.t, "not whom the form names") {
				s.NotSameAs = append(s.NotSameAs, workflow.NamedIn("responsible"))
			}
			if rapid.Bool().Draw(f.t, "alone") {
				s.Alone = &workflow.Alone{Review: []workflow.Who{{Kind: workflow.WhoRole, Role: "owner"}}}
			}
		}
	}
	if rapid.Bool().Draw(f.t, "back") {
		s.Resubmit = workflow.ResubmitBack
	}
	switch s.Kind {
	case workflow.KindReview, workflow.KindApprove, workflow.KindAttest:
		s.SameSigner = rapid.SampledFrom([]workflow.SameSigner{"", workflow.SameSignerSkip}).Draw(f.t, "same")
		s.OnReject = rapid.SampledFrom([]workflow.OnReject{"", workflow.RejectContinues, workflow.RejectNever}).Draw(f.t, "reject")
	case workflow.KindHandle:
		s.OnUnable = rapid.SampledFrom([]workflow.OnUnable{"", workflow.UnableNever}).Draw(f.t, "unable")
		if s.Certificate == "" && rapid.Bool().Draw(f.t, "outside") {
			s.Outside = &workflow.Outside{}
		}
	case workflow.KindAccept:
		s.SameSigner = rapid.SampledFrom([]workflow.SameSigner{"", workflow.SameSignerSkip}).Draw(f.t, "same")
	default:
		if rapid.Bool().Draw(f.t, "timeout") {
			s.Timeout = &workflow.Timeout{After: "5wd", Reason: workflow.Text{"en": "late"}, Then: rapid.SampledFrom([]workflow.TimeoutThen{workflow.TimeoutClose, workflow.TimeoutContinue}).Draw(f.t, "then")}
		}
	}
	f.done, f.steps = append(f.done, s.ID), append(f.steps, s.ID)
	return workflow.Node{Step: s}
}

// apart draws groups of steps in which nobody acts twice, wherever in the tree they stand:
// before and after each other, beside each other, in branches that exclude each other.
func (f *forest) apart() [][]string {
	var groups [][]string
	for range rapid.IntRange(0, min(2, len(f.steps)/2)).Draw(f.t, "groups kept apart") {
		group := rapid.SliceOfNDistinct(rapid.SampledFrom(f.steps), 2, min(4, len(f.steps)), rapid.ID).Draw(f.t, "apart")
		if rapid.Bool().Draw(f.t, "apart from the applicant") {
			group = append(group, workflow.Applicant)
		}
		groups = append(groups, group)
	}
	return groups
}

// wood is the vocabulary of drawn flows: every condition is a field of its own.
type wood struct{ words }

func (w wood) Field(path string) (workflow.FieldInfo, bool) {
	if len(path) > 4 && path[:4] == "cond" {
		return workflow.FieldInfo{Type: "boolean"}, true
	}
	return w.words.Field(path)
}
