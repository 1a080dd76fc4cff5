package ismskit

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// filledIn reads a node's form. Each reader takes what the flow has now: where the form says
// the same, that stays to the letter, and with it what the form cannot say.
type filledIn forms.Values

func (f filledIn) text(key string) string { s, _ := f[key].(string); return s }

// option is what was chosen; where there was nothing to choose from, nothing.
func (f filledIn) option(key string) string {
	if s := f.text(key); s != noOption {
		return s
	}
	return ""
}
func (f filledIn) yes(key string) bool   { is, _ := f[key].(bool); return is }
func (f filledIn) number(key string) int { n, _ := f[key].(int64); return int(n) }

// list keeps the order of before where it names the same.
func (f filledIn) list(key string, before []string) []string {
	now, _ := f[key].([]string)
	now = slices.DeleteFunc(slices.Clone(now), func(s string) bool { return s == noOption })
	if len(now) == len(before) && !slices.ContainsFunc(now, func(s string) bool { return !slices.Contains(before, s) }) {
		return before
	}
	return now
}

// words are a text with what the form asks of it; other languages stay.
func (f filledIn) words(key string, before workflow.Text) workflow.Text {
	out := maps.Clone(before)
	if out == nil {
		out = workflow.Text{}
	}
	for lang, part := range map[string]string{"zh-TW": "_zh", "en": "_en"} {
		switch s := f.text(key + part); {
		case s == "":
			delete(out, lang)
		case s != strings.TrimSpace(out[lang]): // a form leaves out what a text that is put behind another begins with
			out[lang] = s
		}
	}
	if len(out) == 0 && len(before) == 0 {
		return before
	}
	return out
}

// term is a length of time; a number without a unit is in working days.
func (f filledIn) term(key, before string) string {
	n, given := f[key+"_n"].(int64)
	unit := f.text(key + "_unit")
	if !given {
		if _, err := calendar.ParseTerm(before); err != nil {
			return before // it could not be shown
		}
		return ""
	}
	if unit == "" {
		unit = calendar.WorkingDays.String()
	}
	return strconv.FormatInt(n, 10) + unit
}

// word is the empty word where the flow has none and the form says what that means.
func word[T ~string](f filledIn, key string, before, usual T) T {
	now := T(f.text(key))
	if before == "" && now == usual {
		return before
	}
	return now
}

// rows makes one of each row of a table, from the one it stood for before.
func rows[T any](f filledIn, key string, before []T, read func(row filledIn, was T) T) []T {
	table, _ := f[key].([]forms.Row)
	var out []T
	for _, row := range table {
		var was T
		id, _ := row[forms.RowID].(string)
		if i, err := strconv.Atoi(strings.TrimPrefix(id, "old")); err == nil && i >= 0 && i < len(before) && id == keptRow(i) {
			was = before[i]
		}
		out = append(out, read(filledIn(row), was))
	}
	return out
}

// stepOf is a step as its form was filled in.
func stepOf(s workflow.Step, v forms.Values) workflow.Step {
	f := filledIn(v)
	s.Name, s.Kind = f.words("name", s.Name), workflow.Kind(f.text("kind"))
	s.Who = rows(f, "who", s.Who, whoOf)
	s.Need = needOf(f, s.Need)
	s.Due = dueOf(f, "due", s.Due)
	if s.Due != nil {
		s.Due.From = word(f, "due_from", s.Due.From, workflow.DueFromOpened)
	}
	s.Remind = remindOf(f, s.Remind)
	s.Extend = extendOf(f, s.Extend)
	s.Timeout = timeoutOf(f, s.Timeout)
	s.Edit, s.Require, s.Hide = f.list("edit", s.Edit), f.list("require", s.Require), f.list("hide", s.Hide)
	s.Material = f.some("material", "all", "material_fields", s.Material)
	s.ReturnTo = f.some("returns", "usual", "return_to", s.ReturnTo)
	s.Resubmit = word(f, "resubmit", s.Resubmit, workflow.ResubmitAgain)
	s.OnReject = word(f, "on_reject", s.OnReject, workflow.RejectCloses)
	s.SameSigner = word(f, "same_signer", s.SameSigner, workflow.SameSignerAgain)
	s.OnUnable = word(f, "on_unable", s.OnUnable, "usual")
	if s.OnUnable == "usual" {
		s.OnUnable = ""
	}
	s.NotSameAs = f.list("not_same_as", s.NotSameAs)
	s.Alone = aloneOf(f, s.Alone)
	s.InPerson, s.Reauth, s.Batch = f.yes("in_person"), f.yes("reauth"), f.yes("batch")
	if without := f.list("without", strs(s.Without)); !slices.Equal(without, strs(s.Without)) {
		s.Without = nil
		for _, verb := range without {
			s.Without = append(s.Without, workflow.Verb(verb))
		}
	}
	if s.Certificate = word(f, "certificate", s.Certificate, "none"); s.Certificate == "none" {
		s.Certificate = ""
	}
	s.Results = resultsOf(f, s.Results)
	if !f.yes("outside") {
		s.Outside = nil
	} else {
		was := workflow.Outside{}
		if s.Outside != nil {
			was = *s.Outside
		}
		s.Outside = &workflow.Outside{When: f.text("outside_when"), To: f.words("outside", was.To)}
	}
	s.Choose = picksOf(f, "choose", s.Choose)
	return s
}

// some is a list that means something where it is missing, and something else where it is
// empty.
func (f filledIn) some(key, usual, list string, before []string) []string {
	switch f.text(key) {
	case "none":
		return []string{}
	case "some":
		if now := f.list(list, before); now != nil {
			return now
		}
		return []string{}
	}
	return nil
}

func needOf(f filledIn, n workflow.Need) workflow.Need {
	n.Kind = word(f, "need", n.Kind, workflow.CountAny)
	n.N, n.Percent, n.InOrder = f.number("need_n"), f.number("need_percent"), f.yes("in_order")
	n.Weights = weightsOf(f)
	return n
}

func dueOf(f filledIn, key string, before *workflow.Due) *workflow.Due {
	due := workflow.Due{}
	if before != nil {
		due = *before
	}
	if due.Term = f.term(key, due.Term); due.Term == "" {
		return nil
	}
	return &due
}

func remindOf(f filledIn, before *workflow.Remind) *workflow.Remind {
	was := workflow.Remind{}
	if before != nil {
		was = *before
	}
	now := workflow.Remind{
		Before: rows(f, "remind", was.Before, func(row filledIn, term string) string { return row.term("remind", term) }),
		OnDay:  f.yes("remind_day"), Every: f.term("every", was.Every), Max: f.number("remind_max"),
		Escalate: rows(f, "escalate", was.Escalate, func(row filledIn, e workflow.Escalation) workflow.Escalation {
			return workflow.Escalation{After: row.term("late", e.After), To: whoOf(row, e.To)}
		}),
	}
	if len(now.Before) == 0 && !now.OnDay && now.Every == "" && now.Max == 0 && len(now.Escalate) == 0 {
		return nil
	}
	return &now
}

func timeoutOf(f filledIn, before *workflow.Timeout) *workflow.Timeout {
	then := workflow.TimeoutThen(f.text("timeout_then"))
	if then == "" || then == "wait" {
		return nil
	}
	t := workflow.Timeout{}
	if before != nil {
		t = *before
	}
	t.Then, t.After, t.Until = then, f.term("timeout", t.After), f.text("timeout_until")
	if t.Until == noOption {
		t.Until = ""
	}
	t.Reason, t.Told = f.words("timeout_reason", t.Reason), f.words("told", t.Told)
	return &t
}

func aloneOf(f filledIn, before *workflow.Alone) *workflow.Alone {
	if !f.yes("alone") {
		return nil
	}
	was := workflow.Alone{}
	if before != nil {
		was = *before
	}
	return &workflow.Alone{Review: rows(f, "alone_review", was.Review, whoOf), Due: dueOf(f, "alone", was.Due)}
}

// whoOf is a way to find people as its row says.
func whoOf(f filledIn, was workflow.Who) workflow.Who {
	w := workflow.Who{Kind: workflow.WhoKind(f.text("way")), Apart: f.yes("apart"), Because: f.words("because", was.Because)}
	switch w.Kind {
	case workflow.WhoPerson:
		people, _ := f["persons"].([]forms.Person)
		for _, p := range people {
			w.IDs = append(w.IDs, p.ID)
		}
	case workflow.WhoPost:
		posts, _ := f["posts"].([]forms.Ref)
		for _, p := range posts {
			w.IDs = append(w.IDs, p.ID)
		}
		if len(w.IDs) == len(was.IDs) && !slices.ContainsFunc(w.IDs, func(id string) bool { return !slices.Contains(was.IDs, id) }) {
			w.IDs = was.IDs // ticks have an order of their own
		}
	case workflow.WhoRole, workflow.WhoParentAgency:
		w.Module, w.Role, _ = strings.Cut(f.option("role"), "/")
		if was.Role == w.Role && was.Module == "" { // it is of the form's own module
			w.Module = ""
		}
	case workflow.WhoRegisterRole:
		w.Register, w.Role, _ = strings.Cut(f.option("row_role"), ".")
		w.Field = f.option("field")
	case workflow.WhoField:
		w.Field = f.option("field")
	case workflow.WhoUnitHead, workflow.WhoManagerOf, workflow.WhoLevelsUp:
		if w.Of = f.option("of"); was.Of == "" && w.Of == workflow.Applicant {
			w.Of = ""
		}
	case workflow.WhoSameAs:
		w.Step = f.option("same_step")
	}
	if w.Kind == workflow.WhoLevelsUp || w.Kind == workflow.WhoAbove {
		w.N = f.number("levels")
	}
	return w
}
