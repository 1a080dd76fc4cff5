package workflow

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/qmuntal/stateless"
)

// Two machines, configured once, say which phase of a case and which status of a
// task may follow which. They hold no state and no actions: the state comes
// through the context, on a copy that is thrown away when firing fails.

type trigger string

const (
	fireSubmit   trigger = "submit"
	fireAct      trigger = "act" // anything that keeps the phase
	fireComment  trigger = "comment"
	fireReturn   trigger = "return"
	fireSuspend  trigger = "suspend"
	fireResume   trigger = "resume"
	fireFinish   trigger = "finish"
	fireWithdraw trigger = "withdraw"
	fireVoid     trigger = "void"
	fireOnPaper  trigger = "on_paper" // what becomes of the paper by which a closed case goes on

	fireOpen  trigger = "open"
	fireSkip  trigger = "skip"
	fireDone  trigger = "done"
	fireDrop  trigger = "drop"
	fireLapse trigger = "lapse"

	fireRead    trigger = "read"
	fireSystem  trigger = "system" // what children do to a parent, also while its clock stands
	fireHold    trigger = "hold"
	fireBack    trigger = "back"
	fireMove    trigger = "move"
	fireDecline trigger = "decline"
	fireRemove  trigger = "remove"
)

// subject is what travels through the context.
type subject struct{ status string }

type subjectKey struct{}

func newMachine(initial string) *stateless.StateMachine {
	m := stateless.NewStateMachineWithExternalStorage(
		func(ctx context.Context) (stateless.State, error) {
			if s, ok := ctx.Value(subjectKey{}).(*subject); ok {
				return s.status, nil
			}
			return initial, nil // drawing only
		},
		func(ctx context.Context, to stateless.State) error {
			s, ok := ctx.Value(subjectKey{}).(*subject)
			status, isText := to.(string)
			if !ok || !isText {
				return fmt.Errorf("workflow: lifecycle without a subject")
			}
			s.status = status
			return nil
		},
		// A queued machine that is shared answers nil for what it did not do.
		stateless.FiringImmediate)
	m.OnUnhandledTrigger(func(_ context.Context, from stateless.State, t stateless.Trigger, _ []string) error {
		return refuse(ErrPhase, "", "phase", from, "verb", t)
	})
	return m
}

var caseMachine = sync.OnceValue(func() *stateless.StateMachine {
	m := newMachine(string(PhaseDraft))
	m.Configure(string(PhaseDraft)).
		Permit(fireSubmit, string(PhaseRunning)).
		Permit(fireWithdraw, string(PhaseClosed)).
		Permit(fireVoid, string(PhaseClosed)).
		Ignore(fireComment)
	m.Configure(string(PhaseRunning)).
		Permit(fireReturn, string(PhaseReturned)).
		Permit(fireSuspend, string(PhaseSuspended)).
		Permit(fireFinish, string(PhaseClosed)).
		Permit(fireWithdraw, string(PhaseClosed)).
		Permit(fireVoid, string(PhaseClosed)).
		Ignore(fireAct).
		Ignore(fireSystem).
		Ignore(fireComment).
		Ignore(fireRead)
	m.Configure(string(PhaseReturned)).
		Permit(fireSubmit, string(PhaseRunning)).
		Permit(fireWithdraw, string(PhaseClosed)).
		Permit(fireVoid, string(PhaseClosed)).
		Ignore(fireComment).
		Ignore(fireRead)
	m.Configure(string(PhaseSuspended)).
		Permit(fireResume, string(PhaseRunning)).
		Ignore(fireSystem).
		Permit(fireWithdraw, string(PhaseClosed)).
		Permit(fireVoid, string(PhaseClosed)).
		Ignore(fireComment).
		Ignore(fireRead)
	m.Configure(string(PhaseClosed)).
		Ignore(fireOnPaper).
		Ignore(fireRead)
	return m
})

var taskMachine = sync.OnceValue(func() *stateless.StateMachine {
	m := newMachine(string(taskNew))
	m.Configure(string(taskNew)).
		Permit(fireOpen, string(TaskOpen)).
		Permit(fireSkip, string(TaskSkipped))
	m.Configure(string(TaskOpen)).
		Permit(fireDone, string(TaskDone)).
		Permit(fireVoid, string(TaskVoid)).
		Permit(fireDrop, string(TaskNotNeeded)).
		Permit(fireLapse, string(TaskLapsed)).
		Permit(fireHold, string(TaskWaiting)).
		Permit(fireMove, string(TaskMoved)).
		Permit(fireDecline, string(TaskDeclined)).
		Permit(fireRemove, string(TaskRemoved)).
		Ignore(fireAct)
	m.Configure(string(TaskWaiting)).
		Permit(fireBack, string(TaskOpen)).
		Permit(fireVoid, string(TaskVoid)).
		Permit(fireDrop, string(TaskNotNeeded)).
		Permit(fireLapse, string(TaskLapsed)).
		Permit(fireMove, string(TaskMoved)).
		Permit(fireRemove, string(TaskRemoved))
	for _, over := range []TaskStatus{TaskDone, TaskSkipped, TaskLapsed} {
		m.Configure(string(over)).Permit(fireVoid, string(TaskVoid))
	}
	for _, gone := range []TaskStatus{TaskNotNeeded, TaskVoid, TaskMoved, TaskDeclined, TaskRemoved} {
		m.Configure(string(gone))
	}
	return m
})

// follow fires a trigger and returns the status it leads to. The machine panics
// on mistakes in its own configuration; they come back as errors.
func follow(m *stateless.StateMachine, status string, t trigger) (to string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("workflow: lifecycle: %v", p)
		}
	}()
	s := &subject{status: status}
	if err := m.FireCtx(context.WithValue(context.Background(), subjectKey{}, s), t); err != nil {
		return status, err
	}
	return s.status, nil
}

func (p Phase) follow(t trigger) (Phase, error) {
	to, err := follow(caseMachine(), string(p), t)
	return Phase(to), err
}

func (t TaskStatus) follow(by trigger) (TaskStatus, error) {
	to, err := follow(taskMachine(), string(t), by)
	return TaskStatus(to), err
}

// CaseLifecycle draws the phases of a case in DOT, lines sorted.
func CaseLifecycle() string { return drawn(caseMachine()) }

// TaskLifecycle draws the statuses of a task in DOT, lines sorted.
func TaskLifecycle() string { return drawn(taskMachine()) }

// drawn sorts the body of the graph, whose order is not the same twice.
func drawn(m *stateless.StateMachine) string {
	var head, states, edges []string
	for _, line := range strings.Split(strings.TrimSpace(m.ToGraph()), "\n") {
		switch line = strings.TrimSpace(line); {
		case strings.Contains(line, "->"):
			edges = append(edges, "\t"+line)
		case strings.Contains(line, "[label="):
			states = append(states, "\t"+line)
		case line != "" && line != "}":
			head = append(head, line)
		}
	}
	slices.Sort(states)
	slices.Sort(edges)
	return strings.Join(slices.Concat(head, states, edges, []string{"}"}), "\n") + "\n"
}

func knownPhase(p Phase) bool {
	switch p {
	case PhaseDraft, PhaseRunning, PhaseReturned, PhaseSuspended, PhaseClosed:
		return true
	}
	return false
}

func knownStatus(t TaskStatus) bool {
	switch t {
	case TaskOpen, TaskWaiting, TaskDone, TaskVoid, TaskNotNeeded, TaskSkipped, TaskLapsed, TaskMoved, TaskDeclined, TaskRemoved:
		return true
	}
	return false
}
