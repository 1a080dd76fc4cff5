package ismskit

import (
	"slices"

	"github.com/ismskit/ismskit/workflow"
)

// stopsFor are the steps at which a case would stop that one person applies for, or whose
// form names him. As both he is looked at only where neither stops it by itself.
func (k *Kit) stopsFor(kind *kind, way []string, found map[string]workflow.Candidates, barring [][]string, s workflow.Signer) []UnstaffedStep {
	var out []UnstaffedStep
	for _, as := range barring {
		if len(as) > 1 && len(out) > 0 {
			break
		}
		barred := map[string][]string{}
		for _, from := range as {
			barred[from] = []string{s.Person}
		}
		end, stops := kind.flow.DeadEnd(barred, way, found)
		if !stops {
			continue
		}
		step, _ := kind.flow.Step(end.Step)
		u := UnstaffedStep{Step: end.Step, Who: step.Who, Apart: k.apartNames(kind, end.Apart)}
		if as[0] == workflow.Applicant {
			u.Applicant = &s
		}
		if as[len(as)-1] != workflow.Applicant {
			u.Named = &s
		}
		out = append(out, u)
	}
	return out
}

// barredAs are as what one person is kept out of a type's steps: as applicant, where a
// field names him, and as both, as who applies for himself.
func barredAs(kind *kind) [][]string {
	out := [][]string{{workflow.Applicant}}
	var fields []string
	for _, step := range kind.flow.Steps() {
		for _, from := range step.NotSameAs {
			if _, named := workflow.FieldOf(from); named && !slices.Contains(fields, from) {
				fields = append(fields, from)
				out = append(out, []string{from})
			}
		}
	}
	if len(fields) > 0 {
		out = append(out, append([]string{workflow.Applicant}, fields...))
	}
	return out
}

func personOf(s *workflow.Signer) string {
	if s == nil {
		return ""
	}
	return s.Person
}
