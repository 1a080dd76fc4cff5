package ismskit

import "github.com/ismskit/ismskit/workflow"

// taskName is what a task is called: by its step where it is the step's own, and by what is
// asked of somebody beside it where it is not. Who was asked for an opinion by the head of a
// unit is not that head.
func taskName(step workflow.Step, t workflow.Task) workflow.Text {
	return nameBeside(step.Name, t.Origin, workflow.UnitOf(t.Why))
}

// besideNames are the texts that name a task which is there for a reason. Who is asked again
// decides the step itself.
var besideNames = map[workflow.Origin]string{
	workflow.OriginBefore: "step.added", workflow.OriginAfter: "step.added", workflow.OriginConsult: "step.consulted",
	workflow.OriginDelegate: "step.delegated", workflow.OriginExtend: "step.extend", workflow.OriginDeclined: "step.declined",
	workflow.OriginCheck: "step.check", workflow.OriginOwed: "step.owed",
}

// nameBeside is what a task is called that is there for a reason, in a step; unit is the one that
// is asked for an opinion, "" where a person is.
func nameBeside(step workflow.Text, origin workflow.Origin, unit string) workflow.Text {
	key, beside := besideNames[origin]
	if !beside {
		return step
	}
	if unit != "" {
		key = "step.consulted_unit"
	}
	return workflow.Text(sayAll(key, func(lang string) map[string]string {
		return map[string]string{"step": step.In(lang), "unit": unit}
	}))
}
