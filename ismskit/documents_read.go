package ismskit

import (
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
)

// DocumentEntry is a line of the 文件一覽表.
type DocumentEntry struct {
	document.Document
	// Version is the one in force, or the last that was; zero before the first issue.
	Version document.Version
	// Twice says that another document has or had the same number (U13).
	Twice bool
	// Late says that the day of the next review has passed, by so many working days.
	Late     bool
	LateDays int
}

// Entries returns the documents the actor may read, each with its version in
// force, by number. What he may not read counts nowhere, not even as a duplicate.
// With an ISO date, on, it is the list as it was on that day: the documents in
// force then, each with the version of that day and without a review date, which
// is not kept for other days than today; a *document.Refusal where it is no date.
func (d Documents) Entries(ctx context.Context, actor Actor, q document.Query, on string) ([]DocumentEntry, error) {
	d.k = d.k.once()
	if day, err := parseISO(on); err != nil || on != "" && day.String() != on {
		return nil, document.RefuseDate(on)
	}
	classes, err := d.readable(ctx, actor)
	if err != nil {
		return nil, err
	}
	q.Classes = both(q.Classes, classes)
	today := calendar.DateOf(d.k.moment().In(d.k.location))
	var out []DocumentEntry
	err = d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		all, err := tx.Documents().Documents(ctx, document.Query{Classes: classes})
		if err != nil {
			return err
		}
		twice := usedTwice(all)
		found, err := tx.Documents().Documents(ctx, q)
		if err != nil {
			return err
		}
		entries := make([]DocumentEntry, 0, len(found))
		for _, doc := range found {
			versions, err := tx.Documents().Versions(ctx, doc.ID)
			if err != nil {
				return err
			}
			e := DocumentEntry{Document: doc, Twice: slices.ContainsFunc(numbersOf(doc), func(n string) bool { return twice[n] > 1 })}
			if on == "" {
				if r, err := document.Read(doc, versions, ""); err == nil {
					e.Version = r.Version
				}
			} else {
				var inForce bool
				if e.Version, inForce = document.AsOf(doc, versions, on); !inForce {
					continue
				}
				if on != today.String() {
					e.State, e.NextReview = document.Current, ""
				}
			}
			e.Late, e.LateDays = d.reviewLate(e.Document, today)
			entries = append(entries, e)
		}
		out = entries
		return nil
	})
	return out, err
}

// reviewLate says by how many working days a document's review is late; the day
// itself is in time.
func (d Documents) reviewLate(doc document.Document, today calendar.Date) (late bool, days int) {
	due, err := parseISO(doc.NextReview)
	if err != nil || due.IsZero() || doc.Retired != "" || !due.Before(today) {
		return false, 0
	}
	return true, d.k.calendarOf("").Workdays(due, today)
}

func numbersOf(doc document.Document) []string {
	return append([]string{doc.Number}, doc.FormerNumbers...)
}

func usedTwice(docs []document.Document) map[string]int {
	n := map[string]int{}
	for _, doc := range docs {
		for _, number := range numbersOf(doc) {
			n[number]++
		}
	}
	return n
}

// DocumentReading is a version as the actor gets it to read, with everything that
// must be said beside it.
type DocumentReading struct {
	document.Reading
	Versions []document.Version // document.History: withdrawn ones too
	Forms    []document.Document
	// Twice are other documents that have or had one of its numbers (U13).
	Twice []document.Document
	// Text is nil where the version has none that can be read on screen.
	Text *document.Tree
	// Notice is the document's own word on the use of copies, by language.
	Notice   map[string]string
	Late     bool // its review is late, by LateDays working days
	LateDays int
	// MayFile says that the actor may file versions.
	MayFile bool
	// Blank says that the form of this version can be had empty, to be filled in by
	// hand, under the type that Document.Type names.
	Blank bool
}

// Read returns a version with its text; label "" is the one in force. A document
// that was never issued has a zero Version. ErrNotFound where there is no such
// document or version, or the actor may not read it.
func (d Documents) Read(ctx context.Context, actor Actor, idOrNumber, label string) (DocumentReading, error) {
	d.k = d.k.once()
	view, err := d.Get(ctx, actor, idOrNumber)
	if err != nil {
		return DocumentReading{}, err
	}
	r := DocumentReading{Versions: view.Versions, Forms: view.Forms}
	var refusal *document.Refusal
	r.Reading, err = document.Read(view.Document, view.Versions, label)
	switch {
	case err == nil:
	case errors.As(err, &refusal) && label == "":
		r.Document = view.Document
	case errors.As(err, &refusal):
		return DocumentReading{}, ErrNotFound
	default:
		return DocumentReading{}, err
	}
	if err := d.k.opened(ctx, actor, view.Document.Class, OpenedDocument, view.Document.ID); err != nil {
		return DocumentReading{}, err
	}
	r.Late, r.LateDays = d.reviewLate(view.Document, calendar.DateOf(d.k.moment().In(d.k.location)))
	if err := d.readText(ctx, &r); err != nil {
		return DocumentReading{}, err
	}
	if r.Twice, err = d.namesakes(ctx, actor, view.Document); err != nil {
		return DocumentReading{}, err
	}
	if r.Blank, err = d.hasBlank(ctx, actor, r.Reading); err != nil {
		return DocumentReading{}, err
	}
	r.MayFile, err = d.MayFile(ctx, actor)
	return r, err
}

// hasBlank says whether the form type in use is the version that is read: a blank
// is always one of the version in force.
func (d Documents) hasBlank(ctx context.Context, actor Actor, r document.Reading) (bool, error) {
	kind, ok := d.k.kinds.latestOf(r.Document.Type)
	if !ok || !kind.Offered || kind.Flow.Child || !r.InForce || kind.Edition != r.Version.Label {
		return false, nil
	}
	err := d.k.mayOpen(ctx, actor, kind)
	if errors.Is(err, ErrForbidden) || errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// MayFile says whether the actor may file documents and versions.
func (d Documents) MayFile(ctx context.Context, actor Actor) (bool, error) {
	d.k = d.k.once()
	err := d.k.allow(ctx, actor, d.k.cfg.Rights.ManageDocs)
	if errors.Is(err, ErrForbidden) {
		return false, nil
	}
	return err == nil, err
}

// namesakes are the other documents that have or had one of a document's numbers.
func (d Documents) namesakes(ctx context.Context, actor Actor, doc document.Document) ([]document.Document, error) {
	same, err := d.List(ctx, actor, document.Query{Numbers: numbersOf(doc)})
	return slices.DeleteFunc(same, func(o document.Document) bool { return o.ID == doc.ID }), err
}

// readText reads the text of a version into its clauses. A text that cannot be
// read so is left to be downloaded; the log says why.
func (d Documents) readText(ctx context.Context, r *DocumentReading) error {
	i := slices.IndexFunc(r.Version.Files, func(f document.File) bool { return f.Main && readsOnScreen(f) })
	if i < 0 || d.k.cfg.Blobs == nil {
		return nil
	}
	text, err := d.bytesOf(ctx, r.Version.Files[i].Digest)
	if err != nil {
		return err
	}
	meta, body, err := document.ParseMeta(text)
	if err == nil {
		var tree document.Tree
		if tree, err = document.Clauses(body); err == nil {
			r.Text, r.Notice = &tree, meta.Notice
			return nil
		}
	}
	d.k.log.WarnContext(ctx, "document cannot be read on screen", "document", r.Document.ID, "version", r.Version.Label, "reason", err)
	return nil
}

// readsOnScreen says whether a file is Markdown, which pages render.
func readsOnScreen(f document.File) bool {
	ext := strings.ToLower(path.Ext(f.Name))
	return f.MediaType == "text/markdown" || strings.HasPrefix(f.MediaType, "text/") && (ext == ".md" || ext == ".markdown")
}

func (d Documents) bytesOf(ctx context.Context, digest string) (text []byte, err error) {
	file, err := d.k.cfg.Blobs.Open(ctx, digest)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	text, err = io.ReadAll(io.LimitReader(file, document.MaxMarkdown+1))
	if err == nil && len(text) > document.MaxMarkdown {
		err = ErrTooLarge
	}
	return text, err
}

// Download is a file of a version as it was filed, byte for byte, so that Check
// knows it again by its fingerprint. The caller closes Body.
type Download struct {
	document.Reading
	File document.File // its name carries the band, and that the version is not in force (B1.5)
	Size int64         // of Body
	Body io.ReadCloser
}

// Download opens a file of a version for somebody to take away, its name marked in
// a language; what is marked inside as well is Print's. ErrNotFound as for Read.
func (d Documents) Download(ctx context.Context, actor Actor, id, label, digest, lang string) (Download, error) {
	d.k = d.k.once()
	view, err := d.Get(ctx, actor, id)
	if err != nil {
		return Download{}, err
	}
	reading, err := document.Read(view.Document, view.Versions, label)
	if refusal := (*document.Refusal)(nil); errors.As(err, &refusal) {
		return Download{}, ErrNotFound
	}
	if err != nil {
		return Download{}, err
	}
	if !hasFile(reading.Version, digest) { // it may be of one that was withdrawn, whose label another bears now
		for _, v := range view.Versions {
			if v.Label == reading.Version.Label && hasFile(v, digest) {
				reading = document.ReadingOf(view.Document, view.Versions, v)
			}
		}
	}
	i := slices.IndexFunc(reading.Version.Files, func(f document.File) bool { return f.Digest == digest })
	if i < 0 || d.k.cfg.Blobs == nil {
		return Download{}, ErrNotFound
	}
	if err := d.k.opened(ctx, actor, view.Document.Class, OpenedDocument, view.Document.ID); err != nil {
		return Download{}, err
	}
	out := Download{Reading: reading, File: reading.Version.Files[i]}
	out.Size = out.File.Size
	out.File.Name = markedName(out.File.Name, reading, lang)
	out.Body, err = d.k.cfg.Blobs.Open(ctx, digest)
	return out, err
}

// markedName puts into a file's name what must be said of the version: its band,
// and where it does not hold, why: 「程序書（舊版，已由 1.3 版取代（113.08.05））.docx」.
func markedName(name string, r document.Reading, lang string) string {
	var marks []string
	if r.Version.Band != "" {
		marks = append(marks, r.Version.Band)
	}
	if !r.InForce && len(r.Notices) > 0 {
		marks = append(marks, r.Notices[len(r.Notices)-1].Text(lang))
	}
	ext := path.Ext(name)
	for i, mark := range marks {
		marks[i] = say(lang, "document.marked", map[string]string{"mark": strings.Map(func(c rune) rune {
			if c < ' ' || strings.ContainsRune(`<>:"/\|?*`, c) {
				return '-'
			}
			return c
		}, mark)})
	}
	return strings.TrimSuffix(name, ext) + strings.Join(marks, "") + ext
}
