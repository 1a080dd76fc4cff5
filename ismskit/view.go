package ismskit

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/workflow"
)

// Case is a case as an actor may see it.
type Case struct {
	CaseRow
	Kind TypeInfo
	// SubjectIn is the subject in several languages, for SubjectFor.
	SubjectIn workflow.Text
	Form      *forms.Form
	Fields    forms.Values
	// Clauses are those of documents at which Fields point, of documents that the actor may read.
	Clauses []ClauseRef
	// Unsent are fields whose values in Fields were saved after it came back to its
	// applicant and never sent, for UnsentIn; nil where Fields is what was sent.
	Unsent []string
	// Entered says of which kind the step is that enters a field of later steps, by path.
	Entered map[string]workflow.Kind
	// Typed is what its writer typed and cannot be read as values, and Wrong what
	// is wrong with a draft as it is kept; both for its writer alone.
	Typed forms.Posted
	Wrong forms.Invalid
	// Begun is the version that a draft was begun with, where it goes by a newer one since;
	// Outdated says that the newest can't take the draft over as it was typed.
	Begun    string
	Outdated bool
	// Chosen are the people its writer chose for later steps so far, for him alone.
	Chosen map[string][]workflow.Signer
	// Cause is what opened it by itself, as in OpenLater; "" for a person.
	Cause string
	// System is what the system did by opening it, "" where a person sent it.
	System SystemOpening
	// Paper is where its original lies, nil for a case that was signed here.
	Paper *Paper
	// PaperRow is, of a row of a case that was signed on paper, what that says to who handles it.
	PaperRow *PaperRow
	// Oral is the approval by word of mouth that came first, nil for an ordinary case.
	Oral *OralApproval
	// Writer is who filled it in for the applicant, nil for himself.
	Writer *workflow.Signer
	Flow   workflow.State
	// Stops is the ledger of its clock (停止計時).
	Stops []ClockStop
	Way   Route // with what has been done and what is to come
	Word  string
	// RowTitle is what the row is called that a child case is for.
	RowTitle string
	// RowNo is which row of its request a child case is for, for NumberIn; 0 for none.
	RowNo int
	// RowTurn is 2 where that row is handled for the second time, for RowNumberIn; 0 for the first.
	RowTurn int
	Mine    []MyTask
	Trail   []Entry
	Rows    []ChildCase // child cases, by row
	// Turns are, of a row that was handled more than once, the other times as far as the actor
	// may read them, in their order.
	Turns []ChildCase
	// Done and Of count ended and all rows while they are on their way.
	Done, Of int
	Files    []Attached
	// Words says of Files, by digest, whether the case is found by what they say; one in a
	// field that is hidden from somebody is not among them.
	Words map[string]FileWords
	Links []Link
	// OnPaper is how it goes on on paper, nil for a case that does not.
	OnPaper *Continued
	// Reads is the version that is to be read, of a sheet on which people say that they have.
	Reads *ToRead
	// Disposed says by what a case was disposed of whose content is gone; nil for any other.
	Disposed *Disposal
	// Disposes are, of a list for disposal (Type.Disposes), the records that its rows name, by the ids of
	// the rows, as far as the actor may read them.
	Disposes map[string]string
	// Retracted says of an execution record that it was taken back; nil for any other.
	Retracted *Retraction
	// Loan is, of a request to read a document for a time (Type.Lends), that loan; nil before it
	// is granted, and for whoever is not told which document it is.
	Loan *Loan
	// Issued is, of a request by which a document changes (Type.DocumentChange), the version that it
	// issued; nil where it issued none, and for who may not read the document.
	Issued *IssuedVersion
	// Leaver is who hands over on such a sheet as NotHanded is of, "" where it is none.
	Leaver string
	// LastDayOver is his last day on such a sheet that is on its way, where it is over: what he has
	// is still his. Zero where it is not.
	LastDayOver calendar.Date
	// Imported says that it was kept before this system and taken in with an index: nobody signed
	// it here (匯入，非本系統簽核). The report of an import was made here.
	Imported bool
	// NotHanded is what a sheet by which somebody hands over (Type.Handover) did not carry out.
	NotHanded []NotHanded
	// Ending are the accounts of his own, and where he leaves those for whom he stands in,
	// that end with the last day of who hands over on such a sheet, until it takes effect.
	// Nobody follows in them.
	Ending []Holding
	// Unreserved are the systems that such a sheet, on its way, would leave with one person
	// both to administer their permissions and to stand in for it.
	Unreserved []Holding
	// Doubled are, for the actor who is to name who follows, the systems of which he had
	// better not name whoever looks after them already.
	Doubled []Doubled
	// UnderWay are cases that have not ended and would undo what this one is about.
	UnderWay []UnderWay
	// Hints are what is to be known beside its fields while it is on its way: nobody is told of a
	// field from whom something in it is hidden, and of what became of a document only who may
	// read it or has the case before him.
	Hints []Hint
	// Gone are those whom its fields name and who are not in office any more, while it is on
	// its way.
	Gone []NamedGone
	// Prepared is the draft that its end put before the actor and that he has not sent,
	// "" for none.
	Prepared string
	// Others is what the actor may do beside his own open tasks.
	Others []OtherAct
	// Held says to who might otherwise correct it that a legal hold keeps it as it is.
	Held bool
	// MayEdit, MayWithdraw and MayComment say what the actor may do beside tasks.
	MayEdit, MayWithdraw, MayComment bool
	// CorrectBy is the last day to send it again where it was returned to its applicant.
	CorrectBy calendar.Date
	// CorrectLate says that it is over; it can still be sent.
	CorrectLate bool
	// Year is the working year (作業年度) under which it is filed, 0 for a draft; MaySetYear
	// says that the actor may file it under another one.
	Year       int
	MaySetYear bool
	// MaySend says that it is a draft which the actor may go on with and send.
	MaySend bool
	rowNos  map[[2]string]int // for RowNumber
	// ReadOnly is why nothing can be done with it here, nil if something can.
	ReadOnly *ReadOnly
	// Faults is what the check of its trail found; none is 相符.
	Faults []evidence.Fault
}

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
