package workflow

import (
	"slices"
	"strconv"
	"strings"
)

// detours checks what a step says of its verbs besides deciding.
func (k *checker) detours(p *place) {
	s := p.step
	for i, v := range s.Without {
		if !slices.Contains(verbsOf[s.Kind], v) && !slices.Contains(detoursOf[s.Kind], v) {
			k.note(p, ".without["+strconv.Itoa(i)+"]", "unknown_word", "value", v)
		}
	}
	if main := verbsOf[s.Kind]; len(main) > 0 && slices.Contains(s.Without, main[0]) {
		k.note(p, ".without", "nothing_decides")
	}
	for i, pick := range s.Choose {
		k.pick(p, ".choose["+strconv.Itoa(i)+"]", pick)
	}
	if s.Alone != nil {
		if len(s.Alone.Review) == 0 {
			k.note(p, ".alone.review", "review_who_missing")
		}
		k.ways(p, ".alone.review", s.Alone.Review)
		if s.Alone.Due != nil {
			k.term(p, ".alone.due.term", s.Alone.Due.Term)
		}
	}
	if s.Extend != nil {
		k.extend(p, s.Extend)
	}
	if s.Kind == KindCopy && (s.Due != nil || s.Timeout != nil || len(s.Edit) > 0 || len(s.Require) > 0) {
		k.note(p, ".kind", "copy_waits")
	}
}

// ways checks ways to find people that a step names beside its own.
func (k *checker) ways(p *place, at string, who []Who) {
	for i, w := range who {
		k.who(p, at+"["+strconv.Itoa(i)+"]", w)
	}
}

func (k *checker) pick(p *place, at string, pick Pick) {
	q := k.c.byID[pick.Step]
	switch {
	case q == nil || q.step == nil:
		k.note(p, at+".step", "unknown_step", "step", pick.Step)
	case !p.before(q):
		k.note(p, at+".step", "choice_not_after", "step", pick.Step)
	case !findsChosen(q):
		k.note(p, at+".step", "choice_unused", "step", pick.Step)
	}
	for i, w := range pick.From {
		k.who(p, at+".from["+strconv.Itoa(i)+"]", w)
	}
	if pick.Max < 0 || pick.Max > MaxPeople {
		k.note(p, at+".max", "number_missing")
	}
}

func findsChosen(p *place) bool {
	return slices.ContainsFunc(p.step.Who, func(w Who) bool { return w.Kind == WhoChosen })
}

// isChosen says whether somebody before a step chooses its people.
func (k *checker) isChosen(p *place) bool {
	names := func(pick Pick) bool { return pick.Step == p.id }
	if slices.ContainsFunc(k.c.flow.Choose, names) {
		return true
	}
	return slices.ContainsFunc(k.c.places, func(q *place) bool {
		return q.step != nil && q.before(p) && slices.ContainsFunc(q.step.Choose, names)
	})
}

func (k *checker) extend(p *place, e *Extend) {
	if p.step.Due == nil {
		k.note(p, ".extend", "remind_without_due")
	}
	if e.Max < 1 {
		k.note(p, ".extend.max", "number_missing")
	}
	if e.Each != "" {
		k.term(p, ".extend.each", e.Each)
	}
	if e.Total != "" {
		k.term(p, ".extend.total", e.Total)
	}
	if len(e.Tiers) == 0 {
		k.note(p, ".extend.tiers", "extend_who_missing")
	}
	for i, t := range e.Tiers {
		at := ".extend.tiers[" + strconv.Itoa(i) + "]"
		if t.UpTo != "" {
			k.term(p, at+".up_to", t.UpTo)
		}
		if len(t.Who) == 0 {
			k.note(p, at+".who", "extend_who_missing")
		}
		k.ways(p, at+".who", t.Who)
	}
}

// flowDetours checks what the flow says for all of its steps.
func (k *checker) flowDetours() {
	note := func(path, code string, pairs ...any) {
		k.problems = append(k.problems, numbered{Problem{Path: path, Code: code, Params: params(pairs...)}, -1})
	}
	if t := k.c.flow.TakeBack; t != "" {
		if err := k.v.Deadline(t); err != nil && t != TakeBackNever {
			note("take_back", "deadline", "term", t, "error", err)
		}
	}
	for i, pick := range k.c.flow.Choose {
		at := "choose[" + strconv.Itoa(i) + "]"
		if q := k.c.byID[pick.Step]; q == nil || q.step == nil {
			note(at+".step", "unknown_step", "step", pick.Step)
		} else if !findsChosen(q) {
			note(at+".step", "choice_unused", "step", pick.Step)
		}
	}
	k.flowWays("registry", k.c.flow.Registry)
	k.flowWays("officers", k.c.flow.Officers)
	for i, pick := range k.c.flow.Choose {
		k.flowWays("choose["+strconv.Itoa(i)+"].from", pick.From)
	}
}

// flowWays checks ways to find people that belong to no step.
func (k *checker) flowWays(path string, who []Who) {
	root := k.c.root.path + "." + nodeWords[k.c.root.kind]
	for i, w := range who {
		first, at := len(k.problems), "["+strconv.Itoa(i)+"]"
		k.who(k.c.root, at, w)
		for j := first; j < len(k.problems); j++ {
			k.problems[j].Path, k.problems[j].Step, k.problems[j].place = path+strings.TrimPrefix(k.problems[j].Path, root), "", -1
		}
	}
}
