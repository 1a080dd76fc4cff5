package api

import (
	"context"
	"net/http"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// Document is a controlled document.
type Document struct {
	ID            string   `json:"id"`
	Revision      int64    `json:"revision" doc:"For If-Match, when a further version is filed."`
	Number        string   `json:"number"`
	FormerNumbers []string `json:"former_numbers,omitempty" nullable:"false"`
	Title         string   `json:"title"`
	Level         int      `json:"level" doc:"1 policy to 4 form or record."`
	Class         string   `json:"class,omitempty" doc:"A row of the register classes, by its id."`
	Owner         string   `json:"owner,omitempty"`
	Unit          string   `json:"unit,omitempty" doc:"The owning unit's id."`
	Group         string   `json:"group,omitempty" doc:"The owning group's id."`
	Parent        string   `json:"parent,omitempty" doc:"The number of the document that lists this one."`
	Type          string   `json:"type,omitempty" doc:"The form type that is filled in online."`
	State         string   `json:"state" doc:"in_review: never issued, and a request for it is on its way."`
	Request       string   `json:"request,omitempty" doc:"Of a document that is not there yet, found by state=in_review alone: the case that asks for it, whose id it bears."`
	Current       string   `json:"current,omitempty" doc:"The version in force."`
	NextReview    string   `json:"next_review,omitempty" format:"date"`
	ReviewMonths  int      `json:"review_months" doc:"Months from one review to the next."`
	Retired       string   `json:"retired,omitempty" format:"date"`
}

// DocumentView is a document with its versions.
type DocumentView struct {
	Document
	Year     int        `json:"year,omitempty" doc:"The working year under which it is filed, counted from 1912 (Minguo)."`
	Versions []Version  `json:"versions" nullable:"false" doc:"In the order in which they were filed, withdrawn ones too."`
	Forms    []Document `json:"forms" nullable:"false" doc:"Documents that belong to this one."`
	Related  []Related  `json:"related" nullable:"false" doc:"Documents that have to do with this one, both ways, as far as one may read them."`
	Reviews  []Reviewed `json:"reviews" nullable:"false" doc:"Reviews after which it stayed as it was, oldest first."`
	Acts     []Act      `json:"acts" nullable:"false" doc:"What was done to it, by whom and why, oldest first."`
}

// Act is an entry on a document's trail.
type Act struct {
	Seq     int64     `json:"seq" doc:"From 1."`
	At      time.Time `json:"at"`
	Verb    string    `json:"verb" doc:"file (without a version: what is said of the document was corrected), release, retire, stop, withdraw, reviewed, set_year."`
	What    string    `json:"what" doc:"The verb in words."`
	Version string    `json:"version,omitempty"`
	By      Signer    `json:"by"`
	For     *Signer   `json:"for,omitempty" doc:"Whose deputy that was."`
	Reason  string    `json:"reason,omitempty" doc:"Why it was done, where somebody said so."`
	Note    string    `json:"note,omitempty" doc:"What the version that was filed says of itself."`
	Facts   []Fact    `json:"facts,omitempty" doc:"What a correction changed of what is said of the document."`
	Ends    bool      `json:"ends,omitempty" doc:"It is why that version, or the document, no longer holds."`
	Case    string    `json:"case,omitempty" doc:"The request by which it was done, where one may read it."`
	Number  string    `json:"number,omitempty" doc:"Of that request."`
}

// Fact is something said of a document that was corrected.
type Fact struct {
	Name string `json:"name" enum:"number,title,title_en,level,class,owner,parent,relations,next_review,review_months,note"`
	From string `json:"from,omitempty" doc:"Not of parent and relations, which name other documents."`
	To   string `json:"to,omitempty"`
}

func factsOf(facts []ismskit.DocumentFact) []Fact {
	var out []Fact
	for _, f := range facts {
		out = append(out, Fact(f))
	}
	return out
}

func actsOf(acts []ismskit.DocumentAct, lang string) []Act {
	out := make([]Act, len(acts))
	for i, a := range acts {
		out[i] = Act{Seq: a.Seq, At: a.At, Verb: string(a.Verb), What: a.Text(lang), Version: a.Label, By: signer(a.By), For: signerOrNil(a.For), Reason: a.Reason, Note: a.Note, Facts: factsOf(a.Facts), Ends: a.Ends, Case: a.Case, Number: a.CaseNo}
	}
	return out
}

// Version is one issue of a document.
type Version struct {
	Label        string         `json:"label"`
	Title        string         `json:"title,omitempty" doc:"What the document was called when this version was issued; empty where that was not kept."`
	State        string         `json:"state"`
	Issued       string         `json:"issued,omitempty" format:"date"`
	Approved     string         `json:"approved,omitempty" format:"date"`
	Reviser      string         `json:"reviser,omitempty"`
	Description  string         `json:"description,omitempty"`
	Approver     string         `json:"approver,omitempty"`
	ApprovalWay  string         `json:"approval_way,omitempty" doc:"case: signed here; paper: outside; register: entered, and not signed here; empty where it is not known."`
	ApprovalNo   string         `json:"approval_no,omitempty"`
	CheckCode    string         `json:"check_code,omitempty" doc:"What stands on every copy: by it anybody who has one asks whether it is the newest."`
	Case         string         `json:"case,omitempty" doc:"The case that issued it, where the caller may read that."`
	SupersededBy string         `json:"superseded_by,omitempty"`
	Stopped      string         `json:"stopped,omitempty" format:"date"`
	Band         string         `json:"band,omitempty" doc:"Text that every view, print and download of this version carries."`
	Files        []DocumentFile `json:"files" nullable:"false"`
	Withdrawn    *Withdrawn     `json:"withdrawn,omitempty" doc:"Of a version in state withdrawn: it never came into force, and another may have its label."`
}

// Withdrawn says who took a version back before its day, and why.
type Withdrawn struct {
	On     string `json:"on" format:"date"`
	By     string `json:"by"`
	Reason string `json:"reason" doc:"Empty only where the document was retired without one."`
}

// DocumentFile is a file of a version.
type DocumentFile struct {
	File
	Main bool `json:"main,omitempty" doc:"The text that is read."`
	// Words says whether the document is found by what the file says.
	Words *FileWords `json:"words,omitempty"`
}

type documentsRequest struct {
	Paging
	Text   string   `query:"text" maxLength:"200" doc:"Number or title contains it; former numbers are found too."`
	Number []string `query:"number,explode" nullable:"false" doc:"Present or former numbers."`
	Level  []int    `query:"level,explode" nullable:"false" minimum:"1" maximum:"4"`
	Parent string   `query:"parent" maxLength:"100"`
	State  []string `query:"state,explode" nullable:"false" enum:"draft,in_review,waiting,current,superseded,stopped,retired"`
}

// DocumentPath names a document. One that the caller may not read is answered as
// if it were not there.
type DocumentPath struct {
	ID string `path:"id" maxLength:"100" doc:"Its id, or its number; where several documents one may read have or had that, 409 number_twice lists their ids."`
}

type documentAnswer struct {
	ETag string `header:"ETag" doc:"The document's revision, for If-Match."`
	Body DocumentView
}

type documentFilePath struct {
	DocumentPath
	Version string `path:"version" maxLength:"40"`
	Digest  string `path:"digest" pattern:"^[0-9a-f]{64}$"`
}

func (a *API) documentOperations() {
	add(a, operation{id: "list-documents", method: http.MethodGet, path: "/documents", tag: "documents",
		summary: "Documents one may read, by number"}, a.listDocuments)
	add(a, operation{id: "get-document", method: http.MethodGet, path: "/documents/{id}", tag: "documents",
		summary: "A document with its versions", refusals: []int{s404, s409}}, a.getDocument)
	add(a, operation{id: "get-document-file", method: http.MethodGet, path: "/documents/{id}/versions/{version}/files/{digest}", tag: "documents",
		summary: "Download a file of a version, marked where it is no longer in force", refusals: []int{s404, s409}}, a.documentFile, answersFile)
}

func (a *API) listDocuments(ctx context.Context, in *documentsRequest) (*pageOf[Document], error) {
	after, err := parseCursor(in.After)
	if err != nil {
		return nil, err
	}
	q := document.Query{Numbers: in.Number, Levels: in.Level, Parent: in.Parent, Text: in.Text, After: after.ID, Limit: in.Limit}
	for _, s := range in.State {
		q.States = append(q.States, document.State(s))
	}
	docs, err := a.kit.Documents().List(ctx, actor(ctx), q)
	if err != nil {
		return nil, err
	}
	items := make([]Document, len(docs))
	for i, d := range docs {
		items[i] = documentView(d, langOf(ctx))
	}
	return page(ctx, items, in.Paging, func(Document) string { return cursor(mark{ID: document.Cursor(docs[len(docs)-1])}) }), nil
}

func (a *API) getDocument(ctx context.Context, in *DocumentPath) (*documentAnswer, error) {
	v, err := a.kit.Documents().Get(ctx, actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &documentAnswer{ETag: etag(v.Revision), Body: documentWhole(v, langOf(ctx))}, nil
}

func (a *API) documentFile(ctx context.Context, in *documentFilePath) (*download, error) {
	d, err := a.kit.Documents().Download(ctx, actor(ctx), in.ID, in.Version, in.Digest, langOf(ctx))
	if err != nil {
		return nil, err
	}
	return a.send(d.File.Name, d.File.MediaType, d.Size, d.Body), nil
}

func documentView(d document.Document, lang string) Document {
	return Document{
		ID: d.ID, Revision: d.Revision, Number: d.Number, FormerNumbers: d.FormerNumbers, Title: document.TitleIn(d.Title, lang), Level: d.Level, Class: d.Class,
		Owner: d.Owner, Unit: d.Unit, Group: d.Group, Parent: d.Parent, Type: d.Type, State: string(d.State), Request: d.Request, Current: d.Current,
		NextReview: d.NextReview, ReviewMonths: d.Months(), Retired: d.Retired,
	}
}

func documentWhole(v ismskit.DocumentView, lang string) DocumentView {
	out := DocumentView{Document: documentView(v.Document, lang), Year: v.Year, Versions: []Version{}, Forms: []Document{}, Related: []Related{}, Reviews: []Reviewed{}}
	out.Related, out.Reviews, out.Acts = relatedOf(v.Related, lang), reviewsOf(v.Reviewed), actsOf(v.Acts, lang)
	for _, version := range v.Versions {
		one := Version{
			Label: version.Label, Title: document.TitleIn(version.Title, lang), State: string(version.State), Issued: version.Issued, Approved: version.Approved, Reviser: version.Reviser,
			Description: version.Description, Approver: version.Approver, ApprovalWay: version.ApprovalWay, ApprovalNo: version.ApprovalNo, CheckCode: v.Codes[version.Seq], Case: version.Case,
			SupersededBy: version.SupersededBy, Stopped: version.Stopped, Band: version.Band, Files: []DocumentFile{},
		}
		if w := version.Withdrawal; w != nil {
			one.Withdrawn = &Withdrawn{On: w.On, By: w.By, Reason: w.Reason}
		}
		for _, f := range version.Files {
			one.Files = append(one.Files, DocumentFile{File: File{Name: f.Name, Size: f.Size, Digest: f.Digest, Type: f.MediaType}, Main: f.Main, Words: fileWords(v.Words, f.Digest, lang)})
		}
		out.Versions = append(out.Versions, one)
	}
	for _, f := range v.Forms {
		out.Forms = append(out.Forms, documentView(f, lang))
	}
	return out
}
