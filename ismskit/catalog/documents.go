package catalog

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// maxText is the largest text of a document that is kept, in bytes.
const maxText = document.MaxMarkdown

// Procedure is a document that comes ready-made: what stands in front of its text,
// and the text with the organisation's own names in it.
type Procedure struct {
	Meta document.Meta
	// Markdown is the text without its front matter.
	Markdown []byte
	name     string
}

// Procedures returns the ready-made documents with their parameters filled in, by
// name ("agency", "it_center"). A parameter that is missing, or holds more than a
// name, is an error.
func Procedures(parameters map[string]string) ([]Procedure, error) {
	entries, err := files.ReadDir("data/documents")
	if err != nil {
		return nil, err
	}
	var out []Procedure
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), "IS-") {
			continue
		}
		b, err := files.ReadFile(path.Join("data/documents", e.Name()))
		if err != nil {
			return nil, err
		}
		p, err := readProcedure(e.Name(), b, parameters)
		if err != nil {
			return nil, fmt.Errorf("catalog: %s: %w", e.Name(), err)
		}
		out = append(out, p)
	}
	return out, nil
}

func readProcedure(name string, file []byte, parameters map[string]string) (Procedure, error) {
	meta, text, err := document.ParseMeta(file)
	if err != nil {
		return Procedure{}, err
	}
	for _, key := range document.Parameters(text) {
		value := parameters[key]
		if value == "" || strings.ContainsAny(value, "\r\n{}|*#") {
			return Procedure{}, fmt.Errorf("parameter %s: %q is not a name", key, value)
		}
		text = bytes.ReplaceAll(text, []byte("{{"+key+"}}"), []byte(value))
	}
	if _, err := document.Clauses(text); err != nil {
		return Procedure{}, err
	}
	return Procedure{Meta: meta, Markdown: text, name: name}, nil
}

// Keep stores the text and returns it as the main file of a version.
func (p Procedure) Keep(ctx context.Context, blobs ismskit.Blobs) (document.File, error) {
	digest, size, err := blobs.Put(ctx, bytes.NewReader(p.Markdown), maxText)
	if err != nil {
		return document.File{}, fmt.Errorf("catalog: %s: %w", p.name, err)
	}
	return document.File{Name: p.name, Size: size, MediaType: "text/markdown", Digest: digest, Main: true}, nil
}

// Filings are the document's versions in the order of issue, to be filed one after
// another under the same document id. Only the last has a file: of the earlier
// ones no more is known than the revision table says.
func (p Procedure) Filings(file document.File) []ismskit.Filing {
	m := p.Meta
	doc := document.Document{
		Number: m.Number, Title: m.Title, Level: m.Level, Class: classNamed(m.Class), Owner: m.Owner["zh-TW"],
		Note: m.Notice["zh-TW"],
	}
	for _, r := range m.Related {
		doc.Relations = append(doc.Relations, document.Relation{Kind: relationOf(r.Kind), Number: r.Number})
	}
	var out []ismskit.Filing
	for _, r := range m.Revisions {
		v := document.Version{
			Label: r.Version, Issued: r.Issued, Reviser: r.Reviser, Description: r.Description, Approver: r.Approver,
			ApprovalNo: r.ApprovalNo, Band: m.Band["zh-TW"],
		}
		if r.ApprovalWay != "" {
			v.ApprovalWay = document.ByPaper
		}
		if r.Version == m.Version {
			v.Files, doc.NextReview = []document.File{file}, m.NextReview
		}
		out = append(out, ismskit.Filing{Document: doc, Version: v})
	}
	return out
}

// relationOf is the kind under which document control keeps what front matter says.
func relationOf(kind string) string {
	if kind == "basis" {
		return "derived_from"
	}
	return "references"
}

// classNames are the confidentiality classes as documents write them.
var classNames = forms.Text{
	"一般": ismskit.ClassGeneral, "內部使用": ismskit.ClassInternal, "密": ismskit.ClassConfidential, "機密": ismskit.ClassSecret,
}

// classNamed is the key of a class; a word that is no class counts as 內部使用, the
// level that shows it to nobody outside.
func classNamed(word string) string {
	if key, known := classNames[word]; known {
		return key
	}
	return ismskit.ClassInternal
}
