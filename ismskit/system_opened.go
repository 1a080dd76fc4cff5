package ismskit

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/document"
)

// SystemEntry is an entry of a log of the system. Of an opening Opened is what was opened; nil
// elsewhere, and where it is not kept any more.
type SystemEntry struct {
	Entry
	Opened *OpenedItem
}

// OpenedItem is a case, a file of one or a document, confidential, that somebody opened. Who
// reads the log is told its number, also where he may not open it himself: a log that keeps that
// back shows nobody whether the reader had any business with it. What it is called is for those
// who may open it, for a title tells of what it holds (K18).
type OpenedItem struct {
	ID       string            // of the case or document
	Number   string            // of it; "" while a case has none
	Title    map[string]string // of the case's form, or of the document, nil where he may not open that
	File     string            // name of the file of a case, "" where he may not open it
	Versions []string          // of the document, as far as the entry says
	MayOpen  bool              // whoever reads the log may open it too
}

// sayOpened adds what was opened to entries of the log of openings.
func (k *Kit) sayOpened(ctx context.Context, actor Actor, entries []SystemEntry) error {
	known := map[string]*OpenedItem{}
	for i, e := range entries {
		of := e.Type + " " + e.Number
		item, ok := known[of]
		if !ok {
			var err error
			if e.Type == OpenedDocument {
				item, err = k.openedDocument(ctx, actor, e.Number)
			} else {
				item, err = k.openedCase(ctx, actor, e.Number)
			}
			if err != nil && !errors.Is(err, ErrNotFound) && !unread(err) {
				return err
			}
			known[of] = item
		}
		if item != nil {
			own := *item
			for _, mark := range e.Effects {
				label, _, _ := strings.Cut(mark, versionSeq)
				own.Versions = append(own.Versions, label)
			}
			entries[i].Opened = &own
		}
	}
	return nil
}

func (k *Kit) openedDocument(ctx context.Context, actor Actor, id string) (*OpenedItem, error) {
	d := k.Documents()
	doc, _, err := d.stored(ctx, id)
	if err != nil || doc.ID == "" {
		return nil, err
	}
	item := &OpenedItem{ID: id, Number: doc.Number}
	if _, err = d.Get(ctx, actor, id); err == nil {
		item.Title, item.MayOpen = doc.Title, true
	}
	return item, ignoreNotFound(err)
}

func (k *Kit) openedCase(ctx context.Context, actor Actor, of string) (*OpenedItem, error) {
	id, digest, _ := strings.Cut(of, "/")
	c, err := k.take(ctx, id)
	if err != nil {
		return nil, err
	}
	item := &OpenedItem{ID: id, Number: c.row.Number, Title: c.kind.Title}
	if item.MayOpen, err = k.mayReadCase(ctx, actor, id); err != nil || !item.MayOpen || digest == "" {
		return item, err
	}
	hidden, err := k.hiddenNow(ctx, actor, c, k.moment())
	if err != nil {
		return nil, err
	}
	files := visible(c.extra.Files, hidden)
	if i := slices.IndexFunc(files, func(f Attached) bool { return f.Digest == digest }); i >= 0 {
		item.File = files[i].Name
	} else {
		item.MayOpen = false
	}
	return item, nil
}

// marksOf are versions of a document as its trail tells them.
func marksOf(versions ...document.Version) []string {
	var out []string
	for _, v := range versions {
		if v.Label != "" {
			out = append(out, versionMark(v))
		}
	}
	return out
}
