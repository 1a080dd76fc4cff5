package workflow_test

import (
	"reflect"
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/workflow"
)

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
	w.checkOwed(b)
	w.checkReturned(b)
}

// checkReturned: a case is not done before whoever was asked again for what had changed, and sent
// it back, was asked once more.
func (w *walker) checkReturned(b []byte) {
	if w.s.Outcome != workflow.OutcomeDone {
		return
	}
	for _, t := range w.s.Tasks {
		if t.Origin == workflow.OriginAgain && t.Status == workflow.TaskDone && t.Verb == workflow.VerbReturn &&
			!slices.ContainsFunc(w.s.Tasks, func(o workflow.Task) bool { return o.From == t.ID && !o.Origin.About() }) {
			w.t.Fatalf("%s sent it back and was not asked again\n%s", t.ID, b)
		}
	}
}

// checkOwed: what was signed without the certificate is made up for, waived, or void before a
// case ends by a decision, and is asked for as long as it runs.
func (w *walker) checkOwed(b []byte) {
	ended := slices.Contains([]workflow.Outcome{workflow.OutcomeDone, workflow.OutcomeRejected, workflow.OutcomeLapsed, workflow.OutcomeUnable}, w.s.Outcome)
	for _, t := range w.s.Tasks {
		if t.Owes == "" || t.Status != workflow.TaskDone || !ended && w.s.Phase != workflow.PhaseRunning {
			continue
		}
		if !slices.ContainsFunc(w.s.Tasks, func(o workflow.Task) bool {
			return o.Origin == workflow.OriginOwed && o.From == t.ID && (o.Status == workflow.TaskDone || o.Verb == workflow.VerbWaive || !ended && o.Status == workflow.TaskOpen)
		}) {
			w.t.Fatalf("%s is owed and nobody is asked for it\n%s", t.ID, b)
		}
	}
	if w.s.Ending != "" && w.s.Phase != workflow.PhaseRunning && w.s.Phase != workflow.PhaseSuspended {
		w.t.Fatalf("%s and still to end as %s\n%s", w.s.Phase, w.s.Ending, b)
	}
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
		if s.OnReject == workflow.RejectContinues || s.Kind == workflow.KindHandle {
			continue
		}
		yes := 0
		for _, t := range w.s.Tasks {
			n, err := strconv.Atoi(t.ID[1:])
			if err != nil {
				w.t.Fatal(err)
			}
			// A yes that is asked for again was one; and a no among several, who need not all agree, is none.
			// Of a case that was moved to other rules it was one where those it ran by said so.
			said := t.Verb == workflow.VerbApprove || t.Verb == workflow.VerbRecord || w.s.Flow != w.log[0].flow
			if t.Step == m.Node && n >= m.From && t.Origin == "" && (t.Status == workflow.TaskSkipped || said && (t.Status == workflow.TaskDone || t.Status == workflow.TaskVoid)) {
				yes += w.weighs(s, t, b)
			}
		}
		if yes < m.Need {
			w.t.Fatalf("%s is over with %d of %d\n%s", m.Node, yes, m.Need, b)
		}
	}
}

// weighs is what a yes counts. Whoever the step found weighs what it says; whoever took a task
// over weighs what the task did.
func (w *walker) weighs(s workflow.Step, t workflow.Task, b []byte) int {
	if s.Need.Kind != workflow.CountWeighted {
		return 1
	}
	says := 1
	if len(t.Holder.Named) == 1 {
		says = max(1, s.Need.Weights[t.Holder.Named[0].Person])
	}
	if !t.Given && t.From == "" && t.Weight != says {
		w.t.Fatalf("%s weighs %d, and its holder %d\n%s", t.ID, t.Weight, says, b)
	}
	return t.Weight
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
		if (t.Status == workflow.TaskDone || t.Status == workflow.TaskSkipped) && !t.Alone && t.Origin != workflow.OriginExtend && t.Origin != workflow.OriginCheck && t.Origin != workflow.OriginOwed {
			acted[t.Step] = append(acted[t.Step], t.By.Person)
			if t.For != nil {
				acted[t.Step] = append(acted[t.Step], t.For.Person)
			}
		}
	}
	for _, s := range w.steps {
		others := slices.Clone(s.NotSameAs)
		for _, group := range w.apart {
			if slices.Contains(group, s.ID) {
				others = append(others, group...)
			}
		}
		for _, other := range others {
			if other == s.ID {
				continue // several of one step may be one person's turns
			}
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
