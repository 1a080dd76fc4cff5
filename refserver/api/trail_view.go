package api

import (
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

// TrailLine is one line of a case's trail: who did what, for whom, when, with
// which words, on which values.
type TrailLine struct {
	Seq       int64      `json:"seq,omitempty" doc:"Its place in the case's chain."`
	At        time.Time  `json:"at,omitzero"`
	Hash      string     `json:"hash,omitempty" doc:"Of the entry, in hexadecimal."`
	Disposed  bool       `json:"disposed,omitempty" doc:"The content was lawfully deleted; the chain still holds."`
	Malformed bool       `json:"malformed,omitempty" doc:"The content cannot be read; the gaps of the trail name it."`
	Verb      string     `json:"verb,omitempty"`
	Revision  int64      `json:"revision,omitempty" doc:"Of the case after it."`
	MovedFrom string     `json:"moved_from,omitempty" doc:"The version, key@version, by which the case ran until this entry moved it to another."`
	Year      *YearNote  `json:"year,omitempty" doc:"Of set_year: under which working year it was filed, and is from then on."`
	Step      string     `json:"step,omitempty"`
	Task      string     `json:"task,omitempty"`
	By        *Signer    `json:"by,omitempty"`
	For       *Signer    `json:"for,omitempty" doc:"The principal, when a deputy acted; the applicant, when it was filled in for him."`
	Via       string     `json:"via,omitempty" doc:"What let the person in."`
	Assurance string     `json:"assurance,omitempty" doc:"How sure it was that it is this person."`
	Channel   string     `json:"channel,omitempty"`
	Proved    time.Time  `json:"proved,omitzero" doc:"When he had shown once more who he is, where the step asks for it."`
	Comment   string     `json:"comment,omitempty"`
	Attached  []File     `json:"attached,omitempty" nullable:"false" doc:"The files that came with it; GET /cases/{id}/files/{digest}."`
	Result    string     `json:"result,omitempty"`
	To        string     `json:"to,omitempty"`
	Units     []string   `json:"units,omitempty" nullable:"false" doc:"The units asked for an opinion (consult); named are those who speak for them."`
	Named     []Signer   `json:"named,omitempty" nullable:"false" doc:"Whom it names: asked first or afterwards, or no more, given the work, sent a copy, chased."`
	Former    []Signer   `json:"former,omitempty" nullable:"false" doc:"Of reassign: from whom it was taken."`
	BackTo    []Signer   `json:"back_to,omitempty" nullable:"false" doc:"Of decline: to whom it went."`
	Moved     []MovedDue `json:"moved,omitempty" nullable:"false" doc:"Of redate: the deadlines that moved with the office's calendar."`
	MoreTime  *MoreTime  `json:"more_time,omitempty" doc:"Of extend, and of the decision on it: how much more time, and from when to when."`
	Afresh    bool       `json:"afresh,omitempty" doc:"Of reassign: who took the task over began from nothing."`
	Batch     *BatchNote `json:"batch,omitempty" doc:"It was one of several tasks approved with one act."`
	// Certificate is of whoever acted.
	Certificate *Certificate `json:"certificate,omitempty" doc:"With which certificate it was signed."`
	Owes        string       `json:"owes,omitempty" doc:"Why it was not signed with the certificate that the step asks for; that is made up for later."`
	Received    time.Time    `json:"received,omitzero" doc:"When the task had come to him."`
	Due         time.Time    `json:"due,omitzero"`
	Outside     *Outside     `json:"outside,omitempty" doc:"What was noted of an office outside, as it then stood."`
	Corrects    *Outside     `json:"corrects,omitempty" doc:"What stood there before, where a sending or an answer was put right: it is no other one."`
	Values      []NamedValue `json:"values,omitempty" nullable:"false" doc:"The fields as they were sent."`
	Changes     []Change     `json:"changes,omitempty" nullable:"false" doc:"What a later step changed."`
	Signature   string       `json:"signature,omitempty" doc:"The root over everything the decision binds."`
	Phase       string       `json:"phase,omitempty"`
	Outcome     string       `json:"outcome,omitempty"`
}

// MovedDue is a deadline that moved with the office's calendar.
type MovedDue struct {
	Step string `json:"step,omitempty"`
	Task string `json:"task,omitempty" doc:"Missing of the day by which a returned case is to be sent again."`
	From string `json:"from" doc:"The day it was due before."`
	To   string `json:"to" doc:"The day it is due since."`
}

// MoreTime is more time for a task: how much, and from which deadline to which.
type MoreTime struct {
	Task    string    `json:"task" doc:"Whose deadline it is."`
	Step    string    `json:"step,omitempty" doc:"What that task is called."`
	By      *Signer   `json:"by,omitempty" doc:"Who asked."`
	For     *Signer   `json:"for,omitempty" doc:"In whose name, as deputy."`
	Term    string    `json:"term" doc:"As 3wd."`
	From    time.Time `json:"from,omitzero" doc:"The deadline without it."`
	To      time.Time `json:"to,omitzero" doc:"The deadline with it; of a request that waits, as it would be granted to now."`
	Refused bool      `json:"refused,omitempty" doc:"It was not granted: the deadline is from still."`
}

func moreTime(m *ismskit.MoreTime, lang string) *MoreTime {
	if m == nil {
		return nil
	}
	out := &MoreTime{Task: m.Task, Step: in(m.Step, lang), For: signerOrNil(m.For), Term: m.Term, From: m.From, To: m.To, Refused: m.Refused}
	if m.By.Person != "" {
		out.By = signerOrNil(&m.By)
	}
	return out
}

// Certificate is a person's certificate with which something was signed.
type Certificate struct {
	Name        string    `json:"name,omitempty" doc:"Of its holder, as the certificate has it."`
	Subject     string    `json:"subject,omitempty"`
	Serial      string    `json:"serial,omitempty" doc:"In hexadecimal."`
	Issuer      string    `json:"issuer,omitempty"`
	From        time.Time `json:"from,omitzero"`
	To          time.Time `json:"to,omitzero"`
	Fingerprint string    `json:"fingerprint,omitempty" doc:"The SHA-256 of the certificate, by which it is registered in the list certificates."`
}

func certificateOf(c *ismskit.Certified) *Certificate {
	if c == nil {
		return nil
	}
	return &Certificate{Name: c.Name, Subject: c.Subject, Serial: c.Serial, Issuer: c.Issuer, From: c.From, To: c.To, Fingerprint: c.Fingerprint()}
}

// BatchNote says of how many decided with one act this was one.
type BatchNote struct {
	Of     int  `json:"of" doc:"How many were put together; some of them may have been refused."`
	Opened bool `json:"opened" doc:"The signer had opened this one, as it was signed, in the same session."`
}

func batchNote(n *ismskit.BatchNote) *BatchNote {
	if n == nil {
		return nil
	}
	return &BatchNote{Of: n.Of, Opened: n.Opened}
}

// NamedValue is a field or table cell as it was sent.
type NamedValue struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
}

// Change is a field that a step changed.
type Change struct {
	Name string `json:"name"`
	From any    `json:"from"`
	To   any    `json:"to"`
}

// Trail is a case's trail with what its check found.
type Trail struct {
	Entries  []TrailLine `json:"entries" nullable:"false"`
	Verified bool        `json:"verified" doc:"The check of the chain, of every content and of every signature found nothing wrong."`
	Faults   []TrailGap  `json:"faults" nullable:"false"`
}

// TrailGap is something wrong in a trail.
type TrailGap struct {
	Seq  int64  `json:"seq"`
	To   int64  `json:"to"`
	Code string `json:"code"`
}

func trailLine(e ismskit.Entry, lang string) TrailLine {
	out := TrailLine{
		Seq: e.Seq, At: e.At, Hash: e.Hash.String(), Disposed: e.Disposed, Malformed: e.Malformed, Verb: string(e.Verb), Revision: e.Revision, MovedFrom: e.MovedFrom, Year: yearNote(e.Year), Step: e.Step, Task: e.Task,
		For: signerOrNil(e.For), Via: e.Via, Assurance: e.Assurance, Channel: e.Channel, Proved: e.Proved, Comment: e.Comment, Result: e.Result, To: e.To, Batch: batchNote(e.Batch),
		Received: e.Received, Due: e.Due, Signature: e.Signature, Phase: string(e.Phase), Outcome: string(e.Outcome),
	}
	out.Units = e.Asked
	for _, f := range e.Attached {
		out.Attached = append(out.Attached, File{Name: f.Name, Size: f.Size, Digest: f.Digest, Type: f.Type})
	}
	out.Named, out.Former, out.BackTo = signers(e.Named()), signers(e.Former), signers(e.BackTo)
	out.Outside, out.Corrects = outsideView(e.Outside), outsideView(e.Corrects)
	out.Certificate, out.Owes, out.Afresh = certificateOf(e.Certificate), e.Owes, e.Afresh
	if !e.Disposed && !e.Malformed {
		by := signer(e.By)
		out.By = &by
	}
	out.MoreTime = moreTime(e.MoreTime, lang)
	for _, m := range e.Moved {
		out.Moved = append(out.Moved, MovedDue{Step: m.Step, Task: m.Task, From: m.From, To: m.To})
	}
	for _, v := range e.Values {
		out.Values = append(out.Values, NamedValue{Name: v.Name, Value: v.Value})
	}
	for _, c := range e.Changes {
		out.Changes = append(out.Changes, Change(c))
	}
	return out
}
