package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// FiledVersion is a version to be put under control, as it was approved.
type FiledVersion struct {
	Version     string          `json:"version" maxLength:"40" doc:"Its label, such as 1.4; higher than every one before."`
	Issued      string          `json:"issued" format:"date" doc:"The day of issue. One that is still to come waits for its day, and comes into force by itself."`
	Approved    string          `json:"approved,omitempty" format:"date" doc:"The day of approval."`
	Reviser     string          `json:"reviser,omitempty" maxLength:"200"`
	Description string          `json:"description,omitempty" maxLength:"2000" doc:"What changes, for the table of revisions."`
	Approver    string          `json:"approver,omitempty" maxLength:"200"`
	ApprovalWay string          `json:"approval_way,omitempty" enum:"register,paper" doc:"How it was approved, which is needed: entered in the register and not signed here, or outside this system (paper), with number and day. Where the house has the form document_approved_outside, paper is refused: a case of that form is confirmed by a second person. What a case approved it issues itself."`
	ApprovalNo  string          `json:"approval_no,omitempty" maxLength:"200" doc:"The number of the letter, or of whatever else is printed on it, by which it was approved."`
	Band        string          `json:"band,omitempty" maxLength:"200" doc:"Text that every view, print and download of this version carries."`
	Files       []FiledFile     `json:"files,omitempty" nullable:"false" maxItems:"50" doc:"Uploaded before, by POST /files, or of an earlier version of the document."`
	ListOnly    bool            `json:"list_only,omitempty" doc:"The version comes without its text, on purpose; without it at least one file is needed."`
	Supersedes  string          `json:"supersedes,omitempty" maxLength:"40" doc:"The label of the version in force, which this one is meant to replace; needed where there is one."`
	NextReview  string          `json:"next_review,omitempty" format:"date" doc:"The document's next review."`
	Class       string          `json:"class,omitempty" minLength:"1" maxLength:"100" doc:"A row of the register classes, by its id, that is not retired."`
	Note        string          `json:"note,omitempty" maxLength:"2000"`
	Months      int             `json:"review_months,omitempty" minimum:"1" maximum:"120" doc:"Months from one review to the next; the next review follows from it where none is named."`
	Relations   []FiledRelation `json:"relations,omitempty" nullable:"false" maxItems:"100" doc:"To other documents; left out, those there are stay."`
}

// FiledFile names an uploaded file; its size and kind are those that were found.
type FiledFile struct {
	Name   string `json:"name" maxLength:"400"`
	Digest string `json:"digest" pattern:"^[0-9a-f]{64}$" doc:"SHA-256, as the upload answered it."`
	Main   bool   `json:"main,omitempty" doc:"The text that is read; one of them is, the first where none says so."`
}

// FiledDocument is a document to be put under control, with its first version.
type FiledDocument struct {
	FiledVersion
	Number string `json:"number,omitempty" maxLength:"100" doc:"Left out, it is the next by the house's rules (register document_numbers)."`
	Kept   bool   `json:"number_anyway,omitempty" doc:"A number that is not as the house numbers its documents (refused as number_pattern) is meant."`
	Title  Titles `json:"title" doc:"By language: zh-TW, en."`
	Level  int    `json:"level" minimum:"1" maximum:"4" doc:"1 policy to 4 form or record."`
	Owner  string `json:"owner,omitempty" maxLength:"200" doc:"What the owning unit or group is called; or name it by its id."`
	Unit   string `json:"unit,omitempty" maxLength:"100" doc:"The owning unit's id."`
	Group  string `json:"group,omitempty" maxLength:"100" doc:"The owning group's id (register groups)."`
	Parent string `json:"parent,omitempty" maxLength:"100" doc:"The number of the document that lists this one."`
}

// Titles are what a document is called, by language.
type Titles map[string]string

// Schema says how long a title may be, which a tag of the map can't.
func (Titles) Schema(huma.Registry) *huma.Schema {
	most := document.MaxLine
	one := &huma.Schema{Type: huma.TypeString, MaxLength: &most}
	one.PrecomputeMessages()
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: one}
}

type fileDocumentRequest struct {
	Keyed
	Body FiledDocument
}

type fileVersionRequest struct {
	DocumentPath
	Revised
	Keyed
	Body FiledVersion
}

// CorrectedDocument is what is said of a document beside its versions.
type CorrectedDocument struct {
	Number    string          `json:"number" maxLength:"100" doc:"Another one renumbers it; the former stays findable."`
	Kept      bool            `json:"number_anyway,omitempty" doc:"A number that is not as the house numbers its documents (refused as number_pattern) is meant."`
	Title     Titles          `json:"title" doc:"By language: zh-TW, en."`
	Level     int             `json:"level" minimum:"1" maximum:"4" doc:"1 policy to 4 form or record."`
	Class     string          `json:"class" minLength:"1" maxLength:"100" doc:"A row of the register classes, by its id, that is not retired."`
	Owner     string          `json:"owner,omitempty" maxLength:"200" doc:"What the owning unit or group is called; or name it by its id."`
	Unit      string          `json:"unit,omitempty" maxLength:"100" doc:"The owning unit's id."`
	Group     string          `json:"group,omitempty" maxLength:"100" doc:"The owning group's id (register groups)."`
	Parent    string          `json:"parent,omitempty" maxLength:"100" doc:"The number of the document that lists this one."`
	Note      string          `json:"note,omitempty" maxLength:"2000"`
	Next      string          `json:"next_review,omitempty" format:"date" doc:"Left out, it stays."`
	Months    int             `json:"review_months,omitempty" minimum:"1" maximum:"120" doc:"Months from one review to the next; left out, it stays."`
	Relations []FiledRelation `json:"relations,omitempty" nullable:"false" maxItems:"100" doc:"To other documents; left out, those there are stay."`
	Reason    string          `json:"reason" maxLength:"2000" doc:"Why it is corrected; it stands on the document's trail."`
}

type correctDocumentRequest struct {
	DocumentPath
	Revised
	Keyed
	Body CorrectedDocument
}

type withdrawVersionRequest struct {
	DocumentPath
	Version string `path:"version" maxLength:"40"`
	Revised
	Keyed
	Body struct {
		Reason string `json:"reason" maxLength:"2000" doc:"It stands in the history of versions."`
	}
}

type endDocumentRequest struct {
	DocumentPath
	Revised
	Keyed
	Body struct {
		Reason string `json:"reason" maxLength:"2000" doc:"It stands on the document's trail."`
	}
}

type filedAnswer struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag" doc:"The document's revision, for the next If-Match."`
	Body     DocumentView
}

func (a *API) filingOperations() {
	add(a, operation{id: "file-document", method: http.MethodPost, path: "/documents", tag: "documents", created: true,
		summary: "Put a document under control, with its first version; for document controllers", refusals: []int{s404, s409}}, a.fileDocument)
	add(a, operation{id: "file-version", method: http.MethodPost, path: "/documents/{id}/versions", tag: "documents", created: true,
		summary:  "File a further version, which supersedes the one in force when its day comes; for document controllers",
		refusals: []int{s404, s409, s412, s428}}, a.fileVersion)
	add(a, operation{id: "correct-document", method: http.MethodPut, path: "/documents/{id}", tag: "documents",
		summary:  "Correct what is said of a document beside its versions; for document controllers",
		refusals: []int{s404, s409, s412, s428}}, a.correctDocument)
	add(a, operation{id: "withdraw-version", method: http.MethodPost, path: "/documents/{id}/versions/{version}/withdraw", tag: "documents",
		summary:  "Withdraw a version whose day has not come; its label is free again; for document controllers",
		refusals: []int{s404, s409, s412, s428}}, a.withdrawVersion)
	add(a, operation{id: "retire-document", method: http.MethodPost, path: "/documents/{id}/retire", tag: "documents",
		summary:  "Retire a document today without sign-off, where the house does so; for document controllers",
		refusals: []int{s404, s409, s412, s428}}, a.retireDocument)
	add(a, operation{id: "stop-document", method: http.MethodPost, path: "/documents/{id}/stop", tag: "documents",
		summary:  "Stop the version in force without sign-off, where the house does so: the one before it is in force again, and whoever took a copy is told; for document controllers",
		refusals: []int{s404, s409, s412, s428}}, a.stopDocument)
	for _, path := range []string{"/documents/{id}/retire", "/documents/{id}/stop", "/documents/{id}/versions", "/documents/{id}/versions/{version}/withdraw"} {
		a.describeMatch(http.MethodPost, path, "Required (428 without).", true)
	}
	a.describeMatch(http.MethodPut, "/documents/{id}", "Required (428 without).", true)
}

// toFile is the document that a request is about, with the revision and the key that it names.
func (a *API) toFile(ctx context.Context, path DocumentPath, of Revised, by Keyed) (doc ismskit.DocumentView, seen int64, named bool, key string, err error) {
	if seen, named, err = of.revision(true); err != nil {
		return doc, 0, false, "", err
	}
	if key, err = by.key(); err != nil {
		return doc, 0, false, "", err
	}
	doc, err = a.kit.Documents().Get(ctx, actor(ctx), path.ID)
	return doc, seen, named, key, err
}

func (a *API) correctDocument(ctx context.Context, in *correctDocumentRequest) (*filedAnswer, error) {
	doc, seen, named, key, err := a.toFile(ctx, in.DocumentPath, in.Revised, in.Keyed)
	if err != nil {
		return nil, err
	}
	f := ismskit.Filing{Document: doc.Document, Reason: in.Body.Reason, Seen: seen, Key: key, NumberAnyway: in.Body.Kept}
	f.Document.Number, f.Document.Title, f.Document.Level, f.Document.Class = in.Body.Number, in.Body.Title, in.Body.Level, in.Body.Class
	f.Document.Parent, f.Document.Note = in.Body.Parent, in.Body.Note
	if in.Body.Unit+in.Body.Group != "" || in.Body.Owner != doc.Owner {
		f.Document.Owner, f.Document.Unit, f.Document.Group = in.Body.Owner, in.Body.Unit, in.Body.Group
	}
	if in.Body.Next != "" {
		f.Document.NextReview = in.Body.Next
	}
	if in.Body.Months > 0 {
		f.Document.ReviewMonths = in.Body.Months
	}
	if in.Body.Relations != nil {
		f.Document.Relations = relationsFiled(in.Body.Relations)
	}
	if _, err := a.kit.Documents().Put(ctx, actor(ctx), f); err != nil {
		return nil, matched(err, named)
	}
	return a.filed(ctx, doc.ID)
}

func (a *API) fileDocument(ctx context.Context, in *fileDocumentRequest) (*filedAnswer, error) {
	key, err := in.key()
	if err != nil {
		return nil, err
	}
	f := in.Body.filing()
	f.Key, f.NumberAnyway = key, in.Body.Kept
	f.Document.Number, f.Document.Title, f.Document.Level = in.Body.Number, in.Body.Title, in.Body.Level
	f.Document.Owner, f.Document.Unit, f.Document.Group, f.Document.Parent = in.Body.Owner, in.Body.Unit, in.Body.Group, in.Body.Parent
	id, err := a.kit.Documents().Put(ctx, actor(ctx), f)
	if err != nil {
		return nil, err
	}
	return a.filed(ctx, id)
}

func (a *API) fileVersion(ctx context.Context, in *fileVersionRequest) (*filedAnswer, error) {
	doc, seen, named, key, err := a.toFile(ctx, in.DocumentPath, in.Revised, in.Keyed)
	if err != nil {
		return nil, err
	}
	f := in.Body.filing()
	f.Document.ID, f.Seen, f.Key = doc.ID, seen, key
	if _, err := a.kit.Documents().Put(ctx, actor(ctx), f); err != nil {
		return nil, matched(err, named)
	}
	return a.filed(ctx, doc.ID)
}

func (a *API) withdrawVersion(ctx context.Context, in *withdrawVersionRequest) (*documentAnswer, error) {
	doc, seen, named, key, err := a.toFile(ctx, in.DocumentPath, in.Revised, in.Keyed)
	if err != nil {
		return nil, err
	}
	err = a.kit.Documents().Withdraw(ctx, actor(ctx), ismskit.VersionWithdrawal{Document: doc.ID, Label: in.Version, Reason: in.Body.Reason, Seen: seen, Key: key})
	if err != nil {
		return nil, matched(err, named)
	}
	return a.getDocument(ctx, &DocumentPath{ID: doc.ID})
}

func (a *API) retireDocument(ctx context.Context, in *endDocumentRequest) (*documentAnswer, error) {
	return a.endDocument(ctx, in, false)
}

func (a *API) stopDocument(ctx context.Context, in *endDocumentRequest) (*documentAnswer, error) {
	return a.endDocument(ctx, in, true)
}

func (a *API) endDocument(ctx context.Context, in *endDocumentRequest, stop bool) (*documentAnswer, error) {
	doc, seen, named, key, err := a.toFile(ctx, in.DocumentPath, in.Revised, in.Keyed)
	if err != nil {
		return nil, err
	}
	err = a.kit.Documents().End(ctx, actor(ctx), ismskit.DocumentEnd{Document: doc.ID, Stop: stop, Reason: in.Body.Reason, Seen: seen, Key: key})
	if err != nil {
		return nil, matched(err, named)
	}
	return a.getDocument(ctx, &DocumentPath{ID: doc.ID})
}

// filed answers with the document as it stands after a filing.
func (a *API) filed(ctx context.Context, id string) (*filedAnswer, error) {
	v, err := a.kit.Documents().Get(ctx, actor(ctx), id)
	if err != nil {
		return nil, err
	}
	return &filedAnswer{Location: a.o.Base + "/api/v1/documents/" + id, ETag: etag(v.Revision), Body: documentWhole(v, langOf(ctx))}, nil
}

// filing is what the Kit is asked to file.
func (b FiledVersion) filing() ismskit.Filing {
	f := ismskit.Filing{
		WithVersion: true, ListOnly: b.ListOnly, Supersedes: b.Supersedes,
		Document: document.Document{NextReview: b.NextReview, Class: b.Class, Note: b.Note, ReviewMonths: b.Months, Relations: relationsFiled(b.Relations)},
		Version: document.Version{
			Label: b.Version, Issued: b.Issued, Approved: b.Approved, Reviser: b.Reviser, Description: b.Description,
			Approver: b.Approver, ApprovalWay: b.ApprovalWay, ApprovalNo: b.ApprovalNo, Band: b.Band,
		},
	}
	for _, file := range b.Files {
		f.Version.Files = append(f.Version.Files, document.File{Name: file.Name, Digest: file.Digest, Main: file.Main})
	}
	return f
}
