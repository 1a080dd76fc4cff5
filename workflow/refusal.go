package workflow

import (
	"errors"
	"slices"
)

// Refusal is why the engine did not do something. errors.Is compares the code,
// so that callers test for ErrNotOpen and the like; the parameters are for the
// sentence.
type Refusal struct {
	Code   string            `json:"code"`
	Step   string            `json:"step,omitempty"` // id of the step it is about
	Params map[string]string `json:"params,omitempty"`
}

// The refusals. Each is met with parameters; compare with errors.Is.
var (
	ErrNotOpen       = &Refusal{Code: "not_open"}       // the task is done, or its step has not opened
	ErrStale         = &Refusal{Code: "stale"}          // the task is void: the case went on meanwhile
	ErrNotAssigned   = &Refusal{Code: "not_assigned"}   // the task is somebody else's
	ErrNotYours      = &Refusal{Code: "not_yours"}      // not his to do in a case that he may read; the caller has looked
	ErrPassedOn      = &Refusal{Code: "passed_on"}      // the task went with the post that he no longer holds; the caller has looked
	ErrMovingOn      = &Refusal{Code: "moving_on"}      // its last row has ended and its next step has not opened; the caller has looked
	ErrPhase         = &Refusal{Code: "phase"}          // not in the case's present phase
	ErrVerb          = &Refusal{Code: "verb"}           // this step has no such verb
	ErrReason        = &Refusal{Code: "reason"}         // a reason is required
	ErrResult        = &Refusal{Code: "result"}         // not one of the step's results
	ErrReply         = &Refusal{Code: "reply"}          // the same of a question
	ErrReturnTarget  = &Refusal{Code: "return_target"}  // the step may not return there
	ErrSeparation    = &Refusal{Code: "separation"}     // separation of duties
	ErrDeputy        = &Refusal{Code: "deputy"}         // a deputy who is applicant or signer himself
	ErrNotApplicant  = &Refusal{Code: "not_applicant"}  // only the applicant may
	ErrWithdraw      = &Refusal{Code: "withdraw"}       // too late to withdraw
	ErrOutside       = &Refusal{Code: "outside"}        // not handled outside, or number, day of the answer or proof is missing
	ErrTimeout       = &Refusal{Code: "timeout"}        // the step does not lapse
	ErrChildren      = &Refusal{Code: "children"}       // the children do not fit the split
	ErrNobody        = &Refusal{Code: "nobody"}         // nobody found for a step
	ErrApart         = &Refusal{Code: "apart"}          // the separation of duties leaves nobody for a step
	ErrQuorum        = &Refusal{Code: "quorum"}         // fewer people found than needed
	ErrAnswer        = &Refusal{Code: "answer"}         // the answer does not fit what was asked
	ErrInput         = &Refusal{Code: "input"}          // text that is no text, or no moment
	ErrState         = &Refusal{Code: "state"}          // a state that this flow can't have produced
	ErrConditionFail = &Refusal{Code: "condition_fail"} // a condition could not be evaluated
	ErrPeople        = &Refusal{Code: "people"}         // nobody named, too many, or somebody twice
	ErrAlready       = &Refusal{Code: "already"}        // he is asked already
	ErrAway          = &Refusal{Code: "away"}           // who is away stands in for nobody; the caller's to know
	ErrAddAgain      = &Refusal{Code: "add_again"}      // who was added himself adds nobody
	ErrAdder         = &Refusal{Code: "adder"}          // only who added may take it away
	ErrTakeBack      = &Refusal{Code: "take_back"}      // somebody has acted since, or it can't be taken back
	ErrClaimed       = &Refusal{Code: "claimed"}        // somebody took it for himself
	ErrInPerson      = &Refusal{Code: "in_person"}      // nobody may do it for him
	ErrBound         = &Refusal{Code: "bound"}          // the form names who says it; another is named there
	ErrChoose        = &Refusal{Code: "choose"}         // the people of a later step are not chosen
	ErrExtendTerm    = &Refusal{Code: "extend_term"}    // no time is named, or it ends no later
	ErrExtendLate    = &Refusal{Code: "extend_late"}    // the deadline has passed
	ErrExtendAsked   = &Refusal{Code: "extend_asked"}   // a request is waiting
	ErrExtendOften   = &Refusal{Code: "extend_often"}   // as often as the step allows
	ErrExtendLong    = &Refusal{Code: "extend_long"}    // more than the step allows; the caller has counted
	ErrTooSoon       = &Refusal{Code: "too_soon"}       // urged not long ago
	ErrChased        = &Refusal{Code: "chased"}         // chased not long ago
	ErrUnitNobody    = &Refusal{Code: "unit_nobody"}    // nobody speaks for the unit that is asked
	ErrUnits         = &Refusal{Code: "units"}          // only consult asks units
	ErrUnitEnded     = &Refusal{Code: "unit_ended"}     // the unit is not in force, and none has taken it over; the caller has looked
	ErrUnknownUnit   = &Refusal{Code: "unknown_unit"}   // no such unit; the caller has looked
	ErrUnknownPerson = &Refusal{Code: "unknown_person"} // nobody in the house; the caller has looked
	ErrCopy          = &Refusal{Code: "copy"}           // no unread copy of his
	ErrCertificate   = &Refusal{Code: "certificate"}    // to be signed with his certificate
	ErrOwe           = &Refusal{Code: "owe"}            // it can't be made up for later, or there is nothing to
	ErrOwed          = &Refusal{Code: "owed"}           // the task owes no signature
	ErrBatch         = &Refusal{Code: "batch"}          // to be decided by itself
)

// Error is the refusal in English.
func (r *Refusal) Error() string { return "workflow: " + r.Message("en") }

// Message is the refusal as a sentence in a language.
func (r *Refusal) Message(lang string) string { return sentence(r.words(), lang, r.Params) }

// words are the key of its sentence. Whom the form itself names is told as what, of a task that
// is not open it is said what became of it, and who may not speak for a unit is told by the unit.
func (r *Refusal) words() string {
	key := "refusal." + r.Code
	switch {
	case r.Code == ErrNotOpen.Code:
		if became := TaskStatus(r.Params["status"]); slices.Contains(shutTasks, became) {
			return key + "." + string(became)
		}
		return key
	case r.Code == ErrPeople.Code && Verb(r.Params["verb"]) == VerbConsult:
		return key + "_consult"
	case r.Params["unit"] != "" && (r.Code == ErrAlready.Code || r.Code == ErrSeparation.Code):
		return key + "_unit"
	case r.Code != ErrSeparation.Code || r.Params["field"] == "":
		return key
	case r.Params["self"] != "":
		return key + "_self"
	}
	return key + "_named"
}

// shutTasks are the statuses in which a task is no longer, or not yet again, anybody's to do:
// of each its refusal says what happened.
var shutTasks = []TaskStatus{TaskWaiting, TaskDone, TaskNotNeeded, TaskSkipped, TaskLapsed, TaskMoved, TaskDeclined, TaskRemoved}

// notOpen refuses what is asked of a task that is not open: it says what became of it, and
// by whose hand.
func (t *Task) notOpen() error {
	by := ""
	if t.By != nil {
		by = t.By.Name
	}
	return refuse(ErrNotOpen, t.Step, "task", t.ID, "status", t.Status, "by", by)
}

// Is compares codes.
func (r *Refusal) Is(target error) bool {
	t, ok := target.(*Refusal)
	return ok && t.Code == r.Code
}

// AsRefusal returns the refusal in an error, nil if it holds none.
func AsRefusal(err error) *Refusal {
	var r *Refusal
	if errors.As(err, &r) {
		return r
	}
	return nil
}

// refuse makes a refusal of a kind with parameters.
func refuse(kind *Refusal, step string, pairs ...any) error {
	return &Refusal{Code: kind.Code, Step: step, Params: params(pairs...)}
}
