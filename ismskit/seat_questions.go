package ismskit

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// questions is a batch to the Directory; each remembers what it was asked for.
type questions struct{ list []directory.Question }

func (q *questions) add(ask, alternative int, question directory.Question) {
	question.ID = strconv.Itoa(ask) + "/" + strconv.Itoa(alternative)
	q.list = append(q.list, question)
}

// stays asks an applicant only where he still is in the unit of his case, in a step
// that says who is asked in his place: whoever has moved away no longer answers for
// it, neither as applicant nor as who uses the account.
func (q *questions) stays(c caseInHand, ask int, ways []workflow.Alternative) {
	if len(ways) < 2 || ways[0].Who.Kind != workflow.WhoApplicant || c.extra.Heir != nil {
		return
	}
	for i := range q.list {
		of, _, _ := strings.Cut(q.list[i].ID, "/")
		if of == strconv.Itoa(ask) && q.list[i].Kind == directory.KindPersonActive && q.list[i].Person == c.row.Applicant {
			q.list[i].Unit = c.row.Unit
		}
	}
}

// who turns one way of finding people into questions.
func (q *questions) who(c caseInHand, ask, alternative int, w workflow.Who, at time.Time) {
	question := directory.Question{At: at, Agency: c.row.Unit}
	switch w.Kind {
	case workflow.WhoPerson:
		question.Kind = directory.KindPersonActive
		for _, id := range w.IDs {
			question.Person = id
			q.add(ask, alternative, question)
		}
	case workflow.WhoPost:
		question.Kind = directory.KindPost
		for _, id := range w.IDs {
			question.Post = id
			q.add(ask, alternative, question)
		}
	case workflow.WhoRole:
		question.Kind, question.Module, question.Role = directory.KindRole, w.Module, w.Role
		q.add(ask, alternative, question)
	case workflow.WhoParentAgency:
		question.Kind, question.Module, question.Role = directory.KindParentAgency, w.Module, w.Role
		q.add(ask, alternative, question)
	case workflow.WhoRegisterRole:
		question.Kind, question.Register, question.Field = directory.KindRegisterRole, w.Register, w.Role
		for _, ref := range c.refs(w.Field) {
			question.Row = ref
			q.add(ask, alternative, question)
		}
	case workflow.WhoApplicant:
		question.Kind, question.Person = directory.KindPersonActive, c.asked()
		q.add(ask, alternative, question)
	case workflow.WhoField:
		question.Kind = directory.KindPersonActive
		for _, id := range c.people(w.Field) {
			question.Person = id
			q.add(ask, alternative, question)
		}
	case workflow.WhoUnitHead, workflow.WhoManagerOf, workflow.WhoLevelsUp:
		q.above(c, ask, alternative, w, question)
	}
}

func (q *questions) above(c caseInHand, ask, alternative int, w workflow.Who, question directory.Question) {
	kinds := map[workflow.WhoKind]directory.Kind{
		workflow.WhoUnitHead: directory.KindUnitHead, workflow.WhoManagerOf: directory.KindManager, workflow.WhoLevelsUp: directory.KindLevelsUp,
	}
	question.Kind, question.Levels = kinds[w.Kind], w.N
	if w.Of == "" || w.Of == workflow.Applicant {
		question.Person, question.Unit = c.row.Applicant, c.row.Unit
		if w.Kind == workflow.WhoUnitHead {
			// A head who applies himself is not asked to approve himself: the head
			// above him is (B0.4).
			question.Kind = directory.KindManager
		}
		q.add(ask, alternative, question)
		return
	}
	for _, id := range c.people(w.Of) {
		question.Person = id
		if w.Kind == workflow.WhoUnitHead {
			question.Kind = directory.KindManager
		}
		q.add(ask, alternative, question)
	}
	for _, id := range c.refs(w.Of) {
		question.Unit = id
		q.add(ask, alternative, question)
	}
}

// answersByAsk groups the directory's answers by the Ask and alternative they
// belong to.
type answersByAsk map[string][]directory.Answer

func (a answersByAsk) of(ask, alternative int) ([]directory.Answer, bool) {
	as, ok := a[strconv.Itoa(ask)+"/"+strconv.Itoa(alternative)]
	return as, ok
}

func (k *Kit) ask(ctx context.Context, q questions) (answersByAsk, error) {
	out := answersByAsk{}
	if len(q.list) == 0 {
		return out, nil
	}
	answers, err := k.resolve(ctx, q.list)
	if err != nil {
		return nil, err
	}
	for i, a := range answers {
		id := q.list[i].ID
		out[id] = append(out[id], a)
	}
	return out, nil
}
