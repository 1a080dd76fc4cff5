package document

import (
	"bytes"
	"errors"
	"fmt"

	"gopkg.in/yaml.v3"
)

// Meta is what stands in front of a document's Markdown, between two lines of
// three hyphens, as YAML.
type Meta struct {
	Number     string            `yaml:"number"`
	Title      map[string]string `yaml:"title"`
	Level      int               `yaml:"level"`
	Class      string            `yaml:"class"`
	Version    string            `yaml:"version"`
	Revised    string            `yaml:"revised"` // Minguo, as the header shows it
	Issued     string            `yaml:"issued"`
	NextReview string            `yaml:"next_review"`
	Owner      map[string]string `yaml:"owner"`
	Band       map[string]string `yaml:"band"`
	Notice     map[string]string `yaml:"notice"`
	Parameters []string          `yaml:"parameters"`
	Revisions  []MetaRevision    `yaml:"revisions"`
	Related    []MetaRelation    `yaml:"related"`
	Forms      []MetaForm        `yaml:"forms"`
}

// MetaRevision is a line of the revision table (K1).
type MetaRevision struct {
	Version      string `yaml:"version"`
	Issued       string `yaml:"issued"`      // ISO
	IssuedText   string `yaml:"issued_text"` // as the document writes it
	Reviser      string `yaml:"reviser"`
	Description  string `yaml:"description"`
	Approver     string `yaml:"approver"`
	ApproverPost string `yaml:"approver_post"`
	ApprovalWay  string `yaml:"approval_way"`
	ApprovalNo   string `yaml:"approval_no"`
}

// MetaRelation is another document and the clauses that name it.
type MetaRelation struct {
	Title   string   `yaml:"title"`
	Number  string   `yaml:"number"`
	Kind    string   `yaml:"kind"`
	Clauses []string `yaml:"clauses"`
}

// MetaForm is a form of the document's own and the clauses that name it.
type MetaForm struct {
	Number  string   `yaml:"number"`
	Title   string   `yaml:"title"`
	Clauses []string `yaml:"clauses"`
}

// ParseMeta splits a document into its front matter and its Markdown. A key it
// doesn't know is an error, so that a slip isn't lost silently. A text without
// front matter gives a zero Meta and is returned whole.
func ParseMeta(file []byte) (Meta, []byte, error) {
	file = bytes.ReplaceAll(file, []byte("\r\n"), []byte("\n"))
	head, found := bytes.CutPrefix(file, []byte("---\n"))
	if !found {
		return Meta{}, file, nil
	}
	head, body, found := bytes.Cut(head, []byte("\n---\n"))
	if !found {
		return Meta{}, nil, errors.New("document: the front matter has no end")
	}
	var m Meta
	dec := yaml.NewDecoder(bytes.NewReader(head))
	dec.KnownFields(true)
	if err := dec.Decode(&m); err != nil {
		return Meta{}, nil, fmt.Errorf("document: front matter: %w", err)
	}
	return m, body, nil
}
