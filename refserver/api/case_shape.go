package api

import (
	"encoding/json"
	"time"

	"github.com/ismskit/ismskit/forms"
)

// CaseHead is a case as lists show it.
type CaseHead struct {
	ID            string    `json:"id"`
	Revision      int64     `json:"revision" doc:"As in ETag and If-Match."`
	Type          string    `json:"type"`
	Version       string    `json:"version" doc:"Of the type: form and flow stay what they were."`
	Title         string    `json:"title" doc:"Of the type."`
	Number        string    `json:"number,omitempty"`
	Subject       string    `json:"subject,omitempty"`
	Class         string    `json:"class,omitempty" doc:"A row of the register classes, by its id."`
	Phase         string    `json:"phase" enum:"draft,running,returned,suspended,closed"`
	Outcome       string    `json:"outcome,omitempty" doc:"How it ended."`
	State         string    `json:"state" doc:"Where it stands, as a key."`
	StateText     string    `json:"state_text" doc:"Where it stands, for people."`
	Applicant     string    `json:"applicant"`
	ApplicantName string    `json:"applicant_name,omitempty"`
	Writer        string    `json:"writer,omitempty" doc:"Who filled it in for the applicant."`
	Unit          string    `json:"unit,omitempty"`
	UnitName      string    `json:"unit_name,omitempty"`
	Parent        string    `json:"parent,omitempty" doc:"The case of which this is one row."`
	Row           string    `json:"row,omitempty" doc:"Which row."`
	RowNo         int       `json:"row_no,omitempty" doc:"Its place in the request, from 1."`
	Created       time.Time `json:"created"`
	Submitted     time.Time `json:"submitted,omitzero"`
	Changed       time.Time `json:"changed,omitzero"`
	Closed        time.Time `json:"closed,omitzero"`
	Due           time.Time `json:"due,omitzero" doc:"Of the earliest open task."`
}

// CaseLine is a case on the list of one's own.
type CaseLine struct {
	CaseHead
	Step    string    `json:"step,omitempty" doc:"Where it stands."`
	Holders []string  `json:"holders" nullable:"false" doc:"Whom it waits for, itself or in its rows, by name."`
	Waits   []Waiting `json:"waits" nullable:"false" doc:"The same with since when, and which offices outside have not answered yet."`
	Since   time.Time `json:"since,omitzero"`
	Rows    int       `json:"rows,omitempty" doc:"How many rows it was split into."`
	Ended   int       `json:"ended,omitempty" doc:"How many of them have ended."`
}

// Waiting is whom a case or some of its rows wait for.
type Waiting struct {
	Holders []string  `json:"holders" nullable:"false"`
	Outside bool      `json:"outside,omitempty" doc:"An office outside has not answered yet."`
	Office  string    `json:"office,omitempty" doc:"Which."`
	Since   time.Time `json:"since" doc:"When the oldest came to them, or went out."`
	Tasks   int       `json:"tasks" doc:"How many they are."`
}

// Case is a case with everything the reader may see of it.
type Case struct {
	CaseHead
	FilledBy    *Signer             `json:"filled_by,omitempty" doc:"Who filled it in for the applicant, as on the record."`
	Paper       *Paper              `json:"paper,omitempty" doc:"Where the original lies of what was signed on paper and entered afterwards."`
	PaperRow    *PaperRow           `json:"paper_row,omitempty" doc:"Of an open row of a case that was signed on paper, what that says to who handles it."`
	OnPaper     *OnPaper            `json:"on_paper,omitempty" doc:"How it goes on that went on on paper; missing for any other case."`
	Oral        *OralApproval       `json:"oral,omitempty" doc:"The approval by word of mouth that came before the form."`
	Values      json.RawMessage     `json:"values" doc:"The form's fields, by key, as GET /types/{type} describes them."`
	Imported    bool                `json:"imported,omitempty" doc:"It was kept before this system and taken in with an index: nobody signed it here."`
	Issued      *IssuedVersion      `json:"issued,omitempty" doc:"Of a request by which a document changes, the version that it issued, for who may read the document."`
	Loan        *DocumentLoan       `json:"loan,omitempty" doc:"Of a request to read a document, once it is granted and for who may know which that is."`
	Reads       *ReadVersion        `json:"reads,omitempty" doc:"Of a sheet on which people say that they have read a version."`
	Disposed    *DisposedBy         `json:"disposed,omitempty" doc:"Its content was disposed of."`
	Held        bool                `json:"held,omitempty" doc:"To who might otherwise correct this execution record: a legal hold keeps it as it is."`
	Retracted   *Retracted          `json:"retracted,omitempty" doc:"Of an execution record that was taken back."`
	Clauses     []ClauseRef         `json:"clauses,omitempty" nullable:"false" doc:"Clauses of documents at which the fields point, of documents one may read."`
	Unsent      []string            `json:"unsent,omitempty" nullable:"false" doc:"Fields whose values were saved after it came back to its applicant and never sent: nobody has signed them as they are."`
	Typed       forms.Posted        `json:"typed,omitempty" doc:"For its writer: what was typed into a draft and cannot be read as values, by field, table.row.column and part."`
	Chosen      map[string][]Signer `json:"chosen,omitempty" nullable:"false" doc:"For its writer: the people chosen for later steps so far."`
	Errors      []FieldError        `json:"errors,omitempty" nullable:"false" doc:"For its writer: what must be mended in a draft before it is sent."`
	Tasks       []MyTask            `json:"tasks" nullable:"false" doc:"What the reader may do in it now."`
	Route       Route               `json:"route"`
	Rows        []ChildCase         `json:"rows" nullable:"false" doc:"Child cases, by row."`
	Files       []CaseFile          `json:"files" nullable:"false"`
	Links       []CaseLink          `json:"links" nullable:"false"`
	LastDayOver string              `json:"last_day_over,omitempty" format:"date" doc:"Of a handover sheet on its way: the last day of who hands over, where it is over. What he has is still his."`
	NotHanded   []NotHanded         `json:"not_handed,omitempty" nullable:"false" doc:"What a handover sheet that has taken effect did not pass."`
	Gone        []NamedGone         `json:"gone" nullable:"false" doc:"Whom its fields name and who is not in office any more, while it is on its way."`
	Doubled     []DoubledHolding    `json:"doubled,omitempty" nullable:"false" doc:"For whoever is to name successors: the systems of which he had better not name those who look after them already."`
	Unreserved  []EndingHolding     `json:"unreserved,omitempty" nullable:"false" doc:"Of a handover sheet on its way: the systems that it would leave with one person both to administer their permissions and to stand in for it."`
	Ending      []EndingHolding     `json:"ending,omitempty" nullable:"false" doc:"Of a handover sheet, until it takes effect: the accounts of his own, and those for whom he stands in, that end with the last day of who hands over. Nobody follows in them."`
	Hints       []Hint              `json:"hints,omitempty" nullable:"false" doc:"What is to be known beside its fields while it is on its way."`
	UnderWay    []UnderWay          `json:"under_way" nullable:"false" doc:"Cases that have not ended and would undo what this one is about."`
	Year        int                 `json:"year,omitempty" doc:"The working year under which it is filed, counted from 1912 (Minguo)."`
	May         May                 `json:"may"`
	Others      []OtherAct          `json:"others" nullable:"false" doc:"What the reader may do beside tasks of his own."`
	ReadOnly    string              `json:"read_only,omitempty" doc:"Why nothing can be done with it."`
	CorrectBy   string              `json:"correct_by,omitempty" format:"date" doc:"The last day to send it again, where it was returned to its applicant."`
	CorrectLate bool                `json:"correct_late,omitempty" doc:"That day is over; it can still be sent."`
	Stops       []ClockStop         `json:"stops" nullable:"false" doc:"When its clock stood still, in order."`
	Verified    bool                `json:"verified" doc:"The check of its trail found nothing wrong."`
}

// ReadVersion is a version that is to be read.
type ReadVersion struct {
	Document string `json:"document" doc:"Its id."`
	Version  string `json:"version"`
	Name     string `json:"name" doc:"Number and title."`
}

// IssuedVersion is the version that a request issued, as it is now.
type IssuedVersion struct {
	Document string `json:"document" doc:"Its id."`
	Number   string `json:"number"`
	Version  string `json:"version"`
	State    string `json:"state"`
	Issued   string `json:"issued" format:"date" doc:"From when it is in force."`
}

// Retracted says when an execution record was taken back, by whom and why.
type Retracted struct {
	At     time.Time `json:"at"`
	By     Signer    `json:"by"`
	Reason string    `json:"reason"`
}

// DisposedBy is the list by which the content of a case was disposed of.
type DisposedBy struct {
	Case   string    `json:"case"`
	Number string    `json:"number"`
	At     time.Time `json:"at"`
}

// Paper is where the original of a case lies that was signed on paper.
type Paper struct {
	Place    string   `json:"place"`
	Keeper   string   `json:"keeper"`
	Lost     bool     `json:"lost,omitempty"`
	LostCase string   `json:"lost_case,omitempty" doc:"The case about its loss."`
	Online   string   `json:"online,omitempty" doc:"The case that went on on paper under the same number, for those who may read it."`
	Handled  []string `json:"handled,omitempty" nullable:"false" doc:"Titles of rows for which no case was opened: they had been handled online."`
	// Differs is what the entry says otherwise than that case.
	Differs []PaperDifference `json:"differs,omitempty" nullable:"false" doc:"What the entry says otherwise than the request that was sent online, as far as the reader may see both."`
}

// PaperDifference is a field or a row that the entry of a paper has otherwise than the request.
type PaperDifference struct {
	Field string `json:"field" doc:"Its path: a field, a table, or table.column."`
	Label string `json:"label"`
	Row   int    `json:"row,omitempty" doc:"Its number on the sheet, from 1; of one that was removed its number in the request."`
	State string `json:"state" enum:"changed,added,removed" doc:"added: a row that the request has not; removed: a row that the entry has not."`
}

// PaperRow is what the paper of a request says to whoever handles a row of it.
type PaperRow struct {
	Case   string           `json:"case" doc:"The entry of the paper, with its scan."`
	Signed []PaperSignature `json:"signed" nullable:"false" doc:"The signatures that are neither the applicant's nor for a step before the handling."`
}

// PaperSignature is a signature on a paper, as its entry has it.
type PaperSignature struct {
	Name     string `json:"name"`
	Capacity string `json:"capacity,omitempty" doc:"As what he signed."`
	Opinion  string `json:"opinion,omitempty"`
	Day      string `json:"day,omitempty" format:"date"`
}

// OnPaper is how a case goes on that went on on paper.
type OnPaper struct {
	State   string    `json:"state" enum:"awaited,entered,void" doc:"awaited: the paper can be entered under the case's number; entered: it was; void: the number was declared void, and the matter ends with the case."`
	Case    string    `json:"case,omitempty" doc:"As which it was entered, for those who may read that."`
	Void    string    `json:"void_reason,omitempty" doc:"Why the number is void."`
	By      string    `json:"void_by,omitempty" doc:"Who declared it void."`
	At      time.Time `json:"void_at,omitzero"`
	Handled []string  `json:"handled,omitempty" nullable:"false" doc:"Titles of rows that were handled before it went on on paper: they stay as they are recorded."`
	All     bool      `json:"all_handled,omitempty" doc:"There is no other row: no paper is entered, and the number is to be declared void."`
}

// OralApproval is an approval by word of mouth, with its three times.
type OralApproval struct {
	Approver    string    `json:"approver,omitempty" doc:"As the form names him."`
	Approved    time.Time `json:"approved,omitzero"`
	Done        time.Time `json:"done,omitzero"`
	Written     time.Time `json:"written,omitzero" doc:"When the form was first sent."`
	Due         string    `json:"due,omitempty" format:"date" doc:"The day by which it had to be."`
	Late        bool      `json:"late,omitempty"`
	Reason      string    `json:"reason,omitempty" doc:"Why it came late."`
	Confirmed   *Signer   `json:"confirmed,omitempty" doc:"The approver, once he has confirmed it in person."`
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"`
}

// ClockStop is one time in which the clock of a case stood still.
type ClockStop struct {
	From     time.Time `json:"from"`
	To       time.Time `json:"to,omitzero" doc:"Missing while it stands."`
	By       Signer    `json:"by"`
	Reason   string    `json:"reason"`
	Workdays int       `json:"workdays" doc:"By how many working days it puts off what counts in them; of a clock that stands, as if it went on now."`
}

// ChildCase is a row of a case with its own handler.
type ChildCase struct {
	CaseHead
	Values  json.RawMessage `json:"values"`
	Result  string          `json:"result,omitempty" doc:"What the handler recorded."`
	Reason  string          `json:"reason,omitempty" doc:"Why it was not carried out."`
	Turn    int             `json:"turn" doc:"2 where its row is handled for the second time, because the request was sent back; 1 the first time."`
	Earlier bool            `json:"earlier,omitempty" doc:"Its row has been opened anew since: what became of it here no longer counts."`
	Holders []string        `json:"holders" nullable:"false"`
	Waits   []Waiting       `json:"waits" nullable:"false"`
	Stops   []ClockStop     `json:"stops" nullable:"false"`
}

// CaseFile is a file of a case.
type CaseFile struct {
	File
	Field  string    `json:"field" doc:"Empty for what came with what somebody said: attached in the trail."`
	By     string    `json:"by"`
	ByName string    `json:"by_name,omitempty"`
	At     time.Time `json:"at"`
	// Words says whether the case is found by what the file says.
	Words *FileWords `json:"words,omitempty"`
}

// EndingHolding is a row of a list that ends with somebody's last day, or that his sheet leaves in an odd state.
type EndingHolding struct {
	Kind string `json:"kind" enum:"account,deputyship,system_admin,system_backup" doc:"What it is: an account is a row of the list grants, a deputyship one of the list deputies, the others of the list systems."`
	Row  string `json:"row"`
	Name string `json:"name" doc:"What it is called; of a deputyship, for whom."`
}

// DoubledHolding is a system, and who would leave it with nobody in reserve if he followed.
type DoubledHolding struct {
	EndingHolding
	As     string   `json:"as" enum:"system_admin,system_backup" doc:"What they are for it already."`
	People []Signer `json:"people" nullable:"false"`
}

// NotHanded is something that a handover sheet did not pass.
type NotHanded struct {
	Row   string    `json:"row,omitempty" doc:"Its row in the sheet's table."`
	What  string    `json:"what"`
	Why   string    `json:"why"`
	Since time.Time `json:"since"`
	Again bool      `json:"again" doc:"It is tried again the next day, and at once by the verb hand_again."`
}

// Hint is what is to be known of a case, or of one of its rows.
type Hint struct {
	Row   string `json:"row,omitempty" doc:"The row's identity."`
	RowNo int    `json:"row_no,omitempty" doc:"Its number on the sheet, from 1; missing where it is the only row."`
	Text  string `json:"text"`
}

// UnderWay is a case that has not ended and would undo what this one is about.
type UnderWay struct {
	Kind      string `json:"kind" enum:"extension,closure,same" doc:"What it is for: more time, to close it, or the same once more."`
	Case      string `json:"case,omitempty" doc:"Its id, where the reader may open it."`
	Unsent    bool   `json:"unsent,omitempty" doc:"It is a draft that was put before somebody and that he has not sent; nothing else is said of it to whoever may not open it."`
	Number    string `json:"number,omitempty"`
	Title     string `json:"title,omitempty"`
	StateText string `json:"state_text,omitempty"`
	Step      string `json:"step,omitempty"`
}

// CaseLink is another case that one came from or led to.
type CaseLink struct {
	Kind string `json:"kind"`
	Case string `json:"case"`
}

// NamedGone is somebody whom a field names and who is not in office any more.
type NamedGone struct {
	Field  string `json:"field" doc:"lines.account_user for a column."`
	Person string `json:"person"`
	Name   string `json:"name"`
}
