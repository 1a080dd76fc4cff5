package ismskit

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/evidence"
)

// DocumentReview notes that a document was reviewed and stays as it is (已審查，免修訂).
type DocumentReview struct {
	Document string // id
	Note     string // needed: what was looked at
	Next     string // ISO date of the next review; "" is by the document's cycle
	// Seen is the revision of the document that the person had before him, needed as in Filing.
	Seen int64
	// Key is the request's idempotency key, as in Action.
	Key string
}

// Reviewed notes such a review, with who, when and what for, on the document and its trail, and
// sets the day of the next one. For Rights.ManageDocs and for who heads the owning unit;
// ErrNotFound for a document he may not read, *document.Refusal where the note is missing or the
// document is not in force, *DocumentChanged and ErrKeyReused as for Put.
func (l DocumentLists) Reviewed(ctx context.Context, actor Actor, r DocumentReview) error {
	l.k = l.k.once()
	d := Documents(l)
	view, err := d.whole(ctx, actor, r.Document)
	if err != nil {
		return err
	}
	may, err := d.mayReview(ctx, actor, view.Document)
	if err == nil && !may {
		err = ErrForbidden
	}
	if err != nil {
		return err
	}
	r.Note, r.Next = strings.TrimSpace(r.Note), strings.TrimSpace(r.Next)
	request, err := requestDigest(r.Key, r)
	if err != nil {
		return err
	}
	for range maxRaces {
		err = d.review(ctx, actor, view.ID, r, request)
		var again bool
		if again, err = d.k.anew(ctx, actor, r.Key, err); !again {
			break
		}
	}
	if err != nil && r.Key != "" {
		_, err = d.filedBefore(ctx, actor, r.Key, request, err)
	}
	return d.k.refused(ctx, actor, err)
}

func (d Documents) review(ctx context.Context, actor Actor, id string, r DocumentReview, request evidence.Digest) error {
	return d.controlled(ctx, actor, id, Event{Verb: "reviewed", Comment: r.Note}, func(ctx context.Context, c controlling) error {
		if err := alone(ctx, c, aloneDocuments); err != nil {
			return err
		}
		if err := d.unchanged(ctx, actor, c, id, r.Seen); err != nil {
			return err
		}
		if r.Note == "" {
			return document.RefuseReviewNote()
		}
		err := c.lib.Review(ctx, id, document.Reviewed{On: c.today, Person: c.by.Person, By: c.by.Name, Note: r.Note, Next: r.Next})
		if err != nil || r.Key == "" {
			return err
		}
		return c.Outcomes().Put(ctx, Outcome{Actor: actor.Person, Key: r.Key, Request: request, Case: documentRecord(id), At: d.k.moment()})
	})
}

// mayReview says whether somebody may note that a document in force was reviewed.
func (d Documents) mayReview(ctx context.Context, actor Actor, doc document.Document) (bool, error) {
	if actor.system {
		return true, nil
	}
	files, err := d.MayFile(ctx, actor)
	if err != nil || files.May {
		return files.May, err
	}
	heads, err := d.headsOf(ctx, doc)
	return slices.Contains(heads, actor.Person), err
}

// headsOf are those who head the unit, or lead the group, that owns a document.
func (d Documents) headsOf(ctx context.Context, doc document.Document) (people []string, err error) {
	if doc.Group != "" {
		if people, err = d.leadsOf(ctx, doc.Group); err != nil {
			return nil, err
		}
	}
	if doc.Unit == "" {
		return people, nil
	}
	answers, err := d.k.resolve(ctx, []directory.Question{{ID: doc.Unit, Kind: directory.KindUnitHead, Unit: doc.Unit, At: d.k.moment()}})
	for _, a := range answers {
		for _, h := range a.Holders {
			people = append(people, h.Person)
		}
	}
	return people, err
}

// Due are the documents in force whose review is due by an ISO date, the earliest first, that the
// actor may read.
func (l DocumentLists) Due(ctx context.Context, actor Actor, by string) ([]document.Document, error) {
	l.k = l.k.once()
	all, err := l.k.Documents().List(ctx, actor, document.Query{States: []document.State{document.Current}})
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(d document.Document) bool { return d.NextReview == "" || d.NextReview > by })
	slices.SortStableFunc(all, func(a, b document.Document) int { return strings.Compare(a.NextReview, b.NextReview) })
	return all, nil
}

// LateReview is a document in force whose review is late by so many working days.
type LateReview struct {
	document.Document
	Days int
}

// Late are the documents whose day of review has passed, the earliest first, that the actor may read.
func (l DocumentLists) Late(ctx context.Context, actor Actor) ([]LateReview, error) {
	l.k = l.k.once()
	today := calendar.DateOf(l.k.moment().In(l.k.location))
	due, err := l.Due(ctx, actor, today.AddDays(-1).String())
	if err != nil {
		return nil, err
	}
	var out []LateReview
	for _, doc := range due {
		if late, days := Documents(l).reviewLate(doc, today); late {
			out = append(out, LateReview{doc, days})
		}
	}
	return out, nil
}

// reviewNotice is how many days before a review its document's keepers are told of it, and how
// often they are after its day.
const reviewNotice = 30

// reviewStage is which notice of a review is due: before its day, on it, and every thirty days
// after it; "" for none. Each is told once, also where nights were missed.
func reviewStage(due, today calendar.Date) string {
	switch {
	case today.AddDays(reviewNotice).Before(due):
		return ""
	case today.Before(due):
		return "before"
	}
	n := 0
	for day := due.AddDays(reviewNotice); !today.Before(day); day = day.AddDays(reviewNotice) {
		n++
	}
	return strconv.Itoa(n)
}

// remindOfReviews tells those who keep documents, and who heads the unit that owns one, of
// reviews that are due.
func (d Documents) remindOfReviews(ctx context.Context) error {
	now := d.k.moment()
	today := calendar.DateOf(now.In(d.k.location))
	due, err := DocumentLists(d).Due(ctx, System("reviews"), today.AddDays(reviewNotice).String())
	if err != nil || len(due) == 0 {
		return err
	}
	var keepers []string
	for _, role := range d.k.cfg.Rights.ManageDocs {
		module, key, _ := strings.Cut(role, "/")
		members, err := d.k.members(ctx, directory.PoolOfRole(module, key, ""), now)
		if err != nil {
			return err
		}
		for _, m := range members {
			keepers = append(keepers, m.Person)
		}
	}
	var all []Message
	for _, doc := range due {
		day, err := parseISO(doc.NextReview)
		if err != nil {
			continue // an earlier program's
		}
		heads, err := d.headsOf(ctx, doc)
		if err != nil {
			return err
		}
		people := slices.Concat(keepers, heads)
		slices.Sort(people)
		for _, person := range slices.Compact(people) {
			if _, err := d.readable(ctx, Actor{Person: person}, doc.ID); errors.Is(err, ErrNotFound) || errors.Is(err, ErrForbidden) {
				continue // what he may not read isn't told, and who has left isn't either
			} else if err != nil {
				return err
			}
			all = append(all, d.reviewMessage(doc, day, reviewStage(day, today), person))
		}
	}
	return d.k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		fresh, err := unsaid(ctx, tx, all)
		if err != nil {
			return err
		}
		return d.k.putMessages(ctx, tx, now, fresh)
	})
}

func (d Documents) reviewMessage(doc document.Document, day calendar.Date, stage, person string) Message {
	now, rule := d.k.moment(), ruleReview
	params := map[string]string{"number": doc.Number, "title": document.TitleIn(doc.Title, d.k.cfg.Lang)}
	if d.k.cfg.Lang == "" || strings.HasPrefix(d.k.cfg.Lang, "zh") {
		params["day"] = day.ROC()
	} else {
		params["day"] = day.String()
	}
	subject, body := "notice.review.subject", "notice.review.body"
	if stage != "before" && stage != "0" {
		subject, body = "review.late_subject", "review.late_body"
	}
	m := Message{
		ID: rule + "|" + doc.ID + "|" + doc.NextReview + "|" + stage + "|" + person, Person: person, Rule: rule, Kind: MessageRead, Created: now, Due: now,
		Subject: d.k.text(subject, params), Body: d.k.text(body, params), Link: documentLink(doc.ID, doc.Current),
	}
	if d.k.classes().Confidential(doc.Class) {
		m.Subject, m.Body = d.k.text("news.secret_document.subject", nil), d.k.text("news.secret_document.body", nil)
	}
	return m
}

// unsaid are the messages that nobody has had yet.
func unsaid(ctx context.Context, tx Tx, all []Message) (fresh []Message, err error) {
	if len(all) == 0 {
		return nil, nil
	}
	ids := make([]string, len(all))
	for i, m := range all {
		ids[i] = m.ID
	}
	told, err := tx.Queue().Messages(ctx, MessageQuery{IDs: ids, Limit: len(ids)})
	for _, m := range all {
		if !slices.ContainsFunc(told, func(t Message) bool { return t.ID == m.ID }) {
			fresh = append(fresh, m)
		}
	}
	return fresh, err
}
