package ismskit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

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
