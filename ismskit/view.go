package ismskit

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// SystemOpening is what a case is that opened by itself.
type SystemOpening string

// A question is for the applicant to answer, as whether he still needs a permission;
// other work is for those whom its steps name.
const (
	SystemAsks  SystemOpening = "asks"
	SystemOpens SystemOpening = "opens"
)

// systemOpening tells what nobody has asked for from a draft that was put before its
// applicant: of a type that can be applied for, it is his once he sends it.
func (c caseInHand) systemOpening() SystemOpening {
	switch steps := c.kind.flow.Steps(); {
	case c.extra.Cause == "" || c.kind.Offered:
		return ""
	case len(steps) > 0 && slices.ContainsFunc(steps[0].Who, func(w workflow.Who) bool { return w.Kind == workflow.WhoApplicant }):
		return SystemAsks
	}
	return SystemOpens
}

// Case returns one case with everything the actor may see of it; ErrNotFound for
// one he may not see.
func (k *Kit) Case(ctx context.Context, actor Actor, id string) (Case, error) {
	k = k.once()
	c, err := k.take(ctx, id)
	if err != nil {
		return Case{}, err
	}
	now := k.moment()
	way, err := k.mayRead(ctx, actor, c, now)
	if err != nil {
		return Case{}, err
	}
	if err := k.opened(ctx, actor, c.row.Class, OpenedCase, c.row.ID); err != nil {
		return Case{}, err
	}
	if c.extra.Disposed != nil {
		return k.disposedCase(ctx, c)
	}
	if c.row.Parent != "" && (c.state.Outcome == workflow.OutcomeVoid || c.state.Outcome == workflow.OutcomePaper) {
		if parent, err := k.take(ctx, c.row.Parent); err != nil && !unread(err) && !errors.Is(err, ErrNotFound) {
			return Case{}, err
		} else if err == nil {
			c.goesWith(parent)
		}
	}
	out := Case{
		CaseRow: c.row, Kind: infoOf(c.kind), Form: c.kind.form, Fields: c.values, Entered: c.entered(), Flow: c.state, Stops: k.stops(c, now), Writer: c.extra.Writer, Cause: c.extra.Cause, Begun: c.begun, Outdated: c.outdated, System: c.systemOpening(), RowNo: c.rowNo(), RowTurn: c.extra.Turn, SubjectIn: c.subjectIn(k),
		Imported: c.imported(),
		Word:     stateWord(&c), Files: c.extra.Files, Links: c.extra.Links, MayComment: c.state.Phase != workflow.PhaseClosed,
	}
	out.Closed = c.state.Closed
	var sent time.Time // what is still to be sent, or sent again, goes by the form of today
	if c.state.Phase != workflow.PhaseDraft && c.state.Phase != workflow.PhaseReturned {
		sent = c.row.Submitted
	}
	if err := k.formDocuments(ctx, actor, sent, &out.Kind); err != nil {
		return Case{}, err
	}
	if out.Kind.Barred != nil { // that no other can begin keeps nobody from sending this one
		if out.Kind.Barred, err = k.sendingEnded(ctx, c, nil); err != nil {
			return Case{}, err
		}
	}
	if out.Paper, err = k.paper(ctx, c); err != nil {
		return Case{}, err
	}
	if err = k.paperLinks(ctx, c, &out); err != nil {
		return Case{}, err
	}
	if out.PaperRow, err = k.paperRow(ctx, actor, c, now); err != nil {
		return Case{}, err
	}
	if err := k.linksFor(ctx, actor, &out, now); err != nil {
		return Case{}, err
	}
	if out.Mine, err = k.mine(ctx, actor, c, now); err != nil {
		return Case{}, err
	}
	undoing, err := k.underWay(ctx, actor, []caseInHand{c}, len(out.Mine) > 0, now)
	if err != nil {
		return Case{}, err
	}
	out.UnderWay = undoing[c.row.ID]
	hidden, err := k.hiddenFrom(ctx, actor, c, out.Mine, now)
	if err != nil {
		return Case{}, err
	}
	if out.Fields, out.Disposes, err = k.disposalShown(ctx, actor, c, c.kind.form.Redact(c.values, hidden), out.Mine, now); err != nil {
		return Case{}, err
	}
	if out.Clauses, err = k.clauseRefs(ctx, actor, c.kind, out.Fields); err != nil {
		return Case{}, err
	}
	if out.Gone, err = k.namedGone(ctx, c, out.Fields, now); err != nil {
		return Case{}, err
	}
	places, err := k.rowPlaces(ctx, c)
	if err != nil {
		return Case{}, err
	}
	out.rowNos = places.all(out.Fields)
	if len(hidden) == 0 {
		if out.Hints, err = k.hints(ctx, actor, c, places); err != nil {
			return Case{}, err
		}
	}
	vain, err := k.changeHints(ctx, actor, c, len(out.Mine) > 0)
	if err != nil {
		return Case{}, err
	}
	out.Hints = append(out.Hints, vain...)
	if out.Paper != nil {
		if out.Paper.Differs, err = k.differs(ctx, actor, c, hidden, now); err != nil {
			return Case{}, err
		}
		if out.Paper.Handled, err = k.notOpened(ctx, c); err != nil {
			return Case{}, err
		}
	}
	out.Unsent = c.unsentChanges(hidden)
	out.Files = visible(c.extra.Files, hidden)
	if out.Words, err = k.fileWords(ctx, c.digestsOf()); err != nil {
		return Case{}, err
	}
	if !slices.ContainsFunc(hidden, c.kind.Oral.names) {
		out.Oral = k.oral(&c, now)
	}
	out.Reads = c.toRead()
	if out.Loan, err = k.loanOfCase(ctx, c, hidden); err != nil {
		return Case{}, err
	}
	if out.Issued, err = k.issuedBy(ctx, actor, c, hidden); err != nil {
		return Case{}, err
	}
	if err := k.handedIn(ctx, c, hidden, now, &out); err != nil {
		return Case{}, err
	}
	out.Outcome = string(c.state.Outcome)
	// What is decoded is handed out, not how it is stored.
	out.Values, out.State, out.Extra = nil, nil, nil
	out.Done, out.Of = c.rowsDone()
	if err := k.doneWith(ctx, actor, c, way, now, &out); err != nil {
		return Case{}, err
	}
	correct, _ := k.correctionDue(&c)
	out.CorrectBy, out.CorrectLate = correct.Date, !correct.At.IsZero() && !now.Before(correct.At)
	if c, err = k.choosing(ctx, c, nil, now); err != nil {
		return Case{}, err
	}
	if out.Way, err = k.route(ctx, actor, c); err != nil {
		return Case{}, err
	}
	if out.OnPaper != nil && out.OnPaper.State != NumberFree {
		forgetPaper(out.Way.Steps)
	}
	if out.Trail, out.Faults, err = k.trail(ctx, c); err != nil {
		return Case{}, err
	}
	if err := k.redactedTrail(ctx, actor, c, out.Trail, hidden); err != nil {
		return Case{}, err
	}
	out.Retracted = c.retraction(out.Trail)
	for i := range out.Mine {
		out.Mine[i].Asked = askedFor(out.Mine[i].Task, out.Trail)
	}
	if c.row.Parent != "" {
		out.RowTitle = c.title(k)
		if out.Turns, err = k.otherTurns(ctx, actor, c, now); err != nil {
			return Case{}, err
		}
		for i := range out.Mine {
			out.Mine[i].proposeFormer(c, out.Turns)
		}
	}
	out.Rows, err = k.rowsOf(ctx, actor, c, hidden, now)
	return out, err
}

// linksFor leaves those other cases that the actor may read: that there is one is told
// to nobody else.
func (k *Kit) linksFor(ctx context.Context, actor Actor, out *Case, now time.Time) error {
	var links []Link
	for _, l := range out.Links {
		other, may, err := k.readable(ctx, actor, l.Case, now)
		if err != nil {
			return err
		}
		switch {
		case may && l.Kind == linkLedTo && other.goesOn(actor):
			out.Prepared = l.Case
		case may:
			links = append(links, l)
		}
	}
	out.Links = links
	entered := func(kind string) string {
		if i := slices.IndexFunc(links, func(l Link) bool { return l.Kind == kind }); i >= 0 {
			return links[i].Case
		}
		return ""
	}
	if out.OnPaper != nil {
		out.OnPaper.Case = entered(linkEnteredAs)
	}
	if out.Paper != nil {
		if out.Paper.Online = entered(linkContinues); out.Paper.Online == "" {
			out.Paper.Handled = nil
		}
	}
	if out.Paper == nil || out.Paper.LostCase == "" {
		return nil
	}
	_, may, err := k.readable(ctx, actor, out.Paper.LostCase, now)
	if err == nil && !may {
		out.Paper.LostCase = ""
	}
	return err
}

// readable is another case, if there is one that an actor may read and that this program
// can: it is not to fail the one beside which it is named.
func (k *Kit) readable(ctx context.Context, actor Actor, id string, now time.Time) (caseInHand, bool, error) {
	c, err := k.take(ctx, id)
	if err == nil {
		_, err = k.mayRead(ctx, actor, c, now)
	}
	if unread(err) {
		k.leftOut(ctx, id, err)
		return caseInHand{}, false, nil
	}
	return c, err == nil, ignoreNotFound(err)
}

// leftOut logs that a case is not shown where it would be: this program cannot read it.
func (k *Kit) leftOut(ctx context.Context, id string, why error) {
	k.log.WarnContext(ctx, "case cannot be shown", "case", id, "why", why.Error())
}

// mayEdit says whether an actor may change the form as its applicant, or as who
// fills it in for him.
func (c *caseInHand) mayEdit(actor Actor) bool {
	return (c.own(actor) || c.writes(actor)) && (c.state.Phase == workflow.PhaseDraft || c.state.Phase == workflow.PhaseReturned)
}

// Needs are the rows of lists and the options that its fields refer to, and what its trail says
// of rows that came or went: whoever shows it asks Types.Options for their names.
func (c Case) Needs() []forms.Need {
	out := c.Form.Needs(c.Fields)
	for _, e := range c.Trail {
		for _, ch := range e.Changes {
			table, _, _ := strings.Cut(ch.Name, ".")
			for _, side := range []any{ch.From, ch.To} {
				plain, ok := side.(map[string]any)
				if !ok || strings.Count(ch.Name, ".") != 1 {
					continue
				}
				row := forms.Row{}
				for column, v := range plain {
					if value, ok := c.Form.Plain(table+"."+column, v); ok {
						row[column] = value
					}
				}
				out = append(out, c.Form.Needs(forms.Values{table: []forms.Row{row}})...)
			}
		}
	}
	return out
}
