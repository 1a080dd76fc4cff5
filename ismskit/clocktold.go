package ismskit

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// clockNotices tell those who have a case, who acts for them, and its applicant, that its clock
// was stopped (停止計時) and that it runs again: meanwhile nobody can go on, and what is due moves.
func (k *Kit) clockNotices(ctx context.Context, c caseInHand, since, at time.Time) ([]notice, error) {
	var out []notice
	for i, stop := range c.state.Stops {
		stopped, resumed := !stop.From.Before(since), !stop.To.IsZero() && !stop.To.Before(since)
		if !stopped && !resumed || c.state.Phase == workflow.PhaseClosed {
			continue
		}
		people, err := k.concernedNow(ctx, c, at)
		if err != nil {
			return nil, err
		}
		for _, person := range people {
			if stopped && person != stop.By.Person {
				n := k.caseNotice(c, person, ruleClockStopped, strconv.Itoa(i), map[string]string{"by": stop.By.Name})
				if reason := strings.TrimSpace(stop.Reason); reason != "" && !k.classes().Confidential(c.row.Class) {
					n.body += k.text("notice.taken_away.reason", map[string]string{"reason": reason})
				}
				n.due = stop.From
				out = append(out, n)
			}
			if resumed {
				n := k.caseNotice(c, person, ruleClockResumed, strconv.Itoa(i), map[string]string{})
				if !k.classes().Confidential(c.row.Class) {
					n.body += k.text(k.putOffText(c, stop), nil)
				}
				n.due = stop.To
				out = append(out, n)
			}
		}
	}
	return out, nil
}

// putOffText is whether what is due has moved with a stop: not where it was for less than a
// working day.
func (k *Kit) putOffText(c caseInHand, stop workflow.Stop) string {
	if k.stoppedDays(stop, k.countsBy(c)) == 0 {
		return "notice.clock_resumed.same"
	}
	return "notice.clock_resumed.moved"
}

// concernedNow are those who have an open task of a case, who acts for them, and who is told in
// the applicant's place, or the applicant himself.
func (k *Kit) concernedNow(ctx context.Context, c caseInHand, at time.Time) ([]string, error) {
	var people []string
	if c.row.Parent == "" && c.row.Applicant != SystemPerson {
		own, err := k.toldForApplicant(ctx, c, at)
		if err != nil {
			return nil, err
		}
		people = own
	}
	for _, t := range c.state.Open() {
		told, err := k.toldOf(ctx, c, t, at)
		if err != nil {
			return nil, err
		}
		for _, to := range told {
			people = append(people, to.person)
		}
	}
	return distinct(slices.Clone(people)), nil
}
