package record

import (
	"slices"
	"strings"
	"time"
)

// Retention is a rule of how long records are kept (保存年限). What several rules are for is kept
// as long as the longest of them says; what none is for, for ever.
type Retention struct {
	ID   string
	Name string
	// What it is for: a record that has one of the values of each that is not empty. Forms may end
	// in '*', as Query.Numbers.
	Kinds      []string
	Forms      []string
	DocKinds   []string
	Categories []string // with those below, worked out
	Systems    []string
	// Beside Kinds it is for records of AlsoKind under AlsoForms: an old request that was taken in
	// is a request.
	AlsoKind  string
	AlsoForms []string
	// How long after the day on which the record was closed, that day not counted. Permanent
	// (永久) is for ever, whatever else is said.
	Permanent     bool
	Years, Months int
	Basis         string // the provision it follows from
}

// For says whether the rule is for a record.
func (k Retention) For(r Record) bool {
	among := func(wanted []string, has ...string) bool {
		return len(wanted) == 0 || slices.ContainsFunc(has, func(v string) bool { return slices.Contains(wanted, v) })
	}
	kind := among(k.Kinds, r.Kind) || r.Kind == k.AlsoKind && OfForm(k.AlsoForms, r.Form)
	return kind && (len(k.Forms) == 0 || OfForm(k.Forms, r.Form)) && among(k.DocKinds, r.DocKind) && among(k.Categories, r.Category) && among(k.Systems, r.Systems...)
}

// Last is the last day on which the rule keeps a record that was closed on a day; both are
// midnights of the office. Of a permanent rule there is none, and ok is false.
//
// The day on which it was closed does not count, and it is kept until the day before the one that
// corresponds to its first, or to the end of a month that has no such day: what was closed as a month
// ends is kept to the end of one (行政程序法 §48, 民法 §121).
func (k Retention) Last(closed time.Time) (last time.Time, ok bool) {
	if k.Permanent {
		return time.Time{}, false
	}
	y, m, d := closed.AddDate(0, 0, 1).Date()
	m += time.Month(k.Years*12 + k.Months)
	end := time.Date(y, m+1, 0, 0, 0, 0, 0, closed.Location())
	if d > end.Day() {
		return end, true
	}
	return time.Date(y, m, d-1, 0, 0, 0, 0, closed.Location()), true
}

// Kept is how long a record is kept.
type Kept struct {
	Rule Retention // the one that keeps it longest; zero where none is for it
	// Last is the last day, a midnight of the office; zero where it is kept for ever or is not closed.
	Last time.Time
	Ever bool // for ever: a permanent rule, or none
}

// Over says whether its time is past on a day, a midnight of the office.
func (k Kept) Over(day time.Time) bool { return !k.Ever && !k.Last.IsZero() && day.After(k.Last) }

// KeptBy is how long rules keep a record. It is counted from the day on which it was closed, in
// the office's time zone; what has not ended is kept.
func KeptBy(rules []Retention, r Record, office *time.Location) Kept {
	out := Kept{Ever: true}
	y, m, d := r.Closed.In(office).Date()
	closed := time.Date(y, m, d, 0, 0, 0, 0, office)
	for _, rule := range rules {
		if !rule.For(r) {
			continue
		}
		last, ends := rule.Last(closed)
		if !ends {
			return Kept{Rule: rule, Ever: true}
		}
		if out.Rule.ID == "" || last.After(out.Last) {
			out = Kept{Rule: rule, Last: last}
		}
	}
	if r.Closed.IsZero() {
		out.Last = time.Time{}
	}
	return out
}

// Hold forbids that records are disposed of, whatever their time (暫緩銷毀): what a lawsuit, an
// audit or an investigation may ask for.
type Hold struct {
	ID   string
	Name string
	// Numbers are single records. Beside them it is for those that have one of the values of each
	// of the others that is not empty; where all of them are, for the numbers alone.
	Numbers []string
	Records []string // by their ids: of what is no record of its own, the one that it goes with
	Forms   []string
	Systems []string
	Units   []string
	People  []string
}

// OfForm says whether a form number is among those asked for, of which one that ends in * stands for
// all that begin so.
func OfForm(wanted []string, form string) bool {
	return form != "" && slices.ContainsFunc(wanted, func(w string) bool {
		start, all := strings.CutSuffix(w, "*")
		return w == form || all && strings.HasPrefix(form, start)
	})
}

// For says whether a hold is for a record.
func (h Hold) For(r Record) bool {
	if slices.Contains(h.Numbers, r.Number) && r.Number != "" || slices.Contains(h.Records, r.ID) {
		return true
	}
	if len(h.Forms)+len(h.Systems)+len(h.Units)+len(h.People) == 0 {
		return false
	}
	among := func(wanted []string, has ...string) bool {
		return len(wanted) == 0 || slices.ContainsFunc(has, func(v string) bool { return v != "" && slices.Contains(wanted, v) })
	}
	return (len(h.Forms) == 0 || OfForm(h.Forms, r.Form)) && among(h.Systems, r.Systems...) && among(h.Units, r.Unit) && among(h.People, r.Person)
}

// HeldBy is the first of holds that is for a record.
func HeldBy(holds []Hold, r Record) (Hold, bool) {
	if i := slices.IndexFunc(holds, func(h Hold) bool { return h.For(r) }); i >= 0 {
		return holds[i], true
	}
	return Hold{}, false
}
