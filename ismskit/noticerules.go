package ismskit

import (
	"time"

	"github.com/ismskit/ismskit/ismskit/reminder"
)

// notice is one thing to tell one person. Its id says what caused it, so that the
// same cause tells once.
type notice struct {
	id      string
	person  string
	task    string
	rule    string
	kind    string // of the message: action or read
	urgent  bool
	subject string
	body    string
	secret  bool // of what is classified: it says no more than that there is something (K18)
	due     time.Time
	again   int       // unread ones that it replaces
	first   time.Time // when the first of them was told
}

// Kinds of messages.
const (
	MessageAction = "action" // gone when the task is done
	MessageRead   = "read"   // gone when read
	MessageMail   = "mail"   // a mail as it left
)

// Rules of messages beside those of package reminder.
const (
	ruleOpened        = "opened"
	ruleReturned      = "returned"
	ruleClosed        = "closed"
	ruleActed         = "acted"
	ruleDigest        = "digest"
	ruleDead          = "dead"          // jobs were given up
	ruleCalendar      = "calendar"      // a year's calendar is missing
	ruleBack          = "back"          // it came back from whoever was asked first
	ruleTakenAway     = "taken_away"    // what waited for him was taken away
	ruleClockStopped  = "clock_stopped" // nobody can go on until the clock runs again
	ruleClockResumed  = "clock_resumed"
	ruleUrged         = "urged"
	ruleChased        = "chased"    // an officer or a superior tells him to get on with it
	ruleChasedUp      = "chased_up" // and he is late: his superior is told
	ruleCopied        = "copied"
	ruleExtended      = "extended"       // more time was granted
	ruleRefused       = "refused"        // or not
	ruleFilled        = "filled"         // somebody filled it in for him and sent it
	ruleOral          = "oral"           // that he approved by word of mouth has been registered
	ruleLateForm      = "late_form"      // its form has not been sent
	ruleLateFormUp    = "late_form_up"   // and nobody has seen to it
	ruleStuck         = "stuck"          // his request waits for somebody who is late
	ruleUnsent        = "unsent"         // a draft was put before him that he has not sent
	ruleRedated       = "redated"        // his deadline moved with the calendar
	rulePassed        = "passed"         // a task came to him with his post
	rulePassedOff     = "passed_off"     // or left him with it
	ruleHandedOver    = "handed_over"    // somebody who leaves has handed things over to him
	ruleCloseLogin    = "close_login"    // somebody has left whose sign-in account is to be closed
	ruleDeputyLeft    = "deputy_left"    // who stood in for him does no more
	ruleDeputyChanged = "deputy_changed" // or somebody else does
	ruleUnreserved    = "unreserved"     // a system has nobody in reserve any more
	ruleNotHanded     = "not_handed"     // something could not be handed over
	ruleOwedLeft      = "owed_left"      // who owes a signature with his certificate has left
	ruleStopped       = "stopped"        // a version of which he has a copy was wrongly issued
	ruleStoppedCases  = "stopped_cases"  // and he looks after documents
	ruleWithdrawn     = "withdrawn"      // a version that his request made was taken back before its day
	ruleUnattended    = "unattended"     // nobody acts for one of his people who is away
	rulePostWanted    = "post_wanted"    // somebody has moved whose new post is not entered yet
	ruleOnPaper       = "on_paper"       // what waited for him goes on on paper
	ruleToPrint       = "to_print"       // his request does: he prints it and has it signed
	ruleReview        = "review"         // a document that he keeps, or his unit, is to be reviewed
	ruleLoanEnded     = "loan_ended"     // a document that was lent to him was taken back
	ruleNumberVoid    = "number_void"    // his request went on on paper, and its number was declared void
)

// MessageRules are all that a Message may name as its Rule: a host that words them on
// its pages holds its own list against these.
func MessageRules() []string {
	return []string{
		ruleOpened, ruleReturned, ruleClosed, ruleActed, ruleDigest, ruleDead, ruleCalendar, ruleBack, ruleTakenAway, ruleClockStopped, ruleClockResumed, ruleUrged, ruleChased, ruleChasedUp, ruleCopied, ruleExtended, ruleRefused, ruleFilled,
		ruleOral, ruleLateForm, ruleLateFormUp, ruleStuck, ruleUnsent, ruleRedated, rulePassed, rulePassedOff, ruleHandedOver, ruleCloseLogin, ruleDeputyLeft, ruleDeputyChanged, ruleUnreserved, ruleNotHanded, ruleOwedLeft, rulePostWanted, ruleUnattended, ruleStopped, ruleStoppedCases, ruleWithdrawn, ruleOnPaper, ruleToPrint, ruleNumberVoid, ruleLoanEnded, ruleReview,
		string(reminder.RuleBefore), string(reminder.RuleOnDay), string(reminder.RuleOverdue), string(reminder.RuleEscalate),
		string(reminder.RuleReply), string(reminder.RuleSuspended),
	}
}
