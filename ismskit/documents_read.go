package ismskit

import (
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/evidence"
)

// reviewLate says by how many working days a document's review is late; the day
// itself is in time, and of one that is not in force none is due.
func (d Documents) reviewLate(doc document.Document, today calendar.Date) (late bool, days int) {
	due, err := parseISO(doc.NextReview)
	if err != nil || due.IsZero() || doc.Current == "" || !due.Before(today) {
		return false, 0
	}
	return true, d.k.calendarOf("").Workdays(due, today)
}

// DocumentReading is a version as the actor gets it to read, with everything that
// must be said beside it.
type DocumentReading struct {
	document.Reading
	Versions []document.Version // as DocumentView has them
	Forms    []document.Document
	// Twice are other documents that have or had one of its numbers (U13).
	Twice []document.Document
	// Text is nil where the version has none that can be read on screen.
	Text *document.Tree
	// Extract are the words of its Word, ODF or PDF file, where Text is nil, in parts (ExtractAnchor);
	// ExtractCut says that there are more than MostExtract.
	Extract    []document.Part
	ExtractCut bool
	// Notice is the document's own word on the use of copies, by language.
	Notice   map[string]string
	Late     bool // its review is late, by LateDays working days
	LateDays int
	// MayFile says that the actor looks after documents, Plain that he may file versions of this one, retire
	// and stop without sign-off.
	MayFile, Plain bool
	// Related are the documents that have to do with this one, both ways, that the actor may read.
	Related []RelatedDocument
	// MayReview says that he may note that the document was reviewed and stays as it is.
	MayReview bool
	// MayWithdraw says that he may take this one back before its day.
	MayWithdraw bool
	// Year is the working year (作業年度) under which the document is filed, 0 before its first
	// issue; MaySetYear says that the actor may file it under another one.
	Year       int
	MaySetYear bool
	// Blank says that the form of this version can be had empty, to be filled in by
	// hand, under the type that Document.Type names.
	Blank bool
	// Begun are, of a version that was stopped, the cases begun on its forms while it was in
	// force that the actor may read.
	Begun []CaseRow
	// Touched is what the request that issued this version said that it touches, as far as the actor
	// may see that.
	Touched []Touch
	// Changes says how the document changes, and what is on its way.
	Changes DocumentChanges
	// Words says of the versions' files, by digest, whether the document is found by what
	// they say.
	Words map[string]FileWords
	// Code is the check code of this version, "" where there is none: it stands on every copy.
	Code string
	// Acts say what was done to the document, by whom and why, oldest first.
	Acts []DocumentAct
	// Check says whether what is stored of the document is what its trail left.
	Check DocumentCheck
}

// DocumentCheck is a look at a document and at its trail at one moment.
type DocumentCheck struct {
	At      time.Time
	Entries int              // of the trail
	Faults  []evidence.Fault // none where all agrees
}

// check holds the document, with all its versions, against its trail.
func (d Documents) check(ctx context.Context, id string) (DocumentCheck, error) {
	chain := documentRecord(id)
	rows, faults, err := d.k.documentRow(ctx, chain)
	if len(rows) == 0 { // it came past every trail
		faults = append(faults, rowFault(chain, 0, RowUntold))
	}
	if err != nil {
		return DocumentCheck{}, err
	}
	gone, err := d.k.payloadsGone(ctx, chain, rows)
	return DocumentCheck{At: d.k.moment(), Entries: len(rows), Faults: slices.Concat(faults, gone, verifyStored(chain, rows))}, err
}

// Read returns a version with its text; label "" is the one in force. A document
// that was never issued has a zero Version. ErrNotFound where there is no such
// document or version, or the actor may not read it.
func (d Documents) Read(ctx context.Context, actor Actor, idOrNumber, label string) (DocumentReading, error) {
	d.k = d.k.once()
	view, err := d.whole(ctx, actor, idOrNumber)
	if err != nil {
		return DocumentReading{}, err
	}
	r := DocumentReading{Related: view.Related, Versions: view.Versions, Forms: view.Forms, Year: view.Year, MaySetYear: view.MaySetYear, Words: view.Words}
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
	if r.Acts, err = d.acts(ctx, actor, view.Document, view.Versions); err != nil {
		return DocumentReading{}, err
	}
	r.Code = view.Codes[r.Version.Seq]
	if err := d.k.opened(ctx, actor, view.Document.Class, OpenedDocument, view.Document.ID, marksOf(r.Version)...); err != nil {
		return DocumentReading{}, err
	}
	d.took(ctx, actor, r.Reading)
	today := calendar.DateOf(d.k.moment().In(d.k.location))
	r.Late, r.LateDays = d.reviewLate(view.Document, today)
	if err := d.readText(ctx, &r); err != nil {
		return DocumentReading{}, err
	}
	d.extract(ctx, &r)
	if r.Twice, err = d.namesakes(ctx, actor, view.Document); err != nil {
		return DocumentReading{}, err
	}
	if r.Blank, err = d.hasBlank(ctx, actor, r.Reading); err != nil {
		return DocumentReading{}, err
	}
	if err := d.begunFor(ctx, actor, &r); err != nil {
		return DocumentReading{}, err
	}
	if r.Touched, err = d.k.touchedByVersion(ctx, actor, r.Version); err != nil {
		return DocumentReading{}, err
	}
	if err := d.toldCases(ctx, actor, r.Versions); err != nil {
		return DocumentReading{}, err
	}
	if i := slices.IndexFunc(r.Versions, func(v document.Version) bool { return v.Seq == r.Version.Seq }); i >= 0 {
		r.Version.Case = r.Versions[i].Case
	}
	if r.Changes, err = d.changesOf(ctx, actor, view); err != nil {
		return DocumentReading{}, err
	}
	if r.Check, err = d.check(ctx, view.Document.ID); err != nil {
		return DocumentReading{}, err
	}
	if r.InForce && len(document.Reviewable(view.Document)) == 0 {
		if r.MayReview, err = d.mayReview(ctx, actor, view.Document); err != nil {
			return DocumentReading{}, err
		}
	}
	may, err := d.MayFile(ctx, actor)
	r.MayFile, r.Plain = may.May, may.May && may.Plain && view.Document.Retired == ""
	r.MayWithdraw = r.MayFile && document.Withdrawable(r.Version, today.String())
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

// DocumentFiling is what somebody may file by hand.
type DocumentFiling struct {
	// May says that he looks after documents (Rights.ManageDocs).
	May bool
	// Ways are how a version that he files may have been approved, of document.Ways.
	Ways []string
	// Plain says that versions may be filed, and documents retired and stopped, without sign-off: not
	// where the house has switched that off (SettingSigned).
	Plain bool
}

// MayFile says whether the actor may file documents and versions, and how.
func (d Documents) MayFile(ctx context.Context, actor Actor) (DocumentFiling, error) {
	d.k = d.k.once()
	err := d.k.allow(ctx, actor, d.k.cfg.Rights.ManageDocs)
	if err != nil {
		if errors.Is(err, ErrForbidden) {
			err = nil
		}
		return DocumentFiling{}, err
	}
	ways := document.Ways()
	if d.entersLetters() {
		ways = slices.DeleteFunc(ways, func(way string) bool { return way == document.ByPaper })
	}
	plain, err := d.plain(ctx)
	return DocumentFiling{May: true, Ways: ways, Plain: plain}, err
}

// namesakes are the other documents that have or had one of a document's numbers.
func (d Documents) namesakes(ctx context.Context, actor Actor, doc document.Document) ([]document.Document, error) {
	same, err := d.List(ctx, actor, document.Query{Numbers: doc.Numbers()})
	return slices.DeleteFunc(same, func(o document.Document) bool { return o.ID == doc.ID }), err
}

// readText reads the text of a version into its clauses. A text that cannot be
// read so is left to be downloaded; the log says why.
func (d Documents) readText(ctx context.Context, r *DocumentReading) error {
	text, err := d.mainText(ctx, r.Version)
	if err != nil || text == nil {
		return err
	}
	tree, notice, err := clausesOf(text)
	if err != nil {
		d.k.log.WarnContext(ctx, "document cannot be read on screen", "document", r.Document.ID, "version", r.Version.Label, "reason", err)
		return nil
	}
	r.Text, r.Notice = &tree, notice
	return nil
}

// mainText is the file of a version that is read on screen, nil where there is none.
func (d Documents) mainText(ctx context.Context, v document.Version) ([]byte, error) {
	file, ok := v.Main()
	if !ok || !readsOnScreen(file) || d.k.cfg.Blobs == nil {
		return nil, nil
	}
	return d.bytesOf(ctx, file.Digest)
}

func clausesOf(text []byte) (tree document.Tree, notice map[string]string, err error) {
	meta, body, err := document.ParseMeta(text)
	if err != nil {
		return tree, nil, err
	}
	tree, err = document.Clauses(body)
	return tree, meta.Notice, err
}

// wordsOf is what a version says, for search, as far as its files have been read: nothing is
// read out of a file within a transaction.
func (d Documents) wordsOf(ctx context.Context, tx Tx, v document.Version) ([]string, error) {
	return wordsOfFiles(ctx, tx, readAsFiles([]document.Version{v}))
}

// readLater has the files of a document's versions read that nobody has read yet.
func (d Documents) readLater(ctx context.Context, tx Tx, id string, versions []document.Version) error {
	digests := readAsFiles(document.History(versions))
	if d.k.cfg.Blobs == nil || len(digests) == 0 {
		return nil
	}
	states, err := fileStates(ctx, tx, digests)
	if err != nil || len(unreadFiles(states, digests)) == 0 {
		return err
	}
	return enqueue(ctx, tx, d.k.moment(), d.k.readingJob(documentRecord(id)))
}

// clauseWords are the words of a text that pages render, without its marks: a word that is
// printed bold in part is one word. What is not written in clauses stays as it is.
func clauseWords(text string) string {
	tree, _, err := clausesOf([]byte(text))
	if err != nil || len(tree.Chapters) == 0 {
		return text
	}
	return tree.Text()
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
