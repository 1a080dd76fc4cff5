package ismskit

import (
	"context"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
)

// The place of a document and of its versions in the archive.

// controlledFiles are the digests of all files of all versions of documents, whatever the
// archive has of them: what was once under control is never swept.
func controlledFiles(ctx context.Context, tx Tx) (map[string]bool, error) {
	docs, err := tx.Documents().Documents(ctx, document.Query{})
	if err != nil {
		return nil, err
	}
	digests := map[string]bool{}
	for _, doc := range docs {
		versions, err := tx.Documents().Versions(ctx, doc.ID)
		if err != nil {
			return nil, err
		}
		for _, v := range document.History(versions) {
			for _, f := range v.Files {
				digests[f.Digest] = true
			}
		}
	}
	return digests, nil
}

// index files the document in the archive, found by number, title, owner and what its version
// in force says.
func (d Documents) index(ctx context.Context, tx Tx, doc document.Document, versions []document.Version) error {
	readers := []string{record.Everybody}
	if d.k.classes().Confidential(doc.Class) {
		// Those who look after documents; who may read everything needs no rule.
		readers = d.k.controllers()
	}
	acl := record.NewACL("", doc.Class, "", "document", readers...)
	r := record.Record{
		ID: documentRecord(doc.ID), Kind: RecordDocument, Number: doc.Number, Form: doc.Number, Type: "document",
		Subject: document.TitleIn(doc.Title, d.k.cfg.Lang), Unit: doc.Unit, UnitName: doc.Owner, State: string(doc.State),
		Class: doc.Class, Origin: OriginOnline, ACL: acl.ID, Filed: d.k.moment(),
	}
	text := []any{doc.Number, doc.FormerNumbers, doc.Owner, doc.Note}
	for _, title := range doc.Title {
		text = append(text, title)
	}
	for _, v := range document.History(versions) {
		for _, f := range v.Files { // what refers to no record is swept away
			r.Files = append(r.Files, f.Digest)
		}
		if v.State == document.Withdrawn {
			continue
		}
		text = append(text, v.Description)
		for _, title := range v.Title { // who holds an old print knows it by that
			text = append(text, title)
		}
		if v.State == document.Current {
			words, err := d.wordsOf(ctx, tx, v)
			if err != nil {
				return err
			}
			text = append(text, words)
		}
	}
	if err := d.readLater(ctx, tx, doc.ID, versions); err != nil {
		return err
	}
	for _, v := range versions {
		if v.Label == doc.Current && v.ApprovalWay == document.ByImport {
			r.Origin, r.Original = OriginImported, v.Original
		}
	}
	if filed := d.filedOn(versions, doc); !filed.IsZero() {
		r.Filed = filed
	}
	r.Year = d.k.yearOf(r.Filed, doc.YearGiven())
	if err := tx.Records().PutACL(ctx, acl); err != nil {
		return err
	}
	if err := tx.Records().Put(ctx, r); err != nil {
		return err
	}
	if err := tx.Records().PutText(ctx, r.ID, record.Text(text...)); err != nil {
		return err
	}
	return d.indexFormer(ctx, tx, doc, versions, r)
}

// controllers are those who look after documents, as rules of the archive name them.
func (k *Kit) controllers() (readers []string) {
	for _, role := range k.cfg.Rights.ManageDocs {
		module, key, _ := strings.Cut(role, "/")
		readers = append(readers, record.ReaderRole(module, key))
	}
	return readers
}

// formerTitle is what a version of a document was called when it was issued, nil where that was not kept.
func formerTitle(ctx context.Context, tx Tx, id, label string) (map[string]string, error) {
	versions, err := tx.Documents().Versions(ctx, id)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(versions, func(v document.Version) bool { return v.Label == label }); i >= 0 {
		return versions[i].Title, nil
	}
	return nil, nil
}

// indexFormer files what was in force before, each version that has something to be read as
// a record of its own under its own day: else nobody would find in its year what held then.
func (d Documents) indexFormer(ctx context.Context, tx Tx, doc document.Document, versions []document.Version, r record.Record) error {
	again := slices.ContainsFunc(versions, func(v document.Version) bool { return v.State == document.Stopped })
	for _, v := range versions {
		former := v.State == document.Superseded || v.State == document.Stopped
		if len(v.Files) == 0 || !former && !(again && v.State == document.Current) {
			continue
		}
		one := r
		one.Draft = !former // in force again: what was filed of it is the document's own record
		one.ID, one.State, one.Files = documentRecord(doc.ID)+"/"+v.Label, string(v.State), nil
		titles := doc.Title
		if former && len(v.Title) > 0 { // it stays what it was called
			titles = v.Title
			one.Subject = document.TitleIn(titles, d.k.cfg.Lang)
		}
		if one.Origin, one.Original = OriginOnline, v.Original; v.ApprovalWay == document.ByImport {
			one.Origin = OriginImported
		}
		for _, f := range v.Files {
			one.Files = append(one.Files, f.Digest)
		}
		day, err := parseISO(v.Issued)
		if err != nil || day.IsZero() {
			continue
		}
		one.Filed = day.Start(d.k.location).UTC()
		one.Year = d.k.yearOf(one.Filed, v.YearGiven())
		if err := tx.Records().Put(ctx, one); err != nil {
			return err
		}
		words, err := d.wordsOf(ctx, tx, v)
		if err != nil {
			return err
		}
		text := []any{doc.Number, doc.FormerNumbers, doc.Owner, v.Description, words}
		for _, title := range titles {
			text = append(text, title)
		}
		if err := tx.Records().PutText(ctx, one.ID, record.Text(text...)); err != nil {
			return err
		}
	}
	return nil
}
