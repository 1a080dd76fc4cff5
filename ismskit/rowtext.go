package ismskit

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

func textKey(caseID string) string { return "text|" + caseID }

// split says whether a case has, or had, rows of its own.
func (c *caseInHand) split() bool {
	return slices.ContainsFunc(c.state.Marks, func(m workflow.Mark) bool { return m.Batch != "" })
}

// reworded says whether what the case is found by changes with this action.
func (w *work) reworded() bool {
	return w.revalued || w.insert || w.event.Outside != nil
}

// rewording are the jobs that an action which changes a case's words leaves behind.
// A request is found by the words of its rows too. Two rows may change in the same
// instant, and the request with them, and what its files say is read later, so its text is put together afterwards, from
// what is then true. A row that opens says what its request said already.
func (w *work) rewording() []Job {
	job := func(id string) []Job {
		return []Job{{Key: textKey(id), Kind: jobText, Subject: id, Due: w.now}}
	}
	switch {
	case w.after.split() || len(w.after.digestsOf()) > 0:
		return job(w.after.row.ID) // a row has that of its request put then, too
	case w.after.row.Parent != "" && !w.insert:
		return job(w.after.row.Parent)
	}
	return nil
}

// reword writes what a case with rows is found by, and has the same done for the case
// that it is a row of.
func (k *Kit) reword(ctx context.Context, job Job) error {
	c, err := k.takeToWork(ctx, job.Subject)
	if err != nil {
		return err
	}
	text, err := k.textWithRows(ctx, c)
	if err != nil {
		return err
	}
	digests := c.digestsOf()
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		// A row that has changed meanwhile has put the job again; then this settling
		// fails, and the text with it.
		if err := tx.Queue().Settle(ctx, Settlement{ID: job.ID, Fence: job.Fence, Done: true}); err != nil {
			return err
		}
		if k.cfg.Blobs != nil && len(digests) > 0 {
			states, err := fileStates(ctx, tx, digests)
			if err != nil {
				return err
			}
			if len(unreadFiles(states, digests)) > 0 {
				if err := enqueue(ctx, tx, k.moment(), k.readingJob(recordID(c.row.ID))); err != nil {
					return err
				}
			}
		}
		if c.row.Parent != "" {
			up := Job{Key: textKey(c.row.Parent), Kind: jobText, Subject: c.row.Parent, Due: k.moment()}
			if err := enqueue(ctx, tx, k.moment(), up); err != nil {
				return err
			}
		}
		return tx.Records().PutText(ctx, recordID(c.row.ID), text)
	})
}

// textWithRows is what a case is found by together with its files and its rows. What a row that can
// only be read hides isn't known, so such a row has to be readable in full first.
func (k *Kit) textWithRows(ctx context.Context, c caseInHand) (string, error) {
	owned, err := k.ownedNames(ctx, c)
	if err != nil {
		return "", err
	}
	parts := []any{k.searchText(&c, c.row, owned...)}
	if digests := c.digestsOf(); len(digests) > 0 {
		err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			words, err := wordsOfFiles(ctx, tx, digests)
			parts = []any{parts[0], words}
			return err
		})
		if err != nil {
			return "", err
		}
	}
	if !c.split() {
		return record.Text(parts...), nil
	}
	children, err := k.children(ctx, c.row.ID)
	if err != nil {
		return "", err
	}
	for _, child := range children {
		if err := child.writable(); err != nil {
			return "", err
		}
		text, err := k.textWithRows(ctx, child)
		if err != nil {
			return "", err
		}
		parts = append(parts, strings.Split(text, "\n")) // what it says in the same words is said once
	}
	return record.Text(parts...), nil
}

// namesOf are the names of those whom a task came to, and who did it in the end.
func namesOf(t workflow.Task) []string {
	var out []string
	for _, s := range t.Holder.Named {
		out = append(out, s.Name)
	}
	for _, s := range []*workflow.Signer{t.Claimed, t.Appointed, t.By, t.For} {
		if s != nil && s.Person != SystemPerson {
			out = append(out, s.Name)
		}
	}
	return out
}

// renamed says whether somebody has come to a case, or acted in it, since a moment
// whose name or opinion it may not be found by yet, or what was chosen is not by its name. The text that was written when the case was
// sent has the names of the tasks that opened with it.
func (c caseInHand) renamed(since time.Time) bool {
	if c.state.Phase == workflow.PhaseDraft {
		return false
	}
	if c.kind.owns() && !c.state.Submitted.Before(since) {
		return true
	}
	known := map[string]bool{c.row.ApplicantName: true}
	var fresh []workflow.Task
	for _, t := range c.state.Tasks {
		acted := t.By != nil && !t.Closed.Before(since)
		if opened := !t.Opened.Before(since) && t.Opened.After(c.state.Submitted); opened || acted {
			if c.kind.owns() && acted {
				return true // where he entered something, the action wrote the text without those names
			}
			fresh = append(fresh, t)
			if opened {
				continue
			}
			t.By, t.For = nil, nil // they are what may be new
		}
		for _, name := range namesOf(t) {
			known[name] = true
		}
	}
	for _, t := range fresh {
		if t.Comment != "" || slices.ContainsFunc(namesOf(t), func(name string) bool { return !known[name] }) {
			return true
		}
	}
	return false
}

// outsideWords are what is known of offices outside: their names, what went there and
// what came back, with the numbers on both sides.
func outsideWords(s workflow.State) []any {
	var out []any
	for _, t := range s.Tasks {
		if n := t.Outside; n != nil && t.Status != workflow.TaskVoid {
			out = append(out, n.To, n.Number, n.Text, n.ReplyNumber, n.Reply, n.Proof, n.Unasked)
		}
	}
	return out
}
