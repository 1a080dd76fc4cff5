package ismskit

import (
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// A task that came to somebody by a later way of its step, for those whom a way before found may not do
// it, keeps under insteadKey why they may not, under insteadWho their names.
const (
	insteadKey = "instead"
	insteadWho = insteadKey + ".who"
)

// insteadTexts are the texts that say why they may not.
var insteadTexts = map[string]string{
	"applicant": "why.instead.applicant", // he applies himself
	"apart":     "why.instead.apart",     // the separation of duties
}

// insteadWhy adds to why somebody was found why it was nobody whom the step asks for before him. What
// the directory says of how it found him says as much, and stays alone; where the ways before found
// nobody it says why.
func (c *caseInHand) insteadWhy(ask workflow.Ask, found workflow.Found, answers func(alternative int) ([]directory.Answer, bool)) map[string]string {
	if found.Alternative == 0 || found.Alone || found.Why[reasonKey] != "" || len(found.Signers) == 0 && found.Pool == "" {
		return found.Why
	}
	answers = inTurn(ask.Alternatives, answers)
	var reason directory.Reason
	for j := range found.Alternative {
		as, _ := answers(j)
		signers, _, _ := signersOf(as)
		if len(signers) > 0 {
			why := "apart"
			if !slices.ContainsFunc(signers, func(s workflow.Signer) bool { return s.Person != c.state.Applicant.Person }) {
				why = "applicant"
			} else if ask.Purpose == workflow.PurposeInstead {
				return found.Why // they may, and have a task of this step already
			}
			return with(with(found.Why, insteadKey, why), insteadWho, strings.Join(called(signers), memberSeparator))
		}
		if reason.Zero() && len(as) > 0 {
			reason = as[0].Reason
		}
	}
	return withReason(found.Why, reason)
}

// insteadOf puts it into words; nil where a task keeps nothing of it.
func insteadOf(why map[string]string) workflow.Text {
	key, known := insteadTexts[why[insteadKey]]
	if !known {
		return nil
	}
	return workflow.Text(sayAll(key, func(lang string) map[string]string {
		return map[string]string{"names": strings.Join(strings.Split(why[insteadWho], memberSeparator), say(lang, "word.list", nil))}
	}))
}
