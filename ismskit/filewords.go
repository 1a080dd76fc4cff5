package ismskit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/filetext"
	"github.com/ismskit/ismskit/ismskit/register"
)

// The words of a file are read once, whichever cases and documents it is kept with, and
// kept in two lists of the Kit's own: what became of the reading, and the words. They have
// no schema, and nobody sees them as lists: what a file says reaches only the text by
// which a record is found, and who may read that is the record's rule.
const (
	listFileStates = "file_states"
	listFileWords  = "file_words"
)

// wordReader is the edition of what reads files. A later one reads all of them again.
const wordReader = 2

// maxReads is how often the reading of one file may begin: one that ends the whole
// program is not begun for ever.
const maxReads = 3

// maxFileWords is how many bytes of files' words one record is found by.
const maxFileWords = 4 << 20

// Reasons why a file is not found by what it says.
const (
	WordsEncrypted = "encrypted" // it opens with a password only
	WordsBroken    = "broken"
	WordsTooLarge  = "too_large" // it, or what it unpacks to
	WordsDoctype   = "doctype"   // its XML has a document type of its own
	WordsNone      = "no_text"   // a picture, or a scan
	WordsKind      = "kind"      // text is not read out of such files
	WordsGone      = "gone"      // it is not where files are kept
	WordsGivenUp   = "given_up"  // reading it ended the program, several times
)

// FileWords says whether a file's record is found by what the file says.
type FileWords struct {
	Digest string
	Kind   filetext.Kind // what it is by its content, once it has been looked at
	// Waits says that it is still to be read. Found says that it has been; neither, that it
	// cannot be, for Reason.
	Waits, Found bool
	Cut          bool // only its beginning is found
	Reason       string
}

// Text is the state in words: 等待擷取、已可搜尋、無法擷取：原因.
func (w FileWords) Text(lang string) string {
	switch {
	case w.Waits:
		return say(lang, "words.waits", nil)
	case w.Found && w.Cut:
		return say(lang, "words.cut", nil)
	case w.Found:
		return say(lang, "words.found", nil)
	}
	return say(lang, "words.failed", map[string]string{"reason": say(lang, whyNoWords[w.Reason], nil)})
}

// whyNoWords are the keys of the reasons.
var whyNoWords = map[string]string{
	WordsEncrypted: "words.encrypted", WordsBroken: "words.broken", WordsTooLarge: "words.too_large", WordsDoctype: "words.doctype",
	WordsNone: "words.no_text", WordsKind: "words.kind", WordsGone: "words.gone", WordsGivenUp: "words.given_up",
}

// State is the state as a key: waits, found, failed.
func (w FileWords) State() string {
	switch {
	case w.Waits:
		return "waits"
	case w.Found:
		return "found"
	}
	return "failed"
}

// fileState is what is kept of the reading of a file.
type fileState struct {
	Reader int           `json:"reader"`
	Tries  int           `json:"tries,omitempty"` // readings that began and were not ended
	Done   bool          `json:"done,omitempty"`
	Kind   filetext.Kind `json:"kind,omitempty"`
	Reason string        `json:"reason,omitempty"`
	Cut    bool          `json:"cut,omitempty"`
}

// settled says that a file need not be read any more.
func (s fileState) settled() bool { return s.Done && s.Reader >= wordReader }

func (s fileState) words(digest string) FileWords {
	return FileWords{Digest: digest, Kind: s.Kind, Waits: !s.settled(), Found: s.settled() && s.Reason == "", Cut: s.Cut, Reason: s.Reason}
}

// fileStates are what became of files, by digest; one that was never begun is the zero state.
func fileStates(ctx context.Context, tx Tx, digests []string) (map[string]fileState, error) {
	out := map[string]fileState{}
	if len(digests) == 0 {
		return out, nil
	}
	rows, err := tx.Registers().Rows(ctx, register.Query{List: listFileStates, IDs: digests})
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		var s fileState
		if err := json.Unmarshal(row.Values, &s); err != nil {
			return nil, fmt.Errorf("ismskit: file %s: %w", row.ID, err)
		}
		out[row.ID] = s
	}
	return out, nil
}

// unreadFiles are those of some files that are still to be read, each once.
func unreadFiles(states map[string]fileState, digests []string) []string {
	var out []string
	for _, d := range digests {
		if !states[d].settled() && !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return out
}

// wordsOfFiles are what files say, as far as they have been read.
func wordsOfFiles(ctx context.Context, tx Tx, digests []string) ([]string, error) {
	var out []string
	seen, room := map[string]bool{}, maxFileWords
	for _, d := range digests {
		if seen[d] {
			continue
		}
		seen[d] = true
		row, found, err := tx.Registers().Row(ctx, listFileWords, d)
		if err != nil {
			return nil, err
		}
		if !found {
			continue
		}
		var text string
		if err := json.Unmarshal(row.Values, &text); err != nil {
			return nil, fmt.Errorf("ismskit: words of file %s: %w", d, err)
		}
		if room -= len(text); room < 0 {
			break
		}
		out = append(out, strings.Split(text, "\n")...)
	}
	return out, nil
}

// digestsOf are the files of a case that no step hides from anybody: what it is found by
// must not tell what a reader must not see.
func (c *caseInHand) digestsOf() []string {
	var out []string
	for _, f := range visible(c.extra.Files, c.hiddenFromSomebody()) {
		out = append(out, f.Digest)
	}
	return out
}

// readAsFiles are the files of a document's versions.
func readAsFiles(versions []document.Version) []string {
	var out []string
	for _, v := range versions {
		for _, f := range v.Files {
			out = append(out, f.Digest)
		}
	}
	return out
}

// fileWords says of files, by digest, whether they are found by what they say; nil where
// this server keeps no files.
func (k *Kit) fileWords(ctx context.Context, digests []string) (map[string]FileWords, error) {
	if len(digests) == 0 || k.cfg.Blobs == nil {
		return nil, nil
	}
	out := map[string]FileWords{}
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		states, err := fileStates(ctx, tx, digests)
		if err != nil {
			return err
		}
		for _, d := range digests {
			out[d] = states[d].words(d)
		}
		return nil
	})
	return out, err
}

func fileJobKey(record string) string { return "filewords|" + record }

// readingJob is the job that reads a record's files.
func (k *Kit) readingJob(record string) Job {
	return Job{Key: fileJobKey(record), Kind: jobFileWords, Subject: record, Due: k.moment()}
}

// readFiles reads one file of a record and comes again for the next; behind the last, what
// the record is found by is put together anew. Whatever is wrong with a file is noted and
// ends its reading. Only where files cannot be reached is the job tried again, as often as
// any, and the night finds what was left.
func (k *Kit) readFiles(ctx context.Context, job Job) error {
	digests, err := k.filesToRead(ctx, job.Subject)
	if errors.Is(err, ErrNotFound) || err == nil && k.cfg.Blobs == nil {
		return k.done(ctx, job)
	}
	if err != nil {
		return err
	}
	var unread []string
	var states map[string]fileState
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := fileStates(ctx, tx, digests)
		states, unread = found, unreadFiles(found, digests)
		return err
	})
	if err != nil {
		return err
	}
	if len(unread) == 0 {
		return k.reworded(ctx, job, func(context.Context, Tx) error { return nil })
	}
	digest := unread[0]
	state, text, err := k.readFile(ctx, digest, states[digest])
	if err != nil {
		return err
	}
	keep := func(ctx context.Context, tx Tx) error {
		if state.Reason == "" {
			if err := k.putOwn(ctx, tx, listFileWords, digest, text); err != nil {
				return err
			}
		}
		return k.putOwn(ctx, tx, listFileStates, digest, state)
	}
	if len(unread) == 1 {
		return k.reworded(ctx, job, keep)
	}
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		if err := keep(ctx, tx); err != nil {
			return err
		}
		return tx.Queue().Settle(ctx, Settlement{ID: job.ID, Fence: job.Fence, Due: k.moment(), Since: job.Since})
	})
}

// readFile reads a file and says what became of it. An error means that it could not be
// tried: the files cannot be reached, or the server stops.
func (k *Kit) readFile(ctx context.Context, digest string, before fileState) (fileState, string, error) {
	state := fileState{Reader: wordReader, Done: true}
	if before.Reader < wordReader {
		before = fileState{Reader: wordReader}
	}
	if before.Tries >= maxReads {
		state.Reason = WordsGivenUp
		return state, "", nil
	}
	body, err := k.cfg.Blobs.Open(ctx, digest)
	if errors.Is(err, ErrNotFound) {
		state.Reason = WordsGone
		return state, "", nil
	}
	if err != nil {
		return state, "", err
	}
	before.Tries++
	begun := func(ctx context.Context, tx Tx) error { return k.putOwn(ctx, tx, listFileStates, digest, before) }
	if err := k.store.Update(ctx, begun); err != nil {
		return state, "", errors.Join(err, body.Close())
	}
	found, err := filetext.Read(ctx, body, filetext.Limits{})
	closed := body.Close()
	state.Kind, state.Cut = found.Kind, found.Cut
	if err != nil {
		if state.Reason = reasonOf(err); state.Reason == "" {
			return state, "", errors.Join(err, closed)
		}
		k.log.InfoContext(ctx, "a file is not found by what it says", "file", digest, "reason", err)
		return state, "", nil
	}
	if found.Kind == filetext.Plain {
		found.Text = clauseWords(found.Text)
	}
	return state, found.Text, closed
}

// reasonOf is the reason why a file cannot be read, "" where that is not the file's fault.
func reasonOf(err error) string {
	for _, one := range []struct {
		err    error
		reason string
	}{
		{filetext.ErrEncrypted, WordsEncrypted}, {filetext.ErrDoctype, WordsDoctype}, {filetext.ErrTooLarge, WordsTooLarge},
		{filetext.ErrNoText, WordsNone}, {filetext.ErrKind, WordsKind}, {filetext.ErrBroken, WordsBroken},
	} {
		if errors.Is(err, one.err) {
			return one.reason
		}
	}
	return ""
}

// putOwn writes a row of one of the Kit's own lists; one that says the same already stays.
func (k *Kit) putOwn(ctx context.Context, tx Tx, list, id string, value any) error {
	values, err := json.Marshal(value)
	if err != nil {
		return err
	}
	old, found, err := tx.Registers().Row(ctx, list, id)
	if err != nil || found && string(old.Values) == string(values) {
		return err
	}
	return tx.Registers().Put(ctx, register.Row{List: list, ID: id, Revision: old.Revision + 1, Values: values, ChangedAt: k.moment(), ChangedBy: SystemPerson})
}

// caseOfRecord and documentOfRecord are what a record is of, "" where it is of something else.
func caseOfRecord(record string) string {
	id, ok := strings.CutPrefix(record, recordID(""))
	if !ok {
		return ""
	}
	return id
}

func documentOfRecord(record string) string {
	rest, ok := strings.CutPrefix(record, documentRecord(""))
	if !ok {
		return ""
	}
	id, _, _ := strings.Cut(rest, "/") // behind it stands a former version
	return id
}

// filesToRead are the files of a record whose words it is to be found by.
func (k *Kit) filesToRead(ctx context.Context, record string) ([]string, error) {
	if id := caseOfRecord(record); id != "" {
		c, err := k.take(ctx, id)
		if err != nil {
			return nil, err
		}
		return c.digestsOf(), nil
	}
	var versions []document.Version
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Documents().Versions(ctx, documentOfRecord(record))
		versions = found
		return err
	})
	return readAsFiles(document.History(versions)), err
}

// reworded ends the reading of a record's files: what it is found by is put together anew.
func (k *Kit) reworded(ctx context.Context, job Job, keep func(ctx context.Context, tx Tx) error) error {
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		if err := keep(ctx, tx); err != nil {
			return err
		}
		if err := tx.Queue().Settle(ctx, Settlement{ID: job.ID, Fence: job.Fence, Done: true}); err != nil {
			return err
		}
		if id := caseOfRecord(job.Subject); id != "" {
			return enqueue(ctx, tx, k.moment(), Job{Key: textKey(id), Kind: jobText, Subject: id, Due: k.moment()})
		}
		doc, versions, err := document.In(tx.Documents()).Versions(ctx, documentOfRecord(job.Subject))
		if err != nil {
			return err
		}
		return k.Documents().index(ctx, tx, doc, versions)
	})
}
