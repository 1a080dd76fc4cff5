package print

import (
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// corrected are the parts of a note of an office outside that were put right, each with what stood
// there before.
func corrected(was, now workflow.OutsideNote, in forms.Locale) (out []string) {
	before, after := Outside(was, in), Outside(now, in)
	text := func(facts []Fact, label string) string {
		for _, f := range facts {
			if f.Label == label {
				return f.Text
			}
		}
		return say(in.Lang, "none")
	}
	var labels []string
	for _, f := range slices.Concat(before, after) {
		if !slices.Contains(labels, f.Label) {
			labels = append(labels, f.Label)
		}
	}
	for _, label := range labels {
		if from, to := text(before, label), text(after, label); from != to {
			out = append(out, label+say(in.Lang, "colon")+from+" → "+to)
		}
	}
	return out
}
