package ismskit

import (
	"encoding/json"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// extra is what the Kit keeps on a case beside form and flow.
type extra struct {
	// Material is the revision at which fields, files or the way of the case last
	// changed; a screen older than that is stale.
	Material int64 `json:"material,omitempty"`
	// Root is the root over the salted leaves of the fields as they are now.
	Root string `json:"root,omitempty"`
	// Cause is what opened the case by itself, e.g. the end of a grant.
	Cause string `json:"cause,omitempty"`
	// Writer is who fills the case in for its applicant, and Filled when he last sent it.
	Writer *workflow.Signer `json:"writer,omitempty"`
	Filled time.Time        `json:"filled,omitzero"`
	// Written is when a form that was approved by word of mouth was first sent.
	Written time.Time `json:"written,omitzero"`
	// Batch is the opening of the parent's split that this child belongs to.
	Batch string `json:"batch,omitempty"`
	// Children are the versions of the types that the case's rows open, as they were
	// when its own version was settled, by type; a row has those of its request.
	Children map[string]string `json:"children,omitempty"`
	// Hidden are the fields of a row that its request hides from somebody.
	Hidden []string `json:"hidden,omitempty"`
	// Links are other cases this one came from or led to.
	Links []Link `json:"links,omitempty"`
	// Typed is what was typed into a draft and cannot be read as values.
	Typed forms.Posted `json:"typed,omitempty"`
	// Files are all files ever attached, in order; none is taken away.
	Files []Attached `json:"files,omitempty"`
	// Mended are the fields that changed while the case lay with its applicant: the
	// signatures that rest on them are void once it is sent again.
	Mended []string `json:"mended,omitempty"`
	// Acted are those who acted for somebody else, or beside any task of theirs: they
	// follow what they began.
	Acted []string `json:"acted,omitempty"`
	// ACL and Indexed are what the archive was told last, so that it is told
	// only what changed.
	ACL     string `json:"acl,omitempty"`
	Indexed string `json:"indexed,omitempty"`
}

// Link points at a related case.
type Link struct {
	Kind string `json:"kind"` // extends, opened_by, replaces
	Case string `json:"case"`
}

// Attached is a file of a case: who put it there, and when.
type Attached struct {
	forms.File
	Field  string    `json:"field"`
	By     string    `json:"by"`
	ByName string    `json:"by_name"`
	At     time.Time `json:"at"`
}

func parseExtra(b []byte) (extra, error) {
	var e extra
	if len(b) == 0 {
		return e, nil
	}
	err := json.Unmarshal(b, &e)
	return e, err
}

func (e extra) encode() ([]byte, error) { return json.Marshal(e) }
