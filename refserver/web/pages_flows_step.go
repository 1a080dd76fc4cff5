package web

import (
	"strings"

	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// stepFacts say in the box of a step who does it and by which rules. What is as it always
// is, is not said.
func (v *picturing) stepFacts(s workflow.Step, box *flowBox) {
	lang := v.p.lang(v.r)
	text := func(key string, args ...any) string { return v.p.text(v.r, key, args...) }
	for i, w := range s.Who {
		who := v.d.Who(w, lang)
		if i > 0 {
			who = text("flows.else_who", "Who", who)
		}
		box.Who = append(box.Who, who)
	}
	v.fact(box, "flows.need", v.need(s.Need))
	v.fact(box, "flows.weights", v.weights(s))
	if s.Due != nil {
		due := text("flows.due_term", "Term", v.p.term(v.r, s.Due.Term))
		if s.Due.From == workflow.DueFromSubmitted {
			due = text("flows.due_sent", "Term", v.p.term(v.r, s.Due.Term))
		}
		v.fact(box, "flows.due", due)
	}
	v.fact(box, "flows.extend", v.extension(s.Extend))
	if t := s.Timeout; t != nil {
		when := text("flows.after", "Term", v.p.term(v.r, t.After))
		if t.Until != "" {
			when = text("flows.until_day", "Field", v.d.Field(t.Until, lang))
		}
		v.fact(box, "flows.timeout", when+text(timeoutTexts[t.Then]))
	}
	v.fact(box, "flows.edit", v.fields(s.Edit))
	v.fact(box, "flows.require", v.fields(s.Require))
	v.fact(box, "flows.hide", v.fields(s.Hide))
	if s.ReturnTo != nil {
		back := text("flows.nowhere")
		if len(s.ReturnTo) > 0 {
			back = v.steps(s.ReturnTo)
		}
		v.fact(box, "flows.return_to", back)
	}
	v.fact(box, "flows.apart", v.steps(s.NotSameAs))
	if s.Alone != nil {
		who := make([]string, len(s.Alone.Review))
		for i, w := range s.Alone.Review {
			who[i] = v.d.Who(w, lang)
		}
		v.fact(box, "flows.alone", strings.Join(who, text("word.list")))
	}
	v.fact(box, "flows.results", v.results(s))
	if s.Outside != nil {
		out := text("flows.always")
		if s.Outside.When != "" {
			out = v.d.When(s.Outside.When, lang)
		}
		v.fact(box, "flows.outside", out)
	}
	var chosen []string
	for _, pick := range s.Choose {
		chosen = append(chosen, pick.Step)
	}
	v.fact(box, "flows.choose", v.steps(chosen))
	without := make([]string, len(s.Without))
	for i, verb := range s.Without {
		without[i] = print.Decision(lang, verb, s.Kind, "", "")
	}
	v.fact(box, "flows.without", strings.Join(without, text("word.list")))
	v.fact(box, "flows.rules", strings.Join(v.rules(s), text("word.list")))
}

var timeoutTexts = map[workflow.TimeoutThen]string{workflow.TimeoutClose: "flows.then_close", workflow.TimeoutContinue: "flows.then_continue"}

// rules are what else holds in a step, each a word or two.
func (v *picturing) rules(s workflow.Step) []string {
	var out []string
	for _, rule := range []struct {
		is   bool
		text string
	}{
		{s.InPerson, "flows.in_person"}, {s.Reauth, "flows.reauth"},
		{s.Certificate == workflow.CertificateMust, "flows.certificate"}, {s.Certificate == workflow.CertificateLater, "flows.certificate_later"}, {s.Batch, "flows.batch"},
		{s.SameSigner == workflow.SameSignerSkip, "flows.same_skip"}, {s.Resubmit == workflow.ResubmitBack, "flows.resubmit_back"},
		{s.OnReject == workflow.RejectContinues, "flows.reject_continue"}, {s.OnReject == workflow.RejectNever, "flows.reject_none"},
		{s.OnUnable == workflow.UnableNever, "flows.unable_none"}, {s.OnUnable == workflow.UnableCloses, "flows.unable_close"}, {s.OnUnable == workflow.UnableContinues, "flows.unable_continue"},
		{s.Remind != nil, "flows.remind"},
	} {
		if rule.is {
			out = append(out, v.p.text(v.r, rule.text))
		}
	}
	return out
}

// need says how many of a step's people must act, "" where one is enough.
func (v *picturing) need(n workflow.Need) string {
	text := func(key string, args ...any) string { return v.p.text(v.r, key, args...) }
	said := ""
	switch n.Kind {
	case workflow.CountAll:
		said = text("flows.need_all")
	case workflow.CountN:
		said = text("flows.need_n", "N", n.N)
	case workflow.CountPercent:
		said = text("flows.need_percent", "Percent", n.Percent)
	case workflow.CountWeighted:
		said = text("flows.need_weighted", "Sum", n.N)
	}
	if n.InOrder {
		said += text("flows.in_order")
	}
	return said
}

func (v *picturing) fields(paths []string) string {
	out := make([]string, len(paths))
	for i, path := range paths {
		out[i] = v.d.Field(path, v.p.lang(v.r))
	}
	return strings.Join(out, v.p.text(v.r, "word.list"))
}

func (v *picturing) steps(ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = v.d.Called(id, v.p.lang(v.r))
	}
	return strings.Join(out, v.p.text(v.r, "word.list"))
}
