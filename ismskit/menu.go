package ismskit

import (
	"context"

	"github.com/ismskit/ismskit/workflow"
)

// Counts is how much waits for somebody, for a menu that counts it.
type Counts struct {
	Tasks    int // open tasks that come to him, as Kit.Tasks lists them
	Handling int // those of them to be carried out (處置工作)
	Notices  int // unread ones
	// MoreTasks and MoreNotices say that counting stopped there.
	MoreTasks, MoreNotices bool
}

// Count counts what waits for the actor, tasks and notices up to so many; nothing of
// what they say is read.
func (w Work) Count(ctx context.Context, actor Actor, tasks, notices int) (Counts, error) {
	w.k = w.k.once()
	now := w.k.moment()
	if _, err := w.k.person(ctx, actor.Person, now); err != nil {
		return Counts{}, err
	}
	own, acting, err := w.k.holderKeys(ctx, actor.Person, now)
	if err != nil {
		return Counts{}, err
	}
	// Which of a principal's tasks come to a deputy, only their bodies say.
	q := TaskQuery{Holders: withPrincipals(own, acting), Limit: tasks + 1, Bare: len(acting) == 0}
	todos, err := w.k.listTasks(ctx, q, func(rows []TaskRow) ([]Todo, error) {
		if !q.Bare {
			return w.k.todos(rows, actor, own, acting, nil, now)
		}
		out := make([]Todo, len(rows))
		for i, row := range rows {
			out[i].TaskRow = row
		}
		return out, nil
	})
	if err != nil {
		return Counts{}, err
	}
	out := Counts{Tasks: min(len(todos), tasks), MoreTasks: len(todos) > tasks}
	for _, t := range todos[:out.Tasks] {
		if t.Kind == string(workflow.KindHandle) {
			out.Handling++
		}
	}
	unread := 0
	err = w.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Queue().Messages(ctx, MessageQuery{Person: actor.Person, Kinds: noticeKinds, Unread: true, Bare: true, Limit: notices + 1})
		unread = len(found)
		return err
	})
	out.Notices, out.MoreNotices = min(unread, notices), unread > notices
	return out, err
}
