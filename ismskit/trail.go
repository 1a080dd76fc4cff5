package ismskit

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/workflow"
)

// Event is what one entry of a case's trail says: one action with everything
// that followed from it. It is the payload whose digest the chain holds.
type Event struct {
	Verb workflow.Verb `json:"verb"`
	Type string        `json:"type"` // of the case, key@version
	// Definition is the digest of that version's form and flow as they are stored (SHA-256 in
	// hexadecimal): a bundle has them under it. Entries of programs before this have none.
	Definition string `json:"definition,omitempty"`
	// MovedFrom is the version, key@version, by which the case ran until this entry moved
	// it to another.
	MovedFrom string `json:"moved_from,omitempty"`
	// Year is under which working year it is filed from here on, where that was changed.
	Year     *YearNote        `json:"year,omitempty"`
	Number   string           `json:"number,omitempty"`
	Revision int64            `json:"revision"` // of the case after it
	Step     string           `json:"step,omitempty"`
	Task     string           `json:"task,omitempty"`
	Origin   workflow.Origin  `json:"origin,omitempty"` // of the task
	By       workflow.Signer  `json:"by"`
	For      *workflow.Signer `json:"for,omitempty"`
	// Via says what let the person in: "named", "pool:…", "deputy:…", "applicant",
	// "writer" (for the applicant), "system".
	Via       string `json:"via,omitempty"`
	Assurance string `json:"assurance,omitempty"`
	Channel   string `json:"channel,omitempty"`
	// Proved is when he had shown anew who he is, where the step asks for it.
	Proved time.Time `json:"proved,omitzero"`

	Comment string `json:"comment,omitempty"` // opinion or reason
	Result  string `json:"result,omitempty"`
	To      string `json:"to,omitempty"`
	// Afresh: who took the task over began from nothing.
	Afresh bool `json:"afresh,omitempty"`
	// Batch: it was one of several tasks decided with one act.
	Batch *BatchNote `json:"batch,omitempty"`

	// Certificate is the signature with his certificate, where the step asks for one; Owes is
	// why there is none yet.
	Certificate *Certified `json:"certificate,omitempty"`
	Owes        string     `json:"owes,omitempty"`

	// Received is when the task had come to him.
	Received time.Time `json:"received,omitzero"`
	Due      time.Time `json:"due,omitzero"`

	// Values are the fields as they were sent, Changes what a later step changed.
	// Root is the root over the salted leaves of all fields at this moment.
	Values  []NamedValue `json:"values,omitempty"`
	Changes []Changed    `json:"changes,omitempty"`
	Root    string       `json:"root,omitempty"`

	// Signature is the root over what a decision binds: the form's root, type and definition,
	// step, decision, comment, time and identity; Salt is what its leaves are salted with, and
	// Binds the version of the list of them (see [evidence.SignPayload], which sets all three).
	// Material are the fields on which it rests, as its step names them; with none named it
	// rests on the whole form.
	Signature string `json:"signature,omitempty"`
	Salt      string `json:"salt,omitempty"`
	Binds     int    `json:"binds,omitempty"`

	// Stored is the digest of what the entry left in the database: of the case's row, the
	// list's row in the entry's revision, or the document with its versions. Entries that
	// changed no row, and those of programs before this, have none.
	Stored string `json:"stored,omitempty"`

	// Files are the digests of the files that a document got with the entry: whoever checks its
	// trail elsewhere, and hasn't the row whose digest Stored is, holds them against these.
	Files []string `json:"files,omitempty"`

	// Attached are the files that came with what was said (附件), beside those of fields.
	Attached []FileNote `json:"attached,omitempty"`

	Material []string `json:"material,omitempty"`

	// People are those whom the action names: added to sign afterwards, taken away
	// again, sent a copy, appointed to stand in, or chased.
	People    []workflow.Signer   `json:"people,omitempty"`
	Chosen    []ChosenNote        `json:"chosen,omitempty"`
	Extension *workflow.Extension `json:"extension,omitempty"`
	Dues      []workflow.NewDue   `json:"dues,omitempty"`
	// Counted says by which state of the office's calendar the case's open deadlines are
	// counted from here on; nil where that is as before.
	Counted *Counting `json:"counted,omitempty"`

	Opened  []TaskNote            `json:"opened,omitempty"`
	Closed  []TaskNote            `json:"closed,omitempty"`
	Outside *workflow.OutsideNote `json:"outside,omitempty"`
	Rows    []string              `json:"rows,omitempty"` // rows that become child cases
	Kids    []ChildNote           `json:"children,omitempty"`
	Phase   workflow.Phase        `json:"phase,omitempty"`
	Outcome workflow.Outcome      `json:"outcome,omitempty"`
	Effects []string              `json:"effects,omitempty"` // what the closing hook did, in words for a reader of the trail
}

// Named are the people whom the action named: asked first or afterwards, or no more,
// given the work, sent a copy, chased.
func (e Event) Named() []workflow.Signer {
	if e.Verb == workflow.VerbRemoveSigner || e.Verb == workflow.VerbChase {
		return e.People
	}
	if !workflow.NamesPeople(e.Verb) {
		return nil
	}
	named := slices.Clone(e.People)
	for _, t := range e.Opened {
		if t.From == e.Task || e.Verb == workflow.VerbReassign {
			named = append(named, t.Holders...)
		}
	}
	return named
}

// FileNote is a file that came with what somebody said.
type FileNote struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	Digest string `json:"digest"` // SHA-256 in lower-case hexadecimal
	Type   string `json:"type,omitempty"`
}

// NamedValue is one field or table cell with its salted leaf.
type NamedValue struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
	Salt  string `json:"salt"`
}

// Changed is one field that a step changed.
type Changed struct {
	Name string `json:"name"`
	From any    `json:"from"`
	To   any    `json:"to"`
}

// TaskNote is a task that opened or closed, with the directory's answer where it opened, or would
// have: somebody who has approved already is passed by.
type TaskNote struct {
	Task    string              `json:"task"`
	Step    string              `json:"step"`
	Holders []workflow.Signer   `json:"holders,omitempty"`
	Pool    string              `json:"pool,omitempty"`
	Choice  int                 `json:"choice,omitempty"` // which alternative found them
	Why     map[string]string   `json:"why,omitempty"`
	Due     string              `json:"due,omitempty"`
	Status  workflow.TaskStatus `json:"status,omitempty"`
	// Origin and From say why there is a task that the step did not find itself.
	Origin workflow.Origin `json:"origin,omitempty"`
	From   string          `json:"from,omitempty"`
}

// ChosenNote names the people whom a decision chose for a later step.
type ChosenNote struct {
	Step   string            `json:"step"`
	People []workflow.Signer `json:"people"`
}

// ChildNote is a child case as the parent's trail holds it: its end, and the
// head of its chain, so that the parent's chain vouches for the child's.
type ChildNote struct {
	Row     string           `json:"row"`
	Case    string           `json:"case"`
	Outcome workflow.Outcome `json:"outcome"`
	Result  string           `json:"result,omitempty"`
	Seq     int64            `json:"seq"`
	Head    string           `json:"head"`
}

// parseEvent reads a payload.
func parseEvent(payload []byte) (Event, error) {
	var e Event
	dec := json.NewDecoder(bytes.NewReader(payload))
	dec.UseNumber() // integers stay what they are
	if err := dec.Decode(&e); err != nil {
		return Event{}, fmt.Errorf("ismskit: trail payload: %w", err)
	}
	return e, nil
}

// valueLeaves salts every field. The leaves' root goes on the trail and is what
// later signatures bind.
func valueLeaves(form *forms.Form, values forms.Values) ([]NamedValue, evidence.Digest, error) {
	parts := form.Canonical(values)
	leaves := make([]evidence.Leaf, 0, len(parts))
	named := make([]NamedValue, 0, len(parts))
	for _, part := range parts {
		leaf, err := evidence.NewLeaf(part.Name, part.Value, rand.Reader)
		if err != nil {
			return nil, evidence.Digest{}, err
		}
		leaves = append(leaves, leaf)
		named = append(named, NamedValue{Name: part.Name, Value: part.Value, Salt: hex.EncodeToString(leaf.Salt[:])})
	}
	if len(leaves) == 0 {
		return nil, evidence.Digest{}, nil
	}
	evidence.SortLeaves(leaves)
	root, err := evidence.Root(leaves)
	return named, root, err
}

// signed gives the event as canonical bytes that are signed: evidence says what a decision's
// signature binds.
func (e Event) signed(chain string, at time.Time) ([]byte, error) {
	m := e.plain()
	if err := evidence.SignPayload(m, chain, at); err != nil {
		return nil, err
	}
	return evidence.Canonical(m)
}

// chainOf names a case's chain.
func chainOf(caseID string) string { return "case/" + caseID }

// next makes the entry that follows a chain's head.
func next(head evidence.Head, at time.Time, kind, actor, principal string, payload []byte) (TrailEntry, error) {
	e, h, err := evidence.Next(head, evidence.Entry{At: at, Kind: kind, Actor: actor, For: principal}, payload)
	if err != nil {
		return TrailEntry{}, err
	}
	return TrailEntry{Entry: e, Hash: h.Hash, Payload: payload}, nil
}
