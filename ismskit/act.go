package ismskit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/workflow"
)

// VerbSave keeps a draft, or a returned case, without sending it (暫存).
const VerbSave workflow.Verb = "save"

// MaxComment is the most characters of an opinion or a reason: what is longer belongs
// in a field or a file of the form.
const MaxComment = 2000

// FieldComment is the field at which forms.Invalid says what is wrong with an opinion.
const FieldComment = "comment"

// Action is one act on one case: every verb is one.
type Action struct {
	Verb workflow.Verb
	// Task is the task acted on. For verbs of a step it may be left out when the
	// actor has exactly one open task in the case.
	Task string
	// Revision is that of the case the person had on his screen; 0 compares
	// nothing. If fields, files or the way of the case have changed since, the
	// action is refused with a *Conflict.
	Revision int64
	// Values are the fields that change: what is missing stays as it is, what is
	// nil is emptied, and so are cells of a row that is there already. A table is
	// the list of its rows: one left out is taken out, where rows may be.
	Values forms.Values
	// Typed is, for save alone, what was typed and cannot be read as a value, by
	// its name on a page ("start", "lines.2.period.to"): a draft keeps it exactly
	// as it is. Case gives it back with its complaint; a case with such texts is
	// not sent.
	Typed forms.Posted
	// Unread is what else was typed and could not be read, each at its field (a day
	// that is none, a name that fits nobody): with any of it the action is refused as
	// forms.Invalid, together with all that the rules say of the rest. What of it stands
	// beside the form's fields is at FieldComment, FieldResult, FieldPeople, FieldTerm,
	// or below FieldChosen and "outside".
	Unread forms.Invalid
	// Comment is the opinion, or the reason where one is required, of at most MaxComment
	// characters. It is kept as a form keeps a text of several lines: in Unicode's form C,
	// without blanks at its ends. Refused is forms.Invalid at FieldComment.
	Comment string
	// Files are what comes with what is said (附件), where MayAttach says so: uploads of the actor
	// (Files.Upload), at most MaxAttached, by their digests. Name is what they are called here;
	// size and kind are those that were found. Whoever reads the case reads them. Refused is
	// forms.Invalid at FieldAttached.
	Files   []forms.File `json:",omitempty"`
	Result  string       // for record: key of one of the step's results
	To      string       // for return: a step's id, "" for the usual target
	Outside *workflow.OutsideNote
	// People are the ids of those whom add_before, add_after, consult, delegate,
	// reassign, appoint and copy name; for remove_signer, who was to sign afterwards.
	People []string
	// Units are the ids of units that consult names, besides People or alone: who heads one, or
	// decides in the head's place, is asked for it. Refused is workflow.ErrUnitNobody where
	// nobody does.
	Units []string `json:",omitempty"`
	// Chosen are the people of later steps, by step, where a decision or the
	// submission chooses them. Save keeps them with the draft, and so does what is
	// not sent again. Refused is forms.Invalid at FieldChosen for an applicant's.
	Chosen map[string][]string
	// Applicant is, for save and submit of a draft of the actor's own, for whom he
	// fills it in, as in Opening; "" leaves it as it is. Refused is forms.Invalid at
	// FieldApplicant: a draft that is somebody else's already stays his, but for that of a paper,
	// which is its writer's until it is sent.
	Applicant string
	// Shown is, for save and submit, whom the page said it would come to (Route.Shown):
	// a step that opens for others is told in Receipt.Rerouted, and nothing is refused
	// for it. It is no part of the request that Key names.
	Shown map[string][]string `json:"-"`
	// Afresh is for reassign: whoever takes over begins from nothing, as where the former
	// holder has an interest of his own in the matter. What that one had planned (who signs
	// after him, more time that he asked for) and noted of an outside office does not go along.
	Afresh bool
	// Term is how much more time extend asks for, e.g. "5wd".
	Term string
	// Key is the request's idempotency key: the same key with the same request is
	// answered as before, with another request refused as ErrKeyReused, for as long
	// as Config.RememberKeys says. New rows are the same where they have the same
	// identity; forms.Form.NamingRows reads them so.
	Key string
	// Certificate is, where the step asks for one (workflow.Step.Certificate), the decision
	// signed with his certificate. Without it, and without Owe, the action is refused as
	// *Unsigned, which says what is to be signed, and with one that does not do as well, which
	// then is forms.Invalid at FieldCertificate too.
	Certificate *Signing `json:",omitempty"`
	// Owe is why he can't use his certificate now, where the step lets him make up for it later
	// (補簽), of at most MaxComment characters. Refused is forms.Invalid at FieldOwe.
	Owe string `json:",omitempty"`

	batch *batched // of several decided with one act; Work.Sign
}

// Receipt says what became of an action.
type Receipt struct {
	Case     string
	Number   string
	Revision int64
	Phase    workflow.Phase
	Outcome  workflow.Outcome
	// Wrong is, after save, what is wrong with the draft as it is kept.
	Wrong forms.Invalid
	// Prepared is the draft that the action has put before the actor, "" for none.
	Prepared string
	// Rerouted are the steps that come to others than was shown before it was sent (U6).
	Rerouted []Rerouted
	// Repeated is true when the action had been done before under the same key.
	Repeated bool
}

// Conflict refuses an action on a stale screen, with what happened since.
// errors.Is(err, ErrConflict) holds.
type Conflict struct {
	Revision int64   // the case's now
	Since    []Entry // what happened, oldest first
	// Draft is when a draft was last kept, by its writer in another window: a
	// draft has no trail. Zero for a case on its way.
	Draft time.Time
	// Why is what the action was refused for, where others were first with what it was
	// to do: nil where it can be sent once more.
	Why *workflow.Refusal
}

// Error names no values.
func (c *Conflict) Error() string {
	return fmt.Sprintf("ismskit: changed meanwhile: %d entries, now revision %d", len(c.Since), c.Revision)
}

// Unwrap makes it an ErrConflict, and the refusal that it explains.
func (c *Conflict) Unwrap() []error {
	if c.Why == nil {
		return []error{ErrConflict}
	}
	return []error{c.Why, ErrConflict}
}

// maxRaces is how often an action is carried out anew after it lost to another
// one that does not concern it.
const maxRaces = 20

// Act applies one action to one case. Refusals are forms.Invalid, *Conflict, *Unsigned,
// *workflow.Refusal (workflow.ErrNotYours for what is not his to do in a case that he
// sees, which is ErrForbidden too), *Barred (a form that was abolished is to be sent), ErrNotFound
// (also for a case the actor may not see), ErrKeyReused, *ReadOnly. A refused action leaves no trace but
// a line in the log.
func (k *Kit) Act(ctx context.Context, actor Actor, caseID string, a Action) (Receipt, error) {
	request, err := requestDigest(a.Key, struct {
		Case string
		Action
		Batch *batched `json:",omitempty"`
	}{caseID, a, a.batch})
	if err != nil {
		return Receipt{}, err
	}
	var receipt Receipt
	for range maxRaces {
		receipt, err = k.act(ctx, actor, caseID, a, request)
		var again bool
		if again, err = k.anew(ctx, actor, a.Key, err); !again {
			break
		}
	}
	return k.outcome(ctx, actor, a.Key, request, receipt, err)
}

// row reads one case.
func (k *Kit) row(ctx context.Context, id string) (CaseRow, error) {
	var row CaseRow
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		r, err := tx.Cases().Get(ctx, id)
		row = r
		return err
	})
	return row, err
}

// take reads a case and everything an action needs to know of it.
func (k *Kit) take(ctx context.Context, id string) (caseInHand, error) {
	row, err := k.row(ctx, id)
	if err != nil {
		return caseInHand{}, err
	}
	c, err := k.inHand(ctx, row)
	if err == nil {
		err = k.countedAnew(ctx, &c)
	}
	return c, err
}

// takeToWork is take for an action: a case that can only be read is refused.
func (k *Kit) takeToWork(ctx context.Context, id string) (caseInHand, error) {
	c, err := k.take(ctx, id)
	if err == nil {
		err = c.writable()
	}
	return c, err
}

func (k *Kit) inHand(ctx context.Context, row CaseRow) (caseInHand, error) {
	kind, err := k.kinds.of(ctx, k.store, row.Type, row.Version)
	if err != nil {
		return caseInHand{}, err
	}
	c := caseInHand{row: row, kind: kind}
	if c.state, err = kind.flow.Parse(row.State); err != nil {
		return caseInHand{}, &unreadCase{row.ID, err}
	}
	var invalid forms.Invalid
	if c.values, invalid = kind.form.Restore(row.Values); len(invalid) > 0 {
		return caseInHand{}, &unreadCase{row.ID, invalid}
	}
	if c.extra, err = parseExtra(row.Extra); err != nil {
		return caseInHand{}, &unreadCase{row.ID, err}
	}
	if d := c.extra.Disposed; d != nil {
		c.place = &filedAs{}
		if err := json.Unmarshal(d.Filed, c.place); err != nil {
			return caseInHand{}, &unreadCase{row.ID, err}
		}
	}
	if c.extra.Heir != nil {
		c.state.Heir = *c.extra.Heir
	}
	if err := k.knows(ctx, c.extra.Calendar); err != nil {
		return c, err
	}
	return k.renewed(ctx, c)
}

// act is one attempt.
func (k *Kit) act(ctx context.Context, actor Actor, caseID string, a Action, request evidence.Digest) (Receipt, error) {
	k = k.once()
	if err := k.freshen(ctx); err != nil {
		return Receipt{}, err
	}
	c, err := k.take(ctx, caseID)
	if err != nil {
		return Receipt{}, err
	}
	now := k.moment()
	who, err := k.identify(ctx, actor, c, a, now)
	if err != nil {
		return Receipt{}, k.overtaken(ctx, actor, c, a, err)
	}
	if err := c.writable(); err != nil {
		return Receipt{}, err
	}
	if err := k.notStale(ctx, actor, c, who.task, a); err != nil {
		return Receipt{}, err
	}
	if c, err = k.enteredBy(ctx, c, a.Values); err != nil {
		return Receipt{}, err
	}
	if a.Verb == workflow.VerbSubmit {
		if bar, err := k.sendingEnded(ctx, c, a.Values); err != nil {
			return Receipt{}, err
		} else if bar != nil {
			return Receipt{}, bar
		}
	}
	w := newWork(k, c, actor, who, now)
	w.request, w.key = request, a.Key
	if a.Applicant != "" && a.Applicant != c.row.Applicant {
		if err := w.forAnother(ctx, a); err != nil {
			return Receipt{}, err
		}
	}
	w.passOn()
	comment, wrong := forms.CleanText(FieldComment, forms.Text(k.texts("comment")), a.Comment, MaxComment)
	if wrong != nil {
		a.Unread = append(slices.Clip(a.Unread), *wrong)
	} else {
		a.Comment = comment
	}
	a.Unread = append(slices.Clip(a.Unread), w.owing(&a)...)
	unread, err := w.unread(ctx, a)
	if err != nil {
		return Receipt{}, err
	}
	a.Unread = append(a.Unread, unread...)
	if len(a.Files) > 0 {
		files, unfit, err := w.attached(ctx, a)
		if err != nil {
			return Receipt{}, err
		}
		a.Unread = append(a.Unread, unfit...)
		w.handIn(files)
	}
	switch a.Verb {
	case VerbSave:
		err = w.save(ctx, a)
	case VerbHandAgain:
		err = w.handAgain(a)
	case VerbRetract:
		err = w.retract(a)
	case VerbAmend:
		err = w.amend(ctx, a)
	default:
		err = w.step(ctx, a)
	}
	if err != nil {
		return Receipt{}, k.overtaken(ctx, actor, c, a, err)
	}
	receipt, err := w.commit(ctx)
	if err == nil {
		receipt.Prepared = k.openPrepared(ctx, w)
	}
	return receipt, err
}
