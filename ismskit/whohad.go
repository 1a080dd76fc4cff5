package ismskit

import "github.com/ismskit/ismskit/workflow"

// whoHad is whose each task is, as one goes along a trail: what an entry takes from somebody stands
// in those before it.
type whoHad map[string]whose

// whose is whose a task is, whose it would be if nobody had claimed it, and from which task it
// came.
type whose struct {
	now, all []workflow.Signer
	from     string
}

// follow goes past an entry.
func (h whoHad) follow(e Entry) {
	for _, n := range e.Opened {
		all := holdersThen(workflow.Task{Holder: workflow.Holder{Named: n.Holders, Pool: n.Pool}, Why: n.Why})
		h[n.Task] = whose{now: all, all: all, from: n.From}
	}
	task, known := h[e.Task]
	if !known {
		return
	}
	switch e.Verb {
	case workflow.VerbClaim:
		task.now = []workflow.Signer{e.By}
		if e.For != nil {
			task.now = []workflow.Signer{*e.For}
		}
	case workflow.VerbRelease:
		task.now = task.all
	}
	h[e.Task] = task
}

// moved are from whom an entry took a task that it gives to another, and to whom one went that
// its holder did not want: back to who had asked him, else to who assigns it anew.
func (h whoHad) moved(e Entry) (former, backTo []workflow.Signer) {
	task := h[e.Task]
	switch e.Verb {
	case workflow.VerbReassign:
		return task.now, nil
	case workflow.VerbDecline:
		for _, n := range e.Opened {
			if n.Origin == workflow.OriginDeclined {
				return nil, holdersThen(workflow.Task{Holder: workflow.Holder{Named: n.Holders, Pool: n.Pool}, Why: n.Why})
			}
		}
		return nil, h[task.from].now
	}
	return nil, nil
}
