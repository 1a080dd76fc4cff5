package ismskit

import (
	"maps"
	"strings"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// A task keeps the directory's reason among the facts of why it came to somebody:
// its code under reasonKey, its parameters under names that begin with reasonParam.
const (
	reasonKey   = "reason"
	reasonParam = reasonKey + "."
)

// withReason adds the directory's reason to what is known of why somebody was found.
func withReason(why map[string]string, r directory.Reason) map[string]string {
	if r.Zero() {
		return why
	}
	out := map[string]string{reasonKey: r.Code}
	maps.Copy(out, why)
	for key, value := range r.Params {
		out[reasonParam+key] = value
	}
	return out
}

// elsewhere says why a task came to others than those the step asks for: the head
// applies himself, a unit has no head at the moment, its successor was asked. nil
// where it came to just those. Of several units that one speaks for it is said of each.
func elsewhere(why map[string]string) workflow.Text {
	units := workflow.UnitsAsked(why)
	if len(units) < 2 {
		return elsewhereThan(why)
	}
	var out workflow.Text
	for _, u := range units {
		for lang, text := range elsewhereThan(u.Why) {
			switch {
			case out == nil:
				out = workflow.Text{lang: text}
			case out[lang] == "":
				out[lang] = text
			default:
				out[lang] += say(lang, "why.elsewhere_join", nil) + text
			}
		}
	}
	return out
}

func elsewhereThan(why map[string]string) workflow.Text {
	if text := insteadOf(why); text != nil {
		return text
	}
	r := directory.Reason{Code: why[reasonKey], Params: map[string]string{}}
	for key, value := range why {
		if name, ok := strings.CutPrefix(key, reasonParam); ok {
			r.Params[name] = value
		}
	}
	if r.Zero() || len(r.Params) == 0 { // tasks from before parameters were kept
		return nil
	}
	out := workflow.Text{}
	for _, lang := range languages {
		if text := r.Text(lang); text != "" { // a directory of one's own may have codes of its own
			out[lang] = text
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// plainly says why a task came to somebody where its flow has no words for it: by the way that
// found him.
func plainly(w workflow.Who) workflow.Text {
	return workflow.Text(allText("why.way." + string(w.Kind)))
}

// found says to whoever one of a step's ways found why it came to him: in the step's
// own words, which tell who is asked for, or why it is not that one. The words of a
// fallback also tell why it came so far, so they stay.
func (k *Kit) found(c *caseInHand, ways []workflow.Who, way int, why map[string]string) workflow.Text {
	facts := maps.Clone(why)
	delete(facts, reasonKey) // a form may have fields of these names
	delete(facts, insteadKey)
	words, other := k.fillIn(ways[way].Because, c, facts), elsewhere(why)
	if ways[way].Kind == workflow.WhoApplicant && c.extra.Heir != nil {
		words = k.becauseHeir(c)
	}
	switch {
	case other == nil && len(words) == 0:
		return plainly(ways[way])
	case other == nil:
		return words
	case way == 0 || len(words) == 0:
		return other
	}
	out := workflow.Text{}
	for lang, text := range other {
		key := "why.elsewhere"
		if strings.ContainsAny(text, "（(") {
			key = "why.elsewhere_after" // no bracket within a bracket
		}
		out[lang] = say(lang, key, map[string]string{"why": words.In(lang), "elsewhere": text})
	}
	return out
}
