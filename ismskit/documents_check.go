package ismskit

import (
	"context"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
)

// Copy is what somebody holds in his hand: the number and version printed on it,
// or the fingerprint of a file.
type Copy struct {
	Number string
	Label  string // "" asks only for the version in force
	Code   string // the check code printed on it
	Digest string // SHA-256 in hex; blanks and colons do not matter. It goes before Number
}

// VersionCheck is the answer to 「is this copy the newest?」 for one document.
type VersionCheck struct {
	document.Reading      // of the version asked about, zero Version where there is none of that label
	Known            bool // the document has or had a version of that label
	Current          document.Version
	// Readable says that the asker may read the document. Where he may not, the
	// answer has number, versions and states, and nothing else of it.
	Readable bool
	// Closed says that the asker hears only whether his copy is the newest (InForce): neither
	// Document nor Version is set.
	Closed bool
	// Case is set, and nothing else, for the print of a case.
	Case *PrintedCase
}

// Check compares a copy with what is in force. A number that was used twice gives
// both documents rather than claiming one (U13); a copy nobody knows an empty
// answer. An Actor without a person is somebody who has not signed in: of what
// everybody of the house may read he learns state and version. With Config.CheckKey he needs the code on his
// copy, or the file; without it there is nothing that he may know by its number. By the code
// he, and a person who may not read it, learns of anything higher whether his copy is the
// newest, and nothing else (Closed).
// Whoever names a code is answered only for the version that bears it: a copy with another one
// is none of ours, and the version in force says nothing of it.
// A copy that is no document's may be the print of a case, which is asked about by its number and
// its code (驗證碼) alone.
// A *document.Refusal says that a fingerprint cannot be one.
func (d Documents) Check(ctx context.Context, actor Actor, c Copy) ([]VersionCheck, error) {
	d.k = d.k.once()
	digest, err := fingerprintOf(c.Digest)
	if err != nil {
		return nil, err
	}
	visitor := !actor.system && actor.Person == ""
	scale, err := d.k.classesNow(ctx)
	if err != nil {
		return nil, err
	}
	reach := &document.Reach{Classes: scale.open()}
	if !visitor {
		if reach, err = d.reach(ctx, actor); err != nil {
			return nil, err
		}
	}
	byCode := digest == "" && len(d.k.cfg.CheckKey) > 0
	var out []VersionCheck
	err = d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		if byCode && visitor {
			proven, err := d.checkProven(ctx, tx, c, func(document.Document) bool { return false })
			out = proven
			return err
		}
		q := document.Query{Numbers: []string{c.Number}, Reach: reach}
		docs, err := tx.Documents().Documents(ctx, q)
		switch {
		case digest != "":
			docs, err = withFile(ctx, tx, digest, reach)
		case err == nil && len(docs) == 0:
			docs, err = resembling(ctx, tx, c.Number, reach)
		}
		if err != nil {
			return err
		}
		if err := toldDocuments(ctx, tx, reach, docs); err != nil {
			return err
		}
		checks := make([]VersionCheck, 0, len(docs))
		if byCode && c.Code != "" && reach != nil {
			closed, err := d.checkProven(ctx, tx, c, reach.Lets)
			if err != nil {
				return err
			}
			checks = append(checks, closed...)
		}
		for _, doc := range docs {
			rows, err := tx.Documents().Versions(ctx, doc.ID)
			if err != nil {
				return err
			}
			versions := document.History(rows)
			check := checkOf(doc, versions, document.TypedLabel(c.Label))
			if v, exact := d.versionOf(versions, c); exact {
				check.Reading, check.Known = document.ReadingOf(doc, versions, v), true
			} else if byCode && strings.TrimSpace(c.Code) != "" {
				continue // no copy of ours bears that code with that label
			}
			if digest != "" {
				check = checkFile(doc, versions, digest)
			}
			check.Readable = !visitor
			if visitor {
				check.Document, check.Version = outline(check.Document), issued(check.Version)
				check.Notices = document.Untitled(check.Notices)
				check.Current = issued(check.Current)
			}
			check.Version, check.Current = caseless(check.Version), caseless(check.Current)
			checks = append(checks, check)
		}
		out = checks
		return nil
	})
	if err == nil && len(out) == 0 {
		out, err = d.k.checkCase(ctx, c)
	}
	return out, err
}

// versionOf is the version whose code a copy bears: it tells those apart that bore one label.
func (d Documents) versionOf(versions []document.Version, c Copy) (document.Version, bool) {
	code, label := typedCode(c.Code), document.TypedLabel(c.Label)
	i := slices.IndexFunc(versions, func(v document.Version) bool {
		return code != "" && d.k.checkCode(v) == code && !unapproved(v) && (label == "" || label == v.Label)
	})
	if i < 0 {
		return document.Version{}, false
	}
	return versions[i], true
}

// resembling are the documents whose number has the same letters and digits, for one that is
// nobody's as it was typed.
func resembling(ctx context.Context, tx Tx, number string, reach *document.Reach) ([]document.Document, error) {
	docs, err := tx.Documents().Documents(ctx, document.Query{Reach: reach})
	return slices.DeleteFunc(docs, func(d document.Document) bool { return !d.Resembles(number) }), err
}

// checkOf compares one version of a document with the one in force. What has not
// been approved is no version anybody can hold a copy of.
func checkOf(doc document.Document, versions []document.Version, label string) VersionCheck {
	c := VersionCheck{Reading: document.Reading{Document: doc}}
	r, err := document.Read(doc, versions, label)
	if err == nil && label != "" && !unapproved(r.Version) {
		c.Reading, c.Known = r, true
		c.Notices = append(c.Notices, document.Namesakes(versions, r.Version)...)
	}
	c.Current = current(versions)
	return c
}

// current is the version in force: its label alone would also name one that was withdrawn
// before the label was given again.
func current(versions []document.Version) document.Version {
	if i := slices.IndexFunc(versions, func(v document.Version) bool { return v.State == document.Current }); i >= 0 {
		return versions[i]
	}
	return document.Version{}
}

// withFile are the documents of which some version has a file.
func withFile(ctx context.Context, tx Tx, digest string, reach *document.Reach) ([]document.Document, error) {
	records, err := tx.Records().Query(ctx, record.Query{All: true, Kinds: []string{RecordDocument}, Files: []string{digest}})
	if err != nil {
		return nil, err
	}
	var docs []document.Document
	for _, r := range records {
		id, _, _ := DocumentOf(r.ID)
		if slices.ContainsFunc(docs, func(d document.Document) bool { return d.ID == id }) {
			continue // a version of its own has the file too
		}
		doc, found, err := tx.Documents().Document(ctx, id)
		if err != nil {
			return nil, err
		}
		if found && reach.Lets(doc) {
			docs = append(docs, doc)
		}
	}
	return docs, nil
}

// checkFile compares the version that a file belongs to with the one in force: the one
// in force itself where several have the same, else the last that was not withdrawn.
func checkFile(doc document.Document, versions []document.Version, digest string) VersionCheck {
	check := checkOf(doc, versions, "")
	rank, best := func(v document.Version) int {
		switch {
		case v.State == document.Withdrawn:
			return 1
		case v.State == document.Current:
			return 3
		}
		return 2
	}, 0
	for _, v := range versions {
		if !unapproved(v) && rank(v) >= best && hasFile(v, digest) {
			best, check.Known, check.Reading = rank(v), true, document.ReadingOf(doc, versions, v)
		}
	}
	return check
}

func hasFile(v document.Version, digest string) bool {
	return slices.ContainsFunc(v.Files, func(f document.File) bool { return f.Digest == digest })
}

// outline is what a document's number and state are to somebody outside.
func outline(d document.Document) document.Document {
	return document.Document{Number: d.Number, State: d.State, Current: d.Current, Retired: d.Retired}
}

// issued is what there is to know of a version without reading it.
func issued(v document.Version) document.Version {
	return document.Version{
		Label: v.Label, State: v.State, Issued: v.Issued, SupersededBy: v.SupersededBy, Stopped: v.Stopped, Band: v.Band,
	}
}

// fingerprintOf reads a SHA-256 as people write it.
func fingerprintOf(typed string) (string, error) {
	const length = 64
	digest := strings.ToLower(strings.NewReplacer(" ", "", ":", "", "\n", "", "\r", "", "\t", "").Replace(typed))
	if digest == "" {
		return "", nil
	}
	if len(digest) != length || strings.Trim(digest, "0123456789abcdef") != "" {
		return "", document.RefuseDigest()
	}
	return digest, nil
}
