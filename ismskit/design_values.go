package ismskit

import (
	"strconv"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// answers are the values of a node's form as they are gathered; what is empty is unanswered.
type answers forms.Values

func (a answers) text(key, s string) {
	if s != "" {
		a[key] = s
	}
}

func (a answers) number(key string, n int) {
	if n != 0 {
		a[key] = int64(n)
	}
}

func (a answers) yes(key string, is bool) {
	if is {
		a[key] = true
	}
}

func (a answers) list(key string, all []string) {
	if len(all) > 0 {
		a[key] = all
	}
}

func (a answers) rows(key string, rows []forms.Row) {
	if len(rows) > 0 {
		a[key] = rows
	}
}

// words are a text in the two languages that a form asks for.
func (a answers) words(key string, t workflow.Text) {
	a.text(key+"_zh", t["zh-TW"])
	a.text(key+"_en", t["en"])
}

// term is a length of time as a number and a unit. What is none is left out, and stays in
// the flow until another is given.
func (a answers) term(key, term string) {
	t, err := calendar.ParseTerm(term)
	if err != nil {
		return
	}
	a[key+"_n"], a[key+"_unit"] = int64(t.N), t.Unit.String()
}

// keptRow is the identity of the row that stands for the i-th of what the flow has already,
// so that what the form does not show of it is found again.
func keptRow(i int) string { return "old" + strconv.Itoa(i) }

// stepValues are a step as its form is filled in.
func (d Design) stepValues(s workflow.Step) forms.Values {
	a := answers{"kind": string(s.Kind), "need": orWord(s.Need.Kind, workflow.CountAny), "material": "all", "returns": "usual",
		"resubmit": orWord(s.Resubmit, workflow.ResubmitAgain), "on_reject": orWord(s.OnReject, workflow.RejectCloses),
		"same_signer": orWord(s.SameSigner, workflow.SameSignerAgain), "on_unable": orWord(s.OnUnable, "usual"), "due_from": string(workflow.DueFromOpened), "timeout_then": "wait", "certificate": orWord(s.Certificate, "none")}
	if s.Kind == "" {
		delete(a, "kind")
	}
	a.words("name", s.Name)
	a.rows("who", d.whoRows(s.Who))
	a.number("need_n", s.Need.N)
	a.number("need_percent", s.Need.Percent)
	a.yes("in_order", s.Need.InOrder)
	a.rows("weights", d.weightRows(s))
	if s.Due != nil {
		a.term("due", s.Due.Term)
		a["due_from"] = orWord(s.Due.From, workflow.DueFromOpened)
	}
	d.remindValues(a, s.Remind)
	d.extendValues(a, s.Extend)
	if t := s.Timeout; t != nil {
		a.text("timeout_then", string(t.Then))
		a.term("timeout", t.After)
		a["timeout_until"] = orWord(t.Until, noOption)
		a.words("timeout_reason", t.Reason)
		a.words("told", t.Told)
	}
	a.list("edit", s.Edit)
	a.list("require", s.Require)
	a.list("hide", s.Hide)
	if s.Material != nil {
		a["material"] = someOrNone(s.Material)
		a.list("material_fields", s.Material)
	}
	if s.ReturnTo != nil {
		a["returns"] = someOrNone(s.ReturnTo)
		a.list("return_to", s.ReturnTo)
	}
	a.list("not_same_as", s.NotSameAs)
	if s.Alone != nil {
		a["alone"] = true
		a.rows("alone_review", d.whoRows(s.Alone.Review))
		if s.Alone.Due != nil {
			a.term("alone", s.Alone.Due.Term)
		}
	}
	a.yes("in_person", s.InPerson)
	a.yes("reauth", s.Reauth)
	a.yes("batch", s.Batch)
	a.list("without", strs(s.Without))
	resultValues(a, s.Results)
	if s.Outside != nil {
		a["outside"] = true
		a.text("outside_when", s.Outside.When)
		a.words("outside", s.Outside.To)
	}
	d.pickValues(a, "choose", s.Choose)
	return forms.Values(a)
}

func (d Design) remindValues(a answers, r *workflow.Remind) {
	if r == nil {
		return
	}
	var before, late []forms.Row
	for i, term := range r.Before {
		row := answers{forms.RowID: keptRow(i)}
		row.term("remind", term)
		before = append(before, forms.Row(row))
	}
	for i, e := range r.Escalate {
		row := answers{forms.RowID: keptRow(i)}
		row.term("late", e.After)
		d.whoCells(row, e.To)
		late = append(late, forms.Row(row))
	}
	a.rows("remind", before)
	a.rows("escalate", late)
	a.yes("remind_day", r.OnDay)
	a.term("every", r.Every)
	a.number("remind_max", r.Max)
}

func (d Design) whoRows(all []workflow.Who) []forms.Row {
	var out []forms.Row
	for i, w := range all {
		row := answers{forms.RowID: keptRow(i)}
		d.whoCells(row, w)
		out = append(out, forms.Row(row))
	}
	return out
}

// whoCells are a way to find people as the columns of its row.
func (d Design) whoCells(row answers, w workflow.Who) {
	row.text("way", string(w.Kind))
	switch w.Kind {
	case workflow.WhoPerson:
		var people []forms.Person
		for _, id := range w.IDs {
			people = append(people, forms.Person{Kind: forms.InDirectory, ID: id, Name: d.names.people[id]})
		}
		if len(people) > 0 {
			row["persons"] = people
		}
	case workflow.WhoPost:
		var posts []forms.Ref
		for _, id := range w.IDs {
			posts = append(posts, forms.Ref{List: "register/" + register.Posts, ID: id})
		}
		if len(posts) > 0 {
			row["posts"] = posts
		}
	case workflow.WhoRole, workflow.WhoParentAgency:
		row.text("role", d.names.roleKey(w))
	case workflow.WhoRegisterRole:
		row.text("row_role", w.Register+"."+w.Role)
	case workflow.WhoUnitHead, workflow.WhoManagerOf, workflow.WhoLevelsUp:
		row["of"] = orWord(w.Of, workflow.Applicant)
	}
	row.text("field", w.Field)
	row.text("same_step", w.Step)
	row.number("levels", w.N)
	row.yes("apart", w.Apart)
	row.words("because", w.Because)
}

// orWord is a word, or the one that it means where it is empty.
func orWord[T ~string](word, usual T) string {
	if word == "" {
		return string(usual)
	}
	return string(word)
}

func someOrNone(all []string) string {
	if len(all) == 0 {
		return "none"
	}
	return "some"
}

func strs[T ~string](all []T) []string {
	var out []string
	for _, s := range all {
		out = append(out, string(s))
	}
	return out
}
