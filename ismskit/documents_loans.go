package ismskit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/register"
)

// A document that somebody may not read by its class is lent to him for a time (調閱): a request
// (Type.Lends) names it, its owner approves, and a row of the list of loans lets him read it from
// the first day to the last. Nothing ends it but the calendar, or Loans.End before.

// Fields of a row of the list of loans.
const (
	LoanPerson   = "person"
	LoanDocument = "document"
	LoanPeriod   = "period"
	LoanRequest  = "request"
	LoanCase     = "case"
	loanEnded    = "ended"
	loanEndedBy  = "ended_by"
	loanReason   = "reason"
)

// MaxLoanReason is how long the reason may be for which a loan ends early, in characters.
const MaxLoanReason = 200

// Loan is a document that is lent to somebody.
type Loan struct {
	ID       string
	Revision int64 // to be named by who ends it
	Person   string
	Name     string
	Document string // id
	Period   forms.Period
	Request  string // number of the request
	Case     string // its id
	Ended    calendar.Date
	EndedBy  string // name
	Reason   string
	// Holds says that it lets him read today; Over that its time is past, or it was ended.
	Holds, Over bool
}

// reach is what an actor may read; nil is every document. What is of a class that not everybody of the
// house reads is for those who may read everything (K18), and for whom it is lent to.
func (d Documents) reach(ctx context.Context, actor Actor) (*document.Reach, error) {
	all, err := d.readsAll(ctx, actor)
	if err != nil || all {
		return nil, err
	}
	scale, err := d.k.classesNow(ctx)
	if err != nil {
		return nil, err
	}
	lent, err := d.lentTo(ctx, actor.Person)
	return &document.Reach{Classes: scale.open(), IDs: lent}, err
}

// readsAll says whether somebody may read documents of every class.
func (d Documents) readsAll(ctx context.Context, actor Actor) (bool, error) {
	if actor.system {
		return true, nil
	}
	if _, err := d.k.person(ctx, actor.Person, d.k.moment()); err != nil {
		return false, err
	}
	return d.k.hasRole(ctx, actor.Person, slices.Concat(d.k.cfg.Rights.ReadAll, d.k.cfg.Rights.ManageDocs))
}

// lentTo are the documents lent to somebody that he may read now.
func (d Documents) lentTo(ctx context.Context, person string) ([]string, error) {
	if person == "" {
		return nil, nil
	}
	loans, err := d.loansOf(ctx, register.Key(LoanPerson, person))
	var ids []string
	for _, l := range loans {
		if l.Holds && !slices.Contains(ids, l.Document) {
			ids = append(ids, l.Document)
		}
	}
	return ids, err
}

func (d Documents) loansOf(ctx context.Context, key string) ([]Loan, error) {
	rows, err := d.k.rowsNow(ctx, register.Query{List: register.DocumentLoans, Keys: []string{key}})
	if err != nil {
		return nil, err
	}
	today := calendar.DateOf(d.k.moment().In(d.k.location))
	loans := make([]Loan, 0, len(rows))
	for _, row := range rows {
		v, err := d.k.lists.Values(row)
		if err != nil {
			return nil, err
		}
		loans = append(loans, loanOf(row, v, today))
	}
	return loans, nil
}

func loanOf(row register.Row, v forms.Values, today calendar.Date) Loan {
	text := func(key string) string { s, _ := v[key].(string); return s }
	ref := func(key string) forms.Ref { r, _ := v[key].(forms.Ref); return r }
	l := Loan{
		ID: row.ID, Revision: row.Revision, Person: ref(LoanPerson).ID, Name: ref(LoanPerson).Name, Document: ref(LoanDocument).ID,
		Request: text(LoanRequest), Case: text(LoanCase), EndedBy: ref(loanEndedBy).Name, Reason: text(loanReason),
	}
	l.Period, _ = v[LoanPeriod].(forms.Period)
	l.Ended, _ = v[loanEnded].(calendar.Date)
	// A row that nobody could have approved lets nobody in.
	l.Over = !l.Ended.IsZero() || l.Period.To.IsZero() || l.Period.To.Before(today)
	l.Holds = !l.Over && !l.Period.From.IsZero() && !today.Before(l.Period.From)
	return l
}

// DocumentLoans are the loans of documents.
type DocumentLoans struct{ k *Kit }

// Loans are the loans of documents.
func (l DocumentLists) Loans() DocumentLoans { return DocumentLoans(l) }

// Of lists the loans of a document, those that hold first and then the latest. For
// Rights.ManageDocs and Rights.ReadAll; ErrNotFound for anybody else.
func (l DocumentLoans) Of(ctx context.Context, actor Actor, id string) ([]Loan, error) {
	l.k = l.k.once()
	d := Documents(l)
	all, err := d.readsAll(ctx, actor)
	if err != nil {
		return nil, err
	}
	if !all {
		return nil, ErrNotFound
	}
	doc, _, err := d.stored(ctx, id)
	if err != nil {
		return nil, err
	}
	if doc.ID == "" {
		return nil, ErrNotFound
	}
	loans, err := d.loansOf(ctx, register.Key(LoanDocument, id))
	slices.SortStableFunc(loans, func(a, b Loan) int {
		switch {
		case a.Over != b.Over && a.Over:
			return 1
		case a.Over != b.Over:
			return -1
		}
		return b.Period.From.Compare(a.Period.From)
	})
	return loans, err
}

// LoanEnd ends a loan before its time.
type LoanEnd struct {
	ID     string
	Seen   int64 // Loan.Revision as the person had it before him
	Reason string
	// Key is the request's idempotency key, as in Action.
	Key string
}

// End ends a loan before its time: whom the document was lent to reads it no more from that
// moment, and is told why. For Rights.ManageDocs; ErrNotFound for anybody else. A reason that is
// missing or too long is forms.Invalid at reason, a loan that is over already at id, and a stale
// Seen ErrConflict; ErrKeyReused as for Documents.Put.
func (l DocumentLoans) End(ctx context.Context, actor Actor, end LoanEnd) error {
	l.k = l.k.once()
	request, err := requestDigest(end.Key, end)
	if err != nil {
		return err
	}
	err = l.end(ctx, actor, end, request)
	if err != nil && end.Key != "" {
		_, err = Documents(l).filedBefore(ctx, actor, end.Key, request, err)
	}
	return err
}

// end does so once.
func (l DocumentLoans) end(ctx context.Context, actor Actor, end LoanEnd, request evidence.Digest) error {
	k := l.k
	err := k.allow(ctx, actor, k.cfg.Rights.ManageDocs)
	if errors.Is(err, ErrForbidden) {
		return ErrNotFound
	}
	if err != nil {
		return err
	}
	rows, err := k.rowsNow(ctx, register.Query{List: register.DocumentLoans, IDs: []string{end.ID}})
	if err != nil {
		return err
	}
	if len(rows) != 1 {
		return ErrNotFound
	}
	values, err := k.lists.Values(rows[0])
	if err != nil {
		return err
	}
	now := k.moment()
	today := calendar.DateOf(now.In(k.location))
	loan := loanOf(rows[0], values, today)
	reason := strings.TrimSpace(end.Reason)
	switch {
	case loan.Over:
		return loanFault("id", "loan.over", nil)
	case reason == "":
		return loanFault("reason", "loan.reason", nil)
	case len([]rune(reason)) > MaxLoanReason:
		return loanFault("reason", "loan.reason_long", map[string]string{"max": fmt.Sprint(MaxLoanReason)})
	}
	by, err := k.person(ctx, actor.Person, now)
	if err != nil {
		return err
	}
	values = values.Clone()
	values[loanEnded], values[loanReason] = today, reason
	values[loanEndedBy] = forms.Ref{List: "register/" + register.People, ID: by.Person, Name: by.Name}
	change := RowChange{List: register.DocumentLoans, ID: end.ID, Seen: end.Seen, Values: values, Reason: reason}
	_, err = Registers(l).change(ctx, actor, change, func(ctx context.Context, tx Tx) error {
		if end.Key != "" {
			if err := tx.Outcomes().Put(ctx, Outcome{Actor: actor.Person, Key: end.Key, Request: request, Case: documentRecord(loan.Document), At: now}); err != nil {
				return err
			}
		}
		return k.putMessages(ctx, tx, now, []Message{{
			ID: ruleLoanEnded + "|" + end.ID, Person: loan.Person, Rule: ruleLoanEnded, Kind: MessageRead, Created: now, Due: now,
			Subject: k.text("news.secret_document.subject", nil), Body: k.text("news.secret_document.body", nil), Case: loan.Case, // K18
		}})
	})
	return err
}

// loanOfCase is the loan that a request for one led to, nil for none.
func (k *Kit) loanOfCase(ctx context.Context, c caseInHand, hidden []string) (*Loan, error) {
	if c.kind.Lends == "" || slices.Contains(hidden, c.kind.Lends) {
		return nil, nil
	}
	loans, err := k.Documents().loansOf(ctx, register.Key(LoanCase, c.row.ID))
	if err != nil || len(loans) == 0 {
		return nil, err
	}
	return &loans[0], nil
}

func loanFault(field, key string, params map[string]string) error {
	return forms.Invalid{{Field: field, Code: key, Text: sayAll(key, func(string) map[string]string { return params })}}
}

// checkLends holds Type.Lends to the form.
func (k *kind) checkLends() error {
	if k.Lends == "" {
		return nil
	}
	f, ok := fieldNamed(k.Form.Fields, k.Lends)
	if !ok || f.Type != "ref" || !f.Later {
		return fmt.Errorf("lends: field %q is no reference of the form that a step fills in", k.Lends)
	}
	return nil
}

// lentFields are the fields of a request for a loan that tell which document it is: its applicant
// may have named one that he is to know nothing of.
func (k *kind) lentFields() []string {
	if k.Lends == "" {
		return nil
	}
	out := []string{k.Lends}
	for _, d := range k.Derived {
		if d.Of == k.Lends {
			out = append(out, d.Field)
		}
	}
	return out
}

// unlent are the fields of a request for a loan that keep from its reader which document it is,
// while he may not read that and it was not lent to him. Whoever decided on it knows it.
func (k *Kit) unlent(ctx context.Context, actor Actor, c caseInHand) ([]string, error) {
	if c.kind.Lends == "" || actor.system {
		return nil, nil
	}
	ref, _ := c.values[c.kind.Lends].(forms.Ref)
	if ref.ID == "" {
		return nil, nil
	}
	loans, err := k.Documents().loansOf(ctx, register.Key(LoanCase, c.row.ID))
	if err != nil || len(loans) > 0 && c.row.Applicant == actor.Person {
		return nil, err
	}
	all, err := k.Documents().readsAll(ctx, actor)
	if err != nil || all {
		return nil, err
	}
	doc, _, err := k.Documents().stored(ctx, ref.ID)
	if err != nil {
		return nil, err
	}
	if reach, err := k.Documents().reach(ctx, actor); err != nil || doc.ID != "" && reach.Lets(doc) {
		return nil, err
	}
	return c.kind.lentFields(), nil
}
