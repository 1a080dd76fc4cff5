package document

import (
	"context"
	"time"
)

// MaxMonths is the longest cycle of reviews.
const MaxMonths = 120

// HouseMonths is the cycle of reviews of a document that names none.
const HouseMonths = 12

// Months is the cycle of reviews of a document.
func (d Document) Months() int {
	if d.ReviewMonths > 0 {
		return d.ReviewMonths
	}
	return HouseMonths
}

// NextAfter is the day of the review after one on an ISO date; the last of the month where that
// has no such day.
func (d Document) NextAfter(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return ""
	}
	next := t.AddDate(0, d.Months(), 0)
	if next.Day() != t.Day() {
		next = next.AddDate(0, 0, -next.Day())
	}
	return next.Format(time.DateOnly)
}

// Review notes that a document was reviewed and stays as it is, and when it is looked at again.
func (l Library) Review(ctx context.Context, id string, how Reviewed) error {
	d, err := l.document(ctx, id)
	if err != nil {
		return err
	}
	wrong := append(Reviewable(d), checkLengths(limited{FieldNote, how.Note, MaxText})...)
	if how.Next == "" {
		how.Next = d.NextAfter(how.On)
	}
	switch {
	case !validDate(how.Next):
		wrong = append(wrong, refuseAt(FieldNextReview, "date_form", "date", how.Next))
	case how.Next <= how.On:
		wrong = append(wrong, refuseAt(FieldNextReview, "review_past", "date", how.Next))
	default:
		wrong = append(wrong, ReviewFar(how.Next, how.On)...)
	}
	if len(wrong) > 0 {
		return wrong
	}
	was := d
	how.Version, d.NextReview = d.Current, how.Next
	d.Reviewed = append(d.Reviewed[:len(d.Reviewed):len(d.Reviewed)], how)
	d.Earlier = d.keeps(was, how.On)
	d.Revision++
	return l.store.PutDocument(ctx, d)
}

// ReviewBefore is the refusal of a next review that is not after the day on which the version is issued: it would be
// late from its first day. It is for whoever enters it; what was signed so is issued so, and is late. What is no
// date is refused elsewhere.
func ReviewBefore(next, issued string) Refusals {
	if !validDate(next) || !validDate(issued) || next > issued {
		return nil
	}
	return Refusals{refuseAt(FieldNextReview, "review_before", "date", next, "issued", issued)}
}

// ReviewFar is the refusal of a next review that is as good as never: more than MaxMonths after an
// ISO date.
func ReviewFar(next, from string) Refusals {
	if next == "" || next <= farFrom(from) {
		return nil
	}
	return Refusals{refuseAt(FieldNextReview, "review_far", "date", next)}
}

// farFrom is the last day that is not too far from an ISO date.
func farFrom(date string) string { return Document{ReviewMonths: MaxMonths}.NextAfter(date) }

// Reviewable is what Review would refuse of a document.
func Reviewable(d Document) Refusals {
	switch {
	case d.Retired != "":
		return Refusals{refuse("already_retired")}
	case d.Current == "":
		return Refusals{refuse("not_issued")}
	}
	return nil
}
