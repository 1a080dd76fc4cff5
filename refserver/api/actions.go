package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// ActionRequest is one act on one case. Which verbs a task offers, and which
// results and fields they ask for, stands with the task.
type ActionRequest struct {
	Verb    string              `json:"verb" enum:"save,submit,approve,reject,return,withdraw,comment,record,unable,send_out,answer,take_back,add_before,add_after,remove_signer,reassign,delegate,decline,claim,release,consult,copy,read,urge,chase,extend,appoint,suspend,resume,void,to_paper,hand_again,waive,retract,amend"`
	Task    string              `json:"task,omitempty" maxLength:"40" doc:"The task acted on; may be missing where one has exactly one open task in the case."`
	For     string              `json:"for,omitempty" maxLength:"100" doc:"The principal, when acting as deputy."`
	Values  json.RawMessage     `json:"values,omitempty" doc:"The fields that change, among those the step may edit: a missing one stays as it is, null empties it, and so for the cells of a row that is there already (_row). A table is the list of its rows: one left out is taken out, where rows may be."`
	Comment string              `json:"comment,omitempty" maxLength:"2000" doc:"The opinion, or the reason where one is required."`
	Files   []File              `json:"files,omitempty" nullable:"false" maxItems:"10" doc:"What comes with the comment, for comment, approve, reject, return, record and unable: uploads of one's own (POST /files), as that answered; at most ten, each of a kind and size that a field of files takes. Whoever reads the case reads them. 422 at attached."`
	Result  string              `json:"result,omitempty" maxLength:"60" doc:"For record: the key of one of the step's results."`
	To      string              `json:"to,omitempty" maxLength:"60" doc:"For return: a step's id; missing for the usual target."`
	Outside *Outside            `json:"outside,omitempty" doc:"For send_out and answer."`
	People  []string            `json:"people,omitempty" nullable:"false" maxItems:"50" doc:"Ids of those whom add_before, add_after, consult, delegate, reassign, appoint, copy and remove_signer name."`
	Units   []string            `json:"units,omitempty" nullable:"false" maxItems:"50" doc:"Ids of units that consult asks, besides people or alone: the head of each is asked, or who decides in the head's place. Units for which the same person speaks are asked by one task. 422, with the unit in the detail: unit_nobody where there is nobody, unit_ended where it is not in force and none has taken it over, unknown_unit where there is none; units with any other verb."`
	Chosen  map[string][]string `json:"chosen,omitempty" doc:"The people of later steps, by step, where a decision or the submission chooses them."`
	// Applicant is for a draft that was kept before it was said for whom it is.
	Applicant string              `json:"applicant,omitempty" maxLength:"100" doc:"For save and submit of a draft of one's own, or of a paper that one enters: whose request it is from now on, as when opening one."`
	Shown     map[string][]string `json:"shown,omitempty" maxProperties:"100" doc:"For save and submit: whom the preview of the route named, by step: what opens for others is told in rerouted."`
	Afresh    bool                `json:"afresh,omitempty" doc:"For reassign: whoever takes over begins from nothing. Who was to sign after the former holder, more time that he asked for and what he noted of an outside office do not go along."`
	Term      string              `json:"term,omitempty" maxLength:"8" doc:"For extend: how much more time, e.g. 5wd."`
	Password  string              `json:"password,omitempty" maxLength:"256" format:"password" doc:"The token owner's, where the task says reauth: whoever decides it shows once more who he is."`
	// Certificate and Owe answer a refusal with the code to_sign.
	Certificate *Signing `json:"certificate,omitempty" doc:"Where the task says certificate: the decision signed with one's certificate. Without it (and without owe) the answer is 422 with the code to_sign, which says what is to be signed."`
	Owe         string   `json:"owe,omitempty" maxLength:"2000" doc:"Where the task says certificate: later, why one can't sign with it now; the signature is made up for in a task of its own before the case ends."`
}

// Signing is a decision signed with a certificate.
type Signing struct {
	Drawn        time.Time `json:"drawn" doc:"From to_sign, to the microsecond."`
	Signature    []byte    `json:"signature" maxLength:"200000" doc:"CMS (PKCS #7), detached, or a plain signature (RSA PKCS #1 v1.5 or ECDSA P-256, with SHA-256); in base64."`
	Certificates [][]byte  `json:"certificates,omitempty" nullable:"false" maxItems:"10" doc:"DER or PEM, each in base64: the signer's first, where the signature does not hold it."`
}

func (s *Signing) signing() *ismskit.Signing {
	if s == nil {
		return nil
	}
	return &ismskit.Signing{Drawn: s.Drawn, Signature: s.Signature, Certificates: s.Certificates}
}

// Outside is what the named contact of an office without accounts enters, and what a trail says
// he entered.
type Outside struct {
	To          string    `json:"to,omitempty" maxLength:"200" doc:"The office."`
	How         string    `json:"how,omitempty" maxLength:"200" doc:"By mail, letter, telephone."`
	Number      string    `json:"number,omitempty" maxLength:"200" doc:"The number under which it was sent or received there."`
	Sent        time.Time `json:"sent,omitzero" doc:"Missing of send_out: now; of one that puts the note of the same office right: it stays."`
	Expected    string    `json:"expected,omitempty" format:"date" doc:"The last day for the answer; afterwards it is chased. Missing, it is chased once the task is due."`
	Text        string    `json:"text,omitempty" maxLength:"4000" doc:"What was sent."`
	Replied     time.Time `json:"replied,omitzero" doc:"Missing of answer: now, or the day that is on record. A result of outside work is refused until it is known."`
	ReplyNumber string    `json:"reply_number,omitempty" maxLength:"200"`
	Reply       string    `json:"reply,omitempty" maxLength:"4000" doc:"The answer."`
	Proof       []string  `json:"proof,omitempty" nullable:"false" maxItems:"20" doc:"For answer and record: what shows that it was done, such as the name of a file or the place of a letter. Missing, the files in the fields that the step edits count (the task's fields name them); a result of outside work without any proof is refused at that field, or at proof where the step takes no files."`
	Unasked     string    `json:"unasked,omitempty" maxLength:"4000" doc:"For record, of a row that is handled again after the office was asked about it: why it was not asked this time. It stands in place of sending and answer."`
}

type actionRequest struct {
	CasePath
	Revised
	Keyed
	Body ActionRequest
}

func (a *API) actionOperations() {
	add(a, operation{id: "act", method: http.MethodPost, path: "/cases/{id}/actions", tag: "cases",
		summary: "Act on a case: every verb is one", refusals: []int{s404, s409, s412, s428}}, a.actOn)
	a.describeMatch(http.MethodPost, "/cases/{id}/actions", "Required for every verb but comment (428 without).", false)
}

// actOn carries out any verb. Only a remark needs no revision: everything else is
// a decision on what one has seen.
func (a *API) actOn(ctx context.Context, in *actionRequest) (*ReceiptAnswer, error) {
	revision, named, err := in.revision(in.Body.Verb != string(workflow.VerbComment))
	if err != nil {
		return nil, err
	}
	key, err := in.key()
	if err != nil {
		return nil, err
	}
	values, typed, err := a.valuesOf(ctx, in, key)
	if err != nil {
		return nil, err
	}
	outside, err := a.outside(in.Body.Outside)
	if err != nil {
		return nil, err
	}
	who, unproved, err := a.proving(ctx, in.Body.Password)
	if err != nil {
		return nil, err
	}
	who.For = in.Body.For
	return a.act(ctx, who, in.ID, ismskit.Action{
		Verb: workflow.Verb(in.Body.Verb), Task: in.Body.Task, Revision: revision, Values: values, Typed: typed, Comment: in.Body.Comment, Files: filesOf(in.Body.Files),
		Result: in.Body.Result, To: in.Body.To, Outside: outside, Key: key,
		People: in.Body.People, Units: in.Body.Units, Chosen: in.Body.Chosen, Term: in.Body.Term, Afresh: in.Body.Afresh, Applicant: in.Body.Applicant, Shown: in.Body.Shown,
		Unread: unproved, Certificate: in.Body.Certificate.signing(), Owe: in.Body.Owe,
	}, named)
}

// filesOf are files as they are named in a request.
func filesOf(all []File) []forms.File {
	var out []forms.File
	for _, f := range all {
		out = append(out, forms.File{Name: f.Name, Size: f.Size, Digest: f.Digest, MediaType: f.Type})
	}
	return out
}

// valuesOf reads values by the form of a case one may see.
func (a *API) valuesOf(ctx context.Context, in *actionRequest, key string) (forms.Values, forms.Posted, error) {
	if len(in.Body.Values) == 0 {
		return nil, nil, nil
	}
	c, err := a.kit.Case(ctx, actor(ctx), in.ID)
	if err != nil {
		return nil, nil, err
	}
	form, err := a.ofDraft(ctx, c, in.Body.Values)
	if err != nil {
		return nil, nil, err
	}
	if in.Body.Verb == string(ismskit.VerbSave) {
		values, typed, invalid := decodeDraft(ctx, form, in.Body.Values, key)
		return values, typed, invalid.Err()
	}
	values, invalid := decode(ctx, form, in.Body.Values, key)
	if in.Body.Verb != string(workflow.VerbSubmit) {
		return values, nil, invalid.Err()
	}
	return values, nil, a.refused(ctx, form, invalid, ismskit.Preview{Case: in.ID, Type: c.Type, Values: values, Chosen: in.Body.Chosen}, false)
}

func outsideView(n *workflow.OutsideNote) *Outside {
	if n == nil {
		return nil
	}
	return &Outside{
		To: n.To, How: n.How, Number: n.Number, Sent: n.Sent, Expected: n.ExpectedDate, Text: n.Text,
		Replied: n.Replied, ReplyNumber: n.ReplyNumber, Reply: n.Reply, Proof: n.Proof, Unasked: n.Unasked,
	}
}

func (a *API) outside(o *Outside) (*workflow.OutsideNote, error) {
	if o == nil {
		return nil, nil
	}
	n := workflow.OutsideNote{
		To: o.To, How: o.How, Number: o.Number, Sent: o.Sent, Text: o.Text,
		Replied: o.Replied, ReplyNumber: o.ReplyNumber, Reply: o.Reply, Proof: o.Proof, Unasked: o.Unasked,
	}
	if o.Expected != "" {
		_, end, err := a.days("", o.Expected)
		if err != nil {
			return nil, err
		}
		n.Expected, n.ExpectedDate = end, o.Expected
	}
	return &n, nil
}
