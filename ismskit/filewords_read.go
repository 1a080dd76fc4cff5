package ismskit

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/filetext"
	"github.com/ismskit/ismskit/ismskit/register"
)

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
