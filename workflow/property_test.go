package workflow_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/ismskit/ismskit/workflow"
	"pgregory.net/rapid"
)

// forest draws random flow trees.
type forest struct {
	t     *rapid.T
	n     int // names given
	room  int // nodes that may still be drawn
	done  []string
	conds []string
}

func (f *forest) name(prefix string) string {
	f.n++
	return fmt.Sprintf("%s%d", prefix, f.n)
}

func (f *forest) condition() string {
	c := f.name("cond")
	f.conds = append(f.conds, c)
	return c
}

func (f *forest) node(depth int) workflow.Node {
	f.room--
	kind := 0
	if depth < 4 && f.room > 0 {
		kind = rapid.IntRange(0, 9).Draw(f.t, "kind")
	}
	switch kind {
	case 1, 2, 3:
		return f.sequence(depth)
	case 4, 5:
		p := &workflow.Parallel{ID: f.name("p"), Join: f.join()}
		before := slices.Clip(f.done)
		for range 2 + p.Join.N/2 {
			f.done = before // a branch knows nothing of its siblings
			p.Branches = append(p.Branches, f.node(depth+1))
		}
		f.done = before
		return workflow.Node{Parallel: p}
	case 6:
		before := slices.Clip(f.done)
		c := &workflow.Choice{ID: f.name("c"), Cases: []workflow.Case{{When: f.condition(), Then: f.node(depth + 1)}}}
		f.done = before
		if rapid.Bool().Draw(f.t, "else") {
			n := f.node(depth + 1)
			c.Else = &n
		}
		f.done = before
		return workflow.Node{Choice: c}
	case 7:
		return workflow.Node{Repeat: &workflow.Repeat{
			ID: f.name("r"), Body: f.node(depth + 1), Until: f.condition(), Max: rapid.IntRange(1, 3).Draw(f.t, "max"),
			AtMax: rapid.SampledFrom([]workflow.AtMax{"", workflow.AtMaxReject, workflow.AtMaxContinue}).Draw(f.t, "at max"),
		}}
	case 8:
		s := &workflow.Split{ID: f.name("s"), Name: workflow.Text{"en": "s"}, Over: "lines", Type: "account_line"}
		f.done = append(f.done, s.ID)
		return workflow.Node{Split: s}
	}
	return f.step()
}

func (f *forest) sequence(depth int) workflow.Node {
	var n workflow.Node
	for range rapid.IntRange(1, 4).Draw(f.t, "length") {
		n.Sequence = append(n.Sequence, f.node(depth+1))
	}
	return n
}

func (f *forest) join() workflow.Join {
	switch rapid.IntRange(0, 2).Draw(f.t, "join") {
	case 1:
		return workflow.Join{Kind: workflow.CountAny}
	case 2:
		return workflow.Join{Kind: workflow.CountN, N: 2}
	}
	return workflow.Join{}
}

func (f *forest) step() workflow.Node {
	s := &workflow.Step{
		ID: f.name("step"), Name: workflow.Text{"en": "x"},
		Kind: rapid.SampledFrom([]workflow.Kind{workflow.KindReview, workflow.KindApprove, workflow.KindConsult, workflow.KindHandle, workflow.KindConfirm, workflow.KindRead, workflow.KindAttest, workflow.KindAccept, workflow.KindCopy}).Draw(f.t, "step kind"),
		Who:  []workflow.Who{{Kind: workflow.WhoRole, Role: "owner"}},
	}
	if s.Kind == workflow.KindCopy {
		f.done = append(f.done, s.ID)
		return workflow.Node{Step: s}
	}
	if s.Kind == workflow.KindAccept {
		s.Who = []workflow.Who{{Kind: workflow.WhoField, Field: "responsible"}}
	}
	switch rapid.IntRange(0, 6).Draw(f.t, "need") {
	case 1:
		s.Need = workflow.Need{Kind: workflow.CountAll}
	case 2:
		s.Need = workflow.Need{Kind: workflow.CountN, N: 2}
	case 3:
		s.Need = workflow.Need{Kind: workflow.CountAll, InOrder: true}
	case 4:
		s.Need = workflow.Need{Kind: workflow.CountPercent, Percent: 60, InOrder: rapid.Bool().Draw(f.t, "in order")}
	case 5:
		s.Need = workflow.Need{Kind: workflow.CountWeighted, N: 2, Weights: map[string]int{"P1": 2}}
	}
	s.InPerson = rapid.IntRange(0, 9).Draw(f.t, "in person") == 0
	if rapid.Bool().Draw(f.t, "extend") {
		s.Due = &workflow.Due{Term: "3wd"}
		s.Extend = &workflow.Extend{Max: 2, Tiers: []workflow.Tier{{Who: []workflow.Who{{Kind: workflow.WhoRole, Role: "owner"}}}}}
	}
	if len(f.done) > 0 && rapid.Bool().Draw(f.t, "earlier") {
		earlier := rapid.SampledFrom(f.done).Draw(f.t, "which")
		s.ReturnTo = []string{workflow.Applicant, earlier}
		if earlier[:2] == "st" {
			s.NotSameAs = []string{earlier, workflow.Applicant}
			if s.Kind != workflow.KindAccept && rapid.Bool().Draw(f.t, "not whom the form names") {
				s.NotSameAs = append(s.NotSameAs, workflow.NamedIn("responsible"))
			}
			if rapid.Bool().Draw(f.t, "alone") {
				s.Alone = &workflow.Alone{Review: []workflow.Who{{Kind: workflow.WhoRole, Role: "owner"}}}
			}
		}
	}
	if rapid.Bool().Draw(f.t, "back") {
		s.Resubmit = workflow.ResubmitBack
	}
	switch s.Kind {
	case workflow.KindReview, workflow.KindApprove, workflow.KindAttest:
		s.SameSigner = rapid.SampledFrom([]workflow.SameSigner{"", workflow.SameSignerSkip}).Draw(f.t, "same")
		s.OnReject = rapid.SampledFrom([]workflow.OnReject{"", workflow.RejectContinues, workflow.RejectNever}).Draw(f.t, "reject")
	case workflow.KindHandle:
		s.OnUnable = rapid.SampledFrom([]workflow.OnUnable{"", workflow.UnableNever}).Draw(f.t, "unable")
		if rapid.Bool().Draw(f.t, "outside") {
			s.Outside = &workflow.Outside{}
		}
	case workflow.KindAccept:
		s.SameSigner = rapid.SampledFrom([]workflow.SameSigner{"", workflow.SameSignerSkip}).Draw(f.t, "same")
	default:
		if rapid.Bool().Draw(f.t, "timeout") {
			s.Timeout = &workflow.Timeout{After: "5wd", Reason: workflow.Text{"en": "late"}, Then: rapid.SampledFrom([]workflow.TimeoutThen{workflow.TimeoutClose, workflow.TimeoutContinue}).Draw(f.t, "then")}
		}
	}
	f.done = append(f.done, s.ID)
	return workflow.Node{Step: s}
}

// wood is the vocabulary of drawn flows: every condition is a field of its own.
type wood struct{ words }

func (w wood) Field(path string) (workflow.FieldInfo, bool) {
	if len(path) > 4 && path[:4] == "cond" {
		return workflow.FieldInfo{Type: "boolean"}, true
	}
	return w.words.Field(path)
}

// played is one action with all that was answered during it, so that it can be
// played again.
type played struct {
	action  workflow.Action
	answers [][]workflow.Found
	facts   values
}

// walker goes at random through one case.
type walker struct {
	t     *rapid.T
	c     *workflow.Compiled
	steps []workflow.Step
	s     workflow.State
	facts values
	log   []played
	at    time.Time
	tries int
	fresh int
}

// find answers who is asked for: a drawn few, or somebody new when all of them
// are excluded; and now and then nobody else is left.
func (w *walker) find(ask workflow.Ask, want int) workflow.Found {
	found := workflow.Found{Step: ask.Step, Purpose: ask.Purpose, Task: ask.Task, Due: w.at.Add(72 * time.Hour)}
	if ask.Purpose == workflow.PurposeNext {
		found.Signers = ask.Alternatives[0].Signers
		return found
	}
	if ask.Alone && len(ask.Exclude) > 0 && want == 1 {
		found.Alone, found.Signers = true, people(ask.Exclude[0])
		for len(found.Signers) < 2 {
			found.Signers = append(found.Signers, person(w.newcomer()))
		}
		return found
	}
	for i := range want {
		p := fmt.Sprintf("P%d", (len(ask.Step)+i)%4)
		if !slices.Contains(ask.Exclude, p) {
			found.Signers = append(found.Signers, person(p))
		}
	}
	for i := 0; len(found.Signers) < 2; i++ {
		found.Signers = append(found.Signers, person(fmt.Sprintf("%s-%d-%d", ask.Step, w.at.Unix(), i)))
	}
	return found
}

// newcomer is somebody who has not been in the case yet.
func (w *walker) newcomer() string {
	w.fresh++
	return fmt.Sprintf("N%d", w.fresh)
}

func (w *walker) try(a workflow.Action) error {
	w.at = w.at.Add(time.Minute)
	a.At = w.at
	before := w.s.Encode()
	p := played{action: a, facts: values{holds: map[string]bool{}, rows: w.facts.rows, named: w.facts.named}}
	for k, v := range w.facts.holds {
		p.facts.holds[k] = v
	}
	turn, err := w.c.Act(w.s, a, w.facts)
	for err == nil && len(turn.Ask) > 0 {
		var answers []workflow.Found
		for _, ask := range turn.Ask {
			answers = append(answers, w.find(ask, 1+w.tries%3))
		}
		p.answers = append(p.answers, answers)
		turn, err = w.c.Seat(turn, answers, w.facts)
	}
	w.tries++
	if string(before) != string(w.s.Encode()) {
		w.t.Fatalf("%s changed what it was given", a.Verb)
	}
	if err != nil {
		return err
	}
	w.s = turn.State
	w.log = append(w.log, p)
	w.check(a)
	return nil
}

// check holds the state after an action to what must always be true.
func (w *walker) check(a workflow.Action) {
	b := w.s.Encode()
	back, err := w.c.Parse(b)
	if err != nil {
		w.t.Fatalf("after %s: %v\n%s", a.Verb, err, b)
	}
	if !reflect.DeepEqual(back, w.s) || string(back.Encode()) != string(b) {
		w.t.Fatalf("after %s: not the same when read again\n%s\n%s", a.Verb, b, back.Encode())
	}
	open, children := len(w.s.Open()), w.splits()
	switch w.s.Phase {
	case workflow.PhaseClosed, workflow.PhaseReturned:
		if open > 0 || len(children) > 0 {
			w.t.Fatalf("after %s: open work in a case that is %s\n%s", a.Verb, w.s.Phase, b)
		}
	case workflow.PhaseRunning:
		w.checkWaiting(b)
		w.checkOnce(b)
		if open == 0 && len(children) == 0 {
			w.t.Fatalf("after %s: running, but nobody has anything to do\n%s", a.Verb, b)
		}
	}
	w.checkSeparation(b)
	w.checkQuorum(b)
}

// checkOnce: nobody has two of a step's own votes.
func (w *walker) checkOnce(b []byte) {
	have := map[string]string{}
	for _, m := range w.s.Marks {
		for _, t := range w.s.Tasks {
			if t.Step != m.Node || m.Status != workflow.MarkOpen || t.Origin != "" || len(t.Holder.Named) != 1 || t.Status != workflow.TaskOpen && t.Status != workflow.TaskWaiting {
				continue
			}
			key := t.Step + "/" + t.Holder.Named[0].Person
			if have[key] != "" {
				w.t.Fatalf("%s and %s are both open for %s\n%s", have[key], t.ID, key, b)
			}
			have[key] = t.ID
		}
	}
}

// checkQuorum: a step that is over has as many yeses as it needed, unless those
// who said no bind nobody.
func (w *walker) checkQuorum(b []byte) {
	for _, m := range w.s.Marks {
		i := slices.IndexFunc(w.steps, func(s workflow.Step) bool { return s.ID == m.Node })
		if i < 0 || m.Status != workflow.MarkDone || m.Result == "lapsed" || m.Need == 0 {
			continue
		}
		s := w.steps[i]
		if s.OnReject == workflow.RejectContinues || s.Kind == workflow.KindHandle || s.Need.Kind == workflow.CountWeighted {
			continue
		}
		yes := 0
		for _, t := range w.s.Tasks {
			n, err := strconv.Atoi(t.ID[1:])
			if err != nil {
				w.t.Fatal(err)
			}
			// A yes that is asked for again was one.
			if t.Step == m.Node && n >= m.From && t.Origin == "" && (t.Status == workflow.TaskDone || t.Status == workflow.TaskSkipped || t.Status == workflow.TaskVoid) {
				yes++
			}
		}
		if yes < m.Need {
			w.t.Fatalf("%s is over with %d of %d\n%s", m.Node, yes, m.Need, b)
		}
	}
}

// checkWaiting: a task that waits has somebody to wait for.
func (w *walker) checkWaiting(b []byte) {
	for _, t := range w.s.Tasks {
		if t.Status == workflow.TaskWaiting && !slices.ContainsFunc(w.s.Tasks, func(o workflow.Task) bool {
			return o.From == t.ID && (o.Status == workflow.TaskOpen || o.Status == workflow.TaskWaiting)
		}) {
			w.t.Fatalf("%s waits for nobody\n%s", t.ID, b)
		}
	}
}

func (w *walker) checkSeparation(b []byte) {
	acted := map[string][]string{}
	for _, t := range w.s.Tasks {
		if (t.Status == workflow.TaskDone || t.Status == workflow.TaskSkipped) && !t.Alone && t.Origin != workflow.OriginExtend && t.Origin != workflow.OriginCheck {
			acted[t.Step] = append(acted[t.Step], t.By.Person)
			if t.For != nil {
				acted[t.Step] = append(acted[t.Step], t.For.Person)
			}
		}
	}
	for _, s := range w.steps {
		for _, other := range s.NotSameAs {
			if field, named := workflow.FieldOf(other); named {
				for _, p := range acted[s.ID] {
					if slices.Contains(w.facts.named[field], p) {
						w.t.Fatalf("%s acted in %s, and the form names him as %s\n%s", p, s.ID, field, b)
					}
				}
				continue
			}
			for _, p := range acted[s.ID] {
				if slices.Contains(acted[other], p) || other == workflow.Applicant && p == w.s.Applicant.Person {
					w.t.Fatalf("%s acted in %s and in %s\n%s", p, s.ID, other, b)
				}
			}
		}
	}
}

func (w *walker) splits() []workflow.Mark {
	var out []workflow.Mark
	for _, m := range w.s.Marks {
		if m.Batch != "" && m.Status == workflow.MarkOpen {
			out = append(out, m)
		}
	}
	return out
}

// offer turns an offered verb into an action of one of the task's holders.
func offer(task workflow.Task, o workflow.Offer, holder int) workflow.Action {
	a := workflow.Action{Verb: o.Verb, Task: task.ID, By: task.Holder.Named[holder%len(task.Holder.Named)]}
	if o.Reason {
		a.Comment = "理由"
	}
	switch o.Verb {
	case workflow.VerbReturn:
		a.To = o.To[holder%len(o.To)]
	case workflow.VerbSendOut:
		a.Outside = &workflow.OutsideNote{To: "中心", How: "公文", Number: "1"}
	case workflow.VerbAnswer, workflow.VerbRecord:
		a.Outside = &workflow.OutsideNote{Reply: "\"好\"\n", Proof: []string{"f"}}
	case workflow.VerbExtend:
		a.Extend = &workflow.ExtendRequest{Extension: workflow.Extension{Term: "2wd", Due: task.Due.Add(48 * time.Hour), DueDate: "2026-12-01"}}
	}
	if task.Claimed != nil {
		a.By = *task.Claimed
	}
	return a
}

// wander does something at random; what is refused must be refused for a reason
// that people meet.
func (w *walker) wander() {
	pick := rapid.IntRange(0, 29).Draw(w.t, "pick")
	holder := rapid.IntRange(0, 5).Draw(w.t, "holder")
	for c := range w.facts.holds {
		w.facts.holds[c] = (len(c)+pick+int(c[len(c)-1]))%3 == 0
	}
	w.facts.rows = []string{"r1", "r2", "r3"}[:pick%4%3]
	var err error
	switch open := w.s.Open(); {
	case pick == 0:
		err = w.try(workflow.Action{Verb: workflow.VerbSuspend, By: person("X"), Comment: "等"})
	case pick == 1:
		err = w.try(workflow.Action{Verb: workflow.VerbWithdraw, By: person("P13"), Comment: "撤"})
	case w.s.Phase == workflow.PhaseSuspended:
		err = w.try(workflow.Action{Verb: workflow.VerbResume, By: person("X"), Comment: "續"})
	case w.s.Phase == workflow.PhaseReturned || w.s.Phase == workflow.PhaseDraft:
		submit := workflow.Action{Verb: workflow.VerbSubmit, By: person("P13")}
		if pick%3 == 0 && w.s.Phase == workflow.PhaseReturned {
			submit.Changed = []workflow.FieldChange{{Path: "note"}}
		}
		err = w.try(submit)
	case pick == 2 && len(open) > 0:
		err = w.try(workflow.Action{Verb: workflow.VerbLapse, Task: open[0].ID})
	case len(w.splits()) > 0 && (pick < 12 || len(open) == 0):
		err = w.try(w.join())
	case pick < 8 && len(w.s.Tasks) > 0:
		err = w.aside(pick, holder)
	case len(open) > 0:
		task := open[pick%len(open)]
		offers := w.c.Offers(w.s, task.ID, nil)
		if task.Origin == workflow.OriginDeclined {
			err = w.try(workflow.Action{Verb: workflow.VerbReassign, Task: task.ID, By: task.Holder.Named[0], People: people(w.newcomer()), Comment: "改分"})
			break
		}
		if len(offers) == 0 {
			w.t.Fatalf("%s offers nothing\n%s", task.ID, w.s.Encode())
		}
		if deciding := slices.DeleteFunc(slices.Clone(offers), func(o workflow.Offer) bool { return o.Detour }); len(deciding) > 0 && w.tries%3 > 0 {
			offers = deciding
		}
		a := w.offer(task, offers[pick%len(offers)], holder)
		if pick%5 == 0 && len(w.log) > 1 {
			a.Changed = []workflow.FieldChange{{Path: "note"}}
		}
		if holder == 5 {
			principal := a.By
			a.For, a.By = &principal, person("D1")
		}
		err = w.try(a)
	}
	for _, known := range []error{nil, workflow.ErrSeparation, workflow.ErrDeputy, workflow.ErrOutside, workflow.ErrPhase, workflow.ErrTimeout, workflow.ErrReturnTarget,
		workflow.ErrTakeBack, workflow.ErrNotAssigned, workflow.ErrNotOpen, workflow.ErrStale, workflow.ErrAdder, workflow.ErrInPerson, workflow.ErrBound,
		workflow.ErrExtendLate, workflow.ErrExtendAsked, workflow.ErrQuorum, workflow.ErrAlready, workflow.ErrVerb, workflow.ErrExtendTerm} {
		if errors.Is(err, known) {
			return
		}
	}
	w.t.Fatalf("refused: %v\n%s", err, w.s.Encode())
}

// offer turns an offered verb into an action; who is named is new to the case.
func (w *walker) offer(task workflow.Task, o workflow.Offer, holder int) workflow.Action {
	a := offer(task, o, holder)
	if o.People {
		a.People = people(w.newcomer())
	}
	return a
}

// somebody is in the case already, or new to it.
func (w *walker) somebody(n int) string {
	if n%2 == 0 {
		return w.newcomer()
	}
	return fmt.Sprintf("P%d", n%4)
}

// aside does what belongs to nobody's turn.
func (w *walker) aside(pick, holder int) error {
	task := w.s.Tasks[holder%len(w.s.Tasks)]
	switch pick {
	case 3:
		by := workflow.Signer{Person: "X"}
		if task.By != nil {
			by = *task.By
		}
		return w.try(workflow.Action{Verb: workflow.VerbTakeBack, Task: task.ID, By: by, Comment: "誤簽"})
	case 4:
		return w.try(workflow.Action{Verb: workflow.VerbReassign, Task: task.ID, By: person("X"), People: people(w.somebody(holder)), Comment: "改分"})
	case 5:
		by := workflow.Signer{Person: "X"}
		if task.Giver != nil {
			by = *task.Giver
		}
		return w.try(workflow.Action{Verb: workflow.VerbRemoveSigner, Task: task.ID, By: by})
	case 6:
		return w.try(workflow.Action{Verb: workflow.VerbCopy, By: person("X"), People: people("C1", w.newcomer())})
	}
	return w.try(workflow.Action{Verb: workflow.VerbAppoint, Task: task.ID, By: person("X"), People: people(w.somebody(holder)), Comment: "均不在"})
}

func (w *walker) join() workflow.Action {
	m := w.splits()[0]
	a := workflow.Action{Verb: workflow.VerbJoin, Task: m.Batch}
	for i := range m.Rows {
		a.Children = append(a.Children, workflow.Child{Row: fmt.Sprint(i), Outcome: workflow.OutcomeDone})
	}
	return a
}

// finish goes the shortest way to the end: everybody says yes.
func (w *walker) finish() {
	for c := range w.facts.holds {
		w.facts.holds[c] = true
	}
	for range 400 {
		var err error
		switch {
		case w.s.Phase == workflow.PhaseClosed:
			return
		case w.s.Phase == workflow.PhaseSuspended:
			err = w.try(workflow.Action{Verb: workflow.VerbResume, By: person("X"), Comment: "續"})
		case w.s.Phase != workflow.PhaseRunning:
			err = w.try(workflow.Action{Verb: workflow.VerbSubmit, By: person("P13")})
		case len(w.splits()) > 0:
			err = w.try(w.join())
		default:
			err = w.yes(w.s.Open()[0])
		}
		if err != nil {
			w.t.Fatalf("can't go on: %v\n%s", err, w.s.Encode())
		}
	}
	w.t.Fatalf("no end\n%s", w.s.Encode())
}

// yes lets some holder of a task do its first verb.
func (w *walker) yes(task workflow.Task) error {
	if task.Origin == workflow.OriginDeclined {
		return w.try(workflow.Action{Verb: workflow.VerbReassign, Task: task.ID, By: task.Holder.Named[0], People: people(w.newcomer()), Comment: "改分"})
	}
	o := w.c.Offers(w.s, task.ID, nil)[0]
	if task.Outside != nil && task.Outside.Sent.IsZero() {
		o = workflow.Offer{Verb: workflow.VerbSendOut}
	}
	var err error
	for i := range task.Holder.Named {
		if err = w.try(offer(task, o, i)); err == nil {
			return nil
		}
	}
	return err
}

// From every state that random people reach, some legal sequence ends; nothing
// is open in an ended case; nobody breaks the separation of duties; a state is
// the same when written and read; and the same actions lead to the same state.
func TestEveryCaseCanEnd(t *testing.T) {
	outcomes := map[workflow.Outcome]int{}
	rapid.Check(t, func(rt *rapid.T) {
		f := &forest{t: rt, room: 12}
		root := f.sequence(1)
		flow := workflow.Flow{Key: "drawn", Version: "1", Root: root}
		if rapid.Bool().Draw(rt, "registry") {
			flow.Registry = []workflow.Who{{Kind: workflow.WhoRole, Role: "owner"}}
		}
		c, err := workflow.Compile(flow, wood{office()})
		if err != nil {
			rt.Fatal(err)
		}
		w := &walker{t: rt, c: c, steps: c.Steps(), s: c.Draft(person("P13")), facts: values{holds: map[string]bool{}, named: map[string][]string{"responsible": {"P2"}}}, at: monday}
		for _, cond := range f.conds {
			w.facts.holds[cond] = false
		}
		for range rapid.IntRange(0, 25).Draw(rt, "actions") {
			if w.s.Phase == workflow.PhaseClosed {
				break
			}
			w.wander()
		}
		w.finish()
		outcomes[w.s.Outcome]++

		again := c.Draft(person("P13"))
		for _, p := range w.log {
			turn, err := c.Act(again, p.action, p.facts)
			for _, answers := range p.answers {
				if err == nil {
					turn, err = c.Seat(turn, answers, p.facts)
				}
			}
			if err != nil {
				rt.Fatalf("played again: %v", err)
			}
			again = turn.State
		}
		if string(again.Encode()) != string(w.s.Encode()) {
			rt.Fatalf("played again it is another state\n%s\n%s", w.s.Encode(), again.Encode())
		}
	})
	// A short run's fifth of the walks is too few to hold them to their variety.
	if outcomes[workflow.OutcomeDone] == 0 || !testing.Short() && len(outcomes) < 3 {
		t.Fatalf("the walks are too alike: %v", outcomes)
	}
}
