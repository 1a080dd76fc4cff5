package workflow

import (
	"slices"
	"strconv"
	"strings"
)

func (k *checker) step(p *place) {
	s := p.step
	if s.Name.empty() {
		k.note(p, ".name", "text_missing")
	}
	if _, ok := verbsOf[s.Kind]; !ok {
		k.note(p, ".kind", "unknown_word", "value", s.Kind)
	}
	k.people(p)
	k.need(p)
	k.clocks(p)
	k.rights(p)
	k.returns(p)
	k.endings(p)
	k.handling(p)
	k.detours(p)
	k.batch(p)
	k.certificate(p)
}

// batch checks that whoever decides several at once has nothing to fill in or choose.
func (k *checker) batch(p *place) {
	s := p.step
	switch {
	case !s.Batch:
	case s.Kind != KindReview && s.Kind != KindApprove && s.Kind != KindConsult && s.Kind != KindRead:
		k.note(p, ".batch", "not_for_kind", "kind", s.Kind)
	case len(s.Edit)+len(s.Require)+len(s.Choose) > 0 || s.Outside != nil:
		k.note(p, ".batch", "batch_fills")
	}
}

func (k *checker) clocks(p *place) {
	s := p.step
	if s.Due != nil {
		k.term(p, ".due.term", s.Due.Term)
		switch s.Due.From {
		case "", DueFromOpened, DueFromSubmitted:
		default:
			k.note(p, ".due.from", "unknown_word", "value", s.Due.From)
		}
	}
	if s.Remind != nil {
		if s.Due == nil {
			k.note(p, ".remind", "remind_without_due")
		}
		for i, term := range s.Remind.Before {
			k.term(p, ".remind.before["+strconv.Itoa(i)+"]", term)
		}
		if s.Remind.Every != "" {
			k.term(p, ".remind.every", s.Remind.Every)
		}
		if s.Remind.Max < 0 || s.Remind.Max > 0 && s.Remind.Every == "" {
			k.note(p, ".remind.max", "number_unused")
		}
		for i, e := range s.Remind.Escalate {
			at := ".remind.escalate[" + strconv.Itoa(i) + "]"
			k.term(p, at+".after", e.After)
			k.who(p, at+".to", e.To)
		}
	}
	if s.Timeout != nil {
		k.timeout(p, s.Timeout)
	}
}

func (k *checker) timeout(p *place, t *Timeout) {
	if t.Until == "" {
		k.term(p, ".timeout.after", t.After)
	} else {
		k.fields(p, ".timeout.until", []string{t.Until})
		if info, ok := k.v.Field(t.Until); ok && (info.Type != "date" || strings.Contains(t.Until, ".")) {
			k.note(p, ".timeout.until", "not_a_date", "field", t.Until)
		}
		if t.After != "" {
			k.note(p, ".timeout.after", "unknown_word", "value", t.After)
		}
	}
	if t.Reason.empty() {
		k.note(p, ".timeout.reason", "text_missing")
	}
	switch t.Then {
	case TimeoutClose:
	case TimeoutContinue:
		if kind := p.step.Kind; kind != KindConsult && kind != KindConfirm && kind != KindRead {
			k.note(p, ".timeout.then", "silence_approves")
		}
	default:
		k.note(p, ".timeout.then", "unknown_word", "value", t.Then)
	}
}

func (k *checker) rights(p *place) {
	s := p.step
	k.fields(p, ".edit", s.Edit)
	k.fields(p, ".require", s.Require)
	k.fields(p, ".hide", s.Hide)
	k.fields(p, ".material", s.Material)
	for _, f := range s.Hide {
		if slices.Contains(s.Edit, f) || slices.Contains(s.Require, f) {
			k.note(p, ".hide", "field_hidden", "field", f)
		}
	}
}

func (k *checker) returns(p *place) {
	if len(p.step.ReturnTo) > 0 && !slices.Contains(verbsOf[p.step.Kind], VerbReturn) {
		k.note(p, ".return_to", "not_for_kind", "kind", p.step.Kind)
	}
	for i, id := range p.step.ReturnTo {
		if id == Applicant {
			continue
		}
		at := ".return_to[" + strconv.Itoa(i) + "]"
		target := k.c.byID[id]
		switch {
		case target == nil || target.kind != stepNode && target.kind != splitNode:
			k.note(p, at, "unknown_step", "step", id)
		case !target.before(p):
			k.note(p, at, "return_not_before", "step", id)
		}
	}
	switch p.step.Resubmit {
	case "", ResubmitAgain, ResubmitBack:
	default:
		k.note(p, ".resubmit", "unknown_word", "value", p.step.Resubmit)
	}
}

// endings checks what rejecting does, and where one signs twice.
func (k *checker) endings(p *place) {
	s := p.step
	decides := s.Kind == KindReview || s.Kind == KindApprove || s.Kind == KindAttest
	switch s.OnReject {
	case "":
	case RejectCloses, RejectContinues, RejectNever:
		if !decides && s.OnReject != RejectNever {
			k.note(p, ".on_reject", "not_for_kind", "kind", s.Kind)
		}
	default:
		k.note(p, ".on_reject", "unknown_word", "value", s.OnReject)
	}
	switch s.SameSigner {
	case "", SameSignerAgain:
	case SameSignerSkip:
		if !decides && s.Kind != KindAccept {
			k.note(p, ".same_signer", "not_for_kind", "kind", s.Kind)
		}
	default:
		k.note(p, ".same_signer", "unknown_word", "value", s.SameSigner)
	}
}

func (k *checker) handling(p *place) {
	s := p.step
	handles := s.Kind == KindHandle
	if len(s.Results) > 0 && !handles && s.Kind != KindQuestion {
		k.note(p, ".results", "not_for_kind", "kind", s.Kind)
	}
	if len(s.Results) == 0 && s.Kind == KindQuestion {
		k.note(p, ".results", "answers_missing")
	}
	seen := map[string]bool{}
	for i, r := range s.Results {
		at := ".results[" + strconv.Itoa(i) + "]"
		if !validID(r.Key) {
			k.note(p, at+".key", "id_form", "id", r.Key)
		}
		if seen[r.Key] {
			k.note(p, at+".key", "id_twice", "id", r.Key, "other", p.path)
		}
		seen[r.Key] = true
		if r.Text.empty() {
			k.note(p, at+".text", "text_missing")
		}
		k.fields(p, at+".require", r.Require)
		for j, required := range r.RequireIf {
			under := at + ".require_if[" + strconv.Itoa(j) + "]"
			k.condition(p, under+".when", required.When)
			k.fields(p, under+".fields", required.Fields)
		}
		if r.When != "" {
			k.condition(p, at+".when", r.When)
		}
	}
	switch s.OnUnable {
	case "", UnableContinues, UnableNever:
	case UnableCloses:
		if !k.c.flow.Child {
			k.note(p, ".on_unable", "unable_ends_case")
		}
	default:
		k.note(p, ".on_unable", "unknown_word", "value", s.OnUnable)
	}
	if s.OnUnable != "" && !handles {
		k.note(p, ".on_unable", "not_for_kind", "kind", s.Kind)
	}
	if s.Outside != nil {
		if !handles && s.Kind != KindConsult {
			k.note(p, ".outside", "not_for_kind", "kind", s.Kind)
		}
		if s.Outside.When != "" {
			k.condition(p, ".outside.when", s.Outside.When)
		}
	}
}
