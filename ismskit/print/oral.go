package print

import (
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// Oral says how a case came about that was approved by word of mouth first: the three
// times in their order, each with its label, and what its approver says to it himself.
// It is nil for an ordinary case.
func Oral(o *ismskit.OralApproval, in forms.Locale) []Fact {
	if o == nil {
		return nil
	}
	lang := in.Lang
	fact := func(label string, parts ...string) Fact {
		var said []string
		for _, p := range parts {
			if p != "" {
				said = append(said, p)
			}
		}
		return Fact{Label: say(lang, label), Text: strings.Join(said, say(lang, "comma"))}
	}
	approved, done, written, confirmed := "", "", say(lang, "oral.unwritten"), say(lang, "oral.unconfirmed")
	if !o.Approved.IsZero() {
		approved = in.Moment(o.Approved)
	}
	if !o.Done.IsZero() {
		done = in.Moment(o.Done)
	}
	if !o.Written.IsZero() {
		written = in.Moment(o.Written)
	}
	due := ""
	if !o.Due.Date.IsZero() {
		due = say(lang, "oral.due", "date", in.Day(o.Due.Date))
		if o.Late {
			due = say(lang, "oral.late", "date", in.Day(o.Due.Date))
		}
	}
	if o.Confirmed != nil {
		confirmed = say(lang, "oral.confirmed_by", "at", in.Moment(o.ConfirmedAt), "who", who(*o.Confirmed))
	}
	return []Fact{fact("oral.approved", approved, o.Approver), fact("oral.done", done), fact("oral.written", written, due, o.Reason), fact("oral.confirmed", confirmed)}
}
