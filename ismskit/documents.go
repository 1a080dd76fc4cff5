package ismskit

import (
	"context"
	"io"
	"slices"

	"github.com/google/uuid"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
)

// Documents is document control: who may read what, filing, versions, files.
type Documents struct{ k *Kit }

// DocumentView is a document with its versions, newest last.
type DocumentView struct {
	document.Document
	Versions []document.Version
	// Forms are the documents that name this one as their parent.
	Forms []document.Document
}

// Filing puts a document or a further version under control without a change
// request: the first stock, or a paper approval.
type Filing struct {
	Document document.Document // ID empty for a new one
	Version  document.Version  // State and place in the order follow by themselves
	// Duplicate keeps a number that another document has or had, as an import
	// finds it (U13).
	Duplicate bool
}

func documentRecord(id string) string { return "document/" + id }

// List returns the documents the actor may read.
func (d Documents) List(ctx context.Context, actor Actor, q document.Query) ([]document.Document, error) {
	classes, err := d.readable(ctx, actor)
	if err != nil {
		return nil, err
	}
	if classes != nil {
		q.Classes = classes
	}
	var out []document.Document
	err = d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Documents().Documents(ctx, q)
		out = found
		return err
	})
	return out, err
}

// readable are the classes of documents that the actor may read; nil is all of
// them. What is 「密」 or above is for those who may read everything (K18).
func (d Documents) readable(ctx context.Context, actor Actor) ([]string, error) {
	if actor.system {
		return nil, nil
	}
	now := d.k.moment()
	if _, err := d.k.person(ctx, actor.Person, now); err != nil {
		return nil, err
	}
	roles := slices.Concat(d.k.cfg.Rights.ReadAll, d.k.cfg.Rights.ManageDocs)
	all, err := d.k.hasRole(ctx, actor.Person, roles)
	if err != nil || all {
		return nil, err
	}
	return []string{"", ClassGeneral, ClassInternal}, nil
}

// Classes of confidentiality, in order.
const (
	ClassGeneral      = "general"      // 一般
	ClassInternal     = "internal"     // 內部使用
	ClassConfidential = "confidential" // 密
	ClassSecret       = "secret"       // 機密
)

// Confidential says whether a class is 「密」 or above, so that messages about it
// say only that something waits (K18).
func Confidential(class string) bool { return class == ClassConfidential || class == ClassSecret }

// Get returns a document by id, or by present or former number where only one
// document has it; ErrNotFound also for one the actor may not read.
func (d Documents) Get(ctx context.Context, actor Actor, idOrNumber string) (DocumentView, error) {
	classes, err := d.readable(ctx, actor)
	if err != nil {
		return DocumentView{}, err
	}
	var view DocumentView
	err = d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		doc, found, err := d.find(ctx, tx, idOrNumber)
		if err != nil {
			return err
		}
		if !found || classes != nil && !slices.Contains(classes, doc.Class) {
			return ErrNotFound
		}
		versions, err := tx.Documents().Versions(ctx, doc.ID)
		if err != nil {
			return err
		}
		forms, err := tx.Documents().Documents(ctx, document.Query{Parent: doc.Number, Classes: classes})
		if err != nil {
			return err
		}
		view = DocumentView{Document: doc, Versions: versions, Forms: forms}
		return nil
	})
	return view, err
}

func (d Documents) find(ctx context.Context, tx Tx, idOrNumber string) (document.Document, bool, error) {
	doc, found, err := tx.Documents().Document(ctx, idOrNumber)
	if err != nil || found {
		return doc, found, err
	}
	docs, err := tx.Documents().Documents(ctx, document.Query{Numbers: []string{idOrNumber}})
	if err != nil || len(docs) != 1 {
		return document.Document{}, false, err
	}
	return docs[0], true, nil
}

// File opens a file of a version; version "" is the one in force. What is read
// or downloaded of an old version carries Superseded in the view.
func (d Documents) File(ctx context.Context, actor Actor, id, version, digest string) (document.Version, document.File, io.ReadCloser, error) {
	view, err := d.Get(ctx, actor, id)
	if err != nil {
		return document.Version{}, document.File{}, nil, err
	}
	if version == "" {
		version = view.Current
	}
	for _, v := range view.Versions {
		if v.Label != version {
			continue
		}
		for _, f := range v.Files {
			if (digest == "" && f.Main || f.Digest == digest) && d.k.cfg.Blobs != nil {
				r, err := d.k.cfg.Blobs.Open(ctx, f.Digest)
				return v, f, r, err
			}
		}
	}
	return document.Version{}, document.File{}, nil, ErrNotFound
}

// Put files a document and a version of it, as document.Library has it: a version
// whose day has come makes the one before it superseded, in the same transaction.
// A document that is there is changed; another number renumbers it. Without a
// label only the document is written. Rights.ManageDocs; a *document.Refusal says
// what document control does not accept.
func (d Documents) Put(ctx context.Context, actor Actor, f Filing) (string, error) {
	if err := d.k.allow(ctx, actor, d.k.cfg.Rights.ManageDocs); err != nil {
		return "", err
	}
	id := f.Document.ID
	if id == "" {
		id = uuid.Must(uuid.NewV7()).String()
	}
	f.Document.ID = id
	e := Event{Verb: "file", Result: f.Version.Label, Comment: f.Version.Description}
	return id, d.controlled(ctx, actor, id, e, func(ctx context.Context, lib document.Library, store document.Store, today string) error {
		return put(ctx, lib, store, f, today)
	})
}

// put carries out a filing by the rules of document control.
func put(ctx context.Context, lib document.Library, store document.Store, f Filing, today string) error {
	old, found, err := store.Document(ctx, f.Document.ID)
	if err != nil {
		return err
	}
	if found {
		if f.Document.Number != "" && f.Document.Number != old.Number {
			if err := lib.Renumber(ctx, old.ID, f.Document.Number); err != nil {
				return err
			}
		}
		err = lib.Change(ctx, changed(f.Document, old))
	} else {
		err = lib.Add(ctx, f.Document, f.Duplicate)
	}
	if err != nil || f.Version.Label == "" {
		return err
	}
	_, err = lib.Issue(ctx, f.Document.ID, document.Issue{Version: f.Version, Today: today})
	return err
}

// changed is a document's description with the review date it had, where the
// filing names none.
func changed(now, old document.Document) document.Document {
	if now.NextReview == "" {
		now.NextReview = old.NextReview
	}
	if now.Number == "" {
		now.Number = old.Number
	}
	return now
}

// Retire abolishes a document (廢止) today; its versions stay readable.
// Rights.ManageDocs.
func (d Documents) Retire(ctx context.Context, actor Actor, id, reason string) error {
	if err := d.k.allow(ctx, actor, d.k.cfg.Rights.ManageDocs); err != nil {
		return err
	}
	return d.controlled(ctx, actor, id, Event{Verb: "retire", Comment: reason}, func(ctx context.Context, lib document.Library, _ document.Store, today string) error {
		return lib.Retire(ctx, id, today)
	})
}

// controlled makes a change of document control in one transaction, with its
// entry on the document's trail and its place in the archive.
func (d Documents) controlled(ctx context.Context, actor Actor, id string, e Event,
	change func(ctx context.Context, lib document.Library, store document.Store, today string) error) error {
	now := d.k.moment()
	e.Type, e.By, e.Via, e.Channel = "document", systemSigner(), viaSystem, actor.Channel
	if !actor.system {
		by, err := d.k.person(ctx, actor.Person, now)
		if err != nil {
			return err
		}
		e.By, e.Via, e.Assurance = by, viaNamed, actor.Assurance
	}
	today := calendar.DateOf(now.In(d.k.location)).String()
	return d.k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		lib := document.In(tx.Documents())
		if err := change(ctx, lib, tx.Documents(), today); err != nil {
			return err
		}
		doc, versions, err := lib.Versions(ctx, id)
		if err != nil {
			return err
		}
		if err := d.index(ctx, tx, doc, versions); err != nil {
			return err
		}
		entry := e
		entry.Number, entry.Revision = doc.Number, doc.Revision
		return d.k.appendEvent(ctx, tx, documentRecord(id), entry, now)
	})
}

// index files the document in the archive, found by number, title and owner.
func (d Documents) index(ctx context.Context, tx Tx, doc document.Document, versions []document.Version) error {
	acl := record.NewACL("", doc.Class, "", "document")
	if !Confidential(doc.Class) {
		acl = record.NewACL("", doc.Class, "", "document", record.Everybody)
	}
	r := record.Record{
		ID: documentRecord(doc.ID), Kind: RecordDocument, Number: doc.Number, Form: doc.Number, Type: "document",
		Subject: titleIn(doc, d.k.cfg.Lang), Unit: doc.Unit, UnitName: doc.Owner, State: string(doc.State),
		Class: doc.Class, Origin: OriginOnline, ACL: acl.ID, Filed: d.k.moment(),
	}
	text := []any{doc.Number, doc.FormerNumbers, doc.Owner, doc.Note}
	for _, title := range doc.Title {
		text = append(text, title)
	}
	for _, v := range versions {
		text = append(text, v.Description)
		for _, f := range v.Files {
			r.Files = append(r.Files, f.Digest)
		}
		if day, err := parseISO(v.Issued); err == nil && !day.IsZero() {
			r.Filed = day.Start(d.k.location).UTC()
		}
	}
	r.Year = record.WorkingYear(r.Filed, d.k.location)
	if err := tx.Records().PutACL(ctx, acl); err != nil {
		return err
	}
	if err := tx.Records().Put(ctx, r); err != nil {
		return err
	}
	return tx.Records().PutText(ctx, r.ID, record.Text(text...))
}

func titleIn(doc document.Document, lang string) string {
	if t := doc.Title[lang]; t != "" {
		return t
	}
	for _, t := range doc.Title { // some other language
		return t
	}
	return doc.Number
}
