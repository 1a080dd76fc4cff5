package ismskit

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// paperFollowing fills in which steps of the flow a paper is signed for.
func (k *Kit) paperFollowing(ctx context.Context, actor Actor, c caseInHand, values forms.Values) (forms.Values, error) {
	if _, ok := fieldNamed(c.kind.Form.Fields, paperSteps); !ok || c.kind.PaperOf == "" || !c.unsentYet() {
		return values, nil
	}
	c.values = values
	steps, err := k.paperSteps(ctx, actor, c)
	if err != nil {
		return nil, err
	}
	out := values.Clone()
	delete(out, paperSteps)
	var rows []forms.Row
	for i, s := range steps {
		row := forms.Row{forms.RowID: "p" + strconv.Itoa(i+1), paperStepKey: s.step.ID, paperState: paperHere}
		if s.on {
			row[paperState] = paperOn
		}
		for key, words := range map[string]string{paperAsked: k.calledBySight(s.asked), paperSigned: k.handsInWords(s.by)} {
			if words != "" {
				row[key] = words
			}
		}
		rows = append(rows, row)
	}
	if len(rows) > 0 {
		out[paperSteps] = rows
	}
	return out, nil
}

// calledBySight are people with their posts, as a paper is read.
func (k *Kit) calledBySight(people []workflow.Signer) string {
	out := make([]string, len(people))
	for i, s := range people {
		out[i] = strings.TrimSpace(s.PostTitle + " " + s.Name)
	}
	return strings.Join(out, say(k.cfg.Lang, "word.list", nil))
}

func (k *Kit) handsInWords(hands []paperHand) string {
	out := make([]string, len(hands))
	for i, h := range hands {
		out[i] = k.calledBySight([]workflow.Signer{h.who})
		if h.of != nil {
			out[i] = say(k.cfg.Lang, "paper.deputy", map[string]string{"by": out[i], "for": k.calledBySight([]workflow.Signer{*h.of})})
		}
	}
	return strings.Join(out, say(k.cfg.Lang, "word.list", nil))
}

// paperFaults says what cannot be so on a paper that is to be sent: its number, whose request
// that is, which of its rows were handled before, the days of its signatures, as what somebody signed, and who of those whom the flow
// asks did not.
func (k *Kit) paperFaults(ctx context.Context, actor Actor, c caseInHand, now time.Time) (forms.Invalid, error) {
	if c.kind.PaperOf == "" || !c.unsentYet() {
		return nil, nil
	}
	out, err := k.paperNumberFaults(ctx, actor, c, now)
	if err != nil {
		return nil, err
	}
	other, err := k.otherApplicantFaults(ctx, c)
	if err != nil {
		return nil, err
	}
	steps, err := k.paperSteps(ctx, actor, c)
	if err != nil {
		return nil, err
	}
	early, err := k.earlyFaults(ctx, c)
	if err != nil {
		return nil, err
	}
	ended, err := k.paperEndedFaults(ctx, c)
	if err != nil {
		return nil, err
	}
	handled, err := k.handledFaults(ctx, actor, c, now)
	if err != nil {
		return nil, err
	}
	return slices.Concat(out, other, handled, early, ended, k.capacityFaults(c, steps), k.unsignedFaults(c, steps)), nil
}

// earlyFaults are the signatures of a day on which there was no such number yet to stand on the
// paper: it had not been reserved, or the case that goes on on paper had not been sent.
func (k *Kit) earlyFaults(ctx context.Context, c caseInHand) (forms.Invalid, error) {
	number, _ := c.values[paperNumber].(string)
	n, found, err := k.reservedNumber(ctx, number)
	if err != nil || !found || n.Type != c.kind.PaperOf {
		return nil, err
	}
	code, begun := "paper.early", time.Time{}
	if n.From == "" {
		code = "paper.early_reserved"
		begun, err = k.reservedAt(ctx, n.Number)
	} else {
		begun, err = k.writtenAt(ctx, n.From)
	}
	if err != nil {
		return nil, err
	}
	first := calendar.DateOf(begun.In(k.location))
	var out forms.Invalid
	info, _ := c.kind.form.Field(paperSigners + ".signed_on")
	for _, s := range paperSignersIn(c.values) {
		if s.day.Before(first) {
			out = append(out, forms.Fault{
				Field: paperSigners + ".signed_on", Row: s.row, RowID: s.id, Code: code, Label: info.Label, Title: s.person.Name,
				Text: sayAll(code, func(lang string) map[string]string {
					in := forms.Locale{Lang: lang, Location: k.location}
					return map[string]string{"number": n.Number, "day": c.kind.form.Format(paperSigners+".signed_on", first, in)}
				}),
			})
		}
	}
	return out, nil
}

// paperEndedFaults is against a paper that was begun on a form after it had been abolished: it is begun by the
// first who signs it. One that goes on with a case from here was begun before.
func (k *Kit) paperEndedFaults(ctx context.Context, c caseInHand) (forms.Invalid, error) {
	signers := paperSignersIn(c.values)
	number, _ := c.values[paperNumber].(string)
	kind, known := k.kinds.latestOf(c.kind.PaperOf)
	if len(signers) == 0 || !known {
		return nil, nil
	}
	if n, found, err := k.reservedNumber(ctx, number); err != nil || found && n.From != "" {
		return nil, err
	}
	first := slices.MinFunc(signers, func(a, b paperSigner) int { return a.day.Compare(b.day) })
	begun := first.day
	if told := k.approvedOrally(kind, c.values); !told.IsZero() && told.Before(begun) {
		begun = told
	}
	err := k.formEnded(ctx, kind, begun)
	var bar *Barred
	if !errors.As(err, &bar) || bar.retired.IsZero() { // an earlier program kept what is no day
		return nil, ignoreBarred(err)
	}
	info, _ := c.kind.form.Field(paperSigners + ".signed_on")
	return forms.Invalid{{
		Field: paperSigners + ".signed_on", Row: first.row, RowID: first.id, Code: "paper.form_retired", Label: info.Label, Title: first.person.Name,
		Text: sayAll("paper.form_retired", func(lang string) map[string]string {
			in := forms.Locale{Lang: lang, Location: k.location}
			return map[string]string{"number": kind.FormNo, "on": in.Day(bar.retired)}
		}),
	}}, nil
}

// ignoreBarred is what failed, but that no case of a type begins.
func ignoreBarred(err error) error {
	if _, barred := errors.AsType[*Barred](err); barred {
		return nil
	}
	return err
}

// writtenAt is when a case was sent.
func (k *Kit) writtenAt(ctx context.Context, id string) (time.Time, error) {
	c, err := k.take(ctx, id)
	if err != nil {
		return time.Time{}, err
	}
	if c.extra.Written.IsZero() { // sent before this was kept
		return c.row.Created, nil
	}
	return c.extra.Written, nil
}

// capacityFaults are those who signed as what they were not on the day: for a step that asked
// somebody else, or as the applicant.
func (k *Kit) capacityFaults(c caseInHand, steps []paperStep) forms.Invalid {
	var out forms.Invalid
	info, _ := c.kind.form.Field(paperSigners + ".capacity")
	for _, s := range paperSignersIn(c.values) {
		wrong := calledOneOf(k.texts("word.applicant"), s.capacity) && s.person.ID != c.row.Applicant
		// Two steps may have one name: one for which he signed is enough.
		of := slices.DeleteFunc(slices.Clone(steps), func(p paperStep) bool { return !p.called(s.capacity) })
		signed := slices.ContainsFunc(of, func(p paperStep) bool {
			return slices.ContainsFunc(p.by, func(by paperHand) bool { return by.who.Person == s.person.ID })
		})
		if wrong || len(of) > 0 && !signed {
			out = append(out, forms.Fault{
				Field: paperSigners + ".capacity", Row: s.row, RowID: s.id, Code: "paper.capacity", Label: info.Label, Title: s.person.Name,
				Text: sayAll("paper.capacity", func(lang string) map[string]string {
					return map[string]string{"who": s.person.Name, "capacity": s.capacity, "day": k.dayIn(c, s, lang)}
				}),
			})
		}
	}
	return out
}

// unsignedFaults are the steps for which nobody signed whom the flow asks, where no reason is
// given for it. What is to be handled goes on here without one.
func (k *Kit) unsignedFaults(c caseInHand, steps []paperStep) forms.Invalid {
	if why, _ := c.values[paperUnsigned].(string); strings.TrimSpace(why) != "" {
		if _, ok := fieldNamed(c.kind.Form.Fields, paperSteps); ok {
			return nil
		}
	}
	var out forms.Invalid
	info, _ := c.kind.form.Field(paperSigners)
	days := paperSignersIn(c.values)
	for _, s := range steps {
		if s.on || s.step.Kind == workflow.KindHandle {
			continue
		}
		code := "paper.unsigned"
		switch {
		case len(s.asked) == 0:
			code = "paper.unsigned_nobody"
		case len(s.by) > 0:
			code = "paper.unsigned_more"
		case len(s.other) > 0:
			code = "paper.unsigned_deputy"
		}
		out = append(out, forms.Fault{Field: paperSigners, Code: code, Label: info.Label, Text: sayAll(code, func(lang string) map[string]string {
			return map[string]string{
				"step": s.step.Name.In(lang), "who": k.calledBySight(s.missing()), "day": k.dayIn(c, days[len(days)-1], lang), "deputies": k.handsInWords(s.other), "signed": k.handsInWords(s.by),
			}
		})})
	}
	return out
}

func (k *Kit) dayIn(c caseInHand, s paperSigner, lang string) string {
	return c.kind.form.Format(paperSigners+".signed_on", s.day, forms.Locale{Lang: lang, Location: k.location})
}
