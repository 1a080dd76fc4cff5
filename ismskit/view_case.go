package ismskit

import (
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
