package ismskit

import (
	"context"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
)

// Documents is document control: who may read what, filing, versions, files.
type Documents struct{ k *Kit }

// DocumentView is a document with its versions, newest last.
type DocumentView struct {
	document.Document
	// Versions are document.History: withdrawn ones too. Version.Case is "" where the actor may not
	// read the case that issued it.
	Versions []document.Version
	// Forms are the documents that name this one as their parent.
	Forms []document.Document
	// Related are the documents that have to do with this one, both ways, that the actor may read.
	Related []RelatedDocument
	// Year is the working year (作業年度) under which it is filed, 0 before its first issue.
	Year int
	// MaySetYear says that the actor may file it under another one.
	MaySetYear bool
	// Words says of the versions' files, by digest, whether the document is found by what
	// they say.
	Words map[string]FileWords
	// Codes are the check codes of the versions, by Seq: what 版次查詢 knows a copy by.
	Codes map[int]string
	// Acts say what was done to it, by whom and why, oldest first.
	Acts []DocumentAct
}

func documentRecord(id string) string { return "document/" + id }

// DocumentOf are the document that a record of the archive is of, and the version where it is
// of one that is in force no more: such a one stays filed under its own year. false for a
// record of anything else.
func DocumentOf(record string) (id, version string, ok bool) {
	id, ok = strings.CutPrefix(record, documentRecord(""))
	if at := strings.LastIndexByte(id, '/'); at >= 0 && document.IsLabel(id[at+1:]) {
		id, version = id[:at], id[at+1:]
	}
	return id, version, ok
}

// List returns the documents the actor may read. Asked for document.InReview it returns those too
// that are not there yet, of requests that he may read: Document.Request says so.
func (d Documents) List(ctx context.Context, actor Actor, q document.Query) ([]document.Document, error) {
	d.k = d.k.once()
	reach, err := d.reach(ctx, actor)
	if err != nil {
		return nil, err
	}
	q.Reach = reach
	if slices.Contains(q.States, document.InReview) || slices.Contains(q.States, document.Draft) {
		return d.listReviewed(ctx, actor, q)
	}
	var out []document.Document
	err = d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := listedBy(ctx, tx, q)
		out = found
		return err
	})
	if err == nil {
		err = d.onTheWay(ctx, out)
	}
	return out, err
}

// Get returns a document by id, or by present or former number; *NumberTwice where several that the
// actor may read have or had it, ErrNotFound also for one that he may not read.
func (d Documents) Get(ctx context.Context, actor Actor, idOrNumber string) (DocumentView, error) {
	d.k = d.k.once()
	view, err := d.whole(ctx, actor, idOrNumber)
	if err == nil {
		view.Acts, err = d.acts(ctx, actor, view.Document, view.Versions)
	}
	if err == nil {
		err = d.toldCases(ctx, actor, view.Versions)
	}
	return view, err
}

// readable is the document itself, for whoever has only to know whether somebody may read it: as Get
// answers, without all that belongs to it.
func (d Documents) readable(ctx context.Context, actor Actor, idOrNumber string) (doc document.Document, err error) {
	reach, err := d.reach(ctx, actor)
	if err != nil {
		return doc, err
	}
	err = d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := d.find(ctx, tx, reach, idOrNumber)
		doc = found
		return err
	})
	return doc, err
}

// whole is what Get returns, with the cases of all versions and without what was done to it.
func (d Documents) whole(ctx context.Context, actor Actor, idOrNumber string) (DocumentView, error) {
	reach, err := d.reach(ctx, actor)
	if err != nil {
		return DocumentView{}, err
	}
	var view DocumentView
	err = d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		doc, err := d.find(ctx, tx, reach, idOrNumber)
		if err != nil {
			return err
		}
		versions, err := tx.Documents().Versions(ctx, doc.ID)
		if err != nil {
			return err
		}
		forms, err := formsBelow(ctx, tx, doc, reach)
		if err != nil {
			return err
		}
		all, err := relatedDocuments(ctx, tx, doc, reach)
		if err != nil {
			return err
		}
		forms = slices.DeleteFunc(forms, func(f document.Document) bool { return f.ID == doc.ID })
		related := relatedTo(&doc, all)
		one := []document.Document{doc}
		for _, r := range related {
			one = append(one, r.Document)
		}
		if err := toldDocuments(ctx, tx, reach, one[1:]); err != nil {
			return err
		}
		if err := toldParents(ctx, tx, reach, one[:1]); err != nil {
			return err
		}
		doc = one[0]
		for i := range related {
			related[i].Document = one[i+1]
		}
		view = DocumentView{Related: related, Codes: d.codesOf(document.History(versions)), Document: doc, Versions: document.History(versions), Forms: forms, Year: d.k.yearOf(d.filedOn(versions, doc), doc.YearGiven())}
		return nil
	})
	if err == nil {
		one := []document.Document{view.Document}
		err = d.onTheWay(ctx, one)
		view.State = one[0].State
	}
	if err == nil {
		view.MaySetYear, err = d.k.mayFileAnew(ctx, actor)
	}
	if err == nil {
		view.Words, err = d.k.fileWords(ctx, readAsFiles(view.Versions))
	}
	return view, err
}

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
		// The same people as in readable; those who may read everything need no rule.
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

// formsBelow are the documents that name one as their parent, by the number it has or by one it had, as far as
// they are within reach; all for nil.
func formsBelow(ctx context.Context, tx Tx, doc document.Document, reach *document.Reach) (out []document.Document, err error) {
	for _, number := range append([]string{doc.Number}, doc.FormerNumbers...) { // as they stand: stores know both writings
		found, err := listedBy(ctx, tx, document.Query{Parent: number, Reach: reach})
		if err != nil {
			return nil, err
		}
		for _, one := range found {
			if !slices.ContainsFunc(out, func(d document.Document) bool { return d.ID == one.ID }) {
				out = append(out, one)
			}
		}
	}
	return out, nil
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
