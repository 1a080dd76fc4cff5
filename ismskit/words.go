package ismskit

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// languages are those the Kit's own texts exist in.
var languages = []string{"zh-TW", "en"}

// fillIn puts a case's fields, and the facts of why somebody was found, into the
// braces of a text: 「您是「{system}」的權限管理人員」.
func (k *Kit) fillIn(text workflow.Text, c *caseInHand, why map[string]string) workflow.Text {
	if len(text) == 0 {
		return nil
	}
	out := make(workflow.Text, len(text))
	for lang, s := range text {
		out[lang] = k.fillInOne(s, lang, c, why)
	}
	return out
}

func (k *Kit) fillInOne(s, lang string, c *caseInHand, why map[string]string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, rest, closed := strings.Cut(after, "}")
		if !closed {
			b.WriteString("{" + after)
			return b.String()
		}
		b.WriteString(k.word(name, lang, c, why))
		s = rest
	}
}

func (k *Kit) word(name, lang string, c *caseInHand, why map[string]string) string {
	switch name {
	case "applicant":
		return c.row.ApplicantName
	case "unit":
		return c.row.UnitName
	}
	if s, ok := why[name]; ok {
		return s
	}
	// One text is for everybody who is told why: what a step hides from one of them is in none.
	if slices.ContainsFunc(c.hiddenFromSomebody(), func(h string) bool { return h == name || strings.HasPrefix(name, h+".") }) {
		return say(lang, "word.hidden", nil)
	}
	in := forms.Locale{Lang: lang, Location: k.location}
	var parts []string
	for _, v := range c.cells(name) {
		if s := c.kind.form.Format(name, v, in); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, say(lang, "comma", nil))
}

// because says why a task came to somebody, from whom where a sheet passed it, and who else
// of its group had it until he handed over.
func (k *Kit) because(c *caseInHand, t workflow.Task) workflow.Text {
	return k.withLeft(c, t, k.withHandover(c, t, k.withPaper(c, t, k.becauseOfStep(c, t))))
}

// becauseOfStep says why through the step's own words, or because somebody gave it.
func (k *Kit) becauseOfStep(c *caseInHand, t workflow.Task) workflow.Text {
	step, _ := c.kind.flow.Step(t.Step)
	giver := ""
	if t.Giver != nil {
		giver = strings.TrimSpace(t.Giver.Name + " " + t.Giver.PostTitle)
	}
	if t.GivenFor != nil {
		giver = say(k.cfg.Lang, "why.giver", map[string]string{"by": giver, "for": strings.TrimSpace(t.GivenFor.Name + " " + t.GivenFor.PostTitle)})
	}
	switch more := k.moreTimeOf(c, t); {
	case more != nil:
		return k.becauseMoreTime(*more)
	case t.Alone:
		return k.textsWith("why.alone", nil)
	case t.AsksUnit():
		return k.becauseUnit(t, giver)
	case t.Origin != "":
		return k.textsWith("why."+string(t.Origin), map[string]string{"by": giver})
	case t.Given:
		return k.textsWith("why.given", map[string]string{"by": giver})
	}
	if why, ok := k.becausePaper(c, t); ok {
		return why
	}
	switch {
	case c.takenOver(t) != nil: // he heads another unit than the one it came to
		return k.textsWith("why.taken_over", c.takenOver(t).params())
	case t.Alternative < len(step.Who):
		return k.found(c, step.Who, t.Alternative, t.Why)
	}
	return nil
}

// becauseFor says it to whoever acts for a holder: because he does.
func (k *Kit) becauseFor(c *caseInHand, t workflow.Task, principal *workflow.Signer) workflow.Text {
	if principal == nil {
		return k.because(c, t)
	}
	var asked workflow.Text
	if more := k.moreTimeOf(c, t); more != nil {
		asked = k.becauseMoreTime(*more)
	}
	return k.becauseDeputy(principal.Name, principal.PostTitle, asked)
}

// becauseDeputy says why a task is a deputy's, on his list as at the task: for whom, and where
// more time is asked for also what: what is decided is the deadline, and whoever decides it is
// told, for himself or for another.
func (k *Kit) becauseDeputy(name, post string, moreTime workflow.Text) workflow.Text {
	deputy := k.textsWith("why.deputy", map[string]string{"for": strings.TrimSpace(name + " " + post)})
	if len(moreTime) == 0 {
		return deputy
	}
	return joinedWhy(deputy, moreTime)
}

// NumberIn is a case's number as people read it: a row's case has the number of its
// request, and which row it is for. Row 0 is none.
func NumberIn(lang, number string, row int) string {
	if number == "" || row == 0 {
		return number
	}
	return say(lang, "number.row", map[string]string{"number": number, "row": strconv.Itoa(row)})
}

// RowNumberIn is NumberIn of a row that is handled for another time: turn counts from 1, and 0
// is 1.
func RowNumberIn(lang, number string, row, turn int) string {
	if turn < 2 || row == 0 {
		return NumberIn(lang, number, row)
	}
	return say(lang, "number.row_turn", map[string]string{"number": number, "row": strconv.Itoa(row), "turn": strconv.Itoa(turn)})
}

// rowNo is which row of its request a case is for; 0 where it is none, or has a number
// of its own.
func (c *caseInHand) rowNo() int {
	if c.kind.Number != nil {
		return 0
	}
	return c.extra.Row
}

// subject is the case's subject line: a field, or a text with fields in braces.
// A text of which no field is filled in yet, such as 「（）」, is none.
func (c *caseInHand) subject(k *Kit) string {
	if c.extra.Disposed != nil {
		return c.row.Subject // of what is listed for ever as disposed of
	}
	text := c.kind.Subject
	if s := c.kind.SubjectIn[k.cfg.Lang]; s != "" {
		text = s
	}
	text = strings.TrimSpace(c.worded(k, text)) // what stands last may be empty
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return ""
	}
	return text
}

// checkSubject reports a subject line in which what no case has would stand: one without braces is a
// field, and in braces stand fields, the applicant or the unit. It is asked of the newest version that a
// program brings; one that was in use before it was asked goes on.
func (k *kind) checkSubject() error {
	var faults []error
	check := func(name string) {
		if _, ok := fieldNamed(k.Form.Fields, name); !ok && name != "applicant" && name != "unit" {
			faults = append(faults, fmt.Errorf("type %s %s: subject: %q is no field", k.Key, k.Version, name))
		}
	}
	for _, s := range append(slices.Collect(maps.Values(k.SubjectIn)), k.Subject) {
		if s != "" && !strings.Contains(s, "{") {
			check(s)
			continue
		}
		for _, part := range strings.Split(s, "{")[1:] {
			name, _, _ := strings.Cut(part, "}")
			check(name)
		}
	}
	return errors.Join(faults...)
}

// subjectIn are the subject lines in the other languages that the type has words for.
func (c *caseInHand) subjectIn(k *Kit) workflow.Text {
	var out workflow.Text
	if c.row.Subject == "" {
		return nil // a draft of which nothing is filled in that it would speak of
	}
	for lang, s := range c.kind.SubjectIn {
		if lang != k.cfg.Lang {
			if out == nil {
				out = workflow.Text{k.cfg.Lang: c.row.Subject}
			}
			out[lang] = k.fillInOne(s, lang, c, nil)
		}
	}
	return out
}

// SubjectFor is a subject as a reader of a language has it: in his own where the type
// has words for it, else as it is stored.
func SubjectFor(lang, subject string, in workflow.Text) string {
	if s := in.In(lang); s != "" {
		return s
	}
	return subject
}

// Titled says whether a subject begins with what its form is called, as that of what
// opened by itself does: where both are told, the name is said once.
func Titled(subject string, title workflow.Text) bool {
	for _, t := range title {
		if t != "" && strings.HasPrefix(subject, t) {
			return true
		}
	}
	return false
}

// toldAs is a subject as notices and mails have it: what its form is called where it begins
// with that, for the rest is put together from what is filled in, which leaves by no mail.
func (k *Kit) toldAs(subject string, title workflow.Text) string {
	if Titled(subject, title) {
		return title.In(k.cfg.Lang)
	}
	return subject
}

// Untitled is a subject as it stands under what its form is called: without that name
// and what joins it.
func Untitled(subject string, title workflow.Text) string {
	for _, t := range title {
		if rest, ok := strings.CutPrefix(subject, t); ok && t != "" {
			if rest = strings.TrimLeft(rest, "：:　 "); rest != "" {
				return rest
			}
		}
	}
	return subject
}

// title is what a row is called on its parent's route.
func (c *caseInHand) title(k *Kit) string {
	if c.kind.RowTitle == "" {
		return c.subject(k)
	}
	return c.worded(k, c.kind.RowTitle)
}

// unnamed is what a row is called whose title is to name a row of a list that is not
// chosen yet, or that is in no list; nil for any other.
func (c *caseInHand) unnamed() workflow.Text {
	for _, f := range c.kind.Form.Fields {
		info, _ := c.kind.form.Field(f.Key)
		if info.List == "" || c.kind.RowTitle != f.Key && !strings.Contains(c.kind.RowTitle, "{"+f.Key+"}") {
			continue
		}
		ref, chosen := c.values[f.Key].(forms.Ref)
		if chosen && ref.Name != "" {
			continue
		}
		key := "route.unchosen"
		if chosen {
			key = "route.unfound"
		}
		return workflow.Text(sayAll(key, func(lang string) map[string]string { return map[string]string{"label": info.Label.In(lang)} }))
	}
	return nil
}

func (c *caseInHand) worded(k *Kit, s string) string {
	if !strings.Contains(s, "{") {
		s = "{" + s + "}"
	}
	return k.fillInOne(s, k.cfg.Lang, c, nil)
}
